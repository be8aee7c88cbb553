import Foundation
import Testing

@testable import AnnotationStore

@Suite("History, blame and earlier states")
struct StoreHistoryTests {
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
  }

  @Test("A record as each change knew it, deleted and restored included")
  func earlierStates() throws {
    let created = try store.commit { try $0.addClaim("one", sets: ["tags": ["x"]]).id }
    let claim = created.value
    let steps: [(WriteTransaction) throws -> Void] = [
      { try $0.set(claim, "statement", to: .text("one two")) },
      { try $0.set(claim, "negated", to: .bool(true)) },
      { try $0.setElement(claim, "tags", "y", isPresent: true) },
      { try $0.delete(claim) },
      { try $0.restore(claim) },
      { try $0.setElement(claim, "tags", "x", isPresent: false) },
      { try $0.set(claim, "negated", to: nil) },
      { try $0.set(claim, "statement", to: .text("two")) },
    ]
    var known = [(change: try #require(created.changes.last), record: try store.read { try $0.existing(claim) })]
    for step in steps {
      let commit = try store.commit(step)
      try store.add("between")
      known.append((try #require(commit.changes.last), try store.read { try $0.existing(claim) }))
    }
    #expect(known.map(\.record.isDeleted) == [false, false, false, false, true, false, false, false, false])
    #expect(
      known.map { $0.record.text("statement") ?? "" } == ["one"] + Array(repeating: "one two", count: 7) + ["two"])
    #expect(Set(known.map(\.record)).count > 6)
    for (change, record) in known { #expect(try store.read { try $0.record(claim, at: change) } == record) }
    let before = try #require(try store.log().last)
    #expect(try store.read { try $0.record(claim, at: before.id) } == nil)
    let none = try #require(ChangeID([UInt8](repeating: 1, count: 32)))
    #expect(throws: StoreError.noChange(none.hex)) { try store.read { try $0.record(claim, at: none) } }
    try expectSound(store)
  }

  @Test("History tells every op, oldest first, with the value after it")
  func history() throws {
    let claim = try store.commit { try $0.addClaim("one", ["via": .text("a review")], sets: ["tags": ["x"]]).id }.value
    try store.write { try $0.set(claim, "statement", to: .text("one two")) }
    try store.write {
      try $0.set(claim, "status", to: .text("accepted"))
      try $0.setElement(claim, "tags", "y", isPresent: true)
    }
    try store.write { try $0.setElement(claim, "tags", "x", isPresent: false) }
    try store.write { try $0.set(claim, "via", to: nil) }
    try store.write { try $0.delete(claim) }
    try store.write { try $0.restore(claim) }
    let history = try store.read { try $0.history(of: claim) }
    #expect(history.map(\.action) == [.create, .splice, .set, .add, .remove, .set, .delete, .restore])
    #expect(history.map(\.field) == ["", "statement", "status", "tags", "tags", "via", "", ""])
    #expect(history.map(\.element) == [nil, nil, nil, "y", "x", nil, nil, nil])
    #expect(history.map(\.arrival) == history.map(\.arrival).sorted())
    let created = Dictionary(uniqueKeysWithValues: history[0].values.map { ($0.field, $0.content) })
    #expect(created["statement"] == .text("one") && created["via"] == .text("a review"))
    #expect(created["tags"] == .elements(["x"]) && created["status"] == .text("proposed"))
    #expect(history[1].values.map(\.content) == [.text("one two")])
    #expect(history[1].splices == [.init(position: 3, deleted: 0, inserted: " two")])
    #expect(history[2].values.map(\.content) == [.text("accepted")])
    #expect(history[5].values.map(\.content) == [nil])
    #expect(try store.read { try $0.history(of: RecordID(derivedFrom: .null)) } == [])
  }

  @Test("Blame names who wrote a value, not who restated it")
  func blame() throws {
    let created = try store.commit { try $0.addClaim("one", ["negated": .bool(false)], sets: ["tags": ["x"]]).id }
    let claim = created.value
    let ada = try #require(try store.read { try $0.currentCurator() })
    let edited = try store.commit { try $0.set(claim, "statement", to: .text("two")) }
    let (bob, byBob) = try {
      let bob = try store.write { try $0.becomeCurator(name: "Bob").id }
      let commit = try store.commit {
        try $0.set(claim, "statement", to: .text("three"))
        try $0.set(claim, "status", to: .text("accepted"))
        try $0.setElement(claim, "tags", "y", isPresent: true)
      }
      return (bob, try #require(commit.changes.last))
    }()
    func blame() throws -> [String: BlameEntry] {
      let entries = try store.read { try $0.blame(claim) }
      return Dictionary(uniqueKeysWithValues: entries.map { ("\($0.field)/\($0.element ?? "")", $0) })
    }
    var told = try blame()
    #expect(told.keys.sorted() == ["negated/", "statement/", "status/", "tags/x", "tags/y"])
    for key in ["negated/", "tags/x"] {
      #expect(told[key]?.curator == ada)
      #expect(told[key]?.change == created.changes.last)
    }
    for key in ["statement/", "status/", "tags/y"] {
      #expect(told[key]?.curator == bob)
      #expect(told[key]?.change == byBob)
    }
    #expect(told["statement/"]?.content == .text("three"))
    // Eve takes Bob's change back: what then stands is Ada's.
    try store.write { try $0.becomeCurator(name: "Eve") }
    try store.write { _ = try $0.undo(byBob) }
    told = try blame()
    #expect(told.keys.sorted() == ["negated/", "statement/", "status/", "tags/x"])
    #expect(told["statement/"]?.content == .text("two"))
    #expect(told["statement/"]?.change == edited.changes.last)
    #expect(told.values.allSatisfy { $0.curator == ada && !$0.isConflict })
    #expect(told["status/"]?.change == created.changes.last)
    try expectSound(store)
  }

  @Test("The log is told newest first, by record, curator, time and number")
  func log() throws {
    let one = try store.add("one")
    let two = try store.commit { transaction in
      try transaction.set(one.value, "status", to: .text("accepted"))
      return try transaction.addClaim("two").id
    }
    try store.write { try $0.becomeCurator(name: "Bob") }
    let three = try store.commit { try $0.annotate(two.value, body: "three") }
    let all = try store.log()
    #expect(all.map(\.arrival) == all.map(\.arrival).sorted(by: >))
    #expect(all.allSatisfy { $0.isSealed })
    try store.read { reader in
      #expect(try reader.changes(limit: 2) == Array(all.prefix(2)))
      let ofOne = try reader.changes(of: one.value)
      #expect(ofOne.map(\.id) == [two.changes, one.changes].flatMap { $0 })
      #expect(ofOne.flatMap(\.entries).allSatisfy { $0.record == one.value })
      #expect(ofOne.first?.opCount == 2 && ofOne.first?.entries.count == 1)
      let bob = try #require(try reader.currentCurator())
      let bobs = try reader.changes(curator: bob)
      #expect(bobs.contains { $0.id == three.changes.last } && bobs.allSatisfy { $0.curator == bob })
      #expect(!bobs.contains { $0.id == two.changes.last })
      #expect(try reader.changes(sinceMilliseconds: .max) == [])
      let id = try #require(three.changes.last)
      #expect(try reader.change(named: String(id.hex.prefix(12)).uppercased()) == id)
      for wrong in ["", "12345", "zzzzzz", String(repeating: "0", count: 64), String(repeating: "0", count: 65)] {
        #expect(throws: StoreError.noChange(wrong)) { try reader.change(named: wrong) }
      }
    }
  }

  @Test("A long change lists so many of its ops, and counts all")
  func longChange() throws {
    let commit = try store.commit { for number in 1...60 { try $0.addClaim("\(number)") } }
    #expect(commit.changes.count == 1)
    let id = try #require(commit.changes.last)
    let change = try #require(try store.read { try $0.change(id) })
    #expect(change.opCount == 60 && change.entries.count == ChangeSummary.entryLimit)
  }
}

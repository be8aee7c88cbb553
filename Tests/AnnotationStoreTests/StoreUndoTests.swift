import Foundation
import Testing

@testable import AnnotationStore

/// Undo appends the inverse of what is still live; undoing that is redo.
@Suite("Undo")
struct StoreUndoTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let claim: RecordID

  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
    claim = try store.commit {
      try $0.addClaim("LCN2 is raised.", ["via": .text("a review")], sets: ["tags": ["x"]]).id
    }.value
  }

  /// What people see of everything, times aside.
  private func shown() throws -> [String] {
    try store.read { reader in
      var filter = RecordFilter()
      filter.order = .id
      let alive = try reader.records(filter)
      return alive.map { record in
        let fields = record.kind.fields.compactMap { field in record.fields[field.name].map { "\(field.name)=\($0)" } }
        return "\(record.id) \(fields)"
      }
    }
  }

  @Test(
    "Every kind of write is taken back, and that again, and again",
    arguments: ["set", "clear", "first value", "prose", "add", "remove", "create", "delete", "restore", "many"])
  func undoAndRedo(_ what: String) throws {
    if what == "restore" { try store.write { try $0.delete(claim) } }
    let before = try shown()
    let commit = try store.commit { transaction in
      switch what {
      case "set": try transaction.set(claim, "status", to: .text("accepted"))
      case "clear": try transaction.set(claim, "via", to: nil)
      case "first value": try transaction.set(claim, "subject", to: .text("NCBIGene:3934"))
      case "prose": try transaction.set(claim, "statement", to: .text("LCN2 is not raised in e\u{301}."))
      case "add": try transaction.setElement(claim, "tags", "y", isPresent: true)
      case "remove": try transaction.setElement(claim, "tags", "x", isPresent: false)
      case "create": try transaction.annotate(claim, body: "A note.", tags: ["z"])
      case "delete": try transaction.delete(claim)
      case "restore": try transaction.restore(claim)
      default:
        try transaction.set(claim, "status", to: .text("accepted"))
        let paper = try transaction.addSource(.doi(try DOI(parsing: "10.1000/1")), ["title": .text("A paper")]).id
        for number in 1...400 {
          let added = try transaction.addClaim("Claim \(number) " + String(repeating: "x", count: 300), source: paper)
            .id
          try transaction.annotate(added, body: "A note on \(number).", tags: ["imported"])
          if number % 10 == 0 { try transaction.assess(added, stance: "supports") }
        }
        #expect(transaction.changes.count > 1)
      }
    }
    let after = try shown()
    #expect(after != before)
    let first = try store.write { try $0.undo() }
    #expect(first.undone == Array(commit.changes.reversed()))
    #expect(first.left == [])
    #expect(try shown() == before)
    try expectSound(store)
    for expected in [after, before, after] {
      let report = try store.write { try $0.undo() }
      #expect(report.left == [] && report.reverted > 0)
      #expect(try shown() == expected)
    }
    try expectSound(store)
    #expect(try store.rebuild().differences == [])
  }

  @Test("What was written as one is taken back as one, however many records that made")
  func many() throws {
    let before = try shown()
    try store.write { transaction in
      let source = try transaction.addSource(.doi(try DOI(parsing: "10.1000/abc"))).id
      for number in 1...40 {
        let claim = try transaction.addClaim("Claim \(number).", source: source).id
        try transaction.annotate(claim, body: "A note.")
        try transaction.addEvidence(to: claim, .init(direction: "supports", source: source))
      }
    }
    let after = try shown()
    let undo = try store.commit { try $0.undo() }
    #expect(undo.value.left == [] && undo.value.reverted == 121)
    #expect(undo.changes.count == 1)
    #expect(try shown() == before)
    #expect(try store.write { try $0.undo(undo.changes[0]) }.left == [])
    #expect(try shown() == after)
    try expectSound(store)
  }

  @Test("A named change is undone; what was written since is left, and said")
  func leavesWhatCameSince() throws {
    let change = try #require(
      try store.commit {
        try $0.set(claim, "status", to: .text("accepted"))
        try $0.set(claim, "negated", to: .bool(true))
        try $0.setElement(claim, "tags", "y", isPresent: true)
      }.changes.last)
    try store.write { try $0.set(claim, "status", to: .text("rejected")) }
    let report = try store.write { try $0.undo(change) }
    #expect(report.undone == [change] && report.reverted == 2)
    #expect(report.left.map(\.field) == ["status"])
    #expect(report.left.map(\.record) == [claim])
    #expect(report.left.first?.reason.contains("since") == true)
    let record = try store.read { try $0.existing(claim) }
    #expect(record.text("status") == "rejected" && record.flag("negated") == nil && record.elements("tags") == ["x"])
    // Nothing of it is live now.
    let again = try store.commit { try $0.undo(change) }
    #expect(again.value.reverted == 0 && again.value.left.count == 3)
    #expect(again.changes == [])
    try expectSound(store)
  }

  @Test("A created record is kept where somebody wrote to it or on it")
  func keepsWhatOthersStandOn() throws {
    let edited = try store.add("edited")
    try store.write { try $0.set(edited.value, "status", to: .text("accepted")) }
    let noted = try store.add("noted")
    try store.write { try $0.annotate(noted.value, body: "A note.") }
    for commit in [edited, noted] {
      let report = try store.write { try $0.undo(commit.changes.last) }
      #expect(report.reverted == 0 && report.left.count == 1)
      #expect(try !store.read { try $0.existing(commit.value) }.isDeleted)
    }
    try expectSound(store)
  }

  @Test("What is not there, is another's, or was never written is not undone")
  func refused() throws {
    let none = try #require(ChangeID([UInt8](repeating: 1, count: 32)))
    #expect(throws: StoreError.noChange(none.hex)) { try store.write { try $0.undo(none) } }
    let fresh = try Store.create(at: directory.storePath("fresh"), environment: directory.environment())
    #expect(throws: StoreError.nothingToUndo) { try fresh.write { try $0.undo() } }
    let curator = try #require(try store.log().last)
    let report = try store.write { try $0.undo(curator.id) }
    #expect(report.reverted == 0 && report.left.map(\.kind) == ["curator"])
    try expectSound(store)
  }

  @Test("A restore is kept where somebody wrote since, so that undoing it buries nothing")
  func restoreIsKept() throws {
    try store.write { try $0.delete(claim) }
    let restored = try store.commit { try $0.restore(claim) }
    let other = try directory.open(user: "ben")
    try other.write {
      try $0.becomeCurator(name: "Ben")
      try $0.set(claim, "status", to: .text("accepted"))
    }
    let report = try store.write { try $0.undo(restored.changes[0]) }
    #expect(report.reverted == 0)
    #expect(report.left.map(\.reason) == ["it was written to since"])
    #expect(try store.read { try $0.existing(claim) }.isDeleted == false)
  }

  @Test("A paper is kept where claims are taken from it")
  func citedSourceIsKept() throws {
    let added = try store.commit { try $0.addSource(.doi(try DOI(parsing: "10.1000/cited"))) }
    try store.write { _ = try $0.addClaim("Taken from it.", source: added.value.id) }
    let report = try store.write { try $0.undo(added.changes[0]) }
    #expect(report.reverted == 0)
    #expect(report.left.map(\.reason) == ["claims or evidence are taken from it"])
  }

  @Test("An assessment goes with the evidence that was made with it")
  func assessmentWithEvidence() throws {
    let made = try store.commit { transaction in
      let assessment = try transaction.assess(claim, stance: "supports").id
      try transaction.addEvidence(to: assessment, .init(direction: "supports"))
      return assessment
    }
    let report = try store.write { try $0.undo() }
    #expect(report.left.isEmpty)
    #expect(try store.read { try $0.existing(made.value) }.isDeleted)
  }
}

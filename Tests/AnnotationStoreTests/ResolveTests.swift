import Foundation
import SyncTransports
import Testing

@testable import AnnotationStore

/// A decision is an ordinary op: it supersedes what is live, says why, can be undone, and conflicts with another one
/// that was made apart.
@Suite("Deciding conflicts")
struct ResolveTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let claim: RecordID
  private let note: RecordID

  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store()
    (claim, note) = try ada.write {
      let claim = try $0.addClaim("LCN2 is raised in serum.").id
      return (claim, try $0.annotate(claim, body: "Which cohort?"))
    }
    ben = try Store.create(
      at: "\(directory.path)/ben/store.sqlite", environment: directory.environment(user: "ben"), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: ben)
    try ben.write { try $0.becomeCurator(name: "Ben") }
  }

  private func merge() throws {
    let receipt = try DirectMerge.merge(ben, into: ada, both: true)
    #expect(receipt.here.areEqual)
    #expect(try conflicts(ada) == conflicts(ben))
    for store in [ada, ben] { try expectSound(store) }
  }

  private func conflicts(_ store: Store) throws -> [ConflictDetail] { try store.read { try $0.conflicts() } }

  private func status(_ store: Store) throws -> String? { try store.read { try $0.existing(claim) }.text("status") }

  /// Both set the status to what they hold right.
  private func disagree() throws -> ConflictDetail {
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    try ben.write { try $0.set(claim, "status", to: .text("rejected")) }
    try merge()
    return try #require(try conflicts(ada).first)
  }

  @Test("A conflict is as old as the latest write that stands in it, and so is each value")
  func age() throws {
    let (now, day) = (Int64(Date().timeIntervalSince1970 * 1000), Int64(86_400_000))
    func set(_ status: String, in store: Store, daysAgo days: Int64) throws {
      try store.write {
        try $0.setTime(now - days * day)
        try $0.set(claim, "status", to: .text(status))
      }
    }
    try set("accepted", in: ada, daysAgo: 10)
    try set("under-review", in: ada, daysAgo: 9)
    _ = try ada.write { try $0.undo() }
    try set("rejected", in: ben, daysAgo: 5)
    try merge()
    let conflict = try #require(try conflicts(ada).first)
    let accepted = try #require(conflict.values.first { $0.content == .text("accepted") })
    #expect(accepted.atMilliseconds == now - 10 * day && accepted.standsSinceMilliseconds >= now)
    var filter = ConflictFilter()
    filter.untilMilliseconds = now - day
    #expect(try ada.read { try $0.conflicts(filter) } == [])
    #expect(try ada.read { try $0.proposal(for: conflict, by: .newest) }.choice == accepted)
    try ben.write { try $0.resolve(claim, "status", .value(.text("proposed"))) }
    _ = try ben.write { try $0.undo() }
    try merge()
    // One write put both back, so of them the newer one is that which was written later.
    let again = try #require(try conflicts(ada).first)
    #expect(try ada.read { try $0.proposal(for: again, by: .newest) }.choice?.content == .text("rejected"))
  }

  @Test("Taking a value keeps its author, and says who decided, over what and why")
  func take() throws {
    let conflict = try disagree()
    #expect(conflict.base?.content == .text("proposed"))
    let rejected = try #require(conflict.values.first { $0.content == .text("rejected") })
    let commit = try ada.commit {
      try $0.resolve(claim, "status", .take(rejected.change), because: "Two more cohorts.")
    }
    try merge()
    #expect(try conflicts(ben) == [])
    #expect(try status(ben) == "rejected")
    let blame = try #require(try ben.read { try $0.blame(claim) }.first { $0.field == "status" })
    #expect(blame.change == rejected.change && blame.curator == rejected.curator)
    let decision = try #require(blame.decision)
    #expect(decision.change == commit.changes.last && decision.reason == "Two more cohorts.")
    #expect(decision.overruled.map(\.content) == [.text("accepted")])
    #expect(try ben.read { try $0.decisions(of: claim) } == [decision])
    #expect(try ben.read { try $0.history(of: claim) }.filter(\.isDecision) == [decision])
  }

  @Test("Decisions made apart are in conflict again, equal ones agree")
  func apart() throws {
    let conflict = try disagree()
    try ada.write { try $0.resolve(claim, "status", .take(conflict.values[0].change), because: "a") }
    try ben.write { try $0.resolve(claim, "status", .take(conflict.values[1].change), because: "b") }
    try merge()
    #expect(Set(try conflicts(ada).flatMap(\.values).map(\.content)) == [.text("accepted"), .text("rejected")])
    for store in [ada, ben] { try store.write { try $0.resolve(claim, "status", .value(.text("under-review"))) } }
    try merge()
    #expect(try conflicts(ada) == [])
    #expect(try status(ben) == "under-review")
  }

  @Test("What is live must be what was shown, where that is said")
  func expecting() throws {
    let shown = try disagree()
    let take = Decision.take(shown.values[0].change)
    try ben.write { try $0.resolve(claim, "status", .take(shown.values[1].change)) }
    try ada.write { try $0.resolve(claim, "status", take) }
    try merge()
    let error = StoreError.decidedMeanwhile(claim, .claim, field: "status")
    for digest in [shown.digest, String(shown.digest.prefix(16)), "", "00"] {
      #expect(throws: error) { try ada.write { try $0.resolve(claim, "status", take, expecting: digest) } }
    }
    let now = try #require(try conflicts(ada).first)
    try ada.write {
      try $0.resolve(claim, "status", .take(now.values[0].change), expecting: now.digest.prefix(16).uppercased())
    }
    #expect(throws: StoreError.notInConflict(claim, .claim, field: "status")) {
      try ada.write { try $0.resolve(claim, "status", take) }
    }
  }

  @Test("An undo brings the conflict back, and undoing that decides it again", arguments: ["status", "statement"])
  func undo(_ field: String) throws {
    for (store, text) in [(ada, "accepted"), (ben, "rejected")] {
      try store.write { try $0.set(claim, field, to: .text(text)) }
    }
    try merge()
    let before = try #require(try conflicts(ada).first)
    try ada.write { try $0.resolve(claim, field, .value(.text(field == "status" ? "proposed" : "Something else."))) }
    #expect(try conflicts(ada) == [])
    let report = try ada.write { try $0.undo() }
    #expect(report.left == [] && report.reverted == 1)
    try merge()
    let after = try #require(try conflicts(ben).first)
    #expect(after.values.map(\.content) == before.values.map(\.content))
    #expect(after.values.map(\.curator) == before.values.map(\.curator))
    if field == "status" {
      #expect(throws: StoreError.conflict(claim, .claim, field: field)) {
        try ben.write { try $0.set(claim, field, to: .text("proposed")) }
      }
    }
    try ada.write { _ = try $0.undo() }
    #expect(try conflicts(ada) == [])
    try merge()
  }

  @Test("A life is decided, whatever was edited or put on the record", arguments: [true, false], ["edit", "reply"])
  func lives(_ restores: Bool, _ what: String) throws {
    try ada.write { try $0.delete(note) }
    try ben.write {
      if what == "edit" { try $0.set(note, "body", to: .text("Which cohorts?")) }
      if what == "reply" { try $0.annotate(note, body: "All of them.") }
    }
    try merge()
    let before = try conflicts(ada)
    #expect(before.map(\.type) == [what == "edit" ? .life : .target])
    let digest = try #require(before.first?.digest)
    try ada.write {
      try $0.resolve(note, "", restores ? .restore : .delete, because: "It was answered.", expecting: digest)
    }
    #expect(try conflicts(ada) == [])
    #expect(try ada.read { try $0.existing(note) }.isDeleted == !restores)
    #expect(try ada.read { try $0.decisions(of: note) }.map(\.reason) == ["It was answered."])
    try merge()
    // Undone, the conflict is back; undone again, it is decided as before.
    for isOpen in [true, false] {
      let report = try ada.write { try $0.undo() }
      #expect(report.left == [] && report.reverted == 1)
      try merge()
      #expect(try conflicts(ben).map(\.type) == (isOpen ? before.map(\.type) : []))
      #expect(try ben.read { try $0.existing(note) }.isDeleted == (isOpen || !restores))
    }
  }

  @Test("One decision settles both what was edited and what was put on the record")
  func lifeAndTarget() throws {
    try ada.write { try $0.delete(note) }
    try ben.write {
      try $0.set(note, "body", to: .text("Which cohorts?"))
      try $0.annotate(note, body: "All of them.")
    }
    try merge()
    let open = try conflicts(ada)
    #expect(open.map(\.type) == [.life, .target] && Set(open.map(\.digest)).count == 1)
    try ada.write { try $0.resolve(note, "", .delete) }
    try merge()
    #expect(try conflicts(ben) == [])
  }

  @Test("What does not fit is refused")
  func refused() throws {
    let conflict = try disagree()
    try ada.write { try $0.delete(note) }
    try ben.write { try $0.annotate(note, body: "All of them.") }
    try merge()
    func refuses(_ record: RecordID, _ field: String, _ decision: Decision) throws {
      let before = try ada.read { try $0.status().digest }
      #expect(throws: (any Error).self) { try ada.write { try $0.resolve(record, field, decision) } }
      #expect(try ada.read { try $0.status().digest } == before)
    }
    try refuses(claim, "status", .take(conflict.live[0] == note.changeID ? conflict.live[1] : note.changeID))
    try refuses(claim, "status", .restore)
    try refuses(claim, "status", .value(.text("splendid")))
    try refuses(claim, "status", .value(nil))
    try refuses(claim, "statement", .value(.text("x")))
    try refuses(claim, "", .delete)
    try refuses(note, "", .take(conflict.live[0]))
    try refuses(note, "", .value(.text("x")))
  }

  @Test("By a rule many are decided in one change, and what it does not settle is left")
  func rules() throws {
    let more = try ada.write { try $0.addClaim("Another.").id }
    try merge()
    for (store, text) in [(ada, "accepted"), (ben, "rejected")] {
      try store.write {
        try $0.set(claim, "status", to: .text(text))
        try $0.set(more, "status", to: .text(text))
      }
    }
    try ada.write { try $0.delete(note) }
    try ben.write { try $0.annotate(note, body: "All of them.") }
    try merge()
    let planned = try ada.read { try $0.proposals(ConflictFilter(), by: .theirs) }
    let commit = try ada.commit { try $0.resolveAll(ConflictFilter(), by: .theirs, because: "Ben has the data.") }
    #expect(commit.value == planned && commit.changes.count == 1)
    #expect(planned.filter { $0.choice == nil }.map(\.conflict.type) == [.target])
    #expect(planned.compactMap(\.choice).map(\.content) == [.text("rejected"), .text("rejected")])
    try merge()
    #expect(try conflicts(ben).map(\.type) == [.target])
    try ada.write { _ = try $0.undo() }
    #expect(try conflicts(ada).count == 3)
    #expect(try ada.read { try $0.proposals(ConflictFilter(), by: .mine) }.compactMap(\.choice?.content).count == 2)
    let third = try ada.write { try $0.becomeCurator(name: "Cleo").id }
    #expect(try ada.read { try $0.proposals(ConflictFilter(), by: .mine) }.compactMap(\.choice) == [])
    #expect(try ada.read { try $0.proposals(ConflictFilter(), by: .theirs) }.compactMap(\.choice) == [])
    var filter = ConflictFilter()
    filter.curator = third
    #expect(try ada.read { try $0.conflicts(filter) } == [])
  }

  @Test("What two wrote alike is one value, of both")
  func agreement() throws {
    let cleo = try Store.create(
      at: "\(directory.path)/cleo/store.sqlite", environment: directory.environment(user: "cleo"), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: cleo)
    let third = try cleo.write { try $0.becomeCurator(name: "Cleo").id }
    try cleo.write { try $0.set(claim, "status", to: .text("rejected")) }
    let before = try disagree()
    #expect(before.values.allSatisfy { $0.alsoBy.isEmpty })
    _ = try DirectMerge.merge(cleo, into: ada)
    try merge()
    let conflict = try #require(try conflicts(ben).first)
    #expect(conflict.values.count == 2)
    let rejected = try #require(conflict.values.first { $0.content == .text("rejected") })
    #expect(rejected.alsoBy.count == 1 && rejected.isBy(third))
    #expect(conflict.digest != before.digest)
  }

  @Test("An edit of a derived record's text goes on from the text that was shown")
  func derivedText() throws {
    let mine = try ada.write { try $0.assess(claim, stance: "supports", body: "One cohort.").id }
    try ada.write { try $0.set(mine, "body", to: .text("One cohort, small.")) }
    // The same curator on another laptop, whose create is causally deeper.
    try ben.write {
      try $0.setCurator(try ada.read { try $0.currentCurator() } ?? mine)
      for number in 1...5 { try $0.set(claim, "via", to: .text("\(number)")) }
      _ = try $0.assess(claim, stance: "supports", body: "Two cohorts, both large.")
    }
    try merge()
    #expect(try ada.read { try $0.existing(mine) }.text("body") == "One cohort, small.")
    try ada.write { try $0.set(mine, "body", to: .text("One cohort, very small.")) }
    #expect(try ada.read { try $0.existing(mine) }.text("body") == "One cohort, very small.")
    try ada.write { _ = try $0.undo() }
    #expect(try ada.read { try $0.existing(mine) }.text("body") == "One cohort, small.")
    #expect(try conflicts(ada) == [])
    try merge()
  }
}

extension RecordID {
  /// An id of no change.
  fileprivate var changeID: ChangeID { ChangeID(bytes + bytes)! }
}

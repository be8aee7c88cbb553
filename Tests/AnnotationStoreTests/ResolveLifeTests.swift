import Foundation
import SyncTransports
import Testing

@testable import AnnotationStore

/// Whether a record is deleted is decided by `resolve` and by nothing else, and what was decided can be undone.
@Suite("Deciding whether a record lives")
struct ResolveLifeTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let claim: RecordID

  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store()
    claim = try ada.write { try $0.addClaim("LCN2 is raised in serum.").id }
    ben = try directory.replica(of: ada, "ben", curator: "Ben")
  }

  private func merge() throws {
    try expectEqual(ada, after: ben)
    #expect(try conflicts(ada) == conflicts(ben))
  }

  private func conflicts(_ store: Store) throws -> [ConflictDetail] { try store.read { try $0.conflicts() } }

  private func isDeleted(_ store: Store) throws -> Bool { try store.read { try $0.existing(claim) }.isDeleted }

  /// Ada deletes what Ben edits.
  private func part() throws {
    try ada.write { try $0.delete(claim) }
    try ben.write { try $0.set(claim, "status", to: .text("accepted")) }
    try merge()
    try #require(try conflicts(ada).map(\.type) == [.life])
  }

  @Test("Nobody decides it by a delete, a restore or a new assessment")
  func byAccident() throws {
    let (deleted, edited) = (try isInConflict { try $0.delete($1) }, try isInConflict { try $0.restore($1) })
    #expect(deleted && edited)
    let assessment = try ada.write { try $0.assess(claim, stance: "supports").id }
    try merge()
    try ada.write { try $0.delete(assessment) }
    try ben.write { try $0.set(assessment, "body", to: .text("In two cohorts.")) }
    try merge()
    let error = try #require(throws: StoreError.self) {
      try ada.write { try $0.assess(claim, stance: "uncertain") }
    }
    #expect(error.description.contains("variorum resolve a:"))
    #expect(try conflicts(ada).map(\.record.id) == [assessment])
  }

  /// Whether what Ada does to a record whose life is in conflict is refused, with the command that decides, and changes
  /// nothing; of both ways in which it may stand.
  private func isInConflict(_ act: (WriteTransaction, RecordID) throws -> Void) throws -> Bool {
    let record = try ada.write { try $0.addClaim("Another.").id }
    try merge()
    try ada.write { try $0.delete(record) }
    try ben.write { try $0.set(record, "status", to: .text("accepted")) }
    try merge()
    for decides in [false, true] {
      if decides {
        try ada.write { try $0.resolve(record, "", .delete) }
        try ben.write { try $0.resolve(record, "", .restore) }
        try merge()
      }
      let before = try conflicts(ada)
      let error = try #require(throws: StoreError.self) { try ada.write { try act($0, record) } }
      let isLeft = try conflicts(ada) == before
      let isTold = error.description.contains("variorum resolve c:") || error.description.contains("is not deleted")
      guard isLeft, isTold else { return false }
    }
    try ada.write { try $0.resolve(record, "", .restore) }
    try merge()
    return true
  }

  @Test("What is put on it, or written to it, while that is open names the command that decides")
  func whileOpen() throws {
    try part()
    for act: (WriteTransaction) throws -> Void in [
      { try $0.annotate(claim, body: "A note.") }, { try $0.set(claim, "status", to: .text("rejected")) },
      { try $0.setElement(claim, "tags", "x", isPresent: true) },
    ] {
      let error = try #require(throws: StoreError.self) { try ada.write { try act($0) } }
      #expect(error.description.contains("variorum resolve c:"))
    }
  }

  @Test("Of a decision over two that were made apart, an undo opens the conflict again", arguments: [true, false])
  func undo(restores: Bool) throws {
    try part()
    try ada.write { try $0.resolve(claim, "", .delete, because: "A: gone") }
    try ben.write { try $0.resolve(claim, "", .restore, because: "B: lives") }
    try merge()
    try #require(try conflicts(ben).map(\.type) == [.life])
    try ben.write { try $0.resolve(claim, "", restores ? .restore : .delete, because: "again") }
    #expect(try conflicts(ben) == [])
    for isOpen in [true, false] {
      #expect(try ben.write { try $0.undo() }.reverted == 1)
      try merge()
      #expect(try conflicts(ada).map(\.type) == (isOpen ? [.life] : []))
      if !isOpen { #expect(try isDeleted(ada) == !restores) }
    }
  }

  @Test("Nobody decides that the curator in whose name is written stays deleted")
  func ownCurator() throws {
    let curator = try #require(try ada.read { try $0.currentCurator() })
    let name = try ada.read { try $0.curatorName(curator) }
    try ben.write { try $0.delete(curator) }
    try ada.write { _ = try $0.set(curator, "affiliation", to: .text("Somewhere")) }
    try merge()
    #expect(throws: StoreError.ownCurator(curator, called: name)) {
      try ada.write { try $0.resolve(curator, "", .delete) }
    }
    try ada.write { try $0.resolve(curator, "", .restore) }
    try merge()
    #expect(try conflicts(ada) == [])
  }

  @Test("The sides say what was done, as values and not in words")
  func sides() throws {
    try ben.write {
      try $0.set(claim, "via", to: .text("a review"))
      try $0.setElement(claim, "tags", "serum", isPresent: true)
    }
    try part()
    let conflict = try #require(try conflicts(ada).first)
    #expect(conflict.values.map(\.content) == Array(repeating: nil, count: conflict.values.count))
    #expect(conflict.values.first?.deed == .deleted)
    let writes = conflict.values.flatMap { value -> [ConflictDeed.FieldWrite] in
      if case .wrote(let writes)? = value.deed { return writes }
      return []
    }
    #expect(Set(writes.map(\.description)) == ["status = accepted", "via = a review", "tags with serum"])
    #expect(writes.first { $0.field == "status" }?.content == .text("accepted"))
    let told = JSONText.write(conflict.value)
    #expect(told.contains(#"{"value":null,"curator":"#) && told.contains(#""action":"delete""#))
    #expect(told.contains(#""writes":[{"field":"status","action":"set","value":"accepted"}]"#), "\(told)")
    #expect(told.contains(#"{"field":"tags","action":"add","element":"serum"}"#))
  }

  @Test("A delete that an undo put back is told under who deleted, and one that follows a restore under who did that")
  func author() throws {
    try part()
    let before = try #require(try conflicts(ada).first?.values.first)
    try ben.write { try $0.resolve(claim, "", .restore) }
    _ = try ben.write { try $0.undo() }
    try merge()
    let after = try #require(try conflicts(ada).first?.values.first)
    #expect(after.change == before.change && after.curator == before.curator && after.deed == .deleted)
    #expect(after.alsoBy.count == 1 && after.standsSinceMilliseconds >= before.standsSinceMilliseconds)
    try ben.write { try $0.resolve(claim, "", .restore) }
    try merge()
    try ben.write { try $0.delete(claim) }
    try ada.write { try $0.set(claim, "status", to: .text("rejected")) }
    try merge()
    let again = try #require(try conflicts(ada).first?.values.first)
    #expect(again.change != before.change && again.curator != before.curator && again.alsoBy == [])
  }

  @Test("Who decided it is told by blame")
  func blame() throws {
    try part()
    try ada.write { try $0.resolve(claim, "", .restore, because: "It was answered.") }
    let entry = try #require(try ada.read { try $0.blame(claim) }.last)
    #expect(entry.field == "" && entry.content == .text("alive") && entry.decision?.reason == "It was answered.")
  }

  @Test("What stood there before is what all of them knew, also where one side put an older value back")
  func base() throws {
    try ben.write { try $0.set(claim, "status", to: .text("accepted")) }
    try merge()
    _ = try ben.write { try $0.undo() }
    try ada.write { try $0.set(claim, "status", to: .text("rejected")) }
    try merge()
    let conflict = try #require(try conflicts(ada).first)
    #expect(conflict.base?.content == .text("accepted"))
    #expect(Set(conflict.values.map(\.content)) == [.text("proposed"), .text("rejected")])
  }

  @Test("A delete that saw what was in conflict buries it; a restore brings it back")
  func buried() throws {
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    try ben.write { try $0.set(claim, "status", to: .text("rejected")) }
    try merge()
    let open = try conflicts(ada)
    try #require(open.count == 1)
    try ben.write { try $0.delete(claim) }
    try merge()
    #expect(try conflicts(ada) == [])
    #expect(try ada.read { try $0.conflictCounts() } == (open: 0, prose: 0))
    #expect(throws: StoreError.self) { try ada.write { try $0.resolve(claim, "status", .take(open[0].live[0])) } }
    try ada.write { try $0.restore(claim) }
    try merge()
    #expect(try conflicts(ada).map(\.values) == open.map(\.values))
  }
}

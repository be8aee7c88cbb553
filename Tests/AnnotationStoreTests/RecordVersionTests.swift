import Foundation
import SyncTransports
import Testing

@testable import AnnotationStore

/// Writing as of a version: what was live then is superseded, and nothing else.
@Suite("Writing as of a version")
struct RecordVersionTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let claim: RecordID

  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store()
    claim = try ada.write {
      try $0.addClaim("LCN2 is raised in serum.", ["via": .text("Wang")], sets: ["tags": ["a", "b"]]).id
    }
    ben = try Store.create(
      at: "\(directory.path)/ben/store.sqlite", environment: directory.environment(user: "ben"), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: ben)
    try ben.write { try $0.becomeCurator(name: "Ben") }
  }

  private func frontier(_ store: Store) throws -> [ChangeID] { try store.read { try $0.frontier(of: claim) } }

  private func write(
    _ store: Store, at base: [ChangeID], _ body: (WriteTransaction, RecordVersion) throws -> VersionedWrite
  ) throws -> VersionedWrite {
    try store.write { try body($0, try #require(try $0.version(of: claim, at: base))) }
  }

  @Test("The version of now reads as the record does, and one of before as it did")
  func reads() throws {
    let base = try frontier(ada)
    let before = try ada.read { try $0.existing(claim) }
    try ada.write {
      try $0.set(claim, "status", to: .text("accepted"))
      try $0.setElement(claim, "tags", "a", isPresent: false)
    }
    let now = try frontier(ada)
    #expect(base.count == 1 && now.count == 1 && now != base)
    #expect(try ada.read { try $0.version(of: claim, at: base) }?.record == before)
    let current = try ada.read { try $0.existing(claim) }
    #expect(try ada.read { try $0.version(of: claim, at: now) }?.record == current)
    #expect(try ada.read { try $0.version(of: claim, at: []) }?.record == nil)
    let nobody = RecordID(derivedFrom: .text("nobody"))
    #expect(try ada.read { try $0.frontier(of: nobody) } == [])
  }

  @Test("Where nobody wrote meanwhile it is an ordinary edit, and a second time it is there already")
  func edits() throws {
    let base = try frontier(ada)
    try ada.write { _ = try $0.annotate(claim, body: "Elsewhere.") }
    for expected in [VersionedWrite.written, .already] {
      #expect(try write(ada, at: base) { try $0.set($1, "status", to: .text("accepted")) } == expected)
      #expect(try write(ada, at: base) { try $0.set($1, "via", to: nil) } == expected)
      #expect(try write(ada, at: base) { try $0.set($1, "statement", to: .text("LCN2 is high in serum.")) } == expected)
      #expect(try write(ada, at: base) { try $0.setElement($1, "tags", "a", isPresent: false) } == expected)
      #expect(try write(ada, at: base) { try $0.setElement($1, "tags", "c", isPresent: true) } == expected)
    }
    let record = try ada.read { try $0.existing(claim) }
    #expect(record.text("status") == "accepted" && record.text("via") == nil && record.elements("tags") == ["b", "c"])
    #expect(record.text("statement") == "LCN2 is high in serum.")
    #expect(try ada.read { try $0.conflicts() }.isEmpty)
    #expect(try write(ada, at: base) { try $0.set($1, "status", to: .text("proposed")) } == .same)
  }

  @Test("What was taken once and undone by others since does not come back")
  func staysUndone() throws {
    let base = try frontier(ada)
    #expect(try write(ada, at: base) { try $0.set($1, "status", to: .text("accepted")) } == .written)
    #expect(try write(ada, at: base) { try $0.setElement($1, "tags", "c", isPresent: true) } == .written)
    try ada.write {
      try $0.set(claim, "status", to: .text("rejected"))
      try $0.setElement(claim, "tags", "c", isPresent: false)
    }
    #expect(try write(ada, at: base) { try $0.set($1, "status", to: .text("accepted")) } == .already)
    #expect(try write(ada, at: base) { try $0.setElement($1, "tags", "c", isPresent: true) } == .already)
    #expect(try ada.read { try $0.existing(claim) }.text("status") == "rejected")
  }

  @Test("A register that was written meanwhile comes into conflict, with both values live")
  func conflicts() throws {
    let base = try frontier(ada)
    try ada.write { try $0.set(claim, "status", to: .text("rejected")) }
    #expect(try write(ada, at: base) { try $0.set($1, "status", to: .text("accepted")) } == .concurrent)
    let conflict = try #require(try ada.read { try $0.conflicts() }.first)
    #expect(Set(conflict.values.compactMap(\.content)) == [.text("accepted"), .text("rejected")])
    #expect(conflict.base?.content == .text("proposed"))
    // A version that shows one value of two is nothing to edit a register from.
    let torn = try frontier(ada)
    #expect(throws: StoreError.conflict(claim, .claim, field: "status")) {
      _ = try write(ada, at: torn) { try $0.set($1, "status", to: .text("proposed")) }
    }
  }

  @Test("A text is merged with what was written to it meanwhile, here or in another replica")
  func merges() throws {
    let base = try frontier(ada)
    try ben.write { try $0.set(claim, "statement", to: .text("LCN2 is raised in serum of patients.")) }
    _ = try DirectMerge.merge(ben, into: ada)
    let outcome = try write(ada, at: base) { try $0.set($1, "statement", to: .text("Human LCN2 is raised in serum.")) }
    #expect(outcome == .concurrent)
    _ = try expectEqual(ada, after: ben)
    #expect(try ben.read { try $0.existing(claim) }.text("statement") == "Human LCN2 is raised in serum of patients.")
    #expect(try frontier(ada) == frontier(ben))
  }

  @Test("A text that is the same to the eye and has other bytes was not written yet")
  func equivalentText() throws {
    let base = try frontier(ada)
    try ada.write { try $0.set(claim, "statement", to: .text("Sj\u{F6}gren's LCN2.")) }
    let text = "Sjo\u{308}gren's LCN2."
    #expect(try write(ada, at: base) { try $0.set($1, "statement", to: .text(text)) } == .concurrent)
  }

  @Test("Two who write apart make a version of two changes, and an edit from it sees both")
  func forkedVersion() throws {
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    try ben.write { try $0.set(claim, "via", to: .text("Li")) }
    _ = try expectEqual(ada, after: ben)
    let base = try frontier(ben)
    #expect(base.count == 2)
    let shown = try ben.read { try $0.existing(claim) }
    try ada.write { try $0.set(claim, "status", to: .text("under-review")) }
    #expect(try ada.read { try $0.version(of: claim, at: base) }?.record == shown)
    #expect(try write(ada, at: base) { try $0.set($1, "via", to: .text("Wu")) } == .written)
    #expect(try frontier(ada).count == 1)
  }

  @Test("An edit from before a delete is in conflict with the delete; one from after it is refused")
  func deleted() throws {
    let base = try frontier(ada)
    try ada.write { try $0.delete(claim) }
    #expect(try write(ada, at: base) { try $0.set($1, "via", to: .text("Li")) } == .concurrent)
    #expect(try ada.read { try $0.conflicts() }.map(\.type) == [.life])
    let other = try directory.store("other")
    let gone = try other.write { try $0.addClaim("Gone.").id }
    try other.write { try $0.delete(gone) }
    let after = try other.read { try $0.frontier(of: gone) }
    #expect(throws: StoreError.deleted(gone, .claim)) {
      _ = try other.write { try $0.set(try #require(try $0.version(of: gone, at: after)), "via", to: .text("Li")) }
    }
  }

  @Test("An element that was added again meanwhile stays, and a change that is not here is named")
  func elements() throws {
    let base = try frontier(ada)
    try ben.write { try $0.setElement(claim, "tags", "a", isPresent: false) }
    try ben.write { try $0.setElement(claim, "tags", "a", isPresent: true) }
    let far = try frontier(ben)
    let missing = try #require(far.first)
    #expect(throws: StoreError.noChange(missing.hex)) { _ = try ada.read { try $0.version(of: claim, at: far) } }
    _ = try DirectMerge.merge(ben, into: ada)
    // Ben removed it too, which is what is wanted here; that he took it back afterwards is his last word.
    #expect(try write(ada, at: base) { try $0.setElement($1, "tags", "a", isPresent: false) } == .already)
    #expect(try ada.read { try $0.existing(claim) }.elements("tags") == ["a", "b"])
  }
}

import SyncTransports
import Testing

@testable import AnnotationStore

/// A record of another kind under an id that is taken, as only a faulty or hostile program makes it: it takes nothing away
/// from the one that was there.
@Suite("One id under two kinds")
struct SharedIDTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let id: RecordID

  /// Ada wrote a claim, and Ben a note with its id, which ranks below it for he has seen less.
  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store("ada")
    ben = try directory.replica(of: ada, "ben", curator: "Ben")
    let other = try ada.add("first").value
    try ada.add("second")
    let claim = try ada.write { try $0.addClaim("The claim.", sets: ["tags": ["kept", "old"]]).id }
    id = claim
    try ben.write { transaction in
      try transaction.create(
        .annotation, claim,
        [
          ("target", .value(.bytes(other.bytes))), ("body", .value(.text("The note."))), ("tags", .elements(["kept"])),
        ])
    }
    try expectEqual(ben, after: ada)
  }

  @Test("Each is found under its letter and where its kind is wanted; the id alone is ambiguous")
  func lookup() throws {
    for store in [ada, ben] {
      try store.read { reader in
        let digits = id.hex.prefix(8)
        #expect(try reader.record(named: "c:\(digits)").text("statement") == "The claim.")
        #expect(try reader.record(named: "n:\(digits)").text("body") == "The note.")
        #expect(try reader.record(named: "c:\(id)").kind == .claim)
        #expect(try reader.record(named: id.description, of: [.claim]).kind == .claim)
        #expect(try reader.record(id, as: Claim.self)?.statement == "The claim.")
        #expect(try reader.record(id, as: Annotation.self)?.body == "The note.")
        // The one that ranks lowest, on every replica.
        #expect(try reader.record(id)?.kind == .annotation)
        let both = try [Kind.annotation, .claim].map { try reader.shortID(id, $0) }
        for text in [id.description, String(digits)] {
          #expect(throws: StoreError.ambiguous(text, candidates: both)) { try reader.record(named: text) }
        }
      }
    }
  }

  @Test("What is written goes to the kind that is meant, else to the one that has the field")
  func writing() throws {
    try ada.write { transaction in
      try transaction.set(id, "status", to: .text("accepted"))
      try transaction.setElement(id, "tags", of: .claim, "old", isPresent: false)
      try transaction.setElement(id, "tags", of: .claim, "kept", isPresent: false)
      try transaction.edit(transaction.reader().proseVersion(of: id, "statement"), to: "The claim, edited.")
      try transaction.assess(id, stance: "supports")
      try transaction.delete(id, of: .annotation)
    }
    try expectEqual(ben, after: ada)
    for store in [ada, ben] {
      try store.read { reader in
        let claim = try #require(try reader.record(id, of: .claim))
        #expect(claim.text("statement") == "The claim, edited." && !claim.isDeleted)
        // They share a table of tags, and the note still has this one.
        #expect(claim.elements("tags") == ["kept"])
        #expect(try reader.record(id, of: .annotation)?.isDeleted == true)
      }
      #expect(try store.rebuild().differences == [])
    }
    try ada.write { try $0.restore(id, of: .annotation) }
    #expect(try ada.read { try $0.record(id, of: .annotation)?.isDeleted } == false)
  }

  @Test("A verification warns of it")
  func warning() throws {
    let report = try ada.verify()
    #expect(report.isSound)
    #expect(report.warnings == ["records of several kinds have the id \(id): annotation, claim"])
  }
}

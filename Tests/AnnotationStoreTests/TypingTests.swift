import AnnotationModel
import ProseCRDT
import SyncTransports
import Testing

@testable import AnnotationStore

/// Editors that know what is typed save that, and not only what came of it.
@Suite("Texts saved as they were typed")
struct StoreTypingTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let claim: RecordID
  private static let text = "LCN2 rises in serum."

  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store()
    claim = try ada.write { try $0.addClaim(Self.text).id }
    ben = try Store.create(
      at: "\(directory.path)/ben/store.sqlite", environment: directory.environment(user: "ben"), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: ben)
    try ben.write { try $0.becomeCurator(name: "Ben") }
  }

  private func version(_ store: Store) throws -> ProseVersion {
    try store.read { try $0.proseVersion(of: claim, "statement") }
  }

  private static func typing(_ strokes: (Int, Int, String)...) -> Typing {
    strokes.reduce(into: Typing()) { $0.replace($1.1, at: $1.0, with: $1.2) }
  }

  @Test("History tells what was typed, and others' edits are merged with it")
  func merged() throws {
    let typing = Self.typing((19, 0, " and csf"), (24, 3, ""), (24, 0, "CSF"), (0, 0, "In ALS, "))
    #expect(try ada.write { try $0.edit(try version(ada), typing: typing) })
    #expect(try version(ada).text == "In ALS, LCN2 rises in serum and CSF.")
    let entry = try #require(try ada.read { try $0.history(of: claim) }.last)
    #expect(entry.areTyped && entry.splices == typing.edits)
    try ben.write { try $0.set(claim, "statement", to: .text("LCN2 falls in serum.")) }
    _ = try DirectMerge.merge(ben, into: ada, both: true)
    for store in [ada, ben] {
      #expect(try version(store).text == "In ALS, LCN2 falls in serum and CSF.")
      try expectSound(store)
    }
    #expect(try ada.write { try $0.undo() }.undone.count == 1)
    try expectSound(ada)
  }

  @Test("What was typed and taken back again is no edit")
  func nothing() throws {
    let typing = Self.typing((4, 0, "?"), (4, 1, ""))
    let before = try ada.read { try $0.history(of: claim).count }
    #expect(try ada.write { try $0.edit(try version(ada), typing: typing) } == false)
    #expect(try ada.read { try $0.history(of: claim).count } == before)
  }

  @Test("An edit outside of the text, or one that leaves none, is refused and changes nothing")
  func refused() throws {
    for typing in [Self.typing((99, 0, "x")), Self.typing((0, Self.text.unicodeScalars.count, ""))] {
      #expect(throws: StoreError.self) { try ada.write { try $0.edit(try version(ada), typing: typing) } }
    }
    #expect(try version(ada).text == Self.text)
  }

  @Test("A text that is not shown as it stands, and more than a change can hold, are kept as the difference")
  func difference() throws {
    for store in [ada, ben] { try store.write { try $0.set(claim, "statement", to: .text("LCN2 rises in CSF.")) } }
    _ = try DirectMerge.merge(ben, into: ada, both: true)
    let shown = try version(ada)
    #expect(shown.text != shown.versionText)
    #expect(try ada.write { try $0.edit(shown, typing: Self.typing((14, 0, "the "))) })
    #expect(try version(ada).text == "LCN2 rises in the CSF.")
    var typing = Typing()
    for round in 0..<40_000 {
      typing.replace(0, at: 0, with: "x")
      typing.replace(round % 2, at: 3, with: "")
    }
    #expect(typing.edits.count > 1 << 15)
    for _ in 0..<40_000 { typing.replace(0, at: 0, with: "y") }
    #expect(try ada.write { try $0.edit(try version(ada), typing: typing) })
    #expect(try ada.read { try $0.history(of: claim) }.last?.areTyped == false)
    #expect(try version(ada).text.hasSuffix("rises in the CSF."))
    try expectSound(ada)
  }
}

import Foundation
import SyncTransports
import Testing

@testable import AnnotationStore

/// Texts that two people edit apart are merged word by word; where both changed the same words, somebody is asked to look.
@Suite("Merging prose")
struct ProseMergingTests {
  private let directory: TemporaryDirectory
  private let ada: Store
  private let ben: Store
  private let claim: RecordID

  private static let text = "LCN2 is raised in the serum of patients with ALS."

  init() throws {
    directory = try TemporaryDirectory()
    ada = try directory.store()
    claim = try ada.write { try $0.addClaim(Self.text).id }
    ben = try Store.create(
      at: "\(directory.path)/ben/store.sqlite", environment: directory.environment(user: "ben"), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: ben)
    try ben.write { try $0.becomeCurator(name: "Ben") }
  }

  private func merge() throws {
    #expect(try DirectMerge.merge(ben, into: ada, both: true).here.areEqual)
    #expect(try statement(ada) == statement(ben))
    #expect(try conflicts(ada) == conflicts(ben))
    for store in [ada, ben] { try expectSound(store) }
  }

  private func edit(_ store: Store, _ old: String, _ new: String) throws {
    let text = try statement(store)
    try #require(text.contains(old))
    try store.write { try $0.set(claim, "statement", to: .text(text.replacing(old, with: new))) }
  }

  private func statement(_ store: Store) throws -> String {
    try #require(try store.read { try $0.existing(claim) }.text("statement"))
  }

  private func conflicts(_ store: Store) throws -> [ConflictDetail] { try store.read { try $0.conflicts() } }

  /// Both change the same word.
  private func disagree() throws -> ConflictDetail {
    try edit(ada, "raised", "elevated")
    try edit(ben, "raised", "increased")
    try merge()
    return try #require(try conflicts(ada).first)
  }

  @Test("Edits of different words are both in the text, and nobody is asked")
  func differentWords() throws {
    try edit(ada, "serum", "plasma")
    try edit(ben, "patients with ALS", "people with amyotrophic lateral sclerosis")
    try merge()
    #expect(try statement(ada) == "LCN2 is raised in the plasma of people with amyotrophic lateral sclerosis.")
    #expect(try conflicts(ada) == [])
    // It is settled: the next edit is one of the whole, and what comes after goes on from there.
    try edit(ben, "raised", "elevated")
    try merge()
    try edit(ada, "LCN2", "Lipocalin-2")
    try merge()
    let text = "Lipocalin-2 is elevated in the plasma of people with amyotrophic lateral sclerosis."
    #expect(try statement(ben) == text)
  }

  @Test("Many edits by both, before and after each other's, all stay")
  func manyEdits() throws {
    for word in ["very", "much", "so"] { try edit(ada, "raised", "\(word) raised") }
    for word in ["all", "most", "some"] { try edit(ben, "patients", "\(word) patients") }
    try merge()
    #expect(try statement(ada) == "LCN2 is very much so raised in the serum of all most some patients with ALS.")
    #expect(try conflicts(ada) == [])
  }

  @Test("The same edit made by both is one, and what somebody adds to it then as well")
  func sameEdit() throws {
    for store in [ada, ben] { try edit(store, "raised", "elevated") }
    try merge()
    let text = "LCN2 is elevated in the serum of patients with ALS."
    #expect(try statement(ada) == text)
    #expect(try conflicts(ada) == [])
    let blame = try ada.read { try $0.blame(claim) }.first { $0.field == "statement" }
    #expect(blame?.words.map(\.text).joined() == text)
    try edit(ada, "serum", "plasma")
    try merge()
    #expect(try statement(ben) == "LCN2 is elevated in the plasma of patients with ALS.")
    #expect(try conflicts(ada) == [])
  }

  @Test("The same edit by two and another by a third are in the text once each; an undo does not double it either")
  func sameEditOfThree() throws {
    let cem = try Store.create(
      at: "\(directory.path)/cem/store.sqlite", environment: directory.environment(user: "cem"), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: cem)
    try cem.write { try $0.becomeCurator(name: "Cem") }
    for store in [ada, ben] { try edit(store, "raised", "elevated") }
    try edit(cem, "serum", "plasma")
    _ = try DirectMerge.merge(cem, into: ada)
    try merge()
    let text = "LCN2 is elevated in the plasma of patients with ALS."
    #expect(try statement(ada) == text)
    #expect(try conflicts(ada) == [])
    try edit(ada, "patients", "people")
    try ada.write { _ = try $0.undo() }
    try merge()
    #expect(try statement(ben) == text)
    #expect(try conflicts(ben) == [])
  }

  @Test("Edits of the same word are both in the text, and it is a conflict of type prose")
  func sameWord() throws {
    let conflict = try disagree()
    #expect(conflict.type == .prose && conflict.field == "statement")
    #expect(conflict.base?.content == .text(Self.text))
    #expect(
      Set(conflict.values.map(\.content)) == [
        .text(Self.text.replacing("raised", with: "elevated")), .text(Self.text.replacing("raised", with: "increased")),
      ])
    let merge = try #require(conflict.merge)
    #expect(try merge.text == statement(ada))
    #expect(merge.text.contains("elevated") && merge.text.contains("increased") && !merge.text.contains("raised"))
    let contention = try #require(merge.contentions.first)
    #expect(merge.contentions.count == 1 && contention.base == "raised")
    #expect(Set(contention.sides.map(\.text)) == ["elevated", "increased"])
    let scalars = Array(merge.text.unicodeScalars)[contention.range]
    #expect(String(String.UnicodeScalarView(scalars)) == contention.merged)
    let place = Self.text.unicodeScalars.distance(
      from: Self.text.startIndex, to: try #require(Self.text.range(of: "raised")).lowerBound)
    #expect(contention.baseRange == place..<place + 6)
    #expect(contention.sides.map(\.range) == contention.sides.map { place..<place + $0.text.count })
    let counts = try ada.read { try $0.conflictCounts() }
    #expect(counts.open == 0 && counts.prose == 1)
  }

  @Test("A conflict of prose is decided in every way, and the decision can be undone", arguments: 0..<4)
  func decided(_ way: Int) throws {
    let conflict = try disagree()
    let own = Self.text.replacing("raised", with: "higher")
    let (decision, text): (Decision, String?) =
      switch way {
      case 0: (.accept, conflict.merge?.text)
      case 1: (.take(conflict.values[1].change), FieldTextProbe.text(conflict.values[1].content))
      case 2: (.value(.text(own)), own)
      default: (.take(conflict.values[0].change), FieldTextProbe.text(conflict.values[0].content))
      }
    try ada.write { try $0.resolve(claim, "statement", decision, because: "step", expecting: conflict.digest) }
    #expect(try conflicts(ada) == [])
    try merge()
    #expect(try statement(ben) == text)
    let told = try #require(try ben.read { try $0.decisions(of: claim) }.first)
    #expect(told.reason == "step" && told.isDecision)
    #expect(told.overruled.count == (way == 1 || way == 3 ? 1 : 0))
    #expect(try ada.write { try $0.undo() }.left == [])
    try merge()
    let again = try #require(try conflicts(ben).first)
    #expect(again.values.map(\.content) == conflict.values.map(\.content))
    #expect(again.values.map(\.curator) == conflict.values.map(\.curator))
    #expect(try statement(ben) == conflict.merge?.text)
  }

  @Test("Two who decide alike agree; two who decide otherwise are in conflict again")
  func decidedApart() throws {
    let conflict = try disagree()
    for store in [ada, ben] { try store.write { try $0.resolve(claim, "statement", .accept) } }
    try merge()
    #expect(try conflicts(ada) == [])
    #expect(try statement(ada) == conflict.merge?.text)
    try ada.write { _ = try $0.undo() }
    try ben.write { _ = try $0.undo() }
    try merge()
    #expect(try conflicts(ada).count == 1)
    try ada.write { try $0.resolve(claim, "statement", .take(conflict.values[0].change)) }
    try ben.write { try $0.resolve(claim, "statement", .take(conflict.values[1].change)) }
    try merge()
    #expect(try conflicts(ada).count == 1)
  }

  @Test("Whoever takes the merge and whoever takes a side are in conflict")
  func acceptedAndTaken() throws {
    let conflict = try disagree()
    try ada.write { try $0.resolve(claim, "statement", .accept) }
    try ben.write { try $0.resolve(claim, "statement", .take(conflict.values[1].change)) }
    try merge()
    #expect(try conflicts(ada).count == 1)
  }

  @Test("A conflict of prose blocks nobody: an edit is of the merged text, and settles it")
  func notBlocking() throws {
    _ = try disagree()
    let before = try statement(ada)
    try edit(ada, "serum", "plasma")
    #expect(try conflicts(ada) == [])
    try merge()
    #expect(try statement(ben) == before.replacing("serum", with: "plasma"))
  }

  @Test("An edit begun on a text that has moved on is merged with what came meanwhile")
  func movedOn() throws {
    let seen = try ada.read { try $0.proseVersion(of: claim, "statement") }
    try edit(ada, "serum", "plasma")
    try edit(ada, "ALS", "sporadic ALS")
    try ada.write { try $0.edit(seen, to: seen.text.replacing("raised", with: "elevated")) }
    #expect(try statement(ada) == "LCN2 is elevated in the plasma of patients with sporadic ALS.")
    #expect(try conflicts(ada) == [])
    try ada.write { try $0.edit(seen, to: seen.text.replacing("serum", with: "blood")) }
    #expect(try conflicts(ada).map(\.type) == [.prose])
    try expectSound(ada)
  }

  @Test("An undo takes one's own edit out of the merged text, and leaves the other's")
  func undo() throws {
    try edit(ada, "serum", "plasma")
    try edit(ben, "patients", "people")
    try merge()
    try ada.write { _ = try $0.undo() }
    try merge()
    #expect(try statement(ben) == Self.text.replacing("patients", with: "people"))
  }

  @Test("A text that was rewritten and taken back is new, and what somebody made of the old words stands beside it")
  func takenBack() throws {
    let old = Self.text
    let iron = "Serum iron falls in sick mice."
    try edit(ada, old, iron)
    try merge()
    try edit(ada, iron, "Ferritin went up.")
    try ada.write { _ = try $0.undo() }
    try edit(ben, "falls", "drops")
    try merge()
    // As Schema/prose.md tells it.
    #expect(try statement(ada) == "Serum iron falls in sick micedrops.")
    #expect(try conflicts(ada).map(\.type) == [.prose])
    try edit(ben, "Serum iron falls in sick micedrops.", "Serum iron drops in sick mice.")
    try merge()
    #expect(try conflicts(ada) == [])
  }

  @Test("Claims that two imported apart are one text, whoever edits it")
  func imported() throws {
    let source = DerivedID.SourceIdentifier.doi(try DOI(parsing: "10.1000/1"))
    let ids = try [ada, ben].map { store in
      try store.write {
        let paper = try $0.addSource(source).id
        return try $0.addClaim("Iron and ferritin rise.", source: paper, isImported: true).id
      }
    }
    #expect(ids[0] == ids[1])
    try ada.write { try $0.set(ids[0], "statement", to: .text("Iron and ferritin rise early.")) }
    try ben.write { try $0.set(ids[0], "statement", to: .text("Serum iron and ferritin rise.")) }
    try merge()
    let text = try ada.read { try $0.existing(ids[0]) }.text("statement")
    #expect(text == "Serum iron and ferritin rise early.")
    #expect(try conflicts(ada) == [])
  }

  @Test("Each word is blamed on who wrote it last, and what was brought back on its author")
  func blame() throws {
    try edit(ada, "serum", "plasma")
    try edit(ben, "patients", "people")
    try merge()
    func words() throws -> [String: RecordID] {
      let entry = try #require(try ada.read { try $0.blame(claim) }.first { $0.field == "statement" })
      #expect(try entry.words.map(\.text).joined() == statement(ada))
      var writers: [String: RecordID] = [:]
      for run in entry.words { for word in run.text.split(separator: " ") { writers[String(word)] = run.curator } }
      return writers
    }
    let (adaID, benID) = (
      try #require(try ada.read { try $0.currentCurator() }), try #require(try ben.read { try $0.currentCurator() })
    )
    #expect(try words()["plasma"] == adaID)
    #expect(try words()["people"] == benID)
    #expect(try words()["LCN2"] == adaID)
    try edit(ada, "people ", "")
    try ada.write { _ = try $0.undo() }
    #expect(try words()["people"] == benID)
    try expectSound(ada)
  }

  @Test("A merged text may be longer than one that somebody may write")
  func longerThanAllowed() throws {
    let half = String(repeating: "word ", count: 130_000)
    try edit(ada, "LCN2", half + "LCN2")
    try edit(ben, "ALS.", "ALS. " + half)
    _ = try DirectMerge.merge(ben, into: ada)
    #expect(try statement(ada).utf8.count > 1 << 20)
    #expect(throws: (any Error).self) { try edit(ada, "serum", "the serum") }
  }
}

private enum FieldTextProbe {
  static func text(_ content: FieldContent?) -> String? { if case .text(let text)? = content { text } else { nil } }
}

import AnnotationStore
import Foundation
import SyncTransports
import Testing

@testable import Interchange

/// A sheet that comes back is merged with what stands here, against what was exported.
@Suite struct SheetMergeTests {
  private let place: Workplace
  private var store: Store { place.store }

  init() throws { place = try Workplace() }

  @Test func whatWasNotTouchedChangesNothing() throws {
    let claim = try place.claim("LCN2 \"is\" raised.\nIn serum,\tsay.", tags: ["a;b", "=1", "c\\d"])
    try store.write { _ = try $0.assess(claim, stance: "supports", body: "So do we.") }
    let before = try place.everything()
    for kind in SheetLayout.kinds {
      for format in [Format.tsv, .xlsx] {
        let bytes = try Desk.export(store, kind, as: format).bytes
        let report = try Importer().run(file: "s.\(format.rawValue)", bytes: bytes, into: store)
        #expect(report.isWithoutEffect && report.sheet?.sameCount == 1 && report.told.isEmpty, "\(kind) \(format)")
        #expect(report.changes.isEmpty && report.sheet?.knowsExported == true)
      }
    }
    #expect(try place.everything() == before)
  }

  @Test func changedCellsBecomeEdits() throws {
    let claim = try place.claim(tags: ["a", "b"])
    var desk = try Desk(store)
    desk[claim, "statement"] = "LCN2 is high in serum."
    desk[claim, "status"] = "Accepted"
    desk[claim, "negated"] = "TRUE"
    desk[claim, "subject"] = "NCBIGene:3934"
    desk[claim, "tags"] = "b; c"
    desk[claim, "qualifiers"] = "tissue=UBERON:0001977"
    desk[claim, "source"] = "https://doi.org/10.1234/A"
    desk[claim, "quote"] = "raised"
    desk[claim, "suffix"] = " in serum"
    let dry = try desk.give(store, isDryRun: true)
    #expect(try place.record(claim).text("status") == "proposed")
    let report = try desk.give(store)
    #expect(dry.sheet == report.sheet && report.told == ["edit": 1])
    let record = try place.record(claim)
    #expect(record.text("statement") == "LCN2 is high in serum." && record.text("status") == "accepted")
    #expect(record.flag("negated") == true && record.text("subject") == "NCBIGene:3934")
    #expect(record.elements("tags") == ["b", "c"] && record.elements("qualifiers") == ["tissue=UBERON:0001977"])
    #expect(record.selector == Selector(exact: "raised", suffix: " in serum"))
    let source = try #require(record.reference("source"))
    #expect(try place.record(source).text("doi") == "10.1234/a")
    let cells = try #require(report.sheet?.rows.first.first?.cells)
    let order = ["statement", "status", "subject", "negated", "qualifiers", "tags", "source", "quote", "suffix"]
    #expect(cells.map(\.column) == order)
    #expect(cells[1].before == "proposed" && cells[1].after == "Accepted" && cells[5].note == "+c -a")
    // The same sheet once more has nothing to give.
    let again = try desk.give(store)
    #expect(again.changes.isEmpty && again.told == ["already": 1])
    desk = try Desk(store)
    desk[claim, "quote"] = ""
    desk[claim, "suffix"] = ""
    desk[claim, "subject"] = " "
    #expect(try desk.give(store).told == ["edit": 1])
    #expect(try place.record(claim).selector == nil && place.record(claim).text("subject") == nil)
  }

  @Test func aQuoteThatChangesLosesItsPosition() throws {
    let selector = {
      var selector = Selector(exact: "LCN2 rises", prefix: "that ")
      (selector.start, selector.end, selector.name) = (10, 20, "paper.txt")
      return selector
    }()
    let claim = try store.write { try $0.addClaim("LCN2 rises.", ["selector": selector.value]).id }
    var desk = try Desk(store)
    desk[claim, "prefix"] = "say that "
    try desk.give(store)
    #expect(try place.record(claim).selector?.start == 10 && place.record(claim).selector?.prefix == "say that ")
    desk = try Desk(store)
    desk[claim, "quote"] = "LCN2 falls"
    try desk.give(store)
    let changed = try #require(try place.record(claim).selector)
    #expect(changed.exact == "LCN2 falls" && changed.start == nil && changed.end == nil && changed.name == "paper.txt")
    desk = try Desk(store)
    desk[claim, "quote"] = ""
    #expect(desk.refusal(store).contains("column \"quote\": is empty, and there are words before or after it"))
  }

  @Test func whatOthersWroteMeanwhileIsMergedOrInConflict() throws {
    let claim = try place.claim(tags: ["a", "b"])
    let ben = try place.replica()
    var desk = try Desk(store)
    try ben.write {
      try $0.set(claim, "status", to: .text("rejected"))
      try $0.set(claim, "statement", to: .text("LCN2 is raised in serum of patients."))
      try $0.set(claim, "via", to: .text("Li"))
      try $0.setElement(claim, "tags", "ben", isPresent: true)
    }
    _ = try DirectMerge.merge(ben, into: store)
    desk[claim, "status"] = "accepted"
    desk[claim, "statement"] = "Human LCN2 is raised in serum."
    desk[claim, "tags"] = "a; ada"
    desk[claim, "subject"] = "NCBIGene:3934"
    let report = try desk.give(store)
    #expect(report.told == ["conflict": 1])
    let outcomes = try #require(report.sheet?.rows.first.first?.cells).map { "\($0.column) \($0.outcome.rawValue)" }
    #expect(outcomes == ["statement merged", "status conflict", "subject edit", "tags edit"])
    let record = try place.record(claim)
    #expect(record.text("statement") == "Human LCN2 is raised in serum of patients." && record.text("via") == "Li")
    #expect(record.elements("tags") == ["a", "ada", "ben"] && record.text("subject") == "NCBIGene:3934")
    let conflict = try #require(try store.read { try $0.conflicts() }.first)
    #expect(Set(conflict.values.compactMap(\.content)) == [.text("accepted"), .text("rejected")])
    #expect(conflict.base?.content == .text("proposed"))
    // Again: the conflict stays as it is, and no text is doubled.
    let again = try desk.give(store)
    #expect(again.changes.isEmpty && again.told == ["already": 1])
    // In the sheet of a torn cell one value of two is shown, so that cell cannot be edited from there.
    var torn = try Desk(store)
    torn[claim, "status"] = "proposed"
    #expect(torn.refusal(store).contains("column \"status\": was in conflict when the sheet was exported"))
  }

  @Test func wordsThatBothChangedAreInConflict() throws {
    let claim = try place.claim()
    var desk = try Desk(store)
    try store.write { try $0.set(claim, "statement", to: .text("LCN2 is lowered in serum.")) }
    desk[claim, "statement"] = "LCN2 is doubled in serum."
    #expect(try desk.give(store).told == ["conflict": 1])
    #expect(try store.read { try $0.conflicts() }.map(\.type) == [.prose])
  }

  @Test func anEditOfWhatWasDeletedIsInConflictWithTheDelete() throws {
    let (claim, other) = (try place.claim(), try place.claim("Other."))
    var desk = try Desk(store)
    try store.write {
      try $0.delete(claim)
      try $0.delete(other)
    }
    desk[claim, "status"] = "accepted"
    let report = try desk.give(store)
    #expect(report.told == ["conflict": 1] && report.sheet?.sameCount == 1)
    #expect(try store.read { try $0.conflicts() }.map(\.type) == [.life])
  }

  @Test func rowsWithoutAnIDAreNewRecords() throws {
    let claim = try place.claim()
    var desk = try Desk(store)
    let new = [
      "statement": "A raises B.", "source": "PMID:123", "tags": "x; y\\;z", "negated": "WAHR", "status": "accepted",
    ]
    desk.add(new)
    desk.add(["statement": "LCN2 is raised in serum."])
    desk.add([:])
    desk.add(["(curator)": "Ada"])
    let report = try desk.give(store)
    #expect(report.told == ["new": 1, "here already": 0, "there": 1].filter { $0.value > 0 })
    let made = try #require(try place.all(.claim).first { $0.text("statement") == "A raises B." })
    #expect(made.elements("tags") == ["x", "y;z"] && made.flag("negated") == true && made.text("status") == "accepted")
    #expect(made.key.isDerived && report.created[.source] == 1)
    #expect(try desk.give(store).changes.isEmpty)

    var assessments = try Desk(store, .assessment)
    assessments.add(["claim": "\(claim)", "stance": "disputes", "body": "No."])
    #expect(try assessments.give(store).told == ["new": 1])
    #expect(try assessments.give(store).told == ["there": 1])
    assessments.rows = []
    assessments.add(["claim": "\(claim)", "stance": "supports"])
    #expect(assessments.refusal(store).contains("you have assessed this claim already"))
  }

  @Test func rowsThatAreGoneAreToldAndNotDeleted() throws {
    let (kept, gone, changed) = (try place.claim("Kept."), try place.claim("Gone."), try place.claim("Changed."))
    let later = try Desk(store)
    let other = try place.claim("Not exported.")
    var desk = later
    desk.remove(gone)
    desk.remove(changed)
    try store.write { try $0.set(changed, "status", to: .text("accepted")) }
    let report = try desk.give(store)
    #expect(report.told == ["missing": 2] && report.sheet?.sameCount == 1 && report.isWithoutEffect)
    #expect(try place.record(gone).isDeleted == false)
    // Only what was exported counts, and what was changed since stays.
    let retracted = try desk.give(store, retractsMissing: true)
    #expect(retracted.told == ["retracted": 1, "missing": 1])
    #expect(retracted.sheet?.rows.first.compactMap(\.note) == ["was changed here since the export"])
    #expect(try place.record(gone).isDeleted && !place.record(changed).isDeleted)
    #expect(try !place.record(kept).isDeleted && !place.record(other).isDeleted)
  }

  @Test(arguments: [0, 1, 2])
  func withoutTheWholeListNothingCountsAsGone(_ damage: Int) throws {
    for number in 0..<3 { _ = try place.claim("Claim \(number).") }
    var desk = try Desk(store)
    desk.rows.removeLast()
    switch damage {
    case 0: desk.list = []
    case 1: desk.list[0][2] = String(desk.list[0][2].dropLast(60))
    default: desk.list[0][1] = "v1"
    }
    let report = try desk.give(store)
    #expect(report.told.isEmpty && report.sheet?.knowsExported == false)
    #expect(throws: InterchangeError.inFile(name: "sheet.tsv", .unknownExport)) {
      try desk.give(store, retractsMissing: true)
    }
  }

  @Test func aLongListTakesSeveralRows() throws {
    try store.write { transaction in
      for number in 0..<1203 { _ = try transaction.addClaim("Claim \(number).") }
    }
    var desk = try Desk(store)
    #expect(desk.list.count == 3 && desk.list.allSatisfy { $0.allSatisfy { $0.utf16.count < SheetText.cellLimit } })
    // Sorted among the others, and one row copied, they still tell.
    desk.rows = desk.list + desk.rows.dropFirst() + [desk.list[1]]
    desk.list = []
    let report = try desk.give(store)
    #expect(report.told == ["missing": 1] && report.sheet?.sameCount == 1202)
  }
}

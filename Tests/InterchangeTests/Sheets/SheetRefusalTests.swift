import AnnotationStore
import SyncTransports
import Testing

@testable import Interchange

/// What cannot be merged is refused, with the place, the reason and the remedy.
@Suite struct SheetRefusalTests {
  private let place: Workplace
  private var store: Store { place.store }

  init() throws { place = try Workplace() }

  @Test func aVersionThatHasNotArrivedIsRefused() throws {
    let claim = try place.claim()
    let ben = try place.replica()
    try ben.write { try $0.set(claim, "status", to: .text("accepted")) }
    let new = try ben.write { try $0.addClaim("Ben's own.").id }
    var desk = try Desk(ben)
    desk[claim, "status"] = "rejected"
    let message = desk.refusal(store)
    #expect(message.contains("column \"fingerprint\": the version that was exported is not known here"))
    #expect(message.contains("variorum sync first"))
    // The row is refused even where it was not touched: nobody can tell.
    let skipped = try desk.give(store, skipsInvalid: true)
    #expect(skipped.skippedCount == 2 && skipped.isWithoutEffect)
    _ = try DirectMerge.merge(ben, into: store)
    #expect(try desk.give(store).told == ["edit": 1])
    #expect(try place.record(claim).text("status") == "rejected" && place.record(new).text("status") == "proposed")
  }

  @Test func aRowThatIsNotItselfIsRefused() throws {
    let (one, two) = (try place.claim("One."), try place.claim("Two."))
    let desk = try Desk(store)
    func message(_ change: (inout Desk) -> Void) -> String {
      var desk = desk
      change(&desk)
      return desk.refusal(store)
    }
    #expect(
      message {
        let print = $0[one, "fingerprint"]
        $0[one, "fingerprint"] = $0[two, "fingerprint"]
        $0[two, "fingerprint"] = print
      }.contains("not the fingerprint of the row with this id"))
    #expect(message { $0[one, "fingerprint"] = "" }.contains("column \"fingerprint\""))
    #expect(message { $0[one, "fingerprint"] = "v1-1234" }.contains("column \"fingerprint\""))
    #expect(message { $0.rows[0][0] = "" }.contains("column \"id\""))
    #expect(message { $0.rows[0][0] = "3f9a" }.contains("\"3f9a\" is no id"))
    #expect(message { $0.rows.append($0.rows[0]) }.contains("stands on line 2 already"))
    #expect(message { $0[one, "statement"] = "" }.contains("column \"statement\": is empty"))
    #expect(message { $0[one, "status"] = "maybe" }.contains("column \"status\": unknown status \"maybe\""))
    #expect(message { $0[one, "subject"] = "gene" }.contains("column \"subject\": not a CURIE"))
    #expect(message { $0[one, "source"] = "10.1/" }.contains("column \"source\""))
    #expect(message { $0[one, "tags"] = "1-Mar" }.contains("column \"tags\": holds \"1-Mar\", a date"))
    #expect(message { $0.add(["tags": "x"]) }.contains("a new claim needs a statement"))
    #expect(message { $0.add(["statement": "x", "negated": "perhaps"]) }.contains("neither true nor false"))
    #expect(message { $0.add(["statement": "x", "qualifiers": "liver"]) }.contains("is no qualifier"))
    #expect(message { $0.header[3] = "statement" }.contains("the column \"statement\" stands there twice"))
    let report = try desk.give(store)
    #expect(report.changes.isEmpty && report.sheet?.sameCount == 2)
  }

  @Test func aRefusedRowLeavesNoSource() throws {
    let claim = try place.claim()
    var desk = try Desk(store)
    desk[claim, "source"] = "DOI:10.1234/new"
    desk[claim, "status"] = "maybe"
    let refused = try desk.give(store, skipsInvalid: true)
    #expect(refused.skippedCount == 1 && refused.isWithoutEffect && refused.changes.isEmpty)
    #expect(try place.all(.source).isEmpty && refused.impliedSources.count == 0)
    // Nor does a row that is refused for what is in conflict in the version that was exported.
    let ben = try place.replica()
    try ben.write { try $0.set(claim, "status", to: .text("accepted")) }
    try store.write { try $0.set(claim, "status", to: .text("rejected")) }
    _ = try DirectMerge.merge(ben, into: store)
    desk = try Desk(store)
    desk[claim, "source"] = "DOI:10.1234/new"
    desk[claim, "status"] = "under-review"
    let inConflict = try desk.give(store, skipsInvalid: true)
    #expect(inConflict.skippedCount == 1 && inConflict.isWithoutEffect && inConflict.changes.isEmpty)
    desk[claim, "status"] = try Desk(store)[claim, "status"]
    let taken = try desk.give(store)
    #expect(taken.told == ["edit": 1] && taken.impliedSources.count == 1)
    #expect(try place.record(claim).reference("source") == place.all(.source).first?.id)
  }

  @Test func anothersAssessmentIsNotOursToEdit() throws {
    let claim = try place.claim()
    let ben = try place.replica()
    let theirs = try ben.write { try $0.assess(claim, stance: "disputes", body: "No.").id }
    _ = try DirectMerge.merge(ben, into: store)
    let ours = try store.write { try $0.assess(claim, stance: "supports", body: "Yes.").id }
    var desk = try Desk(store, .assessment)
    desk[ours, "stance"] = "uncertain"
    desk[ours, "body"] = ""
    #expect(desk.refusal(store).contains("column \"body\": is empty"))
    desk[ours, "body"] = "Perhaps."
    #expect(try desk.give(store).told == ["edit": 1])
    #expect(try place.record(ours).text("stance") == "uncertain")
    desk[theirs, "stance"] = "supports"
    #expect(desk.refusal(store).contains("the assessment of Ben was changed, which only Ben can do"))
    desk = try Desk(store, .assessment)
    desk[ours, "claim"] = "00000000-0000-4000-8000-000000000000"
    #expect(desk.refusal(store).contains("column \"claim\": never changes"))
    // A row of another's that is gone deletes nothing.
    desk = try Desk(store, .assessment)
    desk.rows = []
    let report = try desk.give(store, retractsMissing: true)
    #expect(report.told == ["missing": 1, "retracted": 1])
    #expect(try !place.record(theirs).isDeleted && place.record(ours).isDeleted)
  }

  @Test func whatIsOnlyToBeReadIsNotTaken() throws {
    let claim = try store.write {
      _ = try $0.addTerm(CURIE(parsing: "NCBIGene:3934"), label: "LCN2")
      return try $0.addClaim("LCN2 rises.", ["subject": .text("NCBIGene:3934")]).id
    }
    var desk = try Desk(store)
    #expect(desk[claim, "(subject label)"] == "LCN2" && desk[claim, "(curator)"] == "Ada")
    desk[claim, "(created)"] = "26.11.26 00:14"
    #expect(try desk.give(store).told.isEmpty)
    desk[claim, "(subject label)"] = "TNF"
    let report = try desk.give(store)
    #expect(report.told == ["not taken": 1] && report.isWithoutEffect)
    #expect(report.sheet?.rows.first.first?.cells.first?.column == "(subject label)")
    // A label that was changed here meanwhile is no change of the sheet's.
    desk = try Desk(store)
    try store.write { try $0.set(DerivedID.term(CURIE(parsing: "NCBIGene:3934")), "label", to: .text("lipocalin 2")) }
    #expect(try desk.give(store).told.isEmpty)
    // Columns that are gone change nothing, and unknown ones are told.
    desk = try Desk(store)
    desk.header[desk.header.firstIndex(of: "status") ?? 0] = "my notes"
    let left = try desk.give(store)
    #expect(left.told.isEmpty && left.leftOut.first == ["column \"my notes\": a sheet of claims has no such column"])
  }

  @Test func aTextThatNoCellHoldsIsShownInPartAndKept() throws {
    let long = String(repeating: "LCN2 ", count: 8000)
    let claim = try place.claim(long)
    for format in [Format.tsv, .xlsx] {
      let export = try Desk.export(store, as: format)
      #expect(export.report.leftOut.map(\.what) == ["statement: a text that no cell of a spreadsheet holds whole"])
      #expect(export.cells.allSatisfy { $0.allSatisfy { $0.utf16.count < SheetText.cellLimit } })
      #expect(try Importer().run(file: "s.\(format.rawValue)", bytes: export.bytes, into: store).sheet?.sameCount == 1)
    }
    var desk = try Desk(store)
    desk[claim, "status"] = "accepted"
    #expect(try desk.give(store).told == ["edit": 1])
    desk[claim, "statement"] = "LCN2"
    #expect(desk.refusal(store).contains("was exported in part"))
  }

  /// A zero character, which no cell holds, may come from any replica. It goes out as U+FFFD, told, and stays here.
  @Test func aZeroCharacterIsToldAndKept() throws {
    let statement = "LCN2\0 rises."
    let selector = Selector(exact: "raised\0 in", prefix: "is ")
    let claim = try store.write { try $0.addClaim(statement, ["selector": selector.value]).id }
    func statementWritten() throws -> String { try store.read { try $0.proseVersion(of: claim, "statement").text } }
    let assessment = try store.write { try $0.assess(claim, stance: "supports", body: "So\0\0 it is.").id }
    for (kind, columns) in [(Kind.claim, ["statement", "quote"]), (.assessment, ["body"])] {
      for format in [Format.tsv, .xlsx] {
        let export = try Desk.export(store, kind, as: format)
        #expect(
          export.report.leftOut.map(\.what).count { $0.hasSuffix("no cell of a spreadsheet holds whole") }
            == columns.count)
        #expect(export.cells.allSatisfy { $0.allSatisfy { !$0.utf8.contains(0) } })
        let report = try Importer().run(file: "s.\(format.rawValue)", bytes: export.bytes, into: store)
        #expect(report.sheet?.sameCount == 1 && report.isWithoutEffect && report.told.isEmpty)
      }
    }
    var desk = try Desk(store)
    desk[claim, "status"] = "accepted"
    desk[claim, "prefix"] = "was "
    #expect(try desk.give(store).told == ["edit": 1])
    let record = try place.record(claim)
    #expect(try statementWritten() == statement)
    #expect(record.selector?.exact == selector.exact)
    #expect(record.selector?.prefix == "was " && record.text("status") == "accepted")
    desk = try Desk(store)
    desk[claim, "statement"] += "!"
    #expect(desk.refusal(store).contains("column \"statement\": was exported in part"))
    // A character of its own that reads alike is edited as any other.
    let other = try place.claim("LCN2\u{FFFD} rises.")
    desk = try Desk(store)
    desk[other, "statement"] = "LCN2 rises."
    #expect(try desk.give(store).told == ["edit": 1] && place.record(other).text("statement") == "LCN2 rises.")
    desk = try Desk(store, .assessment)
    desk[assessment, "body"] = "No."
    #expect(desk.refusal(store).contains("column \"body\": was exported in part"))
  }

  @Test func aSheetMeansNothingWithoutAStore() throws {
    _ = try place.claim()
    #expect(refusal(try Desk(store).text, "s.tsv").contains("is a sheet that was exported from a store"))
    #expect(throws: InterchangeError.noSheet(.source)) { try Desk(store, .source) }
  }
}

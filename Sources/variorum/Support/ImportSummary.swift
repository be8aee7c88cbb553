import AnnotationStore
import Interchange

/// What an import did, told to people or to scripts.
struct ImportSummary {
  private let report: ImportReport
  private let files: [String]
  private let origin: String
  private let store: Store
  private let console: Console

  /// - Parameter origin: how a message says where something else stands: "in the file".
  init(_ report: ImportReport, files: [String], origin: String, store: Store, console: Console) {
    self.report = report
    self.files = files
    self.origin = origin
    self.store = store
    self.console = console
  }

  // MARK: - For people

  /// What was done goes to stdout; what was not, and what can be done next, to stderr.
  func put() throws {
    let made = Self.counted(report.created)
    let what = report.isDryRun ? "would import" : "imported"
    if report.isWithoutEffect {
      console.data("nothing new in \(files.joined(separator: ", "))")
    } else {
      console.data("\(what) \(files.joined(separator: ", ")): \(made.isEmpty ? "no new record" : made)")
    }
    if let sheet = report.sheet { try SheetTelling(sheet, report, store: store, console: console).put() }
    if report.there.total > 0 { console.data("  already there: \(Self.counted(report.there))") }
    if report.filledCount > 0 {
      console.data("  filled in: \(Self.number(report.filledCount, "field")) that records here lacked")
    }
    if report.mergedCount > 0 {
      console.data("  merged: \(Self.number(report.mergedCount, "write")) to records that were there already")
    }
    if report.conflictsOpened + report.conflictsClosed > 0 {
      console.data("  conflicts: \(report.conflictsOpened) opened, \(report.conflictsClosed) closed")
    }
    try putWhatDiffers()
    putLeftOut()
    try putHints()
  }

  private func putWhatDiffers() throws {
    if report.differingCount > 0 {
      let says = report.differingCount == 1 ? "says" : "say"
      console.message(
        "\(Self.number(report.differingCount, "record")) here \(says) something else; nothing was overwritten:")
      for difference in report.differences.first { console.message("  " + (try line(difference))) }
      if report.differences.more > 0 { console.message("  and \(report.differences.more) more") }
    }
    if report.conflicts.count > 0 {
      console.message("\(Self.number(report.conflicts.count, "field")) in conflict, and so not filled in:")
      for conflict in report.conflicts.first { console.message("  " + (try line(conflict))) }
    }
    if report.deleted.count > 0 {
      let names = try report.deleted.first.map { "\($0.kind.rawValue) \(try shortID($0))" }
      let more = report.deleted.more > 0 ? " and \(report.deleted.more) more" : ""
      console.message("deleted here, and left so: \(names.joined(separator: ", "))\(more)")
    }
  }

  private func putLeftOut() {
    if report.impliedSources.count > 0 {
      let names = report.impliedSources.first.map { Self.name($0) }
      let more = report.impliedSources.more > 0 ? " and \(report.impliedSources.more) more" : ""
      console.message("sources known by nothing but their identifier: \(names.joined(separator: ", "))\(more)")
    }
    if report.leftOut.count > 0 {
      console.message("left out:")
      for line in report.leftOut.first.prefix(20) { console.message("  \(line)") }
      if report.leftOut.count > 20 { console.message("  and \(report.leftOut.count - 20) more (--json lists them)") }
    }
    if report.problems.count > 0 {
      let what = report.skippedCount == 1 ? "1 row or entry" : "\(report.skippedCount) rows or entries"
      console.message("left out \(what), not valid:")
      for problem in report.problems.first.prefix(20) { console.message("  \(problem)") }
      if report.problems.count > 20 { console.message("  and \(report.problems.count - 20) more problems") }
    }
  }

  /// So many records are named in a command, so that it stays one to be typed.
  private static let namedLimit = 8

  private func putHints() throws {
    if report.isDryRun {
      if !report.isWithoutEffect { console.hint("the same without --dry-run imports it") }
      return
    }
    if report.sheet != nil { return SheetTelling.putHints(report, console) }
    if report.conflictsOpened > 0 { console.hint("variorum conflicts shows what is to be decided") }
    let claims = report.created[.claim] + report.there[.claim]
    if claims > 0, report.sources.count == 1, let source = report.sources.first.first {
      console.hint("variorum list claims --source \(try store.shortID(source, .source))")
    } else if claims > 0 {
      console.hint("variorum list claims")
    } else if report.sources.count > 0 {
      console.hint("variorum list sources")
    } else if report.created[.annotation] > 0 {
      console.hint("variorum list annotations")
    }
    if report.impliedSources.count > 0 {
      console.hint("variorum import FILE.bib fills in what is known of the sources (CSL-JSON and RIS as well)")
    }
    let commands = try report.differences.first.compactMap { difference in
      let field = difference.record.kind.field(named: difference.field)
      let option = field.flatMap { EditLine.option($0, difference.given) }
      return try option.map { "variorum edit \(try shortID(difference.record)) \($0)" }
    }
    if let command = commands.first { console.hint(command) }
    if let conflict = report.conflicts.first.first {
      console.hint("variorum resolve \(try shortID(conflict.record)).\(conflict.field) decides what is in conflict")
    }
    if let deleted = report.deleted.first.first {
      if report.deleted.count <= Self.namedLimit, report.deleted.count == report.deleted.first.count {
        let ids = try report.deleted.first.map(shortID).joined(separator: " ")
        console.hint("variorum restore \(ids) takes \(report.deleted.count == 1 ? "the delete" : "these deletes") back")
      } else {
        console.hint(
          "variorum log \(try shortID(deleted)) shows what deleted it; variorum undo CHANGE takes that back whole")
      }
    }
  }

  private func line(_ difference: ImportReport.Difference) throws -> String {
    let (here, given) = (try difference.here.map(quoted) ?? "nothing", try quoted(difference.given))
    return "\(try shortID(difference.record)).\(difference.field): here \(here), \(origin) \(given)"
  }

  /// What a field holds, on one line: a record by its short id, all else as it would be typed.
  private func quoted(_ content: FieldContent) throws -> String {
    if case .record(let id) = content { return try store.read { try RecordNames($0).reference(id) } }
    return IdentifierError.quoted(FieldText.text(content))
  }

  private func shortID(_ record: ImportReport.Named) throws -> String { try store.shortID(record.id, record.kind) }

  private static func name(_ source: ImportReport.ImpliedSource) -> String {
    ["doi", "pmid"].contains(source.field) ? "\(source.field.uppercased()):\(source.identifier)" : source.identifier
  }

  private static func counted(_ counts: ImportReport.Counts) -> String {
    counts.ordered.map { "\($0.count) \($0.count == 1 ? $0.kind.rawValue : $0.kind.plural)" }.joined(separator: ", ")
  }

  private static func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  // MARK: - For scripts

  /// One object; Schema has no say in it beyond `"schema": 1`.
  func putJSON() {
    console.json(
      .map([
        .init("schema", .int(1)), .init("files", .array(files.map(CBORValue.text))),
        .init("dry_run", .bool(report.isDryRun)),
        .init("created", Self.value(report.created)), .init("there", Self.value(report.there)),
        .init("filled", Self.value(report.filledCount)),
        .init("merged", Self.value(report.mergedCount)),
        .init("conflicts_opened", Self.value(report.conflictsOpened)),
        .init("conflicts_closed", Self.value(report.conflictsClosed)),
        .init("differing", Self.value(report.differingCount)),
        .init("differences", .array(report.differences.first.map(Self.value))),
        .init("conflicts", .array(report.conflicts.first.map(Self.value))),
        .init("deleted", Self.value(report.deleted.count)),
        .init("deleted_records", .array(report.deleted.first.map { .map(Self.entries($0)) })),
        .init("sources", .array(report.sources.first.map { .bytes($0.bytes) })),
        .init(
          "implied_sources",
          .array(
            report.impliedSources.first.map {
              .map([.init("id", .bytes($0.id.bytes)), .init($0.field, .text($0.identifier))])
            })),
        .init("left_out", .array(report.leftOut.first.map(CBORValue.text))),
        .init("skipped", Self.value(report.skippedCount)),
        .init("problems", .array(report.problems.first.map(Self.value))),
        .init("sheet", report.sheet.map(SheetTelling.value) ?? .null),
        .init("changes", .array(report.changes.map { .bytes($0.bytes) })),
      ]))
  }

  private static func value(_ count: Int) -> CBORValue { .int(Int64(count)) }

  private static func value(_ counts: ImportReport.Counts) -> CBORValue {
    .map(counts.ordered.map { .init($0.kind.rawValue, value($0.count)) })
  }

  private static func entries(_ record: ImportReport.Named) -> [CBORValue.Entry] {
    [.init("id", .bytes(record.id.bytes)), .init("kind", .text(record.kind.rawValue))]
  }

  private static func value(_ difference: ImportReport.Difference) -> CBORValue {
    .map(
      entries(difference.record) + [
        .init("field", .text(difference.field)), .init("here", difference.here?.value ?? .null),
        .init("given", difference.given.value),
      ])
  }

  private static func value(_ problem: ImportReport.Problem) -> CBORValue {
    .map([
      .init("file", .text(problem.file)), .init("line", value(problem.place.line)),
      .init("column", problem.place.column.map(CBORValue.text) ?? .null), .init("message", .text(problem.message)),
    ])
  }
}

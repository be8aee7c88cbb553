import AnnotationStore
import Interchange
import ProseCRDT

/// Tells what the import of an exported sheet did, or would do: row by row what was there, and what is there then.
struct SheetTelling {
  private let sheet: SheetReport
  private let report: ImportReport
  private let store: Store
  private let console: Console

  /// The most rows that are told where it was no dry run.
  private static let limit = 40
  private static let order: [SheetReport.Outcome] = [
    .new, .edit, .merged, .conflict, .retracted, .already, .there, .missing, .notTaken, .untouched,
  ]

  init(_ sheet: SheetReport, _ report: ImportReport, store: Store, console: Console) {
    self.sheet = sheet
    self.report = report
    self.store = store
    self.console = console
  }

  // MARK: - For people

  func put() throws {
    let shown = report.isDryRun ? sheet.rows.first[...] : sheet.rows.first.prefix(Self.limit)
    for row in shown { try put(row) }
    let more = sheet.rows.count - shown.count
    if more > 0 { console.data("  and \(more) more rows (--json lists them)") }
    console.data("  " + counted.joined(separator: ", "))
    if !sheet.knowsExported {
      console.message("which rows were exported is not known, so none counts as gone: the list of them is not whole")
    }
    let missing = sheet.counts[.missing] ?? 0
    if missing > 0 {
      console.message(
        "\(missing == 1 ? "a row is" : "\(missing) rows are") gone from the sheet; the records stay "
          + "(--retract-missing deletes those that nobody changed)")
    }
  }

  private var counted: [String] {
    var parts = Self.order.compactMap { outcome in
      sheet.counts[outcome].flatMap { $0 == 0 ? nil : "\($0) \(Self.name(outcome))" }
    }
    if sheet.sameCount > 0 || parts.isEmpty {
      parts.append("\(sheet.sameCount) row\(sheet.sameCount == 1 ? "" : "s") unchanged")
    }
    return parts
  }

  private static func name(_ outcome: SheetReport.Outcome) -> String {
    switch outcome {
    case .edit: "edited"
    case .merged: "merged with edits made here"
    case .conflict: "in conflict"
    case .new: "new"
    case .there: "here already"
    case .already: "taken before"
    case .notTaken: "with changes that are not taken"
    case .untouched: "changed by the spreadsheet alone"
    case .missing: "gone from the sheet"
    case .retracted: "deleted"
    }
  }

  private static func label(_ outcome: SheetReport.Outcome) -> String {
    switch outcome {
    case .untouched: "unchanged"
    case .already: "taken before"
    case .there: "here already"
    case .missing: "gone"
    case .retracted: "delete"
    default: outcome.rawValue
    }
  }

  private func put(_ row: SheetReport.Row) throws {
    let place = row.place.map { "line \($0.line)" } ?? ""
    let name = try row.record.map { try store.shortID($0.id, $0.kind) } ?? ""
    let head = [place, name.isEmpty ? nil : console.style(name, .bold), mark(row.outcome)].compactMap { $0 }
      .filter { !$0.isEmpty }.joined(separator: "  ")
    let plain = [place, name, Self.label(row.outcome)].filter { !$0.isEmpty }.joined(separator: "  ")
    let title = row.title.replacing("\n", with: " ")
    let room = console.isTerminal ? max(20, console.width - TerminalText.width(plain) - 4) : 72
    console.data("  \(head)  \(TerminalText.truncated(title, to: room))" + (row.note.map { "\n      \($0)" } ?? ""))
    for cell in row.cells { put(cell) }
  }

  private func mark(_ outcome: SheetReport.Outcome) -> String {
    switch outcome {
    case .conflict: console.style(Self.label(outcome), .yellow)
    case .new, .edit, .merged: console.style(Self.label(outcome), .green)
    case .retracted: console.style(Self.label(outcome), .red)
    default: console.style(Self.label(outcome), .dim)
    }
  }

  private func put(_ cell: SheetReport.Cell) {
    let name = cell.column + String(repeating: " ", count: max(0, 12 - cell.column.count))
    let what: String
    switch cell.outcome {
    case .conflict:
      what = "\(quoted(cell.after)) in the sheet, \(cell.here.map(quoted) ?? "other") here, was \(quoted(cell.before))"
    case .notTaken: what = "\(quoted(cell.before)) → \(quoted(cell.after)): not taken"
    case .untouched: what = "\(quoted(cell.after)): not taken"
    case .already: what = "\(quoted(cell.after)): written here already"
    default: what = difference(cell)
    }
    let note = cell.note.map { " (\($0))" } ?? ""
    console.data("      \(console.style(name, .dim)) \(what)\(note)")
  }

  private func difference(_ cell: SheetReport.Cell) -> String {
    let isLong = cell.before.count > 24 && cell.after.count > 24
    if isLong { return WordDiff(from: cell.before, to: cell.after).told(console, context: 5) }
    return "\(quoted(cell.before)) → \(quoted(cell.after))"
  }

  private func quoted(_ text: String) -> String {
    text.isEmpty ? "nothing" : TerminalText.truncated(text.replacing("\n", with: " "), to: 60)
  }

  /// What to type after a sheet was imported.
  static func putHints(_ report: ImportReport, _ console: Console) {
    if (report.sheet?.counts[.conflict] ?? 0) > 0 { console.hint("variorum conflicts") }
    if !report.isWithoutEffect {
      console.hint("variorum export again before you go on in the sheet, which is still that of the last export")
    }
  }

  // MARK: - For scripts

  /// The report as JSON.
  static func value(_ sheet: SheetReport) -> CBORValue {
    let counts = order.compactMap { outcome in
      sheet.counts[outcome].map { CBORValue.Entry(outcome.rawValue, .int(Int64($0))) }
    }
    return .map([
      .init("rows", .array(sheet.rows.first.map(value))), .init("counts", .map(counts)),
      .init("unchanged", .int(Int64(sheet.sameCount))), .init("exported_known", .bool(sheet.knowsExported)),
    ])
  }

  private static func value(_ row: SheetReport.Row) -> CBORValue {
    .map([
      .init("file", .text(row.file)), .init("line", row.place.map { .int(Int64($0.line)) } ?? .null),
      .init("record", row.record.map { .bytes($0.id.bytes) } ?? .null), .init("title", .text(row.title)),
      .init("outcome", .text(row.outcome.rawValue)), .init("note", row.note.map { .text($0) } ?? .null),
      .init(
        "cells",
        .array(
          row.cells.map {
            .map([
              .init("column", .text($0.column)), .init("before", .text($0.before)), .init("after", .text($0.after)),
              .init("here", $0.here.map { .text($0) } ?? .null), .init("outcome", .text($0.outcome.rawValue)),
              .init("note", $0.note.map { .text($0) } ?? .null),
            ])
          })),
    ])
  }
}

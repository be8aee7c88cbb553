import AnnotationStore
import ArgumentParser

/// `variorum undo`.
struct UndoCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Take back what this replica wrote last, or a change of it.",
    discussion: """
      Appends the inverse; nothing leaves the log, and undoing the undo takes it back. What was written to since is \
      left as it is.

      EXAMPLE
        variorum undo
        variorum undo 5be1f0c2
      """)

  @Argument(help: "The change, by 6 digits or more; else all of the last write.")
  var change: String?
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore()
    let named = try change.map { name in try store.read { try $0.change(named: name) } }
    let commit = try store.commit { try $0.undo(named) }
    let report = commit.value
    guard report.reverted > 0 else {
      if report.left.isEmpty {
        throw CLIError.failed(
          "it changed nothing that could be taken back (variorum log shows what else there is)")
      }
      let reasons = try store.read { reader in try report.left.prefix(3).map { try Self.line($0, reader) } }
      throw CLIError.failed(
        "nothing was taken back: \(reasons.joined(separator: "; ")) (variorum log shows what else there is)"
      )
    }
    console.notice(commit.notice)
    if console.isJSON { return console.json(Self.value(report, commit.changes)) }
    try store.read { reader in
      for id in report.undone { try tell(id, report, reader, console) }
      for left in report.left.prefix(20) { console.data("left  \(try Self.line(left, reader))") }
      if report.left.count > 20 { console.data("left  and \(report.left.count - 20) more") }
    }
    if let last = commit.changes.last {
      // Several changes are named by no id; without one, all of the last write is meant.
      let name = commit.changes.count == 1 ? " \(last.hex.prefix(8))" : ""
      console.hint("variorum undo\(name) takes the undo back")
    }
  }

  private func tell(_ id: ChangeID, _ report: UndoReport, _ reader: ReadTransaction, _ console: Console) throws {
    guard let summary = try reader.change(id) else { return }
    console.data(
      "undid change \(console.style(String(id.hex.prefix(8)), .bold)) of \(shortTime(summary.atMilliseconds))")
    var shown = 0
    for entry in summary.entries.reversed() {
      let isLeft = report.left.contains {
        $0.record == entry.record && $0.field == entry.field && $0.element == entry.element
      }
      if isLeft { continue }
      let shortID = try Self.shortID(entry.record, entry.kind, reader)
      let now = try reader.record(entry.record)
      let isOpen = try reader.conflict(of: entry.record, in: entry.field) != nil
      let text = isOpen ? Self.inConflict(entry, now) : Self.line(entry, now)
      console.data("  \(shortID)  \(console.excerpt(text, beside: "  " + shortID))")
      shown += 1
    }
    let more = summary.opCount - summary.entries.count
    if more > 0 { console.data("  and \(more) more") }
  }

  private static func inConflict(_ entry: HistoryEntry, _ now: Record?) -> String {
    let what = entry.field.isEmpty ? "whether it is deleted" : entry.field
    return "\(what) is in conflict again: \(now?.gist ?? "")"
  }

  /// What was taken back, and what stands there now.
  private static func line(_ entry: HistoryEntry, _ now: Record?) -> String {
    let gist = now?.gist ?? ""
    switch entry.action {
    case .create: return "deleted the new \(entry.kind): \(gist)"
    case .delete, .restore:
      // Told by how it stands: what takes back the undo of a decision does what that did.
      return now?.isDeleted == true ? "deleted the \(entry.kind) again: \(gist)" : "restored the \(entry.kind): \(gist)"
    case .add: return "took \(entry.element ?? "") out of \(entry.field)"
    case .remove: return "put \(entry.element ?? "") back into \(entry.field)"
    default:
      guard let content = now?.fields[entry.field] else { return "\(entry.field) is empty again" }
      return "\(entry.field) is again: \(FieldText.text(content))"
    }
  }

  private static func line(_ left: UndoReport.Left, _ reader: ReadTransaction) throws -> String {
    let shortID = try shortID(left.record, left.kind, reader)
    let place = left.field.isEmpty ? "" : "." + left.field + (left.element.map { "=\($0)" } ?? "")
    return "\(shortID)\(place): \(left.reason)"
  }

  private static func shortID(_ id: RecordID, _ kind: String, _ reader: ReadTransaction) throws -> String {
    try Kind(rawValue: kind).map { try reader.shortID(id, $0) } ?? id.description
  }

  private static func value(_ report: UndoReport, _ changes: [ChangeID]) -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("undone", .array(report.undone.map { .bytes($0.bytes) })),
      .init("change", changes.last.map { .bytes($0.bytes) } ?? .null),
      .init("changes", .array(changes.map { .bytes($0.bytes) })), .init("reverted", .int(Int64(report.reverted))),
      .init(
        "left",
        .array(
          report.left.map {
            .map([
              .init("record", .bytes($0.record.bytes)), .init("kind", .text($0.kind)), .init("field", .text($0.field)),
              .init("element", $0.element.map(CBORValue.text) ?? .null), .init("reason", .text($0.reason)),
            ])
          })),
    ])
  }
}

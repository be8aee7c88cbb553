import AnnotationStore
import ProseCRDT

/// Tells people what the ops of a change did.
struct HistoryTelling {
  let names: RecordNames
  let console: Console

  /// What one op did, a line for each thing.
  func lines(_ entry: HistoryEntry) throws -> [String] {
    if entry.isDecision { return try decided(entry) }
    switch entry.action {
    case .create:
      // In the order in which records are shown, not that of the bytes.
      let fields = Kind(rawValue: entry.kind)?.fields.map(\.name) ?? []
      let known = fields.compactMap { field in entry.values.first { $0.field == field } }
      let values = try (known + entry.values.filter { !fields.contains($0.field) }).map {
        "\($0.field): \(try told($0))"
      }
      return ["created"] + values.map { "  " + $0 }
    case .add: return ["\(entry.field): \(console.style("+ \(entry.element ?? "")", .green))"]
    case .remove: return ["\(entry.field): \(console.style("- \(entry.element ?? "")", .red))"]
    case .delete: return [console.style("deleted", .red)]
    case .restore: return [console.style("restored", .green)]
    case .splice: return ["\(entry.field): \(edited(entry))"]
    case .restate:
      let values = try entry.values.map { try told($0) }
      return ["\(entry.field) = \(values.isEmpty ? "(nothing)" : values.joined(separator: " | ")) (as before)"]
    default:
      let values = try entry.values.map { try told($0) }
      let name = entry.action == .set ? "" : "\(entry.action.name) "
      return ["\(name)\(entry.field) = \(values.isEmpty ? "(nothing)" : values.joined(separator: " | "))"]
    }
  }

  /// What a decision chose, over what, and why: on one line where that is short.
  func decided(_ entry: HistoryEntry) throws -> [String] {
    let reason = entry.reason.map { TerminalText.onOneLine($0) }
    if entry.field.isEmpty {
      let what = entry.action == .delete ? "that it stays deleted" : "that it lives"
      return ["decided \(what)\(reason.map { ": \($0)" } ?? "")"]
    }
    if entry.action == .splice {
      let what =
        entry.splices.isEmpty
        ? "accepted the merged \(entry.field)"
        : "reworded the merged \(entry.field): \(edited(entry))"
      return [what] + (reason.map { ["  because \($0)"] } ?? [])
    }
    let values = try entry.values.map { try told($0) }.joined(separator: " | ")
    let others = try entry.overruled.map { try told($0) }
    let short = "decided \(entry.field)=\(values) over \(others.joined(separator: " | "))"
    if short.count <= Self.shortLine, !short.contains(where: \.isNewline), !others.isEmpty {
      return ["\(short)\(reason.map { ": \($0)" } ?? "")"]
    }
    return ["decided \(entry.field) = \(values)"] + others.map { "  over \($0)" }
      + (reason.map { ["  because \($0)"] } ?? [])
  }

  private static let shortLine = 60

  /// Puts out the history of a record.
  func write(_ entries: [HistoryEntry], on card: Card) throws {
    card.section("History")
    for entry in entries {
      let who = "\(shortTime(entry.atMilliseconds))  \(try names.curator(entry.curator))"
      card.line("\(console.style("\(entry.change.hex.prefix(12))", .yellow))  \(who)")
      for line in try lines(entry) { card.text(line, indent: 4, limit: 6, more: "variorum blame") }
    }
  }

  private func told(_ value: HistoryValue) throws -> String {
    value.isErased ? "(erased)" : try names.content(value.content)
  }

  /// What an edit did to a text; of what was typed for long only how much.
  private func edited(_ entry: HistoryEntry) -> String {
    guard entry.areTyped, entry.splices.count > Self.typedShown else {
      return entry.splices.map(splice).joined(separator: ", ")
    }
    let (deleted, inserted) = entry.splices.reduce((0, 0)) {
      ($0.0 + $1.deleted, $0.1 + $1.inserted.unicodeScalars.count)
    }
    return "typed in \(entry.splices.count) places: "
      + console.style("-\(deleted)", .red) + " " + console.style("+\(inserted)", .green) + " characters"
  }

  private static let typedShown = 4

  private func splice(_ splice: TextSplice) -> String {
    var parts: [String] = []
    if splice.deleted > 0 {
      parts.append(console.style("-\(splice.deleted) character\(splice.deleted == 1 ? "" : "s")", .red))
    }
    if !splice.inserted.isEmpty { parts.append(console.style("+“\(splice.inserted)”", .green)) }
    return "\(parts.joined(separator: " ")) at \(splice.position)"
  }

  /// What one op did, for scripts.
  static func value(_ entry: HistoryEntry) -> CBORValue {
    var fields: [CBORValue.Entry] = [
      .init("change", .bytes(entry.change.bytes)), .init("replica", .bytes(entry.replica.bytes)),
      .init("sequence", .int(Int64(clamping: entry.sequence))), .init("curator", .bytes(entry.curator.bytes)),
      .init("at", .int(entry.atMilliseconds)),
    ]
    fields += op(entry)
    return .map(fields)
  }

  /// The same without what the change says of all its ops.
  static func op(_ entry: HistoryEntry) -> [CBORValue.Entry] {
    var fields: [CBORValue.Entry] = [
      .init("record", .bytes(entry.record.bytes)), .init("kind", .text(entry.kind)), .init("field", .text(entry.field)),
    ]
    if let element = entry.element { fields.append(.init("element", .text(element))) }
    fields.append(.init("action", .text(entry.action.name)))
    let values = entry.values.map { value -> CBORValue in
      .map([
        .init("field", .text(value.field)), .init("value", value.content?.value ?? .null),
        .init("erased", .bool(value.isErased)),
      ])
    }
    fields.append(.init("values", .array(values)))
    if !entry.splices.isEmpty {
      let splices = entry.splices.map { splice -> CBORValue in
        .map([
          .init("position", .int(Int64(splice.position))), .init("deleted", .int(Int64(splice.deleted))),
          .init("inserted", .text(splice.inserted)),
        ])
      }
      fields.append(.init("splices", .array(splices)))
      if entry.areTyped { fields.append(.init("typed", .bool(true))) }
    }
    if entry.isDecision {
      fields.append(.init("over", .array(entry.overruled.map { $0.content?.value ?? .null })))
    }
    if let reason = entry.reason { fields.append(.init("reason", .text(reason))) }
    return fields
  }
}

import AnnotationStore

/// Tells what a merge or a bundle would bring.
struct PreviewTelling {
  let console: Console
  let store: Store
  private static let limit = 10

  /// The preview for people.
  func put(_ preview: MergePreview) throws {
    let card = Card(console)
    let report = preview.report
    let new = report.applied + report.released
    card.field("Would come", new == 0 ? "nothing new" : ReceiptTelling.counted(new, "change"))
    if !preview.curators.isEmpty {
      let lines = preview.curators.map { "\($0.changes) by \($0.name)" }
      card.field("", lines: Array(lines.prefix(Self.limit)) + more(lines.count))
    }
    let kinds = preview.newRecords.map { "\($0.count) \($0.count == 1 ? $0.kind.rawValue : $0.kind.plural)" }
    card.field("New", kinds.joined(separator: ", "))
    let names = try store.read { reader in
      let names = RecordNames(reader)
      return try preview.touched.prefix(Self.limit).map { record in
        let line = "\(try names.shortID(record)) \(try names.headline(record))"
        return TerminalText.truncated(line, to: max(20, card.width - 12))
      }
    }
    if !names.isEmpty { card.field("Written to", lines: names + more(preview.touched.count)) }
    if report.waiting > 0 {
      card.field("Would wait", "\(ReceiptTelling.counted(report.waiting, "change")), for others that are not here")
    }
    let refused = ReceiptTelling.refusals(report).map { console.style($0, .red) }
    if !refused.isEmpty { card.field("Refused", lines: refused) }
    let conflicts = try preview.conflicts.prefix(Self.limit).map { conflict in
      let id = try store.shortID(conflict.record.id, conflict.record.kind)
      return "\(id)\(conflict.field.isEmpty ? "" : ".\(conflict.field)"), \(conflict.type.rawValue)"
    }
    card.field(
      "Conflicts",
      lines: conflicts.isEmpty
        ? ["none would open"]
        : [console.style("\(preview.conflicts.count) would open", .yellow)] + conflicts + more(preview.conflicts.count))
  }

  private func more(_ count: Int) -> [String] { count > Self.limit ? ["… \(count - Self.limit) more"] : [] }

  /// The preview for scripts.
  ///
  /// - Parameter more: what else is to be told.
  static func value(_ preview: MergePreview, _ more: [CBORValue.Entry] = []) -> CBORValue {
    .map(entries(preview) + more)
  }

  private static func entries(_ preview: MergePreview) -> [CBORValue.Entry] {
    [
      .init("schema", .int(1)), .init("dry_run", .bool(true)),
      .init("received", .map(ReceiptTelling.became(preview.report))),
      .init(
        "curators",
        .array(
          preview.curators.map {
            .map([
              .init("id", .bytes($0.curator.bytes)), .init("name", .text($0.name)),
              .init("changes", .int(Int64($0.changes))),
            ])
          })),
      .init("new_records", .map(preview.newRecords.map { .init($0.kind.rawValue, .int(Int64($0.count))) })),
      .init(
        "touched",
        .array(
          preview.touched.map {
            .map([.init("id", .bytes($0.id.bytes)), .init("kind", .text($0.kind.rawValue))])
          })),
      .init(
        "conflicts",
        .array(
          preview.conflicts.map {
            .map([
              .init("record", .bytes($0.record.id.bytes)), .init("kind", .text($0.record.kind.rawValue)),
              .init("field", .text($0.field)), .init("type", .text($0.type.rawValue)),
            ])
          })),
    ]
  }
}

import AnnotationStore
import ArgumentParser

/// `variorum blame`.
struct BlameCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "blame",
    abstract: "Show who wrote each field and each word of a record, when, in which change and from which replica.",
    discussion: """
      Shows of each field, and of each element of a set, what it says and who wrote that: of a value that was put back \
      by undo, its author. A text that was edited is shown in the runs of words that one change wrote, in their order. A \
      field marked with ! is in conflict. Under --json one field a line.

      EXAMPLE
        variorum blame c:3f9a1c
      """)

  @Argument(help: "The record's id.")
  var record: String
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      let record = try reader.record(named: record)
      let names = RecordNames(reader)
      let entries = try reader.blame(record.id, of: record.kind)
      if console.isJSON {
        for entry in entries { console.json(Self.value(entry, of: record)) }
        return
      }
      var table = TableWriter(
        console,
        [
          TextTable.Column("FIELD", priority: 99),
          TextTable.Column("VALUE", minWidth: 16, priority: 99, isFlexible: true),
          TextTable.Column("WHO", minWidth: 8, priority: 9, isFlexible: true), TextTable.Column("WHEN", priority: 8),
          TextTable.Column("CHANGE", priority: 7), TextTable.Column("REPLICA", priority: 6),
        ])
      for entry in entries { for row in try Self.rows(entry, names) { table.add(row) } }
      table.finish()
      for decision in entries.compactMap(\.decision) {
        let telling = HistoryTelling(names: names, console: console)
        let who = "\(try names.curator(decision.curator)), \(shortTime(decision.atMilliseconds))"
        console.message(
          "\(try telling.decided(decision).map { $0.trimmingPrefix { $0 == " " } }.joined(separator: "; ")) (\(who), \(decision.change.hex.prefix(8)))"
        )
      }
      if entries.contains(where: \.isConflict) {
        console.hint("variorum conflicts \(try names.shortID(record)) shows all values of what is in conflict")
      }
    }
  }

  /// The rows of a field: one, or of a text that several changes wrote one for each run of words.
  private static func rows(_ entry: BlameEntry, _ names: RecordNames) throws -> [[String]] {
    let label = (entry.field.isEmpty ? "(record)" : entry.field) + (entry.isConflict ? " !" : "")
    func row(
      _ label: String, _ text: String, _ curator: RecordID, _ at: Int64, _ change: ChangeID, _ replica: ReplicaID
    )
      throws -> [String]
    {
      [label, text, try names.curator(curator), shortTime(at), "\(change.hex.prefix(8))", "\(replica.hex.prefix(8))"]
    }
    if entry.words.isEmpty {
      let text = try names.content(entry.content)
      return [try row(label, text, entry.curator, entry.atMilliseconds, entry.change, entry.replica)]
    }
    return try entry.words.enumerated().map { index, words in
      try row(
        index == 0 ? label : "", words.text.trimmingWhitespace, words.curator, words.atMilliseconds, words.change,
        words.replica)
    }
  }

  private static func value(_ entry: BlameEntry, of record: Record) -> CBORValue {
    var fields: [CBORValue.Entry] = [
      .init("schema", .int(1)), .init("record", .bytes(record.id.bytes)), .init("kind", .text(record.kind.rawValue)),
      .init("field", .text(entry.field)),
    ]
    if let element = entry.element { fields.append(.init("element", .text(element))) }
    fields += [
      .init("value", entry.content?.value ?? .null), .init("curator", .bytes(entry.curator.bytes)),
      .init("replica", .bytes(entry.replica.bytes)), .init("at", .int(entry.atMilliseconds)),
      .init("change", .bytes(entry.change.bytes)), .init("conflict", .bool(entry.isConflict)),
    ]
    if !entry.words.isEmpty {
      let words = entry.words.map { words -> CBORValue in
        .map([
          .init("text", .text(words.text)), .init("curator", .bytes(words.curator.bytes)),
          .init("replica", .bytes(words.replica.bytes)), .init("at", .int(words.atMilliseconds)),
          .init("change", .bytes(words.change.bytes)),
        ])
      }
      fields.append(.init("words", .array(words)))
    }
    if let decision = entry.decision {
      fields.append(
        .init(
          "decision",
          .map([
            .init("curator", .bytes(decision.curator.bytes)), .init("at", .int(decision.atMilliseconds)),
            .init("change", .bytes(decision.change.bytes)),
            .init("over", .array(decision.overruled.map { $0.content?.value ?? .null })),
            .init("reason", decision.reason.map(CBORValue.text) ?? .null),
          ])))
    }
    return .map(fields)
  }
}

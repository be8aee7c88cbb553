import AnnotationStore
import ArgumentParser

/// `variorum blame`.
struct BlameCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "blame",
    abstract: "Show who wrote each field of a record, when, in which change and from which replica.",
    discussion: """
      Shows of each field, and of each element of a set, what it says and who wrote that: of a value that was put back \
      by undo, its author. A field marked with ! is in conflict. Under --json one field a line.

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
      let entries = try reader.blame(record.id)
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
      for entry in entries {
        table.add([
          entry.field + (entry.isConflict ? " !" : ""), try names.content(entry.content),
          try names.curator(entry.curator),
          shortTime(entry.atMilliseconds), "\(entry.change.hex.prefix(8))", "\(entry.replica.hex.prefix(8))",
        ])
      }
      table.finish()
      for decision in entries.compactMap(\.decision) {
        let telling = HistoryTelling(names: names, console: console)
        let who = "\(try names.curator(decision.curator)), \(shortTime(decision.atMilliseconds))"
        console.message(
          "\(try telling.decided(decision).joined(separator: "; ")) (\(who), \(decision.change.hex.prefix(8)))")
      }
      if entries.contains(where: \.isConflict) {
        console.hint("variorum conflicts \(try names.shortID(record)) shows all values of what is in conflict")
      }
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

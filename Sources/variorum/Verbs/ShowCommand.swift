import AnnotationStore
import ArgumentParser

/// `variorum show`.
struct ShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a record with everything that stands on it.",
    discussion: """
      A claim is shown with its source, quote, evidence, links, assessments with the tally of their stances, and the \
      thread of notes; records of other kinds likewise. A record may be given by its UUID or by at least 6 characters \
      of it, as in c:3f9a1c.

      EXAMPLE
        variorum show c:3f9a1c
        variorum show c:3f9a1c --history
        variorum show c:3f9a1c --at 91ab23cd
        variorum show c:3f9a1c --json | jq .statement
      """)

  @Argument(help: "The record's id.")
  var record: String
  @Option(help: ArgumentHelp("The record alone, as this change knew it.", valueName: "change"))
  var at: String?
  @Flag(help: "With all that was ever written to it.")
  var history = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      let current = try reader.record(named: record)
      let names = RecordNames(reader)
      let change = try at.map { try reader.change(named: $0) }
      let shown = try change.map { change -> Record in
        guard let past = try reader.record(current.id, of: current.kind, at: change) else {
          throw CLIError.failed(
            "\(try names.shortID(current)) was not there yet at change \(change.hex.prefix(12)) "
              + "(variorum log \(try names.shortID(current)) shows its changes)")
        }
        return past
      }
      let entries = history ? try reader.history(of: current.id) : []
      if console.isJSON { return try json(shown ?? current, isPast: change != nil, entries, reader, console) }
      let card = RecordCard(reader: reader, names: names, card: Card(console), asOf: change)
      try card.show(shown ?? current)
      if history {
        try HistoryTelling(names: names, console: console).write(entries, on: card.card)
      }
    }
  }

  /// The record under its wire names, what is in conflict in it, and its history where that was asked for.
  private func json(
    _ record: Record, isPast: Bool, _ entries: [HistoryEntry], _ reader: ReadTransaction, _ console: Console
  ) throws {
    guard case .map(var fields) = record.value else { return console.json(record.value) }
    if !isPast {
      fields.append(.init("orphaned", .bool(try !reader.deletedTargets(of: record).isEmpty)))
      var filter = ConflictFilter()
      filter.record = record.id
      let details = try reader.conflicts(filter)
      let conflicts = try reader.conflicts(of: record.id).map { conflict -> CBORValue in
        let detail = details.first { $0.field == conflict.field && $0.type == conflict.type }
        guard case .map(let entries)? = detail?.value else { return .null }
        // What is told of the record stands around it.
        return .map(
          entries.filter { !["schema", "record", "kind"].contains($0.key) }
            + [.init("readings", .int(Int64(conflict.readings)))])
      }
      fields.append(.init("conflicts", .array(conflicts)))
    }
    if history { fields.append(.init("history", .array(entries.map(HistoryTelling.value)))) }
    console.json(.map(fields))
  }
}

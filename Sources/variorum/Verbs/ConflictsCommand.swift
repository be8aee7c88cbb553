import AnnotationStore
import ArgumentParser

/// `variorum conflicts`.
struct ConflictsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "conflicts",
    abstract: "List what is in conflict, with what stands against each other and how to decide it.",
    discussion: """
      A conflict is a field that several people gave different values apart, or a record that one deleted while another \
      wrote to it. Nothing is blocked by it, and nothing lost: all values are kept until somebody decides. Texts merge \
      word by word and are listed only where several changed the same words, for somebody to look. Of a claim the \
      conflicts of its notes, assessments and evidence are listed too. Of a text the words in question are coloured, or \
      marked >>so<<, where they stood before, in each value and merged; where it is not told which they are, all that \
      differs is, or marked [-so-] and {+so+}. A conflict is as old as the latest write that stands in it: a value that was \
      taken or put back meanwhile counts from then. Under --json one conflict a line.

      EXAMPLE
        variorum conflicts
        variorum conflicts c:3f9a1c
        variorum conflicts --curator "Ada Nowak" --older-than 7
      """)

  @Argument(help: "Only of this record and what stands on it; RECORD.FIELD for one field.")
  var record: String?
  @OptionGroup(title: "Filters") var filters: ConflictOptions
  @OptionGroup var global: GlobalOptions

  private static let terminalLimit = 20

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      var filter = try filters.filter(reader)
      if let record {
        if filters.on != nil { throw CLIError.usage("the record is given twice (give either RECORD or --on)") }
        let place = try ConflictPlace(record, reader)
        if let field = place.field {
          (filter.record, filter.field) = (place.record.id, field)
        } else {
          filter.on = place.record.id
        }
      }
      let given = filters.limit == 0 ? nil : filters.limit
      let most = filters.limit != nil ? given : console.isTerminal && !console.isJSON ? Self.terminalLimit : nil
      // One more than is shown tells whether there are more.
      filter.limit = most.map { $0 + 1 }
      try list(filter, most, reader, console)
    }
  }

  private func list(_ filter: ConflictFilter, _ most: Int?, _ reader: ReadTransaction, _ console: Console) throws {
    let telling = ConflictTelling(names: RecordNames(reader), card: Card(console))
    var shown = 0
    try reader.forEachConflict(filter) { conflict in
      shown += 1
      if let most, shown > most { return }
      if console.isJSON { return console.json(conflict.value) }
      if shown > 1 { telling.card.blank() }
      try telling.heading(conflict)
      if !conflict.isOfValues { telling.card.text(telling.subject(conflict)) }
      try telling.readings(conflict)
      try telling.commands(conflict)
    }
    if console.isJSON { return }
    if shown == 0 {
      let isAll = record == nil && filters.isEmpty
      console.message(isAll ? "no conflicts are open" : "no such conflicts are open")
    }
    if let most, shown > most { console.message("there are more (--limit 0 shows all)") }
  }
}

import AnnotationStore
import ArgumentParser

/// `variorum search`.
struct SearchCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find records by their words.",
    usage: "variorum search <words> ... [<options>]",
    discussion: """
      Finds the records in whose statement, body, quote, title, authors, label or name all of the words occur, best \
      match first. Letter case and accents do not count; word* finds what begins so, and "two words" in one argument \
      within quotes finds them side by side. A word in a script without spaces, such as Chinese, is found anywhere \
      in a text.

      A DOI, PMID, PMCID, web address or ORCID alone also finds the source or curator that has it, a CURIE or the name \
      of a term also the term and what carries it. --source and --entity take them beside words.

      EXAMPLE
        variorum search LCN2 blood
        variorum search MONDO:0004976
        variorum search 'astrocyt*' --kind claim --status accepted
        variorum search '"motor neurons"' --source 10.3389/fnagi.2025.1672903
      """)

  @Argument(help: "The words; all must occur.")
  var words: [String]
  @Option(help: ArgumentHelp("Only records of this kind; may be repeated.", valueName: "kind"))
  var kind: [String] = []
  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let kinds = try kind.compactMap { try ListCommand.kind(named: $0) }
    let text = words.joined(separator: " ")
    guard text.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) else {
      throw CLIError.invalid("\(IdentifierError.quoted(text)) has no word to look for (give letters or digits)")
    }
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      var filter = try filters.filter(kinds: kinds, words: text, order: .relevance, reader)
      let limit = filters.limit(console)
      filter.name = text
      filter.limit = limit
      let names = RecordNames(reader)
      let hits = HitWriter(
        matcher: SearchMatcher(text), names: names, listed: console.isJSON ? try ListedRecord(reader, names) : nil,
        console: console)
      var shown = 0
      try reader.forEachRecord(filter) { record in
        try hits.write(record)
        shown += 1
      }
      if shown == 0, !console.isJSON { console.message("nothing found (word* also finds what begins so)") }
      try filters.tellMore(shown: shown, limit: limit, filter, reader, console)
    }
  }
}

/// Writes what a search found.
private struct HitWriter {
  let matcher: SearchMatcher
  let names: RecordNames
  /// Under JSON.
  let listed: ListedRecord?
  let console: Console
  private static let pipeColumns = 160

  func write(_ record: Record) throws {
    if let listed { return console.json(try json(record, listed)) }
    var texts = record.searchableTexts
    // One that was found by an identifier may have none.
    if texts.isEmpty { texts = [("", try names.headline(record))] }
    // The main text comes first in each kind, so it is shown where another has no more of the words.
    var best = texts.first
    var most = best.map { matcher.count(in: $0.text) } ?? 0
    for item in texts.dropFirst() {
      let count = matcher.count(in: item.text)
      if count > most { (best, most) = (item, count) }
    }
    guard let best else { return }
    let id = try names.shortID(record)
    guard console.isTerminal else {
      let snippet = Snippet(console).line(best.text, matches: matcher.matches(in: best.text), columns: Self.pipeColumns)
      return console.data([id, record.kind.rawValue, best.field, snippet].joined(separator: "\t"))
    }
    let kind = record.kind.rawValue + String(repeating: " ", count: max(0, 10 - record.kind.rawValue.count))
    let field = best.field == texts.first?.field ? "" : "\(best.field == "selector" ? "quote" : best.field): "
    let room = console.width - TerminalText.width(id) - 2 - 12 - field.count
    let snippet = Snippet(console).line(best.text, matches: matcher.matches(in: best.text), columns: max(20, room))
    console.data("\(console.style(id, .bold))  \(console.style(kind, .dim))  \(console.style(field, .dim))\(snippet)")
  }

  /// The record, and where the words stand in its fields, in Unicode scalars.
  private func json(_ record: Record, _ listed: ListedRecord) throws -> CBORValue {
    var found: [CBORValue] = []
    for (field, text) in record.searchableTexts {
      let scalars = text.unicodeScalars
      var position = text.startIndex
      var count = 0
      for match in matcher.matches(in: text) {
        count += scalars.distance(from: position, to: match.lowerBound)
        let length = scalars.distance(from: match.lowerBound, to: match.upperBound)
        found.append(
          .map([
            .init("field", .text(field)), .init("start", .int(Int64(count))), .init("end", .int(Int64(count + length))),
          ]))
        count += length
        position = match.upperBound
      }
    }
    return try listed.value(record, [.init("matches", .array(found))])
  }
}

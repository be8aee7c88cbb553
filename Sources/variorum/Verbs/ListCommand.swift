import AnnotationStore
import ArgumentParser

/// `variorum list`.
struct ListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List claims, or records of another kind.",
    usage: "variorum list [<kind>] [<options>]",
    discussion: """
      Lists claims, annotations, assessments, sources, evidence, links, terms or curators; records lists all kinds. \
      Without a kind it lists claims, and with --orphaned records, since a claim stands on nothing. \
      On a terminal it is a table that fits; in a file or pipe tab-separated lines without a heading; under --json one \
      record a line. In STANCES, 2+ 1- 1? means that two support the claim, one disputes it and one is uncertain.

      EXAMPLE
        variorum list
        variorum list claims --tag serum --tag biomarker --status proposed --status under-review
        variorum list claims --entity LCN2 --stance disputes --sort modified
        variorum list annotations --curator "Ada Nowak" --since 2026-11
        variorum list sources --json | jq -r .doi
      """)

  @Argument(help: "What to list; claims.", completion: .list(Kind.allCases.map(\.plural) + ["records"]))
  var kind: String?
  @Option(help: ArgumentHelp("With all of these words; word* finds what begins so.", valueName: "words"))
  var text: [String] = []
  @OptionGroup(title: "Filters") var filters: FilterOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let kind = try Self.kind(named: kind ?? (filters.orphaned ? "records" : "claims"))
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      let words = text.isEmpty ? nil : text.joined(separator: " ")
      var filter = try filters.filter(kinds: kind.map { [$0] } ?? [], words: words, order: .created, reader)
      let limit = filters.limit(console)
      filter.limit = limit
      var shown = 0
      let names = RecordNames(reader)
      let table = RecordTable(kind: kind, reader: reader, names: names)
      let listed = console.isJSON ? try ListedRecord(reader, names) : nil
      var writer = TableWriter(console, table.columns)
      try reader.forEachRecord(filter) { record in
        if let listed { console.json(try listed.value(record)) } else { writer.add(try table.row(record)) }
        shown += 1
      }
      writer.finish()
      if shown == 0, !console.isJSON { console.message("no \(kind?.plural ?? "records") found") }
      try filters.tellMore(shown: shown, limit: limit, filter, reader, console)
    }
  }

  /// The kind of a plural or singular; `nil` for `records`, which are all kinds.
  ///
  /// - Throws: ``CLIError/usage(_:)`` with the nearest.
  static func kind(named text: String) throws -> Kind? {
    if text == "records" { return nil }
    if let kind = Kind.allCases.first(where: { $0.plural == text || $0.rawValue == text }) { return kind }
    let words = Kind.allCases.map(\.plural) + ["records"]
    let meant =
      (nearest(to: text, among: words) ?? nearest(to: text, among: Kind.allCases.map(\.rawValue)))
      .map { "did you mean \($0)? " } ?? ""
    throw CLIError.usage(
      "unknown kind \(IdentifierError.quoted(text)) (\(meant)known: \(words.joined(separator: ", ")))")
  }
}

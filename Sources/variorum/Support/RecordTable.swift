import AnnotationStore

/// The columns in which `list` shows the records of a kind, and what stands in them.
struct RecordTable {
  let kind: Kind?
  let reader: ReadTransaction
  let names: RecordNames

  /// The columns; of records of all kinds where `kind` is `nil`.
  var columns: [TextTable.Column] {
    let id = TextTable.Column("ID", priority: 99)
    let by = TextTable.Column("BY", minWidth: 8, priority: 4, isFlexible: true)
    let when = TextTable.Column("WHEN", priority: 3)
    func text(_ title: String) -> TextTable.Column {
      TextTable.Column(title, minWidth: 24, priority: 99, isFlexible: true)
    }
    switch kind {
    case nil: return [id, TextTable.Column("KIND", priority: 9), by, when, text("TEXT")]
    case .claim:
      return [
        id, TextTable.Column("STATUS", priority: 8), TextTable.Column("STANCES", priority: 7),
        TextTable.Column("NOTES", alignment: .right, priority: 2), text("STATEMENT"),
        TextTable.Column("SOURCE", minWidth: 12, priority: 6, isFlexible: true),
        TextTable.Column("TAGS", minWidth: 10, priority: 1, isFlexible: true),
      ]
    case .annotation:
      return [
        id, TextTable.Column("ON", priority: 9), by, when, TextTable.Column("MOTIVATION", priority: 2), text("BODY"),
      ]
    case .assessment:
      return [
        id, TextTable.Column("CLAIM", priority: 9), TextTable.Column("STANCE", priority: 9), by, when, text("BODY"),
      ]
    case .source:
      return [
        id, TextTable.Column("CITATION", minWidth: 16, priority: 9, isFlexible: true),
        TextTable.Column("CLAIMS", alignment: .right, priority: 5), text("TITLE"),
        TextTable.Column("IDENTIFIER", priority: 2),
      ]
    case .evidence:
      return [
        id, TextTable.Column("ON", priority: 9), TextTable.Column("DIRECTION", priority: 9),
        TextTable.Column("STRENGTH", priority: 7), text("TYPE"),
        TextTable.Column("SOURCE", minWidth: 12, priority: 6, isFlexible: true), by, when,
      ]
    case .link:
      return [
        id, TextTable.Column("FROM", priority: 9), TextTable.Column("TYPE", priority: 9),
        TextTable.Column("TO", priority: 9), text("TEXT"),
      ]
    case .term:
      return [
        id, TextTable.Column("CURIE", priority: 99), text("LABEL"), TextTable.Column("TYPE", priority: 3),
        text("SYNONYMS"),
      ]
    case .curator:
      return [
        id, text("NAME"), TextTable.Column("ORCID", priority: 9),
        TextTable.Column("AFFILIATION", minWidth: 10, priority: 3, isFlexible: true),
      ]
    }
  }

  /// The cells of a record.
  func row(_ record: Record) throws -> [String] {
    let id = try names.shortID(record)
    let by = try names.curator(record.curator)
    let when = shortTime(record.createdMilliseconds)
    let mark = try mark(record)
    // To a file or pipe, too, no more than may be written there.
    func text(_ field: String) -> String {
      let isProse = record.kind.field(named: field)?.isProse ?? false
      let limit = isProse ? TextRules.proseByteLimit : TextRules.labelByteLimit
      return TerminalText.truncated(record.text(field) ?? "", toBytes: limit)
    }
    func target(_ field: String) throws -> String { try record.reference(field).map { try names.reference($0) } ?? "" }
    switch kind {
    case nil: return [id, record.kind.rawValue, by, when, mark + (try names.headline(record))]
    case .claim:
      let notes = try reader.count(.annotation, on: record.id)
      return [
        id, text("status"), Self.stances(try reader.stances(on: record.id)), notes == 0 ? "" : "\(notes)",
        mark + text("statement"), try record.reference("source").flatMap { try names.citation($0)?.short } ?? "",
        record.elements("tags").joined(separator: ", "),
      ]
    case .annotation: return [id, try target("target"), by, when, text("motivation"), mark + text("body")]
    case .assessment: return [id, try target("claim"), text("stance"), by, when, mark + text("body")]
    case .source:
      let citation = Citation(record)
      var filter = RecordFilter()
      filter.kinds = [.claim]
      filter.source = record.id
      return [id, citation.short, "\(try reader.count(filter))", mark + text("title"), citation.identifier ?? ""]
    case .evidence:
      return [
        id, try target("target"), text("direction"), text("strength"),
        mark + (try record.text("eco").map(names.labelled) ?? ""),
        try record.reference("source").flatMap { try names.citation($0)?.short } ?? "", by, when,
      ]
    case .link:
      let other = try record.reference("to").flatMap { try reader.record($0) }
      return [id, try target("from"), text("type"), try target("to"), mark + (try other.map(names.headline) ?? "")]
    case .term:
      return [
        id, text("curie"), mark + text("label"), text("type"), record.elements("synonyms").joined(separator: ", "),
      ]
    case .curator: return [id, mark + text("name"), text("orcid"), text("affiliation")]
    }
  }

  /// What must not be overlooked, before the text.
  private func mark(_ record: Record) throws -> String {
    var marks: [String] = []
    if record.isDeleted { marks.append("deleted") }
    if record.flag("retracted") == true { marks.append("retracted") }
    if try !reader.conflicts(of: record.id).isEmpty { marks.append("conflict") }
    if try names.isOrphaned(record) { marks.append("orphaned") }
    return marks.isEmpty ? "" : "[\(marks.joined(separator: ", "))] "
  }

  /// A tally in a few characters: `2+ 1- 1?`.
  static func stances(_ tally: StanceTally) -> String {
    zip(tally.counts, ["+", "-", "?"]).filter { $0.0.count > 0 }.map { "\($0.0.count)\($0.1)" }.joined(separator: " ")
  }
}

/// Writes rows as they come: to a file or pipe at once, to a terminal in tables of many rows, so that memory stays
/// small whatever is listed.
struct TableWriter {
  private let console: Console
  private let columns: [TextTable.Column]
  private var table: TextTable
  private var isFirst = true
  private static let chunk = 1000

  init(_ console: Console, _ columns: [TextTable.Column]) {
    self.console = console
    self.columns = columns
    table = TextTable(columns: columns)
  }

  mutating func add(_ row: [String]) {
    guard console.isTerminal else { return console.data(row.map(TerminalText.onOneLine).joined(separator: "\t")) }
    table.add(row)
    if table.rows.count >= Self.chunk { finish() }
  }

  /// Puts out what is left.
  mutating func finish() {
    guard !table.rows.isEmpty else { return }
    for line in table.render(width: console.width, console: console).dropFirst(isFirst ? 0 : 1) { console.data(line) }
    isFirst = false
    table = TextTable(columns: columns)
  }
}

import AnnotationStore

/// Turns records into rows of cells, with the names that they are read by.
final class SheetRenderer {
  let layout: SheetLayout
  private let record: (RecordID) throws -> Record?
  private let label: (String) throws -> String?
  private var labels: [String: String] = [:]
  private var citations: [RecordID: (cell: String, line: String)] = [:]
  private static let memoryLimit = 20_000

  init(
    _ layout: SheetLayout, record: @escaping (RecordID) throws -> Record?, label: @escaping (String) throws -> String?
  ) {
    self.layout = layout
    self.record = record
    self.label = label
  }

  /// What stands in a cell of a record's row. The two columns that name the row are empty.
  func text(_ column: SheetColumn, of record: Record) throws -> String {
    switch column {
    case .id, .fingerprint: return ""
    case .reading(let what): return SheetText.cell(try reading(what, of: record)).text
    case .field, .quote: return SheetText.cell(try value(column, of: record)).text
    }
  }

  /// Whether the cell holds all that the record says there.
  ///
  /// - Parameter frontier: the version of the record. In a text that is read U+FFFD may stand for a zero character, so it
  ///   is looked up there.
  func isWhole(
    _ column: SheetColumn, of record: Record, at frontier: @autoclosure () throws -> [ChangeID],
    in reader: ReadTransaction
  ) throws -> Bool {
    guard column.isEditable else { return true }
    let text = try value(column, of: record)
    guard SheetText.cell(text).isWhole else { return false }
    guard case .field(let name) = column, text.unicodeScalars.contains("\u{FFFD}"),
      let version = try reader.version(of: record.id, at: frontier())
    else { return true }
    return try !reader.hasZero(version, name)
  }

  /// The cells that are only to be read, in their order.
  func readings(of record: Record) throws -> [String] {
    try layout.columns.filter { if case .reading = $0 { true } else { false } }.map { try text($0, of: record) }
  }

  private func value(_ column: SheetColumn, of record: Record) throws -> String {
    switch column {
    case .quote(let part):
      let selector = record.selector
      return (part == "quote" ? selector?.exact : part == "prefix" ? selector?.prefix : selector?.suffix) ?? ""
    case .field(let name):
      switch record.fields[name] {
      case nil, .selector: return ""
      case .text(let text): return text
      case .flag(let flag): return flag ? "true" : "false"
      case .texts(let texts), .elements(let texts): return SheetText.list(texts)
      case .record(let id): return name == "source" ? try citation(id).cell : id.description
      }
    case .id, .fingerprint, .reading: return ""
    }
  }

  private func reading(_ what: String, of record: Record) throws -> String {
    switch what {
    case "subject label", "predicate label", "object label":
      return try record.text(String(what.dropLast(" label".count))).map(name) ?? ""
    case "entity labels": return SheetText.list(try record.elements("entities").map(name).filter { !$0.isEmpty })
    case "citation": return try record.reference("source").map { try citation($0).line } ?? ""
    case "claim statement": return try record.reference("claim").flatMap(self.record)?.text("statement") ?? ""
    case "curator": return try self.record(record.curator)?.text("name") ?? record.curator.description
    default: return Self.time(record.createdMilliseconds)
    }
  }

  private func name(of curie: String) throws -> String {
    if let known = labels[curie] { return known }
    if labels.count >= Self.memoryLimit { labels = [:] }
    let found = try label(curie) ?? ""
    labels[curie] = found
    return found
  }

  private func citation(_ id: RecordID) throws -> (cell: String, line: String) {
    if let known = citations[id] { return known }
    if citations.count >= Self.memoryLimit { citations = [:] }
    let found = try record(id).map { (Self.identifier(of: $0), Citation($0).line) } ?? (id.description, "")
    citations[id] = found
    return found
  }

  /// What names a source in a cell: its best identifier, as import reads it, else its UUID.
  private static func identifier(of source: Record) -> String {
    if let doi = source.text("doi") { return "DOI:\(doi)" }
    if let pmid = source.text("pmid") { return "PMID:\(pmid)" }
    return source.text("pmcid") ?? source.text("url") ?? source.id.description
  }

  /// `2026-11-26 00:14 UTC`, by the civil calendar (Hinnant, days_from_civil turned round).
  static func time(_ milliseconds: Int64) -> String {
    let minutes = Int64((Double(milliseconds) / 60_000).rounded(.down))
    let days = Int64((Double(minutes) / 1440).rounded(.down))
    let (hour, minute) = ((minutes - days * 1440) / 60, (minutes - days * 1440) % 60)
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day)) \(two(hour)):\(two(minute)) UTC"
  }
}

/// Reads a table of claims, annotations or terms into drafts, one row at a time.
///
/// Memory does not grow with the table, so this is the way to read a large one.
public struct ImportTable {
  /// What one row came to.
  public enum Outcome: Sendable, Equatable {
    case claim(ClaimDraft)
    case annotation(AnnotationDraft)
    case term(TermDraft)
    /// The row cannot be taken; the next one may be fine.
    case problem(ImportDraft.Problem)
  }

  /// What the rows are.
  public var shape: TableShape { header.shape }
  /// The names of the columns, as the file has them.
  public var columnNames: [String] { header.names }

  private var reader: any RowSource
  private let header: TableHeader

  /// Reads the header of a table that comes in pieces (64 KiB is a good size) from a source that says nil at the end.
  ///
  /// The separator is found by the header, so a table with semicolons or tabs that is called `.csv` reads as well.
  /// - Throws: `InterchangeError` for a table without rows or with a header that does not fit any shape.
  public init(format: Format, source: @escaping () throws -> [UInt8]?) throws(InterchangeError) {
    try self.init(format: format, rows: TableReader(format: format, source: source))
  }

  /// Reads the header of a table whose rows come from elsewhere.
  init(format: Format, rows: some RowSource) throws(InterchangeError) {
    var rows = rows
    let first = try rows.next()
    try self.init(format: format, rows: rows, first: first)
  }

  /// Takes a header that was read, and the rows below it.
  init(format: Format, rows: some RowSource, first: TableReader.Outcome?) throws(InterchangeError) {
    switch first {
    case nil: throw .empty
    case .problem(let problem): throw .syntax(format: format, place: problem.place, reason: problem.message)
    case .row(let line, let cells):
      guard !SheetHeader.isSheet(cells) else { throw .needsStore(format) }
      header = try TableHeader(cells: cells, line: line)
    }
    reader = rows
  }

  /// The next row's draft or problem, or nil at the end of the table.
  /// - Throws: `InterchangeError` where the rest of the table cannot be read.
  public mutating func next() throws(InterchangeError) -> Outcome? {
    switch try reader.next() {
    case nil: return nil
    case .problem(var problem):
      if let number = problem.place.column.flatMap({ Int($0) }), number <= header.names.count {
        problem.place.column = header.names[number - 1]
      }
      return .problem(problem)
    case .row(let line, let cells):
      do throws(RowFault) {
        return try draft(TableRow(header: header, line: line, cells: cells))
      } catch {
        return .problem(ImportDraft.Problem(place: Place(line: line, column: error.column), message: error.message))
      }
    }
  }

  private func draft(_ row: TableRow) throws(RowFault) -> Outcome {
    try row.checkCount()
    switch header.shape {
    case .claims: return .claim(try row.claim())
    case .annotations:
      return .annotation(
        AnnotationDraft(
          place: row.place, target: try row.required(.target).trimmed(), body: try row.required(.body),
          motivation: row.identifier(.motivation), tags: try row.list(.tags)))
    case .terms:
      var term = TermDraft(place: row.place, curie: try row.required(.curie).trimmed())
      term.type = row.identifier(.type)
      term.addName(try row.required(.label).trimmed())
      for synonym in try row.list(.synonyms) { term.addName(synonym) }
      return .term(term)
    }
  }
}

/// Why a row cannot be taken.
private struct RowFault: Error {
  var column: String?
  var message: String
}

/// One row and the header that tells its cells apart.
private struct TableRow {
  let header: TableHeader
  let line: Int
  let cells: [String]

  static let listLimit = 1000

  var place: Place { Place(line: line) }

  func checkCount() throws(RowFault) {
    if cells.count < header.names.count {
      throw RowFault(
        column: header.names[cells.count],
        message:
          "the row has \(cells.count) cells and the header \(header.names.count); this column and what follows are "
          + "missing. Leave cells empty, but keep their separators")
    }
    if cells.count > header.names.count {
      let shown = cells[header.names.count].prefix(40)
      throw RowFault(
        column: String(header.names.count + 1),
        message: "the row has \(cells.count) cells and the header \(header.names.count); nothing names \"\(shown)\". "
          + "Put cells that hold a separator into quotation marks")
    }
  }

  /// The cell as it is, or nil where it is absent or blank.
  func prose(_ field: TableHeader.Field) -> String? {
    guard let index = header.fields[field], cells[index].utf8.contains(where: { !isSpace($0) }) else { return nil }
    return cells[index]
  }

  func identifier(_ field: TableHeader.Field) -> String? { prose(field)?.trimmedOrNil() }

  func required(_ field: TableHeader.Field) throws(RowFault) -> String {
    guard let text = prose(field), !text.trimmed().isEmpty else {
      throw RowFault(column: field.rawValue, message: "the cell is empty, and every row needs a \(field.rawValue)")
    }
    return text
  }

  func list(_ field: TableHeader.Field) throws(RowFault) -> [String] {
    guard let index = header.fields[field] else { return [] }
    return try list(at: index)
  }

  /// The items of a cell, each once.
  private func list(at index: Int) throws(RowFault) -> [String] {
    var seen: Set<String> = []
    var items: [String] = []
    for part in cells[index].utf8.split(whereSeparator: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "|") }) {
      if let item = Substring(part).trimmedOrNil(), seen.insert(item).inserted { items.append(item) }
    }
    guard items.count <= Self.listLimit else {
      throw RowFault(column: header.names[index], message: "a list of more than \(Self.listLimit) items")
    }
    return items
  }

  func claim() throws(RowFault) -> ClaimDraft {
    var claim = ClaimDraft(place: place, statement: try required(.statement))
    claim.source = identifier(.source)
    claim.quote = prose(.quote)
    claim.prefix = prose(.prefix)
    claim.suffix = prose(.suffix)
    if claim.quote == nil,
      let field = claim.prefix != nil ? TableHeader.Field.prefix : claim.suffix.map({ _ in .suffix })
    {
      throw RowFault(column: field.rawValue, message: "a \(field.rawValue) without a quote; give the quote as well")
    }
    claim.via = identifier(.via)
    claim.subject = identifier(.subject)
    claim.predicate = identifier(.predicate)
    claim.object = identifier(.object)
    claim.negated = try boolean(.negated)
    claim.status = identifier(.status)
    claim.entities = try list(.entities)
    claim.tags = try list(.tags)
    claim.note = prose(.note)
    for (role, index) in header.qualifiers {
      claim.qualifiers += try list(at: index).map { ClaimDraft.Qualifier(role: role, curie: $0) }
    }
    return claim
  }

  private func boolean(_ field: TableHeader.Field) throws(RowFault) -> Bool? {
    guard let text = identifier(field) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "1": return true
    case "false", "no", "0": return false
    default:
      throw RowFault(
        column: field.rawValue,
        message: "\"\(text.prefix(40))\" is neither true nor false. Write true, false or nothing")
    }
  }
}

/// A workbook as something to import: an exported sheet, or a table of another kind.
struct Workbook {
  /// The rows of the sheet that is imported: that of claims or assessments by its name, else the first that is shown.
  let rows: [SheetRow]
  /// The rows that list what was exported.
  let manifest: [SheetRow]

  /// Opens it.
  init(_ bytes: [UInt8]) throws(InterchangeError) {
    do throws(ArchiveError) {
      let reader = try WorkbookReader(bytes)
      let names = SheetLayout.kinds.map(\.plural)
      let sheet =
        reader.sheets.first { names.contains($0.name.lowercased()) } ?? reader.sheets.first { !$0.isHidden }
      rows =
        try sheet.map { (sheet) throws(ArchiveError) in
          try reader.rows(of: sheet).filter { !$0.cells.allSatisfy(\.isBlank) }
        } ?? []
      let list = reader.sheets.first { $0.name == XLSXSheetWriter.manifestName }
      manifest = try list.map { (sheet) throws(ArchiveError) in try reader.rows(of: sheet) } ?? []
    } catch { throw .workbook(reason: error.description) }
    guard !rows.isEmpty else { throw .empty }
  }

  /// The rows as a table of claims, annotations or terms.
  var table: WorkbookTable { WorkbookTable(rows: rows) }
}

/// The rows of a worksheet as those of any table: as long as the header, and without what a spreadsheet made of cells.
struct WorkbookTable: RowSource {
  private let rows: [SheetRow]
  private let width: Int
  private var index = 0

  init(rows: [SheetRow]) {
    self.rows = rows
    width = rows.first?.cells.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? 0
  }

  /// The next row.
  mutating func next() throws(InterchangeError) -> TableReader.Outcome? {
    guard index < rows.count else { return nil }
    let row = rows[index]
    index += 1
    for (column, cell) in row.cells.enumerated() where cell.flag != nil && cell.flag != .number {
      guard case .damaged(let why) = SheetHabit.compare("", cell) else { continue }
      return .problem(
        ImportDraft.Problem(place: Place(line: row.line, column: String(column + 1)), message: "holds \(why)"))
    }
    var cells = row.cells.map(\.text)
    while cells.count > width, cells.last?.utf8.allSatisfy(isSpace) == true { cells.removeLast() }
    while cells.count < width { cells.append("") }
    return .row(line: row.line, cells: cells)
  }
}

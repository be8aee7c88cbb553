import AnnotationStore

/// Which cell of an exported sheet's rows holds what.
struct SheetHeader {
  let layout: SheetLayout
  /// The columns that are there, by their place.
  private(set) var columns: [(column: SheetColumn, index: Int)] = []
  /// The names of columns that a sheet has not, and whose cells are not taken.
  private(set) var unknown: [String] = []

  /// Whether a table's first row is that of an exported sheet, and not of any other table.
  static func isSheet(_ cells: [String]) -> Bool {
    let names = Set(cells.map { $0.trimmed().lowercased() })
    return names.contains("id") && names.contains("fingerprint")
  }

  /// Reads the first row.
  init(_ cells: [String], line: Int) throws(InterchangeError) {
    let names = cells.map { $0.trimmed() }
    let isAssessments = names.contains { $0.lowercased() == "stance" }
    guard let layout = SheetLayout(isAssessments ? .assessment : .claim) else { throw .noSheet(.claim) }
    self.layout = layout
    var seen: Set<SheetColumn> = []
    for (index, name) in names.enumerated() where !name.isEmpty {
      guard let column = layout.column(named: name) else {
        unknown.append(name)
        continue
      }
      guard seen.insert(column).inserted else { throw .duplicateColumn(name: name, line: line) }
      columns.append((column, index))
    }
  }

  /// The cells of a row by column; a row that is cut short is empty there.
  func cells(of row: SheetRow) -> [SheetColumn: SheetCell] {
    var found: [SheetColumn: SheetCell] = [:]
    for (column, index) in columns {
      found[column] = index < row.cells.count ? row.cells[index] : SheetCell("")
    }
    return found
  }
}

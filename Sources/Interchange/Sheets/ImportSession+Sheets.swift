import AnnotationStore

extension ImportSession {
  /// Merges an exported sheet whose rows come as text.
  func runSheet(_ rows: inout TableReader, _ header: SheetHeader) throws {
    let merge = SheetMerge(self, header)
    while let outcome = try rows.next() {
      switch outcome {
      case .problem(let problem): skip([problem])
      case .row(let line, let cells): try merge.take(SheetRow(line: line, cells: cells.map { SheetCell($0) }))
      }
    }
    try merge.finish()
  }

  /// Imports a workbook: merges it where it is an exported sheet, and takes it as a table where it is another one.
  func run(_ workbook: Workbook, format: Format) throws {
    guard let first = workbook.rows.first, SheetHeader.isSheet(first.cells.map(\.text)) else {
      return try run(ImportTable(format: format, rows: workbook.table))
    }
    let merge = try SheetMerge(self, SheetHeader(first.cells.map(\.text), line: first.line))
    for row in workbook.manifest { merge.manifest.take(row.cells.map(\.text)) }
    for row in workbook.rows.dropFirst() { try merge.take(row) }
    try merge.finish()
  }
}

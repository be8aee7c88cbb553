/// Where the rows of a table come from: a text, or a sheet of a workbook.
protocol RowSource {
  /// The next row that has text in it, or why it cannot be read; `nil` at the end.
  mutating func next() throws(InterchangeError) -> TableReader.Outcome?
}

extension TableReader: RowSource {}

/// A table of text that fits the terminal: what does not fit is cut off in the flexible column, then columns of low
/// priority are left out.
struct TextTable {
  /// On which side a column's cells stand.
  enum Alignment {
    case left, right
  }

  /// A column.
  struct Column {
    /// The heading.
    var title: String
    /// On which side its cells stand.
    var alignment: Alignment
    /// The least columns of the terminal that it takes where it is flexible.
    var minWidth: Int
    /// Which column is left out first where room lacks: the lowest. The highest are never left out.
    var priority: Int
    /// Whether it is cut off to make the table fit.
    var isFlexible: Bool

    /// Makes a column.
    init(
      _ title: String, alignment: Alignment = .left, minWidth: Int = 16, priority: Int = 10, isFlexible: Bool = false
    ) {
      self.title = title
      self.alignment = alignment
      self.minWidth = minWidth
      self.priority = priority
      self.isFlexible = isFlexible
    }
  }

  /// The most columns of the terminal that a cell takes: one value that is too long floods no screen.
  static let cellLimit = 200

  /// The columns, from the left.
  let columns: [Column]
  private(set) var rows: [[String]] = []

  /// Makes an empty table.
  init(columns: [Column]) { self.columns = columns }

  /// Adds a row; a cell that lacks is empty.
  mutating func add(_ row: [String]) {
    rows.append(columns.indices.map { $0 < row.count ? TerminalText.onOneLine(row[$0]) : "" })
  }

  /// The lines.
  ///
  /// - Parameter width: the columns of the terminal; `nil` for tab-separated lines of the full texts, without heading.
  func render(width: Int?, console: Console) -> [String] {
    guard let width else { return rows.map { $0.joined(separator: "\t") } }
    var natural = columns.map { TerminalText.width($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() { natural[index] = max(natural[index], TerminalText.width(cell)) }
    }
    natural = natural.map { min($0, Self.cellLimit) }
    let shown = columnsThatFit(natural, width)
    let widths = fittedWidths(natural, shown, width)
    let heading = line(columns.map(\.title), shown, widths)
    return [console.style(heading, .bold)] + rows.map { line($0, shown, widths) }
  }

  private func leastWidth(_ index: Int, _ natural: [Int]) -> Int {
    columns[index].isFlexible ? min(natural[index], columns[index].minWidth) : natural[index]
  }

  private func columnsThatFit(_ natural: [Int], _ width: Int) -> [Int] {
    var shown = Array(columns.indices)
    let highest = columns.map(\.priority).max() ?? 0
    while shown.reduce(0, { $0 + leastWidth($1, natural) }) + 2 * max(0, shown.count - 1) > width {
      let candidates = shown.filter { columns[$0].priority < highest }
      guard let lowest = candidates.map({ columns[$0].priority }).min(),
        let dropped = candidates.last(where: { columns[$0].priority == lowest })
      else { break }
      shown.removeAll { $0 == dropped }
    }
    return shown
  }

  private func fittedWidths(_ natural: [Int], _ shown: [Int], _ width: Int) -> [Int] {
    var widths = natural
    let flexible = shown.filter { columns[$0].isFlexible }
    var excess = shown.reduce(0) { $0 + widths[$1] } + 2 * max(0, shown.count - 1) - width
    // The widest gives first, so that a short column beside a long one stays whole.
    while excess > 0 {
      let givers = flexible.filter { widths[$0] > leastWidth($0, natural) }
      guard let widest = givers.max(by: { widths[$0] < widths[$1] }) else { break }
      let next = givers.filter { $0 != widest }.map { widths[$0] }.max() ?? 0
      let floor = max(leastWidth(widest, natural), min(next, widths[widest] - 1))
      let given = min(excess, widths[widest] - floor)
      widths[widest] -= given
      excess -= given
    }
    return widths
  }

  private func line(_ cells: [String], _ shown: [Int], _ widths: [Int]) -> String {
    var out = ""
    for (place, index) in shown.enumerated() {
      let cell = TerminalText.truncated(cells[index], to: widths[index])
      let padding = String(repeating: " ", count: max(0, widths[index] - TerminalText.width(cell)))
      if place > 0 { out += "  " }
      let isLast = place == shown.count - 1
      out += columns[index].alignment == .right ? padding + cell : cell + (isLast ? "" : padding)
    }
    return out
  }
}

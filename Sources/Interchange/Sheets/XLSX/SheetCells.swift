/// Gathers the rows of a worksheet, whatever order its cells come in.
final class SheetCells: WorkbookXML.Handler {
  private(set) var rows: [SheetRow] = []
  private let file: String
  private let strings: [String]
  private let dateStyles: Set<Int>

  private var line = 0
  private var column = 0
  private var cells: [Int: SheetCell] = [:]
  private var type = ""
  private var style = 0
  private var value: String?
  private var inline = ""
  private var hasFormula = false
  private var isPhonetic = false

  /// The most rows that a worksheet has.
  static let rowLimit = 1_048_576
  /// The most cells that are taken, empty ones between others included.
  static let cellLimit = 8 << 20
  private var cellCount = 0

  init(_ file: String, strings: [String], dateStyles: Set<Int>) {
    self.file = file
    self.strings = strings
    self.dateStyles = dateStyles
  }

  /// An element begins.
  func begin(_ name: String, _ attributes: [String: String]) throws(ArchiveError) {
    switch name {
    case "row":
      line = attributes["r"].flatMap { Int($0) } ?? line + 1
      guard (1...Self.rowLimit).contains(line) else { throw damaged("a row of the number \(line)") }
      column = 0
      cells = [:]
    case "c":
      column = try attributes["r"].map { (text) throws(ArchiveError) in try number(ofColumn: text) } ?? column + 1
      guard column <= TableReader.columnLimit else {
        throw damaged("row \(line) has a cell beyond column \(TableReader.columnLimit)")
      }
      type = attributes["t"] ?? "n"
      style = attributes["s"].flatMap { Int($0) } ?? 0
      (value, inline, hasFormula) = (nil, "", false)
    case "rPh": isPhonetic = true
    default: break
    }
  }

  /// An element ends.
  func end(_ name: String, _ text: String) throws(ArchiveError) {
    switch name {
    case "v": value = text
    case "t": if !isPhonetic { inline += text }
    case "f": hasFormula = true
    case "rPh": isPhonetic = false
    case "c":
      guard column > 0 else { throw damaged("a cell outside of a row") }
      if let cell = try cell() { cells[column] = cell }
    case "row":
      guard let last = cells.keys.max() else { return }
      cellCount += last
      guard cellCount <= Self.cellLimit else { throw .beyondBounds("\(file) has more than \(Self.cellLimit) cells") }
      rows.append(SheetRow(line: line, cells: (1...last).map { cells[$0] ?? SheetCell("") }))
      cells = [:]
    default: break
    }
  }

  private func cell() throws(ArchiveError) -> SheetCell? {
    if type == "inlineStr" { return inline.isEmpty ? nil : SheetCell(XMLText.unescapeCell(inline), flag) }
    guard let value, !value.isEmpty else { return hasFormula ? SheetCell("", .formula) : nil }
    switch type {
    case "s":
      guard let index = Int(value), strings.indices.contains(index) else {
        throw damaged("row \(line) names a text that is not in the workbook")
      }
      return strings[index].isEmpty ? nil : SheetCell(strings[index], flag)
    case "str": return SheetCell(XMLText.unescapeCell(value), flag)
    case "b": return SheetCell(value == "1" ? "TRUE" : "FALSE", flag)
    case "e": return SheetCell(value, .error)
    case "d": return SheetCell(value, .date)
    default: return SheetCell(Self.plain(value), flag ?? (dateStyles.contains(style) ? .date : .number))
    }
  }

  /// A number without an exponent, where that is exact: `1.2345678E7` is how some programs write 12345678.
  private static func plain(_ number: String) -> String {
    guard let value = Double(number), value.magnitude < 1e15, value == value.rounded() else { return number }
    return String(Int64(value))
  }

  private var flag: SheetCell.Flag? { hasFormula ? .formula : nil }

  /// The number, from 1, of the column of a cell such as `AB12`.
  private func number(ofColumn reference: String) throws(ArchiveError) -> Int {
    var number = 0
    for byte in reference.utf8 {
      guard byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z"), number < 1 << 20 else { break }
      number = number * 26 + Int(byte - UInt8(ascii: "A")) + 1
    }
    guard number > 0 else { throw damaged("a cell of the name \"\(reference.prefix(20))\"") }
    return number
  }

  private func damaged(_ reason: String) -> ArchiveError { .damaged(file: file, reason: reason) }
}

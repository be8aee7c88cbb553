/// How values stand in the cells of a sheet; Schema/sheets.md.
enum SheetText {
  /// The most UTF-16 code units that Excel and LibreOffice keep of a cell.
  static let cellLimit = 32_767
  /// What ends the cell of a text that was cut.
  static let cutMark = " […cut: longer than a spreadsheet's cell; edit it with variorum edit]"

  /// A text as a cell can hold it: without zero characters, and cut where it is too long.
  ///
  /// What is not whole cannot be edited in the sheet. Most texts with a zero character come with U+FFFD in its place
  /// already (``SheetRenderer/isWhole(_:of:at:in:)``).
  static func cell(_ text: String) -> (text: String, isWhole: Bool) {
    var text = text
    var isWhole = true
    if text.utf8.contains(0) {
      text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
      isWhole = false
    }
    guard text.utf16.count > cellLimit - 1 else { return (text, isWhole) }
    var count = 0
    let room = cellLimit - 1 - cutMark.utf16.count
    let kept = text.unicodeScalars.prefix { scalar in
      count += UTF16.width(scalar)
      return count <= room
    }
    return (String(kept) + cutMark, false)
  }

  /// The elements of a set in one cell: separated by `; `, with `\` before a semicolon or a backslash of their own.
  static func list(_ elements: [String]) -> String {
    elements.map { element in
      element.utf8.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\\") }
        ? element.replacing("\\", with: "\\\\").replacing(";", with: "\\;") : element
    }.joined(separator: "; ")
  }

  /// The elements of such a cell, each once.
  static func elements(_ cell: String) -> [String] {
    var found: [String] = []
    var seen: Set<[UInt8]> = []
    var current = String.UnicodeScalarView()
    var isEscaped = false
    func end() {
      if let element = String(current).trimmedOrNil(), seen.insert(Array(element.utf8)).inserted {
        found.append(element)
      }
      current = String.UnicodeScalarView()
    }
    for scalar in cell.unicodeScalars {
      if isEscaped {
        if scalar != ";" && scalar != "\\" { current.append("\\") }
        current.append(scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == ";" {
        end()
      } else {
        current.append(scalar)
      }
    }
    if isEscaped { current.append("\\") }
    end()
    return found
  }

  // MARK: - Tables

  /// The text of a cell in a file of text, where a spreadsheet would take it for a formula: it gets an apostrophe, and so
  /// does a text that looks as if it had one.
  static func guarded(_ text: String) -> String { isFormula(text.drop { $0 == "'" }) ? "'" + text : text }

  /// The text without the apostrophe that ``guarded(_:)`` puts before it.
  static func unguarded(_ text: String) -> String {
    text.first == "'" && isFormula(text.drop { $0 == "'" }) ? String(text.dropFirst()) : text
  }

  private static func isFormula(_ text: Substring) -> Bool {
    guard let first = text.utf8.first else { return false }
    return [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D].contains(first)
  }

  /// A cell of a row with tabs, in quotation marks where it needs them.
  static func tabbed(_ text: String) -> String {
    let special: [UInt8] = [0x09, 0x0A, 0x0D, UInt8(ascii: "\"")]
    let needsQuotes = text.utf8.contains { special.contains($0) }
    return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}

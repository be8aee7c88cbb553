/// What spreadsheets do to cells by themselves, told apart from what people do; Schema/sheets.md.
enum SheetHabit {
  /// What a cell says beside what was exported.
  enum Verdict: Equatable {
    /// What was exported.
    case same
    /// Nobody but the spreadsheet changed it; how. What was exported stands.
    case untouched(String)
    /// The spreadsheet made something else of what was there or typed, and nobody can tell what; why.
    case damaged(String)
    /// A person changed it: the text, without what guards it.
    case changed(String)
  }

  /// Compares a cell with the text that was exported there, which is empty in a new row.
  static func compare(_ base: String, _ cell: SheetCell) -> Verdict {
    let text = SheetText.unguarded(cell.text)
    if cell.text.utf8.elementsEqual(base.utf8) || text.utf8.elementsEqual(base.utf8) { return .same }
    if cell.isBlank, cell.flag == nil, base.utf8.allSatisfy(isSpace) { return .same }
    // LibreOffice loses the tabs of a cell in ODF; others make spaces of them.
    if ["", " "].contains(where: { neutral(text, tab: $0).utf8.elementsEqual(neutral(base, tab: $0).utf8) }) {
      return .untouched("line ends, tabs, spaces, quotation marks or dots are written otherwise")
    }
    if ["true", "false"].contains(base), text.lowercased() == base { return .untouched("a flag is in capitals") }
    if let why = SheetNumber.habit(base, text) { return .untouched(why) }
    if SheetDate(cell).map({ $0.couldCome(from: base) }) == true { return .untouched("it was turned into a date") }
    if let why = damage(cell, text) { return .damaged(why) }
    return .changed(text)
  }

  /// Why what stands in a cell cannot be what was typed there; `nil` where it can.
  private static func damage(_ cell: SheetCell, _ text: String) -> String? {
    let shown = "\"\(text.prefix(40))\""
    switch cell.flag {
    case .formula: return "a formula, \(shown). Replace it by its value"
    case .error: return "the error \(shown). Write what it should say"
    case .date: return "a date, the number \(shown). Format the cell as text, and write what it should say"
    case .number, nil: break
    }
    if ["#NAME?", "#VALUE!", "#REF!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!"].contains(text) || text.hasPrefix("####") {
      return "the error \(shown). Write what it should say"
    }
    if SheetNumber(scientific: text) != nil {
      return
        "\(shown), a number in scientific notation, whose digits are lost. Format the cell as text, and write it out"
    }
    if SheetDate.isShownByExcel(text) {
      return
        "\(shown), a date as spreadsheets make of names such as MARCH1 or SEPT2. Format the cell as text, and write "
        + "the name"
    }
    return nil
  }

  /// The text with one form of what spreadsheets and their automatic correction write in another one.
  private static func neutral(_ text: String, tab: String) -> String {
    var found = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": found.append("\n")
      case "\n": if !afterReturn { found.append("\n") }
      case "\t": found.append(contentsOf: tab.unicodeScalars)
      case "\u{A0}", "\u{202F}": found.append(" ")
      case "\u{2018}", "\u{2019}": found.append("'")
      case "\u{201C}", "\u{201D}": found.append("\"")
      case "\u{2026}": found.append(contentsOf: "...".unicodeScalars)
      default: found.append(scalar)
      }
      afterReturn = scalar == "\r"
    }
    return String(found)
  }
}

/// A number as text: its digits and where the point stands.
struct SheetNumber: Equatable {
  private var isNegative = false
  /// The significant digits, without zeros at either end.
  private var digits: [UInt8] = []
  /// The power of ten of the first digit; 0 of zero.
  private var magnitude = 0

  /// Reads digits with at most one point, `.` or `,`.
  init?(_ text: some StringProtocol) {
    var bytes = Array(text.utf8)
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    let parts = bytes.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
    guard (1...2).contains(parts.count), !parts[0].isEmpty, parts.last?.isEmpty == false, bytes.count <= 400,
      parts.allSatisfy({ $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
    else { return nil }
    let all = parts.flatMap { $0 }
    guard let first = all.firstIndex(where: { $0 != 0x30 }), let last = all.lastIndex(where: { $0 != 0x30 }) else {
      return
    }
    digits = Array(all[first...last])
    magnitude = parts[0].count - 1 - first
  }

  /// Reads a number with an exponent, such as `1.2E+07`.
  init?(scientific text: String) {
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    guard parts.count == 2, let mantissa = SheetNumber(parts[0]), let exponent = Int(parts[1]),
      (-399...399).contains(exponent)
    else { return nil }
    self = mantissa
    magnitude += exponent
  }

  /// Why a cell with a number says nothing else than the number that was exported; `nil` where it does.
  static func habit(_ base: String, _ text: String) -> String? {
    guard let number = SheetNumber(base) else { return nil }
    if let written = SheetNumber(text) {
      if written == number { return "zeros around the number are lost" }
      return written.digits.count >= 15 && written.isRounding(of: number) ? "digits of the number are lost" : nil
    }
    guard let rounded = SheetNumber(scientific: text) else { return nil }
    return rounded.isRounding(of: number) ? "the number is in scientific notation" : nil
  }

  /// Whether it has the first digits of another one, as far as its own go, and is as large.
  private func isRounding(of other: SheetNumber) -> Bool {
    guard isNegative == other.isNegative, digits.count <= other.digits.count, !digits.isEmpty else { return false }
    var cut = Array(other.digits.prefix(digits.count))
    if cut == digits { return magnitude == other.magnitude }
    guard other.digits.count > digits.count, other.digits[digits.count] >= UInt8(ascii: "5") else { return false }
    var carried = magnitude == other.magnitude
    var index = cut.count - 1
    while index >= 0 {
      cut[index] += 1
      if cut[index] <= UInt8(ascii: "9") { break }
      cut[index] = UInt8(ascii: "0")
      index -= 1
    }
    if index < 0 {
      cut[0] = UInt8(ascii: "1")
      carried = magnitude == other.magnitude + 1
    }
    let kept = cut.lastIndex { $0 != UInt8(ascii: "0") }.map { Array(cut[...$0]) } ?? cut
    return carried && kept == digits
  }
}

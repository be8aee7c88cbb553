/// A day that a spreadsheet made of something else: gene names such as MARCH1 and SEPT2, or numbers such as 1-2.
struct SheetDate {
  private let month: Int
  /// The day; of a month and a year the year's last two digits.
  private let number: Int

  /// Reads what a cell shows or, of one that holds a date, the number of the day; `nil` where that is no date.
  init?(_ cell: SheetCell) {
    if cell.flag == .date, let serial = Double(cell.text), serial >= 1, serial < 3_000_000 {
      // Day 25569 is 1970-01-01.
      let time = SheetRenderer.time((Int64(serial) - 25_569) * 86_400_000)
      let parts = time.prefix { $0 != " " }.split(separator: "-").compactMap { Int($0) }
      guard parts.count == 3 else { return nil }
      (month, number) = (parts[1], parts[2])
      return
    }
    guard let parts = Parts(cell.text) else { return nil }
    let numbers = parts.numbers
    if let name = parts.month {
      (month, number) = (name, numbers[0])
    } else if numbers.count == 3, numbers[0] > 31 {
      (month, number) = (numbers[1], numbers[2])
    } else if numbers.count == 3, (1...31).contains(numbers[0]), (1...31).contains(numbers[1]) {
      // Whether the day or the month comes first depends on the country; either is compared.
      (month, number) = (numbers[1], numbers[0])
    } else {
      return nil
    }
  }

  /// Whether a spreadsheet would make this date of a text.
  func couldCome(from base: String) -> Bool {
    let name = base.prefix { $0.isLetter }
    // `MARCH1`, `SEPT2`, `DEC1`: a month with a number right behind it.
    let rest = base.dropFirst(name.count)
    if rest.isDigits, let month = SheetMonth.number(name), let number = Int(rest) { return isMade(of: month, number) }
    guard let parts = Parts(base) else { return false }
    if let month = parts.month { return parts.numbers.count == 1 && isMade(of: month, parts.numbers[0]) }
    return parts.numbers.count == 2 && isMade(of: parts.numbers[0], parts.numbers[1])
  }

  private func isMade(of first: Int, _ second: Int) -> Bool {
    first == month && second == number || first == number && second == month
  }

  /// Whether a text is a day as Excel shows one that it made by itself: `1-Mar`, `Mar-01`, `1-Mar-26`, `02. Sep`.
  static func isShownByExcel(_ text: String) -> Bool {
    text.contains("-") && Parts(text)?.isEnglish == true || SheetMonth.isDayOfOtherLanguage(text)
  }

  /// What stands between `-`, `/`, `.` and spaces, where all of it is numbers and at most one name of a month; a time of
  /// day that follows is passed over.
  private struct Parts {
    var numbers: [Int] = []
    var month: Int?
    /// Whether the month has an English name.
    var isEnglish = false

    init?(_ text: String) {
      guard text.utf8.count <= 32 else { return nil }
      let isSeparator = { (byte: Character) in byte == "-" || byte == "/" || byte == "." || byte == " " }
      // The day stands before the time; ISO puts a T between them.
      let day = text.contains(":") ? text.replacing("T", with: " ").split(separator: " ").first ?? "" : text[...]
      let words = day.split(whereSeparator: isSeparator)
      guard (2...3).contains(words.count) else { return nil }
      for word in words {
        if word.isDigits, word.utf8.count <= 4, let number = Int(word) {
          numbers.append(number)
        } else if month == nil, let name = SheetMonth.number(word) {
          month = name
          isEnglish = SheetMonth.englishNumber(word) != nil
        } else {
          return nil
        }
      }
      guard !numbers.isEmpty else { return nil }
    }
  }
}

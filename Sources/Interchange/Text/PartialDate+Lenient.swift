import AnnotationStore

extension PartialDate {
  /// Keeps of a date what is possible in the calendar; nil where even the year is not.
  init?(year: Int, month: Int? = nil, day: Int? = nil) {
    let parts = [month, day].compactMap { $0 }.map { $0 < 10 ? "0\($0)" : "\($0)" }
    // A day without its month says nothing.
    let known = month == nil ? 0 : parts.count
    for count in stride(from: known, through: 0, by: -1) {
      let text = ([String(year)] + parts.prefix(count)).joined(separator: "-")
      if let date = try? PartialDate(parsing: text) {
        self = date
        return
      }
    }
    return nil
  }

  /// Reads a date as files write it; see ``StatedDate``.
  init?(lenient text: String) {
    guard let read = StatedDate(text) else { return nil }
    self = read.date
  }

  /// The month that an English name or its abbreviation of at least three letters means.
  static func month(named name: some StringProtocol) -> Int? {
    let months = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
      "december",
    ]
    let key = name.lowercased()
    guard key.count >= 3 else { return nil }
    return months.firstIndex { $0.hasPrefix(key) }.map { $0 + 1 } ?? (key == "sept" ? 9 : nil)
  }
}

/// A date as a file states it, and what of it is possible in the calendar.
struct StatedDate {
  /// What is possible.
  let date: PartialDate
  /// How it is told that the month or the day was left out; nil where they were not.
  let leftOut: String?

  /// - Parameters:
  ///   - text: the date as it is stated.
  ///   - hasMore: whether a month or a day is stated that is not even a number.
  init?(year: Int, month: Int?, day: Int?, text: String, hasMore: Bool = false) {
    guard let date = PartialDate(year: year, month: month, day: day) else { return nil }
    self.date = date
    let isCut = hasMore || month != date.month || month != nil && day != date.day
    leftOut = isCut ? "of the date of issue \(text.prefix(40)) what the calendar does not have" : nil
  }

  /// Reads `2025`, `2025-10-02`, `2025/10/02/`, `2025 Oct 2`, `2 October 2025`, `Oct. 2025` and the like; nil where no
  /// year can be read.
  ///
  /// Of a range the start is taken. Days and months in figures count only after the year: `2/10/2025` says just 2025.
  init?(_ text: String) {
    var tokens: [Substring] = []
    for part in text.prefix(100).split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      let digits = part.prefix { $0.isNumber }
      tokens += digits.isEmpty || digits.endIndex == part.endIndex ? [part] : [digits]
    }
    guard let position = tokens.firstIndex(where: { $0.count == 4 && $0.isDigits }), let year = Int(tokens[position])
    else { return nil }
    if position == 0 {
      let after = tokens.dropFirst()
      let month = after.first.flatMap { Self.number($0) ?? PartialDate.month(named: $0) }
      self.init(year: year, month: month, day: after.dropFirst().first.flatMap(Self.number), text: text)
    } else {
      let before = tokens[..<position]
      let month = before.lazy.compactMap(PartialDate.month(named:)).first
      let day = month == nil ? nil : before.lazy.compactMap(Self.number).first
      self.init(year: year, month: month, day: day, text: text)
    }
  }

  /// A number of one or two digits.
  private static func number(_ token: Substring) -> Int? { token.count <= 2 && token.isDigits ? Int(token) : nil }
}

/// A date as precise as a paper states it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ISO 8601, Gregorian).
///
/// Years are 1000 to 9999, so that the order of the texts is the order of time; a less precise date comes before the
/// more precise ones that it contains.
public struct PartialDate: TextIdentifier {
  /// 1000 to 9999.
  public let year: Int
  /// 1 to 12; nil where only the year is known.
  public let month: Int?
  /// 1 to 31, valid in its month; nil where it is not known.
  public let day: Int?

  /// The canonical spelling, which is stored and compared.
  public let text: String

  /// Reads one of the three forms.
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    func refused(_ reason: String) -> IdentifierError {
      let remedy = "expected YYYY, YYYY-MM or YYYY-MM-DD, for example 2025-10-02"
      return .malformed(.date, value: input, reason: reason, remedy: remedy)
    }
    let value = input.trimmed
    guard !value.isEmpty else { throw refused("is empty") }
    let parts = value.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count <= 3, parts.map(\.count) == Array([4, 2, 2].prefix(parts.count)),
      parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) })
    else { throw refused("has another form") }
    let numbers = parts.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    let month = numbers.count > 1 ? numbers[1] : nil
    let day = numbers.count > 2 ? numbers[2] : nil
    guard numbers[0] >= 1000 else { throw refused("has a year outside 1000 to 9999") }
    if let month {
      guard (1...12).contains(month) else { throw refused("has a month outside 01 to 12") }
      if let day {
        let count = Self.dayCount(year: numbers[0], month: month)
        guard (1...count).contains(day) else { throw refused("has a day outside 01 to \(count) of that month") }
      }
    }
    year = numbers[0]
    self.month = month
    self.day = day
    text = value
  }

  private static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

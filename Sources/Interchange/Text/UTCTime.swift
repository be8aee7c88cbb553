/// Times as `xsd:dateTime` in UTC (XML Schema 1.1 part 2, section 3.3.7), such as `2025-10-02T08:30:00.250Z`.
enum UTCTime {
  private static let dayMilliseconds: Int64 = 86_400_000

  /// The text of a time in milliseconds since 1970 UTC; fractions of a second only where there are any.
  static func text(_ milliseconds: Int64) -> String {
    let (days, time) = floorDivide(milliseconds, dayMilliseconds)
    let (year, month, day) = date(ofDay: days)
    let (seconds, fraction) = (time / 1000, time % 1000)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
    let sign = year < 0 ? "-" : ""
    let start = "\(sign)\(padded(abs(year), 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock)"
    return start + (fraction == 0 ? "Z" : ".\(padded(fraction, 3))Z")
  }

  /// Reads a date and time with its zone, of a fraction the first three digits; nil where it is none.
  ///
  /// A time without a zone is taken as UTC: the Recommendation asks for that zone, and writers forget the letter.
  static func milliseconds(_ text: String) -> Int64? {
    var scanner = Scanner(bytes: Array(text.utf8)[...])
    let isNegative = scanner.take("-")
    guard let year = scanner.number(4...6), scanner.take("-"), let month = scanner.number(2...2), scanner.take("-"),
      let day = scanner.number(2...2), scanner.take("T") || scanner.take("t") || scanner.take(" "),
      let hour = scanner.number(2...2), scanner.take(":"), let minute = scanner.number(2...2), scanner.take(":"),
      let second = scanner.number(2...2)
    else { return nil }
    let fraction = scanner.take(".") ? scanner.fraction() : 0
    guard let fraction, let offset = scanner.zone(), scanner.bytes.isEmpty else { return nil }
    let signed = isNegative ? -year : year
    guard (1...12).contains(month), day >= 1, hour <= 24, minute <= 59, second <= 60 else { return nil }
    let days = self.day(of: signed, month, day)
    // The day must be one of its month.
    guard date(ofDay: days) == (signed, month, day), hour < 24 || (minute == 0 && second == 0) else { return nil }
    return days * dayMilliseconds + ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let rest = value % divisor
    return rest < 0 ? (value / divisor - 1, rest + divisor) : (value / divisor, rest)
  }

  /// Days since 1970 of a date of the Gregorian calendar; years begin in March, so that a leap day is a year's last.
  private static func day(of year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivide(shifted, 400)
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(ofDay days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private struct Scanner {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard let byte = bytes.first, UInt32(byte) == character.value else { return false }
      bytes.removeFirst()
      return true
    }

    mutating func number(_ width: ClosedRange<Int>) -> Int64? {
      let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
      guard width.contains(digits.count) else { return nil }
      bytes.removeFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Milliseconds from the digits after the point.
    mutating func fraction() -> Int64? {
      let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
      guard !digits.isEmpty else { return nil }
      bytes.removeFirst(digits.count)
      let scaled = digits.prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
      return scaled * [1, 100, 10, 1][min(3, digits.count)]
    }

    /// Minutes east of UTC.
    mutating func zone() -> Int64? {
      if bytes.isEmpty || take("Z") || take("z") { return 0 }
      let isEast = take("+")
      guard isEast || take("-"), let hours = number(2...2) else { return nil }
      _ = take(":")
      guard let minutes = number(2...2), hours <= 14, minutes <= 59 else { return nil }
      return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
  }
}

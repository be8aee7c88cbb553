/// `xsd:dateTime` (XML Schema 1.1 part 2, §3.3.7) and milliseconds since 1970 UTC.
enum XSDDateTime {
  /// The time in UTC, as in `2025-10-02T08:00:00.250000+00:00`: the spelling that readers which normalise literals keep,
  /// for a hash over another one would not hold there.
  static func text(_ milliseconds: Int64) -> String {
    let text = Timestamp.text(milliseconds).dropLast()
    return text + (text.utf8.contains(UInt8(ascii: ".")) ? "000" : "") + "+00:00"
  }

  /// Reads a date with a time, or a date alone; a time without a zone is taken for UTC. `nil` for anything else.
  static func milliseconds(_ text: String) -> Int64? {
    Timestamp.milliseconds(text) ?? (text.utf8.count == 10 ? Timestamp.milliseconds(text + "T00:00:00Z") : nil)
  }
}

/// Text in XML 1.0, which cannot hold every character: SpreadsheetML writes those as `_xHHHH_` (ECMA-376 Part 1,
/// 22.9.2.19), and an underscore that would be read as the start of one as `_x005F_`.
enum XMLText {
  /// The text as it stands between tags or in an attribute.
  static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// The text of a cell as it stands between tags.
  static func escapeCell(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var encoded = ""
    for (index, scalar) in scalars.enumerated() {
      if isForbidden(scalar) || scalar == "_" && escapedScalar(scalars[index...]) != nil {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        encoded += "_x" + String(repeating: "0", count: 4 - digits.count) + digits + "_"
      } else {
        encoded.unicodeScalars.append(scalar)
      }
    }
    return escape(encoded)
  }

  /// The text of a cell of what stands between its tags, entities resolved.
  static func unescapeCell(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let scalars = Array(text.unicodeScalars)
    var decoded = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if scalars[index] == "_", let scalar = escapedScalar(scalars[index...]) {
        decoded.append(scalar)
        index += 7
      } else {
        decoded.append(scalars[index])
        index += 1
      }
    }
    return String(decoded)
  }

  private static func escapedScalar(_ scalars: ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
    let seven = Array(scalars.prefix(7))
    guard seven.count == 7, seven[0] == "_", seven[1] == "x", seven[6] == "_" else { return nil }
    var value: UInt32 = 0
    for digit in seven[2...5] {
      guard let number = Character(digit).hexDigitValue, digit.isASCII else { return nil }
      value = value << 4 | UInt32(number)
    }
    return Unicode.Scalar(value)
  }

  /// A carriage return would be read as a line feed.
  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool { !isAllowed(scalar) || scalar == "\r" }

  /// Whether XML 1.0 has the scalar at all (§2.2).
  static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF || scalar == "\t" || scalar == "\n"
      || scalar == "\r"
  }
}

import Foundation

/// How a text looks on a terminal that has colours.
enum Style: UInt32, CaseIterable {
  case bold, dim, red, green, yellow, cyan

  /// The parameter of the escape sequence (ECMA-48 §8.3.117, SGR).
  var parameter: Int {
    switch self {
    case .bold: 1
    case .dim: 2
    case .red: 31
    case .green: 32
    case .yellow: 33
    case .cyan: 36
    }
  }
}

/// Text on its way to a terminal.
///
/// A style is marked by noncharacters until the text is put out, so that nothing in a record's text can act on the
/// terminal: at the border the marks become escape sequences, and every other control character is shown escaped.
enum TerminalText {
  private static let firstMark: UInt32 = 0xFDD0
  private static let resetMark: UInt32 = 0xFDDF
  private static let reset = String(String.UnicodeScalarView([Unicode.Scalar(resetMark)].compactMap { $0 }))

  /// The text between the marks of its styles.
  static func marked(_ text: String, _ styles: [Style]) -> String {
    let marks = styles.compactMap { Unicode.Scalar(firstMark + $0.rawValue) }
    return String(String.UnicodeScalarView(marks)) + text + reset
  }

  /// Whether a scalar is one of the marks.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool { (firstMark...resetMark).contains(scalar.value) }

  /// The text as it is put out.
  static func finished(_ text: String, isTerminal: Bool, usesColour: Bool) -> String {
    guard isTerminal else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isMark(scalar) {
        guard usesColour else { continue }
        let style = Style(rawValue: scalar.value - firstMark)
        if style != nil || scalar.value == resetMark {
          out.append(contentsOf: "\u{1B}[\(style?.parameter ?? 0)m".unicodeScalars)
        }
      } else if isHarmful(scalar), scalar != "\n", scalar != "\t" {
        out.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
      } else {
        out.append(scalar)
      }
    }
    return String(out)
  }

  /// JSON whose strings have nothing that acts on a terminal; it reads as the same value.
  static func harmlessJSON(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isHarmful(scalar), scalar.value <= 0xFFFF {
        let digits = String(scalar.value, radix: 16)
        out.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
      } else {
        out.append(scalar)
      }
    }
    return String(out)
  }

  /// Whether a scalar acts on a terminal or turns the order of what follows.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  // MARK: - Width

  /// How many columns a text takes: combining marks none, East Asian wide characters and emoji two.
  static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
    return text.reduce(0) { $0 + width($1) }
  }

  /// How many columns a character takes.
  static func width(_ character: Character) -> Int {
    var (widest, beside) = (0, 0)
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F { return 2 }
      // A vowel sign of an Indic script stands beside its letter.
      if scalar.properties.generalCategory == .spacingMark { beside += 1 } else { widest = max(widest, width(scalar)) }
    }
    return widest + beside
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if isMark(scalar) { return 0 }
    if isHarmful(scalar) { return 4 + String(scalar.value, radix: 16).count }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    // East Asian Wide and Fullwidth (UAX #11), in ranges that leave out only what is rare.
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x17000...0x18CFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
      return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// The text in at most so many columns, an ellipsis for what was cut off.
  static func truncated(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    var out = ""
    var taken = 0
    for character in text {
      let next = width(character)
      if taken + next > columns - 1 { break }
      out.append(character)
      taken += next
    }
    let isStyled = text.unicodeScalars.contains(where: isMark)
    return out + (columns > 0 ? "…" : "") + (isStyled ? reset : "")
  }

  /// The text in at most so many bytes of UTF-8, an ellipsis for what was cut off.
  static func truncated(_ text: String, toBytes limit: Int) -> String {
    if text.utf8.count <= limit { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "…"
  }

  /// The text on one line: breaks and tabs become spaces.
  static func onOneLine(_ text: String) -> String {
    if isOnOneLine(text) { return text }
    return text.split(whereSeparator: { $0.isNewline || $0 == "\t" || $0 == " " }).joined(separator: " ")
  }

  /// Whether a text certainly is on one line, told by its bytes: going through characters takes many times as long.
  private static func isOnOneLine(_ text: String) -> Bool {
    var previous = UInt8(ascii: " ")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: " ") where previous == byte: return false
      // Control characters, and the last bytes of U+0085, U+2028 and U+2029.
      case 0..<0x20, 0x85, 0xA8, 0xA9: return false
      default: previous = byte
      }
    }
    return previous != UInt8(ascii: " ") || text.isEmpty
  }
}

/// A text as lines of at most so many columns, each after the indent; a longer word stands on a line of its own, unless
/// it is of a script that is written without spaces, and line breaks of the text are kept.
func wrapped(_ text: String, width: Int, indent: String = "") -> [String] {
  let room = max(10, width - TerminalText.width(indent))
  var lines: [String] = []
  for paragraph in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
    var line = ""
    var taken = 0
    for word in paragraph.split(separator: " ") {
      let next = TerminalText.width(String(word))
      if next > room, word.contains(where: { TerminalText.width($0) == 2 }) {
        if taken > 0, taken < room { (line, taken) = (line + " ", taken + 1) }
        for character in word {
          let columns = TerminalText.width(character)
          if taken + columns > room {
            lines.append(indent + line)
            (line, taken) = ("", 0)
          }
          line.append(character)
          taken += columns
        }
        continue
      }
      if taken > 0, taken + 1 + next > room {
        lines.append(indent + line)
        line = ""
        taken = 0
      }
      line += (taken > 0 ? " " : "") + word
      taken += next + (taken > 0 ? 1 : 0)
    }
    lines.append(line.isEmpty ? "" : indent + line)
  }
  return lines
}

/// A time as people read it, in local time: `2026-11-23 14:05`.
func shortTime(_ milliseconds: Int64) -> String {
  var seconds = time_t(milliseconds / 1000)
  var parts = tm()
  guard localtime_r(&seconds, &parts) != nil else { return "\(milliseconds) ms" }
  func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
  let day = "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min))"
}

/// Makes texts of curators safe to stand in a report.
enum ReportText {
  /// Control characters and noncharacters, which neither HTML nor Markdown can hold, become U+FFFD; embeddings,
  /// overrides and isolates of bidirectional text, with which what is read differs from what is there, become visible.
  static func safe(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A: out.append(scalar)
      case 0x09: out.append(" ")
      case 0x0D, 0x85, 0x2028, 0x2029: out.append("\n")
      case 0x00..<0x20, 0x7F..<0xA0, 0xFDD0...0xFDEF: out.append("\u{FFFD}")
      case 0x202A...0x202E, 0x2066...0x2069:
        out.append(contentsOf: "\u{27E8}U+\(String(scalar.value, radix: 16, uppercase: true))\u{27E9}".unicodeScalars)
      case let value where value & 0xFFFE == 0xFFFE: out.append("\u{FFFD}")
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  /// The same as lines: CR LF is one end, blank lines are kept.
  static func lines(_ text: String) -> [String] {
    let joined = String(decoding: crlfAsLF(text), as: UTF8.self)
    return safe(joined).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
  }

  /// The same in one line.
  static func line(_ text: String) -> String { safe(text).collapsed() }

  private static func crlfAsLF(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    for byte in text.utf8 {
      if byte == 0x0A, out.last == 0x0D { out.removeLast() }
      out.append(byte)
    }
    return out
  }
}

/// Texts of curators as CommonMark that says them as they are.
enum MarkdownText {
  private static let special = Set("\\`*[]<>&~|".utf8)
  private static let atStart = Set("#+-=_:".utf8)

  /// A text in one line.
  static func line(_ text: String) -> String { escape(ReportText.line(text)) }

  /// A text as paragraphs, each line with `indent` before it; ends with a line end.
  static func block(_ text: String, _ indent: String) -> String {
    let lines = ReportText.lines(text).map { $0.trimmed() }
    let paragraphs = lines.split(separator: "").map { paragraph in
      paragraph.map { indent + escape($0) }.joined(separator: "\\\n") + "\n"
    }
    // The line between two paragraphs carries the mark of a quotation, so that they stay in one.
    let between = indent.trimmingSuffix + "\n"
    return paragraphs.joined(separator: between)
  }

  private static func escape(_ line: String) -> String {
    let bytes = Array(line.utf8)
    var out: [UInt8] = []
    let digits = bytes.prefix { (0x30...0x39).contains($0) }.count
    for (index, byte) in bytes.enumerated() {
      let isMark =
        special.contains(byte) || (index == 0 && atStart.contains(byte))
        || (byte == UInt8(ascii: "_") && !isInside(index, bytes))
        || (index > 0 && index == digits && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")")))
      if isMark { out.append(UInt8(ascii: "\\")) }
      out.append(byte)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Within a word an underscore is no emphasis.
  private static func isInside(_ index: Int, _ bytes: [UInt8]) -> Bool {
    func isWord(_ index: Int) -> Bool {
      bytes.indices.contains(index)
        && ((0x61...0x7A).contains(bytes[index] | 0x20) || (0x30...0x39).contains(bytes[index]))
    }
    return isWord(index - 1) && isWord(index + 1)
  }
}

extension String {
  /// Without the spaces at its end.
  fileprivate var trimmingSuffix: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}

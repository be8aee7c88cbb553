/// Texts of curators as HTML.
enum HTMLText {
  /// Without what HTML takes for its own, for text and for attributes in double quotes.
  static func escape(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): out += "&amp;".utf8
      case UInt8(ascii: "<"): out += "&lt;".utf8
      case UInt8(ascii: ">"): out += "&gt;".utf8
      case UInt8(ascii: "\""): out += "&quot;".utf8
      case UInt8(ascii: "'"): out += "&#39;".utf8
      default: out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A text in one line.
  static func line(_ text: String) -> String { escape(ReportText.line(text)) }

  /// A text whose line ends are kept, within a paragraph.
  static func paragraph(_ text: String) -> String {
    ReportText.lines(text).map { escape($0.trimmed()) }.joined(separator: "<br>\n")
  }

  /// Pieces of one text in a row, the marked ones emphasised.
  static func marked(_ pieces: [(text: String, isContended: Bool)]) -> String {
    "<p dir=\"auto\">"
      + pieces.map { piece in
        let text = ReportText.lines(piece.text).map(escape).joined(separator: "<br>\n")
        return piece.isContended ? "<mark>\(text)</mark>" : text
      }.joined() + "</p>\n"
  }

  /// A text as paragraphs, which blank lines part.
  static func paragraphs(_ text: String) -> String {
    ReportText.lines(text).map { $0.trimmed() }.split(separator: "").map { lines in
      "<p dir=\"auto\">" + lines.map(escape).joined(separator: "<br>\n") + "</p>\n"
    }.joined()
  }
}

import AnnotationStore

/// An absolute IRI (RFC 3987), compared by its UTF-8 bytes as RDF 1.1 §3.2 asks.
struct IRI: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: IRI, right: IRI) -> Bool { left.text.isSameBytes(as: right.text) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// The rest after a namespace; `nil` where it is not in it.
  func local(in namespace: String) -> String? {
    guard text.utf8.starts(with: namespace.utf8) else { return nil }
    return String(decoding: text.utf8.dropFirst(namespace.utf8.count), as: UTF8.self)
  }

  /// Whether a text has a scheme and none of what Turtle keeps out of an IRI (RDF 1.1 Turtle, IRIREF).
  static func isAbsolute(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let scheme = text.utf8[..<colon]
    guard let first = scheme.first, isLetter(first) else { return false }
    let isScheme = scheme.allSatisfy {
      isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: ".")
    }
    return isScheme && text.utf8.allSatisfy(isAllowed)
  }

  /// Whether a byte may stand in an IRI: no space, control character or one of `<>"{}|^` and the back quote, `\`.
  static func isAllowed(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F && !forbidden.contains(byte) }

  private static let forbidden = Set("<>\"{}|^`\\".utf8)
  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

extension IRI {
  /// A text with every byte that may not stand in an IRI, and `%`, as a percent escape.
  static func escaping(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      if isAllowed(byte), byte != UInt8(ascii: "%") {
        out.append(byte)
      } else {
        out += Array("%".utf8) + hexadecimal([byte]).uppercased().utf8
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A text with its percent escapes decoded; `nil` where one is broken or the whole is not UTF-8.
  static func unescaping(_ text: String) -> String? {
    var out: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        out.append(byte)
        continue
      }
      guard let value = bytesOfHexadecimal(Array(rest.prefix(2))), value.count == 1 else { return nil }
      rest = rest.dropFirst(2)
      out += value
    }
    let decoded = String(decoding: out, as: UTF8.self)
    return decoded.utf8.elementsEqual(out) ? decoded : nil
  }
}

// The lists are written out, not taken from the Unicode tables of the running system: whether an identifier is valid
// must not depend on the version of a library.

extension Unicode.Scalar {
  /// C0, DEL, C1, and the line and paragraph separators.
  var isControl: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Embeddings, overrides and isolates: with them, what is shown can differ from what is stored.
  var isBidiOverride: Bool {
    switch value {
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// White_Space of Unicode, whose members are frozen in practice.
  var isSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// Takes no ink: soft hyphen, zero-width characters, direction marks, byte order mark, tags.
  var isInvisible: Bool {
    switch value {
    case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x2060...0x206F, 0x3164,
      0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// May stand in an identifier.
  var isVisible: Bool { !isControl && !isBidiOverride && !isSpace && !isInvisible }

  /// As in `U+200B`.
  var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

extension UInt8 {
  var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
  var isASCIILetter: Bool { (0x61...0x7A).contains(self | 0x20) }
  var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

  /// The value of a hexadecimal digit, nil for any other byte.
  var hexDigitValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }
}

extension StringProtocol {
  /// Without whitespace at either end.
  var trimmed: String {
    let scalars = String(self).unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.isSpace }), let last = scalars.lastIndex(where: { !$0.isSpace })
    else { return "" }
    return String(scalars[first...last])
  }

  /// A to Z lowered, every other byte as it was.
  var asciiLowercased: String { String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self) }

  /// The rest after `prefix`, ASCII case ignored; nil when it does not begin so.
  func dropping(asciiPrefix prefix: String) -> String? {
    let head = utf8.prefix(prefix.utf8.count)
    guard head.count == prefix.utf8.count,
      zip(head, prefix.utf8).allSatisfy({ $0.asciiLowercased == $1.asciiLowercased })
    else { return nil }
    return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// The rest after any of `places` (such as `doi.org/`), with or without `http://` or `https://` before it.
  func dropping(webPlaces places: [String]) -> String? {
    let rest = dropping(asciiPrefix: "https://") ?? dropping(asciiPrefix: "http://") ?? String(self)
    for place in places {
      if let inside = rest.dropping(asciiPrefix: place) { return inside }
    }
    return nil
  }

  /// Words for the first scalar that may not stand in an identifier, nil when all are visible.
  var hiddenScalarReason: String? {
    for (offset, scalar) in unicodeScalars.enumerated() where !scalar.isVisible {
      let what = scalar.isSpace ? "whitespace" : scalar.isControl ? "a control character" : "an invisible character"
      return "has \(what) (\(scalar.codePoint)) at character \(offset + 1)"
    }
    return nil
  }
}

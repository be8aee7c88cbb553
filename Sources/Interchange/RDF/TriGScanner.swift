/// The terminals of TriG (Recommendation of 2014, section 4): spaces, names, strings and numbers.
struct TriGScanner {
  let file: TextFile
  private(set) var offset = 0

  init(_ file: TextFile) { self.file = file }

  var current: UInt8? { offset < file.bytes.count ? file.bytes[offset] : nil }
  var isAtEnd: Bool { offset >= file.bytes.count }

  func error(_ reason: String) -> InterchangeError { file.error(at: offset, reason) }

  private func byte(_ distance: Int) -> UInt8? {
    offset + distance < file.bytes.count ? file.bytes[offset + distance] : nil
  }

  // MARK: - Marks and words

  /// Skips white space and comments.
  mutating func skipSpace() {
    while let byte = current {
      if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        offset += 1
      } else if byte == UInt8(ascii: "#") {
        while let byte = current, byte != 0x0A, byte != 0x0D { offset += 1 }
      } else {
        return
      }
    }
  }

  mutating func take(_ mark: StaticString) -> Bool {
    let length = mark.utf8CodeUnitCount
    guard offset + length <= file.bytes.count else { return false }
    for index in 0..<length where file.bytes[offset + index] != mark.utf8Start[index] { return false }
    offset += length
    return true
  }

  mutating func expect(_ mark: StaticString, _ purpose: @autoclosure () -> String) throws(InterchangeError) {
    skipSpace()
    guard take(mark) else {
      let purpose = purpose()
      throw error("expected \(mark)" + (purpose.isEmpty ? "" : " \(purpose)"))
    }
  }

  /// Takes a word in this letter case that no name goes on from.
  mutating func takeWord(_ word: StaticString) -> Bool {
    let start = offset
    guard take(word) else { return false }
    if let next = current, next == UInt8(ascii: ":") || isNameByte(next) {
      offset = start
      return false
    }
    return true
  }

  /// Takes a word of SPARQL, in any letter case.
  mutating func takeKeyword(_ word: String) -> Bool {
    let letters = Array(word.utf8)
    guard offset + letters.count <= file.bytes.count else { return false }
    for (index, letter) in letters.enumerated() where file.bytes[offset + index] & 0xDF != letter { return false }
    if let next = byte(letters.count), next == UInt8(ascii: ":") || isNameByte(next) { return false }
    offset += letters.count
    return true
  }

  /// Whether a blank node without properties stands here.
  var isAnonymous: Bool {
    var copy = self
    return copy.takeAnonymous()
  }

  mutating func takeAnonymous() -> Bool {
    let start = offset
    if take("[") {
      skipSpace()
      if take("]") { return true }
    }
    offset = start
    return false
  }

  // MARK: - Names

  /// What stands before the colon of a prefixed name.
  mutating func prefixName() throws(InterchangeError) -> String {
    let start = offset
    while let byte = current, isNameByte(byte) || byte == UInt8(ascii: ".") { offset += 1 }
    guard let first = file.bytes[start..<offset].first else { return "" }
    guard isLetter(first) || first >= 0x80, file.bytes[offset - 1] != UInt8(ascii: ".") else {
      throw file.error(at: start, "expected an IRI, a prefixed name or a literal")
    }
    return file.text(start..<offset)
  }

  /// What stands after the colon of a prefixed name.
  mutating func localName() throws(InterchangeError) -> String {
    var text: [UInt8] = []
    while let byte = current {
      if isNameByte(byte) || byte == UInt8(ascii: ":") {
        text.append(byte)
        offset += 1
      } else if byte == UInt8(ascii: ".") {
        // A full stop ends the statement, unless the name goes on after it.
        var length = 1
        while self.byte(length) == UInt8(ascii: ".") { length += 1 }
        guard let next = self.byte(length), isNameByte(next) || Self.goesOn.contains(next) else { break }
        text += [UInt8](repeating: byte, count: length)
        offset += length
      } else if byte == UInt8(ascii: "%") {
        guard let high = self.byte(1), let low = self.byte(2), isHexadecimal(high), isHexadecimal(low) else {
          throw error("% in a name needs two hexadecimal digits after it")
        }
        text += [byte, high, low]
        offset += 3
      } else if byte == UInt8(ascii: "\\") {
        guard let next = self.byte(1), Self.escapable.contains(next) else {
          throw error("an escape that names do not have")
        }
        text.append(next)
        offset += 2
      } else {
        break
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let goesOn = Set(":%\\".utf8)
  private static let escapable = Set("_~.-!$&'()*+,;=/?#@%".utf8)

  mutating func blankLabel() throws(InterchangeError) -> String {
    let start = offset
    guard take("_:") else { throw error("expected an IRI, a prefixed name or a literal") }
    while let byte = current, isNameByte(byte) || byte == UInt8(ascii: ".") { offset += 1 }
    while offset > start, file.bytes[offset - 1] == UInt8(ascii: ".") { offset -= 1 }
    guard offset > start + 2 else { throw file.error(at: start, "a blank node without a label") }
    return file.text(start + 2..<offset)
  }

  mutating func languageTag() throws(InterchangeError) -> String {
    let start = offset
    while let byte = current, isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") { offset += 1 }
    guard let first = file.bytes[start..<offset].first, isLetter(first), offset - start <= 64 else {
      throw file.error(at: start, "not a language tag")
    }
    return file.text(start..<offset)
  }

  /// An IRI in angle brackets, absolute or not.
  mutating func iriReference() throws(InterchangeError) -> String {
    let start = offset
    guard take("<") else { throw error("expected an IRI in angle brackets") }
    if current == UInt8(ascii: "<") { throw error("RDF-star cannot be read") }
    var text: [UInt8] = []
    while let byte = current {
      if byte == UInt8(ascii: ">") {
        offset += 1
        return String(decoding: text, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") {
        let place = offset
        let scalar = String(try codeEscape()).utf8
        guard scalar.allSatisfy(IRI.isAllowed) else {
          throw file.error(at: place, "a character that an IRI cannot have")
        }
        text += scalar
      } else {
        guard IRI.isAllowed(byte) else { throw error("a character that an IRI cannot have") }
        text.append(byte)
        offset += 1
      }
    }
    throw file.error(at: start, "the IRI that begins here is never closed")
  }

  // MARK: - Literals

  mutating func number() throws(InterchangeError) -> RDFLiteral {
    let start = offset
    if !take("+") { _ = take("-") }
    let whole = skipDigits()
    var fraction = 0
    var type = Self.integer
    if current == UInt8(ascii: "."), let next = byte(1), isDigit(next) || whole > 0 && next | 0x20 == 0x65 {
      offset += 1
      fraction = skipDigits()
      type = Self.decimal
    }
    guard whole + fraction > 0 else { throw file.error(at: start, "not a number") }
    if let byte = current, byte | 0x20 == 0x65 {
      offset += 1
      if !take("+") { _ = take("-") }
      guard skipDigits() > 0 else { throw error("expected a digit in the exponent") }
      type = Self.double
    }
    return RDFLiteral(file.text(start..<offset), datatype: type)
  }

  private static let (integer, decimal, double) = (RDF.xsd("integer"), RDF.xsd("decimal"), RDF.xsd("double"))

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = current, isDigit(byte) { offset += 1 }
    return offset - start
  }

  mutating func string() throws(InterchangeError) -> String {
    let start = offset
    guard let quote = current else { throw error("the file ends where a string should be") }
    let isLong = byte(1) == quote && byte(2) == quote
    offset += isLong ? 3 : 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case quote:
        if !isLong {
          offset += 1
          return String(decoding: text, as: UTF8.self)
        }
        if self.byte(1) == quote, self.byte(2) == quote {
          offset += 3
          return String(decoding: text, as: UTF8.self)
        }
        text.append(byte)
        offset += 1
      case UInt8(ascii: "\\"): text += String(try escape()).utf8
      case 0x0A where !isLong, 0x0D where !isLong:
        throw error("a line end inside a string in single quotes marks (write \\n, or use three quote marks)")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw file.error(at: start, "the string that begins here is never closed")
  }

  private mutating func escape() throws(InterchangeError) -> Unicode.Scalar {
    let plain: Unicode.Scalar? =
      switch byte(1) {
      case UInt8(ascii: "t"): "\t"
      case UInt8(ascii: "b"): "\u{8}"
      case UInt8(ascii: "n"): "\n"
      case UInt8(ascii: "r"): "\r"
      case UInt8(ascii: "f"): "\u{c}"
      case UInt8(ascii: "\""): "\""
      case UInt8(ascii: "'"): "'"
      case UInt8(ascii: "\\"): "\\"
      default: nil
      }
    guard let plain else { return try codeEscape() }
    offset += 2
    return plain
  }

  private mutating func codeEscape() throws(InterchangeError) -> Unicode.Scalar {
    let start = offset
    let length: Int
    switch byte(1) {
    case UInt8(ascii: "u"): length = 4
    case UInt8(ascii: "U"): length = 8
    default: throw error("an escape that TriG does not have")
    }
    offset += 2
    var code: UInt32 = 0
    for _ in 0..<length {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw file.error(at: start, "\\u needs four hexadecimal digits, and \\U eight")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw file.error(at: start, "an escape of what is no character")
    }
    return scalar
  }

  // MARK: - Classes of bytes

  private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

  /// Any byte of a scalar beyond ASCII counts: which of them are letters is left to others.
  private func isNameByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte >= 0x80
  }
}

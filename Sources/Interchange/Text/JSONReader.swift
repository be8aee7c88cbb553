/// A strict JSON (RFC 8259) reader over a checked file, that says line and column of what is wrong.
///
/// Depth is bounded, and so is the number of values in one item, so that memory stays in the order of the file.
struct JSONReader {
  static let depthLimit = 64
  static let valueLimit = 200_000

  let file: TextFile
  private(set) var offset = 0
  private let valueLimit: Int
  private var valuesLeft = 0

  init(_ file: TextFile, valueLimit: Int = Self.valueLimit) {
    self.file = file
    self.valueLimit = valueLimit
  }

  /// Reads values that stand one after another, as in JSON Lines, and hands on each with its offset.
  mutating func readValues(_ body: (JSONValue, Int) throws(InterchangeError) -> Void) throws(InterchangeError) {
    skipSpace()
    while offset < file.bytes.count {
      try readItem(body)
      skipSpace()
    }
  }

  /// Reads a file that is an array of items, or one item, and hands on each with its offset.
  mutating func readItems(_ body: (JSONValue, Int) throws(InterchangeError) -> Void) throws(InterchangeError) {
    skipSpace()
    if take("[") {
      skipSpace()
      if !take("]") {
        repeat {
          skipSpace()
          try readItem(body)
          skipSpace()
        } while take(",")
        guard take("]") else { throw file.error(at: offset, "expected , or ] after an item of the list") }
      }
    } else {
      try readItem(body)
    }
    skipSpace()
    guard offset == file.bytes.count else { throw file.error(at: offset, "text after the end of the data") }
  }

  /// Reads a file that is one value.
  mutating func readOne() throws(InterchangeError) -> JSONValue {
    valuesLeft = valueLimit
    let read = try value(depth: 1)
    skipSpace()
    guard offset == file.bytes.count else { throw file.error(at: offset, "text after the end of the data") }
    return read
  }

  private mutating func readItem(_ body: (JSONValue, Int) throws(InterchangeError) -> Void) throws(InterchangeError) {
    valuesLeft = valueLimit
    let start = offset
    try body(try value(depth: 1), start)
  }

  private mutating func value(depth: Int) throws(InterchangeError) -> JSONValue {
    guard depth <= Self.depthLimit else { throw file.error(at: offset, "nested deeper than \(Self.depthLimit) levels") }
    valuesLeft -= 1
    guard valuesLeft > 0 else { throw file.error(at: offset, "one item has more than \(valueLimit) values") }
    skipSpace()
    guard let byte = current else { throw file.error(at: offset, "the file ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(InterchangeError) -> JSONValue {
    offset += 1
    var members: [JSONValue.Member] = []
    var keys: Set<String> = []
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let start = offset
      guard current == UInt8(ascii: "\"") else { throw file.error(at: offset, "expected a property name in quotes") }
      let key = try string()
      guard keys.insert(key).inserted else { throw file.error(at: start, "the property \"\(key.prefix(60))\" twice") }
      skipSpace()
      guard take(":") else { throw file.error(at: offset, "expected : after the property name") }
      members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw file.error(at: offset, "expected , or } after a property") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(InterchangeError) -> JSONValue {
    offset += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw file.error(at: offset, "expected , or ] after a value") }
    return .array(elements)
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(InterchangeError) -> JSONValue {
    guard file.bytes[offset...].starts(with: text.utf8) else { throw file.error(at: offset, "not a value") }
    offset += text.utf8.count
    return value
  }

  private mutating func number() throws(InterchangeError) -> String {
    let start = offset
    _ = take("-")
    guard !take("0") || !isDigit(current) else { throw file.error(at: start, "a number with a leading zero") }
    if file.bytes[start..<offset].last != UInt8(ascii: "0") {
      guard isDigit(current) else { throw file.error(at: start, "not a value") }
      skipDigits()
    }
    if take(".") {
      guard isDigit(current) else { throw file.error(at: offset, "expected a digit after the decimal point") }
      skipDigits()
    }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard isDigit(current) else { throw file.error(at: offset, "expected a digit in the exponent") }
      skipDigits()
    }
    return file.text(start..<offset)
  }

  private mutating func string() throws(InterchangeError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text += Array(String(try escape()).utf8)
      case 0..<0x20:
        throw file.error(at: offset, "a line end or control character inside a string; write it as \\n or \\u....")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw file.error(at: start, "the string that begins here is never closed")
  }

  private mutating func escape() throws(InterchangeError) -> Unicode.Scalar {
    let start = offset
    offset += 1
    guard let byte = current else { throw file.error(at: start, "the file ends inside a string") }
    offset += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"):
      var code = try hex4(start)
      if (0xD800..<0xDC00).contains(code), take("\\"), take("u") {
        let low = try hex4(start)
        guard (0xDC00..<0xE000).contains(low) else { throw file.error(at: start, "half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw file.error(at: start, "half a surrogate pair") }
      return scalar
    default: throw file.error(at: start, "an escape that JSON does not have")
    }
  }

  private mutating func hex4(_ start: Int) throws(InterchangeError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw file.error(at: start, "\\u needs four hexadecimal digits")
      }
      code = code << 4 + UInt32(digit)
      offset += 1
    }
    return code
  }

  private var current: UInt8? { offset < file.bytes.count ? file.bytes[offset] : nil }

  private func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }

  private mutating func skipDigits() {
    while isDigit(current) { offset += 1 }
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = current, UInt32(byte) == character.value else { return false }
    offset += 1
    return true
  }
}

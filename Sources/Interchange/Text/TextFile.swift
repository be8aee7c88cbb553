/// A whole file held as checked UTF-8, without its byte order mark, with its lines found.
struct TextFile {
  let bytes: [UInt8]
  let format: Format
  /// How many line ends lie before each block of bytes; so a line's number is found without keeping every line's start.
  private var lineEndsBefore: [Int] = []
  private static let blockSize = 4096

  /// Checks size and encoding.
  init(_ input: [UInt8], format: Format) throws(InterchangeError) {
    guard input.count <= format.sizeLimit else { throw .tooLarge(limit: format.sizeLimit, format: format) }
    guard !UTF8Check.looksLikeUTF16(input) else { throw .notUTF8Encoding }
    var check = UTF8Check()
    switch check.firstFault(in: input) {
    case .invalid(let index): throw .invalidUTF8(offset: index, line: 1 + UTF8Check.lineEnds(in: input[..<index]))
    case .zero(let index): throw .notText(offset: index, line: 1 + UTF8Check.lineEnds(in: input[..<index]))
    case nil:
      guard check.isComplete else {
        throw .invalidUTF8(offset: input.count, line: 1 + UTF8Check.lineEnds(in: input[...]))
      }
    }
    self.format = format
    bytes = Array(input.dropFirst(UTF8Check.markLength(input)))
    guard bytes.contains(where: { !isSpace($0) }) else { throw .empty }
    var count = 0
    for start in stride(from: 0, to: bytes.count, by: Self.blockSize) {
      lineEndsBefore.append(count)
      count += lineEnds(from: start, to: min(start + Self.blockSize, bytes.count))
    }
  }

  /// How many lines end in a range: those whose last byte lies in it.
  private func lineEnds(from start: Int, to end: Int) -> Int {
    (start..<end).count { isLineEnd($0) }
  }

  /// Whether the byte at an offset is the last one of its line; of CR LF that is LF.
  private func isLineEnd(_ offset: Int) -> Bool {
    bytes[offset] == 0x0A || (bytes[offset] == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A))
  }

  /// The line, from 1, that an offset lies in.
  func line(at offset: Int) -> Int {
    let block = min(offset / Self.blockSize, lineEndsBefore.count - 1)
    return 1 + lineEndsBefore[block] + lineEnds(from: block * Self.blockSize, to: min(offset, bytes.count))
  }

  /// Line and column, the latter in scalars, of an offset.
  func place(at offset: Int) -> Place {
    let end = min(offset, bytes.count)
    var start = end
    while start > 0, !isLineEnd(start - 1) { start -= 1 }
    let column = bytes[start..<end].count { $0 & 0xC0 != 0x80 } + 1
    return Place(line: line(at: offset), column: String(column))
  }

  /// The error for what stands at an offset.
  func error(at offset: Int, _ reason: String) -> InterchangeError {
    .syntax(format: format, place: place(at: offset), reason: reason)
  }

  /// The text between two offsets.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Hands on every line, without its end, with its number from 1.
  func forEachLine(_ body: (String, Int) throws(InterchangeError) -> Void) throws(InterchangeError) {
    var start = 0
    var number = 1
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      try body(text(start..<end), number)
      start = end + (end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A ? 2 : 1)
      number += 1
    }
  }
}

/// Whether a byte is ASCII white space.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

extension StringProtocol {
  /// Without white space (ASCII, no-break and the like) at either end.
  func trimmed() -> String {
    // The common case, without looking for the bounds of characters.
    let isTrimmed = utf8.withContiguousStorageIfAvailable { bytes in
      guard let first = bytes.first, let last = bytes.last else { return true }
      return first > 0x20 && first < 0x7F && last > 0x20 && last < 0x7F
    }
    if isTrimmed == true { return String(self) }
    // By scalars: a space with a combining mark on it is one character, and not white.
    let scalars = String(self).unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }

  /// Trimmed, or nil where nothing remains.
  func trimmedOrNil() -> String? {
    let text = trimmed()
    return text.isEmpty ? nil : text
  }

  /// Trimmed, and every run of white space made one space.
  func collapsed() -> String {
    String(self).unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map(String.init)
      .joined(separator: " ")
  }

  /// Whether it is one or more ASCII digits and nothing else.
  var isDigits: Bool { !isEmpty && utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
}

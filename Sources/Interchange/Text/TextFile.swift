/// A whole file held as checked UTF-8, without its byte order mark, with its lines found.
struct TextFile {
  let bytes: [UInt8]
  let format: Format
  /// What lies before each block of bytes; so a place is found without keeping every line's start, and in a line of any
  /// length.
  private var blocks: [Block] = []

  private struct Block {
    var lineEnds = 0
    var scalars = 0
    /// Where the line begins that the block begins in.
    var lineStart = 0
  }

  private static let blockSize = 512

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
    var block = Block()
    for start in stride(from: 0, to: bytes.count, by: Self.blockSize) {
      blocks.append(block)
      let end = min(start + Self.blockSize, bytes.count)
      block.lineEnds += lineEnds(from: start, to: end)
      block.scalars += scalars(from: start, to: end)
      block.lineStart = lastLineStart(from: start, to: end) ?? block.lineStart
    }
  }

  private func scalars(from start: Int, to end: Int) -> Int { bytes[start..<end].count { $0 & 0xC0 != 0x80 } }

  /// The last place, after one offset and up to another, where a line begins.
  private func lastLineStart(from start: Int, to end: Int) -> Int? {
    (start..<end).last { isLineEnd($0) }.map { $0 + 1 }
  }

  /// How many lines end in a range: those whose last byte lies in it.
  private func lineEnds(from start: Int, to end: Int) -> Int {
    (start..<end).count { isLineEnd($0) }
  }

  /// Whether the byte at an offset is the last one of its line; of CR LF that is LF.
  private func isLineEnd(_ offset: Int) -> Bool {
    bytes[offset] == 0x0A || (bytes[offset] == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A))
  }

  private func block(of offset: Int) -> (start: Int, before: Block) {
    let number = min(offset / Self.blockSize, blocks.count - 1)
    return (number * Self.blockSize, blocks[number])
  }

  /// The line, from 1, that an offset lies in.
  func line(at offset: Int) -> Int {
    let (start, before) = block(of: offset)
    return 1 + before.lineEnds + lineEnds(from: start, to: min(offset, bytes.count))
  }

  /// Line and column, the latter in scalars, of an offset.
  func place(at offset: Int) -> Place {
    let end = min(offset, bytes.count)
    let (start, before) = block(of: end)
    let lineStart = lastLineStart(from: start, to: end) ?? before.lineStart
    let column = scalars(before: end) - scalars(before: lineStart) + 1
    return Place(line: line(at: offset), column: String(column))
  }

  private func scalars(before offset: Int) -> Int {
    let (start, before) = block(of: offset)
    return before.scalars + scalars(from: start, to: offset)
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

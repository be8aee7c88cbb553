/// Makes UTF-8 of UTF-16 that comes in pieces, as Excel saves "Unicode Text".
struct UTF16Reader {
  private let isBigEndian: Bool
  /// A byte, or a high surrogate, whose other half comes with the next piece.
  private var rest: [UInt8] = []

  /// `nil` where a file that starts so has no byte order mark of UTF-16, or that of UTF-32.
  init?(start: [UInt8]) {
    guard start.count >= 2, !(start.count >= 4 && start[2] == 0 && start[3] == 0) else { return nil }
    switch (start[0], start[1]) {
    case (0xFF, 0xFE): isBigEndian = false
    case (0xFE, 0xFF): isBigEndian = true
    default: return nil
    }
  }

  /// Whether nothing waits for its other half.
  var isComplete: Bool { rest.isEmpty }

  /// The start of a file as UTF-8, as far as it goes; `nil` where it is not UTF-16 with its mark.
  static func utf8(start: [UInt8]) -> [UInt8]? {
    guard var reader = UTF16Reader(start: start) else { return nil }
    return try? reader.utf8(of: Array(start.dropFirst(2)), line: 1)
  }

  /// The next piece, the mark before it taken away.
  /// - Throws: ``InterchangeError/invalidUTF16(line:)`` at half of a surrogate pair.
  mutating func utf8(of piece: [UInt8], line: Int) throws(InterchangeError) -> [UInt8] {
    let bytes = rest + piece
    rest = []
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: 0, to: bytes.count - 1, by: 2) {
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isBigEndian ? first << 8 | second : second << 8 | first)
    }
    if !bytes.count.isMultiple(of: 2), let last = bytes.last { rest = [last] }
    if let last = units.last, UTF16.isLeadSurrogate(last) {
      units.removeLast()
      rest = Array(bytes.suffix(rest.count + 2))
    }
    var output: [UInt8] = []
    output.reserveCapacity(units.count)
    let isBroken = transcode(
      units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true, into: { output.append($0) })
    if isBroken { throw .invalidUTF16(line: line + UTF8Check.lineEnds(in: output[...])) }
    return output
  }
}

/// Checked UTF-8 text that comes in pieces: one piece is held at a time.
struct ByteStream {
  /// The piece at hand; what lies before `position` has been read.
  private(set) var piece: [UInt8] = []
  /// The next byte to read, as an index of `piece`.
  var position = 0
  /// The line of the next byte, from 1; whoever reads past a line end counts it here.
  var line = 1

  private let source: () throws -> [UInt8]?
  private var check = UTF8Check()
  /// How many bytes of the file lie before `piece`.
  private var pieceOffset = 0
  private var isAtEnd = false
  /// What makes UTF-8 of the file's UTF-16.
  private var encoding: UTF16Reader?

  /// Reads the start, to see the encoding.
  init(source: @escaping () throws -> [UInt8]?) throws(InterchangeError) {
    self.source = source
    while piece.count < 4, let more = try pull() { piece += more }
    if var encoding = UTF16Reader(start: piece) {
      piece = try encoding.utf8(of: Array(piece.dropFirst(2)), line: 1)
      self.encoding = encoding
    } else if UTF8Check.looksLikeUTF16(piece) {
      throw .notUTF8Encoding
    }
    try validate(piece, offset: 0)
    position = UTF8Check.markLength(piece)
  }

  /// Replaces the piece, all of which has been read, by the next one; false at the end of the file.
  mutating func refill() throws(InterchangeError) -> Bool {
    guard let more = try pull() else { return false }
    pieceOffset += piece.count
    try validate(more, offset: pieceOffset)
    piece = more
    position = 0
    return true
  }

  /// Appends the next piece to the one at hand, so that more can be seen before it is read; false at the end of the
  /// file.
  mutating func extend() throws(InterchangeError) -> Bool {
    guard let more = try pull() else { return false }
    try validate(more, offset: pieceOffset + piece.count)
    piece += more
    return true
  }

  /// The next byte, not yet read; nil at the end of the file.
  mutating func peek() throws(InterchangeError) -> UInt8? {
    if position < piece.count { return piece[position] }
    return try refill() ? piece[position] : nil
  }

  /// The next piece that is not empty.
  private mutating func pull() throws(InterchangeError) -> [UInt8]? {
    guard !isAtEnd else { return nil }
    while true {
      let more: [UInt8]?
      do { more = try source() } catch { throw .unreadable(reason: "\(error)") }
      guard let more else { break }
      let line = lineAtEnd
      let text = try encoding?.utf8(of: more, line: line) ?? more
      if !text.isEmpty { return text }
    }
    isAtEnd = true
    guard encoding?.isComplete != false else { throw .invalidUTF16(line: lineAtEnd) }
    guard check.isComplete else { throw .invalidUTF8(offset: pieceOffset + piece.count, line: lineAtEnd) }
    return nil
  }

  private var lineAtEnd: Int { line + UTF8Check.lineEnds(in: piece[position...]) }

  private mutating func validate(_ more: [UInt8], offset: Int) throws(InterchangeError) {
    guard let fault = check.firstFault(in: more) else { return }
    let unread = offset == pieceOffset ? 0 : UTF8Check.lineEnds(in: piece[position...])
    switch fault {
    case .invalid(let index):
      throw .invalidUTF8(offset: offset + index, line: line + unread + UTF8Check.lineEnds(in: more[..<index]))
    case .zero(let index):
      throw .notText(offset: offset + index, line: line + unread + UTF8Check.lineEnds(in: more[..<index]))
    }
  }
}

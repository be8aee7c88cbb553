/// Reads the rows of a TSV or CSV text one at a time, whatever its length.
///
/// Rows end at LF, CR LF or CR. A cell that begins with `"` runs to the next lone `"`, may hold separators and line
/// ends, and `""` in it is one quotation mark (RFC 4180, for tabs as well); elsewhere a quotation mark stands for
/// itself. Rows without any text are skipped. Memory is one piece of input and one row, of at most `cellLimit` bytes a
/// cell.
public struct TableReader {
  /// What stands between the cells of a row.
  public enum Separator: UInt8, Sendable, CaseIterable {
    case tab = 0x09
    case comma = 0x2C
    case semicolon = 0x3B
  }

  /// A row, or why it cannot be read.
  public enum Outcome: Sendable, Equatable {
    /// The cells, unquoted, of the row that begins at this line.
    case row(line: Int, cells: [String])
    /// The row is broken; the next one can be read.
    case problem(ImportDraft.Problem)
  }

  /// The most bytes that a cell may hold: 1 MiB.
  public static let cellLimit = 1 << 20
  /// The most cells that a row may hold.
  public static let columnLimit = 1024

  /// What stands between the cells.
  public let separator: Separator
  private let format: Format
  private var stream: ByteStream

  /// Reads from a source of pieces (64 KiB is a good size), which says nil at the end.
  ///
  /// `separator` nil means to find it in the first line.
  /// - Throws: `InterchangeError` where the start cannot be read, or is not UTF-8.
  public init(
    format: Format, separator: Separator? = nil, source: @escaping () throws -> [UInt8]?
  ) throws(InterchangeError) {
    var stream = try ByteStream(source: source)
    if let separator {
      self.separator = separator
    } else {
      let line = try Self.firstLine(&stream)
      self.separator =
        TableHeader.bestSeparator(forLine: line, preferring: format)?.separator ?? (format == .csv ? .comma : .tab)
    }
    self.format = format
    self.stream = stream
  }

  /// The first line with text in it, left unread; at most 64 KiB of it.
  private static func firstLine(_ stream: inout ByteStream) throws(InterchangeError) -> String {
    while true {
      let bytes = stream.piece[stream.position...]
      let line = bytes.drop(while: isSpace).prefix { $0 != 0x0A && $0 != 0x0D }
      let isWhole = line.endIndex < bytes.endIndex || bytes.count >= 64 << 10
      if isWhole { return String(decoding: line, as: UTF8.self) }
      guard try stream.extend() else { return String(decoding: line, as: UTF8.self) }
    }
  }

  private enum Stop { case separator, lineEnd, end }

  private struct Cell {
    var bytes: [UInt8] = []
    var isOversize = false
    var hasTextAfterQuote = false

    mutating func append(_ more: ArraySlice<UInt8>) {
      if bytes.count + more.count > TableReader.cellLimit { isOversize = true } else { bytes += more }
    }
  }

  /// The next row that has text in it, or nil at the end.
  /// - Throws: `InterchangeError` where the rest cannot be read: not UTF-8, the source failed, a quote is never closed.
  public mutating func next() throws(InterchangeError) -> Outcome? {
    while try stream.peek() != nil {
      let line = stream.line
      var cells: [String] = []
      var problem: ImportDraft.Problem?
      var count = 0
      var stop = Stop.separator
      while stop == .separator {
        var cell = Cell()
        stop = try read(&cell)
        count += 1
        if problem == nil { problem = Self.problem(with: cell, number: count, line: line) }
        if problem == nil, count <= Self.columnLimit {
          cells.append(String(decoding: cell.bytes, as: UTF8.self))
        }
      }
      if let problem { return .problem(problem) }
      if count > Self.columnLimit {
        let message = "the row has \(count) cells, more than the \(Self.columnLimit) that a table may have"
        return .problem(ImportDraft.Problem(place: Place(line: line), message: message))
      }
      if cells.contains(where: { $0.utf8.contains { !isSpace($0) } }) { return .row(line: line, cells: cells) }
    }
    return nil
  }

  private static func problem(with cell: Cell, number: Int, line: Int) -> ImportDraft.Problem? {
    let place = Place(line: line, column: String(number))
    if cell.isOversize {
      return ImportDraft.Problem(place: place, message: "the cell holds more than 1 MiB; shorten it")
    }
    if cell.hasTextAfterQuote {
      let message =
        "text after the closing quotation mark. To begin a cell with a quotation mark, put the whole cell "
        + "into quotation marks and double those inside"
      return ImportDraft.Problem(place: place, message: message)
    }
    return nil
  }

  private mutating func read(_ cell: inout Cell) throws(InterchangeError) -> Stop {
    if try stream.peek() == UInt8(ascii: "\"") { return try readQuoted(&cell) }
    return try readPlain(&cell)
  }

  private mutating func readPlain(_ cell: inout Cell) throws(InterchangeError) -> Stop {
    while true {
      let start = stream.position
      var end = start
      while end < stream.piece.count {
        let byte = stream.piece[end]
        if byte == separator.rawValue || byte == 0x0A || byte == 0x0D { break }
        end += 1
      }
      cell.append(stream.piece[start..<end])
      stream.position = end
      if end < stream.piece.count { return try readStop() }
      guard try stream.refill() else { return .end }
    }
  }

  private mutating func readQuoted(_ cell: inout Cell) throws(InterchangeError) -> Stop {
    let startLine = stream.line
    stream.position += 1
    while let byte = try stream.peek() {
      let start = stream.position
      if byte == UInt8(ascii: "\"") {
        stream.position += 1
        guard try stream.peek() == UInt8(ascii: "\"") else { return try readAfterQuote(&cell, from: startLine) }
        cell.append([UInt8(ascii: "\"")])
        stream.position += 1
      } else if byte == 0x0A || byte == 0x0D {
        cell.append([byte])
        stream.position += 1
        if byte == 0x0D, try stream.peek() == 0x0A {
          cell.append([0x0A])
          stream.position += 1
        }
        stream.line += 1
      } else {
        var end = start + 1
        while end < stream.piece.count {
          let byte = stream.piece[end]
          if byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D { break }
          end += 1
        }
        cell.append(stream.piece[start..<end])
        stream.position = end
      }
    }
    throw unclosed(at: startLine, "the quotation mark that opens a cell here is never closed")
  }

  /// After a closing quote only a separator or a line end may follow. Anything else spoils the row; where the quoted
  /// part ran over line ends, nobody can tell where the next row begins.
  private mutating func readAfterQuote(_ cell: inout Cell, from startLine: Int) throws(InterchangeError) -> Stop {
    guard let byte = try stream.peek() else { return .end }
    if byte == separator.rawValue || byte == 0x0A || byte == 0x0D { return try readStop() }
    guard stream.line == startLine else {
      throw unclosed(at: startLine, "the cell that opens with a quotation mark here has text after the closing one")
    }
    cell.hasTextAfterQuote = true
    while let byte = try stream.peek(), byte != 0x0A, byte != 0x0D { stream.position += 1 }
    return try stream.peek() == nil ? .end : readStop()
  }

  private func unclosed(at line: Int, _ what: String) -> InterchangeError {
    .syntax(format: format, place: Place(line: line), reason: "\(what). Write \"\" for a quotation mark inside a cell")
  }

  private mutating func readStop() throws(InterchangeError) -> Stop {
    let byte = stream.piece[stream.position]
    stream.position += 1
    if byte == separator.rawValue { return .separator }
    if byte == 0x0D, try stream.peek() == 0x0A { stream.position += 1 }
    stream.line += 1
    return .lineEnd
  }
}

import AnnotationStore

/// Files that are read line by line, so that memory does not grow with them.
extension ImportSession {
  /// Takes the records of a file of JSON Lines.
  func runLines(_ file: ImportFile, start: [UInt8]) throws {
    var lines = LineSplitter(start)
    var number = 0
    var advanced = 0
    while true {
      while let line = lines.next() {
        number += 1
        advanced += line.count + 1
        if number % 64 == 0 {
          advance(advanced)
          advanced = 0
        }
        try takeLine(line, number)
      }
      guard lines.heldCount <= JSONLinesReader.lineLimit else {
        let limit = JSONLinesReader.lineLimit >> 20
        throw InterchangeError.syntax(
          format: .jsonl, place: Place(line: number + 1), reason: "a line of more than \(limit) MiB")
      }
      guard let piece = try next(of: file) else { break }
      lines.append(piece)
    }
    let rest = lines.rest()
    if !rest.isEmpty { try takeLine(rest, number + 1) }
    advance(advanced + rest.count)
    try finishRecords()
  }

  private func takeLine(_ bytes: [UInt8], _ number: Int) throws {
    guard bytes.contains(where: { !isSpace($0) }) else { return }
    switch try JSONLinesReader.read(bytes, line: number) {
    case .header: break
    case .record(let draft): try take(draft)
    case .problem(let problem): skip([problem])
    }
  }
}

/// Cuts pieces into lines.
private struct LineSplitter {
  private var bytes: [UInt8]
  private var position = 0
  /// Up to where there is no line end that was not handed on.
  private var searched = 0

  init(_ start: [UInt8]) { bytes = start }

  /// How many bytes wait for their line end.
  var heldCount: Int { bytes.count - position }

  mutating func append(_ piece: [UInt8]) {
    bytes.removeSubrange(..<position)
    searched -= position
    position = 0
    bytes += piece
  }

  /// The next line without its end; `nil` where more bytes are needed.
  mutating func next() -> [UInt8]? {
    guard let end = bytes[max(searched, position)...].firstIndex(of: 0x0A) else {
      searched = bytes.count
      return nil
    }
    defer { position = end + 1 }
    return Array(bytes[position..<end])
  }

  /// What stands after the last line end.
  mutating func rest() -> [UInt8] {
    defer { position = bytes.count }
    return Array(bytes[position...])
  }
}

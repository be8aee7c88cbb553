/// Reads the items of a JSON document of any size one by one, with the place where each begins.
///
/// An item is an element of the outermost array, or of an array under one of `lists`, in the outermost object or in those
/// under `nested`; an outermost object that has none of these is itself the one item. The other members of such objects
/// are its `header`.
struct JSONItemStream {
  /// The most bytes of one item.
  static let itemLimit = 16 << 20
  /// The most bytes of the members that are not items.
  static let headerLimit = 4 << 20
  /// The most objects that are nested in each other as the pages of a collection may be.
  static let nestingLimit = 4096

  /// Members of the objects around the items.
  private(set) var header: [JSONValue.Member] = []

  private let format: Format
  private let lists: Set<String>
  private let nested: Set<String>
  private var stream: ByteStream
  private var line = 1
  private var column = 1
  private var isAfterReturn = false
  private var containers: [Container] = []
  private var phase = Phase.start
  private var headerBytes = 0
  /// What was read since the outermost object began, as long as it may turn out to be the item.
  private var whole: Whole?
  /// The bytes of the value at hand.
  private var value: [UInt8] = []

  private enum Phase { case start, inside, end }
  private struct Container {
    var isArray: Bool
    var isFresh = true
  }
  private struct Whole {
    var bytes: [UInt8] = []
    var place: (line: Int, column: Int)
  }

  /// Reads from pieces of a file.
  init(
    format: Format, lists: Set<String>, nested: Set<String>, source: @escaping () throws -> [UInt8]?
  ) throws(InterchangeError) {
    self.format = format
    self.lists = lists
    self.nested = nested
    stream = try ByteStream(source: source)
  }

  /// The next item; nil at the end.
  mutating func next() throws(InterchangeError) -> (value: JSONValue, place: Place)? {
    while true {
      try skipSpace()
      switch phase {
      case .start: try open()
      case .inside: if let item = try step() { return item }
      case .end:
        guard try stream.peek() == nil else { throw fault("text after the end of the data") }
        return nil
      }
    }
  }

  private mutating func open() throws(InterchangeError) {
    switch try stream.peek() {
    case UInt8(ascii: "["): containers.append(Container(isArray: true))
    case UInt8(ascii: "{"):
      containers.append(Container(isArray: false))
      whole = Whole(place: (line, column))
    case nil: throw .empty
    default: throw fault("expected { or [ at the start")
    }
    phase = .inside
    try advance()
  }

  /// Reads one element or member, or the end of a container.
  private mutating func step() throws(InterchangeError) -> (value: JSONValue, place: Place)? {
    guard let container = containers.last else { return nil }
    let closing = UInt8(ascii: container.isArray ? "]" : "}")
    if try stream.peek() == closing { return try close() }
    if !container.isFresh {
      guard try stream.peek() == UInt8(ascii: ",") else {
        throw fault(container.isArray ? "expected , or ] after a value" : "expected , or } after a property")
      }
      try advance()
      try skipSpace()
    }
    containers[containers.count - 1].isFresh = false
    if container.isArray { return try readValue(limit: Self.itemLimit) }
    try readMember()
    return nil
  }

  private mutating func close() throws(InterchangeError) -> (value: JSONValue, place: Place)? {
    try advance()
    containers.removeLast()
    guard containers.isEmpty else { return nil }
    phase = .end
    guard let whole else { return nil }
    self.whole = nil
    return (try parse(whole.bytes, at: whole.place), Place(line: whole.place.line, column: String(whole.place.column)))
  }

  private mutating func readMember() throws(InterchangeError) {
    guard try stream.peek() == UInt8(ascii: "\"") else { throw fault("expected a property name in quotes") }
    let (name, _) = try readValue(limit: Self.headerLimit)
    try skipSpace()
    guard try stream.peek() == UInt8(ascii: ":") else { throw fault("expected : after the property name") }
    try advance()
    try skipSpace()
    let key = name.string ?? ""
    let first = try stream.peek()
    let isList = first == UInt8(ascii: "[") && lists.contains(key)
    guard isList || first == UInt8(ascii: "{") && nested.contains(key) else {
      let (value, _) = try readValue(limit: Self.headerLimit)
      headerBytes += self.value.count
      if whole == nil, headerBytes > Self.headerLimit {
        throw fault("more than \(Self.headerLimit >> 20) MiB beside the items")
      }
      header.append(JSONValue.Member(key: key, value: value))
      return
    }
    guard containers.count < Self.nestingLimit else { throw fault("nested deeper than \(Self.nestingLimit) pages") }
    whole = nil
    containers.append(Container(isArray: isList))
    try advance()
  }

  // MARK: - Values

  private mutating func readValue(limit: Int) throws(InterchangeError) -> (value: JSONValue, place: Place) {
    let start = (line, column)
    value.removeAll(keepingCapacity: true)
    var depth = 0
    repeat {
      guard let byte = try stream.peek() else { throw fault("the file ends where a value should be") }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        try readString()
        continue
      default:
        if depth == 0 {
          try readWord()
          continue
        }
      }
      guard depth >= 0 else { throw fault("expected a value") }
      try take(byte)
      guard value.count <= limit else { throw fault("one item has more than \(limit >> 20) MiB") }
    } while depth > 0
    return (try parse(value, at: start), Place(line: start.0, column: String(start.1)))
  }

  private mutating func readString() throws(InterchangeError) {
    try take(UInt8(ascii: "\""))
    while let byte = try stream.peek() {
      try take(byte)
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\"), let escaped = try stream.peek() { try take(escaped) }
      guard value.count <= Self.itemLimit else { throw fault("one item has more than \(Self.itemLimit >> 20) MiB") }
    }
    throw fault("the file ends inside a string")
  }

  /// A number, or a word such as `true`; what it is tells the parser.
  private mutating func readWord() throws(InterchangeError) {
    let before = value.count
    while let byte = try stream.peek(), !isSpace(byte), !",]}:{[\"".utf8.contains(byte) { try take(byte) }
    guard value.count > before else { throw fault("expected a value") }
  }

  private func parse(_ bytes: [UInt8], at start: (line: Int, column: Int)) throws(InterchangeError) -> JSONValue {
    do throws(InterchangeError) {
      var reader = JSONReader(try TextFile(bytes, format: format))
      return try reader.readOne()
    } catch {
      guard case .syntax(let format, let place, let reason) = error else { throw error }
      let column = place.column.flatMap { Int($0) } ?? 1
      throw .syntax(
        format: format,
        place: Place(
          line: start.line + place.line - 1, column: String(place.line == 1 ? start.column + column - 1 : column)),
        reason: reason)
    }
  }

  // MARK: - Bytes

  private mutating func take(_ byte: UInt8) throws(InterchangeError) {
    value.append(byte)
    try advance()
  }

  private mutating func advance() throws(InterchangeError) {
    guard let byte = try stream.peek() else { return }
    stream.position += 1
    if whole != nil {
      whole?.bytes.append(byte)
      if let count = whole?.bytes.count, count > Self.itemLimit {
        throw fault("one item has more than \(Self.itemLimit >> 20) MiB")
      }
    }
    switch byte {
    case 0x0A:
      if !isAfterReturn { newLine() }
      column = 1
    case 0x0D: newLine()
    default: if byte & 0xC0 != 0x80 { column += 1 }
    }
    isAfterReturn = byte == 0x0D
  }

  private mutating func newLine() {
    line += 1
    stream.line = line
    column = 1
  }

  private mutating func skipSpace() throws(InterchangeError) {
    while let byte = try stream.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { try advance() }
  }

  private func fault(_ reason: String) -> InterchangeError {
    .syntax(format: format, place: Place(line: line, column: String(column)), reason: reason)
  }
}

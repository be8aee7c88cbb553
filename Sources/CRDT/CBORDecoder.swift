/// Why bytes are not deterministic CBOR, and where.
public struct CBORError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: String, Hashable, Sendable {
    case truncated = "the input ends inside an item"
    case trailingBytes = "bytes follow the last item"
    case notShortest = "an integer or length is not in its shortest form"
    case indefiniteLength = "indefinite lengths are not allowed"
    case forbiddenType = "floats, tags and other simple values are not allowed"
    case unsortedKeys = "the keys of a map are not sorted, or one is repeated"
    case invalidUTF8 = "a text string is not valid UTF-8"
    case tooDeep = "items are nested too deeply"
    case tooLong = "an item is longer than allowed"
    case outOfRange = "an integer is out of range"
    case unexpectedType = "an item is of another type than expected"
  }

  /// Byte offset of the item in question from the start of the input.
  public let offset: Int
  /// What is wrong there.
  public let reason: Reason

  /// The reason and the place in one line.
  public var description: String { "\(reason.rawValue), at byte \(offset)" }
}

/// A strict pull decoder for deterministic CBOR (RFC 8949 §4.2.1).
///
/// What is not in the one permitted form is refused with its byte offset. No allocation is larger than the bytes
/// that are still there could fill, so a short input cannot ask for much memory.
public struct CBORDecoder: Sendable {
  /// How deeply arrays and maps may be nested.
  public static let maximumDepth = 16

  let input: [UInt8]
  /// Byte offset of the next item.
  public private(set) var offset = 0

  /// Starts at the beginning of `input`.
  public init(_ input: [UInt8]) { self.input = input }

  /// Whether nothing is left.
  public var isAtEnd: Bool { offset == input.count }

  /// Makes sure that nothing is left.
  public func finish() throws(CBORError) {
    if offset != input.count { throw CBORError(offset: offset, reason: .trailingBytes) }
  }

  /// Reads a non-negative integer.
  public mutating func readUnsigned() throws(CBORError) -> UInt64 {
    try readArgument(ofType: 0)
  }

  /// Reads a non-negative integer of at most `limit`.
  public mutating func readCount(limit: Int) throws(CBORError) -> Int {
    let start = offset
    let value = try readArgument(ofType: 0)
    guard value <= UInt64(limit) else { throw CBORError(offset: start, reason: .outOfRange) }
    return Int(value)
  }

  /// Reads an integer in the range of `Int64`.
  public mutating func readInt() throws(CBORError) -> Int64 {
    let start = offset
    let (type, argument) = try readHead()
    guard type <= 1 else { throw CBORError(offset: start, reason: .unexpectedType) }
    guard argument <= UInt64(Int64.max) else { throw CBORError(offset: start, reason: .outOfRange) }
    return type == 0 ? Int64(argument) : -1 - Int64(argument)
  }

  /// Reads a byte string.
  public mutating func readBytes() throws(CBORError) -> [UInt8] {
    let count = try readLength(ofType: 2, bytesPerItem: 1)
    defer { offset += count }
    return Array(input[offset..<offset + count])
  }

  /// Reads a text string of at most `limit` UTF-8 bytes.
  public mutating func readText(limit: Int = .max) throws(CBORError) -> String {
    let start = offset
    let count = try readLength(ofType: 3, bytesPerItem: 1)
    guard count <= limit else { throw CBORError(offset: start, reason: .tooLong) }
    let range = offset..<offset + count
    let text = input.withUnsafeBufferPointer {
      String(validating: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
    }
    guard let text else { throw CBORError(offset: start, reason: .invalidUTF8) }
    offset += count
    return text
  }

  /// Reads the head of an array: the number of items that follow, at most as many as bytes are left.
  public mutating func readArrayHead() throws(CBORError) -> Int { try readLength(ofType: 4, bytesPerItem: 1) }

  /// Reads the head of a map; walk it with ``nextKey(in:)-(MapCursor)``.
  public mutating func readMapHead() throws(CBORError) -> MapCursor {
    MapCursor(remaining: try readLength(ofType: 5, bytesPerItem: 2))
  }

  /// The place in a map that is being read, which sees to the order of its keys.
  public struct MapCursor: Sendable {
    var remaining: Int
    var previousKey: Range<Int>?
  }

  /// Reads the next key where keys are small integers; `nil` after the last entry.
  public mutating func nextKey(in map: inout MapCursor) throws(CBORError) -> UInt64? {
    guard map.remaining > 0 else { return nil }
    let start = offset
    let key = try readUnsigned()
    try checkOrder(&map, key: start..<offset)
    return key
  }

  /// Reads the next key where keys are text; `nil` after the last entry.
  public mutating func nextTextKey(in map: inout MapCursor) throws(CBORError) -> String? {
    guard map.remaining > 0 else { return nil }
    let start = offset
    let key = try readText()
    try checkOrder(&map, key: start..<offset)
    return key
  }

  private func checkOrder(_ map: inout MapCursor, key: Range<Int>) throws(CBORError) {
    if let previous = map.previousKey, !input[previous].lexicographicallyPrecedes(input[key]) {
      throw CBORError(offset: key.lowerBound, reason: .unsortedKeys)
    }
    map.previousKey = key
    map.remaining -= 1
  }

  /// Reads a whole value; maps must have text keys.
  public mutating func readValue(depth: Int = 0) throws(CBORError) -> CBORValue {
    let start = offset
    guard depth < Self.maximumDepth else { throw CBORError(offset: start, reason: .tooDeep) }
    guard start < input.count else { throw CBORError(offset: start, reason: .truncated) }
    switch input[start] {
    case 0xF4, 0xF5:
      offset += 1
      return .bool(input[start] == 0xF5)
    case 0xF6:
      offset += 1
      return .null
    default: break
    }
    switch input[start] >> 5 {
    case 0, 1: return .int(try readInt())
    case 2: return .bytes(try readBytes())
    case 3: return .text(try readText())
    case 4:
      let count = try readArrayHead()
      var items: [CBORValue] = []
      for _ in 0..<count { items.append(try readValue(depth: depth + 1)) }
      return .array(items)
    case 5:
      var map = try readMapHead()
      var entries: [CBORValue.Entry] = []
      while let key = try nextTextKey(in: &map) {
        entries.append(CBORValue.Entry(key, try readValue(depth: depth + 1)))
      }
      return .map(entries)
    default:
      throw CBORError(offset: start, reason: .forbiddenType)
    }
  }

  /// Whether the next item is a byte string.
  public var nextIsBytes: Bool { offset < input.count && input[offset] >> 5 == 2 }

  /// Whether the next item is an array.
  public var nextIsArray: Bool { offset < input.count && input[offset] >> 5 == 4 }

  /// Checks and passes over one value, the keys of whose maps may be integers, byte strings or text.
  public mutating func skipValue(depth: Int = 0) throws(CBORError) {
    let start = offset
    guard depth < Self.maximumDepth else { throw CBORError(offset: start, reason: .tooDeep) }
    guard start < input.count else { throw CBORError(offset: start, reason: .truncated) }
    switch input[start] >> 5 {
    case 4:
      for _ in 0..<(try readArrayHead()) { try skipValue(depth: depth + 1) }
    case 5:
      var map = try readMapHead()
      while map.remaining > 0 {
        let key = offset
        guard key < input.count, input[key] >> 5 <= 3 else { throw CBORError(offset: key, reason: .unexpectedType) }
        try skipValue(depth: depth + 1)
        try checkOrder(&map, key: key..<offset)
        try skipValue(depth: depth + 1)
      }
    default:
      _ = try readValue(depth: depth)
    }
  }

  /// Passes over `count` bytes of a string whose head has been read, and says where they stand.
  mutating func readSpan(_ count: UInt64) throws(CBORError) -> Range<Int> {
    guard count <= UInt64(input.count - offset) else { throw CBORError(offset: offset, reason: .truncated) }
    defer { offset += Int(count) }
    return offset..<offset + Int(count)
  }

  /// Passes over a simple value, where one is next.
  mutating func readSimple() -> UInt8? {
    guard offset < input.count, (0xF4...0xF6).contains(input[offset]) else { return nil }
    defer { offset += 1 }
    return input[offset]
  }

  private mutating func readLength(ofType type: UInt8, bytesPerItem: Int) throws(CBORError) -> Int {
    let start = offset
    let argument = try readArgument(ofType: type)
    guard argument <= UInt64((input.count - offset) / bytesPerItem) else {
      throw CBORError(offset: start, reason: .truncated)
    }
    return Int(argument)
  }

  private mutating func readArgument(ofType type: UInt8) throws(CBORError) -> UInt64 {
    let start = offset
    let head = try readHead()
    guard head.type == type else { throw CBORError(offset: start, reason: .unexpectedType) }
    return head.argument
  }

  /// Reads the head of any item but a simple value: its major type and its argument.
  mutating func readHead() throws(CBORError) -> (type: UInt8, argument: UInt64) {
    let start = offset
    guard start < input.count else { throw CBORError(offset: start, reason: .truncated) }
    let type = input[start] >> 5
    let short = input[start] & 31
    if type >= 6 { throw CBORError(offset: start, reason: .forbiddenType) }
    if short < 24 {
      offset = start + 1
      return (type, UInt64(short))
    }
    if short == 31 { throw CBORError(offset: start, reason: .indefiniteLength) }
    guard short <= 27 else { throw CBORError(offset: start, reason: .forbiddenType) }
    let width = 1 << Int(short - 24)
    guard input.count - start > width else { throw CBORError(offset: start, reason: .truncated) }
    var argument: UInt64 = 0
    for byte in input[start + 1...start + width] { argument = argument << 8 | UInt64(byte) }
    let smallestThatNeedsIt: UInt64 = width == 1 ? 24 : 1 << UInt64(width * 4)
    guard argument >= smallestThatNeedsIt else { throw CBORError(offset: start, reason: .notShortest) }
    offset = start + 1 + width
    return (type, argument)
  }
}

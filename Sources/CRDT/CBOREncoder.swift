/// Writes deterministic CBOR (RFC 8949 §4.2.1) into a byte array: shortest integers, definite lengths.
///
/// Keys of a map are written by the caller in order of their encoded bytes; ``write(_:)`` sorts those of a value.
public struct CBOREncoder: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8] = []

  /// Makes an empty encoder.
  public init(reservingCapacity capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Writes a non-negative integer (major type 0).
  public mutating func write(unsigned value: UInt64) { writeHead(0, value) }

  /// Writes an integer (major type 0 or 1).
  public mutating func write(int value: Int64) {
    if value >= 0 { writeHead(0, UInt64(value)) } else { writeHead(1, UInt64(-1 - value)) }
  }

  /// Writes a byte string (major type 2).
  public mutating func write(bytes value: [UInt8]) {
    writeHead(2, UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Writes a text string (major type 3).
  public mutating func write(text value: String) {
    var value = value
    value.withUTF8 { utf8 in
      writeHead(3, UInt64(utf8.count))
      bytes.append(contentsOf: utf8)
    }
  }

  /// Writes the head of an array (major type 4); `count` items follow.
  public mutating func writeArrayHead(count: Int) { writeHead(4, UInt64(count)) }

  /// Writes the head of a map (major type 5); `count` keys with their values follow, keys in order.
  public mutating func writeMapHead(count: Int) { writeHead(5, UInt64(count)) }

  /// Writes `null`.
  public mutating func writeNull() { bytes.append(0xF6) }

  /// Writes a whole value; entries of maps are sorted by their encoded keys.
  public mutating func write(_ value: CBORValue) {
    switch value {
    case .null: writeNull()
    case .bool(let bool): bytes.append(bool ? 0xF5 : 0xF4)
    case .int(let int): write(int: int)
    case .bytes(let value): write(bytes: value)
    case .text(let text): write(text: text)
    case .array(let items):
      writeArrayHead(count: items.count)
      for item in items { write(item) }
    case .map(let entries):
      writeMapHead(count: entries.count)
      for entry in entries.sorted(by: { Self.textKeyPrecedes($0.key, $1.key) }) {
        write(text: entry.key)
        write(entry.value)
      }
    }
  }

  /// Whether `left` comes before `right` as a text key of a map: the encoded bytes begin with the length, so the
  /// shorter key comes first.
  public static func textKeyPrecedes(_ left: String, _ right: String) -> Bool {
    let (leftCount, rightCount) = (left.utf8.count, right.utf8.count)
    return leftCount == rightCount ? left.precedesInBytes(right) : leftCount < rightCount
  }

  /// Appends items that are encoded already.
  mutating func append(encoded items: some Collection<UInt8>) { bytes.append(contentsOf: items) }

  /// Writes the head of any item but a simple value.
  mutating func writeHead(_ majorType: UInt8, _ argument: UInt64) {
    let type = majorType << 5
    switch argument {
    case 0..<24:
      bytes.append(type | UInt8(argument))
    case 24...0xFF:
      bytes.append(type | 24)
      bytes.append(UInt8(argument))
    case 0x100...0xFFFF:
      bytes.append(type | 25)
      bytes.append(UInt8(argument >> 8))
      bytes.append(UInt8(truncatingIfNeeded: argument))
    case 0x1_0000...0xFFFF_FFFF:
      bytes.append(type | 26)
      for shift: UInt64 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: argument >> shift)) }
    default:
      bytes.append(type | 27)
      bytes.appendBigEndian(argument)
    }
  }
}

/// A data item of the deterministic CBOR subset in use here (RFC 8949 §4.2.1): no floats, no tags, no indefinite
/// lengths, no simple values but false, true and null.
public enum CBORValue: Sendable {
  /// `null`.
  case null
  /// `false` or `true`.
  case bool(Bool)
  /// Major types 0 and 1, in the range of `Int64`.
  case int(Int64)
  /// Major type 2.
  case bytes([UInt8])
  /// Major type 3; compared by UTF-8 bytes.
  case text(String)
  /// Major type 4.
  case array([CBORValue])
  /// Major type 5 with text keys; the encoder sorts them.
  case map([Entry])

  /// One entry of a map.
  public struct Entry: Hashable, Sendable {
    /// The key, unique in its map.
    public var key: String
    /// The value.
    public var value: CBORValue

    /// Makes an entry.
    public init(_ key: String, _ value: CBORValue) {
      self.key = key
      self.value = value
    }

    /// Equality of the bytes.
    public static func == (left: Self, right: Self) -> Bool {
      left.key.isSameBytes(as: right.key) && left.value == right.value
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(Array(key.utf8))
      hasher.combine(value)
    }
  }
}

extension CBORValue: Hashable {
  /// Equality of the encoded bytes.
  public static func == (left: CBORValue, right: CBORValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.text(let left), .text(let right)): left.isSameBytes(as: right)
    case (.array(let left), .array(let right)): left == right
    case (.map, .map): left.encoded == right.encoded
    default: false
    }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }

  /// The deterministic encoding.
  public var encoded: [UInt8] {
    var encoder = CBOREncoder()
    encoder.write(self)
    return encoder.bytes
  }
}

extension CBORValue {
  /// The text, where this is one.
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The boolean, where this is one.
  public var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  /// The integer, where this is one.
  public var int: Int64? { if case .int(let int) = self { int } else { nil } }
  /// The byte string, where this is one.
  public var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
  /// The elements, where this is an array.
  public var array: [CBORValue]? { if case .array(let array) = self { array } else { nil } }
  /// The entries, where this is a map.
  public var map: [Entry]? { if case .map(let map) = self { map } else { nil } }
  /// The value of `key`, where this is a map that has it.
  public subscript(key: String) -> CBORValue? { map?.first { $0.key.isSameBytes(as: key) }?.value }
}

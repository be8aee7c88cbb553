/// A value of exactly 16 bytes, compared and sorted as big-endian bytes.
///
/// `Role` keeps ids of different things apart at compile time; it is never instantiated.
public struct Bytes16<Role>: Hashable, Comparable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes the value from 16 bytes; `nil` where there are more or fewer.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    high = bytes.bigEndianWord(at: 0)
    low = bytes.bigEndianWord(at: 8)
  }

  /// The 16 bytes.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(16)
    out.appendBigEndian(high)
    out.appendBigEndian(low)
    return out
  }

  /// 32 lower-case hexadecimal digits.
  public var hex: String { hexadecimal(bytes) }

  /// The canonical UUID form, `8-4-4-4-12` lower-case hexadecimal digits (RFC 9562 §4).
  public var description: String {
    String(unsafeUninitializedCapacity: 36) { out in
      var index = 0
      for (position, byte) in bytes.enumerated() {
        if position == 4 || position == 6 || position == 8 || position == 10 {
          out[index] = UInt8(ascii: "-")
          index += 1
        }
        out[index] = hexadecimalDigit(byte >> 4)
        out[index + 1] = hexadecimalDigit(byte & 15)
        index += 2
      }
      return index
    }
  }

  /// Orders as the bytes do.
  public static func < (left: Self, right: Self) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

/// A value of exactly 32 bytes, compared and sorted as big-endian bytes.
///
/// `Role` keeps ids of different things apart at compile time; it is never instantiated.
public struct Bytes32<Role>: Hashable, Comparable, Sendable, CustomStringConvertible {
  let first: UInt64
  let second: UInt64
  let third: UInt64
  let fourth: UInt64

  /// Makes the value from 32 bytes; `nil` where there are more or fewer.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    first = bytes.bigEndianWord(at: 0)
    second = bytes.bigEndianWord(at: 8)
    third = bytes.bigEndianWord(at: 16)
    fourth = bytes.bigEndianWord(at: 24)
  }

  init(_ digest: SHA256Digest) {
    let bytes = Array(digest)
    first = bytes.bigEndianWord(at: 0)
    second = bytes.bigEndianWord(at: 8)
    third = bytes.bigEndianWord(at: 16)
    fourth = bytes.bigEndianWord(at: 24)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(32)
    for word in [first, second, third, fourth] { out.appendBigEndian(word) }
    return out
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { hexadecimal(bytes) }

  /// The same as ``hex``.
  public var description: String { hex }

  /// Hashes all bytes: a change may name ids that no digest ever had, so a part of them could be made to collide.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(first)
    hasher.combine(second)
    hasher.combine(third)
    hasher.combine(fourth)
  }

  /// Orders as the bytes do.
  public static func < (left: Self, right: Self) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    if left.third != right.third { return left.third < right.third }
    return left.fourth < right.fourth
  }
}

/// The role of a ``ChangeID``.
public enum ChangeRole {}
/// The role of a ``ReplicaID``.
public enum ReplicaRole {}
/// The role of a ``RecordID``.
public enum RecordRole {}
/// The role of a ``StoreID``.
public enum StoreRole {}
/// The role of a ``StateDigest``.
public enum DigestRole {}
/// The role of a ``BodyHash``.
public enum BodyRole {}

/// SHA-256 of a change's header (Schema/change.cddl, `change-id`).
public typealias ChangeID = Bytes32<ChangeRole>
/// A replica's Ed25519 public key, which names the replica and its log.
public typealias ReplicaID = Bytes32<ReplicaRole>
/// A record's UUID: version 4 where it is random, version 8 where it is derived.
public typealias RecordID = Bytes16<RecordRole>
/// A store's UUID; replicas with the same one are replicas of each other.
public typealias StoreID = Bytes16<StoreRole>
/// The digest of a state: equal digests, equal history, equal state.
public typealias StateDigest = Bytes32<DigestRole>
/// The hash over the hashes of a body's values.
public typealias BodyHash = Bytes32<BodyRole>

extension Bytes16 {
  /// Reads a UUID: 32 hexadecimal digits of either case, with the four hyphens of RFC 9562 or without any.
  public init?(uuid text: some StringProtocol) {
    var digits = Array(text.utf8)
    if digits.count == 36 {
      guard [8, 13, 18, 23].allSatisfy({ digits[$0] == UInt8(ascii: "-") }) else { return nil }
      digits = [0..<8, 9..<13, 14..<18, 19..<23, 24..<36].flatMap { digits[$0] }
    }
    guard let bytes = bytesOfHexadecimal(digits) else { return nil }
    self.init(bytes)
  }

  /// The UUID's version field (RFC 9562 §4.2): 4 for random, 8 for derived.
  public var uuidVersion: Int { Int(high >> 12 & 0xF) }

  /// Makes a UUID from 16 bytes by setting its version and variant fields (RFC 9562 §4).
  public init?(uuidBytes: some Collection<UInt8>, version: UInt8) {
    guard uuidBytes.count == 16 else { return nil }
    var bytes = Array(uuidBytes)
    bytes[6] = bytes[6] & 0x0F | version << 4
    bytes[8] = bytes[8] & 0x3F | 0x80
    self.init(bytes)
  }
}

extension Bytes32 {
  /// Reads 64 hexadecimal digits of either case.
  public init?(hex text: some StringProtocol) {
    guard let bytes = bytesOfHexadecimal(Array(text.utf8)) else { return nil }
    self.init(bytes)
  }
}

extension Bytes16 where Role == RecordRole {
  /// The UUID of version 8 (RFC 9562 §5.8) whose bytes are the first 16 of SHA-256 over the encoding of `key`.
  public init(derivedFrom key: CBORValue) {
    var bytes = Array(sha256(key.encoded).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 8 << 4
    bytes[8] = bytes[8] & 0x3F | 0x80
    high = bytes.bigEndianWord(at: 0)
    low = bytes.bigEndianWord(at: 8)
  }
}

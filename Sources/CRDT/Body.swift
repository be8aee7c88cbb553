/// The free text of a change: values that can be erased one by one, while the header's hash over all of them still
/// verifies (Schema/change.cddl, `body`).
public struct Body: Hashable, Sendable {
  /// One value, or what is left of it.
  public enum Slot: Hashable, Sendable {
    /// A value and the salt that it is hashed with.
    case value(CBORValue, salt: [UInt8])
    /// The hash of a value that was erased.
    case erased(hash: [UInt8])
  }

  /// Length of seed and salts, in bytes.
  public static let saltBytes = 16

  /// The seed that all salts expand from; `nil` once a value was erased.
  public private(set) var seed: [UInt8]?
  /// The values in the order in which the ops refer to them.
  public private(set) var slots: [Slot]

  /// Makes the body of a new change.
  ///
  /// - Parameter seed: 16 random bytes, fresh for each change.
  public init(values: [CBORValue], seed: [UInt8]) {
    self.seed = seed
    slots = values.enumerated().map { index, value in .value(value, salt: Self.salt(seed: seed, index: index)) }
  }

  /// SHA-256 over a domain tag and the values' hashes, which the header states.
  public var hash: BodyHash {
    BodyHash(sha256(slots.reduce(into: Self.bodyTag) { $0 += Self.hash(of: $1) }))
  }

  /// The most bytes that the encoding can come to take, whichever values are erased. Limits count these, so that an
  /// erasure (a hash is longer than a short value) never makes a change too large for another replica.
  public var largestByteCount: Int {
    slots.reduce(32) { total, slot in
      switch slot {
      case .value(let value, _): total + max(Self.leastCountedBytes, 18 + value.encoded.count)
      case .erased: total + Self.leastCountedBytes
      }
    }
  }

  /// What a hash takes in the encoding: the least that a value is counted for.
  private static let leastCountedBytes = 34

  /// Erases the value at `index`: its hash stays, value and salt go, and the seed gives way to the other salts.
  public mutating func erase(at index: Int) {
    slots[index] = .erased(hash: Self.hash(of: slots[index]))
    seed = nil
  }

  private static let bodyTag = Array("variorum body 1".utf8)
  private static let saltTag = Array("variorum salt 1".utf8)

  private static func hash(of slot: Slot) -> [UInt8] {
    switch slot {
    case .value(let value, let salt): Array(sha256(salt, value.encoded))
    case .erased(let hash): hash
    }
  }

  private static func salt(seed: [UInt8], index: Int) -> [UInt8] {
    var counter: [UInt8] = []
    counter.appendBigEndian(UInt64(index))
    return Array(sha256(saltTag, seed, counter).prefix(saltBytes))
  }
}

extension Body {
  /// The deterministic encoding: seed and values, or, once something was erased, salted values and hashes.
  public var encoded: [UInt8] {
    var encoder = CBOREncoder()
    if let seed {
      encoder.writeMapHead(count: 2)
      encoder.write(unsigned: 0)
      encoder.write(bytes: seed)
      encoder.write(unsigned: 1)
      encoder.writeArrayHead(count: slots.count)
      for case .value(let value, _) in slots { encoder.write(value) }
    } else {
      encoder.writeMapHead(count: 1)
      encoder.write(unsigned: 2)
      encoder.writeArrayHead(count: slots.count)
      for slot in slots {
        switch slot {
        case .value(let value, let salt):
          encoder.writeArrayHead(count: 2)
          encoder.write(bytes: salt)
          encoder.write(value)
        case .erased(let hash): encoder.write(bytes: hash)
        }
      }
    }
    return encoder.bytes
  }

  /// Reads the encoding.
  ///
  /// - Throws: ``CBORError`` with the byte offset of what is wrong.
  public init(decoding bytes: [UInt8]) throws(CBORError) {
    var decoder = CBORDecoder(bytes)
    var map = try decoder.readMapHead()
    seed = nil
    slots = []
    while let key = try decoder.nextKey(in: &map) {
      let start = decoder.offset
      switch key {
      case 0: seed = try Self.readFixed(&decoder, count: Self.saltBytes)
      case 1:
        guard let seed else { throw CBORError(offset: start, reason: .unexpectedType) }
        for index in 0..<(try Self.readCount(&decoder)) {
          slots.append(.value(try decoder.readValue(), salt: Self.salt(seed: seed, index: index)))
        }
      case 2:
        guard seed == nil else { throw CBORError(offset: start, reason: .unexpectedType) }
        for _ in 0..<(try Self.readCount(&decoder)) { slots.append(try Self.readSlot(&decoder)) }
      default: throw CBORError(offset: start, reason: .unexpectedType)
      }
    }
    try decoder.finish()
    if slots.isEmpty { throw CBORError(offset: 0, reason: .unexpectedType) }
  }

  /// No change has room for more values than this, as each counts at least as much as a hash.
  private static func readCount(_ decoder: inout CBORDecoder) throws(CBORError) -> Int {
    let start = decoder.offset
    let count = try decoder.readArrayHead()
    guard count <= Limits.changeBytes / leastCountedBytes else { throw CBORError(offset: start, reason: .tooLong) }
    return count
  }

  private static func readSlot(_ decoder: inout CBORDecoder) throws(CBORError) -> Slot {
    if decoder.nextIsBytes { return .erased(hash: try readFixed(&decoder, count: 32)) }
    let start = decoder.offset
    guard try decoder.readArrayHead() == 2 else { throw CBORError(offset: start, reason: .unexpectedType) }
    let salt = try readFixed(&decoder, count: saltBytes)
    return .value(try decoder.readValue(), salt: salt)
  }

  private static func readFixed(_ decoder: inout CBORDecoder, count: Int) throws(CBORError) -> [UInt8] {
    let start = decoder.offset
    let bytes = try decoder.readBytes()
    guard bytes.count == count else { throw CBORError(offset: start, reason: .outOfRange) }
    return bytes
  }
}

/// A body with what is found out about it only once: each of the two costs a walk over all values.
struct CheckedBody {
  let body: Body
  let hash: BodyHash
  let largestByteCount: Int

  init(_ body: Body) {
    self.body = body
    hash = body.hash
    largestByteCount = body.largestByteCount
  }

  init(decoding bytes: [UInt8]) throws(CBORError) { self.init(try Body(decoding: bytes)) }
}

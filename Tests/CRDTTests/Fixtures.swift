import Crypto

@testable import CRDT

/// Fixed things that tests and test vectors are made of; nothing here is random.
enum Fixture {
  static let store = StoreID(high: 0x0011_2233_4455_4677, low: 0x8899_AABB_CCDD_EEFF)
  static let otherStore = StoreID(high: 1, low: 2)
  static let claim = RecordID(high: 0x1111_1111_1111_4111, low: 0x8111_1111_1111_1111)
  static let note = RecordID(high: 0x2222_2222_2222_4222, low: 0x8222_2222_2222_2222)
  static let curator = RecordID(high: 0x3333_3333_3333_8333, low: 0x8333_3333_3333_3333)
  static let seed = (0..<16).map { UInt8($0) }
  static let time: Int64 = 1_760_000_000_000

  /// The key pair of the `number`th replica: its 32 private bytes are all that number.
  static func key(_ number: UInt8 = 1) throws -> Curve25519.Signing.PrivateKey {
    try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: number, count: 32))
  }

  static func replica(_ number: UInt8 = 1) throws -> ReplicaID {
    try ReplicaID(Array(key(number).publicKey.rawRepresentation)).orThrow()
  }

  static func seal(_ id: ChangeID, by number: UInt8 = 1) throws -> Seal {
    try Seal(Array(key(number).signature(for: Seal.message(for: id)))).orThrow()
  }

  /// An id that no digest ever had: 32 times that byte.
  static func id(_ byte: UInt8) -> ChangeID { ChangeID(sha256([byte])) }

  /// Ids that are in ascending order.
  static func ids(_ count: Int) -> [ChangeID] { (0..<count).map { id(UInt8($0)) }.sorted() }

  /// The first change of replica 1's log.
  static func first(_ ops: [Op] = []) throws -> Change {
    Change(
      store: store, replica: try replica(), sequence: 1, previous: nil, deps: [], timeMilliseconds: time,
      curator: curator, ops: ops)
  }

  /// The change of the same log that follows `previous`.
  static func after(_ previous: EncodedChange, sequence: UInt64, ops: [Op] = []) throws -> Change {
    Change(
      store: store, replica: try replica(), sequence: sequence, previous: previous.id, deps: [],
      timeMilliseconds: time, curator: nil, ops: ops)
  }
}

extension Optional {
  /// The value; a test that expects one fails where there is none.
  func orThrow() throws -> Wrapped {
    guard let self else { throw AbsentValue() }
    return self
  }
}

struct AbsentValue: Error {}

/// A map with integer keys whose entries can be taken out and replaced, to write what the encoder would never write.
struct RawMap {
  var entries: [(key: UInt64, value: [UInt8])]

  subscript(key: UInt64) -> [UInt8]? {
    get { entries.first { $0.key == key }?.value }
    set {
      entries.removeAll { $0.key == key }
      if let newValue { entries.append((key, newValue)) }
      entries.sort { $0.key < $1.key }
    }
  }

  var encoded: [UInt8] {
    var encoder = CBOREncoder()
    encoder.writeMapHead(count: entries.count)
    for entry in entries {
      encoder.write(unsigned: entry.key)
      encoder.append(encoded: entry.value)
    }
    return encoder.bytes
  }

  func with(_ key: UInt64, _ value: [UInt8]?) -> RawMap {
    var copy = self
    copy[key] = value
    return copy
  }

  /// The smallest header that is accepted.
  static func header(ops: [RawMap] = []) throws -> RawMap {
    RawMap(entries: [
      (0, Raw.unsigned(1)), (1, Raw.bytes(Fixture.store.bytes)), (2, Raw.bytes(try Fixture.replica().bytes)),
      (3, Raw.unsigned(1)), (5, Raw.array([])), (6, Raw.int(Fixture.time)), (7, Raw.bytes(Fixture.curator.bytes)),
      (9, Raw.array(ops.map(\.encoded))),
    ])
  }

  /// The smallest op with that action that is accepted, but for what the action needs besides.
  static func op(_ action: Action, field: String? = nil, element: String? = nil) -> RawMap {
    var map = RawMap(entries: [
      (0, Raw.text("claim")), (1, Raw.bytes(Fixture.claim.bytes)), (4, Raw.unsigned(action.rawValue)),
    ])
    if let field { map[2] = Raw.text(field) }
    if let element { map[3] = Raw.text(element) }
    return map
  }
}

/// Single items in their encoding.
enum Raw {
  static func unsigned(_ value: UInt64) -> [UInt8] { encoded { $0.write(unsigned: value) } }
  static func int(_ value: Int64) -> [UInt8] { encoded { $0.write(int: value) } }
  static func bytes(_ value: [UInt8]) -> [UInt8] { encoded { $0.write(bytes: value) } }
  static func text(_ value: String) -> [UInt8] { encoded { $0.write(text: value) } }
  static func array(_ items: [[UInt8]]) -> [UInt8] {
    encoded {
      $0.writeArrayHead(count: items.count)
      for item in items { $0.append(encoded: item) }
    }
  }
  static func textMap(_ entries: [(String, [UInt8])]) -> [UInt8] {
    encoded {
      $0.writeMapHead(count: entries.count)
      for (key, value) in entries {
        $0.write(text: key)
        $0.append(encoded: value)
      }
    }
  }

  private static func encoded(_ write: (inout CBOREncoder) -> Void) -> [UInt8] {
    var encoder = CBOREncoder()
    write(&encoder)
    return encoder.bytes
  }
}

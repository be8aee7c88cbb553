import CRDT

/// Inputs as large as allowed, made to take as much memory or time as they can.
struct Bomb {
  let name: String
  let size: Int
  let run: () -> Void

  /// The most bytes of memory that may be taken for each byte of input, and on top of that.
  ///
  /// A value of one byte (`null` in an array) takes 24 where it is held, twice that while the array grows, and is
  /// decoded with the array before it was copied. What an erased text stands for is as long as its header states,
  /// which is up to 2 MiB of scalars in all, of three bytes each.
  static let bytesPerByte = 96
  /// See ``bytesPerByte``.
  static let bytesBesides = 24 << 20

  static var all: [Bomb] { values + changes }

  private static func value(_ name: String, _ input: [UInt8]) -> Bomb {
    Bomb(name: name, size: input.count) {
      var decoder = CBORDecoder(input)
      _ = try? decoder.readValue()
    }
  }

  private static func array(_ count: Int, of item: [UInt8]) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.writeArrayHead(count: count)
    return encoder.bytes + (0..<count).flatMap { _ in item }
  }

  private static let limit = Limits.changeBytes

  private static var values: [Bomb] {
    [
      value("2 MiB of nulls", array(limit - 5, of: [0xF6])),
      value("2 MiB of empty arrays", array(limit - 5, of: [0x80])),
      value("2 MiB of empty maps", array(limit - 5, of: [0xA0])),
      value("2 MiB of empty texts", array(limit - 5, of: [0x60])),
      value("2 MiB of arrays in 16 levels", array(limit / 16, of: [UInt8](repeating: 0x81, count: 14) + [0x80, 0x80])),
      value("heads that promise 2^32 items", [UInt8](repeating: 0x9A, count: limit)),
      value(
        "nested heads that promise all that is left",
        (0..<15).flatMap { _ in [0x9A, 0x00, 0x1F, 0xFF, 0x00] as [UInt8] } + [UInt8](repeating: 0xF6, count: limit)),
      Bomb(name: "a body of 2 MiB of nulls", size: limit) {
        _ = try? Body(
          decoding: [0xA2, 0x00, 0x50] + [UInt8](repeating: 1, count: 16) + [0x01] + array(limit - 30, of: [0xF6]))
      },
    ]
  }

  private static var changes: [Bomb] {
    var random = SplitMix64(seed: 7)
    guard let store = StoreID(random.bytes(16)), let replica = ReplicaID(random.bytes(32)),
      let record = RecordID(random.bytes(16))
    else { return [] }
    func change(_ name: String, deps: [ChangeID] = [], ops: [Op]) -> Bomb {
      let change = Change(
        store: store, replica: replica, sequence: 1, previous: nil, deps: deps, timeMilliseconds: 0, curator: record,
        ops: ops)
      guard let encoded = try? change.encode(seed: random.bytes(16)) else {
        return Bomb(name: "NOT ENCODED: " + name, size: 0) {}
      }
      return decoding(name, encoded)
    }
    func decoding(_ name: String, _ encoded: EncodedChange) -> Bomb {
      Bomb(name: name, size: encoded.byteCount) {
        guard let change = try? Change(decoding: encoded) else { return }
        var state = State(store: store)
        _ = state.receive(change, id: encoded.id)
      }
    }
    let alike = (0..<60_000 as Range<UInt64>).compactMap { number in
      ChangeID(
        [UInt8](repeating: 9, count: 24) + (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) })
    }
    let manyKinds = (0..<50_000).map { Op(kind: "kind-\($0)", record: record, action: .restore) }
    let manyFields = (0..<40_000).map { Op(kind: "k", record: record, field: "f", element: "\($0)", action: .add) }
    let manyNames = (0..<200).map {
      Op(
        kind: "k", record: record, field: "f\($0)", action: .set, supersedes: Array(alike.prefix(3_000)),
        payload: .value(.inHeader(.null)))
    }
    var bombs = [
      change("60,000 deps that begin alike", deps: alike, ops: []), change("50,000 kinds of one id", ops: manyKinds),
      change("40,000 elements of one record", ops: manyFields),
      change("200 ops that name 3,000 changes each", ops: manyNames),
    ]
    let text = String(repeating: "a", count: 1 << 20)
    let create = Op(
      kind: "k", record: record, action: .create,
      payload: .create(values: [Op.FieldValue("f", .prose(text))], elements: []))
    let prose = Change(
      store: store, replica: replica, sequence: 1, previous: nil, deps: [], timeMilliseconds: 0, curator: record,
      ops: [create])
    if var encoded = try? prose.encode(seed: random.bytes(16)),
      var body = encoded.body.flatMap({ try? Body(decoding: $0) })
    {
      body.erase(at: 0)
      encoded.body = body.encoded
      bombs.append(decoding("an erased text of 1 MiB", encoded))
    }
    return bombs
  }
}

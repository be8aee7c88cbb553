import AnnotationStore
import Crypto
import SyncTransports

/// A replica of a version to come, made by hand: it writes kinds, fields, actions and header keys that this one does not
/// know, and values that this one would not write.
struct NewerReplica {
  private let store: StoreID
  private let key: Curve25519.Signing.PrivateKey
  private let replica: ReplicaID
  private var log: [PackedChange] = []

  init(store: StoreID, key: [UInt8]) throws {
    self.store = store
    self.key = try Curve25519.Signing.PrivateKey(rawRepresentation: key)
    guard let replica = ReplicaID(Array(self.key.publicKey.rawRepresentation)) else { throw Violation("no key") }
    self.replica = replica
  }

  /// Appends a change to its log.
  ///
  /// - Parameter heads: what it has seen.
  /// - Returns: its whole log.
  mutating func write(
    heads: [ChangeID], live: [Probe.Live], _ random: inout SplitMix64
  ) throws -> Pack {
    let previous = log.last?.id
    let curator = log.isEmpty ? RecordID(derivedFrom: .text("newer")) : nil
    let change = Change(
      store: store, replica: replica, sequence: UInt64(log.count + 1), previous: previous,
      deps: heads.filter { head in !log.contains { $0.id == head } }.sorted(), timeMilliseconds: 1_900_000_000_000,
      curator: curator, ops: try ops(live, &random))
    var encoded = try change.encode(seed: random.bytes(16))
    if random.chance(percent: 50) { encoded.header = Self.addingKey16(encoded.header) }
    let id = encoded.id
    guard let seal = Seal(Array(try key.signature(for: Seal.message(for: id)))) else { throw Violation("no seal") }
    log.append(PackedChange(id: id, encoded: encoded, seal: seal))
    var writer = PackWriter(store: store)
    try writer.append(log, replica: replica, after: nil)
    let bytes = try writer.finish(compress: Zstandard.compress).bytes
    return try Pack(opening: bytes, expecting: store, decompress: Zstandard.decompress)
  }

  private func ops(_ live: [Probe.Live], _ random: inout SplitMix64) throws -> [Op] {
    guard let id = RecordID(uuidBytes: random.bytes(16), version: 4) else { throw Violation("no record id") }
    let create = Op(
      kind: "gadget", record: id, action: .create,
      payload: .create(values: [.init("mood", .inHeader(.text("high")))], elements: []))
    guard !live.isEmpty else { return [create] }
    let cell = live[random.below(live.count)].cell
    let superseded = live.filter { $0.cell == cell }.map(\.change).sorted()
    switch random.below(4) {
    case 0: return [create]
    case 1:
      return [
        Op(
          kind: cell.record.kind, record: cell.record.id, field: "mood", action: .set,
          payload: .value(.inBody(.text("unknown field"))))
      ]
    case 2:
      return [
        Op(
          kind: cell.record.kind, record: cell.record.id, field: cell.field, element: cell.element,
          action: Action(rawValue: 42), supersedes: superseded)
      ]
    default:
      guard !cell.field.isEmpty, cell.element == nil else { return [create] }
      return [
        Op(
          kind: cell.record.kind, record: cell.record.id, field: cell.field, action: .set, supersedes: superseded,
          payload: .value(.inHeader(.array([.int(7), .text("another type")]))))
      ]
    }
  }

  /// The header with one more key, 16, which sorts behind all that are known: a map of fewer than 23 entries states
  /// their number in its first byte.
  private static func addingKey16(_ header: [UInt8]) -> [UInt8] {
    [header[0] + 1] + header.dropFirst() + [0x10, 0x63] + Array("new".utf8)
  }
}

import AnnotationStore
import Crypto
import SyncTransports

/// A log that is written by hand, with whatever chain the test wants.
struct HandMadeLog {
  let store: StoreID
  let replica: ReplicaID
  private let key: Curve25519.Signing.PrivateKey
  private let number: UInt32
  private var made: UInt32 = 0

  init(store: StoreID, number: UInt32) throws {
    self.store = store
    self.number = number
    key = try Curve25519.Signing.PrivateKey(
      rawRepresentation: Array(SHA256.hash(data: Array("log \(number)".utf8))))
    replica = try unwrapped(ReplicaID(Array(key.publicKey.rawRepresentation)))
  }

  /// A sealed change that adds a claim.
  ///
  /// - Parameter previous: the change before it in the log, with its place.
  mutating func change(after previous: (id: ChangeID, sequence: UInt64)?, deps: [ChangeID] = []) throws -> PackedChange
  {
    made += 1
    let bytes = Array(SHA256.hash(data: Array("\(number) \(made)".utf8)))
    let record = try unwrapped(RecordID(uuidBytes: Array(bytes.prefix(16)), version: 4))
    let op = Op(
      kind: "claim", record: record, action: .create,
      payload: .create(values: [.init("statement", .prose("Claim \(made) of log \(number)."))], elements: []))
    let change = Change(
      store: store, replica: replica, sequence: (previous?.sequence ?? 0) + 1, previous: previous?.id,
      deps: deps.sorted(), timeMilliseconds: 1_760_000_000_000,
      curator: previous == nil ? RecordID(derivedFrom: .text("curator \(number)")) : nil, ops: [op])
    let encoded = try change.encode(seed: Array(bytes.suffix(16)))
    let id = encoded.id
    let seal = try unwrapped(Seal(Array(try key.signature(for: Seal.message(for: id)))))
    return PackedChange(id: id, encoded: encoded, seal: seal)
  }

  /// The bytes of a pack with one run.
  func pack(_ changes: [PackedChange], after previous: (id: ChangeID, sequence: UInt64)? = nil) throws -> [UInt8] {
    var writer = PackWriter(store: store)
    try writer.append(changes, replica: replica, after: previous)
    return try writer.finish(compress: Zstandard.compress).bytes
  }
}

extension Store {
  /// Takes the bytes of a pack.
  @discardableResult
  func receive(bytes: [UInt8]) throws -> ReceiveReport {
    try receive(Pack(opening: bytes, expecting: id, decompress: Zstandard.decompress)).report
  }
}

import Foundation
import SyncProtocol
import SyncTransports
import Testing

@testable import AnnotationStore

extension TemporaryDirectory {
  /// A second replica of a store, with all that is in it.
  func replica(of store: Store, _ name: String, curator: String) throws -> Store {
    let replica = try Store.create(at: storePath(name), environment: environment(), replicaOf: store.id)
    _ = try DirectMerge.merge(store, into: replica)
    try replica.write { try $0.becomeCurator(name: curator) }
    return replica
  }

  /// The bytes of a closed store and of the mark of its key: a virtual machine as it is saved.
  func snapshot(_ name: String, _ replica: ReplicaID) throws -> [(path: String, bytes: Data)] {
    try [storePath(name), markPath(replica)].map { ($0, try bytes($0)) }
  }

  /// Writes a snapshot back into the same files: the virtual machine is rolled back.
  func rollBack(_ name: String, to snapshot: [(path: String, bytes: Data)]) throws {
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: storePath(name) + suffix) }
    for (path, bytes) in snapshot {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.truncate(atOffset: 0)
      try file.write(contentsOf: bytes)
      try file.close()
    }
  }
}

extension Store {
  func digest() throws -> StateDigest { try read { try $0.status() }.digest }

  /// Fingerprints of what people see, and of the live ops.
  func fingerprints() throws -> [String] {
    try pool.write { try DerivedState.fingerprints($0) }.filter { $0.table != "change" && $0.table != "op" }
      .map { "\($0.table) \($0.digest)" }
  }

  /// The changes of one log as they would travel, from a place on.
  func packed(_ replica: ReplicaID, from first: UInt64 = 1) throws -> [PackedChange] {
    try read { reader in
      let log = LogReader(reader.db)
      let arrivals = try reader.db.all(
        Int64.self,
        """
        SELECT arrival FROM change WHERE replica = (SELECT ref FROM replica WHERE key = ?) AND sequence >= ?
        ORDER BY sequence
        """, Blob(replica.bytes), Int64(first))
      return try arrivals.map { try log.logged($0) }.map { PackedChange(id: $0.id, encoded: $0.encoded, seal: $0.seal) }
    }
  }

  /// A part of a log of another replica, as a pack.
  func pack(_ changes: [PackedChange], of replica: ReplicaID) throws -> Pack {
    var writer = PackWriter(store: id)
    let first = try Change(decoding: try #require(changes.first).encoded)
    try writer.append(changes, replica: replica, after: first.previous.map { ($0, first.sequence - 1) })
    return try Pack(
      opening: writer.finish(compress: Zstandard.compress).bytes, expecting: id, decompress: Zstandard.decompress)
  }

  /// Takes a part of a log of another replica, as a pack holds it.
  @discardableResult
  func receive(_ changes: [PackedChange], of replica: ReplicaID) throws -> ReceiveReport {
    try receive(pack(changes, of: replica)).report
  }
}

/// Merges both ways, and expects that both end equal in every respect.
@discardableResult
func expectEqual(_ store: Store, after other: Store, sourceLocation: SourceLocation = #_sourceLocation) throws
  -> MergeReceipt
{
  let receipt = try DirectMerge.merge(other, into: store, both: true)
  #expect(receipt.here.areEqual && receipt.here.isComplete, sourceLocation: sourceLocation)
  #expect(try store.digest() == other.digest(), sourceLocation: sourceLocation)
  #expect(try store.fingerprints() == other.fingerprints(), sourceLocation: sourceLocation)
  for store in [store, other] {
    let report = try store.verify()
    #expect(report.isSound, "\(report.problems)", sourceLocation: sourceLocation)
  }
  return receipt
}

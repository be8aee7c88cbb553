import AnnotationStore
import SyncProtocol

/// What a hub has for a new replica: packs, and the point up to which they hold everything (Schema/hub.md, "Cloning").
package struct PackList: Hashable, Sendable {
  /// One pack.
  package struct Item: Hashable, Sendable {
    /// The hash that names it.
    package var hash: PackHash
    /// Its size, in bytes.
    package var bytes: Int
    /// How many changes it holds.
    package var changes: Int

    package init(hash: PackHash, bytes: Int, changes: Int) {
      self.hash = hash
      self.bytes = bytes
      self.changes = changes
    }
  }

  /// The store they are of.
  package var store: StoreID
  /// Up to where they hold everything.
  package var cursor: SyncCursor
  /// The packs, in the order in which they are to be taken.
  package var packs: [Item]

  package init(store: StoreID, cursor: SyncCursor, packs: [Item]) {
    self.store = store
    self.cursor = cursor
    self.packs = packs
  }
}

extension PackList: Codable {
  private enum Key: String, CodingKey {
    case schema, store, epoch, arrival, digest, packs
  }

  private struct ListedPack: Codable {
    var hash: String
    var bytes: Int
    var changes: Int
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func read<Value>(_ key: Key, _ parse: (String) -> Value?) throws -> Value {
      guard let value = parse(try values.decode(String.self, forKey: key)) else {
        throw DecodingError.dataCorruptedError(forKey: key, in: values, debugDescription: "it is of another length")
      }
      return value
    }
    store = try read(.store) { StoreID(uuid: $0) }
    cursor = SyncCursor(
      epoch: try read(.epoch) { SyncEpoch(uuid: $0) }, arrival: try values.decode(UInt64.self, forKey: .arrival),
      digest: try read(.digest) { StateDigest(hex: $0) })
    packs = try values.decode([ListedPack].self, forKey: .packs).map { listed in
      guard let hash = PackHash(hex: listed.hash), (1...SyncLimits.packBytes).contains(listed.bytes),
        listed.changes >= 0
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .packs, in: values, debugDescription: "a pack is not well formed")
      }
      return Item(hash: hash, bytes: listed.bytes, changes: listed.changes)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(1, forKey: .schema)
    try values.encode(store.description, forKey: .store)
    try values.encode(cursor.epoch.description, forKey: .epoch)
    try values.encode(cursor.arrival, forKey: .arrival)
    try values.encode(cursor.digest.hex, forKey: .digest)
    try values.encode(
      packs.map { ListedPack(hash: $0.hash.hex, bytes: $0.bytes, changes: $0.changes) }, forKey: .packs)
  }
}

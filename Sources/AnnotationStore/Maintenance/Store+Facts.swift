import AnnotationModel
import Foundation
import GRDB

/// What there is to know of a store's files, its replica key and its surroundings.
public struct StoreFacts: Hashable, Sendable {
  /// How the key of the replica stands that the store last wrote with.
  public enum KeyState: Hashable, Sendable {
    /// Nothing was written yet, so there is none.
    case none
    /// The next write uses it.
    case usable
    /// The next write makes a new one, for this reason.
    case renewed(String)
  }

  /// The size of the SQLite file, in bytes.
  public let fileBytes: Int64
  /// The size of its write-ahead log, in bytes.
  public let writeAheadBytes: Int64
  /// How much of the file is unused, in bytes.
  public let unusedBytes: Int64
  /// How much room the disk has, in bytes; `nil` where the system does not say.
  public let freeBytes: Int64?
  /// Whether the file may be written by this user.
  public let isWritable: Bool
  /// What is wrong with the files that SQLite keeps beside it, where another user made them; `nil` where nothing is.
  public let obstacle: StoreError?
  /// Whether the file is on a network file system.
  public let isOnNetwork: Bool
  /// The state directory.
  public let stateDirectory: String
  /// How the replica key stands.
  public let key: KeyState
  /// How many replica keys were made for this file.
  public let keyCount: Int
  /// The version of SQLite.
  public let sqliteVersion: String

  /// What should be looked at, each with what to do.
  public var advice: [String] {
    var advice: [String] = []
    if isOnNetwork {
      advice.append("the store is on a network file system: move it to a local disk (variorum backup makes the copy)")
    }
    if !isWritable { advice.append("the store cannot be written: check its owner and permissions") }
    if let obstacle { advice.append(obstacle.description) }
    if let freeBytes, freeBytes < max(2 * fileBytes, 100 << 20) {
      advice.append("the disk is nearly full: free some space, for verify and backup need as much as the store has")
    }
    if writeAheadBytes > max(64 << 20, fileBytes) {
      advice.append("the write-ahead log is large: end programs that keep the store open for reading")
    }
    if unusedBytes > max(16 << 20, fileBytes / 2) {
      advice.append("half of the file is unused: variorum backup FILE makes a compact copy")
    }
    if case .renewed(let reason) = key { advice.append("the next write gets a new replica key: \(reason)") }
    return advice
  }
}

extension Store {
  /// Looks at the store's files, replica key and surroundings; changes nothing.
  ///
  /// - Throws: ``StoreError``.
  public func facts() throws -> StoreFacts {
    try StoreErrors.mappingDatabaseErrors(path) {
      let (unused, version, keys) = try pool.read { db -> (Int64, String, [[UInt8]]) in
        let pages = try db.one(Int64.self, "PRAGMA freelist_count") ?? 0
        let pageBytes = try db.one(Int64.self, "PRAGMA page_size") ?? 4096
        let keys = try db.all(Blob.self, "SELECT key FROM local_replica ORDER BY ordinal DESC").map(\.bytes)
        return (pages * pageBytes, try db.one(String.self, "SELECT sqlite_version()") ?? "", keys)
      }
      let disk = try? FileManager.default.attributesOfFileSystem(forPath: DurableFile.parent(of: path))
      return StoreFacts(
        fileBytes: Self.size(of: path), writeAheadBytes: Self.size(of: path + "-wal"), unusedBytes: unused,
        freeBytes: (disk?[.systemFreeSize] as? NSNumber)?.int64Value,
        isWritable: FileManager.default.isWritableFile(atPath: path), obstacle: SideFiles.obstacle(beside: path),
        isOnNetwork: try FileIdentity.isOnNetwork(path: path), stateDirectory: environment.stateDirectory.path,
        key: try keyState(keys), keyCount: keys.count, sqliteVersion: version)
    }
  }

  private static func size(of path: String) -> Int64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
  }

  private func keyState(_ keys: [[UInt8]]) throws -> StoreFacts.KeyState {
    guard let newest = keys.first, let replica = ReplicaID(newest) else { return .none }
    let keyring = ReplicaKeyring(directory: environment.stateDirectory)
    switch try keyring.find(publicKey: newest, identity: try FileIdentity(path: path), storeID: id.bytes) {
    case .usable(_, let mark):
      let tip = try pool.read { db in
        try db.one(
          Int64.self, "SELECT max(sequence) FROM change WHERE replica = (SELECT ref FROM replica WHERE key = ?)",
          Blob(replica.bytes))
      }
      return UInt64(tip ?? 0) < mark ? .renewed("it is older than what was last written with its key") : .usable
    case .absent: return .renewed("its key is not in the state directory")
    case .otherFile: return .renewed(ReplicaIdentity.otherFile)
    case .retired: return .renewed("its key was retired")
    case .damaged(let detail): return .renewed(detail)
    }
  }
}

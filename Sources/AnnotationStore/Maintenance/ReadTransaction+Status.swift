import AnnotationModel
import GRDB

/// What is in a store, in numbers.
public struct StoreStatus: Sendable {
  /// The store's UUID.
  public let store: StoreID
  /// The replica that this file last got a key for; `nil` before the first write.
  public let replica: ReplicaID?
  /// The curator who writes; `nil` where nobody was named yet.
  public let curator: RecordID?
  /// How many changes the log has.
  public let changes: Int
  /// How many replicas they come from.
  public let replicas: Int
  /// The heads, ascending.
  public let heads: [ChangeID]
  /// The digest: equal digests, equal history, equal state.
  public let digest: StateDigest
  /// How many records of each kind there are that are not deleted.
  public let records: [(kind: Kind, count: Int)]
  /// How many records are deleted.
  public let deleted: Int
  /// How many conflicts are to be decided, those of prose aside.
  public let openConflicts: Int
  /// How many texts were written differently at the same time.
  public let proseConflicts: Int
  /// How many records stand on a deleted one.
  public let orphaned: Int
  /// How many changes wait for others that have not come.
  public let waiting: Int
  /// The logs that forked, both branches of which are kept.
  public let forks: [ForkedLog]
}

extension ReadTransaction {
  /// The store's UUID.
  public func storeID() throws -> StoreID {
    guard let store = try db.one(Blob.self, "SELECT id FROM store").flatMap({ StoreID($0.bytes) }) else {
      throw LogDamage(arrival: 0, detail: "the store has no id")
    }
    return store
  }

  /// What is in the store, in numbers.
  public func status() throws -> StoreStatus {
    let store = try storeID()
    let heads = try heads()
    var filter = RecordFilter()
    filter.isOrphaned = true
    let replica = try db.one(Blob.self, "SELECT key FROM local_replica ORDER BY ordinal DESC LIMIT 1")
    let conflicts = try conflictCounts()
    return StoreStatus(
      store: store, replica: replica.flatMap { ReplicaID($0.bytes) }, curator: try currentCurator(),
      changes: try db.one(Int.self, "SELECT count(*) FROM change") ?? 0,
      replicas: try db.one(Int.self, "SELECT count(*) FROM replica") ?? 0, heads: heads,
      digest: StateDigest(store: store, heads: heads),
      records: try Kind.allCases.map {
        ($0, try db.one(Int.self, "SELECT count(*) FROM \($0.rawValue) WHERE deleted = 0") ?? 0)
      },
      deleted: try Kind.allCases.reduce(0) {
        $0 + (try db.one(Int.self, "SELECT count(*) FROM \($1.rawValue) WHERE deleted = 1") ?? 0)
      },
      openConflicts: conflicts.open, proseConflicts: conflicts.prose,
      orphaned: try count(filter), waiting: try WaitingChanges(db).count(), forks: try forkedLogs())
  }
}

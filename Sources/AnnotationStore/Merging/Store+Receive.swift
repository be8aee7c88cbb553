import AnnotationModel
import GRDB

/// What became of a pack, and what its user should be told of it.
public struct Received: Sendable {
  /// What became of the changes.
  public let report: ReceiveReport
  /// That this store's own log came with changes that this file lacks, so that its key was retired; in one line.
  public let notice: String?
}

/// What a merge would bring; see ``Store/rehearse(_:)``.
public struct MergePreview: Sendable {
  /// What would become of the changes.
  public var report = ReceiveReport()
  /// How many changes each curator has among those that would be applied, the most first.
  public var curators: [(curator: RecordID, name: String, changes: Int)] = []
  /// How many records would be new, by kind.
  public var newRecords: [(kind: Kind, count: Int)] = []
  /// The records that are here and would be written to, ascending.
  public var touched: [Record] = []
  /// The conflicts that would open, as they would be told.
  public var conflicts: [ConflictDetail] = []
}

extension Store {
  /// Takes the changes of a pack, in one transaction: killed at any moment it leaves the state before or after it, and
  /// taking the same pack again finishes it.
  ///
  /// What is already there is passed over; what names something that is not there waits on disk; what is refused is in
  /// the report.
  /// - Parameter progress: called now and then with how many changes of the pack are done.
  /// - Throws: ``StoreError/otherStore(_:is:)`` where the pack belongs to another store; ``StoreError``.
  public func receive(_ pack: Pack, progress: ((Int) -> Void)? = nil) throws -> Received {
    guard pack.store == id else { throw StoreError.otherStore(pack.store, is: id) }
    return try StoreErrors.mappingDatabaseErrors(path) {
      try pool.write { try receive(pack, $0, progress: progress) }
    }
  }

  /// Takes several packs, one after the other, in one transaction: what many send at once reaches the disk by one sync.
  ///
  /// - Returns: what became of each, in their order.
  /// - Throws: as ``receive(_:progress:)``; then none of them was taken.
  public func receive(together packs: [Pack]) throws -> [Received] {
    for pack in packs where pack.store != id { throw StoreError.otherStore(pack.store, is: id) }
    return try StoreErrors.mappingDatabaseErrors(path) {
      try pool.write { db in try packs.map { try receive($0, db, progress: nil) } }
    }
  }

  private func receive(_ pack: Pack, _ db: Database, progress: ((Int) -> Void)?) throws -> Received {
    let receiver = PackReceiver(db)
    try receiver.receive(pack, progress: progress)
    try receiver.finish()
    // Before the commit: a key that is retired without need harms nobody, one that is not where it should forks.
    let own = try db.all(Blob.self, "SELECT key FROM local_replica").compactMap { ReplicaID($0.bytes) }
    let notice = try identity.retire(own.filter(receiver.writers.contains))
    return Received(report: receiver.report, notice: notice)
  }

  /// Takes packs as ``receive(_:progress:)`` does, looks at what they brought, and takes all of it back.
  ///
  /// - Parameter body: gets a function that takes a pack; whatever it throws ends the rehearsal.
  public func rehearse(_ body: (@escaping (Pack) throws -> ReceiveReport) throws -> Void) throws -> MergePreview {
    try StoreErrors.mappingDatabaseErrors(path) {
      var preview = MergePreview()
      try pool.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
          let before = Before(
            arrival: try db.one(Int64.self, "SELECT max(arrival) FROM change") ?? 0,
            record: try db.one(Int64.self, "SELECT max(ref) FROM record") ?? 0)
          let receiver = PackReceiver(db)
          try body { [id] pack in
            guard pack.store == id else { throw StoreError.otherStore(pack.store, is: id) }
            try receiver.receive(pack)
            return receiver.report
          }
          try receiver.finish()
          preview = try MergePreview(receiver, since: before, db)
          return .rollback
        }
      }
      return preview
    }
  }
}

/// The last rows that were there before a rehearsal.
private struct Before {
  var arrival: Int64
  var record: Int64
}

extension MergePreview {
  fileprivate init(_ receiver: PackReceiver, since before: Before, _ db: Database) throws {
    let reader = ReadTransaction(db)
    report = receiver.report
    curators = try db.each(
      """
      SELECT record.id, count(*) FROM change JOIN record ON record.ref = change.curator
      WHERE arrival > ? GROUP BY record.id ORDER BY count(*) DESC, record.id
      """, before.arrival
    ) { (RecordID($0.value(Blob.self, 0)?.bytes ?? []), $0.value(Int.self, 1) ?? 0) }
    .compactMap { id, count in try id.map { ($0, try reader.curatorName($0), count) } }
    newRecords = try Kind.allCases.compactMap { kind in
      let count = try db.one(
        Int.self, "SELECT count(*) FROM \(kind.rawValue) WHERE ref > ?", before.record)
      return (count ?? 0) > 0 ? (kind, count ?? 0) : nil
    }
    touched = try db.all(
      Blob.self,
      """
      SELECT DISTINCT record.id FROM later_op JOIN record ON record.ref = later_op.record
      WHERE later_op.change > ? AND later_op.record <= ? ORDER BY record.id
      """, before.arrival, before.record
    ).compactMap { try RecordID($0.bytes).flatMap(reader.record) }
    conflicts = try receiver.opened.compactMap { try reader.conflict($0) }
  }
}

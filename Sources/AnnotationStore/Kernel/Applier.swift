import AnnotationModel
import GRDB

/// Applies changes to the database: the log, the live ops and everything derived from them. Local writes, rebuilding
/// and what comes from other replicas all go through here, so that they cannot come to differ.
final class Applier {
  let db: Database
  let log: LogReader
  private let materialiser: Materialiser
  private var replicaRefs: [ReplicaID: Int64] = [:]

  init(_ db: Database) {
    self.db = db
    log = LogReader(db)
    materialiser = Materialiser(db, log: log)
  }

  /// Appends a change to the log and applies it.
  ///
  /// - Returns: `.duplicate` where it is in the log already, `.waiting` where something that it names is not; nothing
  ///   was done then.
  func receive(_ encoded: EncodedChange, change: Change, id: ChangeID, seal: Seal?, batch: Int64?) throws
    -> ApplyOutcome
  {
    if try log.arrival(of: id) != nil { return .duplicate }
    let missing = try change.prerequisites.filter { try log.arrival(of: $0) == nil }
    guard missing.isEmpty else { return .waiting(missing: missing) }
    let replica = try replicaRef(change.replica)
    let place = try place(of: change)
    let arrival = 1 + (try db.one(Int64.self, "SELECT max(arrival) FROM change") ?? 0)
    // Through GRDB, whose observation of this table tells who watches the store.
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO change (arrival, id, replica, sequence, depth, curator, at_ms, batch, header, body, seal)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(
      arguments: [
        arrival, Blob(id.bytes), replica, Int64(change.sequence), place.depth, place.curator, change.timeMilliseconds,
        batch ?? arrival, Blob(encoded.header), encoded.body.map(Blob.init), (seal?.bytes).map(Blob.init),
      ])
    try derive(change, arrival: arrival, place: place)
    return .applied(alsoReleased: [])
  }

  /// Applies a change that is in the log already, its derived columns included.
  func rederive(_ logged: LoggedChange) throws {
    let change = try logged.decoded()
    let place = try place(of: change)
    try db.run(
      "UPDATE change SET depth = ?, curator = ?, sequence = ?, at_ms = ? WHERE arrival = ?", place.depth, place.curator,
      Int64(change.sequence), change.timeMilliseconds, logged.arrival)
    try derive(change, arrival: logged.arrival, place: place)
  }

  /// What follows from a change's place in the history.
  private struct Place {
    var depth: Int64
    var curator: Int64
  }

  private func place(of change: Change) throws -> Place {
    var depth: Int64 = 0
    for id in change.prerequisites {
      depth = max(depth, try db.one(Int64.self, "SELECT depth FROM change WHERE id = ?", Blob(id.bytes)) ?? 0)
    }
    if let curator = change.curator {
      let key = RecordKey(kind: Kind.curator.rawValue, id: curator)
      return Place(depth: depth + 1, curator: try recordRef(key).ref)
    }
    let previous = try change.previous.flatMap {
      try db.one(Int64.self, "SELECT curator FROM change WHERE id = ?", Blob($0.bytes))
    }
    return Place(depth: depth + 1, curator: previous ?? 0)
  }

  private func derive(_ change: Change, arrival: Int64, place: Place) throws {
    for id in change.deps + [change.previous].compactMap({ $0 }) {
      try db.run("DELETE FROM head WHERE change = (SELECT arrival FROM change WHERE id = ?)", Blob(id.bytes))
    }
    try db.run("INSERT INTO head (change) VALUES (?)", arrival)
    var touched = TouchedRecords()
    for (position, op) in change.ops.enumerated() {
      let (ref, isNew) = try recordRef(op.recordKey)
      try db.run(
        "INSERT INTO op (record, change, position, action, field, element) VALUES (?, ?, ?, ?, ?, ?)", ref, arrival,
        position, Int64(clamping: op.action.rawValue), Blob(op.field), Blob(op.element ?? ""))
      if !isNew || op.action != .create { try updateLive(op, ref: ref, arrival: arrival) }
      touched.add(op, ref: ref, isNew: isNew)
    }
    try materialiser.update(touched, arrival: arrival, atMilliseconds: change.timeMilliseconds, curator: place.curator)
  }

  /// The one rule: the op leaves its cell the ops of the changes that it does not supersede, and itself. A create
  /// joins every cell of its record; only cells that were written to are stored.
  private func updateLive(_ op: Op, ref: Int64, arrival: Int64) throws {
    if op.action == .create {
      try db.run(
        "INSERT INTO live (record, field, element, change) SELECT DISTINCT record, field, element, ? FROM live WHERE record = ?",
        arrival, ref)
      return
    }
    let (before, isStored) = try log.live(in: op.cell, ref: ref)
    let superseded = Set(try op.supersedes.compactMap(log.arrival(of:)))
    let (field, element) = (Blob(op.field), Blob(op.element ?? ""))
    for change in before {
      switch (superseded.contains(change), isStored) {
      case (true, true):
        try db.run(
          "DELETE FROM live WHERE record = ? AND field = ? AND element = ? AND change = ?", ref, field, element, change)
      case (false, false):
        try db.run("INSERT INTO live (record, field, element, change) VALUES (?, ?, ?, ?)", ref, field, element, change)
      default: break
      }
    }
    try db.run("INSERT INTO live (record, field, element, change) VALUES (?, ?, ?, ?)", ref, field, element, arrival)
  }

  private func recordRef(_ record: RecordKey) throws -> (ref: Int64, isNew: Bool) {
    let changesBefore = db.totalChangesCount
    try db.run("INSERT OR IGNORE INTO record (id, kind) VALUES (?, ?)", Blob(record.id.bytes), Blob(record.kind))
    if db.totalChangesCount > changesBefore { return (db.lastInsertedRowID, true) }
    return (try log.recordRef(record) ?? 0, false)
  }

  private func replicaRef(_ replica: ReplicaID) throws -> Int64 {
    if let known = replicaRefs[replica] { return known }
    try db.run("INSERT OR IGNORE INTO replica (key) VALUES (?)", Blob(replica.bytes))
    let ref = try db.one(Int64.self, "SELECT ref FROM replica WHERE key = ?", Blob(replica.bytes)) ?? 0
    replicaRefs[replica] = ref
    return ref
  }
}

/// The records that a change wrote to, with the ops, in the order of the first op of each.
struct TouchedRecords {
  struct Entry {
    var key: RecordKey
    var ref: Int64
    var isNew: Bool
    var ops: [Op]
  }

  private(set) var entries: [Entry] = []
  private var indexes: [RecordKey: Int] = [:]

  mutating func add(_ op: Op, ref: Int64, isNew: Bool) {
    if let index = indexes[op.recordKey] {
      entries[index].ops.append(op)
    } else {
      indexes[op.recordKey] = entries.count
      entries.append(Entry(key: op.recordKey, ref: ref, isNew: isNew, ops: [op]))
    }
  }
}

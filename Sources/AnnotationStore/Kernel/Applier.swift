import AnnotationModel
import GRDB

/// Applies changes to the database: the log, the live ops and everything derived from them. Local writes, rebuilding
/// and what comes from other replicas all go through here, so that they cannot come to differ.
final class Applier {
  let db: Database
  let log: LogReader
  /// The table `conflict`, and what became of it here.
  let conflicts: ConflictTable
  private let materialiser: Materialiser
  private let forks: ForkMaterialiser
  private var replicaRefs: [ReplicaID: Int64] = [:]
  private var lastArrival: Int64?
  private var touched = TouchedRecords()
  private let heads: HeadTable
  private var materialisedCount = 0
  private var isLarge = false
  private let largeCache: String

  /// How many records make a transaction a large one.
  private static let manyRecords = 1_000

  /// - Parameter largeCache: the page cache of a large transaction.
  init(_ db: Database, largeCache: String = PageCache.large) {
    self.db = db
    self.largeCache = largeCache
    log = LogReader(db)
    conflicts = ConflictTable(db)
    materialiser = Materialiser(db, log: log, conflicts: conflicts)
    forks = ForkMaterialiser(db, log: log, conflicts: conflicts)
    heads = HeadTable(db)
  }

  /// Begins to append to a replica's log: what is known from the start is not looked up again.
  func begin(_ replica: ReplicaID, from start: WriteStart) {
    lastArrival = start.lastArrival
    if !start.hasConcurrentHeads { heads.rememberNoneConcurrent(last: start.lastArrival) }
    forks.mayBeForked = start.hasForks
    guard let end = start.end else { return }
    log.remember(end.place, of: end.id)
    replicaRefs[replica] = end.place.replica
    forks.remember(replica: end.place.replica, lastSequence: end.place.sequence)
    if let curator = end.curator { materialiser.remember(curator: curator, ref: end.place.curator) }
  }

  /// What a transaction that began ``begin(_:from:)`` leaves for the next.
  ///
  /// - Parameters:
  ///   - end: the last change that was applied.
  ///   - curator: in whose name this file is written to now.
  func left(from start: WriteStart, end: WriteStart.End, curator: RecordID?) -> WriteStart {
    WriteStart(
      newestKey: start.newestKey, curator: curator, lastArrival: end.place.arrival,
      hasConcurrentHeads: heads.mayBeConcurrent, hasForks: forks.mayBeForked, end: end)
  }

  /// The heads, as places in the log.
  func currentHeads() throws -> Set<Int64> { try heads.current(last: nextArrival() - 1) }

  /// Ends a transaction: brings into step what is about whole logs and not about the records of one change.
  func finish() throws {
    try materialise()
    try forks.update()
  }

  /// What became of a change that was received.
  enum Outcome {
    /// It was applied, and stands here in the log.
    case applied(LogReader.Place)
    /// It is in the log already.
    case duplicate
    /// These are not there yet that it names; nothing was done.
    case waiting(missing: [ChangeID])
    /// It does not follow the change that it names as its previous one; nothing was done.
    case refused(LogError)
  }

  /// Appends a change to the log and applies it.
  ///
  /// - Parameter batch: the arrival of the first change of the same transaction; `nil` for that one itself.
  func receive(_ encoded: EncodedChange, change: Change, id: ChangeID, seal: Seal?, batch: Int64?) throws -> Outcome {
    let place: Place
    switch try self.place(of: change) {
    case .success(let found): place = found
    case .failure(.missing(let ids)): return .waiting(missing: ids)
    case .failure(.refused(let error)): return .refused(error)
    }
    let replica = try replicaRef(change.replica)
    let arrival = try nextArrival()
    let changesBefore = db.totalChangesCount
    try db.run(
      """
      INSERT INTO change (arrival, id, replica, sequence, depth, curator, at_ms, batch, header, body, seal)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
      """, arrival, Blob(id.bytes), replica, Int64(change.sequence), place.depth, place.curator,
      change.timeMilliseconds, batch ?? arrival, Blob(encoded.header), encoded.body.map(Blob.init),
      (seal?.bytes).map(Blob.init))
    if db.totalChangesCount == changesBefore { return .duplicate }
    lastArrival = arrival
    if !change.ops.allSatisfy({ $0.action == .create }) {
      log.remember(change, arrival: arrival, byteCount: encoded.byteCount)
    }
    try derive(change, arrival: arrival, place: place, replica: replica, last: arrival - 1)
    let applied = LogReader.Place(
      arrival: arrival, depth: place.depth, curator: place.curator, replica: replica, sequence: Int64(change.sequence))
    // What comes next of its log names it.
    log.remember(applied, of: id)
    return .applied(applied)
  }

  /// Applies a change that is in the log already, its derived columns included.
  func rederive(_ logged: LoggedChange) throws {
    let change = try logged.decoded()
    let replica = try replicaRef(change.replica)
    guard case .success(let place) = try place(of: change) else {
      throw LogDamage(arrival: logged.arrival, detail: "what it names does not stand before it")
    }
    try db.run(
      "UPDATE change SET depth = ?, curator = ?, sequence = ?, at_ms = ? WHERE arrival = ?", place.depth, place.curator,
      Int64(change.sequence), change.timeMilliseconds, logged.arrival)
    // Nothing of the log is derived before its first change.
    try derive(change, arrival: logged.arrival, place: place, replica: replica, last: 0)
  }

  /// What follows from a change's place in the history.
  private struct Place {
    var depth: Int64
    var curator: Int64
    /// Those that are heads no more, as places in the log.
    var follows: [Int64]
  }

  /// Why a change has no place yet, or never will have.
  private enum Misplaced: Error {
    case missing([ChangeID])
    case refused(LogError)
  }

  private func place(of change: Change) throws -> Result<Place, Misplaced> {
    var place = Place(depth: 1, curator: 0, follows: [])
    var missing: [ChangeID] = []
    for id in change.prerequisites {
      guard let found = try log.place(of: id) else {
        missing.append(id)
        continue
      }
      place.depth = max(place.depth, found.depth + 1)
      if id == change.previous {
        let isSameLog = try found.replica == knownRef(of: change.replica)
        guard isSameLog, found.sequence + 1 == Int64(change.sequence) else {
          let expected = isSameLog ? UInt64(found.sequence) + 1 : 1
          return .failure(.refused(.brokenChain(sequence: change.sequence, expected: expected)))
        }
        place.curator = found.curator
      }
      if id == change.previous || change.deps.contains(id) { place.follows.append(found.arrival) }
    }
    if !missing.isEmpty { return .failure(.missing(missing)) }
    if let curator = change.curator {
      place.curator = try recordRef(RecordKey(kind: Kind.curator.rawValue, id: curator)).ref
    }
    return .success(place)
  }

  private func nextArrival() throws -> Int64 {
    // Nobody else writes while this transaction does.
    try 1 + (lastArrival ?? db.one(Int64.self, "SELECT max(arrival) FROM change") ?? 0)
  }

  private func derive(_ change: Change, arrival: Int64, place: Place, replica: Int64, last: Int64) throws {
    try forks.note(
      replica: replica, sequence: Int64(change.sequence), arrival: arrival, prerequisites: change.prerequisites.count)
    try heads.append(arrival, following: place.follows, last: last)
    for (position, op) in change.ops.enumerated() {
      let isCreate = op.action == .create
      var before: Int64?
      let (ref, isNew) = try recordRef(op.recordKey, createdAt: isCreate ? (arrival, position) : nil)
      // The create that makes a record known stands in the row of the record.
      if !(isNew && isCreate) {
        try db.run(
          "INSERT INTO later_op (record, change, position, action, field, element) VALUES (?, ?, ?, ?, ?, ?)", ref,
          arrival, position, Int64(clamping: op.action.rawValue), Blob(op.field), Blob(op.element ?? ""))
        before = try updateLive(op, ref: ref, arrival: arrival)
      }
      touched.add(
        op, ref: ref, isNew: isNew, aloneBefore: before, atMilliseconds: change.timeMilliseconds, curator: place.curator
      )
    }
    if !isLarge, materialisedCount + touched.entries.count >= Self.manyRecords {
      isLarge = true
      try PageCache.growUntilTransactionEnds(db, to: largeCache)
    }
  }

  /// How many ops were applied since ``materialise()`` was last called.
  var pendingOpCount: Int { touched.opCount }

  /// Brings typed rows, sets, full text and conflicts into step with what was applied since this was last called: each
  /// record once, however many changes wrote to it.
  func materialise() throws {
    if touched.isEmpty { return }
    materialisedCount += touched.entries.count
    try materialiser.update(touched)
    touched = TouchedRecords()
  }

  /// The one rule: the op leaves its cell the ops of the changes that it does not supersede, and itself. A create
  /// joins every cell of its record; only cells that were written to are stored.
  ///
  /// - Returns: the change that was alone live in the cell before, as its place in the log; `nil` where there was none,
  ///   or several, and of a create.
  private func updateLive(_ op: Op, ref: Int64, arrival: Int64) throws -> Int64? {
    if op.action == .create {
      try db.run(
        "INSERT INTO live (record, field, element, change) SELECT DISTINCT record, field, element, ? FROM live WHERE record = ?",
        arrival, ref)
      log.forgetLive(of: ref)
      return nil
    }
    let superseded = Set(try op.supersedes.compactMap(log.arrival(of:)))
    let (field, element) = (Blob(op.field), Blob(op.element ?? ""))
    let alone: Int64?
    // A cell may have very many live ops: they are not gone through for each that comes, and not copied.
    do {
      let (before, isStored) = try log.live(in: op.cell, ref: ref)
      alone = before.count == 1 ? before[0] : nil
      if isStored {
        for change in superseded {
          try db.run(
            "DELETE FROM live WHERE record = ? AND field = ? AND element = ? AND change = ?", ref, field, element,
            change)
        }
      } else {
        for change in before where !superseded.contains(change) {
          try db.run(
            "INSERT INTO live (record, field, element, change) VALUES (?, ?, ?, ?)", ref, field, element, change)
        }
      }
      log.noteLive(before, in: op.cell)
    }
    try db.run("INSERT INTO live (record, field, element, change) VALUES (?, ?, ?, ?)", ref, field, element, arrival)
    log.replaceLive(in: op.cell, superseded, by: arrival)
    return alone
  }

  private func recordRef(
    _ record: RecordKey, createdAt create: (arrival: Int64, position: Int)? = nil
  ) throws -> (ref: Int64, isNew: Bool) {
    // What is written to later was created before; only a create is more likely new than known.
    if create == nil, let ref = try log.recordRef(record) { return (ref, false) }
    let changesBefore = db.totalChangesCount
    try db.run(
      "INSERT OR IGNORE INTO record (id, kind, change, position) VALUES (?, ?, ?, ?)", Blob(record.id.bytes),
      Blob(record.kind), create?.arrival, create?.position)
    if db.totalChangesCount > changesBefore { return (db.lastInsertedRowID, true) }
    return (try log.recordRef(record) ?? 0, false)
  }

  private func replicaRef(_ replica: ReplicaID) throws -> Int64 {
    if let known = try knownRef(of: replica) { return known }
    try db.run("INSERT INTO replica (key) VALUES (?)", Blob(replica.bytes))
    replicaRefs[replica] = db.lastInsertedRowID
    return db.lastInsertedRowID
  }

  private func knownRef(of replica: ReplicaID) throws -> Int64? {
    if let known = replicaRefs[replica] { return known }
    let ref = try db.one(Int64.self, "SELECT ref FROM replica WHERE key = ?", Blob(replica.bytes))
    replicaRefs[replica] = ref
    return ref
  }
}

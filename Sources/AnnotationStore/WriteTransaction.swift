import AnnotationModel
import GRDB

/// One write transaction: collects ops into changes, applies them, and seals the last.
///
/// What it wrote can be read through it. A transaction makes as few changes as it can: a change ends where it has
/// grown to 64 KiB, where a cell is written a second time, or where a read needs what was written.
public final class WriteTransaction {
  let db: Database
  let applier: Applier
  var random: RandomPool
  private let store: StoreID
  private let sign: ([UInt8]) throws -> [UInt8]
  private let nowMilliseconds: Int64
  private var timeMilliseconds: Int64

  private var pending: [Op] = []
  private var pendingCells = Set<CellKey>()
  private var pendingRecords = Set<RecordKey>()
  private var pendingCreates = Set<RecordKey>()
  private var pendingIDs = Set<RecordID>()
  private var pendingBytes = 0
  /// Records that were seen to be there and not deleted: an import asks after the same ones again and again.
  private var seenAlive: [RecordID: Kind] = [:]
  private let start: WriteStart
  /// The end of the log of this replica.
  private var tip: WriteStart.End?
  private var curatorSetting: RecordID?
  private var batch: Int64?
  private var unsealed: (arrival: Int64, id: ChangeID)?
  private var unsealedBytes = 0

  private var isOver = false

  /// The changes appended so far.
  public private(set) var changes: [ChangeID] = []

  private static let changeTarget = 64 << 10

  init(
    _ applier: Applier, store: StoreID, replica: ReplicaID, from start: WriteStart, environment: StoreEnvironment,
    sign: @escaping ([UInt8]) throws -> [UInt8]
  ) {
    db = applier.db
    self.applier = applier
    self.store = store
    self.replica = replica
    self.sign = sign
    random = RandomPool(environment)
    nowMilliseconds = environment.nowMilliseconds()
    timeMilliseconds = nowMilliseconds
    applier.begin(replica, from: start)
    self.start = start
    tip = start.end
    curatorSetting = start.curator
  }

  var lastSequence: UInt64 { UInt64(tip?.place.sequence ?? 0) }

  /// What the next transaction starts from, when this one is committed and nothing else is; `nil` where this one wrote
  /// no change.
  var left: WriteStart? {
    guard !changes.isEmpty, let tip else { return nil }
    return applier.left(from: start, end: tip, curator: curatorSetting)
  }

  /// The replica that writes.
  public let replica: ReplicaID

  /// The curator in whose name this transaction writes.
  ///
  /// - Throws: ``StoreError/noCurator`` where nobody was named yet.
  public func curator() throws -> RecordID {
    guard let curator = curatorSetting else { throw StoreError.noCurator }
    return curator
  }

  /// Writes from here on in the name of another curator, in this transaction and those after it.
  package func setCurator(_ curator: RecordID) throws {
    if curator == curatorSetting { return }
    try flush()
    curatorSetting = curator
    try db.run("INSERT OR REPLACE INTO local_setting (name, value) VALUES ('curator', ?)", Blob(curator.bytes))
  }

  /// Dates what is written from here on in this transaction as it was written elsewhere; `nil` for now.
  ///
  /// As a commit in Git has the date of its author, so has what is imported: the replica that signs it is the importer's.
  /// - Parameter milliseconds: since 1970 UTC.
  package func setTime(_ milliseconds: Int64?) throws {
    let time = milliseconds.map { min(max($0, -Limits.integer), Limits.integer) } ?? nowMilliseconds
    if time == timeMilliseconds { return }
    try flush()
    timeMilliseconds = time
  }

  /// What stands in the store now, with what this transaction wrote.
  public func reader() throws -> ReadTransaction {
    try checkIsRunning()
    try flush()
    return applied
  }

  // MARK: - Ops

  /// Adds an op; the change that holds it is written when it is full, needed, or the transaction ends.
  func append(_ op: Op) throws {
    try checkIsRunning()
    if isPending(op.cell) || op.action == .create && pendingRecords.contains(op.recordKey) { try flush() }
    let bytes = op.approximateBytes
    // A long text goes into a change of its own, which is large enough for it alone.
    if pendingBytes + bytes > Self.changeTarget, bytes > Self.changeTarget { try flush() }
    pending.append(op)
    pendingCells.insert(op.cell)
    pendingRecords.insert(op.recordKey)
    pendingIDs.insert(op.record)
    if op.action == .create { pendingCreates.insert(op.recordKey) } else if op.field.isEmpty { seenAlive.removeAll() }
    pendingBytes += bytes
    if pendingBytes > Self.changeTarget { try flush() }
  }

  /// The changes live in a cell, what this transaction wrote included.
  func live(in cell: CellKey) throws -> [ChangeID] {
    if isPending(cell) { try flush() }
    return try applier.log.live(in: cell)
  }

  /// The kind of a record that was seen to be there and not deleted; `nil` where that has to be looked up.
  func kindSeenAlive(_ record: RecordID) -> Kind? { seenAlive[record] }

  /// Remembers that a record is there and not deleted, until this transaction deletes or restores any.
  func noteAlive(_ record: RecordID, _ kind: Kind) {
    if seenAlive.count >= 1 << 15 { seenAlive.removeAll(keepingCapacity: true) }
    seenAlive[record] = kind
  }

  /// Makes sure that a create, a delete or whatever else bears on the whole of a record is seen.
  func flushForLife(of record: RecordKey) throws {
    if !pendingCreates.isEmpty || pendingRecords.contains(record) { try flush() }
  }

  /// Whether an op on a record waits to be written.
  func isPendingRecord(_ record: RecordKey) -> Bool { pendingRecords.contains(record) }

  /// Whether an op on a record of any kind waits to be written.
  package func isPendingID(_ record: RecordID) -> Bool { pendingIDs.contains(record) }

  /// Whether the create of a record waits to be written.
  func isPendingCreate(_ record: RecordKey) -> Bool { pendingCreates.contains(record) }

  /// Whether an op on a cell waits to be written.
  func isPending(_ cell: CellKey) -> Bool {
    pendingCells.contains(cell) || pendingCells.contains(CellKey(record: cell.record, field: ""))
  }

  // MARK: - Changes

  func flush() throws {
    try checkIsRunning()
    guard !pending.isEmpty else { return }
    try append(pending, seals: false)
    pending.removeAll(keepingCapacity: true)
    pendingCells.removeAll(keepingCapacity: true)
    pendingRecords.removeAll(keepingCapacity: true)
    pendingCreates.removeAll(keepingCapacity: true)
    pendingIDs.removeAll(keepingCapacity: true)
    pendingBytes = 0
  }

  /// Writes a change without ops, which says no more than that all that is here came before it.
  func appendNothing() throws {
    try flush()
    try append([], seals: false)
  }

  /// Writes what is left and seals it.
  func finish() throws {
    if pending.isEmpty {
      try seal()
    } else {
      try append(pending, seals: true)
      pending.removeAll()
    }
    try applier.finish()
  }

  /// Takes note that it was committed or rolled back.
  func end() { isOver = true }

  /// Whoever kept the transaction beyond its end is told so before the database is touched.
  ///
  /// - Throws: ``StoreError/over``.
  func checkIsRunning() throws { if isOver { throw StoreError.over } }

  private func append(_ ops: [Op], seals: Bool) throws {
    let curator = try curator()
    let change = Change(
      store: store, replica: replica, sequence: lastSequence + 1, previous: tip?.id,
      deps: try applier.currentHeads().filter { $0 != tip?.place.arrival }.map(applier.log.id(of:)).sorted(),
      timeMilliseconds: timeMilliseconds,
      curator: curator == tip?.curator ? nil : curator, ops: ops)
    let encoded = try change.encode(seed: random.bytes(Body.saltBytes))
    let id = encoded.id
    // A seal closes at most so many bytes: what waits for one gets it before a change that would not go in with it. This
    // is at least what is counted (EncodedChange.countedBytes), without reading the body again.
    let countedBytes = encoded.byteCount + 32 + 34 * ops.reduce(0) { $0 + $1.bodyValueCount }
    if unsealedBytes + countedBytes > Limits.sealedBytes { try seal() }
    unsealedBytes += countedBytes
    let signature = seals ? try signature(for: id) : nil
    let outcome = try applier.receive(encoded, change: change, id: id, seal: signature, batch: batch)
    guard case .applied(let place) = outcome else {
      throw LogDamage(arrival: 0, detail: "a new change was not applied: \(outcome)")
    }
    try applier.materialise()
    batch = batch ?? place.arrival
    tip = WriteStart.End(id: id, place: place, curator: curator)
    unsealed = seals ? nil : (place.arrival, id)
    changes.append(id)
  }

  private func seal() throws {
    guard let last = unsealed else { return }
    let signature = try signature(for: last.id)
    try db.run("UPDATE change SET seal = ? WHERE arrival = ?", Blob(signature.bytes), last.arrival)
    unsealed = nil
    unsealedBytes = 0
  }

  private func signature(for id: ChangeID) throws -> Seal {
    guard let seal = Seal(try sign(Seal.message(for: id))) else {
      throw IdentityError.cannotSign(reason: "the signature is not 64 bytes")
    }
    return seal
  }
}

extension Op {
  /// About how many bytes the op takes in its change: enough to tell when a change is full.
  fileprivate var approximateBytes: Int {
    let names =
      64 + field.utf8.count + (element?.utf8.count ?? 0) + 36 * supersedes.count + (reason?.approximateBytes ?? 0)
    switch payload {
    case .none: return names
    case .create(let values, let elements):
      return names + values.reduce(0) { $0 + $1.field.utf8.count + $1.value.approximateBytes }
        + elements.reduce(0) { $0 + $1.field.utf8.count + $1.elements.reduce(0) { $0 + $1.utf8.count + 2 } }
    case .value(let value): return names + value.approximateBytes
    case .splices(let splices, let inserted, _): return names + 12 * splices.count + (inserted?.approximateBytes ?? 0)
    case .saw(let ids), .restates(let ids): return names + 36 * ids.count
    }
  }
}

extension Op {
  /// How many values the op puts into the body.
  fileprivate var bodyValueCount: Int { payloadValueCount + (reason == nil ? 0 : 1) }

  private var payloadValueCount: Int {
    switch payload {
    case .create(let values, _): values.count { $0.value.placement == .body }
    case .value(let value): value.placement == .body ? 1 : 0
    case .splices(_, let inserted, _): inserted == nil ? 0 : 1
    default: 0
    }
  }
}

extension OpValue {
  fileprivate var approximateBytes: Int {
    switch value {
    case .text(let text): 8 + text.utf8.count
    case .bytes(let bytes): 4 + bytes.count
    case .map, .array: value.encoded.count
    default: 4
    }
  }
}

/// What became of a change that was received.
public enum ApplyOutcome: Hashable, Sendable {
  /// It was applied, and so were these that had waited for it, in this order.
  case applied(alsoReleased: [ChangeID])
  /// It had been applied or was waiting already.
  case duplicate
  /// It waits for these.
  case waiting(missing: [ChangeID])
}

/// A whole state in memory: the set of cells with their live ops. This is the merge rule in its plainest form; the
/// store keeps the same thing in SQLite.
///
/// Creates are live in every cell of their record, so a cell is stored only once something else was written to it.
public struct State: Sendable {
  private struct Applied: Sendable {
    var change: Change
    var depth: UInt64
  }

  private struct Record: Sendable {
    var creates: [ChangeID] = []
    var cells: [CellKey: Set<ChangeID>] = [:]

    mutating func apply(_ op: Op, change: ChangeID) {
      if op.action == .create {
        creates.append(change)
        for cell in cells.keys { cells[cell]?.insert(change) }
      } else {
        var live = cells[op.cell] ?? Set(creates)
        live.subtract(op.supersedes)
        live.insert(change)
        cells[op.cell] = live
      }
    }
  }

  private let store: StoreID
  private var applied: [ChangeID: Applied] = [:]
  private var records: [RecordKey: Record] = [:]
  private var queue = CausalQueue<Change>()
  private var headSet = Set<ChangeID>()

  /// Makes the empty state of `store`.
  public init(store: StoreID) { self.store = store }

  /// Takes a change in any order of arrival.
  public mutating func receive(_ change: Change, id: ChangeID) -> ApplyOutcome {
    guard applied[id] == nil, !queue.contains(id) else { return .duplicate }
    let missing = change.prerequisites.filter { applied[$0] == nil }
    guard missing.isEmpty else {
      queue.insert(change, id: id, missing: missing)
      return .waiting(missing: missing)
    }
    apply(change, id: id)
    var released: [ChangeID] = []
    var ready = queue.release(id)
    while !ready.isEmpty {
      let next = ready.removeFirst()
      apply(next.element, id: next.id)
      released.append(next.id)
      ready += queue.release(next.id)
    }
    return .applied(alsoReleased: released)
  }

  /// Applies a change whatever it names: for a part of a history, given in causal order, in which what is named may lie
  /// outside.
  public mutating func applyPart(_ change: Change, id: ChangeID) {
    if applied[id] == nil { apply(change, id: id) }
  }

  private mutating func apply(_ change: Change, id: ChangeID) {
    let depth = 1 + (change.prerequisites.compactMap { applied[$0]?.depth }.max() ?? 0)
    applied[id] = Applied(change: change, depth: depth)
    headSet.subtract(change.deps)
    if let previous = change.previous { headSet.remove(previous) }
    headSet.insert(id)
    for op in change.ops { apply(op, change: id) }
  }

  private mutating func apply(_ op: Op, change: ChangeID) {
    records[op.recordKey, default: Record()].apply(op, change: change)
  }

  /// The applied changes that no applied change has as its previous or among its deps, ascending.
  public var heads: [ChangeID] { headSet.sorted() }

  /// SHA-256 over the store id and the sorted ids of the heads.
  public var digest: StateDigest { StateDigest(store: store, heads: heads) }

  /// How many changes wait for others.
  public var waitingCount: Int { queue.count }

  /// The records known, ascending.
  public var recordKeys: [RecordKey] { records.keys.sorted() }

  /// The cells of `record` that anything but a create was written to, ascending.
  public func writtenCells(of record: RecordKey) -> [CellKey] {
    (records[record]?.cells.keys).map { $0.sorted() } ?? []
  }

  /// The creates of `record`, ascending.
  public func creates(of record: RecordKey) -> [ChangeID] { (records[record]?.creates ?? []).sorted() }

  /// The changes whose ops are live in `cell`, ascending.
  public func live(in cell: CellKey) -> [ChangeID] {
    guard let record = records[cell.record] else { return [] }
    return (record.cells[cell] ?? Set(record.creates)).sorted()
  }

  /// A change that was applied.
  public func change(_ id: ChangeID) -> Change? { applied[id]?.change }

  /// The causal depth of an applied change.
  public func depth(of id: ChangeID) -> UInt64? { applied[id]?.depth }
}

extension Bytes32 where Role == DigestRole {
  /// The digest of a state: SHA-256 over the store id and the ids of its heads, which must be ascending.
  public init(store: StoreID, heads: [ChangeID]) {
    self.init(sha256(heads.reduce(into: store.bytes) { $0 += $1.bytes }))
  }
}

extension Change {
  /// The op of this change that is live in `cell`: the one written to it, or the create of its record.
  public func op(in cell: CellKey) -> Op? {
    ops.first { $0.cell == cell || $0.action == .create && $0.recordKey == cell.record }
  }
}

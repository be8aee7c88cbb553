import CRDT

/// The merge written down from its definition, without any cleverness: an op is live in a cell when its change is
/// applied, it stands in that cell (a create: in every cell of its record), and no applied change supersedes it there.
struct Oracle {
  let store: StoreID
  let applied: [ChangeID: Change]
  private let depths: [ChangeID: UInt64]

  /// Applies what can be applied of a plain set of changes: all whose prerequisites are there too.
  init(store: StoreID, changes: [ChangeID: Change]) {
    self.store = store
    var depths: [ChangeID: UInt64] = [:]
    var grew = true
    while grew {
      grew = false
      for (id, change) in changes where depths[id] == nil {
        let below = change.prerequisites.map { depths[$0] }
        guard !below.contains(nil) else { continue }
        depths[id] = 1 + (below.compactMap { $0 }.max() ?? 0)
        grew = true
      }
    }
    self.depths = depths
    applied = changes.filter { depths[$0.key] != nil }
  }

  /// One more than the longest chain of prerequisites below it.
  func depth(of id: ChangeID) -> UInt64? { depths[id] }

  func live(in cell: CellKey) -> [ChangeID] {
    var present = Set<ChangeID>()
    var superseded = Set<ChangeID>()
    for (id, change) in applied {
      for op in change.ops {
        if op.cell == cell { superseded.formUnion(op.supersedes) }
        if op.cell == cell || op.action == .create && op.recordKey == cell.record { present.insert(id) }
      }
    }
    return present.subtracting(superseded).sorted()
  }

  var heads: [ChangeID] {
    var named = Set<ChangeID>()
    for change in applied.values {
      named.formUnion(change.deps)
      if let previous = change.previous { named.insert(previous) }
    }
    return applied.keys.filter { !named.contains($0) }.sorted()
  }

  var records: [RecordKey] { Set(applied.values.flatMap { $0.ops.map(\.recordKey) }).sorted() }

  func creates(of record: RecordKey) -> [ChangeID] {
    applied.filter { $0.value.ops.contains { $0.action == .create && $0.recordKey == record } }.keys.sorted()
  }

  func writtenCells(of record: RecordKey) -> [CellKey] {
    Set(applied.values.flatMap { $0.ops.filter { $0.action != .create && $0.recordKey == record }.map(\.cell) })
      .sorted()
  }

  /// The first respect in which `state` is not what the definition says; `nil` where there is none.
  ///
  /// - Parameter received: how many different changes were given to it.
  func difference(from state: State, received: Int) -> String? {
    if state.heads != heads { return "heads \(state.heads), not \(heads)" }
    if state.digest != StateDigest(store: store, heads: heads) { return "digest" }
    if state.waitingCount != received - applied.count { return "\(state.waitingCount) wait of \(received)" }
    if state.recordKeys != records { return "records \(state.recordKeys), not \(records)" }
    for id in applied.keys.sorted() where state.depth(of: id) != depths[id] { return "depth of \(id)" }
    for record in records {
      if state.creates(of: record) != creates(of: record) { return "creates of \(record)" }
      let cells = writtenCells(of: record)
      if state.writtenCells(of: record) != cells { return "cells of \(record)" }
      for cell in cells + [CellKey(record: record, field: "never-written")]
      where state.live(in: cell) != live(in: cell) {
        return "live ops of \(cell): \(state.live(in: cell)), not \(live(in: cell))"
      }
    }
    return nil
  }
}

/// All that a state can be asked for; two states with equal observations hold the same in every private part. The digest
/// follows from the heads.
struct Observation: Equatable {
  struct Cell: Equatable {
    let key: CellKey
    let live: [ChangeID]
  }

  let heads: [ChangeID]
  let waiting: Int
  let creates: [[ChangeID]]
  let cells: [Cell]

  init(_ state: State) {
    heads = state.heads
    waiting = state.waitingCount
    let records = state.recordKeys
    creates = records.map { state.creates(of: $0) }
    cells = records.flatMap { state.writtenCells(of: $0) }.map { Cell(key: $0, live: state.live(in: $0)) }
  }
}

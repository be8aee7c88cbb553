@testable import AnnotationStore

/// The state by its definition, over the plain set of changes: slow, short, and shares no code with what it checks but
/// the decoder.
struct NaiveOracle {
  private var ops: [(change: ChangeID, op: Op)] = []
  private var depths: [ChangeID: Int] = [:]
  private var places: [ChangeID: (replica: ReplicaID, sequence: UInt64)] = [:]

  init(_ log: [LoggedChange]) {
    for logged in log {
      guard let change = try? Change(decoding: logged.encoded) else { continue }
      // In the order of arrival everything that a change names comes before it.
      depths[logged.id] = 1 + (change.prerequisites.compactMap { depths[$0] }.max() ?? 0)
      places[logged.id] = (change.replica, change.sequence)
      ops += change.ops.map { (logged.id, $0) }
    }
  }

  var cells: Set<CellKey> { Set(ops.map(\.op.cell)) }
  var records: Set<RecordKey> { Set(ops.map(\.op.recordKey)) }

  /// An op is live unless some op in its cell supersedes it; a create is live in every cell of its record.
  func live(in cell: CellKey) -> Set<ChangeID> {
    let inCell = ops.filter { $0.op.cell == cell || $0.op.action == .create && $0.op.recordKey == cell.record }
    let superseded = Set(ops.filter { $0.op.cell == cell }.flatMap(\.op.supersedes))
    return Set(inCell.map(\.change)).subtracting(superseded)
  }

  func depth(_ id: ChangeID) -> Int { depths[id] ?? 0 }

  private func op(_ id: ChangeID, _ cell: CellKey) -> Op? {
    ops.first { $0.change == id && ($0.op.cell == cell || $0.op.action == .create && $0.op.recordKey == cell.record) }?
      .op
  }

  private func rank(_ left: ChangeID, _ right: ChangeID) -> Bool {
    let (leftDepth, rightDepth) = (depth(left), depth(right))
    return leftDepth == rightDepth ? left > right : leftDepth > rightDepth
  }

  /// The values that a change says in a cell.
  private func says(_ id: ChangeID, _ cell: CellKey) -> [CBORValue] {
    guard let op = op(id, cell) else { return [] }
    switch op.payload {
    case .value(let value): return [value.value]
    case .create(let values, _):
      return values.filter { Array($0.field.utf8) == Array(cell.field.utf8) }.map(\.value.value)
    case .restates(let earlier): return says(together: earlier, cell)
    default: return []
    }
  }

  /// The values that changes say together, from the highest rank down; of creates of a derived id the highest alone, and
  /// none where somebody wrote.
  private func says(together changes: some Sequence<ChangeID>, _ cell: CellKey) -> [CBORValue] {
    let ranked = changes.sorted(by: rank)
    let isDerived = cell.record.id.uuidVersion == 8
    let writes = ranked.filter { op($0, cell).map { $0.action != .create } ?? false }
    let values = (isDerived && !writes.isEmpty ? writes : ranked).map { says($0, cell) }
    return isDerived && writes.isEmpty ? values.first { !$0.isEmpty } ?? [] : values.flatMap { $0 }
  }

  func shown(_ cell: CellKey, isProse: Bool) -> CBORValue? {
    guard isProse else { return says(together: live(in: cell), cell).first }
    let entries = ops.filter { $0.op.cell == cell || $0.op.action == .create && $0.op.recordKey == cell.record }
      .compactMap { change, op in
        places[change].map {
          ProseOracle.Entry(
            id: change, op: op, depth: Int64(depth(change)), replica: $0.replica, sequence: $0.sequence)
        }
      }
    return ProseOracle(entries, in: cell).shown(live(in: cell)).map(CBORValue.text)
  }

  func elements(_ record: RecordKey, _ field: String) -> [String] {
    var known = Set<[UInt8]>()
    for (_, op) in ops where op.recordKey == record {
      if op.field == field, let element = op.element { known.insert(Array(element.utf8)) }
      if case .create(_, let elements) = op.payload {
        for item in elements where item.field == field { known.formUnion(item.elements.map { Array($0.utf8) }) }
      }
    }
    let all = known.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    return all.filter { element in
      let cell = CellKey(record: record, field: field, element: element)
      return live(in: cell).contains { id in
        guard let op = op(id, cell) else { return false }
        if op.action == .add { return true }
        guard case .create(_, let elements) = op.payload else { return false }
        return elements.contains { $0.field == field && $0.elements.contains { Array($0.utf8) == Array(element.utf8) } }
      }
    }
  }
}

import AnnotationStore

/// The state by its definition, over the plain set of changes; shares no code with the store but the decoder.
struct Oracle {
  private(set) var changes: [ChangeID: Change] = [:]
  private(set) var depths: [ChangeID: Int64] = [:]
  private(set) var written: [CellKey: [ChangeID: Op]] = [:]
  private(set) var creates: [RecordKey: [ChangeID: Op]] = [:]

  /// Reads a log in the order of arrival.
  ///
  /// - Throws: a ``Violation`` where a change stands before something that it names, or at another depth than its own.
  init(_ log: [Probe.Logged]) throws {
    for logged in log {
      let change: Change
      do { change = try Change(decoding: logged.encoded) } catch { throw Violation("a logged change: \(error)") }
      var depth: Int64 = 1
      for id in change.prerequisites {
        guard let before = depths[id] else {
          throw Violation("change \(logged.id.hex.prefix(8)) was applied before \(id.hex.prefix(8)), which it names")
        }
        depth = max(depth, before + 1)
      }
      try require(depth == logged.depth, "change \(logged.id.hex.prefix(8)) has depth \(logged.depth), not \(depth)")
      try require(changes.updateValue(change, forKey: logged.id) == nil, "a change stands in the log twice")
      depths[logged.id] = depth
      for op in change.ops {
        if op.action == .create {
          creates[op.recordKey, default: [:]][logged.id] = op
        } else {
          written[op.cell, default: [:]][logged.id] = op
        }
      }
    }
  }

  /// The changes that no other one names as its previous or among its deps, ascending.
  var heads: [ChangeID] {
    var heads = Set(changes.keys)
    for change in changes.values {
      heads.subtract(change.deps)
      if let previous = change.previous { heads.remove(previous) }
    }
    return heads.sorted()
  }

  /// An op is live unless one in its cell supersedes it; a create is live in every cell of its record.
  func live(in cell: CellKey) -> Set<ChangeID> {
    let ops = written[cell] ?? [:]
    let all = Set(ops.keys).union((creates[cell.record] ?? [:]).keys)
    return all.subtracting(ops.values.flatMap(\.supersedes))
  }

  /// What the table `live` must hold, ascending.
  var liveRows: [Probe.Live] {
    written.keys.flatMap { cell in live(in: cell).map { Probe.Live(cell: cell, change: $0) } }.sorted()
  }

  // MARK: - Registers

  func op(_ id: ChangeID, _ cell: CellKey) -> Op? { written[cell]?[id] ?? creates[cell.record]?[id] }

  /// The values that a change says in a register.
  private func says(_ id: ChangeID, _ cell: CellKey) -> Set<CBORValue> {
    guard let op = op(id, cell) else { return [] }
    switch op.payload {
    case .value(let value): return [value.value]
    case .create(let values, _):
      return Set(values.filter { Array($0.field.utf8) == Array(cell.field.utf8) }.map(\.value.value))
    case .restates(let earlier): return says(together: earlier, cell)
    default: return []
    }
  }

  /// The values that changes say together: of creates of a derived id the highest alone, and none where somebody wrote.
  func says(together changes: some Sequence<ChangeID>, _ cell: CellKey) -> Set<CBORValue> {
    let known = changes.filter { op($0, cell)?.action.isKnown ?? false }
    let writes = known.filter { op($0, cell)?.action != .create }
    if cell.record.id.uuidVersion != 8 || !writes.isEmpty {
      let counted = cell.record.id.uuidVersion == 8 ? writes : known
      return counted.reduce(into: []) { $0.formUnion(says($1, cell)) }
    }
    let ranked = known.sorted { (depths[$0] ?? 0, $0) > (depths[$1] ?? 0, $1) }
    return ranked.lazy.map { says($0, cell) }.first { !$0.isEmpty } ?? []
  }

  private func readings(of cell: CellKey) -> Int { says(together: live(in: cell), cell).count }

  /// Record, field and readings of the conflicts of registers, ascending: cells with several distinct live values.
  var registerConflicts: [String] {
    var found: [String] = []
    for record in creates.keys {
      guard let kind = Kind(rawValue: record.kind) else { continue }
      for field in kind.fields where !field.isSet && !field.isProse {
        let count = readings(of: CellKey(record: record, field: field.name))
        if count > 1 { found.append("\(record.id).\(field.name) \(count)") }
      }
    }
    return found.sorted()
  }

  // MARK: - Texts

  /// Record, field and text of all prose that is shown, ascending.
  var texts: [String] {
    var found: [String] = []
    for record in creates.keys {
      for field in Kind(rawValue: record.kind)?.fields ?? [] where field.isProse {
        let cell = CellKey(record: record, field: field.name)
        let ops = (written[cell] ?? [:]).merging(creates[record] ?? [:]) { op, _ in op }
        let entries = ops.compactMap { id, op in
          changes[id].map {
            ProseOracle.Entry(id: id, op: op, depth: depths[id] ?? 0, replica: $0.replica, sequence: $0.sequence)
          }
        }
        let text = ProseOracle(entries, in: cell).shown(live(in: cell))
        if let text { found.append("\(record.id).\(field.name) \(text)") }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  // MARK: - Lives

  /// The records of known kinds with whether each is deleted, ascending.
  var lives: [(kind: Kind, id: RecordID, isDeleted: Bool)] {
    creates.keys.sorted().compactMap { record in
      guard let kind = Kind(rawValue: record.kind) else { return nil }
      let cell = CellKey(record: record, field: "")
      let actions = live(in: cell).compactMap { op($0, cell)?.action }
      return (kind, record.id, !actions.isEmpty && actions.allSatisfy { $0 == .delete })
    }
  }
}

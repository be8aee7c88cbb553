/// What a register or a prose cell says.
public enum CellReading: Hashable, Sendable {
  /// One value, or several in conflict.
  case register(RegisterReading)
  /// A text, merged where several were written apart.
  case prose(ProseReading)

  /// The distinct values that stand there, from the highest rank down; of prose the sides that were written apart.
  public var candidates: [RegisterReading.Candidate] {
    switch self {
    case .register(let reading): reading.candidates
    case .prose(let reading): reading.sides.candidates
    }
  }

  /// The value shown; `nil` where the cell is absent.
  public var shown: AuthoredValue? {
    switch self {
    case .register(let reading): reading.shown
    case .prose(let reading): reading.shown
    }
  }

  /// Whether somebody has to decide, or of a merged text to look.
  public var isConflict: Bool {
    switch self {
    case .register(let reading): reading.isConflict
    case .prose(let reading): reading.isConflict
    }
  }
}

/// Reads cells: what their live ops say, restatements followed and texts merged.
///
/// Costs one look-up for each live op and for each earlier op that a restatement or a text rests on.
public struct CellResolver<Source: OpSource> {
  private let source: Source

  /// Makes a resolver that looks ops up in `source`.
  public init(_ source: Source) { self.source = source }

  /// The reading of a register or prose cell.
  ///
  /// - Parameter known: of prose, a version whose text need not be looked up.
  public func reading(
    _ live: [ChangeID], in cell: CellKey, isProse: Bool, knowing known: KnownText? = nil
  ) throws -> CellReading {
    if isProse { return .prose(try ProseResolver(source, cell).reading(live, knowing: known)) }
    return .register(RegisterReading(try liveOps(live, in: cell), isDerived: cell.record.isDerived))
  }

  /// The live ops of a register or of an element of a set with what they say.
  public func liveOps(_ live: [ChangeID], in cell: CellKey) throws -> [LiveOp] {
    var ops: [LiveOp] = []
    for change in live {
      guard let found = try source.op(of: change, in: cell) else { continue }
      // Nearly every op says what it says by itself.
      if case .restates = found.op.payload { return try resolved(live, in: cell) }
      ops.append(
        LiveOp(
          change: change, depth: found.depth, action: found.op.action, values: found.op.ownValues(of: change, in: cell))
      )
    }
    return ops
  }

  /// The live ops, restatements followed.
  private func resolved(_ live: [ChangeID], in cell: CellKey) throws -> [LiveOp] {
    let cache = source.restated
    var known = cache.take(cell)
    let graph = try graph(below: live, in: cell, known)
    for change in live { resolve(change, in: cell, graph, &known) }
    let ops = live.compactMap { known[$0] ?? nil }
    cache.keep(known, of: cell)
    return ops
  }

  /// An op with those that it restates.
  private struct Node {
    var found: FoundOp
    var earlier: [ChangeID]
  }

  /// All ops that the live ones rest on, down to those that are known.
  private func graph(
    below live: [ChangeID], in cell: CellKey, _ known: [ChangeID: LiveOp?]
  ) throws -> [ChangeID: Node] {
    var graph: [ChangeID: Node] = [:]
    var open = live
    while let next = open.popLast() {
      if known[next] == nil, graph[next] == nil, let found = try source.op(of: next, in: cell) {
        let earlier = if case .restates(let ids) = found.op.payload { ids } else { [ChangeID]() }
        graph[next] = Node(found: found, earlier: earlier)
        open += earlier
      }
    }
    return graph
  }

  /// Finds what `change` says in `cell`, restatements followed to those who wrote the values: a restatement says all
  /// that the earlier ops said when they were live.
  private func resolve(
    _ change: ChangeID, in cell: CellKey, _ graph: [ChangeID: Node], _ known: inout [ChangeID: LiveOp?]
  ) {
    var open = [change]
    while let next = open.last {
      if known[next] != nil {
        open.removeLast()
        continue
      }
      guard let node = graph[next] else {
        known[next] = .some(nil)
        continue
      }
      let unresolved = node.earlier.filter { known[$0] == nil }
      if !unresolved.isEmpty {
        open += unresolved
        continue
      }
      let below = RegisterReading(node.earlier.compactMap { known[$0] ?? nil }, isDerived: cell.record.isDerived)
      known[next] = LiveOp(
        change: next, depth: node.found.depth, action: node.found.op.action,
        values: node.found.op.values(of: next, in: cell, over: below))
    }
  }
}

extension Op {
  /// The value that this op itself gives to `cell`; `nil` where it gives none.
  public func ownValue(in cell: CellKey) -> OpValue? {
    switch payload {
    case .value(let value): return value
    case .create(let values, let elements):
      guard let element = cell.element else { return values.first { $0.field.isSameBytes(as: cell.field) }?.value }
      let isThere = elements.contains {
        $0.field.isSameBytes(as: cell.field) && $0.elements.contains { $0.isSameBytes(as: element) }
      }
      return isThere ? .inHeader(.text(element)) : nil
    default: return nil
    }
  }

  fileprivate func values(of change: ChangeID, in cell: CellKey, over below: RegisterReading) -> [AuthoredValue] {
    if case .restates = payload { return below.candidates.map(\.authored) }
    return ownValues(of: change, in: cell)
  }

  fileprivate func ownValues(of change: ChangeID, in cell: CellKey) -> [AuthoredValue] {
    ownValue(in: cell).map { [AuthoredValue(value: $0.value, change: change, isErased: $0.isErased)] } ?? []
  }
}

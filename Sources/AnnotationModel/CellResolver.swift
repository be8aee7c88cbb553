import ProseCRDT

/// Where ops can be looked up: the state in memory, or the store's log.
public protocol OpSource {
  /// The op that `change` has in `cell`, its record's create included, with the causal depth of the change; `nil`
  /// where the change is not there or does not write the cell.
  func op(of change: ChangeID, in cell: CellKey) throws -> (op: Op, depth: UInt64)?
}

/// Reads cells: what their live ops say, restatements followed and splices applied.
///
/// Costs one look-up for each live op and for each earlier op that a restatement or a splice rests on.
public struct CellResolver<Source: OpSource> {
  private let source: Source

  /// Makes a resolver that looks ops up in `source`.
  public init(_ source: Source) { self.source = source }

  /// The live ops of a register, a set element or a prose cell with what they say.
  public func liveOps(_ live: [ChangeID], in cell: CellKey, isProse: Bool) throws -> [LiveOp] {
    var known: [ChangeID: LiveOp?] = [:]
    var graph = try graph(below: live, in: cell, isProse: isProse)
    for change in live { resolve(change, in: cell, isProse: isProse, &graph, &known) }
    return live.compactMap { known[$0] ?? nil }
  }

  /// The reading of a register or prose cell.
  public func reading(_ live: [ChangeID], in cell: CellKey, isProse: Bool) throws -> RegisterReading {
    RegisterReading(try liveOps(live, in: cell, isProse: isProse), isDerived: cell.record.isDerived)
  }

  /// An op with those that it rests on, and how many rest on it or want to know what it says.
  private struct Node {
    var op: Op
    var depth: UInt64
    var earlier: [ChangeID]
    var references = 0
  }

  /// All ops that the live ones rest on.
  private func graph(below live: [ChangeID], in cell: CellKey, isProse: Bool) throws -> [ChangeID: Node] {
    var graph: [ChangeID: Node] = [:]
    var open = live
    while let next = open.popLast() {
      if graph[next] == nil, let (op, depth) = try source.op(of: next, in: cell) {
        let earlier = op.restsOn(isProse: isProse)
        graph[next] = Node(op: op, depth: depth, earlier: earlier)
        open += earlier
      }
      graph[next]?.references += 1
    }
    return graph
  }

  /// Finds what `change` says in `cell`: restatements followed to those who wrote the values, splices applied.
  ///
  /// The earlier ops that it rests on read as they did when they were live: a restatement says all that they said, and
  /// splices apply to the text that they showed. What nothing rests on any more is forgotten at once: a long text with
  /// many edits must not be held as often as it was edited.
  private func resolve(
    _ change: ChangeID, in cell: CellKey, isProse: Bool, _ graph: inout [ChangeID: Node],
    _ known: inout [ChangeID: LiveOp?]
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
        change: next, depth: node.depth, action: node.op.action,
        values: node.op.values(of: next, in: cell, isProse: isProse, over: below))
      for earlier in node.earlier {
        graph[earlier]?.references -= 1
        if graph[earlier]?.references == 0 { known[earlier] = nil }
      }
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

  /// The earlier changes that this op's values are made from.
  fileprivate func restsOn(isProse: Bool) -> [ChangeID] {
    switch payload {
    case .splices: isProse ? supersedes : []
    case .restates(let earlier): earlier
    default: []
    }
  }

  fileprivate func values(
    of change: ChangeID, in cell: CellKey, isProse: Bool, over below: RegisterReading
  ) -> [AuthoredValue] {
    switch payload {
    case .splices(let splices, let inserted) where isProse:
      let text = TextEdit.apply(
        Self.textSplices(splices, inserted: inserted?.value.text ?? ""), to: below.shown?.value.text ?? "")
      return [AuthoredValue(value: .text(text), change: change)]
    case .restates: return below.candidates.map(\.authored)
    default:
      return ownValue(in: cell).map { [AuthoredValue(value: $0.value, change: change, isErased: $0.isErased)] } ?? []
    }
  }

  /// The splices with the part of the inserted text that belongs to each.
  public static func textSplices(_ splices: [Splice], inserted: String) -> [TextSplice] {
    var rest = inserted.unicodeScalars[...]
    return splices.map { splice in
      let part = rest.prefix(splice.inserted)
      rest = rest.dropFirst(splice.inserted)
      return TextSplice(
        position: splice.position, deleted: splice.deleted, inserted: String(String.UnicodeScalarView(part)))
    }
  }

  /// An edit of prose from `old` to `new` against `superseded`; `nil` where nothing changes.
  public static func edit(
    cell: CellKey, from old: String, to new: String, superseding superseded: [ChangeID]
  ) -> Op? {
    let edits = TextEdit.splices(from: old, to: new)
    guard !edits.isEmpty else { return nil }
    let splices = edits.map {
      Splice(position: $0.position, deleted: $0.deleted, inserted: $0.inserted.unicodeScalars.count)
    }
    let inserted = edits.map(\.inserted).joined()
    return Op(
      kind: cell.record.kind, record: cell.record.id, field: cell.field, action: .splice, supersedes: superseded,
      payload: .splices(splices, inserted: inserted.isEmpty ? nil : .prose(inserted)))
  }
}

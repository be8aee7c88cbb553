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
    var resolved: [LiveOp] = []
    for change in live {
      guard let (op, depth) = try source.op(of: change, in: cell) else { continue }
      let values = isProse ? try texts(of: change, in: cell) : try values(of: change, in: cell)
      resolved.append(LiveOp(change: change, depth: depth, action: op.action, values: values))
    }
    return resolved
  }

  /// The reading of a register or prose cell.
  public func reading(_ live: [ChangeID], in cell: CellKey, isProse: Bool) throws -> RegisterReading {
    RegisterReading(try liveOps(live, in: cell, isProse: isProse), isDerived: cell.record.isDerived)
  }

  /// What `change` says in `cell`, restatements followed to the changes that wrote the values.
  private func values(of change: ChangeID, in cell: CellKey) throws -> [AuthoredValue] {
    var result: [AuthoredValue] = []
    var open = [change]
    var seen: Set<ChangeID> = [change]
    while let next = open.popLast() {
      guard let (op, _) = try source.op(of: next, in: cell) else { continue }
      if case .restates(let earlier) = op.payload {
        open += earlier.reversed().filter { seen.insert($0).inserted }
      } else if let value = op.ownValue(in: cell) {
        result.append(AuthoredValue(value: value.value, change: next, isErased: value.isErased))
      }
    }
    return result
  }

  /// The text of the version that `change` left, with the change that wrote it; none where it left none.
  ///
  /// Splices against several versions apply to the text of the highest of them.
  private func texts(of change: ChangeID, in cell: CellKey) throws -> [AuthoredValue] {
    var known: [ChangeID: AuthoredValue?] = [:]
    var open = [change]
    while let next = open.last {
      if known[next] != nil {
        open.removeLast()
        continue
      }
      guard let (op, _) = try source.op(of: next, in: cell) else {
        known[next] = .some(nil)
        continue
      }
      let earlier = op.restsOn
      let unresolved = earlier.filter { known[$0] == nil }
      if !unresolved.isEmpty {
        open += unresolved
        continue
      }
      let base = try highest(of: earlier, in: cell).flatMap { known[$0] ?? nil }
      known[next] = .some(op.text(base: base, change: next, in: cell))
    }
    return [known[change] ?? nil].compactMap { $0 }
  }

  private func highest(of changes: [ChangeID], in cell: CellKey) throws -> ChangeID? {
    var best: (depth: UInt64, id: ChangeID)?
    for id in changes {
      guard let depth = try source.op(of: id, in: cell)?.depth else { continue }
      if best.map({ ($0.depth, $0.id) < (depth, id) }) ?? true { best = (depth, id) }
    }
    return best?.id
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

  /// The earlier changes whose text this op's text is made from.
  fileprivate var restsOn: [ChangeID] {
    switch payload {
    case .splices: supersedes
    case .restates(let earlier): earlier
    default: []
    }
  }

  fileprivate func text(base: AuthoredValue?, change: ChangeID, in cell: CellKey) -> AuthoredValue? {
    switch payload {
    case .splices(let splices, let inserted):
      let text = TextEdit.apply(
        Self.textSplices(splices, inserted: inserted?.value.text ?? ""), to: base?.value.text ?? "")
      return AuthoredValue(value: .text(text), change: change)
    case .restates: return base
    default:
      return ownValue(in: cell).map { AuthoredValue(value: $0.value, change: change, isErased: $0.isErased) }
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

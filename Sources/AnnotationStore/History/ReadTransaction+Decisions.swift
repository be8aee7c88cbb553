import AnnotationModel
import ProseCRDT

extension ReadTransaction {
  /// The decisions that stand in a record: those that nobody has superseded yet, by field, its life last.
  ///
  /// - Parameter kind: the kind of the record, where there are several of this id.
  public func decisions(of record: RecordID, of kind: Kind? = nil) throws -> [HistoryEntry] {
    let shown = try existing(record, of: kind)
    let log = logReader
    let fields = shown.kind.fields.filter { !$0.isSet }.map(\.name) + [""]
    return try fields.flatMap { field in
      let cell = CellKey(record: shown.key, field: field)
      return try decisions(among: log.live(in: cell), in: cell, log)
    }
  }

  /// The ops of a cell that decided a conflict, among those of some changes.
  func decisions(among changes: [ChangeID], in cell: CellKey, _ log: LogReader) throws -> [HistoryEntry] {
    try changes.compactMap { change in
      guard let op = try log.op(of: change, in: cell)?.op, op.action != .create, !op.supersedes.isEmpty,
        let arrival = try log.arrival(of: change)
      else { return nil }
      let told = try entry(op, log.author(of: arrival), log)
      return told.isDecision ? told : nil
    }
  }

  func entry(_ op: Op, _ author: Author, _ log: LogReader) throws -> HistoryEntry {
    let (values, edits) = (try values(of: op, author, log), op.textEdits)
    let (isDecision, overruled) = try decision(op, chosen: values, log)
    return HistoryEntry(
      change: author.id, arrival: author.arrival, sequence: author.sequence, replica: author.replica,
      curator: author.curator, atMilliseconds: author.atMilliseconds, record: op.record, kind: op.kind, field: op.field,
      element: op.element, action: op.action, values: values,
      splices: edits.splices, areTyped: edits.areTyped, isDecision: isDecision, overruled: overruled,
      reason: (op.reason?.value.text).flatMap { $0.isEmpty ? nil : $0 })
  }

  private func values(of op: Op, _ author: Author, _ log: LogReader) throws -> [HistoryValue] {
    guard let kind = Kind(rawValue: op.kind) else { return [] }
    if case .create(let values, let elements) = op.payload {
      let registers = values.compactMap { item in
        kind.field(named: item.field).map {
          HistoryValue(
            field: item.field, content: FieldColumn.content(of: item.value.value, in: $0), isErased: item.value.isErased
          )
        }
      }
      let sets = elements.map { HistoryValue(field: $0.field, content: .elements($0.elements), isErased: false) }
      return registers + sets
    }
    guard let field = kind.field(named: op.field) else { return [] }
    if let element = op.element {
      return [HistoryValue(field: op.field, content: .text(element), isErased: false)]
    }
    let reading = try CellResolver(log).reading([author.id], in: op.cell, isProse: field.isProse)
    return reading.candidates.map { told($0.authored, in: field) }
  }

  /// Whether an op decided a conflict, and between values against which.
  private func decision(
    _ op: Op, chosen: [HistoryValue], _ log: LogReader
  ) throws -> (isDecision: Bool, overruled: [HistoryValue]) {
    guard op.element == nil, op.action != .create, !op.supersedes.isEmpty else { return (false, []) }
    if op.field.isEmpty {
      // A delete that has seen more than another one decides; a restore tells it by its reason, be it empty.
      let earlier = try op.supersedes.compactMap { try seen(by: log.op(of: $0, in: op.cell)?.op) }
      let isAgain = !earlier.isEmpty && !Set(seen(by: op) ?? []).isSubset(of: earlier.flatMap { $0 })
      return (isAgain || op.reason != nil, [])
    }
    // One op says several values only where it puts back what was in conflict.
    let mayBe = try op.supersedes.count > 1 || action(of: op.supersedes[0], in: op.cell, log) == .restate
    guard mayBe, let field = Kind(rawValue: op.kind)?.field(named: op.field) else { return (false, []) }
    let before = try CellResolver(log).reading(op.supersedes, in: op.cell, isProse: field.isProse)
    guard before.isConflict else { return (false, []) }
    // A text that was accepted or reworded as it was merged went against none of its sides.
    if op.action == .splice { return (true, []) }
    let values = before.candidates.map { told($0.authored, in: field) }
    return (true, values.filter { !chosen.contains($0) })
  }

  /// What a delete had seen; `nil` of anything else.
  private func seen(by op: Op?) -> [ChangeID]? { if case .saw(let saw)? = op?.payload { saw } else { nil } }

  private func action(of change: ChangeID, in cell: CellKey, _ log: LogReader) throws -> Action? {
    try log.op(of: change, in: cell)?.op.action
  }

  private func told(_ authored: AuthoredValue, in field: Field) -> HistoryValue {
    HistoryValue(
      field: field.name, content: FieldColumn.content(of: authored.value, in: field), isErased: authored.isErased)
  }
}

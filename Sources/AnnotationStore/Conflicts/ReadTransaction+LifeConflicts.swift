import AnnotationModel

extension ReadTransaction {
  /// A conflict about whether a record is deleted: who deleted it, and what they had not seen.
  func lifeConflict(_ row: Conflict, _ record: Record, _ log: LogReader) throws -> ConflictDetail? {
    guard let ref = try log.recordRef(record.key) else { return nil }
    let cell = CellKey(record: record.key, field: "")
    let life = LifeMaterialiser(db, log: log, conflicts: ConflictTable(db))
    let reading = try life.lifeReading(record.key, ref: ref)
    let live = try log.live(in: cell)
    let unseen = reading.unseenEdits + reading.unseenTargeting
    var values = try deletes(live, unseen: unseen, in: cell, log)
    if row.type == .life {
      values += try reading.unseenEdits.compactMap { try edit(of: record, by: $0, log) }
    } else {
      values += try reading.unseenTargeting.flatMap { try creates(on: record, by: $0, log) }
    }
    return ConflictDetail(
      record: record, field: "", type: row.type, base: nil, values: values, live: Set(live + unseen).sorted())
  }

  // MARK: - What the deletes had not seen

  private func edit(of record: Record, by change: ChangeID, _ log: LogReader) throws -> FieldReading? {
    guard let arrival = try log.arrival(of: change) else { return nil }
    let ops = try log.change(arrival).ops.filter { $0.recordKey == record.key }
    let writes = try ops.map { try write($0, of: change, record.kind, log) }
    return try reading(change, ops.first?.action ?? .set, nil, deed: .wrote(writes), log)
  }

  private func write(
    _ op: Op, of change: ChangeID, _ kind: Kind, _ log: LogReader
  ) throws -> ConflictDeed.FieldWrite {
    var says: FieldReading?
    if let field = kind.field(named: op.field), !field.isSet {
      says = try readings(of: [change], in: op.cell, field, log).first
    }
    return ConflictDeed.FieldWrite(
      field: op.field, action: op.action, element: op.element, content: says?.content, isErased: says?.isErased ?? false
    )
  }

  private func creates(on record: Record, by change: ChangeID, _ log: LogReader) throws -> [FieldReading] {
    guard let arrival = try log.arrival(of: change) else { return [] }
    return try log.change(arrival).ops.filter { $0.action == .create && Self.targets(of: $0).contains(record.id) }
      .compactMap { try reading(change, .create, .record($0.record), log) }
  }

  private static func targets(of create: Op) -> [RecordID] {
    guard case .create(let values, _) = create.payload, let kind = Kind(rawValue: create.kind) else { return [] }
    return values.filter { kind.targetFields.contains($0.field) }.compactMap {
      $0.value.value.bytes.flatMap { RecordID($0) }
    }
  }

  // MARK: - Deletes

  /// The deletes that are live, each under who deleted: what an undo put back is told as values are that are restated,
  /// under its author.
  private func deletes(
    _ live: [ChangeID], unseen: [ChangeID], in cell: CellKey, _ log: LogReader
  ) throws -> [FieldReading] {
    var carriers: [ChangeID: [ChangeID]] = [:]
    var carried: [ChangeID: Int] = [:]
    for change in try live.filter({ try log.op(of: $0, in: cell)?.op.action == .delete }) {
      let authored = try authoredDeletes(of: change, unseen: unseen, in: cell, log)
      for delete in authored { carriers[delete, default: []].append(change) }
      carried[change] = authored.count
    }
    return try carriers.sorted { $0.key < $1.key }.compactMap { delete, carriers in
      try reading(
        delete, .delete, nil, deed: .deleted, carriers: carriers, standsBehind: { carried[$0] == 1 }, log)
    }
  }

  /// The delete itself, or those that it puts back.
  private func authoredDeletes(
    of delete: ChangeID, unseen: [ChangeID], in cell: CellKey, _ log: LogReader
  ) throws -> [ChangeID] {
    var authored = Set<ChangeID>()
    var (seen, open) = (Set([delete]), [delete])
    while let next = open.popLast() {
      let earlier = try deletesPutBack(by: next, unseen: unseen, in: cell, log)
      if earlier.isEmpty { authored.insert(next) }
      open += earlier.filter { seen.insert($0).inserted }
    }
    return authored.sorted()
  }

  /// The deletes that an undo puts back by this one; none where somebody deletes.
  ///
  /// An undo names no more than those had seen. Who deletes names all that is live, so nothing live in the past of such a
  /// delete is unseen.
  private func deletesPutBack(
    by delete: ChangeID, unseen: [ChangeID], in cell: CellKey, _ log: LogReader
  ) throws -> [ChangeID] {
    guard let op = try log.op(of: delete, in: cell)?.op, op.action == .delete, case .saw(let saw) = op.payload,
      op.supersedes.count == 1, let undone = try log.op(of: op.supersedes[0], in: cell)?.op,
      let head = try log.arrival(of: delete)
    else { return [] }
    let earlier = try undone.supersedes.filter { try log.op(of: $0, in: cell)?.op.action == .delete }
    let left = try unseen.filter { !saw.contains($0) }.compactMap { try log.arrival(of: $0) }
    guard !earlier.isEmpty, let first = left.min() else { return [] }
    return try log.past(of: head, from: first).isDisjoint(with: left) ? [] : earlier
  }
}

import AnnotationModel
import GRDB

extension ReadTransaction {
  /// Whether anything was written to a record but the one create.
  package func isWritten(_ record: Record) throws -> Bool {
    guard let ref = try LogReader(db).recordRef(record.key) else { return false }
    return try db.one(Int.self, "SELECT 1 FROM later_op WHERE record = ? LIMIT 1", ref) != nil
  }

  /// What was written to a record after it was created and still stands; costs one look-up where nothing was.
  ///
  /// What agrees with a value that stands, and what was said in other creates of a derived record and is not shown, is
  /// not in it.
  package func writes(of record: Record) throws -> RecordWrites {
    var writes = RecordWrites()
    let log = LogReader(db)
    guard let ref = try log.recordRef(record.key),
      try db.one(Int.self, "SELECT 1 FROM later_op WHERE record = ? LIMIT 1", ref) != nil
    else { return writes }
    let create = try db.one(
      Blob.self,
      """
      SELECT change.id FROM op JOIN change ON change.arrival = op.change
      WHERE op.record = ? AND op.action = 0 ORDER BY change.depth, change.id LIMIT 1
      """, ref
    ).flatMap { ChangeID($0.bytes) }
    let unseen = try unseen(of: record)
    let rulings = try decisions(of: record.id).sorted {
      ($0.atMilliseconds, $0.change.hex) < ($1.atMilliseconds, $1.change.hex)
    }
    let blame = try blame(record.id)
    let conflicts = try conflicts(of: record.id)
    for field in record.kind.fields {
      if conflicts.contains(where: { $0.field.isSameBytes(as: field.name) }),
        let detail = try conflict(of: record.id, in: field.name)
      {
        writes.cells.append(try cell(detail, rulings, unseen, log))
        continue
      }
      for entry in blame where entry.field.isSameBytes(as: field.name) {
        let decisions = rulings.filter { $0.field.isSameBytes(as: field.name) }
        guard entry.change != create || !decisions.isEmpty else { continue }
        writes.cells.append(try cell(entry, decisions, unseen, field, record, log))
      }
      if field.isSet { writes.cells += try removals(from: field, record, ref, unseen, log) }
    }
    if record.isDeleted { writes.deletion = try deletion(of: record, log) }
    writes.isLifeInConflict = !record.isDeleted && conflicts.contains { $0.field.isEmpty }
    return writes
  }

  /// The changes to a record that a delete of it had not seen.
  private func unseen(of record: Record) throws -> Set<ChangeID> {
    guard record.isDeleted else { return [] }
    return Set(try conflict(.init(record: record.key, field: "", type: .life))?.live ?? [])
  }

  private func cell(
    _ detail: ConflictDetail, _ rulings: [HistoryEntry], _ unseen: Set<ChangeID>, _ log: LogReader
  ) throws -> RecordWrites.Cell {
    let decided = rulings.filter { $0.field.isSameBytes(as: detail.field) }
    let live = try detail.values.map { reading -> RecordWrites.Live in
      let entries = decided.filter { $0.values.contains { $0.content == reading.content } }
      let changes = [reading.change] + entries.map(\.change)
      return RecordWrites.Live(
        value: Self.authored(reading), rulings: try entries.map { try ruling($0, log) },
        isUnseen: changes.contains { unseen.contains($0) })
    }
    return RecordWrites.Cell(field: detail.field, base: detail.base.map { Self.authored($0) }, live: live)
  }

  private func cell(
    _ entry: BlameEntry, _ decisions: [HistoryEntry], _ unseen: Set<ChangeID>, _ field: Field, _ record: Record,
    _ log: LogReader
  ) throws -> RecordWrites.Cell {
    let value = RecordWrites.Authored(
      content: entry.content, curator: entry.curator, atMilliseconds: entry.atMilliseconds)
    let changes = [entry.change] + decisions.map(\.change)
    let live = RecordWrites.Live(
      value: value, rulings: try decisions.map { try ruling($0, log) },
      isUnseen: changes.contains { unseen.contains($0) })
    var cell = RecordWrites.Cell(field: entry.field, element: entry.element, live: [live])
    if let decision = decisions.first {
      let key = CellKey(record: record.key, field: field.name)
      let before = try log.op(of: decision.change, in: key)?.op.supersedes ?? []
      let sides = try readings(of: before, in: key, field, log)
      cell.base = try base(of: sides, in: key, field, log).map { Self.authored($0) }
    }
    return cell
  }

  private func ruling(_ entry: HistoryEntry, _ log: LogReader) throws -> RecordWrites.Ruling {
    let by = RecordWrites.Authored(content: nil, curator: entry.curator, atMilliseconds: entry.atMilliseconds)
    guard let kind = Kind(rawValue: entry.kind), let field = kind.field(named: entry.field) else {
      return RecordWrites.Ruling(by: by, reason: entry.reason, over: [])
    }
    let cell = CellKey(record: RecordKey(kind: entry.kind, id: entry.record), field: entry.field)
    let before = try log.op(of: entry.change, in: cell)?.op.supersedes ?? []
    let sides = try readings(of: before, in: cell, field, log)
    let over = field.isProse ? sides : sides.filter { side in !entry.values.contains { $0.content == side.content } }
    return RecordWrites.Ruling(by: by, reason: entry.reason, over: over.map { Self.authored($0) })
  }

  /// The elements that somebody removed.
  private func removals(
    from field: Field, _ record: Record, _ ref: Int64, _ unseen: Set<ChangeID>, _ log: LogReader
  ) throws -> [RecordWrites.Cell] {
    let written = try db.all(
      Blob.self, "SELECT DISTINCT element FROM live WHERE record = ? AND field = ? ORDER BY element", ref,
      Blob(field.name))
    let present = Set(record.elements(field.name))
    return try written.map(\.text).filter { !present.contains($0) }.compactMap { element in
      let cell = CellKey(record: record.key, field: field.name, element: element)
      guard let author = try latest(of: log.live(in: cell), log) else { return nil }
      var removal = RecordWrites.Cell(
        field: field.name, element: element,
        live: [
          .init(
            value: .init(content: nil, curator: author.curator, atMilliseconds: author.atMilliseconds),
            isUnseen: unseen.contains(author.id))
        ])
      removal.isPresent = false
      return removal
    }
  }

  private func deletion(of record: Record, _ log: LogReader) throws -> RecordWrites.Deletion? {
    let cell = CellKey(record: record.key, field: "")
    let deletes = try log.live(in: cell).filter { try log.op(of: $0, in: cell)?.op.action == .delete }
    guard let author = try latest(of: deletes, log) else { return nil }
    let targets = try conflict(.init(record: record.key, field: "", type: .target))?.values ?? []
    let unseen = targets.compactMap { if case .record(let id)? = $0.content { id } else { nil } }
    return RecordWrites.Deletion(
      by: .init(content: nil, curator: author.curator, atMilliseconds: author.atMilliseconds),
      reason: try log.op(of: author.id, in: cell)?.op.reason?.value.text, unseen: Set(unseen).sorted())
  }

  /// The latest of some changes by their clocks, the same in every replica.
  private func latest(of changes: [ChangeID], _ log: LogReader) throws -> Author? {
    try changes.compactMap { try log.arrival(of: $0) }.map { try Author($0, db) }
      .max { ($0.atMilliseconds, $0.id.hex) < ($1.atMilliseconds, $1.id.hex) }
  }

  private static func authored(_ reading: FieldReading) -> RecordWrites.Authored {
    RecordWrites.Authored(
      content: reading.content, curator: reading.curator, atMilliseconds: reading.atMilliseconds)
  }
}

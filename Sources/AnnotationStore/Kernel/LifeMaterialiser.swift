import AnnotationModel
import GRDB

/// Keeps `deleted` and the conflicts about it in step: of the records touched, and of the records that they target.
final class LifeMaterialiser {
  private let db: Database
  private let log: LogReader
  private let conflicts: ConflictTable

  init(_ db: Database, log: LogReader, conflicts: ConflictTable) {
    self.db = db
    self.log = log
    self.conflicts = conflicts
  }

  /// The records that others came to stand on, or left.
  private var changedTargets = Set<RecordID>()

  /// Whether anything but a create was ever written to the life of any record: where not, there is no delete that
  /// something new could be in conflict with.
  private var isAnyLifeWritten: Bool?

  private func anyLifeWritten() throws -> Bool {
    if let known = isAnyLifeWritten { return known }
    let known = try db.one(Int.self, "SELECT 1 FROM live WHERE length(field) = 0 LIMIT 1") != nil
    isAnyLifeWritten = known
    return known
  }

  /// Takes note of what a change wrote, whether or not the record is known well enough to be updated.
  func note(_ entry: TouchedRecords.Entry) {
    if entry.ops.contains(where: { $0.field.isEmpty && $0.action != .create }) { isAnyLifeWritten = true }
  }

  /// The records that a record stood on before a change that may move it; none where it does not.
  func targetsBefore(_ entry: TouchedRecords.Entry, _ kind: Kind) throws -> [RecordID] {
    if entry.isNew { return [] }
    let mayMove = entry.ops.contains { $0.action == .create || kind.targetFields.contains($0.field) }
    return mayMove ? try storedTargets(entry, kind) : []
  }

  func update(_ entry: TouchedRecords.Entry, kind: Kind, targetsBefore: [RecordID]) throws {
    guard try anyLifeWritten() else { return }
    let wroteLife = entry.ops.contains { $0.field.isEmpty || kind.targetFields.contains($0.field) }
    if !entry.isNew || entry.ops.count > 1, try wroteLife || isLifeStored(entry.ref) {
      try updateLife(entry.key, kind, ref: entry.ref)
    }
    if wroteLife { changedTargets.formUnion(try targets(of: entry, kind) + targetsBefore) }
  }

  /// Deletes that had not seen a record on their target are in conflict with it, so its life is theirs to note too: of
  /// each target once, however many records came to stand on it.
  func updateTargets() throws {
    defer { changedTargets.removeAll() }
    for target in changedTargets {
      let written = try db.rows(
        """
        SELECT ref, kind FROM record
        WHERE id = ? AND EXISTS (SELECT 1 FROM live WHERE live.record = record.ref AND live.field = x'')
        """, Blob(target.bytes))
      for found in written {
        guard let targetKind = Kind(rawValue: (found["kind"] as Blob).text) else { continue }
        try updateLife(RecordKey(kind: targetKind.rawValue, id: target), targetKind, ref: found["ref"])
      }
    }
  }

  /// The records that a record stands on: from its create where that is at hand, else from its row.
  private func targets(of entry: TouchedRecords.Entry, _ kind: Kind) throws -> [RecordID] {
    if kind.targetFields.isEmpty { return [] }
    if entry.isNew, entry.ops.count == 1, case .create(let values, _)? = entry.ops.first?.payload {
      return values.filter { kind.targetFields.contains($0.field) }.compactMap {
        $0.value.value.bytes.flatMap { RecordID($0) }
      }
    }
    return try storedTargets(entry, kind)
  }

  private func storedTargets(_ entry: TouchedRecords.Entry, _ kind: Kind) throws -> [RecordID] {
    if kind.targetFields.isEmpty { return [] }
    let columns = kind.targetFields.map { "\"\($0)\"" }.joined(separator: ", ")
    let row = try db.rows("SELECT \(columns) FROM \(kind.rawValue) WHERE ref = ?", entry.ref).first
    return kind.targetFields.compactMap { (row?[$0] as String?).flatMap { RecordID(uuid: $0) } }
  }

  private func isLifeStored(_ ref: Int64) throws -> Bool {
    try db.one(Int.self, "SELECT 1 FROM live WHERE record = ? AND field = x'' LIMIT 1", ref) != nil
  }

  /// Notes the life of a record; of one that nobody created yet nothing is shown, so nothing is noted.
  private func updateLife(_ record: RecordKey, _ kind: Kind, ref: Int64) throws {
    guard try db.one(Int.self, "SELECT 1 FROM \(kind.rawValue) WHERE ref = ?", ref) != nil else { return }
    let reading = try lifeReading(record, ref: ref)
    try db.run("UPDATE \(kind.rawValue) SET deleted = ? WHERE ref = ?", reading.isDeleted ? 1 : 0, ref)
    try conflicts.set(record, field: "", type: .life, readings: reading.unseenEdits.count)
    try conflicts.set(record, field: "", type: .target, readings: reading.unseenTargeting.count)
  }

  /// How the life of a record reads.
  func lifeReading(_ record: RecordKey, ref: Int64) throws -> LifeReading {
    let life = CellKey(record: record, field: "")
    let ops = try log.live(in: life, ref: ref).arrivals.map { arrival -> LifeReading.Live in
      let id = try log.id(of: arrival)
      let op = try log.change(arrival).op(in: life)
      if case .saw(let saw)? = op?.payload { return LifeReading.Live(change: id, action: .delete, saw: saw) }
      return LifeReading.Live(change: id, action: op?.action ?? .create)
    }
    return LifeReading(
      life: ops, edits: try liveChanges(of: ref), targeting: try createsTargeting(record.id))
  }

  /// The changes live in any field of a record; a create counts as live as long as the record has one.
  func liveChanges(of ref: Int64) throws -> [ChangeID] {
    let stored = try db.all(Int64.self, "SELECT DISTINCT change FROM live WHERE record = ? AND field != x''", ref)
    return try Set(stored + log.creates(of: ref)).sorted().map(log.id(of:))
  }

  /// The creates of the records, not deleted themselves, that target `id`.
  func createsTargeting(_ id: RecordID) throws -> [ChangeID] {
    var refs: [Int64] = []
    for kind in Kind.allCases {
      for field in kind.targetFields {
        refs += try db.all(
          Int64.self, "SELECT ref FROM \(kind.rawValue) WHERE \"\(field)\" = ? AND deleted = 0", id.description)
      }
    }
    return try refs.flatMap { try log.creates(of: $0) }.map(log.id(of:))
  }
}

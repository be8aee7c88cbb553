import AnnotationModel
import GRDB

/// What an import needs beside the curators' verbs: to write without look-ups that it has made already, and to fill in
/// what is missing without overwriting anything.
extension WriteTransaction {
  /// What came of filling a field in.
  package enum Filling: Hashable, Sendable {
    /// The field had never been given a value; now it has this one.
    case filled
    /// The field says this already.
    case same
    /// The field says something else, or was cleared, or the element was removed: that stays.
    case differs
    /// The cell is in conflict: that stays as well.
    case inConflict
  }

  /// What is applied already, in this transaction too; what still waits for its change to be full is not seen.
  ///
  /// Unlike ``reader()`` it ends no change, so that a long import does not fall apart into many small ones.
  package var applied: ReadTransaction { ReadTransaction(db, applier.log) }

  /// How many conflicts were opened and closed by what is applied already.
  package var conflictsOpenedAndClosed: (opened: Int, closed: Int) { applier.conflicts.openedAndClosed }

  /// Whether a record of this id was created, deleted or not, what this transaction wrote included.
  package func isKnown(_ id: RecordID) throws -> Bool { try isPendingID(id) || applied.life(of: id) != nil }

  /// An id for a record that is not derived.
  package func newRecordID() -> RecordID { random.recordID() }

  /// Creates a record whose values and references the caller has checked in this transaction.
  ///
  /// - Returns: `false` where a record with this derived id is there already, deleted or not; nothing is written then.
  package func createChecked(_ kind: Kind, _ id: RecordID, _ values: [(String, NewValue?)]) throws -> Bool {
    try create(kind, id, values)
  }

  /// Gives a register a value, unless it was ever given one: an explicit null is one too.
  package func fill(_ key: RecordKey, _ field: Field, with value: CBORValue) throws -> Filling {
    let cell = CellKey(record: key, field: field.name)
    let live = try live(in: cell)
    let reading = try CellResolver(applier.log).reading(live, in: cell, isProse: field.isProse)
    if reading.isConflict { return .inConflict }
    if let shown = reading.shown { return shown.value == value && !shown.isErased ? .same : .differs }
    guard !field.isProse else { return .differs }
    try append(
      Op(
        kind: key.kind, record: key.id, field: field.name, action: .set, supersedes: live,
        payload: .value(field.opValue(value))))
    return .filled
  }

  /// Adds an element to a set, unless somebody removed it there.
  package func fillElement(_ key: RecordKey, _ field: Field, with element: String) throws -> Filling {
    let cell = CellKey(record: key, field: field.name, element: element)
    let live = try live(in: cell)
    let ops = try CellResolver(applier.log).liveOps(live, in: cell)
    if SetReading.isPresent(ops) { return .same }
    guard ops.allSatisfy({ $0.action == .create }) else { return .differs }
    try append(
      Op(kind: key.kind, record: key.id, field: field.name, element: element, action: .add, supersedes: live))
    return .filled
  }
}

extension ReadTransaction {
  /// The oldest source, not deleted, that carries an identifier, whatever its id was derived from.
  package func source(carrying identifier: DerivedID.SourceIdentifier) throws -> RecordID? {
    let sql = "SELECT id FROM source WHERE \(identifier.field) = ? AND deleted = 0 ORDER BY ref LIMIT 1"
    return try db.one(String.self, sql, identifier.text).flatMap { RecordID(uuid: $0) }
  }

  /// Passes on the annotations that a curator made on a record, deleted ones too, one by one.
  package func forEachAnnotation(
    on target: RecordID, by curator: RecordID,
    _ body: (_ id: RecordID, _ motivation: String, _ body: String, _ isDeleted: Bool) throws -> Void
  ) throws {
    let statement = try db.cachedStatement(
      // The plus keeps SQLite off the index by curator, who may have written everything.
      sql: "SELECT id, motivation, body, deleted FROM annotation WHERE target = ? AND +curator = ?")
    let rows = try Row.fetchCursor(statement, arguments: [target.description, curator.description])
    while let row = try rows.next() {
      guard let id = RecordID(uuid: row["id"] as String) else { continue }
      try body(id, row["motivation"] ?? "", row["body"] ?? "", (row["deleted"] as Int) != 0)
    }
  }

  /// Passes on those of these annotations whose body or motivation was written to later, deleted ones too, with what
  /// they were made with.
  package func forEachRewordedAnnotation(
    on target: RecordID, by curator: RecordID,
    _ body: (_ id: RecordID, _ motivation: String, _ body: String) throws -> Void
  ) throws {
    let found = try db.all(
      String.self,
      """
      SELECT id FROM annotation WHERE target = ? AND +curator = ?
      AND EXISTS (SELECT 1 FROM live WHERE live.record = annotation.ref AND live.field IN (?, ?)) ORDER BY ref
      """, target.description, curator.description, Blob("body"), Blob("motivation"))
    for id in found.compactMap({ RecordID(uuid: $0) }) {
      for given in try valuesOfCreates(RecordKey(kind: Kind.annotation.rawValue, id: id)) {
        if let text = given["body"]?.text { try body(id, given["motivation"]?.text ?? "", text) }
      }
    }
  }

  /// What each create of a record gave to its registers and prose; what was erased is not there.
  private func valuesOfCreates(_ key: RecordKey) throws -> [[String: CBORValue]] {
    try creates(of: key).map { create in
      guard
        case .create(let values, _)? = try logReader.op(of: create, in: CellKey(record: key, field: ""))?.op.payload
      else { return [:] }
      let kept = values.filter { !$0.value.isErased }.map { ($0.field, $0.value.value) }
      return Dictionary(kept, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Passes on all records, deleted ones too, one by one; each comes after the one that it stands on.
  package func forEachRecord(_ body: (Record) throws -> Void) throws {
    // A record is first met in the order of arrival, and a change arrives after those that it names.
    let rows = try Row.fetchCursor(db, sql: "SELECT id, kind FROM record ORDER BY ref")
    while let row = try rows.next() {
      guard let id = RecordID((row["id"] as Blob).bytes), let found = try record(id),
        found.kind.rawValue == (row["kind"] as Blob).text
      else { continue }
      try body(found)
    }
  }

  /// The changes that created a record: several where its id is derived and it was made apart.
  package func creates(of key: RecordKey) throws -> [ChangeID] {
    let log = logReader
    guard let ref = try log.recordRef(key) else { return [] }
    return try log.creates(of: ref).map { try log.id(of: $0) }
  }

  /// Whether anything was written to a record but the one create; costs one look-up.
  package func isWritten(_ record: Record) throws -> Bool {
    guard let ref = try logReader.recordRef(record.key) else { return false }
    return try db.one(Int.self, "SELECT 1 FROM later_op WHERE record = ? LIMIT 1", ref) != nil
  }

  /// How many records there are or were.
  package func recordCount() throws -> Int { try db.one(Int.self, "SELECT count(*) FROM record") ?? 0 }

  /// Passes on the claims that have no source, deleted ones too, one by one, oldest first; after them those that were
  /// made without one and whose statement or source was written to later, with the statement that they were made with.
  package func forEachClaimWithoutSource(_ body: (_ id: RecordID, _ statement: String) throws -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT id, statement FROM claim WHERE source IS NULL ORDER BY ref")
    while let row = try rows.next() {
      if let id = RecordID(uuid: row["id"] as String) { try body(id, row["statement"] ?? "") }
    }
    // Only cells that were written to after the create have rows in `live`, so this reads what was edited.
    let edited = try db.all(
      Blob.self,
      """
      SELECT record.id FROM (SELECT DISTINCT record FROM live WHERE field IN (?, ?)) AS edited
      JOIN record ON record.ref = edited.record WHERE record.kind = ? ORDER BY record.ref
      """, Blob("statement"), Blob("source"), Blob(Kind.claim.rawValue))
    for id in edited.compactMap({ RecordID($0.bytes) }) {
      for given in try valuesOfCreates(RecordKey(kind: Kind.claim.rawValue, id: id)) where given["source"] == nil {
        if let statement = given["statement"]?.text { try body(id, statement) }
      }
    }
  }
}

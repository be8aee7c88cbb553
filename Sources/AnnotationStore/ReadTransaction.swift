import AnnotationModel
import GRDB

/// One consistent snapshot of a store.
public struct ReadTransaction {
  let db: Database
  /// What was looked up in the log, for all that is read here: many records may come from one large change.
  let logReader: LogReader

  init(_ db: Database) { self.init(db, LogReader(db)) }

  init(_ db: Database, _ logReader: LogReader) {
    self.db = db
    self.logReader = logReader
  }

  /// A record; `nil` where none of this id was created yet.
  ///
  /// Of several kinds with one id, as only a faulty program makes them, the one that was created first, by causal depth
  /// and change id.
  public func record(_ id: RecordID) throws -> Record? { try record(id, preferring: Kind.allCases) }

  /// A record of one kind; `nil` where none of this id was created yet.
  public func record(_ id: RecordID, of kind: Kind) throws -> Record? {
    try records(kind, "id = ?", [id.description]).first
  }

  /// A record, of one of some kinds where there are several of this id.
  package func record(_ id: RecordID, preferring kinds: [Kind]) throws -> Record? {
    for kind in try self.kinds(of: id, preferring: kinds) { if let found = try record(id, of: kind) { return found } }
    return nil
  }

  /// The kinds under which an id was written to: those wanted first, and of them the one that was created first.
  private func kinds(of id: RecordID, preferring wanted: [Kind] = []) throws -> [Kind] {
    let rows = try db.each("SELECT kind, ref FROM record WHERE id = ?", Blob(id.bytes)) {
      (kind: Kind(rawValue: $0.value(Blob.self, 0)?.text ?? ""), ref: $0.value(Int64.self, 1) ?? 0)
    }
    if rows.count == 1 { return rows.compactMap(\.kind) }
    let ranked = try rows.map { row in
      (kind: row.kind, isWanted: row.kind.map(wanted.contains) ?? false, first: try logReader.firstCreate(of: row.ref))
    }
    return ranked.sorted { left, right in
      if left.isWanted != right.isWanted { return left.isWanted }
      guard let one = left.first, let other = right.first else { return left.first != nil }
      return (one.depth, one.id) < (other.depth, other.id)
    }.compactMap(\.kind)
  }

  /// The kind of a record and whether it is deleted, without reading it; `nil` where none of this id was created yet.
  ///
  /// - Parameter kinds: those that are meant, where there are several of this id.
  package func life(
    of id: RecordID, preferring kinds: [Kind] = Kind.allCases
  ) throws -> (kind: Kind, isDeleted: Bool)? {
    let rows = try db.each(
      """
      SELECT kind, NOT EXISTS (SELECT 1 FROM live WHERE live.record = record.ref AND live.field = x'')
      AND (change IS NOT NULL OR EXISTS (SELECT 1 FROM later_op WHERE later_op.record = record.ref AND action = 0))
      FROM record WHERE id = ?
      """, Blob(id.bytes)
    ) { (kind: $0.value(Blob.self, 0)?.text ?? "", isUntouched: $0.value(Int.self, 1) == 1) }
    if rows.count == 1, rows[0].isUntouched, let kind = Kind(rawValue: rows[0].kind) { return (kind, false) }
    for kind in try self.kinds(of: id, preferring: kinds) {
      let deleted = try db.one(Int.self, "SELECT deleted FROM \(kind.rawValue) WHERE id = ?", id.description)
      if let deleted { return (kind, deleted != 0) }
    }
    return nil
  }

  /// A record.
  ///
  /// - Parameter kind: the kind that is meant, where there are several of this id.
  /// - Throws: ``StoreError/noRecord(_:)`` where there is none.
  public func existing(_ id: RecordID, of kind: Kind? = nil) throws -> Record {
    let found = try kind.map { try record(id, of: $0) } ?? record(id)
    guard let found else { throw StoreError.noRecord(id.description) }
    return found
  }

  /// The record that a person means by an id: a UUID, or at least 6 of its first hexadecimal digits, with or without
  /// the kind's letter and a colon before it.
  ///
  /// - Parameter kinds: the kinds that are wanted.
  /// - Throws: ``StoreError`` where the text is no id, names nothing, names several, or names a record of another kind.
  public func record(named text: String, of kinds: [Kind] = Kind.allCases) throws -> Record {
    var letter: Kind?
    var digits = text.lowercased()[...]
    if let colon = digits.firstIndex(of: ":") {
      guard digits.distance(from: digits.startIndex, to: colon) == 1, let kind = Kind(letter: digits[digits.startIndex])
      else { throw StoreError.notAnID(text) }
      letter = kind
      digits = digits[digits.index(after: colon)...]
    }
    let whole = RecordID(uuid: digits)
    let candidates =
      try whole.map { id in try self.kinds(of: id).compactMap { try record(id, of: $0) } }
      ?? self.candidates(Array(digits.utf8), text)
    let wanted = candidates.filter { (letter.map { [$0] } ?? kinds).contains($0.kind) }
    if letter != nil, wanted.isEmpty, !candidates.isEmpty { throw try wrongLetter(text, candidates) }
    let meant = wanted.isEmpty ? candidates : wanted
    guard let found = meant.first else { throw StoreError.noRecord(whole?.description ?? text) }
    if meant.count > 1 {
      throw StoreError.ambiguous(text, candidates: try meant.prefix(8).map { try shortID($0.id, $0.kind) })
    }
    guard kinds.contains(found.kind) else { throw StoreError.wrongKind(found.id, is: found.kind, wanted: kinds) }
    return found
  }

  /// The records with an id that begins with some digits.
  private func candidates(_ digits: [UInt8], _ text: String) throws -> [Record] {
    let plain = digits.filter { $0 != UInt8(ascii: "-") }
    guard (6...32).contains(plain.count), let low = bytesOfHexadecimal(plain + Self.digits(0x30, 32 - plain.count)),
      let high = bytesOfHexadecimal(plain + Self.digits(0x66, 32 - plain.count))
    else { throw StoreError.notAnID(text) }
    let rows = try db.each(
      "SELECT id, kind FROM record WHERE id BETWEEN ? AND ? ORDER BY id, kind LIMIT 200", Blob(low), Blob(high)
    ) { (id: RecordID($0.value(Blob.self, 0)?.bytes ?? []), kind: Kind(rawValue: $0.value(Blob.self, 1)?.text ?? "")) }
    return try rows.compactMap { row in
      guard let id = row.id, let kind = row.kind else { return nil }
      return try record(id, of: kind)
    }
  }

  private func wrongLetter(_ text: String, _ candidates: [Record]) throws -> StoreError {
    .wrongLetter(text, candidates: try candidates.prefix(8).map { try shortID($0.id, $0.kind) })
  }

  private static func digits(_ digit: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: digit, count: count) }

  /// The shortest unique prefix of an id, of at least 6 digits, after its kind's letter, as in `c:3f9a1c`.
  public func shortID(_ id: RecordID, _ kind: Kind) throws -> String {
    let bytes = id.bytes
    var shared = 0
    for neighbour in ["SELECT max(id) FROM record WHERE id < ?", "SELECT min(id) FROM record WHERE id > ?"] {
      guard let other = try db.one(Blob.self, neighbour, Blob(bytes))?.bytes else { continue }
      // Two digits a byte, and the first of the one in which they differ where its upper half is the same.
      guard let place = zip(bytes, other).enumerated().first(where: { $0.element.0 != $0.element.1 }) else { continue }
      shared = max(shared, 2 * place.offset + (place.element.0 ^ place.element.1 < 16 ? 1 : 0))
    }
    return "\(kind.letter):\(id.hex.prefix(max(6, shared + 1)))"
  }

  /// What an error says, with records named by their short ids.
  package func telling(_ error: StoreError) throws -> String {
    try error.message { id, kind in
      try life(of: id) == nil ? "\(kind.letter):\(id)" : shortID(id, kind)
    }
  }

  // MARK: - Rows

  /// The records of a kind that meet a condition of SQL, which may end with an order and a limit.
  func records(_ kind: Kind, _ condition: String, _ arguments: [(any SQLValue)?]) throws -> [Record] {
    let table = TypedTable.of(kind)
    let sql =
      "SELECT id, curator, created_ms, modified_ms, deleted, \(table.selection) FROM \(kind.rawValue) WHERE \(condition)"
    return try db.each(sql, list: arguments) { try record($0, table) }
  }

  private func record(_ row: SQLRow, _ table: TypedTable) throws -> Record {
    let uuid = row.value(String.self, 0) ?? ""
    var fields: [String: FieldContent] = [:]
    for (column, field) in zip(Int32(5)..., table.columns) {
      fields[field.name] = FieldColumn.content(of: row, column, in: field)
    }
    for field in table.sets {
      let name = TypedTable.table(ofSet: field)
      let elements = try db.all(String.self, "SELECT \(name) FROM \(name) WHERE record = ? ORDER BY \(name)", uuid)
      if !elements.isEmpty { fields[field.name] = .elements(elements) }
    }
    guard let id = RecordID(uuid: uuid), let curator = RecordID(uuid: row.value(String.self, 1) ?? "") else {
      throw LogDamage(arrival: 0, detail: "the typed table \(table.kind.rawValue) holds \(uuid), which is no UUID")
    }
    return Record(
      kind: table.kind, id: id, fields: fields, curator: curator, createdMilliseconds: row.value(Int64.self, 2) ?? 0,
      modifiedMilliseconds: row.value(Int64.self, 3) ?? 0, isDeleted: row.value(Int.self, 4) != 0)
  }

  // MARK: - What stands on what

  /// The records of one kind that stand on another by the field that makes them do so, oldest first.
  public func records(_ kind: Kind, on target: RecordID, includingDeleted: Bool = false) throws -> [Record] {
    if kind.targetFields.isEmpty { return [] }
    let stands = kind.targetFields.map { "\"\($0)\" = ?" }.joined(separator: " OR ")
    let targets: [(any SQLValue)?] = kind.targetFields.map { _ in target.description }
    return try records(
      kind, "(\(stands))\(includingDeleted ? "" : " AND NOT deleted") ORDER BY created_ms, id", targets)
  }

  /// The name that a curator is shown by.
  public func curatorName(_ id: RecordID) throws -> String {
    try db.one(String.self, "SELECT name FROM curator WHERE id = ?", id.description) ?? "curator \(id.hex.prefix(6))"
  }

  /// The curator in whose name this store is written to; `nil` where nobody was named yet.
  public func currentCurator() throws -> RecordID? {
    try db.one(Blob.self, "SELECT value FROM local_setting WHERE name = 'curator'").flatMap { RecordID($0.bytes) }
  }

  /// The label of a term; `nil` where the CURIE has no term here.
  public func label(of curie: String) throws -> String? {
    try db.one(String.self, "SELECT label FROM term WHERE curie = ? AND deleted = 0 AND label IS NOT NULL", curie)
  }
}

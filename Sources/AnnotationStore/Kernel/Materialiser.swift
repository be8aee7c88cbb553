import AnnotationModel
import GRDB

/// Keeps the typed tables, the full-text index and the conflicts in step with the live ops of the records touched.
final class Materialiser {
  private let db: Database
  private let log: LogReader
  private let life: LifeMaterialiser
  private let conflicts: ConflictTable
  private var uuidOfCurator: [Int64: String] = [:]

  init(_ db: Database, log: LogReader, conflicts: ConflictTable) {
    self.db = db
    self.log = log
    self.conflicts = conflicts
    life = LifeMaterialiser(db, log: log, conflicts: conflicts)
  }

  /// Takes note of who a curator is, because much will be written in that name.
  func remember(curator: RecordID, ref: Int64) { uuidOfCurator[ref] = curator.description }

  func update(_ touched: TouchedRecords) throws {
    for entry in touched.entries {
      guard let kind = Kind(rawValue: entry.key.kind) else { continue }
      life.note(entry)
      let targetsBefore = try life.targetsBefore(entry, kind)
      let table = TypedTable.of(kind)
      let create = entry.ops.first { $0.action == .create }
      if entry.isNew, entry.ops.count == 1, case .create(let values, let elements)? = create?.payload {
        try insertNew(entry, table, values, elements)
      } else if create != nil {
        try rewrite(entry, table)
      } else if try exists(entry.ref, in: table) {
        try rewriteTouched(entry, table)
      } else {
        continue
      }
      try life.update(entry, kind: kind, targetsBefore: targetsBefore)
    }
    try life.updateTargets()
  }

  // MARK: - A record that only its create has written to

  private func insertNew(
    _ entry: TouchedRecords.Entry, _ table: TypedTable, _ values: [Op.FieldValue], _ elements: [Op.FieldElements]
  ) throws {
    let uuid = entry.key.id.description
    let contents = table.columns.map { field in
      values.first { $0.field.isSameBytes(as: field.name) }.flatMap {
        FieldColumn.content(of: $0.value.value, in: field)
      }
    }
    try insertRow(
      entry, table, contents, curator: entry.curator, createdMilliseconds: entry.atMilliseconds,
      modifiedMilliseconds: entry.atMilliseconds)
    for field in table.sets {
      let present = elements.first { $0.field.isSameBytes(as: field.name) }?.elements ?? []
      for element in present { try insert(element, into: field, of: uuid) }
    }
  }

  private func insertRow(
    _ entry: TouchedRecords.Entry, _ table: TypedTable, _ contents: [FieldContent?], curator: Int64,
    createdMilliseconds: Int64, modifiedMilliseconds: Int64
  ) throws {
    let head: [(any SQLValue)?] = [entry.ref, entry.key.id.description]
    let tail: [(any SQLValue)?] = [try uuid(ofCurator: curator), createdMilliseconds, modifiedMilliseconds, 0]
    try db.run(table.insert, head + contents.map { $0?.column } + tail)
    if let text = searchText(table, contents) {
      try db.run("INSERT INTO text_index (rowid, text) VALUES (?, ?)", entry.ref, text)
    }
  }

  private func insert(_ element: String, into field: Field, of uuid: String) throws {
    let sql = TypedTable.insertElement[field.name] ?? ""
    try db.run(sql, uuid, FieldColumn.shown(element))
  }

  // MARK: - A record that has a history

  /// Makes the row anew from all cells: when a create comes to a record that something is known of.
  private func rewrite(_ entry: TouchedRecords.Entry, _ table: TypedTable) throws {
    if try exists(entry.ref, in: table) {
      try removeFromIndex(entry.ref, table)
      try db.run("DELETE FROM \(table.kind.rawValue) WHERE ref = ?", entry.ref)
    }
    guard let origin = try log.firstCreate(of: entry.ref) else { return }
    let modified = try db.one(
      Int64.self, "SELECT max(change.at_ms) FROM op JOIN change ON change.arrival = op.change WHERE op.record = ?",
      entry.ref)
    let contents = try table.columns.map { try content(of: $0, entry) }
    try insertRow(
      entry, table, contents, curator: origin.curator, createdMilliseconds: origin.atMilliseconds,
      modifiedMilliseconds: modified ?? origin.atMilliseconds)
    for field in table.sets {
      try update(try knownElements(of: field, entry.key, entry.ref), of: field, entry)
    }
  }

  private func rewriteTouched(_ entry: TouchedRecords.Entry, _ table: TypedTable) throws {
    let fields = table.columns.filter { field in entry.ops.contains { $0.field.isSameBytes(as: field.name) } }
    if !fields.isEmpty {
      let isIndexed = fields.contains(where: FieldColumn.isSearchable)
      if isIndexed { try removeFromIndex(entry.ref, table) }
      let assignments = fields.map { "\"\($0.name)\" = ?" }.joined(separator: ", ")
      let columns = try fields.map { try content(of: $0, entry, knowing: known(of: $0, entry, table))?.column }
      try db.run(
        "UPDATE \(table.kind.rawValue) SET \(assignments), \(Self.modified) WHERE ref = ?",
        columns + [entry.atMilliseconds, entry.ref])
      if isIndexed, let text = searchText(table, try storedContents(entry.ref, table)) {
        try db.run("INSERT INTO text_index (rowid, text) VALUES (?, ?)", entry.ref, text)
      }
    }
    for field in table.sets {
      let written = entry.ops.filter { $0.field.isSameBytes(as: field.name) }.compactMap(\.element)
      try update(Self.inOrder(Set(written.map { Array($0.utf8) })), of: field, entry)
    }
    if fields.isEmpty {
      try db.run("UPDATE \(table.kind.rawValue) SET \(Self.modified) WHERE ref = ?", entry.atMilliseconds, entry.ref)
    }
  }

  private static let modified = "modified_ms = max(modified_ms, ?)"

  /// The text that a prose field showed before it was touched, where the row has it: what was edited since goes on from
  /// there, and nothing earlier has to be read.
  private func known(of field: Field, _ entry: TouchedRecords.Entry, _ table: TypedTable) throws -> KnownText? {
    guard field.isProse, let arrival = entry.aloneBefore[field.name] ?? nil else { return nil }
    let column = "SELECT \"\(field.name)\" FROM \(table.kind.rawValue) WHERE ref = ?"
    return FieldColumn.known(try db.one(String.self, column, entry.ref), at: try log.id(of: arrival))
  }

  /// The content shown of a register or prose field; notes the conflict, where there is one.
  private func content(
    of field: Field, _ entry: TouchedRecords.Entry, knowing known: KnownText? = nil
  ) throws -> FieldContent? {
    let cell = CellKey(record: entry.key, field: field.name)
    let live = try log.live(in: cell, ref: entry.ref).arrivals.map(log.id(of:))
    let reading = try CellResolver(log).reading(live, in: cell, isProse: field.isProse, knowing: known)
    try conflicts.set(
      entry.key, field: field.name, type: field.isProse ? .prose : .register,
      readings: reading.isConflict ? reading.candidates.count : 0)
    return (reading.shown?.value).flatMap { FieldColumn.content(of: $0, in: field) }
  }

  /// Elements of records by how they are shown, where several may be shown alike.
  private typealias Twins = [Int64: [[UInt8]: [String]]]

  /// Brings the rows of elements into step. Several elements may be shown alike, for SQLite's texts hold no NUL, and so
  /// may those of a record of another kind with the same id: their one row stays while any of them is present.
  private func update(_ elements: [String], of field: Field, _ entry: TouchedRecords.Entry) throws {
    let table = TypedTable.table(ofSet: field)
    let uuid = entry.key.id.description
    var twins: Twins = [:]
    for element in elements {
      let shown = FieldColumn.shown(element)
      let isShown =
        try isPresent(shown, of: field, entry.key, entry.ref, &twins)
        || namesakes(of: entry, with: field).contains { try isPresent(shown, of: field, $0.key, $0.ref, &twins) }
      if isShown {
        try insert(element, into: field, of: uuid)
      } else {
        try db.run("DELETE FROM \(table) WHERE record = ? AND \(table) = ?", uuid, shown)
      }
    }
  }

  /// Whether a record has an element that is shown so.
  private func isPresent(
    _ shown: String, of field: Field, _ record: RecordKey, _ ref: Int64, _ twins: inout Twins
  ) throws -> Bool {
    var elements = [shown]
    if FieldColumn.mayHaveTwins(shown) {
      let known =
        try twins[ref]
        ?? Dictionary(grouping: knownElements(of: field, record, ref)) { Array(FieldColumn.shown($0).utf8) }
      twins[ref] = known
      elements = known[Array(shown.utf8)] ?? []
    }
    return try elements.contains { element in
      let cell = CellKey(record: record, field: field.name, element: element)
      let live = try log.live(in: cell, ref: ref).arrivals.map(log.id(of:))
      return SetReading.isPresent(try CellResolver(log).liveOps(live, in: cell))
    }
  }

  /// The records of other kinds with the same id that have the same set.
  private func namesakes(
    of entry: TouchedRecords.Entry, with field: Field
  ) throws -> [(key: RecordKey, ref: Int64)] {
    let others = try db.each(
      "SELECT kind, ref FROM record WHERE id = ? AND ref != ?", Blob(entry.key.id.bytes), entry.ref
    ) { (kind: $0.value(Blob.self, 0)?.text ?? "", ref: $0.value(Int64.self, 1) ?? 0) }
    return try others.compactMap { other in
      guard let kind = Kind(rawValue: other.kind), kind.field(named: field.name)?.isSet == true,
        try exists(other.ref, in: TypedTable.of(kind))
      else { return nil }
      return (RecordKey(kind: other.kind, id: entry.key.id), other.ref)
    }
  }

  private func knownElements(of field: Field, _ record: RecordKey, _ ref: Int64) throws -> [String] {
    var known = Set(
      try db.all(
        Blob.self, "SELECT DISTINCT element FROM live WHERE record = ? AND field = ?", ref, Blob(field.name)
      ).map(\.bytes))
    for create in try log.creates(of: ref) {
      let op = try log.change(create).ops.first { $0.recordKey == record && $0.action == .create }
      guard case .create(_, let elements)? = op?.payload else { continue }
      for item in elements where item.field.isSameBytes(as: field.name) {
        known.formUnion(item.elements.map { Array($0.utf8) })
      }
    }
    return Self.inOrder(known)
  }

  private static func inOrder(_ elements: Set<[UInt8]>) -> [String] {
    elements.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: - Rows

  private func exists(_ ref: Int64, in table: TypedTable) throws -> Bool {
    try db.one(Int.self, "SELECT 1 FROM \(table.kind.rawValue) WHERE ref = ?", ref) != nil
  }

  private func storedContents(_ ref: Int64, _ table: TypedTable) throws -> [FieldContent?] {
    try db.first("SELECT \(table.selection) FROM \(table.kind.rawValue) WHERE ref = ?", ref) { row in
      zip(Int32(0)..., table.columns).map { FieldColumn.content(of: row, $0, in: $1) }
    } ?? []
  }

  private func removeFromIndex(_ ref: Int64, _ table: TypedTable) throws {
    guard let text = searchText(table, try storedContents(ref, table)) else { return }
    try db.run("INSERT INTO text_index (text_index, rowid, text) VALUES ('delete', ?, ?)", ref, text)
  }

  private func searchText(_ table: TypedTable, _ contents: [FieldContent?]) -> String? {
    let texts = zip(contents, table.columns).compactMap { FieldColumn.searchable($0, in: $1) }
    return texts.isEmpty ? nil : texts.joined(separator: "\n")
  }

  private func uuid(ofCurator ref: Int64) throws -> String {
    if let known = uuidOfCurator[ref] { return known }
    let id = try db.one(Blob.self, "SELECT id FROM record WHERE ref = ?", ref).flatMap { RecordID($0.bytes) }
    let uuid = id?.description ?? ""
    uuidOfCurator[ref] = uuid
    return uuid
  }
}

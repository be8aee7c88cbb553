import AnnotationModel
import GRDB

/// Keeps the typed tables, the full-text index and the conflicts in step with the live ops of the records touched.
final class Materialiser {
  private let db: Database
  private let log: LogReader
  private let life: LifeMaterialiser
  private var uuidOfCurator: [Int64: String] = [:]

  init(_ db: Database, log: LogReader) {
    self.db = db
    self.log = log
    life = LifeMaterialiser(db, log: log)
  }

  func update(_ touched: TouchedRecords, arrival: Int64, atMilliseconds: Int64, curator: Int64) throws {
    for entry in touched.entries {
      guard let kind = Kind(rawValue: entry.key.kind) else { continue }
      life.note(entry)
      let targetsBefore = try life.targetsBefore(entry, kind)
      let table = TypedTable.of(kind)
      let create = entry.ops.first { $0.action == .create }
      if entry.isNew, let create, case .create(let values, let elements) = create.payload {
        try insertNew(entry, table, values, elements, atMilliseconds: atMilliseconds, curator: curator)
      } else if create != nil {
        try rewrite(entry, table)
      } else if try exists(entry.ref, in: table) {
        try rewriteTouched(entry, table, atMilliseconds: atMilliseconds)
      } else {
        continue
      }
      try life.update(entry, kind: kind, isNew: entry.isNew, targetsBefore: targetsBefore)
    }
  }

  // MARK: - A record that only its create has written to

  private func insertNew(
    _ entry: TouchedRecords.Entry, _ table: TypedTable, _ values: [Op.FieldValue], _ elements: [Op.FieldElements],
    atMilliseconds: Int64, curator: Int64
  ) throws {
    let uuid = entry.key.id.description
    let contents = table.columns.map { field in
      values.first { $0.field.isSameBytes(as: field.name) }.flatMap {
        FieldColumn.content(of: $0.value.value, in: field)
      }
    }
    try insertRow(
      entry, table, contents, curator: curator, createdMilliseconds: atMilliseconds,
      modifiedMilliseconds: atMilliseconds)
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
    let shown = FieldColumn.content(of: .text(element), in: field)?.column
    try db.run(sql, uuid, shown)
  }

  // MARK: - A record that has a history

  /// Makes the row anew from all cells: when a create comes to a record that something is known of.
  private func rewrite(_ entry: TouchedRecords.Entry, _ table: TypedTable) throws {
    if try exists(entry.ref, in: table) {
      try removeFromIndex(entry.ref, table)
      try db.run("DELETE FROM \(table.kind.rawValue) WHERE ref = ?", entry.ref)
    }
    let origin = try db.rows(
      """
      SELECT change.curator, change.at_ms, change.depth, change.id FROM op JOIN change ON change.arrival = op.change
      WHERE op.record = ? AND op.action = 0 ORDER BY change.depth, change.id LIMIT 1
      """, entry.ref)
    guard let origin = origin.first else { return }
    let modified = try db.one(
      Int64.self, "SELECT max(change.at_ms) FROM op JOIN change ON change.arrival = op.change WHERE op.record = ?",
      entry.ref)
    let contents = try table.columns.map { try content(of: $0, entry) }
    try insertRow(
      entry, table, contents, curator: origin["curator"], createdMilliseconds: origin["at_ms"],
      modifiedMilliseconds: modified ?? origin["at_ms"])
    for field in table.sets {
      for element in try knownElements(of: field, entry) { try updateElement(element, of: field, entry) }
    }
  }

  private func rewriteTouched(_ entry: TouchedRecords.Entry, _ table: TypedTable, atMilliseconds: Int64) throws {
    let fields = table.columns.filter { field in entry.ops.contains { $0.field.isSameBytes(as: field.name) } }
    if !fields.isEmpty {
      try removeFromIndex(entry.ref, table)
      let assignments = fields.map { "\"\($0.name)\" = ?" }.joined(separator: ", ")
      let columns = try fields.map { try content(of: $0, entry)?.column }
      try db.run("UPDATE \(table.kind.rawValue) SET \(assignments) WHERE ref = ?", columns + [entry.ref])
      if let text = searchText(table, try storedContents(entry.ref, table)) {
        try db.run("INSERT INTO text_index (rowid, text) VALUES (?, ?)", entry.ref, text)
      }
    }
    for op in entry.ops {
      guard let element = op.element, let field = table.sets.first(where: { $0.name.isSameBytes(as: op.field) }) else {
        continue
      }
      try updateElement(element, of: field, entry)
    }
    try db.run(
      "UPDATE \(table.kind.rawValue) SET modified_ms = max(modified_ms, ?) WHERE ref = ?", atMilliseconds, entry.ref)
  }

  /// The content shown of a register or prose field; notes the conflict, where there is one.
  private func content(of field: Field, _ entry: TouchedRecords.Entry) throws -> FieldContent? {
    let cell = CellKey(record: entry.key, field: field.name)
    let live = try log.live(in: cell, ref: entry.ref).arrivals.map(log.id(of:))
    let reading = try CellResolver(log).reading(live, in: cell, isProse: field.isProse)
    try Conflicts.set(
      db, record: entry.key, field: field.name, type: field.isProse ? .prose : .register,
      readings: reading.isConflict ? reading.candidates.count : 0)
    return (reading.shown?.value).flatMap { FieldColumn.content(of: $0, in: field) }
  }

  private func updateElement(_ element: String, of field: Field, _ entry: TouchedRecords.Entry) throws {
    let cell = CellKey(record: entry.key, field: field.name, element: element)
    let live = try log.live(in: cell, ref: entry.ref).arrivals.map(log.id(of:))
    let uuid = entry.key.id.description
    if SetReading.isPresent(try CellResolver(log).liveOps(live, in: cell, isProse: false)) {
      try insert(element, into: field, of: uuid)
    } else {
      let table = TypedTable.table(ofSet: field)
      let shown = FieldColumn.content(of: .text(element), in: field)?.column
      try db.run("DELETE FROM \(table) WHERE record = ? AND \(table) = ?", uuid, shown)
    }
  }

  private func knownElements(of field: Field, _ entry: TouchedRecords.Entry) throws -> [String] {
    var known = Set(
      try db.all(
        Blob.self, "SELECT DISTINCT element FROM live WHERE record = ? AND field = ?", entry.ref, Blob(field.name)
      ).map(\.bytes))
    for create in try log.creates(of: entry.ref) {
      let op = try log.change(create).ops.first { $0.recordKey == entry.key && $0.action == .create }
      guard case .create(_, let elements)? = op?.payload else { continue }
      for item in elements where item.field.isSameBytes(as: field.name) {
        known.formUnion(item.elements.map { Array($0.utf8) })
      }
    }
    return known.map { String(decoding: $0, as: UTF8.self) }.sorted { $0.precedesInBytes($1) }
  }

  // MARK: - Rows

  private func exists(_ ref: Int64, in table: TypedTable) throws -> Bool {
    try db.one(Int.self, "SELECT 1 FROM \(table.kind.rawValue) WHERE ref = ?", ref) != nil
  }

  private func storedContents(_ ref: Int64, _ table: TypedTable) throws -> [FieldContent?] {
    guard let row = try db.rows("SELECT * FROM \(table.kind.rawValue) WHERE ref = ?", ref).first else { return [] }
    return table.columns.map { FieldColumn.content(of: row[$0.name], in: $0) }
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

import AnnotationStore

/// Merges one exported sheet into the store: each row against the version of its record that was exported.
///
/// A cell is changed where it differs from what was exported, by the rules of ``SheetHabit``. What was changed is
/// written as of that version, so that it comes into conflict or is merged with what was written here since.
final class SheetMerge {
  let session: ImportSession
  let header: SheetHeader
  let renderer: SheetRenderer
  /// How many rows of the import were left out before this sheet.
  let skippedBefore: Int
  var manifest = SheetManifest()
  /// Where each record's row was met first.
  var places: [RecordID: Place] = [:]
  /// The rows, by their place in the report, with cells that were written beside what others wrote.
  var concurrent: [(row: Int, record: RecordID, fields: Set<String>)] = []
  private var changes: [String: Result<ChangeID, RowFault>] = [:]

  var transaction: WriteTransaction { session.transaction }
  var layout: SheetLayout { header.layout }

  /// Why a row cannot be taken.
  struct RowFault: Error {
    var column: String?
    var message: String
  }

  init(_ session: ImportSession, _ header: SheetHeader) {
    self.session = session
    self.header = header
    skippedBefore = session.report.skippedCount
    let transaction = session.transaction
    renderer = SheetRenderer(
      header.layout, record: { try transaction.applied.record($0) }, label: { try transaction.applied.label(of: $0) })
    if session.report.sheet == nil { session.report.sheet = SheetReport() }
    for name in header.unknown {
      session.leaveOut("column \"\(name)\": a sheet of \(header.layout.kind.plural) has no such column")
    }
  }

  // MARK: - Rows

  /// Takes a row of the sheet.
  func take(_ row: SheetRow) throws {
    let place = Place(line: row.line)
    if row.cells.first?.text.trimmed() == SheetManifest.mark { return manifest.take(row.cells.map(\.text)) }
    let cells = header.cells(of: row)
    let id = cells[.id]?.text.trimmed() ?? ""
    let print = cells[.fingerprint]?.text.trimmed() ?? ""
    do {
      if id == SheetManifest.mark { return manifest.take(Self.manifestCells(row, header)) }
      if id.isEmpty, print.isEmpty {
        // What a spreadsheet fills down in columns that are only to be read makes no record.
        guard cells.contains(where: { $0.key.isEditable && !$0.value.isBlank }) else { return }
        return try takeNew(cells, at: place)
      }
      try takeKnown(id, print, cells, at: place)
    } catch let fault as RowFault { session.skip(place, fault.column, fault.message) }
  }

  /// The three cells of a row of the list, where somebody put other columns before them.
  private static func manifestCells(_ row: SheetRow, _ header: SheetHeader) -> [String] {
    let start = header.columns.first { $0.column == .id }?.index ?? 0
    return row.cells.dropFirst(start).map(\.text)
  }

  private func takeKnown(_ id: String, _ print: String, _ cells: [SheetColumn: SheetCell], at place: Place) throws {
    guard let id = RecordID(uuid: id) else {
      throw RowFault(
        column: "id",
        message: "\"\(id.prefix(40))\" is no id. Put back what was exported; for a new record leave id "
          + "and fingerprint empty")
    }
    if let first = places[id] {
      throw RowFault(
        column: "id",
        message: "the row of this record stands on \(first) already. Delete one; for a new record empty "
          + "id and fingerprint")
    }
    places[id] = place
    guard let print = Fingerprint(print), print.belongs(to: id) else {
      throw RowFault(
        column: "fingerprint",
        message: "this is not the fingerprint of the row with this id, so nobody can tell what "
          + "was changed. Put it back (whole rows are to be sorted and copied), or export the sheet again")
    }
    let frontier = try print.changes.map { try change($0).get() }.sorted()
    guard let now = try transaction.applied.record(id) else {
      throw RowFault(column: "id", message: "there is no record \(id) here. \(Self.sync)")
    }
    guard now.kind == layout.kind else { throw RowFault(column: "id", message: "is that of \(now.kind.withArticle)") }
    let isCurrent = try transaction.applied.frontier(of: id) == frontier
    guard let base = isCurrent ? now : try transaction.version(of: id, at: frontier)?.record else {
      throw RowFault(
        column: "fingerprint",
        message: "the record was not there in the version that was exported. Export the sheet again")
    }
    try merge(cells, base: base, now: now, print, frontier, at: place)
  }

  static let sync =
    "The sheet was exported from a replica whose changes have not come: variorum sync first, and import it then"

  /// The change whose id begins so.
  private func change(_ digits: String) throws -> Result<ChangeID, RowFault> {
    if let known = changes[digits] { return known }
    let found: Result<ChangeID, RowFault>
    do { found = .success(try transaction.applied.change(named: digits)) } catch StoreError.noChange {
      found = .failure(
        RowFault(column: "fingerprint", message: "the version that was exported is not known here. \(Self.sync)"))
    }
    changes[digits] = found
    return found
  }

  // MARK: - Cells

  private func merge(
    _ cells: [SheetColumn: SheetCell], base: Record, now: Record, _ print: Fingerprint, _ frontier: [ChangeID],
    at place: Place
  ) throws {
    var differences = SheetDifferences(session: session, renderer: renderer, base: base, now: now, at: frontier)
    for (column, _) in header.columns where column.isEditable {
      guard let cell = cells[column] else { continue }
      try differences.compare(column, cell)
    }
    try differences.finishSelector(cells)
    var told = differences.told + (try readings(cells, base, now, print))
    let faults = differences.faults
    guard faults.isEmpty else {
      return session.skip(
        faults.map { ImportDraft.Problem(place: $0.column.map { place.at(column: $0) } ?? place, message: $0.message) })
    }
    if !differences.edits.isEmpty {
      if base.isDeleted {
        throw RowFault(column: nil, message: try transaction.applied.telling(.deleted(base.id, base.kind)))
      }
      try checkOwner(base)
    }
    var parted: Set<String> = []
    if session.isWriting, !differences.edits.isEmpty, let version = try transaction.version(of: base.id, at: frontier) {
      for edit in differences.edits where try transaction.isInConflict(version, edit.field) {
        throw RowFault(
          column: edit.cells.first?.column,
          message: "was in conflict when the sheet was exported, and one value of several was "
            + "shown. Decide it first (variorum conflicts), and export the sheet again")
      }
      for edit in differences.edits { told += try write(edit, version, &parted, at: place) }
    }
    guard !told.isEmpty else {
      session.report.sheet?.sameCount += 1
      return
    }
    if !parted.isEmpty, let row = session.report.sheet?.rows.count { concurrent.append((row, base.id, parted)) }
    let order = layout.columns.map(\.name)
    told.sort { (order.firstIndex(of: $0.column) ?? 0) < (order.firstIndex(of: $1.column) ?? 0) }
    session.report.sheet?.add(
      SheetReport.Row(
        file: session.fileName, place: place, record: .init(kind: now.kind, id: now.id), title: try title(of: now),
        outcome: SheetReport.Row.outcome(of: told), cells: told, note: nil))
  }

  private func write(
    _ edit: SheetDifferences.Edit, _ version: RecordVersion, _ parted: inout Set<String>, at place: Place
  ) throws -> [SheetReport.Cell] {
    var outcomes: [VersionedWrite] = []
    do {
      if let missing = edit.missing { _ = try session.makeSource(missing, at: place) }
      switch edit.change {
      case .value(let value): outcomes = [try transaction.set(version, edit.field, to: value)]
      case .elements(let added, let removed):
        outcomes = try added.map { try transaction.setElement(version, edit.field, $0, isPresent: true) }
        outcomes += try removed.map { try transaction.setElement(version, edit.field, $0, isPresent: false) }
      }
    } catch let error as StoreError where error.isAboutTheName {
      throw RowFault(column: edit.cells.first?.column, message: error.description)
    } catch let error as ModelError {
      throw RowFault(column: edit.cells.first?.column, message: DraftChecker.message(error))
    }
    var cells = edit.cells
    session.report.sheet?.writtenCount += outcomes.count { $0 == .written || $0 == .concurrent }
    if outcomes.contains(.concurrent) { parted.insert(edit.field) }
    if outcomes.allSatisfy({ $0 == .already || $0 == .same }) {
      for index in cells.indices { cells[index].outcome = .already }
    }
    return cells
  }

  /// An assessment is what one person holds; others answer with their own.
  private func checkOwner(_ base: Record) throws {
    guard base.kind == .assessment, let claim = base.reference("claim"),
      DerivedID.assessment(claim: claim, curator: session.curator) != base.id
    else { return }
    let name = try transaction.applied.curatorName(base.curator)
    throw RowFault(
      column: nil,
      message: "the assessment of \(name) was changed, which only \(name) can do. Put the row back, and "
        + "give your own assessment in a row without id and fingerprint")
  }

  private func readings(
    _ cells: [SheetColumn: SheetCell], _ base: Record, _ now: Record, _ print: Fingerprint
  ) throws -> [SheetReport.Cell] {
    let columns = layout.columns.filter { if case .reading = $0 { true } else { false } }
    // What is not there was not changed.
    let shown = try columns.map { try cells[$0].map { SheetText.unguarded($0.text) } ?? renderer.text($0, of: now) }
    if print.covers(readings: shown) { return [] }
    return try columns.compactMap { column in
      guard let cell = cells[column] else { return nil }
      let here = try renderer.text(column, of: now)
      switch SheetHabit.compare(here, cell) {
      case .same, .untouched: return nil
      case .damaged, .changed:
        // Spreadsheets write a time in their own way.
        if column == .reading("created") { return nil }
        return SheetReport.Cell(
          column: column.name, before: here, after: cell.text, here: nil, outcome: .notTaken, note: "is only to be read"
        )
      }
    }
  }

  /// What a record is told by.
  func title(of record: Record) throws -> String {
    if record.kind == .claim { return record.text("statement") ?? "" }
    let claim = try record.reference("claim").flatMap { try transaction.applied.record($0) }
    return "\(record.text("stance") ?? "assesses"): \(claim?.text("statement") ?? "")"
  }
}

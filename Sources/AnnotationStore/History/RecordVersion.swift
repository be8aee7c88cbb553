import AnnotationModel

/// A record as it stood when some changes and all that came causally before them were known, and nothing else: what an
/// edit that was made elsewhere, in a spreadsheet for one, is against.
///
/// Writing as of a version supersedes exactly what was live in it, so that whatever was written meanwhile is concurrent
/// with the edit: registers come into conflict, texts are merged.
public struct RecordVersion: Sendable {
  /// The record as it stood.
  public let record: Record
  /// Its live ops.
  let state: State
  /// The changes that made it so, as places in the log.
  let changes: Set<Int64>

  /// The cell of a field, or of an element of a set.
  func cell(_ field: Field, element: String? = nil) -> CellKey {
    CellKey(record: record.key, field: field.name, element: element)
  }
}

/// What came of a write as of a version.
public enum VersionedWrite: Hashable, Sendable {
  /// The version said this already.
  case same
  /// Somebody wrote this since, this edit itself taken before for one: nothing was written.
  case already
  /// It was written, and nobody else had written there since.
  case written
  /// It was written, and so had others since: both stand, in conflict or merged.
  case concurrent
}

extension ReadTransaction {
  /// The version that a record has now: those changes that wrote to it and that no other such change follows; empty
  /// where there is no such record.
  ///
  /// One change but where several wrote apart. Sorted.
  public func frontier(of record: RecordID) throws -> [ChangeID] {
    let log = logReader
    return try frontier(of: log.changes(writing: record), log).map(log.id(of:)).sorted()
  }

  /// A record as it stood at a version; `nil` where the version does not know it.
  ///
  /// - Parameter frontier: as ``frontier(of:)`` gave it, in any replica.
  /// - Throws: ``StoreError/noChange(_:)`` where one of the changes has not arrived here.
  public func version(of record: RecordID, at frontier: [ChangeID]) throws -> RecordVersion? {
    try version(of: record, at: frontier, logReader)
  }

  /// Whether a field of a version, which is no set, has a zero character. What is read of it has U+FFFD in its place.
  package func hasZero(_ version: RecordVersion, _ fieldName: String) throws -> Bool {
    guard let field = version.record.kind.field(named: fieldName), !field.isSet else { return false }
    let cell = version.cell(field)
    let reading = try CellResolver(logReader).reading(
      version.state.live(in: cell), in: cell, isProse: field.isProse)
    return reading.shown?.value.text?.utf8.contains(0) ?? false
  }

  func version(of record: RecordID, at frontier: [ChangeID], _ log: LogReader) throws -> RecordVersion? {
    let candidates = try log.changes(writing: record)
    var known = Set<Int64>()
    for id in frontier {
      guard let last = try log.arrival(of: id) else { throw StoreError.noChange(id.hex) }
      known.formUnion(try causalPast(of: last, among: candidates, log))
    }
    return try version(of: record, knowing: known.sorted(), log)
  }

  private func frontier(of changes: [Int64], _ log: LogReader) throws -> [Int64] {
    var rest = Set(try lastOfLogs(changes))
    var found: [Int64] = []
    while let last = rest.max() {
      found.append(last)
      rest.remove(last)
      if !rest.isEmpty { rest.subtract(try causalPast(of: last, among: Array(rest), log)) }
    }
    return found
  }

  /// Of each log the last of these changes, which follows the others; of a forked log all.
  private func lastOfLogs(_ changes: [Int64]) throws -> [Int64] {
    guard changes.count > 1 else { return changes }
    let list = "[\(changes.map(\.description).joined(separator: ","))]"
    return try db.all(
      Int64.self,
      """
      SELECT max(arrival) FROM change WHERE arrival IN (SELECT value FROM json_each(?))
      GROUP BY replica, CASE WHEN replica IN (SELECT replica FROM fork) THEN arrival END
      """, list)
  }
}

extension WriteTransaction {
  /// A record as it stood at a version; as ``ReadTransaction/version(of:at:)``, and quicker where many are asked for.
  ///
  /// - Throws: ``StoreError/noChange(_:)`` where one of the changes has not arrived here.
  public func version(of record: RecordID, at frontier: [ChangeID]) throws -> RecordVersion? {
    try applied.version(of: record, at: frontier, applier.log)
  }

  /// Gives a register another value, or edits prose to another text, as of a version.
  ///
  /// It supersedes exactly what the version had live. What was written since stays live beside it, a delete of the record
  /// included.
  /// - Parameter value: `nil` for an explicit null, which clears a register.
  /// - Throws: ``StoreError/conflict(_:_:field:)`` where a register was in conflict in the version, which showed one
  ///   value of several; ``ModelError`` where the field may not have the value.
  public func set(_ version: RecordVersion, _ fieldName: String, to value: CBORValue?) throws -> VersionedWrite {
    let record = version.record
    let (_, field) = try editable(record.id, fieldName, of: record.kind, evenDeleted: !record.isDeleted)
    guard !field.isSet else { throw ModelError.notASet(field: field.name, isSet: true) }
    try checkNew(value, for: field, of: record.kind)
    let (cell, value) = (version.cell(field), value ?? .null)
    let live = version.state.live(in: cell)
    let reading = try CellResolver(applier.log).reading(live, in: cell, isProse: field.isProse)
    if reading.isConflict, !field.isProse { throw StoreError.conflict(record.id, record.kind, field: field.name) }
    if reading.shown.map({ $0.value == value && !$0.isErased }) ?? (value == .null) { return .same }
    if try wasWritten(value, in: cell, isProse: field.isProse, since: version) { return .already }
    let outcome = try concurrency(of: cell, with: version)
    if case .prose(let prose) = reading {
      let base = ProseVersion(text: prose.text ?? "", cell: cell, live: live, versionText: prose.versionText)
      return try edit(base, to: value.text, evenDeleted: true) ? outcome : .same
    }
    try append(
      Op(
        kind: cell.record.kind, record: record.id, field: field.name, action: .set, supersedes: live,
        payload: .value(field.opValue(value))))
    return outcome
  }

  /// Whether a register was in conflict in a version, so that nothing can be written to it as of that.
  public func isInConflict(_ version: RecordVersion, _ fieldName: String) throws -> Bool {
    guard let field = version.record.kind.field(named: fieldName), !field.isProse, !field.isSet else { return false }
    let cell = version.cell(field)
    let live = version.state.live(in: cell)
    return try CellResolver(applier.log).reading(live, in: cell, isProse: false).isConflict
  }

  /// Adds an element to a set, or removes it, as of a version: an element that somebody added again since stays.
  ///
  /// - Throws: ``ModelError`` where the element is none that may stand there.
  public func setElement(
    _ version: RecordVersion, _ fieldName: String, _ element: String, isPresent: Bool
  ) throws -> VersionedWrite {
    let record = version.record
    let (_, field) = try editable(record.id, fieldName, of: record.kind, evenDeleted: !record.isDeleted)
    let element = try field.parseElement(element)
    let cell = version.cell(field, element: element)
    let resolver = CellResolver(applier.log)
    let live = version.state.live(in: cell)
    if SetReading.isPresent(try resolver.liveOps(live, in: cell)) == isPresent { return .same }
    if SetReading.isPresent(try resolver.liveOps(self.live(in: cell), in: cell)) == isPresent { return .already }
    if try wasWritten(isPresent ? .add : .remove, in: cell, since: version) { return .already }
    let outcome = try concurrency(of: cell, with: version)
    try append(
      Op(
        kind: cell.record.kind, record: record.id, field: field.name, element: element,
        action: isPresent ? .add : .remove, supersedes: live))
    return outcome
  }

  /// Whether something was written to a cell since a version, or the record was deleted.
  private func concurrency(of cell: CellKey, with version: RecordVersion) throws -> VersionedWrite {
    let life = CellKey(record: cell.record, field: "")
    for cell in [cell, life] {
      let known = Set(version.state.live(in: cell))
      if try live(in: cell).contains(where: { !known.contains($0) }) { return .concurrent }
    }
    return .written
  }

  private func wasWritten(
    _ value: CBORValue, in cell: CellKey, isProse: Bool, since version: RecordVersion
  ) throws -> Bool {
    try changes(in: cell, since: version).contains { change in
      if isProse {
        return try value.text?.isSameBytes(as: ProseResolver(applier.log, cell).versionText(of: [change])) ?? false
      }
      let ops = try CellResolver(applier.log).liveOps([change], in: cell)
      return ops.contains { $0.values.contains { $0.value == value && !$0.isErased } }
    }
  }

  private func wasWritten(_ action: Action, in cell: CellKey, since version: RecordVersion) throws -> Bool {
    try changes(in: cell, since: version).contains { try applier.log.op(of: $0, in: cell)?.op.action == action }
  }

  /// The changes that wrote to a cell and that a version does not know.
  private func changes(in cell: CellKey, since version: RecordVersion) throws -> [ChangeID] {
    try applier.log.changes(writing: cell.record.id).filter { arrival in
      guard !version.changes.contains(arrival) else { return false }
      return try applier.log.change(arrival).ops.contains { $0.cell == cell }
    }.map(applier.log.id(of:))
  }
}

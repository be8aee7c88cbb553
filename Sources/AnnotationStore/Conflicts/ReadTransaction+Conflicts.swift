import AnnotationModel
import GRDB

extension ReadTransaction {
  /// The conflicts of a record.
  public func conflicts(of id: RecordID) throws -> [Conflict] {
    var filter = ConflictFilter()
    filter.record = id
    return try rows(of: filter)
  }

  /// The conflicts that a filter finds, each with its values, by record and field.
  public func conflicts(_ filter: ConflictFilter = ConflictFilter()) throws -> [ConflictDetail] {
    var found: [ConflictDetail] = []
    try forEachConflict(filter) { found.append($0) }
    return found
  }

  /// Passes the conflicts that a filter finds to `body` one by one, so that any number fits into memory.
  public func forEachConflict(_ filter: ConflictFilter, _ body: (ConflictDetail) throws -> Void) throws {
    let log = logReader
    var found = 0
    for row in try rows(of: filter) {
      if let limit = filter.limit, found >= limit { return }
      guard let detail = try conflict(row, log) else { continue }
      if let curator = filter.curator, !detail.values.contains(where: { $0.isBy(curator) }) { continue }
      if let until = filter.untilMilliseconds, detail.sinceMilliseconds > until { continue }
      if let since = filter.sinceMilliseconds, detail.sinceMilliseconds < since { continue }
      found += 1
      try body(detail)
    }
  }

  /// A conflict with its values; `nil` where the field is not in conflict.
  ///
  /// - Parameters:
  ///   - field: empty for the life of the record.
  ///   - kind: the kind of the record, where there are several of this id.
  public func conflict(of record: RecordID, in field: String, of kind: Kind? = nil) throws -> ConflictDetail? {
    let log = logReader
    return try conflicts(of: record).first {
      $0.field.isSameBytes(as: field) && (kind == nil || $0.kind == kind?.rawValue)
    }.flatMap { try conflict($0, log) }
  }

  /// How many conflicts are to be decided, and how many texts were written differently at the same time.
  public func conflictCounts() throws -> (open: Int, prose: Int) {
    func count(_ condition: String) throws -> Int {
      try db.one(Int.self, "SELECT count(*) FROM conflict WHERE \(condition) AND NOT (\(Self.isBuried))") ?? 0
    }
    return (try count("type != 'prose'"), try count("type = 'prose'"))
  }

  /// Whether it is in conflict whether a record is deleted, which nobody decides by accident.
  package func isLifeInConflict(_ key: RecordKey) throws -> Bool {
    try db.one(
      Int.self, "SELECT 1 FROM conflict WHERE record = ? AND kind = ? AND field = '' AND type IN ('life', 'target')",
      key.id.description, key.kind) != nil
  }

  /// Why nothing is written to a record that is deleted, with the command that changes it.
  public func refusal(ofDeleted record: Record) throws -> StoreError {
    try refusal(ofDeleted: record.id, record.kind)
  }

  func refusal(ofDeleted record: RecordID, _ kind: Kind) throws -> StoreError {
    try isLifeInConflict(RecordKey(kind: kind.rawValue, id: record))
      ? .conflict(record, kind, field: "") : .deleted(record, kind)
  }

  func conflict(_ key: ConflictTable.Key) throws -> ConflictDetail? {
    let row = Conflict(
      record: key.record.id, kind: key.record.kind, field: key.field, type: key.type, readings: 0)
    return try conflict(row, logReader)
  }

  private func rows(of filter: ConflictFilter) throws -> [Conflict] {
    var conditions = ["NOT (\(Self.isBuried))"]
    var arguments: [(any SQLValue)?] = []
    if let record = filter.record {
      conditions.append("record = ?")
      arguments.append(record.description)
    }
    if let on = filter.on {
      // What stands on what stands on it is found too: replies, and evidence for an assessment.
      conditions.append(
        "record IN (WITH RECURSIVE thread (id) AS (VALUES (?) UNION \(Self.standing)) SELECT id FROM thread)")
      arguments.append(on.description)
    }
    if let field = filter.field {
      conditions.append("field = ?")
      arguments.append(field)
    }
    if let after = filter.after {
      conditions.append("(record, field, type) > (?, ?, ?)")
      arguments += [after.record.description, after.field, after.type.rawValue]
    }
    let sql =
      "SELECT record, kind, field, type, readings FROM conflict WHERE \(conditions.joined(separator: " AND ")) ORDER BY record, field, type"
    return try db.each(sql, list: arguments, read: Conflict.init).compactMap { $0 }.filter {
      filter.types?.contains($0.type) ?? true
    }
  }

  /// Whether a row of `conflict` is about a value of a record that is deleted, by whoever had seen it: that is buried with
  /// the record, and nobody is asked.
  static let isBuried = """
    type IN ('register', 'prose')
    AND coalesce(CASE kind \(Kind.allCases.map { kind in
      "WHEN '\(kind.rawValue)' THEN (SELECT deleted FROM \(kind.rawValue) WHERE id = conflict.record)"
    }.joined(separator: " ")) END, 0)
    AND NOT EXISTS (
      SELECT 1 FROM conflict AS life
      WHERE life.record = conflict.record AND life.kind = conflict.kind AND life.field = ''
    )
    """

  /// The records that stand on those of a thread: an arm for each field, so that each goes by its index.
  private static let standing = Kind.allCases.flatMap { kind in
    kind.targetFields.map {
      "SELECT \(kind.rawValue).id FROM thread JOIN \(kind.rawValue) ON \(kind.rawValue).\"\($0)\" = thread.id"
    }
  }.joined(separator: " UNION ")

  private func conflict(_ row: Conflict, _ log: LogReader) throws -> ConflictDetail? {
    guard let record = try Kind(rawValue: row.kind).flatMap({ try self.record(row.record, of: $0) }) else { return nil }
    switch row.type {
    case .register, .prose: return try valueConflict(row, record, log)
    case .life, .target: return try lifeConflict(row, record, log)
    case .fork: return try forkConflict(row, record, log)
    }
  }

  // MARK: - Values

  private func valueConflict(_ row: Conflict, _ record: Record, _ log: LogReader) throws -> ConflictDetail? {
    guard let field = record.kind.field(named: row.field), !field.isSet else { return nil }
    let cell = CellKey(record: record.key, field: field.name)
    let live = try log.live(in: cell)
    let reading = try CellResolver(log).reading(live, in: cell, isProse: field.isProse)
    let values = try readings(of: reading.candidates, in: cell, field, log)
    var merge: ProseMerge?
    if case .prose(let prose) = reading {
      merge = ProseMerge(text: prose.text ?? "", contentions: prose.contentions)
    }
    // A text that is alone in conflict stands for many, of which nothing is told.
    let base = field.isProse && values.count < 2 ? nil : try self.base(of: live, in: cell, field, log)
    return ConflictDetail(
      record: record, field: field.name, type: row.type, base: base, values: values, merge: merge, live: live.sorted())
  }

  /// What stood in a cell before its live ops parted; where that was in conflict itself, what stood there before it was.
  ///
  /// Goes by the live ops and not by who wrote their values: a restated value is older than what was superseded by it.
  private func base(
    of live: [ChangeID], in cell: CellKey, _ field: Field, _ log: LogReader
  ) throws -> FieldReading? {
    let ancestry = CellAncestry(log, cell)
    var live = live
    // One op says several values where it puts back what was in conflict.
    while live.count == 1, case .restates(let ids)? = try log.op(of: live[0], in: cell)?.op.payload { live = ids }
    while live.count > 1 {
      live = try ancestry.shared(by: live)
      let reading = try CellResolver(log).reading(live, in: cell, isProse: field.isProse)
      if case .prose = reading, let shown = reading.shown {
        // What was merged before was one text to both.
        return try self.reading(shown.change, .splice, FieldColumn.content(of: shown.value, in: field), log)
      }
      if !reading.isConflict { return try readings(of: reading.candidates, in: cell, field, log).first }
    }
    return nil
  }

  /// What some changes say in a cell, from the highest rank down.
  func readings(
    of changes: [ChangeID], in cell: CellKey, _ field: Field, _ log: LogReader
  ) throws -> [FieldReading] {
    let reading = try CellResolver(log).reading(changes, in: cell, isProse: field.isProse)
    return try readings(of: reading.candidates, in: cell, field, log)
  }

  private func readings(
    of candidates: [RegisterReading.Candidate], in cell: CellKey, _ field: Field, _ log: LogReader
  ) throws -> [FieldReading] {
    var carried: [ChangeID: Int] = [:]
    for carrier in candidates.flatMap(\.carriers) { carried[carrier, default: 0] += 1 }
    return try candidates.compactMap { candidate in
      let change = candidate.authored.change
      let action = try log.op(of: change, in: cell)?.op.action ?? .set
      return try reading(
        change, action, FieldColumn.content(of: candidate.authored.value, in: field),
        isErased: candidate.authored.isErased, carriers: candidate.carriers, standsBehind: { carried[$0] == 1 }, log)
    }
  }

  /// What a change says.
  ///
  /// - Parameters:
  ///   - carriers: the live changes by which it stands there; where none are given the change itself.
  ///   - standsBehind: whether who made one of them wrote or chose what it says. Who put back several values by an undo
  ///     stands behind none of them.
  func reading(
    _ change: ChangeID, _ action: Action, _ content: FieldContent?, deed: ConflictDeed? = nil, isErased: Bool = false,
    carriers: [ChangeID] = [], standsBehind: (ChangeID) -> Bool = { _ in false }, _ log: LogReader
  ) throws -> FieldReading? {
    guard let arrival = try log.arrival(of: change) else { return nil }
    let author = try log.author(of: arrival)
    var (since, others) = (carriers.isEmpty ? author.atMilliseconds : Int64.min, Set<RecordID>())
    for carrier in carriers {
      guard let place = carrier == change ? arrival : try log.arrival(of: carrier) else { continue }
      let by = try log.author(of: place)
      since = max(since, by.atMilliseconds)
      if carrier != change, standsBehind(carrier) { others.insert(by.curator) }
    }
    return FieldReading(
      content: content, deed: deed, isErased: isErased, action: action, change: change, replica: author.replica,
      curator: author.curator, atMilliseconds: author.atMilliseconds, standsSinceMilliseconds: since,
      alsoBy: others.subtracting([author.curator]).sorted())
  }

  // MARK: - Forks

  /// The logs that have several changes in one place.
  public func forkedLogs() throws -> [ForkedLog] {
    let log = logReader
    let rows = try db.each(
      """
      SELECT fork.replica, min(sequence), key,
        EXISTS (SELECT 1 FROM local_replica WHERE local_replica.key = replica.key),
        EXISTS (SELECT 1 FROM conflict WHERE type = 'fork' AND field = lower(hex(replica.key)))
      FROM fork JOIN replica ON replica.ref = fork.replica GROUP BY fork.replica ORDER BY key
      """
    ) {
      (
        $0.value(Int64.self, 0) ?? 0, $0.value(Int64.self, 1) ?? 0, $0.value(Blob.self, 2), $0.value(Int.self, 3) == 1,
        $0.value(Int.self, 4) == 1
      )
    }
    return try rows.compactMap { ref, sequence, key, isOwn, isOpen in
      guard let replica = key.flatMap({ ReplicaID($0.bytes) }) else { return nil }
      return ForkedLog(
        replica: replica, owner: try log.owner(of: ref), sequence: UInt64(sequence),
        tips: try log.tips(of: ref).map(\.tip), isOwn: isOwn, isOpen: isOpen)
    }
  }

  private func forkConflict(_ row: Conflict, _ owner: Record, _ log: LogReader) throws -> ConflictDetail? {
    guard let fork = try forkedLogs().first(where: { $0.replica.hex == row.field }) else { return nil }
    let values = try fork.tips.compactMap { tip in
      let count = tip.sequence >= fork.sequence ? tip.sequence - fork.sequence + 1 : 0
      return try reading(tip.id, .create, nil, deed: .branch(changes: count, from: fork.sequence), log)
    }
    return ConflictDetail(
      record: owner, field: row.field, type: .fork, base: nil, values: values, live: fork.tips.map(\.id).sorted())
  }
}

extension Conflict {
  /// Reads a row: record, kind, field, type, readings.
  init?(_ row: SQLRow) {
    guard let record = row.value(String.self, 0).flatMap({ RecordID(uuid: $0) }),
      let type = row.value(String.self, 3).flatMap({ ConflictType(rawValue: $0) })
    else { return nil }
    self.record = record
    self.type = type
    kind = row.value(String.self, 1) ?? ""
    field = row.value(String.self, 2) ?? ""
    readings = row.value(Int.self, 4) ?? 0
  }
}

import AnnotationModel
import GRDB

extension ReadTransaction {
  /// The changes of the log, newest first.
  ///
  /// - Parameters:
  ///   - record: only changes that wrote to this record, and of them only what they wrote there.
  ///   - curator: only changes in this curator's name.
  ///   - sinceMilliseconds: only changes of this time or later.
  ///   - limit: the most to return.
  public func changes(
    of record: RecordID? = nil, curator: RecordID? = nil, sinceMilliseconds: Int64? = nil, limit: Int? = nil
  ) throws -> [ChangeSummary] {
    var found: [ChangeSummary] = []
    try forEachChange(of: record, curator: curator, sinceMilliseconds: sinceMilliseconds, limit: limit) {
      found.append($0)
    }
    return found
  }

  /// Passes the changes of the log to `body` one by one, newest first, so that a log of any length fits into memory;
  /// the parameters are those of ``changes(of:curator:sinceMilliseconds:limit:)``.
  public func forEachChange(
    of record: RecordID? = nil, curator: RecordID? = nil, sinceMilliseconds: Int64? = nil, limit: Int? = nil,
    _ body: (ChangeSummary) throws -> Void
  ) throws {
    var conditions = ["1"]
    var arguments: [any DatabaseValueConvertible] = []
    let log = logReader
    if let record {
      conditions.append("change.arrival IN (SELECT value FROM json_each(?))")
      arguments.append("[\(try log.changes(writing: record).map(\.description).joined(separator: ","))]")
    }
    if let curator {
      conditions.append("change.curator = (SELECT ref FROM record WHERE id = ? AND kind = ?)")
      arguments += [Blob(curator.bytes), Blob(Kind.curator.rawValue)]
    }
    if let sinceMilliseconds {
      conditions.append("change.at_ms >= ?")
      arguments.append(sinceMilliseconds)
    }
    let sql = """
      SELECT arrival FROM change WHERE \(conditions.joined(separator: " AND ")) ORDER BY arrival DESC LIMIT ?
      """
    let found = try Int64.fetchAll(db, sql: sql, arguments: StatementArguments(arguments + [limit ?? -1]))
    for arrival in found { try body(try summary(arrival, of: record, log)) }
  }

  /// A change of the log; `nil` where it is not there.
  public func change(_ id: ChangeID) throws -> ChangeSummary? {
    let log = logReader
    return try log.arrival(of: id).map { try summary($0, of: nil, log) }
  }

  /// Everything that was ever written to a record, oldest first.
  public func history(of record: RecordID) throws -> [HistoryEntry] {
    let log = logReader
    return try log.changes(writing: record).flatMap { arrival in
      let author = try Author(arrival, db)
      return try log.change(arrival).ops.filter { $0.record == record }.map { try entry($0, author, log) }
    }
  }

  /// The change that a person means by the first of its hexadecimal digits, at least 6.
  ///
  /// - Throws: ``StoreError`` where the text is none, or names no change or several.
  public func change(named text: String) throws -> ChangeID {
    let digits = Array(text.lowercased().utf8)
    guard (6...64).contains(digits.count),
      digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 }),
      let low = bytesOfHexadecimal(digits + [UInt8](repeating: 0x30, count: 64 - digits.count)),
      let high = bytesOfHexadecimal(digits + [UInt8](repeating: 0x66, count: 64 - digits.count))
    else { throw StoreError.noChange(text) }
    let found = try db.all(Blob.self, "SELECT id FROM change WHERE id BETWEEN ? AND ? LIMIT 8", Blob(low), Blob(high))
      .compactMap { ChangeID($0.bytes) }
    guard let first = found.first else { throw StoreError.noChange(text) }
    guard found.count == 1 else {
      throw StoreError.ambiguous(text, candidates: found.map { String($0.hex.prefix(16)) })
    }
    return first
  }

  // MARK: -

  /// Where a change comes from.
  struct Author {
    let id: ChangeID
    let arrival: Int64
    let sequence: UInt64
    let replica: ReplicaID
    let curator: RecordID
    let atMilliseconds: Int64
    let isSealed: Bool

    init(_ arrival: Int64, _ db: Database) throws {
      let author = try db.first(
        """
        SELECT change.id, sequence, replica.key, record.id, at_ms, seal IS NOT NULL
        FROM change JOIN replica ON replica.ref = change.replica LEFT JOIN record ON record.ref = change.curator
        WHERE arrival = ?
        """, arrival
      ) { Author(arrival, $0) }
      guard let author = author ?? nil else { throw LogDamage(arrival: arrival, detail: "its author is missing") }
      self = author
    }

    private init?(_ arrival: Int64, _ row: SQLRow) {
      guard let id = ChangeID(row.value(Blob.self, 0)?.bytes ?? []),
        let replica = ReplicaID(row.value(Blob.self, 2)?.bytes ?? []),
        let curator = RecordID(row.value(Blob.self, 3)?.bytes ?? [])
      else { return nil }
      self.id = id
      self.arrival = arrival
      sequence = UInt64(row.value(Int64.self, 1) ?? 0)
      self.replica = replica
      self.curator = curator
      atMilliseconds = row.value(Int64.self, 4) ?? 0
      isSealed = row.value(Int.self, 5) == 1
    }
  }

  private func summary(_ arrival: Int64, of record: RecordID?, _ log: LogReader) throws -> ChangeSummary {
    let author = try Author(arrival, db)
    let ops = try log.change(arrival).ops
    let listed = ops.filter { record == nil || $0.record == record }.prefix(ChangeSummary.entryLimit)
    return ChangeSummary(
      id: author.id, arrival: arrival, sequence: author.sequence, replica: author.replica, curator: author.curator,
      atMilliseconds: author.atMilliseconds, isSealed: author.isSealed, opCount: ops.count,
      entries: try listed.map { try entry($0, author, log) })
  }
}

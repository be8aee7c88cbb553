import AnnotationModel
import Crypto
import Foundation
import GRDB

/// Everything that is derived from the log: made anew, and compared.
enum DerivedState {
  /// Makes the tables anew, and what is in them from the log, within a transaction.
  ///
  /// - Parameter progress: called with the changes done and the changes there are.
  /// - Returns: how many changes there are.
  static func rebuild(_ db: Database, progress: ((Int, Int) -> Void)?) throws -> Int {
    try DerivedSchema.current().makeAnew(db)
    return try fill(db, progress: progress)
  }

  /// Fills the tables, which are empty, from the log in the order of arrival.
  static func fill(_ db: Database, progress: ((Int, Int) -> Void)?) throws -> Int {
    let total = try db.one(Int.self, "SELECT count(*) FROM change") ?? 0
    let applier = Applier(db, largeCache: PageCache.medium)
    var (done, last, pendingBytes) = (0, Int64(0), 0)
    let next = "SELECT \(LoggedChange.columns) FROM change WHERE arrival > ? ORDER BY arrival LIMIT 1"
    while let logged = try db.first(next, last, read: LoggedChange.init) {
      try applier.rederive(logged)
      pendingBytes += logged.encoded.byteCount
      if applier.pendingOpCount >= pendingOpLimit || pendingBytes >= pendingByteLimit {
        try applier.materialise()
        pendingBytes = 0
      }
      last = logged.arrival
      done += 1
      progress?(done, total)
    }
    try applier.finish()
    return done
  }

  /// How much is applied before records are brought into step: one that many changes wrote to is read again each time,
  /// and all of it is in memory.
  private static let (pendingOpLimit, pendingByteLimit) = (1024, 256 << 10)

  /// SHA-256 over the rows of each derived table in a fixed order, row numbers aside: equal states, equal fingerprints.
  static func fingerprints(_ db: Database) throws -> [(table: String, digest: String)] {
    try queries.map { ($0.table, try digest(db, $0.sql)) } + [(textIndex, try textIndexDigest(db))]
  }

  /// The same of tables that may be damaged or missing: `nil` for what cannot be read.
  static func fingerprintsFound(_ db: Database) throws -> [String: String] {
    var found: [String: String] = [:]
    for query in queries { found[query.table] = try readable { try digest(db, query.sql) } }
    found[textIndex] = try readable { try textIndexDigest(db) }
    return found
  }

  private static func readable(_ digest: () throws -> String) throws -> String? {
    do { return try digest() } catch let error as DatabaseError {
      // No such table, or its bytes are none.
      if [.SQLITE_ERROR, .SQLITE_CORRUPT].contains(error.resultCode) { return nil }
      throw error
    }
  }

  private static let textIndex = "text_index"

  private static var queries: [(table: String, sql: String)] {
    var queries: [(table: String, sql: String)] = Kind.allCases.map { kind in
      let columns = TypedTable.of(kind).columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
      return (
        kind.rawValue,
        "SELECT id, \(columns), curator, created_ms, modified_ms, deleted FROM \(kind.rawValue) ORDER BY id"
      )
    }
    queries += TypedTable.setTables.map { ($0, "SELECT record, \($0) FROM \($0) ORDER BY record, \($0)") }
    queries += [
      ("conflict", "SELECT record, kind, field, type, readings FROM conflict ORDER BY record, kind, field, type"),
      (
        "fork",
        "SELECT replica.key, sequence FROM fork JOIN replica ON replica.ref = fork.replica ORDER BY key, sequence"
      ),
      ("head", "SELECT change.id FROM head JOIN change ON change.arrival = head.change ORDER BY change.id"),
      (
        "change",
        """
        SELECT change.id, depth, sequence, at_ms, record.id FROM change
        LEFT JOIN record ON record.ref = change.curator ORDER BY arrival
        """
      ),
      (
        "live",
        """
        SELECT record.id, record.kind, live.field, live.element, change.id FROM live
        JOIN record ON record.ref = live.record JOIN change ON change.arrival = live.change
        ORDER BY record.id, record.kind, live.field, live.element, change.id
        """
      ),
      (
        "op",
        """
        SELECT record.id, record.kind, op.change, op.position, op.action, op.field, op.element FROM op
        JOIN record ON record.ref = op.record ORDER BY op.change, op.position
        """
      ),
    ]
    return queries
  }

  private static func digest(_ db: Database, _ sql: String) throws -> String {
    var hasher = SHA256()
    let rows = try Row.fetchCursor(db, sql: sql)
    while let row = try rows.next() {
      for value in row.databaseValues {
        switch value.storage {
        case .null: hasher.update(data: [0])
        case .int64(let int): hasher.update(data: Array("i\(int);".utf8))
        case .double(let double): hasher.update(data: Array("d\(double);".utf8))
        case .string(let text): hasher.update(data: Array("t\(text.utf8.count):".utf8) + Array(text.utf8))
        case .blob(let data): hasher.update(data: Array("b\(data.count):".utf8) + Array(data))
        }
      }
      hasher.update(data: [1])
    }
    return hexadecimal(hasher.finalize())
  }

  /// The index holds no texts, so it is compared by its words: which word stands in how many records how often.
  private static func textIndexDigest(_ db: Database) throws -> String {
    try db.execute(sql: "CREATE VIRTUAL TABLE IF NOT EXISTS temp.text_words USING fts5vocab(main, text_index, 'row')")
    return try digest(db, "SELECT term, doc, cnt FROM temp.text_words ORDER BY term")
  }
}

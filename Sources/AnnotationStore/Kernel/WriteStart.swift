import AnnotationModel
import GRDB
import GRDBSQLite

/// What a write transaction starts from.
///
/// Read by one statement: each of these is a look-up of next to nothing, and a small write consists of such. One that
/// follows another of this process takes what that left (``LastStart``).
struct WriteStart: Equatable {
  /// The end of a replica's log: what its next change follows.
  struct End: Equatable {
    var id: ChangeID
    var place: LogReader.Place
    /// Who wrote the last change.
    var curator: RecordID?
  }

  /// The newest of the keys that were minted for this file; 0 for none.
  var newestKey: Int64
  /// In whose name this file is written to.
  var curator: RecordID?
  /// The last place taken in the logs of all; 0 for none.
  var lastArrival: Int64
  /// Whether there are several heads.
  var hasConcurrentHeads: Bool
  /// Whether any log ever forked.
  var hasForks: Bool
  /// The end of the log that was asked for; `nil` where there is none.
  var end: End?
}

extension WriteStart {
  /// - Parameter replica: the key to write with, where it is known.
  init(_ db: Database, replica: ReplicaID?) throws {
    let found = try db.first(Self.sql, (replica?.bytes).map(Blob.init)) { WriteStart($0) }
    guard let found else { throw LogDamage(arrival: 0, detail: "it cannot be read") }
    self = found
  }

  private init(_ row: SQLRow) {
    newestKey = row.value(Int64.self, 0) ?? 0
    curator = row.value(Blob.self, 1).flatMap { RecordID($0.bytes) }
    lastArrival = row.value(Int64.self, 2) ?? 0
    hasConcurrentHeads = row.value(Int.self, 3) == 1
    hasForks = row.value(Int.self, 4) == 1
    end = row.value(Blob.self, 5).flatMap { ChangeID($0.bytes) }.map {
      End(
        id: $0, place: LogReader.Place(row, from: 7), curator: row.value(Blob.self, 6).flatMap { RecordID($0.bytes) })
    }
  }

  private static let sql = """
    SELECT (SELECT max(ordinal) FROM local_replica), (SELECT value FROM local_setting WHERE name = 'curator'),
    (SELECT max(arrival) FROM change), EXISTS (SELECT 1 FROM concurrent_head), EXISTS (SELECT 1 FROM fork),
    own.id, (SELECT id FROM record WHERE ref = own.curator), \(LogReader.Place.columns)
    FROM (SELECT 1) LEFT JOIN change AS own ON own.arrival = (
      SELECT arrival FROM change WHERE replica = (SELECT ref FROM replica WHERE key = ?) ORDER BY sequence DESC LIMIT 1
    )
    """
}

/// What the last write of a connection left for the next to start from, good as long as nothing else was committed.
///
/// SQLite counts for each connection what changes the file, whoever commits it, so that no writer has to be remembered
/// that makes this void.
struct LastStart {
  private let start: WriteStart
  private let version: UInt32

  /// Takes note of what the transaction left that was committed just now.
  init?(_ start: WriteStart, _ db: Database) {
    guard let version = Self.version(db) else { return nil }
    (self.start, self.version) = (start, version)
  }

  /// What a transaction starts from that has begun, and has written nothing yet; `nil` where something else was
  /// committed.
  func current(_ db: Database, replica: ReplicaID) -> WriteStart? {
    if Self.version(db) != version { return nil }
    // Wherever the tests write, this is what the file says.
    assert((try? WriteStart(db, replica: replica)).map { $0 == start } ?? true)
    return start
  }

  private static func version(_ db: Database) -> UInt32? {
    var version: UInt32 = 0
    let code = sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_DATA_VERSION, &version)
    return code == SQLITE_OK ? version : nil
  }
}

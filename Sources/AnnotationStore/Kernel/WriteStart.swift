import AnnotationModel
import GRDB

/// What a write transaction starts from.
///
/// Read by one statement: each of these is a look-up of next to nothing, and a small write consists of such.
struct WriteStart {
  /// The end of a replica's log: what its next change follows.
  struct End {
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

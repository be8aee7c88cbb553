import AnnotationStore
import GRDB

/// The floor: the same typed rows with the same indexes in plain SQLite, through the same library, WAL and
/// `synchronous=FULL` and the same page cache at the same times.
final class PlainStore {
  let path: String
  private let pool: DatabasePool

  init(path: String) throws {
    self.path = path
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY") }
    pool = try DatabasePool(path: path, configuration: configuration)
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -2000") }
    try pool.write { db in
      try db.execute(
        sql: """
          CREATE TABLE annotation (
            ref INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, target TEXT, motivation TEXT, body TEXT, selector TEXT,
            curator TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL, deleted INTEGER NOT NULL
          );
          CREATE INDEX annotation_by_target ON annotation (target);
          CREATE INDEX annotation_by_curator ON annotation (curator);
          CREATE TABLE tag (record TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (record, tag)) WITHOUT ROWID;
          CREATE INDEX tag_by_tag ON tag (tag, record);
          """)
    }
  }

  func insert(_ rows: some Sequence<(target: String, body: String, tags: [String])>, curator: String) throws {
    try pool.write { db in
      for (index, row) in rows.enumerated() {
        if index == 1_000 {
          try db.execute(sql: "PRAGMA cache_size = -16000")
          db.afterNextTransaction { try? $0.execute(sql: "PRAGMA cache_size = -2000") }
        }
        let id = Self.randomID()
        try db.cachedStatement(
          sql: """
            INSERT INTO annotation (id, target, motivation, body, selector, curator, created_ms, modified_ms, deleted)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).execute(arguments: [
          id, row.target, "commenting", row.body, nil, curator, 1_790_000_000_000, 1_790_000_000_000, 0,
        ])
        let insertTag = try db.cachedStatement(sql: "INSERT OR IGNORE INTO tag (record, tag) VALUES (?, ?)")
        for tag in row.tags { try insertTag.execute(arguments: [id, tag]) }
      }
    }
  }

  /// Hands on every row, with its tags.
  func forEach(_ body: (Row, [String]) throws -> Void) throws {
    try pool.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM annotation ORDER BY id")
      let tags = try db.cachedStatement(sql: "SELECT tag FROM tag WHERE record = ? ORDER BY tag")
      while let row = try rows.next() {
        try body(row, try String.fetchAll(tags, arguments: [row["id"] as String]))
      }
    }
  }

  /// A UUID as text; Foundation's own opens a file for each on Linux.
  private static func randomID() -> String {
    var generator = SystemRandomNumberGenerator()
    let words = [generator.next() as UInt64, generator.next() as UInt64]
    return RecordID(
      uuidBytes: words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }, version: 4)?
      .description ?? ""
  }

  /// Moves what the write-ahead log holds into the file, so that both sides go on from the same state.
  func checkpoint() throws { _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) } }

  func close() throws { try pool.close() }
}

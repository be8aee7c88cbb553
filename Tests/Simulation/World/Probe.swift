import AnnotationStore
import Crypto
import Foundation
import GRDB

/// Reads a store's file past the library, as anyone with `sqlite3` could.
struct Probe {
  /// A change in the order of arrival.
  struct Logged {
    let id: ChangeID
    let depth: Int64
    let batch: Int64
    let encoded: EncodedChange
    let seal: Seal?
  }

  /// A row of `live`.
  struct Live: Hashable, Comparable {
    let cell: CellKey
    let change: ChangeID

    static func < (left: Live, right: Live) -> Bool {
      left.cell == right.cell ? left.change < right.change : left.cell < right.cell
    }
  }

  private let queue: DatabaseQueue

  init(_ path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  private func rows(_ sql: String) throws -> [Row] { try queue.read { try Row.fetchAll($0, sql: sql) } }

  /// Whether SQLite finds nothing wrong with the file.
  func isIntact() throws -> Bool {
    try rows("PRAGMA integrity_check").first.map { ($0[0] as String) == "ok" } ?? false
  }

  func ids() throws -> Set<ChangeID> {
    Set(try rows("SELECT id FROM change").compactMap { ChangeID(Array($0[0] as Data)) })
  }

  func log() throws -> [Logged] {
    try rows("SELECT id, depth, batch, header, body, seal FROM change ORDER BY arrival").map { row in
      guard let id = ChangeID(Array(row[0] as Data)) else { throw Violation("a change id is not 32 bytes") }
      return Logged(
        id: id, depth: row[1], batch: row[2],
        encoded: EncodedChange(header: Array(row[3] as Data), body: (row[4] as Data?).map { Array($0) }),
        seal: (row[5] as Data?).flatMap { Seal(Array($0)) })
    }
  }

  func live() throws -> [Live] {
    try rows(
      """
      SELECT record.id, record.kind, live.field, live.element, change.id FROM live
      JOIN record ON record.ref = live.record JOIN change ON change.arrival = live.change
      """
    ).map { row in
      guard let record = RecordID(Array(row[0] as Data)), let change = ChangeID(Array(row[4] as Data)) else {
        throw Violation("a row of live has malformed ids")
      }
      let field = Self.text(row[2])
      let element = Self.text(row[3])
      let key = RecordKey(kind: Self.text(row[1]), id: record)
      return Live(cell: CellKey(record: key, field: field, element: element.isEmpty ? nil : element), change: change)
    }.sorted()
  }

  private static func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

  /// The records, ascending, those of unknown kinds included.
  func records() throws -> [RecordKey] {
    try rows("SELECT id, kind FROM record ORDER BY id, kind").compactMap { row in
      RecordID(Array(row[0] as Data)).map { RecordKey(kind: Self.text(row[1]), id: $0) }
    }
  }

  func heads() throws -> [ChangeID] {
    try rows("SELECT change.id FROM head JOIN change ON change.arrival = head.change ORDER BY change.id")
      .compactMap { ChangeID(Array($0[0] as Data)) }
  }

  /// The changes that something waits for.
  func missing() throws -> [ChangeID] {
    try rows("SELECT DISTINCT missing FROM waiting_for ORDER BY missing").compactMap { ChangeID(Array($0[0] as Data)) }
  }

  /// Record, field and readings of the conflicts of registers, ascending.
  func registerConflicts() throws -> [String] {
    try rows("SELECT record, field, readings FROM conflict WHERE type = 'register' ORDER BY record, field").map {
      "\($0[0] as String).\($0[1] as String) \($0[2] as Int)"
    }.sorted()
  }

  /// Record, field, type and readings of the conflicts about lives, targets and forked logs, ascending.
  func otherConflicts() throws -> [String] {
    try rows("SELECT record, field, type, readings FROM conflict WHERE type IN ('life', 'target', 'fork')").map {
      "\($0[0] as String).\($0[1] as String) \($0[2] as String) \($0[3] as Int)"
    }.sorted()
  }

  /// Record and field of the conflicts of prose.
  func proseConflicts() throws -> Set<String> {
    Set(
      try rows("SELECT record, field FROM conflict WHERE type = 'prose'").map {
        "\($0[0] as String).\($0[1] as String)"
      })
  }

  /// Record, field and text of all prose that is shown, ascending.
  func texts() throws -> [String] {
    try Kind.allCases.flatMap { kind in
      try kind.fields.filter(\.isProse).flatMap { field in
        try rows("SELECT id, \(field.name) FROM \(kind.rawValue) WHERE \(field.name) IS NOT NULL").map {
          "\($0[0] as String).\(field.name) \($0[1] as String)"
        }
      }
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func isDeleted(_ kind: Kind, _ id: RecordID) throws -> Bool? {
    try queue.read {
      try Bool.fetchOne($0, sql: "SELECT deleted FROM \(kind.rawValue) WHERE id = ?", arguments: [id.description])
    }
  }

  func conflictCounts() throws -> [(type: String, count: Int)] {
    try rows("SELECT type, count(*) FROM conflict GROUP BY type ORDER BY type").map { ($0[0], $0[1]) }
  }

  /// SHA-256 over the documented tables, row numbers and the order of arrival aside, a line each.
  func fingerprints() throws -> [String] {
    let typed = Kind.allCases.map { kind in
      let columns = kind.fields.filter { !$0.isSet }.map { "\"\($0.name)\"" }.joined(separator: ", ")
      let table = kind.rawValue
      return (table, "SELECT id, \(columns), curator, created_ms, modified_ms, deleted FROM \(table) ORDER BY id")
    }
    let sets = ["tag", "entity", "qualifier", "synonym"].map { ($0, "SELECT record, \($0) FROM \($0) ORDER BY 1, 2") }
    let others = [
      ("conflict", "SELECT record, kind, field, type, readings FROM conflict ORDER BY record, kind, field, type"),
      ("fork", "SELECT key, sequence FROM fork JOIN replica ON replica.ref = fork.replica ORDER BY 1, 2"),
      ("change", "SELECT id, depth, sequence, at_ms, header, body FROM change ORDER BY id"),
      (
        "history",
        "SELECT record, kind, field, element, action, curator, at_ms, change, replica, sequence FROM history ORDER BY change, record, kind, field, element"
      ),
      (
        "live",
        """
        SELECT record.id, record.kind, live.field, live.element, change.id FROM live
        JOIN record ON record.ref = live.record JOIN change ON change.arrival = live.change ORDER BY 1, 2, 3, 4, 5
        """
      ),
    ]
    return try queue.read { db in
      try (typed + sets + others).map { table, sql in "\(table) \(try Self.digest(db, sql))" }
    }
  }

  private static func digest(_ db: Database, _ sql: String) throws -> String {
    var hasher = SHA256()
    let rows = try Row.fetchCursor(db, sql: sql)
    while let row = try rows.next() {
      for value in row.databaseValues {
        hasher.update(data: Array("\(value.storage.kind)\(value.count):".utf8) + value.bytes)
      }
      hasher.update(data: [0])
    }
    return hexadecimal(hasher.finalize())
  }
}

extension DatabaseValue.Storage {
  fileprivate var kind: String {
    switch self {
    case .null: "n"
    case .int64: "i"
    case .double: "d"
    case .string: "t"
    case .blob: "b"
    }
  }
}

extension DatabaseValue {
  fileprivate var count: Int { bytes.count }

  fileprivate var bytes: [UInt8] {
    switch storage {
    case .null: []
    case .int64(let int): Array("\(int)".utf8)
    case .double(let double): Array("\(double)".utf8)
    case .string(let text): Array(text.utf8)
    case .blob(let data): Array(data)
    }
  }
}

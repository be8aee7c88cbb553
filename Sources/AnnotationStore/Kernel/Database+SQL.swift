import GRDB
import GRDBSQLite

/// A value that goes into a statement, or comes out of a column.
protocol SQLValue {
  /// Binds the value to a parameter, from 1; SQLite keeps a copy.
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32
  /// Reads a column, from 0; `nil` for NULL.
  static func read(_ statement: OpaquePointer, column: Int32) -> Self?
}

extension Database {
  /// Runs `body` in a transaction that writes, and commits it; where anything throws, all is rolled back.
  ///
  /// As GRDB does it, but with statements that are prepared once a connection.
  func inWriteTransaction<Value>(_ body: () throws -> Value) throws -> Value {
    try cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
    do {
      let value = try body()
      try cachedStatement(sql: "COMMIT TRANSACTION").execute()
      return value
    } catch {
      try? rollback()
      throw error
    }
  }

  /// Runs a statement that is prepared once a connection.
  ///
  /// The hot path of every write, so it goes to SQLite by itself: GRDB's own execution takes several times as long as
  /// a small statement. What is written so, GRDB does not observe; who watches a store listens for its commits.
  func run(_ sql: String, _ arguments: (any SQLValue)?...) throws { try run(sql, arguments) }

  /// Runs a statement with a list of arguments.
  ///
  /// - Throws: also where SQLite has ended the transaction, as it does for a full disk: what is written after that would
  ///   be committed by itself.
  func run(_ sql: String, _ arguments: [(any SQLValue)?]) throws {
    guard let connection = sqliteConnection, sqlite3_get_autocommit(connection) == 0 else {
      throw DatabaseError(resultCode: .SQLITE_ABORT, message: "the transaction was ended by SQLite", sql: sql)
    }
    try step(sql, arguments) { _ in false }
  }

  /// The first column of the first row; `nil` where there is no row or it is NULL.
  func one<Value: SQLValue>(_ type: Value.Type, _ sql: String, _ arguments: (any SQLValue)?...) throws -> Value? {
    var found: Value?
    try step(sql, arguments) { statement in
      found = Value.read(statement, column: 0)
      return false
    }
    return found
  }

  /// The first column of all rows, NULL left out.
  func all<Value: SQLValue>(_ type: Value.Type, _ sql: String, _ arguments: (any SQLValue)?...) throws -> [Value] {
    var found: [Value] = []
    try step(sql, arguments) { statement in
      if let value = Value.read(statement, column: 0) { found.append(value) }
      return true
    }
    return found
  }

  /// What `read` makes of the first row; `nil` where there is none.
  func first<Value>(_ sql: String, _ arguments: (any SQLValue)?..., read: (SQLRow) throws -> Value) throws -> Value? {
    var found: Value?
    try step(sql, arguments) { statement in
      found = try read(SQLRow(statement: statement))
      return false
    }
    return found
  }

  /// What `read` makes of each row.
  func each<Value>(_ sql: String, _ arguments: (any SQLValue)?..., read: (SQLRow) throws -> Value) throws -> [Value] {
    try each(sql, list: arguments, read: read)
  }

  /// What `read` makes of each row, with a list of arguments.
  func each<Value>(
    _ sql: String, list arguments: [(any SQLValue)?], read: (SQLRow) throws -> Value
  ) throws -> [Value] {
    var found: [Value] = []
    try step(sql, arguments) { statement in
      found.append(try read(SQLRow(statement: statement)))
      return true
    }
    return found
  }

  /// Passes the rows to `body` one by one, which must not run the same statement.
  func forEach(_ sql: String, _ arguments: (any SQLValue)?..., body: (SQLRow) throws -> Void) throws {
    try step(sql, arguments) { statement in
      try body(SQLRow(statement: statement))
      return true
    }
  }

  /// All rows.
  func rows(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws -> [Row] {
    let statement = try cachedStatement(sql: sql)
    return try Row.fetchAll(statement, arguments: StatementArguments(arguments.map { $0?.databaseValue ?? .null }))
  }

  /// Steps through the rows of a statement for as long as `body` wants another.
  private func step(_ sql: String, _ arguments: [(any SQLValue)?], _ body: (OpaquePointer) throws -> Bool) throws {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, argument) in zip(Int32(1)..., arguments) {
      let code = argument?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
      if code != SQLITE_OK { throw failure(code, sql) }
    }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: if try !body(statement) { return }
      case SQLITE_DONE: return
      case let code: throw failure(code, sql)
      }
    }
  }

  private func failure(_ code: Int32, _ sql: String) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: sqliteConnection.map { String(cString: sqlite3_errmsg($0)) },
      sql: sql)
  }
}

/// The row that a statement stands on.
struct SQLRow {
  fileprivate let statement: OpaquePointer

  /// A column, from 0; `nil` for NULL.
  func value<Value: SQLValue>(_ type: Value.Type, _ column: Int32) -> Value? {
    Value.read(statement, column: column)
  }
}

private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Int64: SQLValue {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { sqlite3_bind_int64(statement, index, self) }

  static func read(_ statement: OpaquePointer, column: Int32) -> Int64? {
    sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, column)
  }
}

extension Int: SQLValue {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { Int64(self).bind(to: statement, at: index) }

  static func read(_ statement: OpaquePointer, column: Int32) -> Int? {
    Int64.read(statement, column: column).map(Int.init)
  }
}

extension String: SQLValue {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    var text = self
    return text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(statement, index, $0.baseAddress, Int32(clamping: $0.count), transient)
      }
    }
  }

  static func read(_ statement: OpaquePointer, column: Int32) -> String? {
    guard let text = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }
}

extension Blob: SQLValue {
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    bytes.withUnsafeBytes {
      // A null pointer would bind NULL.
      $0.isEmpty
        ? sqlite3_bind_zeroblob(statement, index, 0)
        : sqlite3_bind_blob(statement, index, $0.baseAddress, Int32(clamping: $0.count), transient)
    }
  }

  static func read(_ statement: OpaquePointer, column: Int32) -> Blob? {
    if sqlite3_column_type(statement, column) == SQLITE_NULL { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return Blob(Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: count)))
  }
}

extension FieldContent {
  /// The content as its column holds it.
  var column: any SQLValue {
    switch self {
    case .text(let text): text
    case .flag(let flag): flag ? 1 : 0
    case .record(let id): id.description
    case .texts, .elements, .selector: JSONText.write(value)
    }
  }
}

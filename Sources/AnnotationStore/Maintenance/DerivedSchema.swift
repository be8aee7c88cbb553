import EmbeddedSchema
import GRDB

/// The tables, indexes and views that are derived from the log, as the migrations make them.
///
/// What stands in a file may be otherwise: dropped, made differently, or joined by a trigger of somebody else's. It is
/// told and made anew by what the migrations leave in a database of their own. The tables of the log are not touched.
struct DerivedSchema: Sendable {
  /// An entry of SQLite's own table of what there is.
  private struct Item: Sendable {
    let type: String
    let name: String
    let table: String
    let sql: String

    /// The SQL by its words.
    var words: [Substring] { sql.split(whereSeparator: \.isWhitespace) }
    var quotedName: String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
  }

  /// Something that is not as the migrations make it.
  struct Difference: Hashable {
    /// What it is called in a list of what was made anew.
    let name: String
    /// What is wrong with it.
    let problem: String
  }

  /// Of this version.
  static func current() throws -> DerivedSchema { try shared.get() }

  private static let shared = Result { try DerivedSchema() }
  /// What cannot be made anew: the log, and what is of the file alone.
  private static let kept: Set = [
    "store", "local_replica", "local_setting", "replica", "change", "waiting", "waiting_for", "remote", "remote_state",
  ]
  private static let textIndex = "text_index"

  /// All that is derived, in the order in which it is made; the indexes of the log with it.
  private let items: [Item]
  private let names: Set<String>
  /// All tables that the migrations make.
  private let tables: Set<String>
  private let textSettings: [(name: String, value: Int64)]

  private init() throws {
    let queue = try DatabaseQueue()
    let (all, settings) = try queue.write { db in
      for migration in EmbeddedSchema.migrations { try db.execute(sql: migration.sql) }
      let settings = try db.each("SELECT k, v FROM text_index_config WHERE k <> 'version'") { row in
        (name: row.value(String.self, 0) ?? "", value: row.value(Int64.self, 1) ?? 0)
      }
      return (try Self.items(db), settings)
    }
    items = all.filter { $0.type != "table" || !(Self.kept.contains($0.name) || Self.isPart($0)) }
    names = Set(items.map(\.name))
    tables = Set(all.filter { $0.type != "index" }.map(\.name))
    textSettings = settings
  }

  /// What a database has, in the order in which it was made.
  private static func items(_ db: Database) throws -> [Item] {
    let sql = "SELECT type, lower(name), lower(tbl_name), sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    return try db.each(sql) { row in
      func text(_ column: Int32) -> String { row.value(String.self, column) ?? "" }
      return Item(type: text(0), name: text(1), table: text(2), sql: text(3))
    }
  }

  /// Whether it is one of the tables in which FTS5 keeps the full-text index; they come and go with that.
  private static func isPart(_ item: Item) -> Bool { item.name.hasPrefix(textIndex + "_") }

  /// Whether it is an index or a trigger that somebody else put on one of the tables.
  private func isForeign(_ item: Item) -> Bool {
    (item.type == "trigger" || item.type == "index" && !names.contains(item.name)) && tables.contains(item.table)
  }

  /// What in a store is not as it should be. Tables and views that somebody else made beside these do not count.
  func differences(_ db: Database) throws -> [Difference] {
    let found = try Self.items(db)
    let byName = Dictionary(found.filter { $0.type != "trigger" }.map { ($0.name, $0) }) { first, _ in first }
    let remedy = "(variorum doctor --rebuild makes it anew)"
    var differences: [Difference] = []
    for item in items {
      let what = "the \(item.type) \(item.name)"
      if let there = byName[item.name] {
        if there.type == item.type, there.words == item.words { continue }
        differences.append(Difference(name: item.name, problem: "\(what) is not as Variorum makes it \(remedy)"))
      } else {
        differences.append(Difference(name: item.name, problem: "\(what) is missing \(remedy)"))
      }
    }
    for item in found where isForeign(item) {
      let what = "\(item.type) \(item.name)"
      differences.append(
        Difference(
          name: what,
          problem: "the \(what) on \(item.table) is none of Variorum's (variorum doctor --rebuild removes it)"))
    }
    return differences
  }

  /// Makes all of it anew and empty, within a transaction.
  func makeAnew(_ db: Database) throws {
    let found = try Self.items(db)
    // What stands on tables goes before them, or it would act on what follows.
    for item in found where isForeign(item) || item.type == "view" && names.contains(item.name) {
      try Self.drop(item, db)
    }
    for item in found where item.type == "table" && names.contains(item.name) { try Self.drop(item, db) }
    for item in try Self.items(db)
    where item.type == "index" && names.contains(item.name) || item.type == "table" && Self.isPart(item) {
      try Self.drop(item, db)
    }
    for item in items { try db.execute(sql: item.sql) }
    for setting in textSettings {
      try db.run("INSERT INTO text_index (text_index, rank) VALUES (?, ?)", setting.name, setting.value)
    }
  }

  private static func drop(_ item: Item, _ db: Database) throws {
    do {
      try db.execute(sql: "DROP \(item.type) IF EXISTS \(item.quotedName)")
    } catch let error as DatabaseError {
      guard item.name == textIndex else { throw error }
      // SQLite opens a full-text index to drop it, and cannot where its parts are damaged. It has no pages of its own.
      try db.execute(sql: "PRAGMA writable_schema = ON")
      defer { try? db.execute(sql: "PRAGMA writable_schema = RESET") }
      try db.execute(sql: "DELETE FROM sqlite_master WHERE type = 'table' AND lower(name) = ?", arguments: [item.name])
    }
  }
}

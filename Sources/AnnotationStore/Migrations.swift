import AnnotationModel
import EmbeddedSchema
import GRDB

/// Brings a store's tables to the version of this code.
enum Migrations {
  /// Makes the tables of a new store, its id in the same transaction as the first of them.
  static func migrate(_ database: some DatabaseWriter, newStore: StoreID?, nowMilliseconds: Int64) throws {
    var migrator = DatabaseMigrator()
    for (index, migration) in EmbeddedSchema.migrations.enumerated() {
      migrator.registerMigration(migration.name) { db in
        try db.execute(sql: migration.sql)
        if index == 0, let newStore {
          try db.run("INSERT INTO store (id, created_ms) VALUES (?, ?)", Blob(newStore.bytes), nowMilliseconds)
        }
        // What an older version left unread is read again, and what the tables hold is as this version would write it.
        let isLast = index == EmbeddedSchema.migrations.count - 1
        if isLast, newStore == nil { _ = try DerivedState.rebuild(db, progress: nil) }
      }
    }
    try migrator.migrate(database)
  }

  /// Makes sure that this code can use a store.
  ///
  /// - Returns: whether it is older, and has to be brought up to date.
  static func isOlder(_ pool: DatabasePool, path: String) throws -> Bool {
    let known = EmbeddedSchema.migrations.map(\.name)
    let applied = try pool.read { try $0.all(String.self, "SELECT identifier FROM grdb_migrations ORDER BY rowid") }
    let newer = applied.filter { !known.contains($0) }
    if !newer.isEmpty { throw StoreError.newer(path: path, migrations: newer) }
    return applied.count < known.count
  }
}

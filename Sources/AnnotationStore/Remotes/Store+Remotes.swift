import GRDB

/// The remotes that a store's file syncs with, and what it remembers of each: of this file alone, never synced.
///
/// Names and addresses are opaque here; `SyncTransports` gives them a meaning.
extension Store {
  /// Name and address of each remote, by name.
  package func remotes() throws -> [(name: String, address: String)] {
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.read { db in
        try db.each("SELECT name, address FROM remote ORDER BY name") {
          ($0.value(String.self, 0) ?? "", $0.value(String.self, 1) ?? "")
        }
      }
    }
  }

  /// Notes a remote.
  ///
  /// - Returns: whether the name was free.
  package func addRemote(_ name: String, address: String) throws -> Bool {
    try editRemotes { try $0.run("INSERT OR IGNORE INTO remote (name, address) VALUES (?, ?)", name, address) }
  }

  /// Gives a remote another name.
  ///
  /// - Returns: whether there was one, and the new name was free.
  package func renameRemote(_ name: String, to newName: String) throws -> Bool {
    try editRemotes { try $0.run("UPDATE OR IGNORE remote SET name = ? WHERE name = ?", newName, name) }
  }

  /// Forgets a remote and all that was remembered of it.
  ///
  /// - Returns: whether there was one.
  package func removeRemote(_ name: String) throws -> Bool {
    try editRemotes { try $0.run("DELETE FROM remote WHERE name = ?", name) }
  }

  /// What is remembered of a remote under names that begin so.
  package func remembered(of remote: String, prefix: String) throws -> [String: [UInt8]] {
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.read { db in
        var values: [String: [UInt8]] = [:]
        try db.forEach(
          """
          SELECT name, value FROM remote_state WHERE remote = (SELECT ref FROM remote WHERE name = ?1)
          AND name >= ?2 AND substr(name, 1, length(?2)) = ?2
          """, remote, prefix
        ) { row in
          if let name = row.value(String.self, 0) { values[name] = row.value(Blob.self, 1)?.bytes ?? [] }
        }
        return values
      }
    }
  }

  /// Remembers values of a remote, and forgets those that are `nil`; all or nothing. Of a remote that was removed
  /// meanwhile nothing is kept.
  package func remember(_ values: [String: [UInt8]?], of remote: String) throws {
    guard !values.isEmpty else { return }
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.write { db in
        guard let ref = try db.one(Int64.self, "SELECT ref FROM remote WHERE name = ?", remote) else { return }
        for (name, value) in values {
          if let value {
            try db.run(
              "INSERT OR REPLACE INTO remote_state (remote, name, value) VALUES (?, ?, ?)", ref, name, Blob(value))
          } else {
            try db.run("DELETE FROM remote_state WHERE remote = ? AND name = ?", ref, name)
          }
        }
      }
    }
  }

  private func editRemotes(_ body: (Database) throws -> Void) throws -> Bool {
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.write { db in
        try body(db)
        return db.changesCount > 0
      }
    }
  }
}

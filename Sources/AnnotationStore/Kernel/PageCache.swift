import GRDB

/// How much of the file a connection keeps in memory.
///
/// A large transaction comes back to the same pages again and again and wants them at hand. A small write touches a few
/// of all, and is slower the more pages stay behind from those before it: so what writes keeps few of them, and takes
/// more for as long as a large transaction lasts.
enum PageCache {
  /// 16 MB: of what reads, and of a large transaction.
  static let large = "PRAGMA cache_size = -16000"
  /// 8 MB: of what makes everything derived anew, which has other things in memory besides.
  static let medium = "PRAGMA cache_size = -8000"
  /// 2 MB: of what writes, between large transactions.
  static let small = "PRAGMA cache_size = -2000"

  /// Has the running transaction be a large one, until it ends.
  ///
  /// - Parameter size: how much it takes.
  static func growUntilTransactionEnds(_ db: Database, to size: String) throws {
    try db.execute(sql: size)
    db.afterNextTransaction(onCommit: shrink, onRollback: shrink)
  }

  @Sendable private static func shrink(_ db: Database) {
    // What fails here costs time and nothing else.
    try? db.execute(sql: small)
    shrinkWordTable(db)
  }

  /// Has the full-text index give back what a large transaction had it take.
  ///
  /// FTS5 gathers words in a table in memory that grows with the different words of a transaction and never shrinks, and
  /// goes through all of it at every commit: after an import, each small write would take half as long again. Reading
  /// the schema anew makes it a new one.
  private static func shrinkWordTable(_ db: Database) { try? db.execute(sql: "PRAGMA writable_schema = RESET") }
}

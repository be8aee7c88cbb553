import GRDB

/// Keeps the heads: the changes that nothing in the log follows, as places in the log.
///
/// The last change is always one of them, and after every local write the only one. So they are stored only where there
/// are several, and a write to a store that nobody else writes to touches no page for them.
final class HeadTable {
  private let db: Database
  private var known: Set<Int64>?
  private var isStored = false

  init(_ db: Database) { self.db = db }

  /// Takes note that there is one head, or none.
  func rememberNoneConcurrent(last: Int64) { known = last == 0 ? [] : [last] }

  /// Whether there are several heads, as far as is known.
  var mayBeConcurrent: Bool { known.map { $0.count > 1 } ?? true }

  /// The heads.
  ///
  /// - Parameter last: the place of the last change that was applied; 0 where there is none.
  func current(last: Int64) throws -> Set<Int64> {
    if let known { return known }
    let stored = Set(try db.all(Int64.self, "SELECT change FROM concurrent_head"))
    isStored = !stored.isEmpty
    let heads = isStored || last == 0 ? stored : [last]
    known = heads
    return heads
  }

  /// Takes a change in that was applied, and those out that it follows.
  ///
  /// - Parameter last: as in ``current(last:)``, before this change.
  func append(_ change: Int64, following followed: [Int64], last: Int64) throws {
    // In place: there may be a head for each of many replicas, and many changes come at once.
    _ = try current(last: last)
    let gone = followed.filter { known?.remove($0) != nil }
    known?.insert(change)
    if known?.count == 1 {
      if isStored { try db.run("DELETE FROM concurrent_head") }
      isStored = false
    } else if isStored {
      for head in gone { try db.run("DELETE FROM concurrent_head WHERE change = ?", head) }
      try insert([change])
    } else {
      try insert(known ?? [])
      isStored = true
    }
  }

  private func insert(_ heads: Set<Int64>) throws {
    for head in heads { try db.run("INSERT INTO concurrent_head (change) VALUES (?)", head) }
  }
}

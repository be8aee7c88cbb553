import AnnotationModel
import GRDB

/// Keeps the table `fork` in step: the places in a log that several changes have, as after a virtual machine was rolled
/// back. Both branches are ordinary concurrency; until somebody writes who has seen both, the fork is a conflict.
final class ForkMaterialiser {
  private let db: Database
  private let log: LogReader
  private let conflicts: ConflictTable
  /// The highest place in a log that is known to be taken, by replica.
  private var lastSequences: [Int64: Int64] = [:]

  init(_ db: Database, log: LogReader, conflicts: ConflictTable) {
    self.db = db
    self.log = log
    self.conflicts = conflicts
  }

  /// Whether some log may have forked: most never do.
  var mayBeForked = true

  /// Takes note of how far a log is, so that what follows need not be looked for.
  func remember(replica: Int64, lastSequence: Int64) { lastSequences[replica] = lastSequence }

  /// The replicas of which changes were applied.
  private var touched = Set<Int64>()

  /// Notes a change that was applied.
  func note(replica: Int64, sequence: Int64, arrival: Int64) throws {
    touched.insert(replica)
    if let last = lastSequences[replica], sequence > last {
      lastSequences[replica] = sequence
      return
    }
    let last = try db.one(
      Int64.self, "SELECT max(sequence) FROM change WHERE replica = ? AND arrival != ?", replica, arrival)
    lastSequences[replica] = max(last ?? 0, sequence)
    let isTaken = try db.one(
      Int.self, "SELECT 1 FROM change WHERE replica = ? AND sequence = ? AND arrival < ? LIMIT 1", replica, sequence,
      arrival)
    if isTaken == nil { return }
    mayBeForked = true
    try db.run("INSERT OR IGNORE INTO fork (replica, sequence) VALUES (?, ?)", replica, sequence)
  }

  /// Notes which forks are conflicts, at the end of a transaction. One that was joined stays so, as long as its log does
  /// not grow.
  func update() throws {
    let forked = mayBeForked ? try db.all(Int64.self, "SELECT DISTINCT replica FROM fork") : []
    if forked.isEmpty { return }
    let open = Set(try db.all(String.self, "SELECT field FROM conflict WHERE type = 'fork'"))
    for replica in forked {
      guard let key = try db.one(Blob.self, "SELECT key FROM replica WHERE ref = ?", replica) else { continue }
      if !touched.contains(replica), !open.contains(hexadecimal(key.bytes)) { continue }
      let tips = try log.tips(of: replica)
      let owner = try log.owner(of: replica)
      let isOpen = try tips.count > 1 && !isJoined(tips.map(\.arrival))
      try conflicts.set(
        RecordKey(kind: Kind.curator.rawValue, id: owner), field: hexadecimal(key.bytes), type: .fork,
        readings: isOpen ? tips.count : 0)
    }
  }

  /// Whether some change has all of these in its past.
  private func isJoined(_ tips: [Int64]) throws -> Bool {
    let heads = try db.all(Int64.self, "SELECT change FROM head ORDER BY change DESC")
    if heads.count == 1 { return true }
    return try heads.contains { try log.past(of: $0, from: tips.min() ?? 0).isSuperset(of: tips) }
  }
}

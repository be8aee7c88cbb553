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
  /// Whether some change was applied that names several: only such a one can join what was not joined before.
  private var mayHaveJoined = false

  /// Notes a change that was applied.
  ///
  /// - Parameter prerequisites: how many changes it names.
  func note(replica: Int64, sequence: Int64, arrival: Int64, prerequisites: Int) throws {
    touched.insert(replica)
    if prerequisites > 1 { mayHaveJoined = true }
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
  /// not grow; one that was not stays so, unless something was applied that names several changes.
  func update() throws {
    let forked = mayBeForked ? try db.all(Int64.self, "SELECT DISTINCT replica FROM fork") : []
    if forked.isEmpty { return }
    let open = try db.each("SELECT field, record FROM conflict WHERE type = 'fork'") {
      (field: $0.value(String.self, 0) ?? "", owner: RecordID(uuid: $0.value(String.self, 1) ?? ""))
    }
    for replica in forked {
      guard let key = try db.one(Blob.self, "SELECT key FROM replica WHERE ref = ?", replica) else { continue }
      let field = hexadecimal(key.bytes)
      let known = open.filter { $0.field == field }
      if !touched.contains(replica), known.isEmpty || !mayHaveJoined { continue }
      let tips = try log.tips(of: replica)
      let owner = try log.owner(of: replica)
      let stays = !known.isEmpty && !mayHaveJoined
      let isOpen = try tips.count > 1 && (stays || !isJoined(Set(tips.map(\.arrival))))
      // The branch that is told as the first may have changed, and with it the owner.
      for case let other? in known.map(\.owner) where other != owner {
        try conflicts.set(Self.record(of: other), field: field, type: .fork, readings: 0)
      }
      try conflicts.set(Self.record(of: owner), field: field, type: .fork, readings: isOpen ? tips.count : 0)
    }
  }

  private static func record(of owner: RecordID) -> RecordKey { RecordKey(kind: Kind.curator.rawValue, id: owner) }

  /// Whether some change has all of these in its past: what came since the first of them is read once.
  private func isJoined(_ tips: Set<Int64>) throws -> Bool {
    let heads = Set(try db.all(Int64.self, "SELECT change FROM head"))
    if heads.count == 1 { return true }
    // Nothing but itself has a head in its past.
    let ends = heads.intersection(tips)
    guard ends.count < 2, let first = tips.min(), let last = ends.first ?? heads.max() else { return false }
    var reached: [Int64: Set<Int64>] = [:]
    for arrival in try db.all(Int64.self, "SELECT arrival FROM change WHERE arrival BETWEEN ? AND ?", first, last) {
      var past: Set<Int64> = tips.contains(arrival) ? [arrival] : []
      for id in try log.change(arrival).prerequisites {
        guard let before = try log.arrival(of: id), before >= first, let found = reached[before] else { continue }
        past = past.isEmpty ? found : past.union(found)
      }
      if past.count == tips.count { return true }
      if !past.isEmpty { reached[arrival] = past }
    }
    return false
  }
}

import AnnotationStore
import SyncProtocol

/// What runs of logs come to that lie about in files, in no order and doubly, measured by the logs that are here.
struct FolderCoverage {
  private let reader: ReadTransaction

  init(_ reader: ReadTransaction) { self.reader = reader }

  /// How far somebody gets in a log who has nothing but the runs: the changes from which everything back to the log's
  /// beginning is in them.
  ///
  /// Only changes that are here count. A run that follows on nothing brings nothing, but stands until what it follows
  /// on is written too.
  func reached(by runs: [LogRun], in replica: ReplicaID) throws -> [LogTip] {
    var reached: [LogTip] = []
    for run in Self.inOrder(runs) where try isHere(run) {
      if reached.contains(run.through) { continue }
      guard let after = run.after else {
        if try !isBefore(run.through, reached, in: replica) { reached.append(run.through) }
        continue
      }
      if let index = reached.firstIndex(of: after) {
        reached[index] = run.through
      } else if try isBefore(after, reached, in: replica), try !isBefore(run.through, reached, in: replica) {
        reached.append(run.through)
      }
    }
    return reached.sorted()
  }

  /// The same changes in as few runs as there are branches: what follows on one another is joined.
  func joined(_ runs: [LogRun], in replica: ReplicaID) throws -> [LogRun] {
    var joined: [LogRun] = []
    for run in Self.inOrder(runs) where try isHere(run) {
      var isIn = false
      for index in joined.indices where !isIn {
        let earlier = joined[index]
        guard try follows(run, on: earlier, in: replica) else { continue }
        if try isBefore(run.through, [earlier.through], in: replica) {
          isIn = true
        } else if try isBefore(earlier.through, [run.through], in: replica) {
          joined[index].through = run.through
          isIn = true
        }
      }
      if !isIn { joined.append(run) }
    }
    return joined
  }

  /// Whether the last change of a run is here, and so all of it.
  func isHere(_ run: LogRun) throws -> Bool { try reader.tip(run.through.id, of: run.replica) == run.through }

  /// Whether nothing lies between the end of one run and the beginning of another that starts no earlier.
  private func follows(_ run: LogRun, on earlier: LogRun, in replica: ReplicaID) throws -> Bool {
    guard let after = run.after else { return earlier.after == nil }
    if after == earlier.after { return true }
    guard after.sequence > earlier.after?.sequence ?? 0 else { return false }
    return try isBefore(after, [earlier.through], in: replica)
  }

  /// Whether a change is one of others, or stands before one of them in their log.
  private func isBefore(_ change: LogTip, _ others: [LogTip], in replica: ReplicaID) throws -> Bool {
    for other in others where other.sequence >= change.sequence {
      var at = other
      while at.sequence > change.sequence { at = try reader.before(at, at: change.sequence, of: replica) }
      if at == change { return true }
    }
    return false
  }

  /// Whatever a run follows on comes before it.
  private static func inOrder(_ runs: [LogRun]) -> [LogRun] {
    runs.sorted { ($0.after?.sequence ?? 0, $0.through) < ($1.after?.sequence ?? 0, $1.through) }
  }
}

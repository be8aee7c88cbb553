import AnnotationModel
import GRDB

/// Takes the changes of packs inside one transaction: applies what can be applied, lets wait what cannot yet, and says
/// what became of each.
final class PackReceiver {
  private let db: Database
  private let applier: Applier
  private let waiting: WaitingChanges
  private var batch: Int64?
  private var refusedRuns = Set<Int>()
  /// How many changes of each run of the pack are still to come.
  private var remaining: [Int: Int] = [:]
  /// The runs that stand at a seal, so that what was taken of them can be passed on.
  private var sealedRuns = Set<Int>()
  /// What came with this pack and waits.
  private var newlyWaiting = Set<ChangeID>()
  /// What was refused of what waited; what names it will never be applied.
  private var refusedIDs = Set<ChangeID>()
  /// What became of the changes.
  private(set) var report = ReceiveReport()
  /// The replicas of which something new came, to be applied or to wait.
  private(set) var writers = Set<ReplicaID>()

  init(_ db: Database) {
    self.db = db
    applier = Applier(db)
    waiting = WaitingChanges(db)
  }

  /// Takes the changes of a pack. What waits at the end and came with it counts as waiting.
  ///
  /// - Parameter progress: called now and then with how many changes are done.
  func receive(_ pack: Pack, progress: ((Int) -> Void)? = nil) throws {
    for refused in pack.refused { report.refuse(Refusal(refused)) }
    (refusedRuns, sealedRuns, newlyWaiting) = ([], [], [])
    remaining = pack.entries.reduce(into: [:]) { $0[$1.run, default: 0] += 1 }
    for (index, entry) in pack.entries.enumerated() {
      if !refusedRuns.contains(entry.run) { try receive(entry) }
      remaining[entry.run, default: 1] -= 1
      if entry.seal == nil { sealedRuns.remove(entry.run) } else { sealedRuns.insert(entry.run) }
      if index % 64 == 63 { progress?(index + 1) }
    }
  }

  /// Ends the transaction: what is about whole logs is brought into step, and the conflicts are counted.
  func finish() throws {
    try applier.finish()
    (report.conflictsOpened, report.conflictsClosed) = applier.conflicts.openedAndClosed
  }

  /// The conflicts that were not open before.
  var opened: [ConflictTable.Key] { applier.conflicts.opened }

  private func receive(_ entry: Pack.Entry) throws {
    let id = entry.id
    if try waiting.contains(id) {
      report.duplicate += 1
      return
    }
    switch try apply(entry.change, entry.encoded, id: id, seal: entry.seal) {
    case .applied:
      report.applied += 1
      try release(id)
    case .duplicate: report.duplicate += 1
    case .waiting(let missing):
      if missing.contains(where: refusedIDs.contains) {
        return refuse(entry, "it names a change that was refused", isForNow: true)
      }
      // Only at a seal is a run cut, or the part that was taken could not be passed on.
      if sealedRuns.contains(entry.run), try waiting.count(of: entry.replica) >= WaitingChanges.limitOfLog {
        return refuse(
          entry, "more than \(WaitingChanges.limitOfLog) changes of its log wait for others", isForNow: true)
      }
      try waiting.insert(entry.change, .init(id: id, encoded: entry.encoded, seal: entry.seal), missing: missing)
      newlyWaiting.insert(id)
      writers.insert(entry.replica)
      report.waiting += 1
    case .refused(let error): refuse(entry, "\(error)")
    }
  }

  private func refuse(_ entry: Pack.Entry, _ reason: String, isForNow: Bool = false) {
    refusedRuns.insert(entry.run)
    refusedIDs.insert(entry.id)
    let count = remaining[entry.run] ?? 1
    report.refuse(
      Refusal(
        replica: entry.replica, sequence: entry.sequence, count: count, reason: reason, isForNow: isForNow))
  }

  /// Applies what waited for a change, and what waited for that.
  private func release(_ id: ChangeID) throws {
    var open = try waiting.released(by: id)
    var next = 0
    while next < open.count {
      // One at a time, so that memory holds one.
      guard let released = try waiting.take(open[next]) else { throw LogDamage(arrival: 0, detail: "it waits no more") }
      next += 1
      let change: Change
      do { change = try Change(decoding: released.encoded, checkingBody: false) } catch {
        throw LogDamage(arrival: 0, detail: "a waiting change: \(error)")
      }
      switch try apply(change, released.encoded, id: released.id, seal: released.seal) {
      case .applied:
        if newlyWaiting.remove(released.id) == nil {
          report.released += 1
        } else {
          report.waiting -= 1
          report.applied += 1
        }
        open += try waiting.released(by: released.id)
      case .duplicate: break
      case .waiting(let missing): try waiting.insert(change, released, missing: missing)
      case .refused(let error): try drop(released.id, change, "\(error)")
      }
    }
  }

  /// Takes out a change that waited and will never be applied, with all that waits for it.
  private func drop(_ id: ChangeID, _ change: Change, _ reason: String) throws {
    let dropped = [id] + (try waiting.drop(waitingFor: id))
    refusedIDs.formUnion(dropped)
    for id in dropped where newlyWaiting.remove(id) != nil { report.waiting -= 1 }
    report.refuse(
      Refusal(replica: change.replica, sequence: change.sequence, count: dropped.count, reason: reason))
  }

  private func apply(_ change: Change, _ encoded: EncodedChange, id: ChangeID, seal: Seal?) throws -> Applier.Outcome {
    let outcome = try applier.receive(encoded, change: change, id: id, seal: seal, batch: batch)
    if case .applied(let place) = outcome {
      batch = batch ?? place.arrival
      writers.insert(change.replica)
    }
    return outcome
  }
}

import CRDT
import SyncProtocol

/// A replica in memory, in the plainest way that keeps to the contract. Its packs are ids, one after the other.
final class ModelReplica: SyncReplica {
  /// All that a replica has: a value, so that a replica can be copied as a virtual machine is.
  struct Contents {
    var state: State
    var had = Set<ChangeID>()
    /// What is had, in the order of arrival, in which all before a change in its log comes before it.
    var order: [ChangeID] = []
    var logs: [ReplicaID: Log] = [:]
    /// What came beyond a gap, by the change that is missing.
    var beyondGaps: [ChangeID: Set<ChangeID>] = [:]
    /// The last change that it wrote itself.
    var last: ChangeID?
  }

  struct Log {
    var tips = Set<LogTip>()
    var bySequence: [UInt64: [ChangeID]] = [:]
  }

  struct Plan {
    var ids: ArraySlice<ChangeID>
  }

  let world: World
  let key: ReplicaID
  let keepsWhatIsBeyondGaps: Bool
  var contents: Contents
  var changesInPack = 3
  private(set) var lookUps = 0
  private(set) var locators = 0
  private(set) var stepsBack = 0

  init(_ world: World, key: ReplicaID? = nil, keepsWhatIsBeyondGaps: Bool = false) {
    self.world = world
    self.key = key ?? world.newReplica()
    self.keepsWhatIsBeyondGaps = keepsWhatIsBeyondGaps
    contents = Contents(state: State(store: world.store))
  }

  /// Writes a change of its own, upon all that it has applied.
  func write() {
    let id = world.write(key, after: contents.last, deps: contents.state.heads.filter { $0 != contents.last })
    contents.last = id
    take(id)
  }

  /// Takes changes without a session.
  func take(_ ids: [ChangeID]) { for id in ids { take(id) } }

  func syncState() -> SyncState {
    let logs = contents.logs.map { LogPosition(replica: $0.key, tips: $0.value.tips.sorted()) }
    return SyncState(
      store: world.store, logs: logs.sorted { $0.replica < $1.replica }, digest: contents.state.digest)
  }

  func contains(_ id: ChangeID) -> Bool {
    lookUps += 1
    return contents.had.contains(id)
  }

  func locator(of replica: ReplicaID) throws -> [LogTip] {
    locators += 1
    return try SyncPlan.locator(from: (contents.logs[replica]?.tips ?? []).sorted(), back: back)
  }

  func outgoing(for want: SyncWant) throws -> Plan {
    var ids = Set<ChangeID>()
    for log in want.logs {
      for run in try SyncPlan.runs(for: log, find: { self.find($0, in: log.replica) }, back: back) {
        var next: ChangeID? = run.through.id
        while let id = next, id != run.after?.id {
          ids.insert(id)
          next = world.previous(of: id)
        }
      }
    }
    return Plan(ids: contents.order.filter(ids.contains)[...])
  }

  func nextPack(_ plan: inout Plan) -> OutgoingPack? {
    guard !plan.ids.isEmpty else { return nil }
    let ids = plan.ids.prefix(changesInPack)
    plan.ids = plan.ids.dropFirst(changesInPack)
    return OutgoingPack(bytes: ids.flatMap(\.bytes), changeCount: ids.count)
  }

  func receive(pack: [UInt8]) -> ReceiveReport {
    var report = ReceiveReport()
    guard pack.count.isMultiple(of: 32) else {
      report.refuse(Refusal(replica: nil, sequence: 0, count: 0, reason: "not a pack"))
      return report
    }
    let waitingBefore = contents.state.waitingCount
    var came = 0
    for start in stride(from: 0, to: pack.count, by: 32) {
      guard let id = ChangeID(Array(pack[start..<start + 32])), let change = world.changes[id] else { continue }
      if contents.had.contains(id) {
        report.duplicate += 1
      } else if isBeyondGap(change), !keepsWhatIsBeyondGaps {
        report.refuse(Refusal(replica: change.replica, sequence: change.sequence, count: 1, reason: "a gap"))
      } else {
        came += 1
        take(id)
      }
    }
    report.waiting = max(0, contents.state.waitingCount - waitingBefore)
    report.applied = came - report.waiting
    return report
  }

  /// The place of a change of a log; `nil` where it is not here.
  func find(_ id: ChangeID, in replica: ReplicaID) -> LogTip? {
    contents.had.contains(id) && world.changes[id]?.replica == replica ? world.tip(id) : nil
  }

  /// Goes back at once where the log did not fork, as the store does.
  func back(_ change: LogTip, _ sequence: UInt64) -> LogTip {
    stepsBack += 1
    guard let replica = world.changes[change.id]?.replica, let previous = world.previous(of: change.id) else {
      return change
    }
    let there = contents.logs[replica]?.bySequence[sequence] ?? []
    return there.count == 1 ? LogTip(id: there[0], sequence: sequence) : world.tip(previous)
  }

  private func isBeyondGap(_ change: Change) -> Bool { change.previous.map { !contents.had.contains($0) } ?? false }

  private func take(_ id: ChangeID) {
    var ids = [id]
    while let id = ids.popLast() {
      guard let change = world.changes[id], !contents.had.contains(id) else { continue }
      if isBeyondGap(change), let missing = change.previous {
        contents.beyondGaps[missing, default: []].insert(id)
        continue
      }
      contents.had.insert(id)
      contents.order.append(id)
      if let previous = change.previous { contents.logs[change.replica]?.tips.remove(world.tip(previous)) }
      contents.logs[change.replica, default: Log()].tips.insert(world.tip(id))
      contents.logs[change.replica]?.bySequence[change.sequence, default: []].append(id)
      _ = contents.state.receive(change, id: id)
      ids += (contents.beyondGaps.removeValue(forKey: id) ?? []).sorted(by: >)
    }
  }
}

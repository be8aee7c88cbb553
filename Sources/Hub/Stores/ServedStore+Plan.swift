import AnnotationStore
import SyncProtocol
import SyncTransports

extension ServedStore {
  /// Plans what somebody lacks who has all that had arrived at some point, but for what they want, and some changes
  /// since.
  ///
  /// - Parameters:
  ///   - want: what they lack of what had arrived then.
  ///   - pushed: how far they have logs that they sent themselves.
  /// - Returns: the point at which they are once they have taken it, and the plan.
  func plan(
    after arrival: UInt64, want: SyncWant = SyncWant(), pushed: [ReplicaID: Set<LogTip>] = [:],
    _ reader: ReadTransaction
  ) throws -> (cursor: SyncCursor, outgoing: OutgoingChanges) {
    var wants = Dictionary(want.logs.map { ($0.replica, $0) }, uniquingKeysWith: { $1 })
    for log in try reader.logs(grownAfter: Int64(clamping: arrival)) {
      var lacked = wants[log.now.replica] ?? LogWant(replica: log.now.replica, tips: [], have: log.before.tips)
      lacked.tips = Set(lacked.tips + log.now.tips.map(\.id)).sorted()
      wants[log.now.replica] = lacked
    }
    let logs = wants.values.sorted { $0.replica < $1.replica }.map { log in
      LogWant(
        replica: log.replica, tips: log.tips, have: pushed[log.replica].map { $0.union(log.have).sorted() } ?? log.have)
    }
    return (try cursor(reader), try OutgoingChanges(for: SyncWant(logs: logs), reader))
  }

  /// What the hub has, and what it lacks of what somebody else has.
  func compare(_ theirs: SyncState, _ reader: ReadTransaction) throws -> (state: SyncState, want: SyncWant) {
    let mine = try reader.syncState(of: store.id)
    let lacking = try SyncPlan.lacking(mine: mine.logs, theirs: theirs.logs, contains: reader.has)
    return (mine, try SyncPlan.want(lacking, locator: reader.locator))
  }

  /// The next pack of a plan; `nil` after the last.
  func nextPack(_ outgoing: inout OutgoingChanges) async throws -> OutgoingPack? {
    let (plan, id) = (outgoing, store.id)
    let made = try await read { reader in
      var plan = plan
      let pack = try plan.nextPack(of: id, reader)
      return (plan: plan, pack: pack)
    }
    outgoing = made.plan
    return made.pack
  }
}

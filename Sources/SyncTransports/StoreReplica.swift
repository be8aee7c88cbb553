import AnnotationStore
import SyncProtocol

/// A store as a session of the sync protocol sees it.
public final class StoreReplica: SyncReplica {
  private let store: Store
  private let take: (Pack) throws -> ReceiveReport
  /// How many changes are to be sent, as far as that was planned: what a progress bar is full at.
  public private(set) var plannedChanges = 0
  /// The packs that could not be opened, and so were not handed on.
  public private(set) var unopened = ReceiveReport()

  /// Wraps a store.
  ///
  /// - Parameter take: what becomes of a pack that was received and belongs to the store: ``Store/receive(_:progress:)``,
  ///   or a rehearsal.
  public init(_ store: Store, take: @escaping (Pack) throws -> ReceiveReport) {
    self.store = store
    self.take = take
  }

  /// What the store has, read in one snapshot.
  public func syncState() throws -> SyncState {
    try store.read { try $0.syncState(of: store.id) }
  }

  /// Whether a change is applied, or waits with all that is before it in its log.
  public func contains(_ id: ChangeID) throws -> Bool { try store.read { try $0.has(id) } }

  /// Some ids of a log, denser towards its tips.
  public func locator(of replica: ReplicaID) throws -> [LogTip] {
    try store.read { try $0.locator(of: replica) }
  }

  /// The changes that a want asks for and that are here, in the order in which they came.
  public func outgoing(for want: SyncWant) throws -> OutgoingChanges {
    let outgoing = try store.read { try OutgoingChanges(for: want, $0) }
    plannedChanges += outgoing.changeCount
    return outgoing
  }

  /// The next pack of a plan; `nil` after the last.
  public func nextPack(_ outgoing: inout OutgoingChanges) throws -> OutgoingPack? {
    try store.read { try outgoing.nextPack(of: store.id, $0) }
  }

  /// Takes a pack; one that cannot be opened is refused in the report.
  public func receive(pack: [UInt8]) throws -> ReceiveReport {
    let opened: Pack
    do throws(PackError) {
      opened = try Pack(opening: pack, expecting: store.id, decompress: Zstandard.decompress)
    } catch {
      var report = ReceiveReport()
      report.refuse(Refusal(error))
      unopened += report
      return report
    }
    return try take(opened)
  }
}

extension ReadTransaction {
  /// What a store has, and the digest of what is applied.
  package func syncState(of store: StoreID) throws -> SyncState {
    SyncState(store: store, logs: try logPositions(), digest: StateDigest(store: store, heads: try heads()))
  }

  /// Some ids of a log, denser towards its tips.
  package func locator(of replica: ReplicaID) throws -> [LogTip] {
    try SyncPlan.locator(from: tips(of: replica)) { try before($0, at: $1, of: replica) }
  }
}

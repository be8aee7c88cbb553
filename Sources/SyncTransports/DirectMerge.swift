import AnnotationStore
import SyncProtocol

/// What a merge did, as both sides ended.
public struct MergeReceipt: Sendable {
  /// What this store sent and received.
  public let here: SyncReceipt
  /// What the other one received; `nil` where the merge went one way.
  public let there: ReceiveReport?
  /// How many changes are here that the other one lacks still.
  public let lackingThere: Int
  /// What the users should be told, a line each.
  public let notices: [String]
}

/// Merges two stores that are both at hand, through a session as all transports hold it.
public enum DirectMerge {
  /// Takes into a store what another has and it lacks, and, where both ways are wanted, the reverse.
  ///
  /// Each pack is one transaction, so that a merge which was interrupted is finished by another one.
  /// - Parameter progress: called now and then with how many changes were taken on both sides, and how many there are.
  /// - Throws: ``SyncError/otherStore(here:there:)`` where the two are no replicas of one store; ``StoreError``.
  public static func merge(
    _ other: Store, into store: Store, both: Bool = false, progress: ((Int, Int) -> Void)? = nil
  ) throws -> MergeReceipt {
    guard other.id == store.id else { throw SyncError.otherStore(here: store.id, there: other.id) }
    let (here, there) = (PackTaker(store), PackTaker(other))
    let (mine, others) = (StoreReplica(store, take: here.take), StoreReplica(other, take: there.take))
    if let progress {
      let tell = { progress(here.done + there.done, mine.plannedChanges + others.plannedChanges) }
      (here.advanced, there.advanced) = (tell, tell)
    }
    var ours = SyncSession(mine, direction: both ? .both : .pull)
    var theirs = SyncSession(others, direction: both ? .both : .push)
    try synchronise(&ours, &theirs)
    let lacking = try SyncPlan.want(ours.receipt.lackingThere, locator: others.locator)
    return MergeReceipt(
      here: ours.receipt, there: both ? theirs.receipt.received : nil,
      lackingThere: lacking.isEmpty ? 0 : try mine.outgoing(for: lacking).changeCount,
      notices: here.notices + there.notices)
  }

  /// Looks at what a merge into a store would bring, and changes nothing.
  public static func rehearse(_ other: Store, into store: Store) throws -> MergePreview {
    guard other.id == store.id else { throw SyncError.otherStore(here: store.id, there: other.id) }
    return try store.rehearse { take in
      var ours = SyncSession(StoreReplica(store, take: take), direction: .pull)
      var theirs = SyncSession(StoreReplica(other, take: { _ in ReceiveReport() }), direction: .push)
      try synchronise(&ours, &theirs)
    }
  }
}

/// Gives packs to a store, and gathers what its users should be told.
final class PackTaker {
  private let store: Store
  /// How many changes were taken.
  private(set) var done = 0
  /// Called now and then when that has grown.
  var advanced: (() -> Void)?
  private(set) var notices: [String] = []

  init(_ store: Store) { self.store = store }

  func take(_ pack: Pack) throws -> ReceiveReport {
    let before = done
    let received = try store.receive(pack) { [self] count in
      done = before + count
      advanced?()
    }
    done = before + pack.entries.count
    advanced?()
    notices += [received.notice].compactMap { $0 }
    return received.report
  }
}

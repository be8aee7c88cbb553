import CRDT

/// The role of a ``SyncEpoch``.
public enum EpochRole {}
/// Names one life of a hub's data of a store: random, made with it. Another epoch, another history of arrivals.
public typealias SyncEpoch = Bytes16<EpochRole>

/// A point in the order in which changes arrived at a hub.
///
/// A shortcut that the hub can check, and no promise: where the epoch is another, the number is beyond what has arrived,
/// or the digest there differs, the hub was wiped or set back, and tips are exchanged in full.
public struct SyncCursor: Hashable, Sendable {
  /// Which life of the hub's data.
  public var epoch: SyncEpoch
  /// How many changes had arrived.
  public var arrival: UInt64
  /// The digest of what was applied then.
  public var digest: StateDigest

  /// Names a point.
  public init(epoch: SyncEpoch, arrival: UInt64, digest: StateDigest) {
    self.epoch = epoch
    self.arrival = arrival
    self.digest = digest
  }
}

/// What begins a round trip with a hub.
public struct SyncHello: Hashable, Sendable {
  /// The store that is meant.
  public var store: StoreID
  /// The digest of what is applied at whoever says hello.
  public var digest: StateDigest
  /// What it wants to happen.
  public var direction: SyncDirection
  /// Up to where it has all that the hub has; `nil` where it does not know.
  public var cursor: SyncCursor?

  /// Makes a hello.
  public init(store: StoreID, digest: StateDigest, direction: SyncDirection, cursor: SyncCursor?) {
    self.store = store
    self.digest = digest
    self.direction = direction
    self.cursor = cursor
  }
}

/// What a hub answers to a hello.
public struct SyncAnswer: Hashable, Sendable {
  /// Whether the cursor of the hello was confirmed. If not, no pack was taken, and tips must be exchanged.
  public var isConfirmed: Bool
  /// Where the hub stands: whoever takes all of the answer has everything up to there.
  public var cursor: SyncCursor

  /// Makes an answer.
  public init(isConfirmed: Bool, cursor: SyncCursor) {
    self.isConfirmed = isConfirmed
    self.cursor = cursor
  }
}

/// Why a hub broke off in the middle of an answer, when its status could not tell any more.
public struct SyncFailure: Hashable, Sendable {
  /// The HTTP status that it would have been.
  public var status: Int
  /// What failed, in one line.
  public var reason: String

  /// Notes a failure.
  public init(status: Int, reason: String) {
    self.status = status
    self.reason = reason
  }
}

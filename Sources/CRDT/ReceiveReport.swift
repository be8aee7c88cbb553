/// What became of the changes of one pack, or of many added up.
///
/// Each change of a pack counts in one of `applied`, `duplicate`, `waiting` and as refused, by what it had come to once
/// the whole pack was in. What was new to the state is `applied + released`.
public struct ReceiveReport: Hashable, Sendable {
  /// How many refusals are listed. More than that tell nobody anything, and who sends them must not fill the memory.
  public static let maximumRefusals = 1_000

  /// Changes that came and were applied.
  public var applied = 0
  /// Changes that came and were there already, applied or waiting.
  public var duplicate = 0
  /// Changes that came and wait for others.
  public var waiting = 0
  /// Changes that had waited since an earlier pack and were applied now; not counted in ``applied``.
  public var released = 0
  /// What was refused, in order of arrival; at most ``maximumRefusals``.
  public private(set) var refused: [Refusal] = []
  /// Refusals beyond those that are listed.
  public private(set) var unlistedRefusals = 0
  /// Conflicts that were not open before.
  public var conflictsOpened = 0
  /// Conflicts that were open before and are no more.
  public var conflictsClosed = 0

  /// Makes the report of nothing.
  public init() {}

  /// Adds a refusal.
  public mutating func refuse(_ refusal: Refusal) {
    if refused.count < Self.maximumRefusals { refused.append(refusal) } else { unlistedRefusals += 1 }
  }

  /// Adds refusals that nobody lists any more.
  public mutating func refuse(unlisted count: Int) { unlistedRefusals += count }

  /// Takes out the refusals after which the same changes are worth another try.
  public mutating func removeRefusalsForNow() -> [Refusal] {
    let removed = refused.filter(\.isForNow)
    refused.removeAll(where: \.isForNow)
    return removed
  }

  /// Adds what came after.
  public static func += (left: inout Self, right: Self) {
    left.applied += right.applied
    left.duplicate += right.duplicate
    left.waiting += right.waiting
    left.released += right.released
    for refusal in right.refused { left.refuse(refusal) }
    left.unlistedRefusals += right.unlistedRefusals
    left.conflictsOpened += right.conflictsOpened
    left.conflictsClosed += right.conflictsClosed
  }
}

/// A run of a log that was refused from one change on, or a whole pack.
public struct Refusal: Hashable, Sendable {
  /// Whose log it is; `nil` for a whole pack.
  public var replica: ReplicaID?
  /// The place in the log of the first change refused; 0 for a whole pack.
  public var sequence: UInt64
  /// How many changes were refused; 0 where it cannot be known.
  public var count: Int
  /// Why, in one line.
  public var reason: String
  /// Whether the same changes may be taken later, once others have come: then they are worth another try.
  public var isForNow: Bool
  /// Whether it is refused for being of a newer version of the format, which a newer program may take. A hub does not
  /// tell.
  public var isNewer = false

  /// Notes a refusal.
  public init(replica: ReplicaID?, sequence: UInt64, count: Int, reason: String, isForNow: Bool = false) {
    self.replica = replica
    self.sequence = sequence
    self.count = count
    self.reason = reason
    self.isForNow = isForNow
  }
}

extension Refusal {
  /// Notes a pack that is refused as a whole.
  public init(_ error: PackError) {
    self.init(replica: nil, sequence: 0, count: 0, reason: "\(error)")
    isNewer = error.isNewer
  }

  /// Notes a run of a pack that is refused.
  public init(_ run: Pack.RefusedRun) {
    self.init(replica: run.replica, sequence: run.sequence, count: run.count, reason: "\(run.reason)")
    isNewer = run.isNewer
  }
}

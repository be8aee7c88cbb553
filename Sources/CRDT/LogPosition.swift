/// One change by its place in its log: a point up to which a log is there.
public struct LogTip: Hashable, Sendable, Comparable {
  /// The change.
  public var id: ChangeID
  /// Its sequence number, from 1; several changes have the same one where the log forked.
  public var sequence: UInt64

  /// Names a change and its place.
  public init(id: ChangeID, sequence: UInt64) {
    self.id = id
    self.sequence = sequence
  }

  /// Orders by place in the log, then by id.
  public static func < (left: Self, right: Self) -> Bool {
    left.sequence == right.sequence ? left.id < right.id : left.sequence < right.sequence
  }
}

/// How far a replica has one log. The tips stand for themselves and everything before them in the log, so that a forked
/// log needs nothing special.
public struct LogPosition: Hashable, Sendable {
  /// Whose log it is.
  public var replica: ReplicaID
  /// The changes that nothing in the log follows, ascending; several where the log forked.
  public var tips: [LogTip]

  /// Makes a position of tips in ascending order.
  public init(replica: ReplicaID, tips: [LogTip]) {
    self.replica = replica
    self.tips = tips
  }
}

import CRDT

/// What a replica has: how far it has each log, and the digest of what it has applied.
///
/// A change is *had* once it is applied or waits for others, and all before it in its log is had too. So tips say it
/// all; a change kept beyond a gap does not count until the gap is closed, or nobody would ever send what is missing.
public struct SyncState: Hashable, Sendable {
  /// Which store it is a replica of.
  public var store: StoreID
  /// The logs of which it has anything, ascending by replica.
  public var logs: [LogPosition]
  /// The digest of what is applied.
  public var digest: StateDigest

  /// Makes a state of logs in ascending order.
  public init(store: StoreID, logs: [LogPosition], digest: StateDigest) {
    self.store = store
    self.logs = logs
    self.digest = digest
  }
}

/// What a replica lacks of one log.
public struct LogWant: Hashable, Sendable {
  /// Whose log it is.
  public var replica: ReplicaID
  /// The changes up to which it wants the log, ascending.
  public var tips: [ChangeID]
  /// Some of what it has of the log, ascending: the nearer to its tips the denser, so that the other side finds a place
  /// from which to send wherever the log may have forked.
  public var have: [LogTip]

  /// Makes a want of ids in ascending order.
  public init(replica: ReplicaID, tips: [ChangeID], have: [LogTip]) {
    self.replica = replica
    self.tips = tips
    self.have = have
  }
}

/// What a replica lacks of another.
public struct SyncWant: Hashable, Sendable {
  /// The logs of which it lacks something, ascending by replica.
  public var logs: [LogWant]

  /// Makes a want of logs in ascending order.
  public init(logs: [LogWant] = []) { self.logs = logs }

  /// Whether nothing is wanted.
  public var isEmpty: Bool { logs.isEmpty }
}

/// What a replica says when it has taken all that it was sent.
public struct SyncDone: Hashable, Sendable {
  /// The digest of what it has applied now.
  public var digest: StateDigest
  /// What the other side had when the session began and it still lacks, ascending by replica.
  public var lacking: [LogPosition]

  /// Makes the last word of a session.
  public init(digest: StateDigest, lacking: [LogPosition] = []) {
    self.digest = digest
    self.lacking = lacking
  }
}

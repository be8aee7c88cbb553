import CRDT

/// What a session needs of a replica.
///
/// A change is *had* once it is applied or waits for others, and all before it in its log is had too: a replica may
/// keep what came beyond a gap, but neither its state nor ``contains(_:)`` may count it before the gap is closed. A
/// replica that drops waiting changes drops the last ones of a log first, for the same reason. What it throws is about
/// its storage; a session passes it on.
public protocol SyncReplica: AnyObject {
  /// What is to be sent to one peer, with whatever snapshot it needs to stay consistent while it is sent.
  associatedtype Outgoing

  /// What it has now, read in one go.
  func syncState() throws -> SyncState

  /// Whether it has a change.
  func contains(_ id: ChangeID) throws -> Bool

  /// Some of what it has of a log, denser towards the tips; ``SyncPlan/locator(from:limit:back:)`` chooses them.
  func locator(of replica: ReplicaID) throws -> [LogTip]

  /// Plans what to send for a want: for each log the runs of ``SyncPlan/runs(for:find:back:)``, in causal order over
  /// all of them. Wanted changes that it does not have, or that no seal closes, are passed over.
  func outgoing(for want: SyncWant) throws -> Outgoing

  /// Makes the next pack of a plan, one at a time so that memory holds one; `nil` after the last.
  func nextPack(_ outgoing: inout Outgoing) throws -> OutgoingPack?

  /// Takes a pack, in one transaction. What is wrong with the pack is told in the report and is no error.
  func receive(pack: [UInt8]) throws -> ReceiveReport
}

/// A pack to be sent.
public struct OutgoingPack: Hashable, Sendable {
  /// The pack, opaque here.
  public var bytes: [UInt8]
  /// How many changes it holds.
  public var changeCount: Int

  /// Wraps a pack.
  public init(bytes: [UInt8], changeCount: Int) {
    self.bytes = bytes
    self.changeCount = changeCount
  }
}

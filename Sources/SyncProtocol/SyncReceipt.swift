import CRDT

/// What a session did, and where it left the two sides.
public struct SyncReceipt: Hashable, Sendable {
  /// Packs sent.
  public internal(set) var packsSent = 0
  /// Changes in the packs sent.
  public internal(set) var changesSent = 0
  /// Size of the packs sent, in bytes.
  public internal(set) var bytesSent = 0
  /// Packs received.
  public internal(set) var packsReceived = 0
  /// Size of the packs received, in bytes.
  public internal(set) var bytesReceived = 0
  /// How many packs the other side says it sent; `nil` until it has said so.
  public internal(set) var packsAnnounced: Int?
  /// What became of the changes received.
  public internal(set) var received = ReceiveReport()
  /// The digest of what is applied here: when the session began, and in the end after it.
  public internal(set) var digestHere: StateDigest?
  /// The same of the other side, by its own word.
  public internal(set) var digestThere: StateDigest?
  /// What the other side had when the session began and is not here, ascending by replica.
  public internal(set) var lackingHere: [LogPosition] = []
  /// What was here when the session began and the other side lacks, by its own word when it is done.
  public internal(set) var lackingThere: [LogPosition] = []

  /// Whether both sides have applied the same changes. They may not even where ``isComplete`` holds: somebody may have
  /// gone on writing on one of them.
  public var areEqual: Bool { digestHere != nil && digestHere == digestThere }

  /// Whether each side has all that the other had when the session began; meaningful once the session is finished.
  public var isComplete: Bool { packsAnnounced != nil && lackingHere.isEmpty && lackingThere.isEmpty }
}

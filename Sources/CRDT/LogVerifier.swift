/// Why a run of a log is refused, from the change in question on.
public enum LogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The change itself is malformed.
  case change(ChangeError)
  /// The change belongs to another store.
  case otherStore(StoreID)
  /// The change belongs to another replica's log.
  case otherReplica(ReplicaID)
  /// The change does not follow the one before it.
  case brokenChain(sequence: UInt64, expected: UInt64)
  /// The signature is not the replica's over this change.
  case invalidSeal
  /// More bytes than one seal may close came without one.
  case unsealed

  /// The reason in one line.
  public var description: String {
    switch self {
    case .change(let error): error.description
    case .otherStore(let store): "it belongs to store \(store)"
    case .otherReplica(let replica): "it belongs to the log of replica \(replica)"
    case .brokenChain(let sequence, let expected):
      "the chain is broken: sequence number \(sequence) does not follow where \(expected) is expected"
    case .invalidSeal: "the seal is not a valid signature of the replica"
    case .unsealed: "more than \(Limits.sealedBytes) bytes of changes without a seal"
    }
  }
}

/// Checks one run of one log, change by change: bytes, hash of the body, chain and seals.
public struct LogVerifier: Sendable {
  private let store: StoreID
  private let replica: ReplicaID
  private var last: (id: ChangeID, sequence: UInt64)?
  private var unsealedBytes = 0

  /// Whether the last change seen was sealed, so that the whole run is vouched for.
  public private(set) var isSealed = true

  /// Starts after `last`, or at the beginning of the log.
  public init(store: StoreID, replica: ReplicaID, after last: (id: ChangeID, sequence: UInt64)? = nil) {
    self.store = store
    self.replica = replica
    self.last = last
  }

  /// Checks the next change of the run.
  ///
  /// - Returns: the decoded change with its id.
  /// - Throws: ``LogError``; nothing of this log from here on is to be believed.
  public mutating func check(_ encoded: EncodedChange, seal: Seal?) throws(LogError) -> (id: ChangeID, change: Change) {
    guard encoded.byteCount <= Limits.changeBytes else { throw .change(.tooLarge("the change")) }
    let body = encoded.body.flatMap { try? CheckedBody(decoding: $0) }
    return try check(encoded, id: encoded.id, body: body, seal: seal)
  }

  /// Checks the next change of the run, whose body has been decoded, where it can be.
  mutating func check(
    _ encoded: EncodedChange, id: ChangeID, body: CheckedBody?, seal: Seal?
  ) throws(LogError) -> (id: ChangeID, change: Change) {
    let change: Change
    do { change = try Change(decoding: encoded, body: body) } catch { throw .change(error) }
    guard change.store == store else { throw .otherStore(change.store) }
    guard change.replica == replica else { throw .otherReplica(change.replica) }
    let expected = (last?.sequence ?? 0) + 1
    guard change.sequence == expected, change.previous == last?.id else {
      throw .brokenChain(sequence: change.sequence, expected: expected)
    }
    unsealedBytes += encoded.header.count + (body?.largestByteCount ?? 0)
    if unsealedBytes > Limits.sealedBytes { throw .unsealed }
    if let seal {
      guard seal.isValid(for: id, by: replica) else { throw .invalidSeal }
      unsealedBytes = 0
    }
    isSealed = seal != nil
    last = (id, change.sequence)
    return (id, change)
  }
}

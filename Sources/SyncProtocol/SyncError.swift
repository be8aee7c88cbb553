import CRDT

/// Why a session ends before its end. What becomes of the changes themselves is told in a ``SyncReceipt``.
public enum SyncError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A message is not deterministic CBOR of the right shape.
  case malformed(CBORError)
  /// A message contradicts itself, in words.
  case inconsistent(String)
  /// A message is over a limit of ``SyncLimits``, in words.
  case tooLarge(String)
  /// The other side speaks another version of the protocol.
  case version(UInt64)
  /// A message of a kind that is not known here.
  case unknownMessage(UInt64)
  /// The other side is a replica of another store.
  case otherStore(here: StoreID, there: StoreID)
  /// A message came where another had to, both by name.
  case outOfOrder(received: String, expected: String)
  /// A pack came though nothing was asked for.
  case unwantedPack
  /// Both sides wait for each other.
  case stalled

  /// The reason in one line.
  public var description: String {
    switch self {
    case .malformed(let error): "a sync message cannot be read: \(error)"
    case .inconsistent(let what): "a sync message contradicts itself: \(what)"
    case .tooLarge(let what): "\(what) is over the limit"
    case .version(let version): "sync version \(version) is not known here: install the newer variorum"
    case .unknownMessage(let kind): "a sync message of the unknown kind \(kind)"
    case .otherStore(let here, let there): "the other side has store \(there), this one is \(here)"
    case .outOfOrder(let received, let expected): "the other side sent \(received) where \(expected) had to come"
    case .unwantedPack: "the other side sent a pack though nothing was asked for"
    case .stalled: "both sides wait for each other"
    }
  }
}

import AnnotationStore
import SyncProtocol

/// A transport to one remote: what the command line and the tests know of a folder or a hub.
///
/// Every sync is idempotent and can be cut off at any point; running it again finishes it. A remote that is reached by
/// blocking calls may implement these functions without suspending.
public protocol SyncRemote: Sendable {
  /// The stores of which it has changes, ascending: what a clone can be made of.
  ///
  /// - Throws: ``RemoteError``.
  func stores() async throws -> [StoreID]

  /// Looks whether a store may sync with it at all, as far as that can be told without exchanging anything: where it
  /// is asked before the remote is noted, a mistake shows at once.
  ///
  /// - Throws: ``RemoteError``.
  func check(_ store: Store) async throws

  /// Exchanges changes.
  ///
  /// - Throws: ``RemoteError``; ``SyncError``; ``StoreError``. What was received until then stays received.
  func sync(_ store: Store, _ request: SyncRequest) async throws -> RemoteReceipt

  /// Looks at what a sync would bring and send, and changes nothing on either side.
  ///
  /// - Throws: as ``sync(_:_:)``.
  func rehearse(_ store: Store, _ request: SyncRequest) async throws -> RemotePreview

  /// Yields whenever it may have something new for a store, until the task that iterates is cancelled; never more than
  /// one in advance. What cannot be reached is tried again at the pace, and is no error.
  func news(of store: StoreID, pace: WatchPace) -> AsyncStream<Void>
}

/// How a sync is to be done.
public struct SyncRequest {
  /// Which way changes may go.
  public var direction: SyncDirection
  /// What the store's file remembers of the remote; `nil` for one that it does not know, such as one to clone from.
  public var memory: RemoteMemory?
  /// Whether to believe what is remembered. If not, a folder is read whole and what it lacks is written, and a hub is
  /// asked for all its tips.
  public var trustsMemory: Bool
  /// A directory where what was fetched may be kept until it is taken, so that a clone that was cut off goes on; `nil`
  /// where nothing is to be kept.
  public var place: String?
  /// Called now and then with how much is done, and how much there is, as far as that is known.
  public var progress: ((Int, Int) -> Void)?

  /// Asks for a sync.
  public init(
    direction: SyncDirection = .both, memory: RemoteMemory? = nil, trustsMemory: Bool = true, place: String? = nil,
    progress: ((Int, Int) -> Void)? = nil
  ) {
    self.direction = direction
    self.memory = memory
    self.trustsMemory = trustsMemory
    self.place = place
    self.progress = progress
  }
}

/// What a sync with a remote did, whatever the transport.
public struct RemoteReceipt: Sendable {
  /// What was sent.
  public var sent = Traffic()
  /// What came.
  public var received = Traffic()
  /// What became of the changes that came.
  public var report = ReceiveReport()
  /// What became there of those that were sent, where there is somebody who says so.
  public var there: ReceiveReport?
  /// The digest of what is applied here, after it.
  public var digestHere: StateDigest?
  /// The digest there; of a folder that of a replica that took all in it, where that can be told.
  public var digestThere: StateDigest?
  /// What is there and is not here still, ascending by replica.
  public var lackingHere: [LogPosition] = []
  /// How many changes are here that are not there.
  public var lackingThere = 0
  /// What the user should be told, a line each.
  public var notices: [String] = []
  /// What was passed over or is odd, each told once and not with every sync; by path.
  public var findings: [Finding] = []

  /// Makes the receipt of nothing.
  public init() {}

  /// Packs that went one way.
  public struct Traffic: Hashable, Sendable {
    /// How many packs.
    public var packs = 0
    /// How many changes in them.
    public var changes = 0
    /// Their size, in bytes.
    public var bytes = 0

    /// Makes none.
    public init() {}

    mutating func add(packs: Int = 1, changes: Int, bytes: Int) {
      self.packs += packs
      self.changes += changes
      self.bytes += bytes
    }
  }

  /// Something at the remote that its user may want to look at.
  public struct Finding: Hashable, Sendable {
    /// Where it is, from the remote's address on.
    public var path: String
    /// What it is; continues a sentence that begins with the path.
    public var what: String

    /// Notes it.
    public init(path: String, what: String) {
      self.path = path
      self.what = what
    }
  }

  /// Whether both sides have applied the same changes.
  public var areEqual: Bool { digestHere != nil && digestHere == digestThere }
}

/// What a sync would do.
public struct RemotePreview: Sendable {
  /// What would come.
  public var incoming: MergePreview
  /// How many changes would be sent.
  public var outgoing: Int
  /// What would be passed over; by path.
  public var findings: [RemoteReceipt.Finding]
}

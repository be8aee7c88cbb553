import CRDT

/// Which way changes may go in a session.
public enum SyncDirection: Hashable, Sendable, CaseIterable {
  /// Only take from the other side.
  case pull
  /// Only send to the other side; a pack that comes all the same ends the session.
  case push
  /// Both.
  case both

  /// Whether changes may come.
  public var pulls: Bool { self != .push }
  /// Whether changes may be sent.
  public var pushes: Bool { self != .pull }
}

/// One side of a session between two replicas of a store, without any input or output of its own.
///
/// The caller carries messages: it sends what ``nextMessage()`` gives until that is `nil`, hands what arrives to
/// ``receive(_:)``, and begins again, until ``isFinished``. Both sides do the same. A side that can tell from the
/// states alone that it has nothing to send or to take does not wait to be told so: where nothing is new, all that the
/// side which begins has to know comes back after its state, in one round trip.
///
/// The messages other than packs must arrive, once and in order; packs may be lost, doubled or change places before
/// their end. Whatever is missing then is told in the receipt, and sent by the next session. A session that threw an
/// error is over; what it had received stays received.
public struct SyncSession<Replica: SyncReplica> {
  private enum Step: Int, Comparable {
    case state, want, packs, done, finished

    var expectation: String { ["a state", "a want", "a pack or the end of the packs", "done", "nothing"][rawValue] }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  private let replica: Replica
  private let direction: SyncDirection
  /// What is to be sent next.
  private var sending = Step.state
  /// What has to come next.
  private var receiving = Step.state
  private var mine: SyncState?
  private var theirs: SyncState?
  private var isAnythingWanted = false
  /// Whether the other side's tips include all those here, so that whatever it may ask for, it lacks nothing.
  private var isAllThere = false
  private var outgoing: Replica.Outgoing?

  /// What was done so far.
  public private(set) var receipt = SyncReceipt()

  /// Begins a session.
  public init(_ replica: Replica, direction: SyncDirection = .both) {
    self.replica = replica
    self.direction = direction
  }

  /// Whether both sides have said that they are done.
  public var isFinished: Bool { sending == .finished && receiving == .finished }

  /// The next message to send; `nil` until something is received, or for ever when the session is finished.
  ///
  /// - Throws: what the replica throws.
  public mutating func nextMessage() throws -> SyncMessage? {
    switch sending {
    case .state:
      let mine = try stateHere()
      sending = .want
      return .state(mine)
    case .want:
      guard let theirs else { return nil }
      let want = try want(from: theirs)
      sending = .packs
      return .want(want)
    case .packs:
      return receiving > .want || isAllThere ? try nextPackOrEnd() : nil
    case .done:
      return receiving > .packs || !isAnythingWanted ? try done() : nil
    case .finished: return nil
    }
  }

  /// Takes a message of the other side.
  ///
  /// - Throws: ``SyncError`` where the other side does not keep to the protocol or has another store; what the replica
  ///   throws.
  public mutating func receive(_ message: SyncMessage) throws {
    try message.check()
    switch (message, receiving) {
    case (.state(let state), .state): try receive(state)
    case (.want(let want), .want):
      if direction.pushes, !want.isEmpty, !isAllThere { outgoing = try replica.outgoing(for: want) }
      receiving = .packs
    case (.pack(let bytes), .packs):
      guard isAnythingWanted else { throw SyncError.unwantedPack }
      receipt.received += try replica.receive(pack: bytes)
      receipt.packsReceived += 1
      receipt.bytesReceived += bytes.count
    case (.end(let packs), .packs):
      receipt.packsAnnounced = packs
      receiving = .done
    case (.done(let done), .done):
      receipt.digestThere = done.digest
      receipt.lackingThere = done.lacking
      receiving = .finished
    default: throw SyncError.outOfOrder(received: message.name, expected: receiving.expectation)
    }
  }

  private mutating func stateHere() throws -> SyncState {
    if let mine { return mine }
    let state = try replica.syncState()
    mine = state
    receipt.digestHere = state.digest
    return state
  }

  private mutating func receive(_ state: SyncState) throws {
    let mine = try stateHere()
    guard state.store == mine.store else { throw SyncError.otherStore(here: mine.store, there: state.store) }
    theirs = state
    isAllThere = SyncPlan.lacking(mine: state.logs, theirs: mine.logs, contains: { _ in false }).isEmpty
    receipt.digestThere = state.digest
    receiving = .want
  }

  private mutating func want(from theirs: SyncState) throws -> SyncWant {
    receipt.lackingHere = try SyncPlan.lacking(
      mine: try stateHere().logs, theirs: theirs.logs, contains: replica.contains)
    guard direction.pulls else { return SyncWant() }
    let want = try SyncPlan.want(receipt.lackingHere, locator: replica.locator(of:))
    isAnythingWanted = !want.isEmpty
    return want
  }

  private mutating func nextPackOrEnd() throws -> SyncMessage {
    if var plan = outgoing {
      outgoing = nil
      if let pack = try replica.nextPack(&plan) {
        outgoing = plan
        receipt.packsSent += 1
        receipt.changesSent += pack.changeCount
        receipt.bytesSent += pack.bytes.count
        return .pack(pack.bytes)
      }
    }
    sending = .done
    return .end(packs: receipt.packsSent)
  }

  private mutating func done() throws -> SyncMessage {
    receipt.lackingHere = try SyncPlan.lacking(mine: [], theirs: receipt.lackingHere, contains: replica.contains)
    let digest = try replica.syncState().digest
    receipt.digestHere = digest
    sending = .finished
    return .done(SyncDone(digest: digest, lacking: receipt.lackingHere))
  }
}

/// Runs a session between two replicas at hand, carrying the messages of each to the other.
///
/// - Throws: what either session throws; ``SyncError/stalled`` where messages of both went elsewhere before.
public func synchronise<A, B>(_ a: inout SyncSession<A>, _ b: inout SyncSession<B>) throws {
  while !(a.isFinished && b.isFinished) {
    let forth = try a.nextMessage()
    if let forth { try b.receive(forth) }
    let back = try b.nextMessage()
    if let back { try a.receive(back) }
    if forth == nil && back == nil { throw SyncError.stalled }
  }
}

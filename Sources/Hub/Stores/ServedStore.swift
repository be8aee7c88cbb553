import AnnotationStore
import Foundation
import NIOConcurrencyHelpers
import NIOPosix
import SyncProtocol
import SyncTransports

/// One store that a hub serves: an ordinary replica store that writes nothing of its own.
final class ServedStore: Sendable {
  let store: Store
  /// Which life of the hub's data of this store it is.
  let epoch: SyncEpoch
  let feed = CommitFeed()
  let packs: PackShelf
  private let threads: NIOThreadPool
  private let ledger: CursorLedger
  private let queue: CommitQueue
  private let last: NIOLockedValueBox<SyncCursor>

  /// Opens the store in a directory.
  ///
  /// - Parameter new: the epoch with which it is made, empty; `nil` where it is there.
  /// - Throws: `StoreError`, `IdentityError`.
  init(
    _ id: StoreID, in path: String, new: SyncEpoch?, environment: StoreEnvironment, threads: NIOThreadPool,
    committed: @escaping @Sendable (Int) -> Void
  ) throws {
    let file = "\(path)/\(Store.fileName)"
    if let new {
      try HubDirectory.make(path)
      // Before the store: a store without an epoch would get a new one, and an old epoch must not outlive its store.
      try DurableFile.write(new.bytes, to: path + "/epoch", mode: 0o600)
      epoch = new
      store = try Store.create(at: file, environment: environment, replicaOf: id)
    } else {
      store = try Store.open(at: file, environment: environment)
      epoch = try Self.readEpoch(path) ?? Self.newEpoch(path, environment)
    }
    guard store.id == id else { throw StoreError.otherStore(store.id, is: id) }
    let start = try Self.position(store)
    let ledger = CursorLedger(path: path + "/cursors", arrival: start.arrival, digest: start.digest)
    let (store, feed, epoch) = (store, feed, epoch)
    let last = NIOLockedValueBox(SyncCursor(epoch: epoch, arrival: start.arrival, digest: start.digest))
    self.last = last
    self.ledger = ledger
    self.threads = threads
    packs = PackShelf(path: path + "/packs", store: id) { cursor in
      cursor.epoch == epoch && ledger.confirms(cursor.arrival, cursor.digest)
    }
    queue = CommitQueue(threads: threads) { packs in
      let received = try store.receive(together: packs)
      let position = try Self.position(store)
      // The changes are safe; a ledger that cannot be written costs clients an exchange of tips and nothing else.
      try? ledger.note(position.arrival, position.digest)
      last.withLockedValue { $0 = SyncCursor(epoch: epoch, arrival: position.arrival, digest: position.digest) }
      committed(packs.count)
      feed.wake()
      return received
    }
  }

  // MARK: - Work off the event loops

  /// Reads one snapshot on one of the hub's threads.
  func read<Value: Sendable>(_ body: @escaping @Sendable (ReadTransaction) throws -> Value) async throws -> Value {
    try await threads.runIfActive { [store] in try store.read(body) }
  }

  /// Opens a pack and commits it; when this returns it is on the disk.
  ///
  /// - Throws: `PackError` where it cannot be opened; `StoreError`.
  func take(_ bytes: [UInt8]) async throws -> (pack: Pack, report: ReceiveReport) {
    let id = store.id
    let pack = try await threads.runIfActive {
      try Pack(opening: bytes, expecting: id, decompress: Zstandard.decompress)
    }
    return (pack, try await queue.take(pack))
  }

  // MARK: - Where it stands

  /// The point at which it is now.
  func cursor() async throws -> SyncCursor { try await read { [self] in try cursor($0) } }

  /// The point at which it was after the last commit of this hub, without a look at the disk: many may ask at once.
  var lastCursor: SyncCursor { last.withLockedValue { $0 } }

  /// Wakes all who follow; what another process wrote into the store is noticed here.
  func heartbeat() async {
    guard feed.count > 0 else { return }
    if let now = try? await cursor() { last.withLockedValue { $0 = now } }
    feed.wake()
  }

  func cursor(_ reader: ReadTransaction) throws -> SyncCursor {
    let position = try Self.position(store.id, reader)
    return SyncCursor(epoch: epoch, arrival: position.arrival, digest: position.digest)
  }

  /// Whether a cursor is a point of this history.
  func confirms(_ cursor: SyncCursor) -> Bool {
    cursor.epoch == epoch && ledger.confirms(cursor.arrival, cursor.digest)
  }

  private static func position(_ store: Store) throws -> (arrival: UInt64, digest: StateDigest) {
    try store.read { try position(store.id, $0) }
  }

  private static func position(
    _ id: StoreID, _ reader: ReadTransaction
  ) throws -> (arrival: UInt64, digest: StateDigest) {
    (UInt64(try reader.lastArrival()), StateDigest(store: id, heads: try reader.heads()))
  }

  // MARK: - The epoch

  private static func newEpoch(_ path: String, _ environment: StoreEnvironment) throws -> SyncEpoch {
    let bytes = environment.randomBytes(16)
    // Where it cannot be kept, as on a full disk, the next opening makes another, and confirms no cursor of this one.
    try? DurableFile.write(bytes, to: path + "/epoch", mode: 0o600)
    guard let epoch = SyncEpoch(bytes) else {
      throw HubError.file(path: path + "/epoch", reason: "got no 16 random bytes", remedy: "start the hub again")
    }
    return epoch
  }

  /// `nil` where there is none that could be meant.
  private static func readEpoch(_ path: String) throws -> SyncEpoch? {
    try FileDescriptor.readFile(path + "/epoch", upTo: 17).flatMap { SyncEpoch($0) }
  }
}

import AnnotationStore
import Crypto
import Foundation
import HTTPTypes
import NIOPosix
import SyncProtocol

/// The stores of a hub, opened when somebody asks for them. Of those that nobody uses, those used last stay open.
actor StoreShelf {
  /// An open store. Whoever uses it has a reference to it; where the shelf has the only one, nobody does.
  private struct Kept {
    var served: ServedStore
    var used: UInt64
  }

  private let directory: HubDirectory
  private let threads: NIOThreadPool
  private let limits: HubLimits
  private let committed: @Sendable (Int) -> Void
  /// From which the epochs of new stores come, so that one can be told before its store is made.
  private let seed: [UInt8]
  private var kept: [StoreID: Kept] = [:]
  private var opening: [StoreID: Task<ServedStore?, any Error>] = [:]
  private var closing: [StoreID: Task<Void, Never>] = [:]
  private var uses: UInt64 = 0
  private var isClosed = false

  init(
    _ directory: HubDirectory, threads: NIOThreadPool, _ limits: HubLimits,
    committed: @escaping @Sendable (Int) -> Void
  ) {
    self.directory = directory
    self.threads = threads
    self.limits = limits
    self.committed = committed
    seed = directory.environment.randomBytes(32)
  }

  /// How many are open.
  var count: Int { kept.count + opening.count + closing.count }

  /// A store, for as long as somebody has a reference to it.
  ///
  /// - Parameter create: make it where it is not there.
  /// - Returns: `nil` where there is none.
  /// - Throws: `StoreError`; ``Problem`` where no more may be made, or be open.
  func store(_ id: StoreID, create: Bool) async throws -> ServedStore? {
    while true {
      if isClosed { throw Self.ending }
      if var found = kept[id] {
        uses += 1
        found.used = uses
        kept[id] = found
        return found.served
      }
      if let task = closing[id] {
        await task.value
      } else if let task = opening[id] {
        if let found = try await task.value { return found }
        // Somebody looked and there was none; others may have asked again meanwhile.
        if !create { return nil }
        if opening[id] == task { opening[id] = nil }
      } else if !create, !directory.has(id) {
        return nil
      } else if count >= limits.openStores {
        try await makeRoom()
      } else {
        return try await open(id, create: create)
      }
    }
  }

  /// Where a store stands that is not there yet: what is told of it holds when it is made.
  nonisolated func beginning(of id: StoreID) throws -> SyncCursor {
    let bytes = SHA256.hash(data: seed + id.bytes).prefix(16)
    guard let epoch = SyncEpoch(Array(bytes)) else { throw SyncError.inconsistent("an epoch is not 16 bytes long") }
    return SyncCursor(epoch: epoch, arrival: 0, digest: StateDigest(store: id, heads: []))
  }

  private func open(_ id: StoreID, create: Bool) async throws -> ServedStore? {
    let (directory, threads, limits, committed) = (directory, threads, limits, committed)
    let epoch = try beginning(of: id).epoch
    let task = Task<ServedStore?, any Error> {
      try await threads.runIfActive {
        let path = directory.storePath(id)
        let isThere = directory.has(id)
        guard isThere || create else { return nil }
        if !isThere,
          try FileManager.default.contentsOfDirectory(atPath: directory.storesPath).count >= limits.stores
        {
          throw Problem(.forbidden, "limit", "the hub has as many stores as it may have (\(limits.stores))")
        }
        return try ServedStore(
          id, in: path, new: isThere ? nil : epoch, environment: directory.environment, threads: threads,
          committed: committed)
      }
    }
    opening[id] = task
    let result = await task.result
    if opening[id] == task { opening[id] = nil }
    guard let served = try result.get() else { return nil }
    if isClosed { throw Self.ending }
    uses += 1
    kept[id] = Kept(served: served, used: uses)
    return served
  }

  /// Closes the store that nobody uses, and has not for the longest time.
  private func makeRoom() async throws {
    // Somebody else has done so.
    if let task = closing.values.first { return await task.value }
    let ids = kept.map { (id: $0.key, used: $0.value.used) }.sorted { $0.used < $1.used }.map(\.id)
    for id in ids {
      guard var found = kept.removeValue(forKey: id) else { continue }
      guard isKnownUniquelyReferenced(&found.served) else {
        kept[id] = found
        continue
      }
      // Nobody may open it before it is closed: what it knows of its cursors has to be on the disk. The task takes itself out
      // before it ends: who waited for one that has ended and stands here still would go round for ever.
      let ended = close(found.served)
      let task = Task {
        await ended.value
        closing[id] = nil
      }
      closing[id] = task
      return await task.value
    }
    throw Problem(
      .serviceUnavailable, "busy", "as many stores are in use as the hub has open at one time",
      headers: [Problem.retryAfter(seconds: 1)])
  }

  private func close(_ served: ServedStore) -> Task<Void, Never> {
    Task { [threads] in try? await threads.runIfActive { try served.store.close() } }
  }

  /// Closes all stores, and opens none from here on.
  func close() async {
    isClosed = true
    let (stores, opened, ending) = (kept.values.map(\.served), opening.values, closing.values)
    kept.removeAll()
    // One that is still in use stays as it is until its last reader has gone; SQLite allows for that.
    for served in stores { await close(served).value }
    for task in opened { if let served = try? await task.value { await close(served).value } }
    for task in ending { await task.value }
  }

  /// Wakes all who follow any store, so that they hear that the hub is there.
  func wakeAll() async { for served in kept.values.map(\.served) { await served.heartbeat() } }

  private static let ending = Problem(
    .serviceUnavailable, "busy", "the hub is ending", headers: [Problem.retryAfter(seconds: 5)])
}

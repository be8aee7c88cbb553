import AnnotationStore
import Foundation
import HTTPTypes
import NIOPosix

/// The stores of a hub, opened when somebody asks for them.
actor StoreShelf {
  private let directory: HubDirectory
  private let threads: NIOThreadPool
  private let limit: Int
  private let committed: @Sendable (Int) -> Void
  private var open: [StoreID: Task<ServedStore?, any Error>] = [:]
  private var isClosed = false

  init(_ directory: HubDirectory, threads: NIOThreadPool, limit: Int, committed: @escaping @Sendable (Int) -> Void) {
    self.directory = directory
    self.threads = threads
    self.limit = limit
    self.committed = committed
  }

  /// How many are open.
  var count: Int { open.count }

  /// A store.
  ///
  /// - Parameter create: make it where it is not there.
  /// - Returns: `nil` where there is none.
  /// - Throws: `StoreError`; ``Problem`` where no more may be made.
  func store(_ id: StoreID, create: Bool) async throws -> ServedStore? {
    if isClosed {
      throw Problem(.serviceUnavailable, "busy", "the hub is ending", headers: [Problem.retryAfter(seconds: 5)])
    }
    if let opening = open[id] {
      if let found = try await opening.value { return found }
      // Somebody looked and there was none; others may have asked again meanwhile.
      if !create { return nil }
      if open[id] == opening { open[id] = nil }
      return try await store(id, create: true)
    }
    let (directory, threads, limit, committed) = (directory, threads, limit, committed)
    let opening = Task<ServedStore?, any Error> {
      try await threads.runIfActive {
        let path = directory.storePath(id)
        let isThere = FileManager.default.fileExists(atPath: "\(path)/\(Store.fileName)")
        guard isThere || create else { return nil }
        if !isThere, try FileManager.default.contentsOfDirectory(atPath: directory.storesPath).count >= limit {
          throw Problem(.forbidden, "limit", "the hub has as many stores as it may have (\(limit))")
        }
        return try ServedStore(
          id, in: path, isNew: !isThere, environment: directory.environment, threads: threads, committed: committed)
      }
    }
    open[id] = opening
    do {
      let found = try await opening.value
      if found == nil, open[id] == opening { open[id] = nil }
      return found
    } catch {
      if open[id] == opening { open[id] = nil }
      throw error
    }
  }

  /// Closes all stores, and opens none from here on.
  func close() async {
    isClosed = true
    let opened = open.values
    open.removeAll()
    for opening in opened {
      // One that is still in use stays as it is until its last reader has gone; SQLite allows for that.
      if let store = try? await opening.value { try? await threads.runIfActive { try store.store.close() } }
    }
  }

  /// Wakes all who follow any store, so that they hear that the hub is there.
  func wakeAll() async {
    for opening in open.values { if let store = try? await opening.value { await store.heartbeat() } }
  }
}

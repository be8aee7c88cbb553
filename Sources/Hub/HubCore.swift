import AnnotationStore
import NIOCore
import NIOPosix

/// What all requests of a hub share.
final class HubCore: Sendable {
  let limits: HubLimits
  let directory: HubDirectory
  let gate: Gate
  let metrics: HubMetrics
  let shelf: StoreShelf
  /// The threads on which stores are read and written: SQLite blocks, and no event loop may.
  let threads: NIOThreadPool
  let syncs: Places
  let downloads: Places
  let memory: ByteBudget
  let watchers: Places
  private let lock: FileLock

  /// Takes the data directory.
  ///
  /// - Throws: ``HubError``; `IdentityError` where the directory cannot be used.
  init(_ configuration: HubConfiguration) throws {
    let limits = configuration.limits.fitting(descriptors: Descriptors.raise())
    self.limits = limits
    directory = try HubDirectory(configuration.dataDirectory)
    lock = try directory.lock()
    let file = TokenFile(dataDirectory: configuration.dataDirectory)
    // A file that cannot be read would let nobody in; better said at once.
    _ = try file.tokens()
    gate = Gate(file)
    let metrics = HubMetrics()
    self.metrics = metrics
    threads = NIOThreadPool(numberOfThreads: max(4, 2 * System.coreCount))
    threads.start()
    shelf = StoreShelf(directory, threads: threads, limits) { _ in metrics.add(.commits) }
    syncs = Places(limits.syncs)
    downloads = Places(limits.downloads)
    memory = ByteBudget(limits.memoryBytes, patience: .seconds(limits.patienceSeconds))
    watchers = Places(limits.watchers)
  }

  /// Closes the stores and lets another hub have the data directory, once this one serves no more.
  func close() async {
    await shelf.close()
    lock.release()
  }

  deinit { threads.shutdownGracefully { _ in } }
}

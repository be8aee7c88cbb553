import AnnotationStore
import NIOPosix

/// Commits the packs that clients send to one store: one transaction at a time, in which all that waits goes together,
/// so that many clients who push at once share one sync of the disk.
actor CommitQueue {
  /// How many packs go into one transaction, at most.
  private static let groupLimit = 64
  /// How many changes, beyond which a transaction would keep others waiting.
  private static let changeLimit = 20_000

  private struct Waiting {
    var pack: Pack
    var done: CheckedContinuation<ReceiveReport, any Error>
  }

  private let threads: NIOThreadPool
  private let commit: @Sendable ([Pack]) throws -> [Received]
  private var waiting: [Waiting] = []
  private var isRunning = false
  private var committing = 0

  /// - Parameter commit: takes packs in one transaction; it runs on one of the threads, one call at a time.
  init(threads: NIOThreadPool, commit: @escaping @Sendable ([Pack]) throws -> [Received]) {
    self.threads = threads
    self.commit = commit
  }

  /// How many packs were taken and are not answered: those of the transaction that runs, and those that wait for it.
  var pendingCount: Int { waiting.count + committing }

  /// Commits a pack; when this returns it is on the disk.
  func take(_ pack: Pack) async throws -> ReceiveReport {
    try await withCheckedThrowingContinuation { continuation in
      waiting.append(Waiting(pack: pack, done: continuation))
      if !isRunning {
        isRunning = true
        Task { await run() }
      }
    }
  }

  private func run() async {
    while !waiting.isEmpty {
      let group = nextGroup()
      committing = group.count
      await commitGroup(group)
      committing = 0
    }
    isRunning = false
  }

  private func nextGroup() -> [Waiting] {
    var (count, changes) = (0, 0)
    for item in waiting.prefix(Self.groupLimit) {
      if count > 0, changes + item.pack.entries.count > Self.changeLimit { break }
      (count, changes) = (count + 1, changes + item.pack.entries.count)
    }
    defer { waiting.removeFirst(count) }
    return Array(waiting.prefix(count))
  }

  private func commitGroup(_ group: [Waiting]) async {
    do {
      let packs = group.map(\.pack)
      let received = try await threads.runIfActive { [commit] in try commit(packs) }
      for (item, received) in zip(group, received) { item.done.resume(returning: received.report) }
    } catch  where group.count > 1 {
      // What is wrong with one of them must not fail the others.
      for item in group { await commitGroup([item]) }
    } catch {
      for item in group { item.done.resume(throwing: error) }
    }
  }
}

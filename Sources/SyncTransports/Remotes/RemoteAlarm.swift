import AnnotationStore

/// Rings when a remote may have something new, or the store has something that a remote may lack: what keeps a sync that
/// follows its remotes going.
public final class RemoteAlarm: Sendable {
  /// A ring each time there is something to do, the first at once; rings that nobody waits for become one. It ends with
  /// ``stop()``.
  public let rings: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let tasks: [Task<Void, Never>]
  private let pace: WatchPace

  /// Begins to watch a store and its remotes.
  public init(_ store: Store, _ remotes: [any SyncRemote], pace: WatchPace = WatchPace()) {
    let (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    self.rings = rings
    self.continuation = continuation
    self.pace = pace
    let commits = store.commits()
    let watched = Task {
      // A store that cannot be read any more tells so with the next sync.
      do { for try await _ in commits { continuation.yield() } } catch { continuation.yield() }
    }
    tasks =
      remotes.map { remote in
        Task { for await _ in remote.news(of: store.id, pace: pace) { continuation.yield() } }
      } + [watched]
    continuation.yield()
  }

  /// Rings once more after a while, because something went wrong.
  ///
  /// - Parameters:
  ///   - failures: how many times in a row it did.
  ///   - wait: how long a remote asked to be left alone.
  public func ringAgain(afterFailures failures: Int, notBefore wait: Duration = .zero) {
    let (pace, continuation) = (pace, continuation)
    Task {
      do { try await pace.sleep(max(wait, pace.delay(afterFailures: failures))) } catch { return }
      continuation.yield()
    }
  }

  /// Ends the rings.
  public func stop() {
    for task in tasks { task.cancel() }
    continuation.finish()
  }

  deinit { stop() }
}

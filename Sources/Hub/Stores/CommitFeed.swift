import Foundation
import NIOConcurrencyHelpers

/// Wakes those who follow a store. A wake-up says nothing but to look: who is slow misses none that matters, and nothing
/// piles up for them.
final class CommitFeed: Sendable {
  private let watchers = NIOLockedValueBox<[UUID: AsyncStream<Void>.Continuation]>([:])

  /// A stream of wake-ups, until it is dropped.
  func watch() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = UUID()
    watchers.withLockedValue { $0[id] = continuation }
    continuation.onTermination = { [weak self] _ in self?.watchers.withLockedValue { $0[id] = nil } }
    return stream
  }

  /// Wakes all.
  func wake() { for watcher in watchers.withLockedValue({ Array($0.values) }) { watcher.yield() } }

  /// How many follow.
  var count: Int { watchers.withLockedValue { $0.count } }
}

import Foundation
import NIOConcurrencyHelpers

/// A task that the thread of the world waits for, and that stops at some places to let the world go on without it.
///
/// So there are tasks and threads, and still one thing happens at a time, in an order that the seed tells.
final class Errand: Sendable {
  private enum News {
    case stops(CheckedContinuation<Void, Never>)
    case ends
  }

  private let news = NIOLockedValueBox<News?>(nil)
  private let signal = DispatchSemaphore(value: 0)

  /// Lets the world go on; returns when it is the task's turn again.
  func pause() async {
    await withCheckedContinuation { continuation in
      news.withLockedValue { $0 = .stops(continuation) }
      signal.signal()
    }
  }

  /// Runs a body as the task, and waits on this thread, which is none of those that tasks run on.
  ///
  /// - Parameter meanwhile: what the world does where the task stops; what it throws is thrown when the task has ended.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value, meanwhile: () throws -> Void
  ) throws -> Value {
    let result = NIOLockedValueBox<Result<Value, any Error>?>(nil)
    Task.detached { [self] in
      let ended: Result<Value, any Error>
      do { ended = .success(try await body()) } catch { ended = .failure(error) }
      result.withLockedValue { $0 = ended }
      news.withLockedValue { $0 = .ends }
      signal.signal()
    }
    var failure: (any Error)?
    while true {
      signal.wait()
      guard case .stops(let continuation)? = news.withLockedValue({ $0 }) else { break }
      do { if failure == nil { try meanwhile() } } catch { failure = error }
      continuation.resume()
    }
    if let failure { throw failure }
    guard let result = result.withLockedValue({ $0 }) else { throw Violation("an errand gave no result") }
    return try result.get()
  }
}

import HTTPTypes
import NIOConcurrencyHelpers

/// The memory that all requests together may take for what they send and are sent. Where it is used up, who comes waits
/// for a turn, in the order of coming, and after a while is told to come again: two who each hold a share and wait for
/// another must not wait for ever.
final class ByteBudget: Sendable {
  private struct Waiting {
    var number: Int
    var bytes: Int
    var turn: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var taken = 0
    var waiting: [Waiting] = []
    var number = 0
  }

  private let limit: Int
  private let patience: Duration
  private let state = NIOLockedValueBox(State())

  /// - Parameters:
  ///   - limit: in bytes; who asks for more than that gets it when nobody else has any.
  ///   - patience: how long somebody waits.
  init(_ limit: Int, patience: Duration) {
    self.limit = limit
    self.patience = patience
  }

  /// How much is taken, in bytes.
  var taken: Int { state.withLockedValue(\.taken) }

  /// How many wait for a turn.
  var waitingCount: Int { state.withLockedValue { $0.waiting.count } }

  /// A share, once it is there; it goes back when nothing holds it any more.
  ///
  /// - Throws: ``Problem``: 503 where it is not there in time.
  func take(_ bytes: Int) async throws -> Share {
    // Where nothing may be taken at all, nothing is there for anybody.
    let bytes = min(bytes, max(1, limit))
    let isGranted = await withCheckedContinuation { turn in
      let number = state.withLockedValue { state -> Int? in
        if state.waiting.isEmpty, state.taken + bytes <= limit {
          state.taken += bytes
          return nil
        }
        state.number += 1
        state.waiting.append(Waiting(number: state.number, bytes: bytes, turn: turn))
        return state.number
      }
      guard let number else { return turn.resume(returning: true) }
      Task {
        try? await Task.sleep(for: patience)
        giveUp(number)
      }
    }
    guard isGranted else {
      throw Problem(
        .serviceUnavailable, "busy", "the hub has as much in its memory as it takes",
        headers: [Problem.retryAfter(seconds: 2)])
    }
    return Share(self, bytes)
  }

  private func giveUp(_ number: Int) {
    let waiting = state.withLockedValue { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiting?.turn.resume(returning: false)
    // Who came after may be content with what there is.
    if waiting != nil { free(0) }
  }

  private func free(_ bytes: Int) {
    let next = state.withLockedValue { state in
      state.taken -= bytes
      var next: [Waiting] = []
      while let first = state.waiting.first, state.taken + first.bytes <= limit {
        state.taken += first.bytes
        next.append(state.waiting.removeFirst())
      }
      return next
    }
    for waiting in next { waiting.turn.resume(returning: true) }
  }

  /// What one request has of it.
  final class Share: Sendable {
    private let budget: ByteBudget
    private let bytes: NIOLockedValueBox<Int>

    fileprivate init(_ budget: ByteBudget, _ bytes: Int) {
      self.budget = budget
      self.bytes = NIOLockedValueBox(bytes)
    }

    deinit { free() }

    /// Gives back what is not needed of it.
    func shrink(to count: Int) {
      let left = bytes.withLockedValue { bytes in
        defer { bytes = min(bytes, count) }
        return max(0, bytes - count)
      }
      if left > 0 { budget.free(left) }
    }

    /// Gives it back; once is enough.
    func free() { shrink(to: 0) }
  }
}

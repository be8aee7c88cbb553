import NIOConcurrencyHelpers
import NIOCore

/// Cuts a client off that neither sends nor takes what it has to, or does so by drips to keep a place occupied.
///
/// Only the time in which the hub waits for the client counts: what the hub takes for its own work is not the client's
/// fault. Whoever has made the hub wait for longer than the grace plus what their bytes take at the least rate loses
/// the connection.
final class SlowClientGuard: Sendable {
  private struct State {
    var bytes = 0
    var waited = Duration.zero
    var waitingSince: ContinuousClock.Instant?
    var check: Scheduled<Void>?
    var isFinished = false
    var wasCut = false
  }

  private let channel: (any Channel)?
  private let grace: Duration
  private let bytesPerSecond: Int
  private let cut: @Sendable () -> Void
  private let state = NIOLockedValueBox(State())

  /// - Parameters:
  ///   - channel: `nil` where there is no connection to keep occupied, so nobody is cut off.
  ///   - cut: called when the connection is closed for this.
  init(_ channel: (any Channel)?, _ limits: HubLimits, cut: @escaping @Sendable () -> Void) {
    self.channel = channel
    grace = .seconds(limits.graceSeconds)
    bytesPerSecond = limits.bytesPerSecond
    self.cut = cut
    schedule()
  }

  /// Whether the client was cut off.
  var wasCut: Bool { state.withLockedValue(\.wasCut) }

  /// The hub begins to wait for the client.
  func beginWaiting() { state.withLockedValue { $0.waitingSince = .now } }

  /// The client has sent or taken so many bytes.
  func endWaiting(bytes: Int) {
    state.withLockedValue { state in
      if let since = state.waitingSince { state.waited += .now - since }
      state.waitingSince = nil
      state.bytes += bytes
    }
  }

  /// The request is done.
  func finish() {
    let check = state.withLockedValue { state in
      state.isFinished = true
      defer { state.check = nil }
      return state.check
    }
    check?.cancel()
  }

  private func schedule() {
    guard let channel else { return }
    let pause = max(grace / 4, .milliseconds(50))
    let check = channel.eventLoop.scheduleTask(in: TimeAmount(pause)) { [weak self] in self?.look() ?? () }
    state.withLockedValue { if $0.isFinished { check.cancel() } else { $0.check = check } }
  }

  private func look() {
    let isSlow = state.withLockedValue { state in
      if state.isFinished { return false }
      let waited = state.waited + (state.waitingSince.map { .now - $0 } ?? .zero)
      let allowed = grace + .seconds(state.bytes / max(1, bytesPerSecond))
      if state.waitingSince != nil, waited > allowed { state.wasCut = true }
      return state.wasCut
    }
    if isSlow {
      cut()
      channel?.close(promise: nil)
    } else if !state.withLockedValue(\.isFinished) {
      schedule()
    }
  }
}

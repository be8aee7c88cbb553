import NIOConcurrencyHelpers
import NIOCore

/// Cuts a client off that neither sends nor takes what it has to, or does so by drips to keep a place occupied.
///
/// Only the time in which the hub waits for the client counts: what the hub takes for its own work is not the client's
/// fault. Whoever has made the hub wait for longer than the grace plus what their bytes take at the least rate, or for
/// one body longer than any may take, loses the connection.
final class SlowClientGuard: Sendable {
  private struct State {
    var bytes = 0
    var waited = Duration.zero
    /// The part of it in which the client was to send.
    var uploaded = Duration.zero
    var isUpload = false
    var waitingSince: ContinuousClock.Instant?
    var check: Scheduled<Void>?
    var isFinished = false
    var wasCut = false
  }

  private let channel: (any Channel)?
  private let grace: Duration
  private let bytesPerSecond: Int
  private let upload: Duration
  private let cut: @Sendable () -> Void
  private let state = NIOLockedValueBox(State())

  /// - Parameters:
  ///   - channel: `nil` where there is no connection to keep occupied, so nobody is cut off.
  ///   - cut: called when the connection is closed for this.
  init(_ channel: (any Channel)?, _ limits: HubLimits, cut: @escaping @Sendable () -> Void) {
    self.channel = channel
    grace = .seconds(limits.graceSeconds)
    bytesPerSecond = limits.bytesPerSecond
    upload = .seconds(limits.uploadSeconds)
    self.cut = cut
    schedule()
  }

  /// Whether the client was cut off.
  var wasCut: Bool { state.withLockedValue(\.wasCut) }

  /// The hub begins to wait for the client.
  ///
  /// - Parameter isUpload: the client is to send; else it is to take.
  func beginWaiting(isUpload: Bool) {
    state.withLockedValue { ($0.waitingSince, $0.isUpload) = (.now, isUpload) }
  }

  /// The client has sent or taken so many bytes.
  func endWaiting(bytes: Int) {
    state.withLockedValue { state in
      if let since = state.waitingSince {
        let waited = .now - since
        state.waited += waited
        if state.isUpload { state.uploaded += waited }
      }
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
    let pause = max(min(grace, upload) / 4, .milliseconds(50))
    let check = channel.eventLoop.scheduleTask(in: TimeAmount(pause)) { [weak self] in self?.look() ?? () }
    state.withLockedValue { if $0.isFinished { check.cancel() } else { $0.check = check } }
  }

  private func look() {
    let isSlow = state.withLockedValue { state in
      guard !state.isFinished, let since = state.waitingSince else { return state.wasCut && !state.isFinished }
      let waiting = .now - since
      let allowed = grace + .seconds(state.bytes / max(1, bytesPerSecond))
      let isSlow = state.waited + waiting > allowed
      if isSlow || state.isUpload && state.uploaded + waiting > upload { state.wasCut = true }
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

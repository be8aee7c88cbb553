import Logging
import NIOConcurrencyHelpers

/// Counts and logs a request once, when it is done or its connection is gone.
final class RequestEnd: Sendable {
  private struct State {
    var route = "unknown"
    var status = 500
    var token: String?
    var isFinished = false
  }

  private let core: HubCore
  private let context: HubContext
  private let method: String
  private let state = NIOLockedValueBox(State())

  init(_ core: HubCore, _ context: HubContext, method: String) {
    self.core = core
    self.context = context
    self.method = method
  }

  deinit { finish(bytes: nil) }

  /// Notes what was asked for.
  func note(route: String) { state.withLockedValue { $0.route = route } }

  /// Notes who asked.
  func note(token: String?) { state.withLockedValue { $0.token = token } }

  /// Notes what it is answered with.
  func note(status: Int) { state.withLockedValue { $0.status = status } }

  /// Notes that it is done.
  ///
  /// - Parameter bytes: how many were sent; `nil` where the connection went before that.
  func finish(bytes: Int?) {
    let end = state.withLockedValue { state in
      defer { state.isFinished = true }
      return state
    }
    guard !end.isFinished else { return }
    let duration = ContinuousClock.now - context.start
    core.metrics.end(route: end.route, status: end.status, after: duration)
    let milliseconds = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    var metadata: Logger.Metadata = [
      "method": "\(method)", "route": "\(end.route)", "status": "\(end.status)", "ms": "\(milliseconds)",
    ]
    if let token = end.token { metadata["token"] = "\(token)" }
    if let bytes { metadata["bytes"] = "\(bytes)" } else { metadata["cut"] = "true" }
    context.logger.info("request", metadata: metadata)
  }
}

import HummingbirdCore
import Logging

/// Takes no more connections than there may be. Those beyond them wait in the kernel's queue and hear nothing, so the log
/// says when it is full.
struct ConnectionLimit: AvailableConnectionsDelegate {
  let limit: Int
  let logger: Logger
  private(set) var count = 0
  private var isTold = false

  init(_ limit: Int, logger: Logger) {
    self.limit = limit
    self.logger = logger
  }

  mutating func connectionOpened() {
    count += 1
    guard count >= limit, !isTold else { return }
    isTold = true
    logger.warning("as many connections as there may be; others wait", metadata: ["connections": "\(count)"])
  }

  mutating func connectionClosed() {
    count -= 1
    // Not at each that comes and goes at the brink.
    if count < limit / 2 { isTold = false }
  }

  func isAcceptingNewConnections() -> Bool { count < limit }
}

import Foundation
import NIOCore

/// The file descriptors of this process.
enum Descriptors {
  /// What one open store takes at most: the file and its log for the one who writes and each of four who read, and the
  /// index of the log that they share.
  static let perStore = 11

  /// Raises their number as far as it may go.
  ///
  /// - Returns: how many there may be.
  static func raise() -> Int {
    var limit = rlimit()
    #if os(Linux)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      let most: rlim_t = 1 << 20
    #else
      let resource = RLIMIT_NOFILE
      // Beyond this the system refuses, whatever it says the limit is.
      let most = rlim_t(OPEN_MAX)
    #endif
    guard getrlimit(resource, &limit) == 0 else { return 256 }
    var raised = limit
    raised.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, most))
    return Int(clamping: setrlimit(resource, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur)
  }

  /// Whether an error says that there are none left.
  static func isLacking(_ code: Int32) -> Bool { code == EMFILE || code == ENFILE }

  /// Whether there are none left. SQLite does not say so of itself, only that it cannot open a file.
  static var areUsedUp: Bool {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return false
    }
    return isLacking(errno)
  }
}

extension HubLimits {
  /// The same with no more connections, open stores and downloads than there are file descriptors for: where they ran
  /// out, the hub could neither take a connection nor refuse it.
  func fitting(descriptors: Int) -> HubLimits {
    // For each event loop three, and some for the lock, the tokens, and files that are open for a moment.
    let room = max(0, descriptors - 32 - 4 * System.coreCount)
    var limits = self
    limits.openStores = min(openStores, max(1, room / 2 / Descriptors.perStore))
    limits.downloads = min(downloads, max(1, room / 8))
    limits.connections = min(
      connections, max(1, room - limits.openStores * Descriptors.perStore - limits.downloads))
    return limits
  }
}

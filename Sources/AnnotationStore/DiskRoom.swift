import Foundation

/// Tells whether there was no room for a write.
///
/// SQLite says so where the disk itself is full. A quota that is used up, or a limit on the size of files, is the same
/// to a user, and to SQLite it is an error of input and output as that of a failing disk: so it is tried.
package enum DiskRoom {
  /// How much is tried, in bytes: what a commit writes at least.
  private static let trialBytes = 64 << 10

  /// Whether a code of the system says that there is no room, or none for this user.
  package static func isLacking(_ code: Int32) -> Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

  /// Whether a file beside a store cannot grow beyond what the store's files have.
  static func isLacking(beside path: String) -> Bool {
    let sizes = [path, path + "-wal"].map { path in
      var found = stat()
      return stat(path, &found) == 0 ? found.st_size : 0
    }
    let trial = "\(DurableFile.parent(of: path))/.\(UUID().uuidString).tmp"
    let descriptor = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return isLacking(errno) }
    defer { close(descriptor) }
    // Nobody else needs to see it, and nothing of it must be left.
    unlink(trial)
    let bytes = [UInt8](repeating: 1, count: trialBytes)
    let written = pwrite(descriptor, bytes, bytes.count, sizes.max() ?? 0)
    return written < 0 ? isLacking(errno) : written < bytes.count
  }
}

import Foundation

/// A replica's high-water mark, held open: how many changes its log had when this machine last committed one.
///
/// Twenty digits and a newline, written in place by a single call under a lock, and never lowered. There is no fsync:
/// after power loss the mark may be behind the store, which reads as a crash and keeps the key. A store behind its mark
/// was restored or copied. Both calls are on the path of every write and cost four or fewer system calls.
package final class MarkFile: Sendable {
  /// What `ReplicaKeyring.retire` raises a mark to: no log gets there, so whoever compares finds its store behind.
  package static let retired = UInt64.max

  static let byteCount = 21
  private static let waitSeconds = 10

  private let file: FileDescriptor
  // A file lock belongs to the open file, which the threads of this process share.
  private let threads = NSLock()

  /// Opens the mark at `path`.
  /// - Throws: `IdentityError.unknownKey` where it is absent, `.damaged` where it is not private or not a mark.
  init(path: String) throws(IdentityError) {
    do throws(IdentityError) {
      file = try FileDescriptor(opening: path, to: "open", flags: O_RDWR | O_NOFOLLOW | O_NONBLOCK)
    } catch .cannot(_, _, ENOENT) {
      throw .unknownKey(path: path)
    }
    try file.requirePrivate()
    _ = try read()
  }

  /// The mark.
  /// - Throws: `IdentityError`.
  package func read() throws(IdentityError) -> UInt64 {
    threads.lock()
    defer { threads.unlock() }
    // Without a lock a read may see half of another process's write.
    try lock(LOCK_SH)
    defer { unlock() }
    return try current()
  }

  /// Raises the mark to `value`; a mark that is there already, or higher, stays.
  /// - Throws: `IdentityError`; the mark is then as it was.
  package func raise(to value: UInt64) throws(IdentityError) {
    threads.lock()
    defer { threads.unlock() }
    try lock(LOCK_EX)
    defer { unlock() }
    guard try current() < value else { return }
    let written = withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 1) { bytes in
      Self.encode(value, into: bytes)
      var count: Int
      repeat {
        count = pwrite(file.raw, bytes.baseAddress, Self.byteCount, 0)
      } while count < 0 && errno == EINTR
      return count
    }
    guard written == Self.byteCount else {
      throw .cannot(operation: "write", path: file.path, code: written < 0 ? errno : ENOSPC)
    }
  }

  /// The bytes of a mark file that holds `value`.
  static func contents(_ value: UInt64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    bytes.withUnsafeMutableBytes { encode(value, into: $0) }
    return bytes
  }

  private static func encode(_ value: UInt64, into bytes: UnsafeMutableRawBufferPointer) {
    var rest = value
    for position in stride(from: byteCount - 2, through: 0, by: -1) {
      bytes[position] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
    bytes[byteCount - 1] = UInt8(ascii: "\n")
  }

  /// Nil where the bytes are not twenty digits of a `UInt64` and a newline.
  private static func decode(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
    guard bytes.count == byteCount, bytes[byteCount - 1] == UInt8(ascii: "\n") else { return nil }
    var value: UInt64 = 0
    for byte in bytes.dropLast() {
      guard (0x30...0x39).contains(byte) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }

  private func current() throws(IdentityError) -> UInt64 {
    // One byte more than a mark has, so that a longer file shows.
    let capacity = Self.byteCount + 1
    let (count, value) = withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 1) { bytes -> (Int, UInt64?) in
      var count: Int
      repeat {
        count = pread(file.raw, bytes.baseAddress, capacity, 0)
      } while count < 0 && errno == EINTR
      return (count, count < 0 ? nil : Self.decode(UnsafeRawBufferPointer(rebasing: bytes[..<count])))
    }
    guard count >= 0 else { throw .cannot(operation: "read", path: file.path, code: errno) }
    guard let value else {
      throw .damaged(
        path: file.path, reason: "does not hold 20 digits and a newline",
        remedy: "remove the directory it is in; the next write makes a new key")
    }
    return value
  }

  /// Asks again and again, does not wait in the kernel: a stopped process that holds the lock must not hang a write.
  private func lock(_ kind: Int32) throws(IdentityError) {
    var deadline: ContinuousClock.Instant?
    var pauseMicroseconds: UInt32 = 20
    while flock(file.raw, kind | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK else { throw .cannot(operation: "lock", path: file.path, code: code) }
      let now = ContinuousClock.now
      let end = deadline ?? now.advanced(by: .seconds(Self.waitSeconds))
      deadline = end
      guard now < end else { throw .lockHeld(path: file.path, waitedSeconds: Self.waitSeconds) }
      usleep(pauseMicroseconds)
      pauseMicroseconds = min(pauseMicroseconds * 2, 1000)
    }
  }

  private func unlock() {
    _ = flock(file.raw, LOCK_UN)
  }
}

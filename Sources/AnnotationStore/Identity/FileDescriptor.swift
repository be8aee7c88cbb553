import Foundation

/// An open file that closes itself; every failure names the path.
package struct FileDescriptor: ~Copyable, Sendable {
  package let raw: Int32
  package let path: String

  /// Opens with close-on-exec, so that no program started by `$EDITOR` and the like inherits a key.
  package init(opening path: String, to operation: String, flags: Int32, mode: mode_t = 0) throws(IdentityError) {
    var descriptor: Int32
    repeat {
      descriptor = open(path, flags | O_CLOEXEC, mode)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw .cannot(operation: operation, path: path, code: errno) }
    raw = descriptor
    self.path = path
  }

  /// Opens what has this name in an open directory, so that no link on the way to it can lead elsewhere.
  package init(
    opening name: String, in directory: borrowing FileDescriptor, to operation: String, flags: Int32
  ) throws(IdentityError) {
    let path = "\(directory.path)/\(name)"
    var descriptor: Int32
    repeat {
      descriptor = openat(directory.raw, name, flags | O_CLOEXEC | O_NOFOLLOW)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw .cannot(operation: operation, path: path, code: errno) }
    raw = descriptor
    self.path = path
  }

  deinit { close(raw) }

  /// Refuses anything but a regular file that its owner alone can read and write, as ssh does with its keys.
  package func requirePrivate() throws(IdentityError) {
    var found = stat()
    guard fstat(raw, &found) == 0 else { throw .cannot(operation: "examine", path: path, code: errno) }
    guard found.st_mode & S_IFMT == S_IFREG else {
      throw .damaged(
        path: path, reason: "is not a regular file", remedy: "move it away; the next write makes a new key")
    }
    let permissions = found.st_mode & 0o7777
    guard permissions & ~0o600 == 0 else {
      throw .damaged(
        path: path, reason: "has permissions 0\(String(permissions, radix: 8)), so others may have read or changed it",
        remedy: "if they cannot have, type: chmod 600 '\(path)'")
    }
  }

  /// The first `limit` bytes of a file; `nil` where there is none.
  package static func readFile(_ path: String, upTo limit: Int) throws(IdentityError) -> [UInt8]? {
    do throws(IdentityError) {
      return try FileDescriptor(opening: path, to: "read", flags: O_RDONLY).readNext(limit)
    } catch .cannot(_, _, ENOENT) { return nil }
  }

  /// The first `limit` bytes of a file that its owner alone may read and write.
  package static func readPrivate(_ path: String, upTo limit: Int) throws(IdentityError) -> [UInt8] {
    let file = try FileDescriptor(opening: path, to: "read", flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try file.requirePrivate()
    return try file.readNext(limit)
  }

  /// The size of the file, in bytes.
  package func byteCount() throws(IdentityError) -> Int {
    var found = stat()
    guard fstat(raw, &found) == 0 else { throw .cannot(operation: "examine", path: path, code: errno) }
    return Int(found.st_size)
  }

  /// The first `limit` bytes from the start.
  func read(upTo limit: Int) throws(IdentityError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let offset = count
      let step = bytes.withUnsafeMutableBytes { pread(raw, $0.baseAddress! + offset, limit - offset, off_t(offset)) }
      if step == 0 { break }
      if step < 0 {
        if errno == EINTR { continue }
        throw .cannot(operation: "read", path: path, code: errno)
      }
      count += step
    }
    return Array(bytes.prefix(count))
  }

  /// The next `count` bytes; fewer where the file ends before.
  package func readNext(_ count: Int) throws(IdentityError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      // In pieces, so that a length which a damaged file states takes no more memory than the file has bytes.
      var piece = [UInt8](repeating: 0, count: min(1 << 16, count - bytes.count))
      let step = Foundation.read(raw, &piece, piece.count)
      if step == 0 { break }
      if step < 0 {
        if errno == EINTR { continue }
        throw .cannot(operation: "read", path: path, code: errno)
      }
      bytes += piece.prefix(step)
    }
    return bytes
  }

  /// Appends all of `bytes`, however many calls it takes.
  package func writeAll(_ bytes: [UInt8]) throws(IdentityError) {
    var count = 0
    while count < bytes.count {
      let offset = count
      let step = bytes.withUnsafeBytes { write(raw, $0.baseAddress! + offset, bytes.count - offset) }
      if step < 0 {
        if errno == EINTR { continue }
        throw .cannot(operation: "write", path: path, code: errno)
      }
      count += step
    }
  }

  /// Returns when the disk has the bytes, not only the kernel.
  package func sync() throws(IdentityError) {
    #if canImport(Darwin)
      // There fsync leaves the bytes in the drive's cache; where this call is not supported, fsync is all there is.
      if fcntl(raw, F_FULLFSYNC) == 0 { return }
    #endif
    var result: Int32
    repeat {
      result = fsync(raw)
    } while result != 0 && errno == EINTR
    guard result == 0 else { throw .cannot(operation: "sync", path: path, code: errno) }
  }
}

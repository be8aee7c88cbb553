import Foundation

/// The one way in which Variorum writes a file that must survive power loss.
package enum DurableFile {
  /// Writes `bytes` so that a crash at any time leaves `path` as it was or complete, and that it is complete after
  /// return: temporary name in the same directory, fsync, rename, fsync of the directory.
  ///
  /// `mode` is set exactly, whatever the umask; until the bytes are complete only the owner can read them. A file that
  /// is there already is replaced. No temporary file is left behind on failure, one may be after a crash.
  /// - Throws: `IdentityError.cannot`.
  package static func write(_ bytes: [UInt8], to path: String, mode: UInt16) throws(IdentityError) {
    let directory = parent(of: path)
    let unique = String(UInt64.random(in: .min ... .max), radix: 16)
    let temporary = "\(directory)/.\(getpid())-\(unique).tmp"
    // O_EXCL: a file that is there is not ours to write or remove.
    let file = try FileDescriptor(
      opening: temporary, to: "create", flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    do throws(IdentityError) {
      try file.writeAll(bytes)
      guard fchmod(file.raw, mode_t(mode)) == 0 else {
        throw .cannot(operation: "set the permissions of", path: temporary, code: errno)
      }
      try file.sync()
      guard rename(temporary, path) == 0 else { throw .cannot(operation: "write", path: path, code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    try syncDirectory(directory)
  }

  /// Writes a new file piece by piece: a crash leaves no file of that name or a whole one, and so does an error.
  ///
  /// - Parameters:
  ///   - replacing: whether a file that is there gives way.
  ///   - body: gets a function that appends bytes.
  /// - Throws: `IdentityError.cannot`, with `EEXIST` where there is a file that does not give way; what `body` throws.
  package static func create<Value>(
    _ path: String, replacing: Bool = false, _ body: (([UInt8]) throws -> Void) throws -> Value
  ) throws -> Value {
    if !replacing, access(path, F_OK) == 0 {
      throw IdentityError.cannot(operation: "create", path: path, code: EEXIST)
    }
    let temporary = "\(parent(of: path))/.\(UUID().uuidString).tmp"
    do {
      let value = try fill(temporary, body)
      try adopt(temporary, as: path, replacing: replacing)
      return value
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func fill<Value>(_ path: String, _ body: (([UInt8]) throws -> Void) throws -> Value) throws -> Value {
    let file = try FileDescriptor(
      opening: path, to: "create", flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666)
    var buffer: [UInt8] = []
    func flush() throws {
      try file.writeAll(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
    let value = try body { bytes in
      buffer += bytes
      if buffer.count > 1 << 18 { try flush() }
    }
    try flush()
    return value
  }

  /// Gives a file that another library wrote its final name, durably: fsync, name, fsync of the directory. A file that
  /// has the name already, even since a moment ago, is replaced only where that is wanted.
  /// - Throws: `IdentityError.cannot`, with `EEXIST` where the name is taken.
  package static func adopt(_ temporary: String, as path: String, replacing: Bool = false) throws(IdentityError) {
    try FileDescriptor(opening: temporary, to: "open", flags: O_RDWR | O_NOFOLLOW).sync()
    if replacing {
      guard rename(temporary, path) == 0 else { throw .cannot(operation: "write", path: path, code: errno) }
    } else if link(temporary, path) == 0 {
      unlink(temporary)
    } else {
      let code = errno
      // FAT and its like have no hard links; a rename is all there is.
      let isUnsupported = code == EPERM || code == ENOTSUP || code == EOPNOTSUPP || code == ENOSYS
      guard isUnsupported else { throw .cannot(operation: "write", path: path, code: code) }
      guard rename(temporary, path) == 0 else { throw .cannot(operation: "write", path: path, code: errno) }
    }
    try syncDirectory(parent(of: path))
  }

  /// Makes what was created, renamed or removed in a directory durable.
  /// - Throws: `IdentityError.cannot`.
  package static func syncDirectory(_ path: String) throws(IdentityError) {
    let directory = try FileDescriptor(opening: path, to: "open", flags: O_RDONLY | O_DIRECTORY)
    do throws(IdentityError) {
      try directory.sync()
    } catch .cannot(_, _, EINVAL) {
      // Some file systems have no fsync for directories, and order their entries by themselves.
    }
  }

  /// The directory that holds `path`.
  package static func parent(of path: String) -> String {
    var bytes = path.utf8[...]
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == bytes.startIndex ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }
}

import AnnotationStore
import Foundation

/// A file with a pack, open: who fetches it gets all of it, even if it is removed meanwhile.
final class PackFile: Sendable {
  /// How much is read and sent at a time, in bytes.
  static let pieceBytes = 64 << 10

  private let file: FileDescriptor
  /// Its size.
  let byteCount: Int

  private init(_ path: String) throws(IdentityError) {
    file = try FileDescriptor(opening: path, to: "read", flags: O_RDONLY)
    byteCount = try file.byteCount()
  }

  /// Opens a file; `nil` where there is none.
  static func open(_ path: String) throws -> PackFile? {
    do throws(IdentityError) { return try PackFile(path) } catch .cannot(_, _, ENOENT) { return nil }
  }

  /// Reads a part of it.
  ///
  /// - Throws: `IdentityError` where it has not got that part.
  func read(at offset: Int, count: Int) throws(IdentityError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let (start, left) = (done, count - done)
      let step = bytes.withUnsafeMutableBytes { pread(file.raw, $0.baseAddress! + start, left, off_t(offset + start)) }
      if step < 0, errno == EINTR { continue }
      guard step > 0 else { throw .cannot(operation: "read", path: file.path, code: step < 0 ? errno : EIO) }
      done += step
    }
    return bytes
  }
}

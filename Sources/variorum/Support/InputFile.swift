import AnnotationModel
import Foundation
import Interchange

/// A file that a verb reads, or `-`, standard input.
///
/// Standard input that is no file is put into one first: whoever reads it while the store is locked must not wait for a
/// pipe.
final class InputFile {
  /// What messages call it.
  let name: String
  /// Its size in bytes.
  let byteCount: Int
  private let path: String
  private let descriptor: Int32

  /// Opens it.
  ///
  /// - Throws: ``CLIError/failed(_:)`` where it cannot be read.
  init(_ path: String) throws {
    self.path = path
    name = path == "-" ? "standard input" : path
    descriptor = path == "-" ? try Self.standardInput() : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    var found = stat()
    let code = fstat(descriptor, &found) == 0 ? 0 : errno
    byteCount = Int(found.st_size)
    guard code == 0 else { throw Self.failure(path, code) }
    guard found.st_mode & S_IFMT != S_IFDIR else {
      throw CLIError.failed("\(IdentifierError.quoted(path)) is a directory (name the files in it)")
    }
  }

  /// A path by which the open file can be opened once more, from its beginning.
  var descriptorPath: String { "/dev/fd/\(descriptor)" }

  deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

  /// The next piece, nil at the end.
  func read() throws -> [UInt8]? {
    let piece = try Self.piece(descriptor, path)
    return piece.isEmpty ? nil : piece
  }

  private static func piece(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: ImportFile.pieceSize) { buffer, count in
      var got = -1
      repeat {
        #if canImport(Darwin)
          got = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #else
          got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
      } while got < 0 && errno == EINTR
      if got < 0 { failed = errno }
      count = max(0, got)
    }
    if failed != 0 { throw failure(path, failed) }
    return bytes
  }

  private static func standardInput() throws -> Int32 {
    var found = stat()
    if fstat(STDIN_FILENO, &found) == 0, found.st_mode & S_IFMT == S_IFREG { return STDIN_FILENO }
    let directory = FileManager.default.temporaryDirectory.path
    var template = Array((directory + "/variorum-input-XXXXXX").utf8CString)
    let spool = mkstemp(&template)
    guard spool >= 0 else { throw failure(directory, errno) }
    // Without a name it goes when this process ends, however that does.
    unlink(template)
    do {
      while true {
        let piece = try piece(STDIN_FILENO, "-")
        if piece.isEmpty { break }
        try append(piece, to: spool, in: directory)
      }
    } catch {
      close(spool)
      throw error
    }
    guard lseek(spool, 0, SEEK_SET) == 0 else { throw failure(directory, errno) }
    return spool
  }

  private static func append(_ piece: [UInt8], to descriptor: Int32, in directory: String) throws {
    var done = 0
    while done < piece.count {
      let count = piece.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + done }, piece.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(directory, errno) }
      done += count
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> CLIError {
    let what = path == "-" ? "standard input" : IdentifierError.quoted(path)
    let remedy =
      switch code {
      case ENOENT, ENOTDIR: " (check the path)"
      case EACCES: " (check its permissions)"
      case ENOSPC: " (free some space and try again)"
      default: ""
      }
    return .failed("\(what) cannot be read: \(String(cString: strerror(code)))\(remedy)")
  }
}

import AnnotationStore
import Foundation

/// A folder on a disk, however that is mounted.
package struct FolderDisk: FolderFiles {
  /// The folder; a link in this path leads where its owner wanted, one below it is not followed.
  package let root: String

  package init(_ root: String) { self.root = root }

  package func entries(of directory: [String], limit: Int) throws -> [FolderEntry]? {
    try mappingErrors {
      try withDirectory(directory) { directory in
        let copy = fcntl(directory.raw, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0, let stream = fdopendir(copy) else {
          if copy >= 0 { close(copy) }
          throw IdentityError.cannot(operation: "list", path: directory.path, code: errno)
        }
        defer { closedir(stream) }
        var entries: [FolderEntry] = []
        errno = 0
        while let found = readdir(stream) {
          let name = withUnsafePointer(to: &found.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 1) {
              Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
            }
          }.map { UInt8(bitPattern: $0) }
          if name == [0x2E] || name == [0x2E, 0x2E] { continue }
          guard entries.count < limit else {
            throw RemoteError.folderTooLarge(path: directory.path, limit: "\(limit) entries")
          }
          if let entry = Self.entry(name, in: directory.raw) { entries.append(entry) }
          errno = 0
        }
        guard errno == 0 else { throw IdentityError.cannot(operation: "list", path: directory.path, code: errno) }
        return entries
      }
    }
  }

  /// `nil` for one that is gone already.
  private static func entry(_ name: [UInt8], in directory: Int32) -> FolderEntry? {
    var found = stat()
    let code = (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { fstatat(directory, $0, &found, AT_SYMLINK_NOFOLLOW) } ?? -1
    }
    guard code == 0 else { return nil }
    guard let text = String(validating: name, as: UTF8.self) else {
      return FolderEntry(name: String(decoding: name, as: UTF8.self), kind: .other, stamp: FileStamp(found))
    }
    let kind: FolderEntry.Kind =
      switch found.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      default: .other
      }
    return FolderEntry(name: text, kind: kind, stamp: FileStamp(found))
  }

  package func read(_ path: [String], limit: Int) throws -> (bytes: [UInt8], stamp: FileStamp)? {
    guard let name = path.last else { return nil }
    return try mappingErrors {
      do { return try readFile(name, in: path.dropLast(), limit: limit) } catch IdentityError.cannot(_, _, ELOOP) {
        // A link took its place since it was listed.
        return nil
      }
    }
  }

  private func readFile(
    _ name: String, in directory: some Sequence<String>, limit: Int
  ) throws -> (bytes: [UInt8], stamp: FileStamp)? {
    try withDirectory(directory) { directory in
      // A pipe that took the file's place would otherwise keep this waiting.
      let file = try FileDescriptor(opening: name, in: directory, to: "open", flags: O_RDONLY | O_NONBLOCK)
      var found = stat()
      guard fstat(file.raw, &found) == 0 else {
        throw IdentityError.cannot(operation: "examine", path: file.path, code: errno)
      }
      guard found.st_mode & S_IFMT == S_IFREG else { return nil }
      return (try file.readNext(min(limit, Int(clamping: found.st_size))), FileStamp(found))
    } ?? nil
  }

  package func write(_ bytes: [UInt8], to path: [String]) throws -> FileStamp {
    try mappingErrors(writing: true) {
      try makeDirectories(path.dropLast())
      let whole = ([root] + path).joined(separator: "/")
      // The mode follows the umask: who may read what is shared is for the folder's owner to say.
      try DurableFile.create(whole, replacing: true) { write in try write(bytes) }
      var found = stat()
      guard lstat(whole, &found) == 0 else {
        throw IdentityError.cannot(operation: "examine", path: whole, code: errno)
      }
      return FileStamp(found)
    }
  }

  package func remove(_ path: [String]) throws {
    guard let name = path.last else { return }
    _ = try mappingErrors(writing: true) {
      try withDirectory(path.dropLast()) { directory in
        guard unlinkat(directory.raw, name, 0) == 0 || errno == ENOENT else {
          throw IdentityError.cannot(operation: "remove", path: "\(directory.path)/\(name)", code: errno)
        }
      }
    }
  }

  // MARK: - Directories

  /// Opens a directory without following any link below the folder; `nil` where it is not there.
  private func withDirectory<Value>(
    _ components: some Sequence<String>, _ body: (borrowing FileDescriptor) throws -> Value
  ) throws -> Value? {
    var directory = try openRoot()
    do {
      for name in components {
        directory = try FileDescriptor(opening: name, in: directory, to: "open", flags: O_RDONLY | O_DIRECTORY)
      }
      return try body(directory)
    } catch IdentityError.cannot(_, _, ENOENT), IdentityError.cannot(_, _, ESTALE) {
      // A network's listing may name what is gone.
      return nil
    }
  }

  private func openRoot() throws -> FileDescriptor {
    do throws(IdentityError) {
      return try FileDescriptor(opening: root, to: "open", flags: O_RDONLY | O_DIRECTORY)
    } catch {
      switch error {
      case .cannot(_, _, ENOENT), .cannot(_, _, ENODEV), .cannot(_, _, ENXIO):
        throw RemoteError.folderMissing(path: root)
      case .cannot(_, _, ENOTDIR): throw RemoteError.notAFolder(path: root)
      default: throw error
      }
    }
  }

  /// Makes what lacks of a chain of directories, and makes sure that what is there is no link.
  private func makeDirectories(_ components: some Sequence<String>) throws {
    var directory = try openRoot()
    for name in components {
      if mkdirat(directory.raw, name, 0o777) == 0 {
        try directory.sync()
      } else if errno != EEXIST {
        throw IdentityError.cannot(operation: "make", path: "\(directory.path)/\(name)", code: errno)
      }
      directory = try FileDescriptor(opening: name, in: directory, to: "open", flags: O_RDONLY | O_DIRECTORY)
    }
  }

  private func mappingErrors<Value>(writing: Bool = false, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch IdentityError.cannot(let operation, let path, let code) {
      switch code {
      case ENOSPC, EDQUOT: throw RemoteError.folderFull(path: root)
      case EROFS: throw RemoteError.folderReadOnly(path: root)
      case EACCES, EPERM:
        throw writing
          ? RemoteError.folderReadOnly(path: root) : RemoteError.folder(operation: operation, path: path, code: code)
      default: throw RemoteError.folder(operation: operation, path: path, code: code)
      }
    }
  }
}

extension FileStamp {
  fileprivate init(_ found: stat) {
    #if canImport(Darwin)
      let time = found.st_mtimespec
    #else
      let time = found.st_mtim
    #endif
    self.init(
      byteCount: Int64(found.st_size), modifiedNanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }
}

import AnnotationStore
import Foundation
import SyncTransports

/// The data directory of a hub.
///
///     hub.lock              held by the hub that serves it
///     tokens.json           the tokens, hashed
///     stores/UUID/          a store: store.sqlite, epoch, cursors, packs/
///     state/                where the store's code keeps keys; a hub writes no changes of its own, so it stays empty
struct HubDirectory: Sendable {
  let path: String

  /// Makes the directories.
  ///
  /// - Throws: ``HubError/insideFolder(path:folder:)``; `IdentityError`.
  init(_ path: String) throws {
    try Self.check(path)
    self.path = path
    try Self.make(path)
    try Self.make(storesPath)
  }

  var storesPath: String { path + "/stores" }
  var environment: StoreEnvironment { StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state")) }

  func storePath(_ id: StoreID) -> String { "\(storesPath)/\(id)" }

  /// Whether a store is there.
  func has(_ id: StoreID) -> Bool { FileManager.default.fileExists(atPath: "\(storePath(id))/\(Store.fileName)") }

  /// The stores that are there, ascending.
  func stores() throws -> [StoreID] {
    try FileManager.default.contentsOfDirectory(atPath: storesPath).compactMap { name in
      guard FileManager.default.fileExists(atPath: "\(storesPath)/\(name)/\(Store.fileName)") else { return nil }
      return StoreID(uuid: name)
    }.sorted()
  }

  /// Refuses a data directory that another program carries about.
  static func check(_ path: String) throws(HubError) {
    if let folder = FolderRemote.folder(around: path) { throw .insideFolder(path: path, folder: folder) }
  }

  /// Makes a directory that its owner alone can enter, and those above it; durable.
  static func make(_ path: String) throws(IdentityError) { try StateDirectory.create(path) }

  /// Takes the directory for this process.
  ///
  /// - Returns: what holds it, until it is gone.
  /// - Throws: ``HubError/dataInUse(path:)``.
  func lock() throws -> FileLock { try FileLock(of: path) }

  /// How many bytes are free; `nil` where that cannot be told.
  func freeBytes() -> Int? {
    var found = statvfs()
    guard statvfs(path, &found) == 0 else { return nil }
    return Int(clamping: UInt64(found.f_bavail) * UInt64(found.f_frsize))
  }
}

/// A lock on a file, held for as long as this lives.
final class FileLock: Sendable {
  private let file: FileDescriptor

  /// Waits for the lock and takes it.
  init(_ path: String) throws {
    file = try FileDescriptor(opening: path, to: "lock", flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    while flock(file.raw, LOCK_EX) != 0 {
      guard errno == EINTR else { throw IdentityError.cannot(operation: "lock", path: path, code: errno) }
    }
  }

  /// Lets go of it before this is gone.
  func release() { _ = flock(file.raw, LOCK_UN) }

  /// Takes the lock of a data directory.
  ///
  /// - Throws: ``HubError/dataInUse(path:)`` where another process has it.
  init(of directory: String) throws {
    let path = directory + "/hub.lock"
    file = try FileDescriptor(opening: path, to: "lock", flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
    guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { throw HubError.dataInUse(path: directory) }
      throw IdentityError.cannot(operation: "lock", path: path, code: errno)
    }
  }
}

import Foundation

/// The files that SQLite keeps beside a store, in the name of whoever opened it first.
enum SideFiles {
  /// Whether the write-ahead log holds nothing, so that the store's file is all there is to read.
  static func logIsEmpty(beside path: String) -> Bool {
    var found = stat()
    return stat(path + "-wal", &found) == 0 ? found.st_size == 0 : errno == ENOENT
  }

  /// A file that this user may not write, and that keeps the user from the store for that.
  static func obstacle(beside path: String) -> StoreError? {
    for file in [path + "-wal", path + "-shm"] {
      var found = stat()
      guard stat(file, &found) == 0, access(file, R_OK | W_OK) != 0, errno == EACCES else { continue }
      let owner = getpwuid(found.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "user \(found.st_uid)"
      return .blocked(by: file, owner: owner, isEmpty: logIsEmpty(beside: path))
    }
    return nil
  }
}

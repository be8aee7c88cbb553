import CFileIdentity

/// Which file a store is: what tells a copy, a restored backup or a moved store from the file a key was minted for.
///
/// The device number is left out on purpose: Linux gives those out anew at every boot and plugging-in, so comparing it
/// would take a replica's key from it without cause. The path is left out because renaming a store copies nothing. An
/// inode number is used again after its file is removed; the birth time tells such files apart, where the file system
/// records one (otherwise it is 0, and the high-water mark alone catches a restored store).
package struct FileIdentity: Hashable, Codable, Sendable {
  /// The file's number in its file system.
  package let inode: UInt64
  /// When the file was made, in seconds since 1970; 0 where it is not recorded.
  package let birthSeconds: Int64
  /// The rest of the birth time, in nanoseconds.
  package let birthNanoseconds: Int64

  /// An identity that was recorded earlier.
  package init(inode: UInt64, birthSeconds: Int64, birthNanoseconds: Int64) {
    self.inode = inode
    self.birthSeconds = birthSeconds
    self.birthNanoseconds = birthNanoseconds
  }

  /// The identity of the file that `path` leads to, symbolic links followed.
  /// - Throws: `IdentityError.noFileIdentity`.
  package init(path: String) throws(IdentityError) {
    var found = variorum_file_identity()
    let code = variorum_file_identity_of(path, &found)
    guard code == 0 else { throw .noFileIdentity(path: path, code: code) }
    self.init(inode: found.inode, birthSeconds: found.birth_seconds, birthNanoseconds: found.birth_nanoseconds)
  }

  /// Whether other machines can have the file system of `path` mounted, where neither SQLite's locks nor its shared
  /// memory can be trusted; file systems in user space (FUSE) cannot be told apart and count as local.
  /// - Throws: `IdentityError.noFileIdentity`.
  package static func isOnNetwork(path: String) throws(IdentityError) -> Bool {
    let answer = variorum_is_network_file_system(path)
    guard answer >= 0 else { throw .noFileIdentity(path: path, code: -answer) }
    return answer == 1
  }
}

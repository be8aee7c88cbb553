import Foundation

/// Where a user's replica keys and high-water marks live: outside every store, so that copying a store copies no key.
public struct StateDirectory: Hashable, Sendable {
  /// The directory, which need not exist yet.
  public let path: String

  /// A directory of the caller's choice.
  public init(path: String) {
    self.path = path
  }

  /// `$XDG_STATE_HOME/variorum` where that is an absolute path, else `~/.local/state/variorum`, or
  /// `~/Library/Application Support/Variorum` on macOS.
  ///
  /// The environment is an argument so that no test can touch the keys of whoever runs it.
  /// - Throws: `IdentityError.noStateDirectory` where neither `XDG_STATE_HOME` nor `HOME` is an absolute path.
  public init(environment: [String: String]) throws(IdentityError) {
    // A relative one is to be ignored, by the XDG Base Directory Specification.
    if let state = environment["XDG_STATE_HOME"], state.utf8.first == UInt8(ascii: "/") {
      path = state + "/variorum"
      return
    }
    guard let home = environment["HOME"], home.utf8.first == UInt8(ascii: "/") else { throw .noStateDirectory }
    #if canImport(Darwin)
      path = home + "/Library/Application Support/Variorum"
    #else
      path = home + "/.local/state/variorum"
    #endif
  }

  /// Where the keys are, one directory a replica.
  var replicasPath: String { path + "/replicas" }

  /// Makes `path` and the directories above it, each durable and open to its owner alone; what exists stays as it is.
  package static func create(_ path: String) throws(IdentityError) {
    var found = stat()
    if stat(path, &found) == 0 {
      guard found.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path: path) }
      return
    }
    let missing = errno
    let parent = DurableFile.parent(of: path)
    // ENOTDIR: something above is a file, and the call for that one names it.
    guard missing == ENOENT || missing == ENOTDIR, parent != path else { throw failure(path, missing) }
    try create(parent)
    if mkdir(path, 0o700) != 0 {
      let code = errno
      // Another process made it just now.
      guard code == EEXIST else { throw failure(path, code) }
    }
    try DurableFile.syncDirectory(parent)
  }

  private static func failure(_ path: String, _ code: Int32) -> IdentityError {
    .cannot(operation: "create the directory", path: path, code: code)
  }
}

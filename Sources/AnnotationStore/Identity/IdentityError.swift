import Foundation

/// Why a replica's key, mark or file identity could not be read or written; its description ends with what to do.
public enum IdentityError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The environment names no place for state.
  case noStateDirectory
  /// A system call failed on a file of the state directory.
  case cannot(operation: String, path: String, code: Int32)
  /// The state directory, or a directory above it, is a file.
  case notADirectory(path: String)
  /// The store file's identity could not be asked for.
  case noFileIdentity(path: String, code: Int32)
  /// A file holds what Variorum does not write there; `reason` continues a sentence that begins with the path.
  case damaged(path: String, reason: String, remedy: String)
  /// Another process held the lock for longer than a write waits.
  case lockHeld(path: String, waitedSeconds: Int)
  /// There is no key for this public key here.
  case unknownKey(path: String)
  /// A key whose mark was raised has written, so it is not one to discard.
  case keyHasWritten(path: String, mark: UInt64)
  /// A value has the wrong number of bytes.
  case wrongLength(what: String, expected: Int, actual: Int)
  /// The signature could not be made.
  case cannotSign(reason: String)

  /// The text that is shown to people.
  public var description: String {
    switch self {
    case .noStateDirectory:
      return "no place for the replica's key: neither XDG_STATE_HOME nor HOME is an absolute path "
        + "(set XDG_STATE_HOME to a directory that only you can read)"
    case .cannot(let operation, let path, let code):
      return "cannot \(operation) \(path): \(Self.text(of: code)) (\(Self.remedy(for: code)))"
    case .notADirectory(let path):
      return "\(path) is not a directory, and the replica's key is to be kept in it "
        + "(move it away, or set XDG_STATE_HOME to another directory)"
    case .noFileIdentity(let path, let code):
      return "cannot tell which file \(path) is: \(Self.text(of: code)) (check that it exists and can be read)"
    case .damaged(let path, let reason, let remedy):
      return "\(path) \(reason) (\(remedy))"
    case .lockHeld(let path, let waitedSeconds):
      return "\(path) was locked by another process for \(waitedSeconds) s (end that process, or try again)"
    case .unknownKey(let path):
      return "\(path) does not exist: this replica's key is not on this machine (open the store again for a new key)"
    case .keyHasWritten(let path, let mark):
      return "\(path) belongs to a replica that has written \(mark) changes, so it is kept (retire it instead)"
    case .wrongLength(let what, let expected, let actual):
      return "\(what) has \(actual) bytes (expected \(expected))"
    case .cannotSign(let reason):
      return "cannot sign with the replica's key: \(reason) (open the store again)"
    }
  }

  private static func text(of code: Int32) -> String { String(cString: strerror(code)) }

  private static func remedy(for code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "check its owner and permissions, or set XDG_STATE_HOME to a directory of your own"
    case EROFS: "set XDG_STATE_HOME to a directory that can be written"
    case ENOSPC, EDQUOT: "free some space and try again"
    case EMFILE, ENFILE: "close other programs, or raise the limit of open files"
    case ELOOP: "replace the symbolic link by the file itself"
    default: "check that its directory exists and the disk is healthy, then try again"
    }
  }
}

import AnnotationStore
import Foundation

/// The tokens of a hub, in one file of its data directory. Written by `variorum token` while the hub runs, which reads
/// it again when it has changed; so a token that was revoked ends at once.
public struct TokenFile: Sendable {
  private struct Contents: Codable {
    var version = 1
    var tokens: [Token] = []
  }

  /// The most that is read, in bytes.
  private static let byteLimit = 16 << 20
  private let path: String
  private let lockPath: String
  private let directory: String

  /// The tokens of a data directory.
  public init(dataDirectory: String) {
    directory = dataDirectory
    path = dataDirectory + "/tokens.json"
    lockPath = dataDirectory + "/tokens.lock"
  }

  /// All tokens, in the order in which they were made.
  ///
  /// - Throws: ``HubError/file(path:reason:remedy:)``.
  public func tokens() throws -> [Token] { try read().tokens }

  /// Makes a token and keeps it durably.
  ///
  /// - Parameter stores: the stores it is for; `nil` for all.
  /// - Returns: the token and its text, which is shown once and kept nowhere.
  /// - Throws: ``HubError``; `IdentityError` where the file cannot be written.
  public func create(
    name: String, role: Role, stores: [StoreID]?, environment: StoreEnvironment
  ) throws -> (token: Token, text: String) {
    try change { contents in
      let made = Token.make(
        name: name, role: role, stores: stores, nowMilliseconds: environment.nowMilliseconds(),
        randomBytes: environment.randomBytes)
      contents.tokens.append(made.token)
      return made
    }
  }

  /// Revokes a token, which stays in the list.
  ///
  /// - Returns: the token; it may have been revoked before.
  /// - Throws: ``HubError``; `IdentityError` where the file cannot be written.
  public func revoke(_ id: String, nowMilliseconds: Int64) throws -> Token {
    try change { contents in
      guard let index = contents.tokens.firstIndex(where: { $0.id == id }) else { throw HubError.noToken(id) }
      if contents.tokens[index].revokedMilliseconds == nil {
        contents.tokens[index].revokedMilliseconds = nowMilliseconds
      }
      return contents.tokens[index]
    }
  }

  /// What tells one state of the file from another; `nil` where there is no file.
  func stamp() -> [Int64]? {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    #if canImport(Darwin)
      let time = found.st_mtimespec
    #else
      let time = found.st_mtim
    #endif
    return [Int64(found.st_ino), Int64(found.st_size), Int64(time.tv_sec), Int64(time.tv_nsec)]
  }

  private func change<Value>(_ body: (inout Contents) throws -> Value) throws -> Value {
    try HubDirectory.check(directory)
    try HubDirectory.make(directory)
    let lock = try FileLock(lockPath)
    defer { withExtendedLifetime(lock) {} }
    var contents = try read()
    let value = try body(&contents)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try DurableFile.write(Array(try encoder.encode(contents)) + [UInt8(ascii: "\n")], to: path, mode: 0o600)
    return value
  }

  private func read() throws -> Contents {
    guard let bytes = try bytes() else { return Contents() }
    guard bytes.count <= Self.byteLimit, let contents = try? JSONDecoder().decode(Contents.self, from: Data(bytes)),
      contents.version == 1
    else {
      throw HubError.file(
        path: path, reason: "does not hold the tokens of a hub",
        remedy: "move it away and make new tokens: variorum token create --data DIR --role writer NAME")
    }
    return contents
  }

  /// What the file holds; `nil` where there is none.
  private func bytes() throws -> [UInt8]? {
    do throws(IdentityError) {
      return try FileDescriptor.readPrivate(path, upTo: Self.byteLimit + 1)
    } catch .cannot(_, _, ENOENT) {
      return nil
    } catch .damaged(let path, let reason, let remedy) {
      throw HubError.file(path: path, reason: reason, remedy: remedy)
    }
  }
}

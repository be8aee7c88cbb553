import AnnotationModel
import Crypto
import Foundation

/// The replica keys of one user on one machine, filed by public key.
///
/// `replicas/HEX/key.json` is the key and the store file it is bound to, written once; `replicas/HEX/mark` is the
/// high-water mark; `replicas/HEX/retired`, where it exists, holds the reason why nothing is written with the key any
/// more. All are mode 0600. Any number of processes may use one keyring.
package struct ReplicaKeyring: Sendable {
  /// What the keyring says about the key that a store names.
  package enum Outcome: Sendable {
    /// The key may write, unless the store is behind `mark`: then the store was restored from an older copy.
    case usable(ReplicaKey, mark: UInt64)
    /// There is no such key here: the store came from another machine or user, or the state directory was removed.
    case absent
    /// The key is bound to another file or another store: this one is a copy.
    case otherFile
    /// The key was retired.
    case retired
    /// The key's files are not as Variorum writes them; the text says why, and what to do.
    case damaged(String)
  }

  /// The longest reason that `retire` keeps, in bytes of UTF-8.
  package static let reasonByteLimit = 1024

  package let directory: StateDirectory

  /// Nothing is made until a key is minted.
  package init(directory: StateDirectory) {
    self.directory = directory
  }

  /// Looks for the key of a store.
  /// - Parameters:
  ///   - publicKey: 32 bytes, as the store names its replica.
  ///   - identity: The store file's identity now.
  ///   - storeID: The store's 16 bytes.
  /// - Throws: `IdentityError.cannot` where the files cannot be read; what they hold wrongly is an outcome.
  package func find(
    publicKey: [UInt8], identity: FileIdentity, storeID: [UInt8]
  ) throws(IdentityError) -> Outcome {
    try Self.check(storeID, is: 16, "store id")
    let replica = try replicaPath(publicKey)
    if try Self.exists(replica + "/retired") { return .retired }
    do throws(IdentityError) {
      guard let file = try KeyFile(path: replica + "/key.json", publicKey: publicKey) else { return .absent }
      guard file.store == Self.uuid(storeID), file.identity == identity else { return .otherFile }
      return .usable(file.key, mark: try readMark(publicKey))
    } catch {
      switch error {
      case .damaged: return .damaged(error.description)
      case .unknownKey(let path): return .damaged("\(path) is missing (the next write makes a new key)")
      default: throw error
      }
    }
  }

  /// Makes a new key, bound to one file of one store; it is on disk when this returns.
  ///
  /// The caller registers it in the transaction of the write that needs it, and calls `discard` if that rolls back.
  /// - Parameter seed: 32 random bytes, which become the secret half of the key (RFC 8032, 5.1.5).
  /// - Throws: `IdentityError`; then no key is left behind.
  package func mint(
    storeID: [UInt8], identity: FileIdentity, nowMilliseconds: Int64, seed: [UInt8]
  ) throws(IdentityError) -> ReplicaKey {
    try Self.check(storeID, is: 16, "store id")
    try Self.check(seed, is: 32, "seed")
    guard let secret = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      throw .cannotSign(reason: "the seed makes no key")
    }
    let key = ReplicaKey(secret)
    let replica = try replicaPath(key.publicKey)
    let file = KeyFile(
      key: key, store: Self.uuid(storeID), identity: identity, createdMilliseconds: nowMilliseconds)
    let bytes = try file.encoded(for: replica + "/key.json")
    do throws(IdentityError) {
      try StateDirectory.create(replica)
      // The key last: a directory with a key in it is complete.
      try DurableFile.write(MarkFile.contents(0), to: replica + "/mark", mode: 0o600)
      try DurableFile.write(bytes, to: replica + "/key.json", mode: 0o600)
    } catch {
      Self.remove(replica)
      throw error
    }
    return key
  }

  /// Removes a key whose registration rolled back; one that is not there is no error.
  /// - Throws: `IdentityError.keyHasWritten` where its mark was ever raised, for then a log needs it.
  package func discard(_ publicKey: [UInt8]) throws(IdentityError) {
    let replica = try replicaPath(publicKey)
    guard try Self.exists(replica) else { return }
    let mark = try readMark(publicKey)
    guard mark == 0 else { throw .keyHasWritten(path: replica, mark: mark) }
    Self.remove(replica)
    guard try !Self.exists(replica) else {
      throw .cannot(operation: "remove", path: replica, code: ENOTEMPTY)
    }
    try DurableFile.syncDirectory(directory.replicasPath)
  }

  /// Opens a key's mark; a store keeps it open, because every write needs it.
  ///
  /// A state directory that is removed meanwhile is noticed at the next `find`.
  /// - Throws: `IdentityError.unknownKey`, `.damaged`, `.cannot`.
  package func openMark(_ publicKey: [UInt8]) throws(IdentityError) -> MarkFile {
    try MarkFile(path: replicaPath(publicKey) + "/mark")
  }

  /// A key's mark, for callers that need it once.
  /// - Throws: As `openMark`.
  package func readMark(_ publicKey: [UInt8]) throws(IdentityError) -> UInt64 {
    try openMark(publicKey).read()
  }

  /// Raises a key's mark, for callers that do so once; it is never lowered.
  /// - Throws: As `openMark`.
  package func raiseMark(_ publicKey: [UInt8], to value: UInt64) throws(IdentityError) {
    try openMark(publicKey).raise(to: value)
  }

  /// Ends the use of a key for ever; the first reason given stays.
  ///
  /// The mark is raised to `MarkFile.retired` too, so that a process which has it open finds itself behind before its
  /// next write, as if the store had been restored, and looks the key up again.
  /// - Throws: `IdentityError.unknownKey` where there is no such key.
  package func retire(_ publicKey: [UInt8], reason: String) throws(IdentityError) {
    let replica = try replicaPath(publicKey)
    guard try Self.exists(replica) else { throw .unknownKey(path: replica) }
    if try !Self.exists(replica + "/retired") {
      let bytes = Array(reason.utf8.prefix(Self.reasonByteLimit)) + [UInt8(ascii: "\n")]
      try DurableFile.write(bytes, to: replica + "/retired", mode: 0o600)
    }
    do throws(IdentityError) {
      try raiseMark(publicKey, to: MarkFile.retired)
    } catch {
      switch error {
      // Nobody can use such a mark, and the key is retired whatever it holds.
      case .damaged, .unknownKey: break
      default: throw error
      }
    }
  }

  private func replicaPath(_ publicKey: [UInt8]) throws(IdentityError) -> String {
    try Self.check(publicKey, is: 32, "public key")
    return directory.replicasPath + "/" + hexadecimal(publicKey)
  }

  /// 16 bytes, checked before, as a UUID.
  private static func uuid(_ bytes: [UInt8]) -> String { StoreID(bytes)?.description ?? hexadecimal(bytes) }

  private static func check(_ bytes: [UInt8], is count: Int, _ what: String) throws(IdentityError) {
    guard bytes.count == count else { throw .wrongLength(what: what, expected: count, actual: bytes.count) }
  }

  private static func exists(_ path: String) throws(IdentityError) -> Bool {
    var found = stat()
    if lstat(path, &found) == 0 { return true }
    let code = errno
    guard code == ENOENT else { throw .cannot(operation: "examine", path: path, code: code) }
    return false
  }

  /// The key first: without it the rest means nothing.
  private static func remove(_ replica: String) {
    for name in ["key.json", "mark", "retired"] { unlink(replica + "/" + name) }
    rmdir(replica)
  }
}

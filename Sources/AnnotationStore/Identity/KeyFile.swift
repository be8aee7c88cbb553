import AnnotationModel
import Crypto
import Foundation

/// What `key.json` holds: a replica's key, and the one store file that may write with it.
///
/// Written once and never changed. JSON, so that somebody who finds it can tell what it is.
struct KeyFile {
  /// The longest file that is read, in bytes.
  static let byteLimit = 4096

  let key: ReplicaKey
  /// The id of the store, as a lower-case UUID.
  let store: String
  let identity: FileIdentity
  /// When the key was minted, for people.
  let createdMilliseconds: Int64

  private struct Version: Decodable {
    let version: Int
  }

  private struct Contents: Codable {
    let version: Int
    let privateKey: String
    let publicKey: String
    let store: String
    let inode: UInt64
    let birthSeconds: Int64
    let birthNanoseconds: Int64
    let createdMilliseconds: Int64
  }

  init(key: ReplicaKey, store: String, identity: FileIdentity, createdMilliseconds: Int64) {
    self.key = key
    self.store = store
    self.identity = identity
    self.createdMilliseconds = createdMilliseconds
  }

  /// Reads the file at `path`, which must belong to `publicKey`.
  /// - Returns: Nil where there is no such file.
  /// - Throws: `IdentityError.damaged`, or `.cannot` where the file cannot be read.
  init?(path: String, publicKey: [UInt8]) throws(IdentityError) {
    let file: FileDescriptor
    do throws(IdentityError) {
      file = try FileDescriptor(opening: path, to: "open", flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch .cannot(_, _, ENOENT) {
      return nil
    }
    try file.requirePrivate()
    try self.init(bytes: file.read(upTo: Self.byteLimit + 1), path: path, publicKey: publicKey)
  }

  /// Decodes the bytes of a file; `path` is for messages.
  /// - Throws: `IdentityError.damaged`.
  init(bytes: [UInt8], path: String, publicKey: [UInt8]) throws(IdentityError) {
    func damaged(
      _ reason: String, _ remedy: String = "remove the directory it is in; the next write makes a new key"
    ) -> IdentityError {
      .damaged(path: path, reason: reason, remedy: remedy)
    }
    guard bytes.count <= Self.byteLimit else { throw damaged("is longer than \(Self.byteLimit) bytes") }
    let data = Data(bytes)
    let decoder = JSONDecoder()
    // Read apart, for a newer version may have other fields.
    guard let version = try? decoder.decode(Version.self, from: data).version else {
      throw damaged("is not a replica's key")
    }
    guard version == 1 else {
      throw damaged("is of format version \(version)", "use the version of Variorum that wrote it, or a newer one")
    }
    guard let contents = try? decoder.decode(Contents.self, from: data) else {
      throw damaged("lacks a field of a replica's key, or has one of another type")
    }
    guard let seed = Data(base64Encoded: contents.privateKey), seed.count == 32,
      let privateKey = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
    else { throw damaged("has a privateKey that is not 32 bytes in base64") }
    key = ReplicaKey(privateKey)
    guard key.publicKey == publicKey, contents.publicKey == hexadecimal(publicKey) else {
      throw damaged("holds the key of another replica than its directory names")
    }
    store = contents.store
    identity = FileIdentity(
      inode: contents.inode, birthSeconds: contents.birthSeconds, birthNanoseconds: contents.birthNanoseconds)
    createdMilliseconds = contents.createdMilliseconds
  }

  /// The bytes of the file.
  /// - Throws: `IdentityError.damaged`, which no values of these types lead to.
  func encoded(for path: String) throws(IdentityError) -> [UInt8] {
    let contents = Contents(
      version: 1, privateKey: Data(key.seed).base64EncodedString(), publicKey: hexadecimal(key.publicKey),
      store: store, inode: identity.inode, birthSeconds: identity.birthSeconds,
      birthNanoseconds: identity.birthNanoseconds, createdMilliseconds: createdMilliseconds)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(contents)) + [UInt8(ascii: "\n")]
    } catch {
      throw .damaged(path: path, reason: "cannot be encoded: \(error)", remedy: "report this as a bug")
    }
  }
}

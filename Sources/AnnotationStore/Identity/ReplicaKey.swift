import AnnotationModel
import Crypto
import Foundation

/// A replica's Ed25519 key. Its private half is in no description, dump or debugger summary.
package struct ReplicaKey: Sendable, CustomStringConvertible, CustomReflectable {
  /// 32 bytes: the replica's name in every change of its log.
  package let publicKey: [UInt8]

  private let privateKey: Curve25519.Signing.PrivateKey

  init(_ privateKey: Curve25519.Signing.PrivateKey) {
    self.privateKey = privateKey
    publicKey = Array(privateKey.publicKey.rawRepresentation)
  }

  /// The key's 32 secret bytes, for the file that keeps them and nothing else.
  var seed: [UInt8] { Array(privateKey.rawRepresentation) }

  /// Signs `bytes`; the signature is 64 bytes and need not be the same each time (Apple's is randomised).
  /// - Throws: `IdentityError.cannotSign`.
  package func sign(_ bytes: [UInt8]) throws(IdentityError) -> [UInt8] {
    do {
      return Array(try privateKey.signature(for: bytes))
    } catch {
      throw .cannotSign(reason: String(describing: error))
    }
  }

  package var description: String { "ReplicaKey(\(hexadecimal(publicKey)))" }

  package var customMirror: Mirror { Mirror(self, children: ["publicKey": hexadecimal(publicKey)]) }
}

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

  package var description: String { "ReplicaKey(\(Hex.encode(publicKey)))" }

  package var customMirror: Mirror { Mirror(self, children: ["publicKey": Hex.encode(publicKey)]) }

  /// Lower-case hexadecimal, and UUIDs made of it.
  enum Hex {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
      let digits = Array("0123456789abcdef".utf8)
      return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// 16 bytes as `8-4-4-4-12` digits.
    static func uuid(_ bytes: [UInt8]) -> String {
      [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { encode(bytes[$0]) }.joined(separator: "-")
    }
  }
}

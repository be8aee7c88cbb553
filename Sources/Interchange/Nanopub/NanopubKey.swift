import CryptoExtras
import Foundation

/// An RSA key to sign nanopublications with.
public struct NanopubKey: Sendable {
  private let key: _RSA.Signing.PrivateKey

  /// Reads a private key in PEM, as PKCS#8 or PKCS#1, or, as the nanopub tools keep it, the base64 of PKCS#8 alone.
  ///
  /// - Throws: ``InterchangeError/badKey(reason:)``.
  public init(_ text: String) throws(InterchangeError) {
    let bare = String(text.filter { !$0.isWhitespace })
    do {
      if !text.contains("-----BEGIN"), let bytes = Data(base64Encoded: bare) {
        key = try _RSA.Signing.PrivateKey(derRepresentation: bytes)
      } else {
        key = try _RSA.Signing.PrivateKey(pemRepresentation: text)
      }
    } catch {
      let reason =
        text.contains("ENCRYPTED") ? "it is encrypted" : "it is no RSA private key of 2048 bits or more in PEM"
      throw .badKey(reason: reason)
    }
  }

  /// The base64 of the public key as SubjectPublicKeyInfo, as `npx:hasPublicKey` has it.
  var publicKey: String { key.publicKey.derRepresentation.base64EncodedString() }

  /// The base64 of an RSA signature (PKCS#1 v1.5, SHA-256), which is the same for the same bytes.
  func signature(of bytes: [UInt8]) throws -> String {
    try key.signature(for: Data(bytes), padding: .insecurePKCS1v1_5).rawRepresentation.base64EncodedString()
  }

  /// Whether a signature is by the key of this base64; `nil` where key or signature cannot be read.
  static func isValid(signature: String, by publicKey: String, of bytes: [UInt8]) -> Bool? {
    guard let der = Data(base64Encoded: publicKey), let raw = Data(base64Encoded: signature),
      let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der)
    else { return nil }
    let signature = _RSA.Signing.RSASignature(rawRepresentation: raw)
    return key.isValidSignature(signature, for: Data(bytes), padding: .insecurePKCS1v1_5)
  }
}

import Crypto
import Foundation
import SwiftASN1
import X509

/// Certificates that a test makes for itself: an authority, and a hub's for 127.0.0.1.
struct TestCertificates {
  let authority: String
  let certificate: String
  let key: String

  /// Writes them below a directory.
  init(in directory: String, for address: [UInt8] = [127, 0, 0, 1]) throws {
    let (rootKey, hubKey) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
    let root = try DistinguishedName { CommonName("Variorum test authority") }
    let now = Date()
    let (start, end) = (now.addingTimeInterval(-3_600), now.addingTimeInterval(86_400))
    let issuer = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(rootKey.publicKey), notValidBefore: start,
      notValidAfter: end, issuer: root, subject: root, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try .init {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: .init(rootKey))
    let hub = try Certificate(
      version: .v3, serialNumber: .init(), publicKey: .init(hubKey.publicKey), notValidBefore: start,
      notValidAfter: end, issuer: root, subject: try DistinguishedName { CommonName("hub") },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try .init {
        Critical(BasicConstraints.notCertificateAuthority)
        SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: address[...]))])
      }, issuerPrivateKey: .init(rootKey))
    authority = directory + "/authority.pem"
    certificate = directory + "/hub.pem"
    key = directory + "/hub.key"
    try Data(issuer.serializeAsPEM().pemString.utf8).write(to: URL(fileURLWithPath: authority))
    try Data(hub.serializeAsPEM().pemString.utf8).write(to: URL(fileURLWithPath: certificate))
    try Data(hubKey.pemRepresentation.utf8).write(to: URL(fileURLWithPath: key))
  }
}

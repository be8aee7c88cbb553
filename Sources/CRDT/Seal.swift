import Crypto

/// An Ed25519 signature (RFC 8032) that closes a commit; it stands outside the change's id and vouches, by the chain
/// of previous ids, for everything before it in that log (Schema/change.cddl, `seal`).
public struct Seal: Hashable, Sendable {
  /// The 64 bytes of the signature.
  public let bytes: [UInt8]

  /// Wraps 64 bytes; `nil` where there are more or fewer.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 64 else { return nil }
    self.bytes = bytes
  }

  /// What is signed: a domain tag, then the id of the change.
  public static func message(for id: ChangeID) -> [UInt8] { Array("variorum seal 1".utf8) + id.bytes }

  /// Whether `replica` signed `id`.
  public func isValid(for id: ChangeID, by replica: ReplicaID) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: replica.bytes) else { return false }
    return key.isValidSignature(bytes, for: Self.message(for: id))
  }
}

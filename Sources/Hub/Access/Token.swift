import AnnotationStore
import Crypto
import Foundation

/// A token as the hub keeps it: what its bearer may do, and a hash by which the token is known again.
///
/// The hash is SHA-256 without salt or stretching: the secret is 256 random bits, which nobody finds by trying, so a
/// slow hash would protect nothing and only let strangers keep the hub busy.
public struct Token: Codable, Hashable, Sendable {
  /// Names it in lists and logs; a part of its text, and no secret.
  public let id: String
  /// What people call it.
  public let name: String
  /// What its bearer may do.
  public let role: Role
  /// The stores it is for, ascending, as UUIDs; `nil` for all.
  public let stores: [String]?
  /// When it was made, in milliseconds since 1970 UTC.
  public let createdMilliseconds: Int64
  /// When it was revoked; `nil` while it holds.
  public internal(set) var revokedMilliseconds: Int64?
  /// SHA-256 of the secret, in hexadecimal digits.
  let secretHash: String

  /// How many random bytes a secret has.
  static let secretBytes = 32

  /// Makes a token.
  ///
  /// - Returns: it, and the text that its bearer shows, which is kept nowhere.
  static func make(
    name: String, role: Role, stores: [StoreID]?, nowMilliseconds: Int64, randomBytes: (Int) -> [UInt8]
  ) -> (token: Token, text: String) {
    let id = hexadecimal(randomBytes(4))
    let secret = randomBytes(secretBytes)
    let token = Token(
      id: id, name: name, role: role, stores: stores.map { Set($0).sorted().map(\.description) },
      createdMilliseconds: nowMilliseconds, revokedMilliseconds: nil, secretHash: hash(secret))
    return (token, "variorum_\(id)_\(hexadecimal(secret))")
  }

  /// Takes the text of a token apart; `nil` where it is none.
  static func parse(_ text: some StringProtocol) -> (id: String, secret: [UInt8])? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "variorum", parts[1].utf8.count == 8,
      let secret = bytesOfHexadecimal(Array(parts[2].utf8)), secret.count == secretBytes
    else { return nil }
    return (String(parts[1]), secret)
  }

  /// Whether a secret is that of the token; takes the same time wherever the two differ.
  func matches(_ secret: [UInt8]) -> Bool { Self.isSame(Self.hash(secret), secretHash) }

  /// Whether it is for a store.
  func isFor(_ store: StoreID) -> Bool { stores?.contains(store.description) ?? true }

  private static func hash(_ secret: [UInt8]) -> String { hexadecimal(SHA256.hash(data: secret)) }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
  }
}

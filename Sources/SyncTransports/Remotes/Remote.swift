/// A place where replicas of a store meet, under the name that this file has for it.
public struct Remote: Hashable, Sendable {
  /// What people type: letters, digits, `-`, `_` and `.`, at most 64, the first one a letter or digit.
  public let name: String
  /// Where it is.
  public let address: RemoteAddress

  /// The name of a remote that a clone came from.
  public static let originName = "origin"

  /// Names a place.
  ///
  /// - Throws: ``RemoteError/badName(_:)``.
  public init(name: String, address: RemoteAddress) throws(RemoteError) {
    guard Self.isName(name) else { throw .badName(name) }
    self.name = name
    self.address = address
  }

  private static func isName(_ name: String) -> Bool {
    func isLetterOrDigit(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard let first = name.utf8.first, isLetterOrDigit(first), name.utf8.count <= 64 else { return false }
    return name.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
  }
}

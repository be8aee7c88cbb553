/// How nanopublications are written.
public struct NanopubOptions: Sendable {
  /// Creative Commons Attribution 4.0 International.
  public static let attributionLicense = "https://creativecommons.org/licenses/by/4.0/"

  /// The IRI of the licence under which they are published.
  public let license: String
  /// The key that signs them; unsigned where there is none.
  public let key: NanopubKey?

  /// Publishes under CC BY 4.0, unsigned.
  public init() {
    license = Self.attributionLicense
    key = nil
  }

  /// Says how.
  ///
  /// - Throws: ``InterchangeError/badLicense(_:)`` where the licence is no absolute IRI.
  public init(license: String = Self.attributionLicense, key: NanopubKey? = nil) throws(InterchangeError) {
    guard IRI.isAbsolute(license), license.utf8.count <= 2048 else { throw .badLicense(license) }
    self.license = license
    self.key = key
  }
}

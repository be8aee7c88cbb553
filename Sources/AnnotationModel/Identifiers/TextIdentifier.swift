/// An identifier that is checked on the way in and kept in one canonical spelling.
///
/// Equality, order and hash are those of the canonical text's UTF-8 bytes, never Swift's canonical equivalence: two
/// replicas, and a reader in another language, must agree on what is the same identifier. Every parser trims
/// surrounding whitespace, which tables and copied text bring along.
public protocol TextIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The canonical spelling: the one that is stored, hashed and shown.
  var text: String { get }

  /// Reads any accepted spelling.
  /// - Throws: `IdentifierError.malformed`, which says what is wrong and what was expected.
  init(parsing input: String) throws(IdentifierError)
}

extension TextIdentifier {
  /// Equality of the UTF-8 bytes.
  public static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// Order of the UTF-8 bytes.
  public static func < (left: Self, right: Self) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// The text that is shown to people.
  public var description: String { text }

  /// Whether `text` is valid and already in the canonical spelling.
  ///
  /// A value that came in a change is judged by this and not by `init(parsing:)`: it is never rewritten, so a spelling
  /// that only parses would stand beside the canonical one as a second value.
  public static func isCanonical(_ text: String) -> Bool {
    guard let parsed = try? Self(parsing: text) else { return false }
    return parsed.text.utf8.elementsEqual(text.utf8)
  }
}

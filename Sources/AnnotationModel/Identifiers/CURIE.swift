/// A compact identifier `PREFIX:REFERENCE`, such as `NCBIGene:3934` (W3C CURIE Syntax 1.0).
///
/// Only the form is checked, not that prefix and reference exist: that needs a network. The prefix
/// is 1 to 64 ASCII letters, digits, `.`, `_` or `-` and begins with a letter; the reference is 1 to 256 visible
/// scalars. Both are kept as written, for prefixes are case-sensitive.
public struct CURIE: TextIdentifier {
  /// The longest prefix, in bytes.
  public static let prefixLimit = 64
  /// The longest reference, in Unicode scalars.
  public static let referenceLimit = 256

  /// The part before the first `:`.
  public let prefix: String
  /// The part after the first `:`.
  public let reference: String

  /// The canonical spelling, which is stored and compared.
  public var text: String { prefix + ":" + reference }

  /// Reads `PREFIX:REFERENCE`; DOIs and web addresses, which have fields of their own, are refused with a hint.
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    let value = input.trimmed
    func refused(
      _ reason: String, _ remedy: String = "expected PREFIX:REFERENCE, for example NCBIGene:3934"
    ) -> IdentifierError {
      .malformed(.curie, value: input, reason: reason, remedy: remedy)
    }
    guard !value.isEmpty else { throw refused("is empty") }
    guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw refused("has no ':'") }
    let prefix = String(value[..<colon])
    let reference = String(value.unicodeScalars[colon...].dropFirst())
    if reference.utf8.starts(with: "//".utf8) {
      throw refused("is a web address", "give it as a source's url, or name the same thing as PREFIX:REFERENCE")
    }
    if prefix.asciiLowercased == "doi" {
      throw refused("is a DOI", "give it as a source's doi; a CURIE names an entity, for example NCBIGene:3934")
    }
    if let reason = value.hiddenScalarReason { throw refused(reason) }
    guard let first = prefix.utf8.first else { throw refused("has nothing before ':'") }
    guard first.isASCIILetter else { throw refused("has a prefix that does not begin with a letter") }
    if let bad = prefix.unicodeScalars.first(where: { !Self.isPrefixScalar($0) }) {
      throw refused(
        "has \(IdentifierError.quoted(String(bad))) in its prefix, which may hold letters, digits, . _ and -")
    }
    guard prefix.utf8.count <= Self.prefixLimit else {
      throw refused("has a prefix of more than \(Self.prefixLimit) characters")
    }
    guard !reference.isEmpty else { throw refused("has nothing after ':'") }
    guard reference.unicodeScalars.count <= Self.referenceLimit else {
      throw refused("has a reference of more than \(Self.referenceLimit) characters")
    }
    self.prefix = prefix
    self.reference = reference
  }

  private static func isPrefixScalar(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return false }
    let byte = UInt8(truncatingIfNeeded: scalar.value)
    return byte.isASCIILetter || byte.isASCIIDigit || scalar == "." || scalar == "_" || scalar == "-"
  }
}

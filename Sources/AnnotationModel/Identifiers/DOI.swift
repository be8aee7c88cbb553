/// A Digital Object Identifier, such as `10.3389/fnagi.2025.1672903`.
///
/// The canonical text has neither `doi:` nor a resolver before it, and its ASCII letters are lower case: DOIs are
/// case-insensitive in ASCII (DOI Handbook, 2.4), and one paper must give one derived id.
public struct DOI: TextIdentifier {
  /// The longest DOI, in bytes of UTF-8; the standard sets none.
  public static let byteLimit = 1024

  /// The canonical spelling, which is stored and compared.
  public let text: String

  /// Reads `10.NNNN/suffix`, `doi:10.NNNN/suffix`, or its address at doi.org, where percent escapes are decoded.
  ///
  /// A query or fragment after an address is refused: `?` and `#` may belong to the DOI, and cutting one that does
  /// would silently name another paper.
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    func refused(
      _ reason: String, _ remedy: String = "expected 10.NUMBER/SUFFIX, for example 10.3389/fnagi.2025.1672903"
    ) -> IdentifierError {
      .malformed(.doi, value: input, reason: reason, remedy: remedy)
    }
    var value = input.trimmed
    if let rest = value.dropping(asciiPrefix: "doi:") { value = rest.trimmed }
    if let inside = value.dropping(webPlaces: ["doi.org/", "dx.doi.org/", "www.doi.org/"]) {
      if inside.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
        throw refused("has a '?' or '#'", "give the DOI without its address, for example 10.3389/fnagi.2025.1672903")
      }
      guard let decoded = Self.percentDecoded(inside) else { throw refused("has a percent escape that is not UTF-8") }
      value = decoded
    }
    guard !value.isEmpty else { throw refused("is empty") }
    guard value.utf8.count <= Self.byteLimit else { throw refused("is longer than \(Self.byteLimit) bytes") }
    if let reason = value.hiddenScalarReason { throw refused(reason) }
    guard value.utf8.starts(with: "10.".utf8) else { throw refused("does not begin with 10.") }
    guard let slash = value.utf8.firstIndex(of: UInt8(ascii: "/")) else { throw refused("has no '/'") }
    let parts = value.utf8[..<slash].dropFirst(3).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let registrant = parts.first, (4...9).contains(registrant.count),
      parts.allSatisfy({ (1...9).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) })
    else { throw refused("has no registrant number of 4 to 9 digits between '10.' and '/'") }
    guard value.utf8.index(after: slash) < value.utf8.endIndex else { throw refused("has nothing after '/'") }
    text = value.asciiLowercased
  }

  private static func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst()?.hexDigitValue, let low = rest.popFirst()?.hexDigitValue else { return nil }
      bytes.append(high << 4 | low)
    }
    let decoded = String(decoding: bytes, as: UTF8.self)
    // `String(decoding:)` repairs; a repair shows as other bytes.
    return decoded.utf8.elementsEqual(bytes) ? decoded : nil
  }
}

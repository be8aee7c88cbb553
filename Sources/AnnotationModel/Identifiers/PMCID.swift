/// A PubMed Central identifier: `PMC` and 1 to 9 digits without leading zeros.
public struct PMCID: TextIdentifier {
  /// The canonical spelling, which is stored and compared.
  public let text: String

  /// Reads `PMC12345` in either case, `PMCID:PMC12345`, or the article's address at PMC (what follows it is ignored).
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    func refused(_ reason: String) -> IdentifierError {
      .malformed(.pmcid, value: input, reason: reason, remedy: "expected PMC and digits, for example PMC12528097")
    }
    var value = input.trimmed
    if let rest = value.dropping(asciiPrefix: "PMCID:") { value = rest.trimmed }
    let places = [
      "pmc.ncbi.nlm.nih.gov/articles/", "www.ncbi.nlm.nih.gov/pmc/articles/", "ncbi.nlm.nih.gov/pmc/articles/",
    ]
    if let inside = value.dropping(webPlaces: places) { value = inside.firstPathSegment }
    guard !value.isEmpty else { throw refused("is empty") }
    guard let digits = value.dropping(asciiPrefix: "PMC") else { throw refused("does not begin with PMC") }
    guard !digits.isEmpty else { throw refused("has nothing after PMC") }
    guard digits.utf8.allSatisfy(\.isASCIIDigit) else { throw refused("has something other than digits after PMC") }
    guard digits.utf8.first != UInt8(ascii: "0") else { throw refused("has a 0 after PMC") }
    guard digits.utf8.count <= 9 else { throw refused("has more than 9 digits") }
    text = "PMC" + digits
  }
}

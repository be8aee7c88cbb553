/// A PubMed identifier: 1 to 9 digits without leading zeros.
public struct PMID: TextIdentifier {
  /// The canonical spelling, which is stored and compared.
  public let text: String

  /// Reads `12345`, `PMID:12345`, or the record's address at PubMed (what follows the number there is ignored).
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    func refused(_ reason: String, _ remedy: String = "expected digits, for example 31234567") -> IdentifierError {
      .malformed(.pmid, value: input, reason: reason, remedy: remedy)
    }
    var value = input.trimmed
    if let rest = value.dropping(asciiPrefix: "PMID:") { value = rest.trimmed }
    let places = [
      "pubmed.ncbi.nlm.nih.gov/", "www.ncbi.nlm.nih.gov/pubmed/", "ncbi.nlm.nih.gov/pubmed/",
    ]
    if let inside = value.dropping(webPlaces: places) { value = inside.firstPathSegment }
    guard !value.isEmpty else { throw refused("is empty") }
    if value.dropping(asciiPrefix: "PMC") != nil { throw refused("is a PMCID", "give it as the source's pmcid") }
    guard value.utf8.allSatisfy(\.isASCIIDigit) else { throw refused("has something other than digits") }
    guard value.utf8.first != UInt8(ascii: "0") else { throw refused("begins with 0") }
    guard value.utf8.count <= 9 else { throw refused("has more than 9 digits") }
    text = value
  }
}

extension String {
  /// What stands before the first `/`, `?` or `#`.
  var firstPathSegment: String {
    let end: Set<UInt8> = [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")]
    return String(decoding: utf8.prefix { !end.contains($0) }, as: UTF8.self)
  }
}

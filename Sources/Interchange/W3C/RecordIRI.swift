import AnnotationStore

/// IRIs of records, sources, CURIEs and people, and back.
enum RecordIRI {
  private static let uuidPrefix = "urn:uuid:"
  private static let curiePrefix = "https://identifiers.org/"
  private static let orcidPrefix = "https://orcid.org/"

  /// The IRI of a record: its UUID (RFC 9562 section 4).
  static func text(_ id: RecordID) -> String { uuidPrefix + id.description }

  /// The record that an IRI of the form `urn:uuid:...` names.
  static func recordID(_ iri: String) -> RecordID? {
    guard iri.count == 45, iri.lowercased().hasPrefix(uuidPrefix) else { return nil }
    return RecordID(uuid: iri.dropFirst(uuidPrefix.count))
  }

  // MARK: - Sources

  /// The IRI of a source: of the identifier that its id is derived from, else of its UUID, so that it leads back to the
  /// same record.
  static func text(ofSource source: Record) -> String {
    for identifier in identifiers(of: source) where DerivedID.source(identifier) == source.id {
      let iri = text(of: identifier)
      if self.identifier(iri).map({ DerivedID.source($0) == source.id }) == true { return iri }
    }
    return text(source.id)
  }

  private static func identifiers(of source: Record) -> [DerivedID.SourceIdentifier] {
    var found: [DerivedID.SourceIdentifier] = []
    if let doi = source.text("doi").flatMap({ try? DOI(parsing: $0) }) { found.append(.doi(doi)) }
    if let pmid = source.text("pmid").flatMap({ try? PMID(parsing: $0) }) { found.append(.pmid(pmid)) }
    if let pmcid = source.text("pmcid").flatMap({ try? PMCID(parsing: $0) }) { found.append(.pmcid(pmcid)) }
    if let url = source.text("url").flatMap({ try? WebAddress(parsing: $0) }) { found.append(.url(url)) }
    return found
  }

  private static func text(of identifier: DerivedID.SourceIdentifier) -> String {
    switch identifier {
    case .doi(let doi): "https://doi.org/" + percentEncoded(doi.text, also: "?#")
    case .pmid(let pmid): "https://pubmed.ncbi.nlm.nih.gov/\(pmid.text)/"
    case .pmcid(let pmcid): "https://pmc.ncbi.nlm.nih.gov/articles/\(pmcid.text)/"
    case .url(let url): url.text
    }
  }

  /// The source that an IRI names: a DOI, PMID or PMCID where it is the address of one, else the address itself; nil
  /// where it is no address.
  static func identifier(_ iri: String) -> DerivedID.SourceIdentifier? {
    let lower = iri.lowercased()
    if lower.hasPrefix("doi:") || lower.hasPrefix("urn:doi:") {
      return (try? DOI(parsing: lower.hasPrefix("urn:") ? String(iri.dropFirst(4)) : iri)).map { .doi($0) }
    }
    guard let address = try? WebAddress(parsing: iri) else { return nil }
    if let doi = try? DOI(parsing: iri) { return .doi(doi) }
    if let pmid = try? PMID(parsing: iri) { return .pmid(pmid) }
    if let pmcid = try? PMCID(parsing: iri) { return .pmcid(pmcid) }
    return .url(address)
  }

  /// The source that a foreign target names; the fragment of an address tells a part of it, not another source.
  static func identifier(ofTarget iri: String) -> DerivedID.SourceIdentifier? {
    identifier(String(iri.prefix { $0 != "#" }))
  }

  // MARK: - CURIEs and people

  /// The IRI of a CURIE, at the resolver of compact identifiers.
  static func text(ofCURIE curie: String) -> String { curiePrefix + percentEncoded(curie, also: "?#") }

  /// The CURIE of such an IRI.
  static func curie(_ iri: String) -> String? {
    guard iri.hasPrefix(curiePrefix) else { return nil }
    return percentDecoded(String(iri.dropFirst(curiePrefix.count)))
  }

  /// The IRI of a curator: the ORCID's or another one where the id is derived from it, else that of the UUID.
  static func text(ofCurator curator: Record) -> String {
    if let orcid = curator.text("orcid").flatMap({ try? ORCID(parsing: $0) }), DerivedID.curator(orcid) == curator.id {
      return orcidPrefix + orcid.text
    }
    if let iri = Origin(curator).id, DerivedID.curator(iri: iri) == curator.id { return iri }
    return text(curator.id)
  }

  /// The ORCID that an IRI names.
  static func orcid(_ iri: String) -> ORCID? {
    guard iri.lowercased().contains("orcid.org/") else { return nil }
    return try? ORCID(parsing: iri)
  }

  /// Whether a text has the form of an absolute IRI (RFC 3987): a scheme, a colon, no spaces.
  static func isAbsolute(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let first = text.utf8.first, isLetter(first),
      text.utf8[..<colon].allSatisfy({ isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) || "+-.".utf8.contains($0) })
    else { return false }
    return text.utf8.index(after: colon) < text.utf8.endIndex && !text.utf8.contains { $0 <= 0x20 }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

  // MARK: - Percent escapes

  /// Escapes what an IRI may not hold, `%` and what else is named.
  private static func percentEncoded(_ text: String, also more: String) -> String {
    let unsafe = Set("%<>\"{}|\\^`".utf8).union(more.utf8)
    var out: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      if scalar.value <= 0x20 || unsafe.contains(bytes[0]) || isFormatting(scalar) {
        for byte in bytes { out += "%".utf8 + hexDigits(byte) }
      } else {
        out += bytes
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// What RFC 3987 §2.2 and §4.1 keep out of IRIs: controls, and the marks that turn the order of what follows.
  private static func isFormatting(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func hexDigits(_ byte: UInt8) -> [UInt8] {
    [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : 0x37 + $0 }
  }

  private static func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(),
        let code = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(code)
    }
    let decoded = String(decoding: bytes, as: UTF8.self)
    return decoded.utf8.elementsEqual(bytes) ? decoded : nil
  }
}

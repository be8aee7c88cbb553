/// Ids of what two people would make the same apart: UUIDs of version 8 (RFC 9562 §5.8) whose bytes are the first 16
/// of SHA-256 over the deterministic CBOR of an array of the kind and a canonical key (Schema/derived-ids.md).
public enum DerivedID {
  /// What names a paper, best first: the record's id is derived from the first that is there.
  public enum SourceIdentifier: Hashable, Sendable {
    /// A DOI.
    case doi(DOI)
    /// A PubMed id.
    case pmid(PMID)
    /// A PubMed Central id.
    case pmcid(PMCID)
    /// A web address.
    case url(WebAddress)

    /// The field that holds it, which is immutable in that record.
    public var field: String {
      switch self {
      case .doi: "doi"
      case .pmid: "pmid"
      case .pmcid: "pmcid"
      case .url: "url"
      }
    }

    /// Its normalised text.
    public var text: String {
      switch self {
      case .doi(let doi): doi.text
      case .pmid(let pmid): pmid.text
      case .pmcid(let pmcid): pmcid.text
      case .url(let url): url.text
      }
    }
  }

  /// The id of a source.
  public static func source(_ identifier: SourceIdentifier) -> RecordID {
    derive(.source, [.text(identifier.field), .text(identifier.text)])
  }

  /// The id of a claim imported from a source: two who import one paper share its claims.
  public static func claim(source: RecordID, statement: String) -> RecordID {
    derive(.claim, [.bytes(source.bytes), .text(statement)])
  }

  /// The id of a curator's assessment of a claim: one a person, whatever laptop.
  public static func assessment(claim: RecordID, curator: RecordID) -> RecordID {
    derive(.assessment, [.bytes(claim.bytes), .bytes(curator.bytes)])
  }

  /// The id of a link.
  public static func link(type: String, from: RecordID, to: RecordID) -> RecordID {
    derive(.link, [.text(type), .bytes(from.bytes), .bytes(to.bytes)])
  }

  /// The id of a term.
  public static func term(_ curie: CURIE) -> RecordID { derive(.term, [.text(curie.text)]) }

  /// The id of a curator with an ORCID.
  public static func curator(_ orcid: ORCID) -> RecordID { derive(.curator, [.text(orcid.text)]) }

  /// The id of a curator whom another tool names by an IRI that is no ORCID, such as `acct:ada@example.org`.
  public static func curator(iri: String) -> RecordID { derive(.curator, [.text("iri"), .text(iri)]) }

  /// The id of a curator of whom another tool tells nothing but the name.
  public static func curator(name: String) -> RecordID { derive(.curator, [.text("name"), .text(name)]) }

  /// The id of an annotation that another tool made, from the IRI that it has there.
  public static func annotation(iri: String) -> RecordID { derive(.annotation, [.text("iri"), .text(iri)]) }

  /// The id of an annotation that another tool made and gave no IRI, from its JSON text.
  public static func annotation(content: String) -> RecordID {
    derive(.annotation, [.text("content"), .text(content)])
  }

  private static func derive(_ kind: Kind, _ key: [CBORValue]) -> RecordID {
    RecordID(derivedFrom: .array([.text(kind.rawValue)] + key))
  }
}

extension RecordKey {
  /// Whether the id is derived, so that its creates are offers.
  public var isDerived: Bool { id.uuidVersion == 8 }
}

/// A paper as a file describes it, before the store has checked it.
///
/// Identifiers are as the file wrote them, trimmed; the store normalises and checks them, and reports what it refuses
/// with `place`. At least one of doi, pmid, pmcid and url is set, for the record's id is derived from it.
public struct SourceDraft: Sendable, Equatable {
  /// Where the entry begins.
  public var place: Place
  /// The DOI, with or without a resolver in front.
  public var doi: String?
  /// The PubMed id.
  public var pmid: String?
  /// The PubMed Central id.
  public var pmcid: String?
  /// The title, as plain text.
  public var title: String?
  /// The authors in order, each `Family, Given` where the file tells them apart and as written where it does not.
  public var authors: [String]
  /// The journal, book or series it appeared in.
  public var container: String?
  /// The date of issue: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
  public var issued: String?
  /// Where it can be read.
  public var url: String?
  /// Whether it was retracted; nil where the file does not say.
  public var isRetracted: Bool?
  /// CURIEs of what the paper is about, in the order of the file, each once.
  public var entities: [String]
  /// What the file says of it that no field holds, as a JSON object; Schema/records.md, "Origin".
  public var origin: String?

  /// Makes a draft; all but the place may be left out.
  public init(
    place: Place, doi: String? = nil, pmid: String? = nil, pmcid: String? = nil, title: String? = nil,
    authors: [String] = [], container: String? = nil, issued: String? = nil, url: String? = nil, entities: [String] = []
  ) {
    self.place = place
    self.doi = doi
    self.pmid = pmid
    self.pmcid = pmcid
    self.title = title
    self.authors = authors
    self.container = container
    self.issued = issued
    self.url = url
    self.entities = entities
  }
}

extension SourceDraft {
  /// The identifier that the record's id will be derived from, in the form that a claim's `source` takes: `DOI:...`,
  /// else `PMID:...`, else the PMCID, else the URL; nil where it has none.
  public var reference: String? {
    if let doi { return "DOI:" + doi }
    if let pmid { return "PMID:" + pmid }
    return pmcid ?? url
  }
}

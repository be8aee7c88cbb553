/// A claim as a file states it, before the store has checked it.
///
/// Prose and quotes are byte for byte what the file holds (of a table: of the cell, after unquoting). Identifiers are
/// as written, trimmed, and are checked by the store.
public struct ClaimDraft: Sendable, Equatable {
  /// A qualifier of a claim, such as the tissue or the species that it is about.
  public struct Qualifier: Sendable, Equatable {
    /// The role: `tissue`, `species`, `direction`, `assay`, or another in lower case.
    public var role: String
    /// The CURIE that fills it, as written.
    public var curie: String

    /// Makes a qualifier.
    public init(role: String, curie: String) {
      self.role = role
      self.curie = curie
    }
  }

  /// Where the claim begins.
  public var place: Place
  /// What is claimed.
  public var statement: String
  /// Who paraphrased it, where it is no quote.
  public var via: String?
  /// CURIE of what the claim is about.
  public var subject: String?
  /// CURIE of how subject and object relate.
  public var predicate: String?
  /// CURIE of what the subject is related to.
  public var object: String?
  /// Whether the claim denies the relation; nil where the file does not say.
  public var negated: Bool?
  /// The status as written; the store checks it against its list.
  public var status: String?
  /// The exact words of the source that state it.
  public var quote: String?
  /// The words just before the quote.
  public var prefix: String?
  /// The words just after the quote.
  public var suffix: String?
  /// The source's identifier: `DOI:...` or a bare DOI, `PMID:...`, `PMC...` or a URL.
  public var source: String?
  /// Qualifiers, in the order of the columns.
  public var qualifiers: [Qualifier]
  /// CURIEs of what else it mentions, each once.
  public var entities: [String]
  /// Tags, each once.
  public var tags: [String]
  /// A note to make on the claim as an annotation of its own.
  public var note: String?

  /// Makes a draft that states something and no more.
  public init(place: Place, statement: String) {
    self.place = place
    self.statement = statement
    qualifiers = []
    entities = []
    tags = []
  }
}

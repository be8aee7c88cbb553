/// What the rows of a table are, recognised by its header.
///
/// Column names are compared without regard to case and may come in any order.
public enum TableShape: String, Sendable, CaseIterable {
  /// One claim a row: the shape of every table that is not recognised as another one.
  case claims
  /// One annotation a row: a table with `target` and `body`.
  case annotations
  /// One term a row: a table with `curie` and `label`.
  case terms

  /// A documented column.
  public struct Column: Sendable, Equatable {
    /// Its name in the header.
    public var name: String
    /// Whether every table of the shape has it and every row fills it.
    public var isRequired: Bool
    /// What it holds, for help and documentation.
    public var summary: String
  }

  /// The qualifier roles that may be a column by their bare name; others are written `qualifier:ROLE`.
  public static let qualifierRoles = ["tissue", "species", "direction", "assay"]

  /// The documented columns.
  public var columns: [Column] {
    switch self {
    case .claims: Self.claimColumns
    case .annotations:
      [
        Column(name: "target", isRequired: true, summary: "the record that the annotation is about: its id"),
        Column(name: "body", isRequired: true, summary: "the text"),
        Column(name: "motivation", isRequired: false, summary: "a W3C motivation, such as commenting or questioning"),
        Column(name: "tags", isRequired: false, summary: "tags, separated by ; or |"),
      ]
    case .terms:
      [
        Column(name: "curie", isRequired: true, summary: "the CURIE that is named"),
        Column(name: "label", isRequired: true, summary: "its name"),
        Column(name: "type", isRequired: false, summary: "gene, disease, chemical, species, ..."),
        Column(name: "synonyms", isRequired: false, summary: "other names, separated by ; or |"),
      ]
    }
  }

  private static let claimColumns: [Column] = {
    var columns = [
      Column(name: "statement", isRequired: true, summary: "what is claimed"),
      Column(name: "source", isRequired: false, summary: "the paper: DOI:..., PMID:..., PMC... or a URL"),
      Column(name: "quote", isRequired: false, summary: "the source's exact words"),
      Column(name: "prefix", isRequired: false, summary: "the words before the quote"),
      Column(name: "suffix", isRequired: false, summary: "the words after the quote"),
      Column(name: "via", isRequired: false, summary: "who paraphrased it, where it is no quote"),
      Column(name: "subject", isRequired: false, summary: "CURIE of what the claim is about"),
      Column(name: "predicate", isRequired: false, summary: "CURIE of the relation"),
      Column(name: "object", isRequired: false, summary: "CURIE of what it is related to"),
      Column(name: "negated", isRequired: false, summary: "true where the claim denies the relation"),
      Column(name: "status", isRequired: false, summary: "proposed, under-review, accepted or rejected"),
      Column(name: "entities", isRequired: false, summary: "further CURIEs, separated by ; or |"),
      Column(name: "tags", isRequired: false, summary: "tags, separated by ; or |"),
      Column(name: "note", isRequired: false, summary: "a note to make on the claim"),
    ]
    for role in qualifierRoles {
      columns.append(Column(name: role, isRequired: false, summary: "qualifier: CURIEs, separated by ; or |"))
    }
    columns.append(
      Column(name: "qualifier:ROLE", isRequired: false, summary: "qualifier of any other role: CURIEs, the same way"))
    return columns
  }()

  /// The columns in one line, for messages.
  var columnSummary: String {
    columns.map { $0.isRequired ? "\($0.name) (required)" : $0.name }.joined(separator: ", ")
  }

  /// What each shape needs, in one line, for messages.
  static var requirementSummary: String {
    "a table of claims needs statement, one of annotations target and body, one of terms curie and label"
  }
}

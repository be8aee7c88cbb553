@_exported import CRDT

/// What a record is; the raw value is its wire name.
public enum Kind: String, CaseIterable, Hashable, Sendable, Codable {
  /// A paper.
  case source
  /// A statement, taken from a source or typed in.
  case claim
  /// A note on any record; notes on notes make threads.
  case annotation
  /// What one curator holds of one claim.
  case assessment
  /// What speaks for or against a claim or an assessment.
  case evidence
  /// A typed relation between two records.
  case link
  /// The label of a CURIE.
  case term
  /// A person.
  case curator

  /// The letter that a short id of this kind begins with, as in `c:3f9a1c`.
  public var letter: Character {
    switch self {
    case .source: "s"
    case .claim: "c"
    case .annotation: "n"
    case .assessment: "a"
    case .evidence: "e"
    case .link: "l"
    case .term: "t"
    case .curator: "u"
    }
  }

  /// The kind that short ids of `letter` belong to.
  public init?(letter: Character) {
    guard let kind = Kind.allCases.first(where: { $0.letter == letter }) else { return nil }
    self = kind
  }

  /// The name after its article, as in a sentence.
  public var withArticle: String {
    switch self {
    case .annotation, .assessment: "an \(rawValue)"
    case .evidence: rawValue
    default: "a \(rawValue)"
    }
  }

  /// All kinds, each after those whose records it mostly refers to: the order of a file.
  public static let inOrderOfReference: [Kind] = [
    .curator, .term, .source, .claim, .assessment, .evidence, .annotation, .link,
  ]

  /// The kinds that have a field of this name.
  package static func having(_ field: String) -> [Kind] { allCases.filter { $0.field(named: field) != nil } }

  /// The plural, as `list` takes it.
  public var plural: String { self == .evidence ? rawValue : rawValue + "s" }
}

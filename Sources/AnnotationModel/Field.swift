/// What a register holds.
public enum ValueType: Hashable, Sendable {
  /// Free text; stands in the body, so it can be erased.
  case text
  /// An ordered list of free texts.
  case texts
  /// A quote and where it stands; see ``Selector``.
  case selector
  /// The id of a record of one of these kinds.
  case record([Kind])
  /// One word of a list.
  case choice([String])
  /// `true` or `false`.
  case flag
  /// A CURIE.
  case curie
  /// A DOI, normalised.
  case doi
  /// A PubMed id.
  case pmid
  /// A PubMed Central id.
  case pmcid
  /// An ORCID, its checksum right.
  case orcid
  /// A web address.
  case url
  /// `YYYY[-MM[-DD]]`.
  case date
  /// The letters of a single-line identifier of another form.
  case name
  /// A JSON object as text: what a file said of the record that no field of ours holds. It can be erased.
  case json

  /// Whether values stand in the header or in the body.
  public var placement: OpValue.Placement {
    switch self {
    case .text, .texts, .selector, .json: .body
    default: .header
    }
  }
}

/// What an element of a set is.
public enum ElementType: Hashable, Sendable {
  /// A CURIE.
  case curie
  /// `role=CURIE`.
  case qualifier
  /// A single line of text.
  case label
}

/// How the live ops of a field's cells are read.
public enum FieldType: Hashable, Sendable {
  /// One value.
  case register(ValueType)
  /// Any number of elements, each a cell of its own.
  case set(ElementType)
  /// Text that is edited by splices.
  case prose
}

/// A field of a kind of record, by its wire name.
public struct Field: Hashable, Sendable {
  /// The wire, CLI and column name.
  public let name: String
  /// How it is read. It never changes: a new type is a new field name.
  public let type: FieldType
  /// Whether only the create gives it a value.
  public let isImmutable: Bool
  /// Whether a record without it would say nothing, so that nobody empties it.
  public let isRequired: Bool

  init(_ name: String, _ type: FieldType, immutable: Bool = false, required: Bool = false) {
    self.name = name
    self.type = type
    isImmutable = immutable
    isRequired = required || immutable
  }

  /// Whether it is a set.
  public var isSet: Bool { if case .set = type { true } else { false } }
  /// Whether only imports write it: what a file said, which nobody edits by hand.
  public var isOfImports: Bool { type == .register(.json) }
  /// Whether it is prose.
  public var isProse: Bool { type == .prose }
}

/// The words of the enumerated fields.
public enum Vocabulary {
  /// `claim.status`.
  public static let status = ["proposed", "under-review", "accepted", "rejected"]
  /// `assessment.stance`.
  public static let stance = ["supports", "disputes", "uncertain"]
  /// `evidence.direction`.
  public static let direction = ["supports", "disputes", "neutral"]
  /// `evidence.strength`.
  public static let strength = ["weak", "moderate", "strong"]
  /// `link.type`.
  public static let linkType = ["supports", "contradicts", "refines", "duplicates", "supersedes", sameAs]
  /// The `link.type` of two records of one kind that stand for the same thing.
  public static let sameAs = "same-as"
  /// `annotation.motivation`: the list of the W3C Web Annotation Vocabulary.
  public static let motivation = Motivation.allCases.map(\.rawValue)
}

extension Kind {
  /// The fields of this kind in the order in which they are shown; Schema/records.md describes each.
  public var fields: [Field] { Self.schema[self] ?? [] }

  /// The field of this name.
  public func field(named name: String) -> Field? { fields.first { $0.name.isSameBytes(as: name) } }

  /// The fields by which a record of this kind stands on another one: what a delete of that one must have seen.
  public var targetFields: [String] {
    switch self {
    case .annotation, .evidence: ["target"]
    case .assessment: ["claim"]
    case .link: ["from", "to"]
    default: []
    }
  }

  private static let origin = Field("origin", .register(.json))

  private static let schema: [Kind: [Field]] = [
    .source: [
      Field("doi", .register(.doi)), Field("pmid", .register(.pmid)), Field("pmcid", .register(.pmcid)),
      Field("url", .register(.url)), Field("title", .register(.text)), Field("authors", .register(.texts)),
      Field("container", .register(.text)), Field("issued", .register(.date)), Field("retracted", .register(.flag)),
      Field("entities", .set(.curie)), origin,
    ],
    .claim: [
      Field("statement", .prose, required: true), Field("source", .register(.record([.source]))),
      Field("selector", .register(.selector)),
      Field("via", .register(.text)), Field("subject", .register(.curie)), Field("predicate", .register(.curie)),
      Field("object", .register(.curie)), Field("negated", .register(.flag)),
      Field("status", .register(.choice(Vocabulary.status)), required: true), Field("qualifiers", .set(.qualifier)),
      Field("entities", .set(.curie)), Field("tags", .set(.label)), origin,
    ],
    .annotation: [
      Field("target", .register(.record(Kind.allCases)), immutable: true),
      Field("motivation", .register(.choice(Vocabulary.motivation)), required: true),
      Field("body", .prose, required: true),
      Field("selector", .register(.selector)), Field("tags", .set(.label)), origin,
    ],
    .assessment: [
      Field("claim", .register(.record([.claim])), immutable: true),
      Field("stance", .register(.choice(Vocabulary.stance)), required: true), Field("body", .prose),
      origin,
    ],
    .evidence: [
      Field("target", .register(.record([.claim, .assessment])), immutable: true),
      Field("direction", .register(.choice(Vocabulary.direction)), required: true),
      Field("source", .register(.record([.source]))),
      Field("selector", .register(.selector)), Field("eco", .register(.curie)),
      Field("strength", .register(.choice(Vocabulary.strength))), origin,
    ],
    .link: [
      Field("type", .register(.choice(Vocabulary.linkType)), immutable: true),
      Field("from", .register(.record(Kind.allCases)), immutable: true),
      Field("to", .register(.record(Kind.allCases)), immutable: true), origin,
    ],
    .term: [
      Field("curie", .register(.curie), immutable: true), Field("label", .register(.text), required: true),
      Field("type", .register(.name)), Field("synonyms", .set(.label)), origin,
    ],
    .curator: [
      Field("name", .register(.text), required: true), Field("orcid", .register(.orcid)),
      Field("affiliation", .register(.text)), origin,
    ],
  ]
}

/// A record of one kind with its fields as properties: a thin view of a ``Record``, which it keeps.
///
/// A property is `nil`, empty or `false` where nobody gave the field a value. What is in conflict shows the highest
/// reading, as everywhere.
public protocol TypedRecord: Hashable, Sendable {
  /// The kind that it is a view of.
  static var kind: Kind { get }
  /// The record.
  var record: Record { get }
  /// A view of a record; `nil` where it is of another kind, or where a faulty program left out what it stands on.
  init?(_ record: Record)
}

extension TypedRecord {
  /// The record's UUID.
  public var id: RecordID { record.id }
  /// The curator who created it.
  public var curator: RecordID { record.curator }
  /// When it was created, in milliseconds since 1970 UTC by the clock of the laptop.
  public var createdMilliseconds: Int64 { record.createdMilliseconds }
  /// When it was last written to, likewise.
  public var modifiedMilliseconds: Int64 { record.modifiedMilliseconds }
  /// Whether it is deleted.
  public var isDeleted: Bool { record.isDeleted }
}

/// A paper; Schema/records.md, `source`.
public struct Source: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.source
  /// The record that it is a view of.
  public let record: Record

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind else { return nil }
    self.record = record
  }

  /// The DOI, in lower case and without a prefix.
  public var doi: String? { record.text("doi") }
  /// The PubMed id.
  public var pmid: String? { record.text("pmid") }
  /// The PubMed Central id.
  public var pmcid: String? { record.text("pmcid") }
  /// The web address.
  public var url: String? { record.text("url") }
  /// The title.
  public var title: String? { record.text("title") }
  /// The authors in their order.
  public var authors: [String] { record.texts("authors") }
  /// The journal, or whatever contains it.
  public var container: String? { record.text("container") }
  /// When it came out: `YYYY[-MM[-DD]]`.
  public var issued: String? { record.text("issued") }
  /// Whether it was retracted.
  public var isRetracted: Bool { record.flag("retracted") ?? false }
  /// The CURIEs of what it is about.
  public var entities: [String] { record.elements("entities") }
}

/// A statement, taken from a source or typed in; Schema/records.md, `claim`.
public struct Claim: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.claim
  /// The record that it is a view of.
  public let record: Record

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind else { return nil }
    self.record = record
  }

  /// What is claimed.
  public var statement: String { record.text("statement") ?? "" }
  /// The source that it is from.
  public var source: RecordID? { record.reference("source") }
  /// The words of the source, and where they stand.
  public var selector: Selector? { record.selector }
  /// Who paraphrased it, where it is no quote.
  public var via: String? { record.text("via") }
  /// The CURIE of what it speaks of.
  public var subject: String? { record.text("subject") }
  /// The CURIE of how subject and object are related.
  public var predicate: String? { record.text("predicate") }
  /// The CURIE of what the subject is related to.
  public var object: String? { record.text("object") }
  /// Whether it says that the relation does not hold.
  public var isNegated: Bool { record.flag("negated") ?? false }
  /// A word of ``Vocabulary/status``, or one of a later version.
  public var status: String? { record.text("status") }
  /// Tissue, species, direction and the like, each as `role=CURIE`.
  public var qualifiers: [String] { record.elements("qualifiers") }
  /// The CURIEs of what else it is about.
  public var entities: [String] { record.elements("entities") }
  /// The tags.
  public var tags: [String] { record.elements("tags") }
}

/// A note on a record; Schema/records.md, `annotation`.
public struct Annotation: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.annotation
  /// The record that it is a view of.
  public let record: Record
  /// The record that it is on; another annotation where it is a reply.
  public let target: RecordID

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind, let target = record.reference("target") else { return nil }
    self.record = record
    self.target = target
  }

  /// What it says.
  public var body: String { record.text("body") ?? "" }
  /// Why it was written, a word of ``Vocabulary/motivation``, or one of a later version.
  public var motivation: String? { record.text("motivation") }
  /// The words that it is about, and where they stand.
  public var selector: Selector? { record.selector }
  /// The tags.
  public var tags: [String] { record.elements("tags") }
}

/// What one curator holds of one claim; Schema/records.md, `assessment`.
public struct Assessment: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.assessment
  /// The record that it is a view of.
  public let record: Record
  /// The claim.
  public let claim: RecordID

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind, let claim = record.reference("claim") else { return nil }
    self.record = record
    self.claim = claim
  }

  /// A word of ``Vocabulary/stance``, or one of a later version.
  public var stance: String? { record.text("stance") }
  /// The reasons.
  public var body: String? { record.text("body") }
}

/// What speaks for or against a claim or an assessment; Schema/records.md, `evidence`.
public struct Evidence: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.evidence
  /// The record that it is a view of.
  public let record: Record
  /// The claim or assessment.
  public let target: RecordID

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind, let target = record.reference("target") else { return nil }
    self.record = record
    self.target = target
  }

  /// A word of ``Vocabulary/direction``, or one of a later version.
  public var direction: String? { record.text("direction") }
  /// The primary paper.
  public var source: RecordID? { record.reference("source") }
  /// The words quoted from it, and where they stand.
  public var selector: Selector? { record.selector }
  /// The ECO CURIE of its type.
  public var eco: String? { record.text("eco") }
  /// A word of ``Vocabulary/strength``, or one of a later version.
  public var strength: String? { record.text("strength") }
}

/// A typed relation between two records; Schema/records.md, `link`.
public struct Link: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.link
  /// The record that it is a view of.
  public let record: Record
  /// A word of ``Vocabulary/linkType``, or one of a later version.
  public let type: String
  /// The record that it says something of.
  public let from: RecordID
  /// The record that this one is related to.
  public let to: RecordID

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind, let type = record.text("type"), let from = record.reference("from"),
      let to = record.reference("to")
    else { return nil }
    self.record = record
    self.type = type
    self.from = from
    self.to = to
  }
}

/// The label of a CURIE; Schema/records.md, `term`.
public struct Term: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.term
  /// The record that it is a view of.
  public let record: Record
  /// The CURIE.
  public let curie: String

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind, let curie = record.text("curie") else { return nil }
    self.record = record
    self.curie = curie
  }

  /// The name that people read instead.
  public var label: String? { record.text("label") }
  /// What kind of thing it is, such as `gene`.
  public var type: String? { record.text("type") }
  /// Other names.
  public var synonyms: [String] { record.elements("synonyms") }
}

/// A person; Schema/records.md, `curator`.
public struct Curator: TypedRecord {
  /// The kind of record that it is a view of.
  public static let kind = Kind.curator
  /// The record that it is a view of.
  public let record: Record

  /// A view of `record`; `nil` where that is of another kind, or lacks what such a record stands on.
  public init?(_ record: Record) {
    guard record.kind == Self.kind else { return nil }
    self.record = record
  }

  /// The name.
  public var name: String { record.text("name") ?? "" }
  /// The ORCID, in four groups of four.
  public var orcid: String? { record.text("orcid") }
  /// Where the person works.
  public var affiliation: String? { record.text("affiliation") }
}

import AnnotationModel
import GRDB

/// A record that was asked for, and whether it was made by the asking: derived ids make the same thing the same
/// record, so that adding it again creates nothing.
public struct Added: Hashable, Sendable {
  /// The record.
  public let id: RecordID
  /// Whether it was created now.
  public let isNew: Bool
}

extension WriteTransaction {
  /// Writes from here on, and in later transactions, in the name of a person; makes the curator's record where there
  /// is none of this ORCID, or without an ORCID none of this name.
  @discardableResult
  public func becomeCurator(name: String, orcid: ORCID? = nil, affiliation: String? = nil) throws -> Added {
    try checkIsRunning()
    try checkLabel(name, "curator")
    let known = try db.one(
      String.self, "SELECT id FROM curator WHERE name = ? AND orcid IS NULL AND deleted = 0 ORDER BY ref LIMIT 1", name)
    let id: RecordID
    if let orcid {
      id = DerivedID.curator(orcid)
    } else {
      id = known.flatMap { RecordID(uuid: $0) } ?? random.recordID()
    }
    for (value, field) in [(name, "name"), (affiliation, "affiliation")] {
      // What is refused is refused before anything is written in this name.
      if let value { _ = try Kind.curator.field(named: field)?.parse(value) }
    }
    try setCurator(id)
    if try exists(RecordKey(kind: Kind.curator.rawValue, id: id)) { return Added(id: id, isNew: false) }
    let isNew = try create(
      .curator, id,
      [
        ("name", text(name)), ("orcid", orcid.flatMap { text($0.text) }), ("affiliation", affiliation.flatMap(text)),
      ])
    return Added(id: id, isNew: isNew)
  }

  /// Adds a paper.
  ///
  /// - Parameter values: further fields, by wire name.
  @discardableResult
  public func addSource(
    _ identifier: DerivedID.SourceIdentifier, _ values: [String: CBORValue] = [:], entities: [CURIE] = []
  ) throws -> Added {
    let id = DerivedID.source(identifier)
    var given = values
    given[identifier.field] = .text(identifier.text)
    let isNew = try create(.source, id, sorted(given) + [("entities", .elements(entities.map(\.text)))])
    return Added(id: id, isNew: isNew)
  }

  /// Adds a claim.
  ///
  /// - Parameters:
  ///   - isImported: whether it was taken from its source by an import; then its id is derived from both, so that two
  ///     who import one paper share its claims. One that is typed in is random.
  ///   - values: further fields, by wire name.
  @discardableResult
  public func addClaim(
    _ statement: String, source: RecordID? = nil, isImported: Bool = false, _ values: [String: CBORValue] = [:],
    sets: [String: [String]] = [:]
  ) throws -> Added {
    try checkProse(statement, "statement")
    if let source { try check(source, is: [.source]) }
    let id: RecordID
    if isImported, let source {
      id = DerivedID.claim(source: source, statement: statement)
    } else {
      id = random.recordID()
    }
    var given = values
    for field in ["statement", "source"] where values[field] != nil {
      throw ModelError.immutable(kind: .claim, field: field)
    }
    given["statement"] = .text(statement)
    given["source"] = source.map { .bytes($0.bytes) }
    if given["status"] == nil { given["status"] = .text(Vocabulary.status[0]) }
    return Added(id: id, isNew: try create(.claim, id, sorted(given) + sorted(sets)))
  }

  /// Adds an annotation to a record; one on an annotation is a reply.
  @discardableResult
  public func annotate(
    _ target: RecordID, body: String, motivation: Motivation = .commenting, tags: [String] = [],
    selector: Selector? = nil
  ) throws -> RecordID {
    try checkProse(body, "body")
    try selector?.check(field: "selector")
    try check(target, is: Kind.allCases)
    let id = random.recordID()
    try create(
      .annotation, id,
      [
        ("target", .value(.bytes(target.bytes))), ("motivation", text(motivation.rawValue)), ("body", text(body)),
        ("selector", (selector?.value).map(NewValue.value)),
        ("tags", .elements(tags)),
      ])
    return id
  }

  /// Says what the curator holds of a claim. There is one assessment a person: saying it again changes it.
  @discardableResult
  public func assess(_ claim: RecordID, stance: String, body: String? = nil) throws -> Added {
    guard Vocabulary.stance.contains(stance) else {
      throw ModelError.notInList(field: "stance", value: stance, words: Vocabulary.stance)
    }
    if let body { try checkProse(body, "body") }
    try check(claim, is: [.claim])
    let id = DerivedID.assessment(claim: claim, curator: try curator())
    let isNew = try create(
      .assessment, id,
      [("claim", .value(.bytes(claim.bytes))), ("stance", text(stance)), ("body", body.flatMap(text))])
    if !isNew {
      if try reader().existing(id, of: .assessment).isDeleted { try restore(id, of: .assessment) }
      try set(id, "stance", of: .assessment, to: .text(stance))
      if let body { try set(id, "body", of: .assessment, to: .text(body)) }
    }
    return Added(id: id, isNew: isNew)
  }

  /// What speaks for or against a claim or an assessment.
  public struct NewEvidence: Hashable, Sendable {
    /// `supports`, `disputes` or `neutral`.
    public var direction: String
    /// The ECO CURIE of its type.
    public var eco: CURIE?
    /// The primary paper.
    public var source: RecordID?
    /// The words quoted from it.
    public var selector: Selector?
    /// `weak`, `moderate` or `strong`.
    public var strength: String?

    /// Makes it.
    public init(
      direction: String, eco: CURIE? = nil, source: RecordID? = nil, selector: Selector? = nil, strength: String? = nil
    ) {
      self.direction = direction
      self.eco = eco
      self.source = source
      self.selector = selector
      self.strength = strength
    }
  }

  /// Adds evidence to a claim or an assessment.
  @discardableResult
  public func addEvidence(to target: RecordID, _ evidence: NewEvidence) throws -> RecordID {
    try check(target, is: [.claim, .assessment])
    if let source = evidence.source { try check(source, is: [.source]) }
    try evidence.selector?.check(field: "quote")
    for (field, word) in [("direction", evidence.direction), ("strength", evidence.strength)] {
      if let word { _ = try Kind.evidence.field(named: field)?.parse(word) }
    }
    let id = random.recordID()
    try create(
      .evidence, id,
      [
        ("target", .value(.bytes(target.bytes))), ("direction", text(evidence.direction)),
        ("source", evidence.source.map { .value(.bytes($0.bytes)) }),
        ("selector", (evidence.selector?.value).map(NewValue.value)), ("eco", evidence.eco.flatMap { text($0.text) }),
        ("strength", evidence.strength.flatMap(text)),
      ])
    return id
  }

  /// Links two records.
  ///
  /// - Parameter type: one of ``Vocabulary/linkType``.
  @discardableResult
  public func addLink(_ type: String, from: RecordID, to: RecordID) throws -> Added {
    guard Vocabulary.linkType.contains(type) else {
      throw ModelError.notInList(field: "type", value: type, words: Vocabulary.linkType)
    }
    guard from != to else {
      throw ModelError.malformed(field: "to", value: to.description, remedy: "a record is not linked to itself")
    }
    for end in [from, to] { try check(end, is: Kind.allCases) }
    if type == Vocabulary.sameAs { try checkLike(from, to) }
    let id = DerivedID.link(type: type, from: from, to: to)
    let isNew = try create(
      .link, id, [("type", text(type)), ("from", .value(.bytes(from.bytes))), ("to", .value(.bytes(to.bytes)))])
    return Added(id: id, isNew: isNew)
  }

  private func checkLike(_ from: RecordID, _ to: RecordID) throws {
    let kinds = try [from, to].map { try kindSeenAlive($0) ?? reader().existing($0).kind }
    if kinds[0] != kinds[1] { throw ModelError.unlike(from: kinds[0], to: kinds[1]) }
  }

  /// Gives a CURIE a name.
  @discardableResult
  public func addTerm(_ curie: CURIE, label: String, type: String? = nil, synonyms: [String] = []) throws -> Added {
    try checkLabel(label, "label")
    let id = DerivedID.term(curie)
    let isNew = try create(
      .term, id,
      [
        ("curie", text(curie.text)), ("label", text(label)), ("type", type.flatMap(text)),
        ("synonyms", .elements(synonyms)),
      ])
    return Added(id: id, isNew: isNew)
  }

  // MARK: -

  private func text(_ text: String) -> NewValue? { .value(.text(text)) }

  private func sorted(_ values: [String: CBORValue]) -> [(String, NewValue?)] {
    values.sorted { $0.key.precedesInBytes($1.key) }.map { ($0.key, .value($0.value)) }
  }

  private func sorted(_ sets: [String: [String]]) -> [(String, NewValue?)] {
    sets.sorted { $0.key.precedesInBytes($1.key) }.map { ($0.key, .elements($0.value)) }
  }

  private func checkProse(_ text: String, _ field: String) throws {
    do { try TextRules.checkProse(text, field: field) } catch { throw ModelError.identifier(field: field, error) }
  }

  private func checkLabel(_ text: String, _ field: String) throws {
    do { try TextRules.checkLabel(text, field: field) } catch { throw ModelError.identifier(field: field, error) }
  }

  /// Makes sure that a record is there, of one of these kinds, and not deleted.
  ///
  /// - Throws: ``StoreError``.
  package func check(_ record: RecordID, is kinds: [Kind]) throws {
    try checkIsRunning()
    if isPendingID(record) {
      let keys = kinds.map { RecordKey(kind: $0.rawValue, id: record) }
      if keys.contains(where: isPendingCreate) { return }
      if keys.contains(where: { isPending(CellKey(record: $0, field: "")) }) { try flush() }
    }
    if let kind = kindSeenAlive(record), kinds.contains(kind) { return }
    guard let (kind, isDeleted) = try applied.life(of: record, preferring: kinds) else {
      _ = try aliveKey(record)
      return
    }
    if isDeleted { throw try applied.refusal(ofDeleted: record, kind) }
    if !kinds.contains(kind) { throw StoreError.wrongKind(record, is: kind, wanted: kinds) }
    noteAlive(record, kind)
  }
}

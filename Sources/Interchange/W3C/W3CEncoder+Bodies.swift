import AnnotationStore

extension W3CEncoder {
  /// What a record says, as bodies (section 3.2): its text, what it classifies and identifies, its tags.
  func bodies(of record: Record) throws -> [JSONValue] {
    var bodies: [JSONValue] = []
    if let (field, purpose) = Self.textFields[record.kind], let text = record.text(field) {
      bodies.append(textual(text, purpose: purpose))
    }
    for field in record.kind.fields {
      guard let (purpose, isIRI) = Self.roles[record.kind]?[field.name], let text = record.text(field.name) else {
        continue
      }
      let role = [JSONValue.Member(W3CTerms.own("role"), .string(field.name))]
      if isIRI {
        bodies.append(specific(RecordIRI.text(ofCURIE: text), purpose: purpose, role))
      } else {
        bodies.append(textual(text, purpose: purpose, role))
      }
    }
    bodies += qualifiers(of: record)
    for entity in record.elements("entities") {
      bodies.append(specific(RecordIRI.text(ofCURIE: entity), purpose: .identifying))
    }
    for synonym in record.elements("synonyms") {
      bodies.append(textual(synonym, purpose: .identifying, [.init(W3CTerms.own("role"), .string("synonym"))]))
    }
    for tag in record.elements("tags") { bodies.append(textual(tag, purpose: .tagging)) }
    if let body = try linked(by: record) { bodies.append(body) }
    return bodies
  }

  /// The field whose text is the first body, and to what purpose.
  static let textFields: [Kind: (field: String, purpose: Motivation?)] = [
    .claim: ("statement", .describing), .annotation: ("body", nil), .assessment: ("body", .assessing),
    .source: ("title", .describing), .term: ("label", .identifying), .curator: ("name", .describing),
  ]

  /// The fields that become a body which names its role, and whether as the IRI of a CURIE.
  static let roles: [Kind: [String: (purpose: Motivation, isIRI: Bool)]] = [
    .claim: [
      "subject": (.identifying, true), "predicate": (.identifying, true), "object": (.identifying, true),
      "status": (.classifying, false),
    ],
    .assessment: ["stance": (.classifying, false)],
    .evidence: ["direction": (.classifying, false), "eco": (.classifying, true), "strength": (.classifying, false)],
    .link: ["type": (.classifying, false)],
  ]

  private func qualifiers(of record: Record) -> [JSONValue] {
    record.elements("qualifiers").map { qualifier in
      let parts = qualifier.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return specific(
        RecordIRI.text(ofCURIE: parts.count > 1 ? parts[1] : ""), purpose: .classifying,
        [.init(W3CTerms.own("qualifier"), .string(parts[0]))])
    }
  }

  /// The paper that evidence is from, and the record that a link leads to.
  private func linked(by record: Record) throws -> JSONValue? {
    switch record.kind {
    case .evidence:
      guard record.reference("source") != nil || record.selector != nil else { return nil }
      var members: [JSONValue.Member] = [.init("type", .string("SpecificResource"))]
      members.add("source", text: try sourceIRI(record.reference("source")))
      if let selector = record.selector { members += Self.members(of: selector) }
      members.add("purpose", text: Motivation.linking.rawValue)
      members.add(W3CTerms.own("role"), text: "source")
      return .object(members)
    case .link:
      guard let to = record.reference("to") else { return nil }
      var more: [JSONValue.Member] = [.init(W3CTerms.own("role"), .string("to"))]
      more.add(W3CTerms.own("target"), text: try exactIRI(to))
      return specific(try iri(to), purpose: .linking, more)
    default: return nil
    }
  }

  func textual(_ text: String, purpose: Motivation?, _ more: [JSONValue.Member] = []) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("type", .string("TextualBody")), .init("value", .string(text)), .init("format", .string("text/plain")),
    ]
    members.add("purpose", text: purpose?.rawValue)
    return .object(members + more)
  }

  private func specific(_ iri: String, purpose: Motivation, _ more: [JSONValue.Member] = []) -> JSONValue {
    .object(
      [
        .init("type", .string("SpecificResource")), .init("source", .string(iri)),
        .init("purpose", .string(purpose.rawValue)),
      ] + more)
  }
}

import AnnotationStore

/// Turns a record into an annotation (Web Annotation Data Model, section 3).
///
/// What the vocabulary has terms for is said in those; the rest in terms of our own namespace, so that it comes back.
struct W3CEncoder {
  let context: ExportContext

  init(_ context: ExportContext) { self.context = context }

  /// The annotation that says what a record says.
  func annotation(of record: Record) throws -> JSONValue {
    let origin = Origin(record)
    if record.kind == .annotation, origin.isForeign {
      return try ForeignTemplate(origin, record, self).annotation()
    }
    var further = origin.w3c
    let modified = further.take("modified")
    let bodies = further.take("body")?.asList ?? []
    var members: [JSONValue.Member] = [
      .init("id", .string(iri(of: record, origin))), .init("type", .string("Annotation")),
      .init("motivation", .string(motivation(of: record))),
    ]
    members.add("creator", try person(record.curator))
    members.add("created", text: Timestamp.text(record.createdMilliseconds))
    if record.modifiedMilliseconds != record.createdMilliseconds {
      members.add("modified", text: Timestamp.text(record.modifiedMilliseconds))
    } else {
      members.add("modified", modified)
    }
    let all = try self.bodies(of: record) + bodies
    if !all.isEmpty { members.add("body", all.count == 1 ? all[0] : .array(all)) }
    members.add("target", try target(of: record))
    if record.kind == .annotation || record.kind == .link {
      members.add(
        W3CTerms.own("target"), text: try exactIRI(record.reference(record.kind == .link ? "from" : "target")))
    }
    members.add(W3CTerms.own("kind"), text: record.kind.rawValue)
    members += properties(of: record)
    members.add(W3CTerms.own("origin"), text: carried(origin, of: record))
    return .object(members + further)
  }

  /// The IRI that another tool gave the annotation, where the id is derived from it, else that of the UUID.
  private func iri(of record: Record, _ origin: Origin) -> String {
    if record.kind == .annotation, let id = origin.id, DerivedID.annotation(iri: id) == record.id { return id }
    return RecordIRI.text(record.id)
  }

  private func motivation(of record: Record) -> String {
    switch record.kind {
    case .annotation: record.text("motivation") ?? Motivation.commenting.rawValue
    case .assessment: Motivation.assessing.rawValue
    case .evidence, .link: Motivation.linking.rawValue
    case .term: Motivation.identifying.rawValue
    case .claim, .source, .curator: Motivation.describing.rawValue
    }
  }

  /// A curator as a Person (section 3.3.2).
  func person(_ id: RecordID) throws -> JSONValue {
    guard let curator = try context.record(id) else { return .string(RecordIRI.text(id)) }
    var members: [JSONValue.Member] = [
      .init("id", .string(RecordIRI.text(ofCurator: curator))), .init("type", .string("Person")),
    ]
    members.add("name", text: curator.text("name"))
    return .object(members)
  }

  /// What the field `origin` holds for other formats, as the JSON text that it is.
  private func carried(_ origin: Origin, of record: Record) -> String? {
    if record.text("origin") != nil, origin.content == nil { context.leaveOut("an origin that is not JSON") }
    var rest = origin
    rest.w3c = []
    if case .text(let text) = rest.content { return text }
    return nil
  }

  // MARK: - Terms of our own

  /// The fields that are said by neither bodies nor targets.
  private func properties(of record: Record) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    for field in record.kind.fields where Self.ownFields[record.kind]?.contains(field.name) == true {
      let key = W3CTerms.own(field.name)
      switch record.fields[field.name] {
      case .text(let text): members.add(key, text: text)
      case .flag(let flag): members.add(key, .bool(flag))
      case .texts(let texts): members.add(key, .array(texts.map { .string($0) }))
      default: break
      }
    }
    return members
  }

  /// The fields that our own terms carry.
  static let ownFields: [Kind: Set<String>] = [
    .source: ["doi", "pmid", "pmcid", "url", "authors", "container", "issued", "retracted"],
    .claim: ["via", "negated"], .term: ["curie", "type"], .curator: ["orcid", "affiliation"],
  ]
}

import AnnotationStore

extension W3CDecoder {
  /// Reads an annotation that says in our own terms which kind of record it is; what it says beyond stays in `origin`.
  func decodeOwn(_ members: [JSONValue.Member], _ kind: Kind) throws {
    var rest = members
    let problemCount = outcome.problems.count
    guard let iri = W3CTerms.iri(rest.take("id") ?? rest.take("@id")) else {
      return report("id", "missing, and an annotation needs it")
    }
    guard let id = RecordIRI.recordID(iri) ?? (kind == .annotation ? DerivedID.annotation(iri: iri) : nil) else {
      return report("id", "\(IdentifierError.quoted(iri)) is not of the form urn:uuid:...")
    }
    var draft = RecordDraft(place: place, kind: kind, id: id)
    for key in ["@context", "type", "@type", W3CTerms.own("kind")] { _ = rest.take(key) }
    let motivation = rest.take("motivation")?.asList.first?.string
    if kind == .annotation { draft.fields["motivation"] = motivation.map { .text(W3CTerms.localName($0)) } }
    if let text = rest.take("created")?.string {
      guard let time = Timestamp.milliseconds(text) else {
        return report("created", "\(IdentifierError.quoted(text)) is no date and time (expected 2025-10-02T08:30:00Z)")
      }
      draft.createdMilliseconds = time
    }
    let creator = rest.take("creator")?.asList.first
    var origin = Origin()
    if let text = rest.take(W3CTerms.own("origin"))?.string {
      guard let carried = JSONValue.parse(text, format: .w3c), case .object = carried else {
        return report(W3CTerms.own("origin"), "is not the text of a JSON object")
      }
      for member in carried.members {
        if member.key == "id", let text = member.value.string { origin.id = text } else { origin.others.append(member) }
      }
    }
    if origin.id == nil, RecordIRI.recordID(iri) == nil { origin.id = iri }
    takeProperties(of: kind, from: &rest, into: &draft)
    let bodies = try takeBodies(from: &rest, into: &draft)
    try takeTarget(from: &rest, into: &draft)
    if !bodies.isEmpty { rest.add("body", .array(bodies)) }
    origin.w3c = rest
    draft.fields["origin"] = origin.content
    guard outcome.problems.count == problemCount else { return }
    // The curator's own annotation tells more than what others say of the person.
    if kind != .curator
      || creator.map({ W3CTerms.iri($0) != W3CTerms.iri(members.first { $0.key == "target" }?.value) }) == true
    {
      draft.curator = curator(creator)
    } else {
      draft.curator = id
    }
    emit(draft)
  }

  private func takeProperties(of kind: Kind, from rest: inout [JSONValue.Member], into draft: inout RecordDraft) {
    for field in kind.fields where W3CEncoder.ownFields[kind]?.contains(field.name) == true {
      guard let value = rest.take(W3CTerms.own(field.name)) else { continue }
      switch (field.type, value) {
      case (.register(.flag), .bool(let flag)): draft.fields[field.name] = .flag(flag)
      case (.register(.texts), _): draft.fields[field.name] = .texts(value.asList.compactMap(\.string))
      case (_, .string(let text)): draft.fields[field.name] = .text(text)
      default: report(W3CTerms.own(field.name), "is not what this field holds")
      }
    }
  }

  // MARK: - Bodies

  /// Takes the bodies that the model has; the others are returned.
  private func takeBodies(
    from rest: inout [JSONValue.Member], into draft: inout RecordDraft
  ) throws -> [JSONValue] {
    var sets: [String: [String]] = [:]
    var others: [JSONValue] = []
    for body in rest.take("body")?.asList ?? [] {
      if try !take(body, into: &draft, &sets) { others.append(body) }
    }
    for (name, elements) in sets { draft.fields[name] = .elements(elements) }
    return others
  }

  private func take(
    _ body: JSONValue, into draft: inout RecordDraft, _ sets: inout [String: [String]]
  ) throws -> Bool {
    let purpose = body["purpose"]?.string
    let curie = body["source"]?.string.flatMap(RecordIRI.curie)
    if let role = body[W3CTerms.own("role")]?.string { return try take(role, body, curie, into: &draft, &sets) }
    if let role = body[W3CTerms.own("qualifier")]?.string, let curie, draft.kind == .claim {
      sets["qualifiers", default: []].append("\(role)=\(curie)")
      return true
    }
    if let curie, purpose == Motivation.identifying.rawValue, draft.kind.field(named: "entities") != nil {
      sets["entities", default: []].append(curie)
      return true
    }
    guard W3CTerms.isA(body, "TextualBody"), let text = body["value"]?.string else { return false }
    if purpose == Motivation.tagging.rawValue, draft.kind.field(named: "tags") != nil {
      sets["tags", default: []].append(text)
      return true
    }
    guard let (field, _) = W3CEncoder.textFields[draft.kind], draft.fields[field] == nil else { return false }
    draft.fields[field] = .text(text)
    return true
  }

  private func take(
    _ role: String, _ body: JSONValue, _ curie: String?, into draft: inout RecordDraft, _ sets: inout [String: [String]]
  ) throws -> Bool {
    if let (_, isIRI) = W3CEncoder.roles[draft.kind]?[role] {
      draft.fields[role] = (isIRI ? curie : body["value"]?.string).map { .text($0) }
      return draft.fields[role] != nil
    }
    switch (draft.kind, role) {
    case (.term, "synonym"):
      guard let text = body["value"]?.string else { return false }
      sets["synonyms", default: []].append(text)
    case (.evidence, "source"):
      draft.fields["source"] = try record(W3CTerms.iri(body["source"]), "source").map { .record($0) }
      draft.fields["selector"] = selector(of: body).map { .selector($0) }
    case (.link, "to"):
      let iri = body[W3CTerms.own("target")]?.string ?? W3CTerms.iri(body["source"])
      draft.fields["to"] = try record(iri, "to").map { .record($0) }
    default: return false
    }
    return true
  }

  // MARK: - Targets

  private func takeTarget(from rest: inout [JSONValue.Member], into draft: inout RecordDraft) throws {
    let exact = rest.take(W3CTerms.own("target"))?.string
    guard let target = rest.take("target")?.asList.first else { return report("target", "missing") }
    let iri = exact ?? W3CTerms.iri(target["source"]) ?? W3CTerms.iri(target)
    let field: String? =
      switch draft.kind {
      case .claim: "source"
      case .assessment: "claim"
      case .annotation, .evidence: "target"
      case .link: "from"
      case .source, .term, .curator: nil
      }
    if let field { draft.fields[field] = try record(iri, field).map { .record($0) } }
    if draft.kind != .evidence, let selector = selector(of: target) { draft.fields["selector"] = .selector(selector) }
  }

  /// The record that an IRI names; nil where it says that there is none.
  private func record(_ iri: String?, _ field: String) throws -> RecordID? {
    guard let iri, iri != W3CTerms.noSource else { return nil }
    if let id = RecordIRI.recordID(iri) { return id }
    if let identifier = RecordIRI.identifier(iri) { return try exactSource(identifier) }
    report(field, "\(IdentifierError.quoted(iri)) is neither the address of a source nor a record's urn:uuid")
    return nil
  }

  private func selector(of resource: JSONValue) -> Selector? {
    var reader = SelectorReader()
    _ = resource["selector"].map { reader.template(of: $0) }
    let classes = reader.otherClasses.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if !classes.isEmpty {
      outcome.leftOut.append("\(place): selectors of the classes \(classes.joined(separator: ", "))")
    }
    guard case .object? = resource[W3CTerms.own("selector")] ?? (reader.hasFound ? .object([]) : nil) else {
      return nil
    }
    var selector = reader.selector
    let own = resource[W3CTerms.own("selector")]
    func text(_ name: String) -> String? { own?[W3CTerms.own(name)]?.string }
    func number(_ name: String) -> Int? { own?[W3CTerms.own(name)]?.text.flatMap { Int($0) } }
    selector.source = text("source")
    selector.name = text("name")
    selector.sha256 = text("sha256")
    selector.prefix = selector.prefix ?? text("prefix")
    selector.suffix = selector.suffix ?? text("suffix")
    selector.start = selector.start ?? number("start")
    selector.end = selector.end ?? number("end")
    return selector
  }
}

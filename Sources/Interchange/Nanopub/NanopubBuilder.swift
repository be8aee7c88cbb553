import AnnotationStore

/// Builds the nanopublication of one claim, with a space in its IRIs where the artifact code will stand.
///
/// The relation is asserted as a triple of its own only where it holds as it stands: a claim that denies it, or
/// qualifies it, describes it (`rdf:subject`, `rdf:predicate`, `rdf:object`) instead of stating it.
struct NanopubBuilder {
  static let base = "https://w3id.org/np/"

  let claim: Claim
  let context: ExportContext
  private let iri = IRI(base + " ")
  private var quads: [RDFQuad] = []
  /// Curators and CURIEs that are named at the end, in the order in which they are met.
  private var people: [RecordID] = []
  private var curies: [String] = []
  private var declaresStrength = false

  init(_ claim: Claim, _ context: ExportContext) {
    self.claim = claim
    self.context = context
  }

  /// The nanopublication, not yet sealed.
  ///
  /// - Parameters:
  ///   - publisher: who publishes it.
  ///   - original: the one that this claim was imported from and no longer says the same as.
  mutating func build(publisher: RecordID, original: IRI?) throws -> Nanopub {
    let (head, assertion, provenance, pubinfo) = (
      local("Head"), local("assertion"), local("provenance"), local("pubinfo")
    )
    add(head, iri, RDF.rdf("type"), .iri(RDF.np("Nanopublication")))
    add(head, iri, RDF.np("hasAssertion"), .iri(assertion))
    add(head, iri, RDF.np("hasProvenance"), .iri(provenance))
    add(head, iri, RDF.np("hasPublicationInfo"), .iri(pubinfo))
    assert(in: assertion)
    try tellProvenance(in: provenance, of: assertion)
    try tellPublication(in: pubinfo, publisher: publisher, original: original)
    return Nanopub(
      iri: iri, head: head, assertion: assertion, provenance: provenance, pubinfo: pubinfo, quads: quads)
  }

  private func local(_ name: String) -> IRI { IRI(iri.text + "#" + name) }

  private mutating func add(_ graph: IRI, _ subject: IRI, _ predicate: IRI, _ object: RDFTerm) {
    quads.append(RDFQuad(graph: .iri(graph), subject: .iri(subject), predicate: predicate, object: object))
  }

  private mutating func thing(_ curie: String?) -> IRI? {
    guard let curie, let iri = CURIENamespaces.iri(of: curie) else { return nil }
    if !curies.contains(where: { $0.isSameBytes(as: curie) }) { curies.append(curie) }
    return iri
  }

  private func time(_ milliseconds: Int64) -> RDFTerm {
    .literal(RDFLiteral(XSDDateTime.text(milliseconds), datatype: RDF.xsd("dateTime")))
  }

  // MARK: - The assertion

  private mutating func assert(in graph: IRI) {
    let node = local("claim")
    let relation = (thing(claim.subject), thing(claim.predicate), thing(claim.object))
    let isPlain = !claim.isNegated && claim.qualifiers.isEmpty
    if isPlain, let (subject, predicate, object) = Self.whole(relation) {
      add(graph, subject, predicate, .iri(object))
      add(graph, node, RDF.rdf("type"), .iri(RDF.hycl("Statement")))
    } else {
      add(graph, node, RDF.rdf("type"), .iri(RDF.hycl("Statement")))
      let parts = [("subject", relation.0), ("predicate", relation.1), ("object", relation.2)]
      if parts.contains(where: { $0.1 != nil }) {
        add(graph, node, RDF.rdf("type"), .iri(RDF.rdf("Statement")))
      }
      for (name, part) in parts { if let part { add(graph, node, RDF.rdf(name), .iri(part)) } }
    }
    add(graph, node, RDF.rdfs("label"), .text(claim.statement))
    if claim.isNegated {
      add(graph, node, RDF.biolink("negated"), .literal(RDFLiteral("true", datatype: RDF.xsd("boolean"))))
    }
    for entity in claim.entities { if let iri = thing(entity) { add(graph, node, RDF.dct("subject"), .iri(iri)) } }
    qualify(node, in: graph)
  }

  private static func whole(_ parts: (IRI?, IRI?, IRI?)) -> (IRI, IRI, IRI)? {
    guard let subject = parts.0, let predicate = parts.1, let object = parts.2 else { return nil }
    return (subject, predicate, object)
  }

  private mutating func qualify(_ node: IRI, in graph: IRI) {
    var roles: [String] = []
    for qualifier in claim.qualifiers {
      let parts = qualifier.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let iri = thing(parts[1]) else { continue }
      if let known = NanopubWords.roles.first(where: { $0.role == parts[0] }) {
        add(graph, node, RDF.biolink(known.slot), .iri(iri))
      } else {
        add(graph, node, local("role-" + IRI.escaping(parts[0])), .iri(iri))
        if !roles.contains(parts[0]) { roles.append(parts[0]) }
      }
    }
    for role in roles {
      let property = local("role-" + IRI.escaping(role))
      add(graph, property, RDF.rdf("type"), .iri(RDF.rdf("Property")))
      add(graph, property, RDF.rdfs("label"), .text(role))
    }
  }

  // MARK: - The provenance

  private mutating func tellProvenance(in graph: IRI, of assertion: IRI) throws {
    add(graph, assertion, RDF.prov("wasAttributedTo"), .iri(try person(claim.curator)))
    add(graph, assertion, RDF.prov("generatedAtTime"), time(claim.createdMilliseconds))
    var papers: [(IRI, String)] = []
    let source = try paper(claim.source, &papers)
    if let source { add(graph, assertion, RDF.prov("wasDerivedFrom"), .iri(source)) }
    let evidence = try sortedEvidence(on: claim.id)
    for index in evidence.indices { add(graph, assertion, RDF.hasEvidence, .iri(local("evidence-\(index + 1)"))) }
    if let selector = claim.selector {
      let quote = local("quote")
      add(graph, assertion, RDF.prov("hadPrimarySource"), .iri(quote))
      if let source { add(graph, quote, RDF.oa("hasSource"), .iri(source)) }
      tellQuote(selector, of: quote, in: graph)
    }
    var count = 0
    for item in evidence { try tell(item, &count, about: assertion, in: graph, &papers) }
    let assessments = try context.reader.all(Assessment.self, on: claim.id)
    for (index, assessment) in assessments.enumerated() {
      let node = local("assessment-\(index + 1)")
      let stance = assessment.stance ?? Vocabulary.stance[2]
      add(graph, node, RDF.rdf("type"), .iri(RDF.oa("Annotation")))
      add(graph, node, RDF.oa("motivatedBy"), .iri(RDF.oa("assessing")))
      add(graph, node, RDF.oa("hasTarget"), .iri(assertion))
      add(graph, node, Self.relation(stance), .iri(assertion))
      add(graph, node, RDF.rdfs("label"), .text(stance))
      if let body = assessment.body { add(graph, node, RDF.oa("bodyValue"), .text(body)) }
      add(graph, node, RDF.dct("creator"), .iri(try person(assessment.curator)))
      add(graph, node, RDF.dct("created"), time(assessment.createdMilliseconds))
      let evidence = try sortedEvidence(on: assessment.id)
      for index in evidence.indices { add(graph, node, RDF.hasEvidence, .iri(local("evidence-\(count + index + 1)"))) }
      for item in evidence { try tell(item, &count, about: node, in: graph, &papers) }
    }
    for (paper, title) in papers { add(graph, paper, RDF.dct("title"), .text(title)) }
    if declaresStrength {
      add(graph, local(NanopubWords.strength), RDF.rdf("type"), .iri(RDF.rdf("Property")))
      add(graph, local(NanopubWords.strength), RDF.rdfs("label"), .text("strength of the evidence"))
    }
  }

  /// What CiTO calls a stance or direction; it has no word for one that is undecided.
  private static func relation(_ word: String) -> IRI {
    word == "supports" || word == "disputes" ? RDF.cito(word) : RDF.cito("discusses")
  }

  private mutating func tell(
    _ evidence: Evidence, _ count: inout Int, about target: IRI, in graph: IRI, _ papers: inout [(IRI, String)]
  ) throws {
    count += 1
    let node = local("evidence-\(count)")
    if let type = thing(evidence.eco) {
      add(graph, node, RDF.rdf("type"), .iri(type))
    } else {
      add(graph, node, RDF.rdf("type"), .iri(RDF.prov("Entity")))
    }
    add(graph, node, Self.relation(evidence.direction ?? ""), .iri(target))
    if let strength = evidence.strength {
      add(graph, node, local(NanopubWords.strength), .text(strength))
      declaresStrength = true
    }
    if let source = try paper(evidence.source, &papers) { add(graph, node, RDF.prov("wasDerivedFrom"), .iri(source)) }
    if let selector = evidence.selector { tellQuote(selector, of: node, in: graph) }
    add(graph, node, RDF.dct("creator"), .iri(try person(evidence.curator)))
    add(graph, node, RDF.dct("created"), time(evidence.createdMilliseconds))
  }

  private mutating func tellQuote(_ selector: Selector, of node: IRI, in graph: IRI) {
    let inner = IRI(node.text + "-selector")
    add(graph, node, RDF.oa("hasSelector"), .iri(inner))
    add(graph, inner, RDF.rdf("type"), .iri(RDF.oa("TextQuoteSelector")))
    let isPlaced = selector.start != nil || selector.end != nil
    if isPlaced { add(graph, inner, RDF.rdf("type"), .iri(RDF.oa("TextPositionSelector"))) }
    let texts = [("exact", selector.exact), ("prefix", selector.prefix), ("suffix", selector.suffix)]
    for (name, text) in texts { if let text { add(graph, inner, RDF.oa(name), .text(text)) } }
    for (name, number) in [("start", selector.start), ("end", selector.end)] {
      if let number {
        add(graph, inner, RDF.oa(name), .literal(RDFLiteral(String(number), datatype: RDF.xsd("integer"))))
      }
    }
    if selector.source != nil || selector.name != nil || selector.sha256 != nil {
      context.leaveOut("which text a quote was taken from (its file name and hash)")
    }
  }

  /// Evidence in an order that does not depend on ids, which are random.
  private func sortedEvidence(on target: RecordID) throws -> [Evidence] {
    try context.reader.all(Evidence.self, on: target).map { item in
      (try NanopubComparison.key(of: item.record), item)
    }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map(\.1)
  }

  private func paper(_ id: RecordID?, _ papers: inout [(IRI, String)]) throws -> IRI? {
    guard let id, let source = try context.record(id) else { return nil }
    let iri = NanopubComparison.iri(ofSource: source)
    if let title = source.text("title"), !papers.contains(where: { $0.0 == iri }) { papers.append((iri, title)) }
    return iri
  }

  // MARK: - The publication

  private mutating func tellPublication(in graph: IRI, publisher: RecordID, original: IRI?) throws {
    add(graph, iri, RDF.rdfs("label"), .text(claim.statement))
    add(graph, iri, RDF.dct("creator"), .iri(try person(publisher)))
    add(graph, iri, RDF.dct("created"), time(claim.modifiedMilliseconds))
    add(graph, iri, RDF.dct("license"), .iri(IRI(context.options.nanopub.license)))
    add(graph, iri, RDF.dct("isVersionOf"), .iri(IRI("urn:uuid:\(claim.id)")))
    if let original { add(graph, iri, RDF.prov("wasDerivedFrom"), .iri(original)) }
    for tag in claim.tags { add(graph, iri, RDF.schema("keywords"), .text(tag)) }
    for id in people {
      guard let curator = try context.record(id) else { continue }
      add(graph, Self.iri(ofCurator: curator), RDF.foaf("name"), .text(curator.text("name") ?? ""))
    }
    for curie in curies {
      guard let label = try context.reader.label(of: curie), let iri = CURIENamespaces.iri(of: curie) else { continue }
      add(graph, iri, RDF.rdfs("label"), .text(label))
    }
  }

  private mutating func person(_ id: RecordID) throws -> IRI {
    if !people.contains(id) { people.append(id) }
    return try context.record(id).map(Self.iri(ofCurator:)) ?? IRI("urn:uuid:\(id)")
  }

  /// The ORCID's IRI, or one of the record where there is none.
  static func iri(ofCurator curator: Record) -> IRI {
    curator.text("orcid").map { IRI("https://orcid.org/" + IRI.escaping($0)) } ?? IRI("urn:uuid:\(curator.id)")
  }
}

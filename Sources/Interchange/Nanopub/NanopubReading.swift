import AnnotationStore

/// What the graphs of a nanopublication say, in the words of the model.
struct NanopubReading {
  let publication: Nanopub
  private let assertion: [RDFQuad]
  private let provenance: [RDFQuad]
  /// The node that stands for the statement as a whole: typed as one, as we and the nanopub tools write it.
  private let node: IRI?

  init(_ publication: Nanopub) {
    self.publication = publication
    assertion = publication.statements(in: publication.assertion)
    provenance = publication.statements(in: publication.provenance)
    let types = assertion.filter { $0.predicate == RDF.rdf("type") }
    node =
      types.first { $0.object == .iri(RDF.hycl("Statement")) }?.subject.iri
      ?? types.first { $0.object == .iri(RDF.rdf("Statement")) }?.subject.iri
  }

  // MARK: - The claim

  /// The sentence: that of the statement's node, an AIDA sentence, a label of the assertion or of the whole, a comment,
  /// or else the triples in words.
  var statement: String {
    if let node, let label = publication.text(publication.assertion, node, RDF.rdfs("label")) { return label }
    if let sentence = assertion.flatMap({ [$0.subject, $0.object] }).lazy.compactMap({ Self.aida($0.iri) }).first {
      return sentence
    }
    let graphs = [publication.assertion, publication.provenance, publication.pubinfo]
    for predicate in [RDF.rdfs("label"), RDF.dct("title"), RDF.dct("description"), RDF.rdfs("comment")] {
      for subject in [publication.assertion, publication.iri] {
        for graph in graphs { if let text = publication.text(graph, subject, predicate) { return text } }
      }
    }
    let comments = assertion.filter { $0.predicate == RDF.rdfs("comment") }.compactMap { $0.object.literal?.text }
    if comments.count == 1, let comment = comments.first?.trimmedOrNil() { return comment }
    return inWords
  }

  private static func aida(_ iri: IRI?) -> String? {
    let local = iri?.local(in: "http://purl.org/aida/") ?? iri?.local(in: "https://purl.org/aida/")
    let spaced = local.map { $0.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ") }
    return spaced.flatMap(IRI.unescaping)?.trimmedOrNil()
  }

  /// The triples as people would read them.
  private var inWords: String {
    let telling = relations.isEmpty ? assertion : relations
    let shown = telling.prefix(20).map { "\(name($0.subject)) \(name(.iri($0.predicate))) \(name($0.object))" }
    let rest = telling.count > 20 ? ["and \(telling.count - 20) more statements"] : []
    return (shown + rest).joined(separator: "; ")
  }

  private func name(_ term: RDFTerm) -> String {
    switch term {
    case .literal(let literal): return "\"\(literal.text.prefix(300))\""
    case .blank(let number): return "something (\(number))"
    case .iri(let iri):
      if let label = publication.label(of: iri) { return label }
      if let curie = CURIENamespaces.curie(of: iri) { return curie }
      let last = iri.text.split(whereSeparator: { $0 == "/" || $0 == "#" }).last.map(String.init) ?? iri.text
      return IRI.unescaping(last) ?? last
    }
  }

  /// The statements between things, without those that name, type or describe them.
  private var relations: [RDFQuad] {
    assertion.filter { quad in
      quad.object.literal == nil && quad.predicate != RDF.rdf("type") && quad.subject.iri != node
        && quad.subject.iri.map { $0.local(in: publication.namespace) == nil } ?? true
    }
  }

  /// The fields of the claim but its statement, status and source.
  var claimFields: [String: FieldContent] {
    var fields: [String: FieldContent] = [:]
    func put(_ field: String, _ term: RDFTerm?) {
      if let curie = term?.iri.flatMap(CURIENamespaces.curie) { fields[field] = .text(curie) }
    }
    let only = relations.count == 1 ? relations.first : nil
    put("subject", object("subject", of: node) ?? only?.subject)
    put("predicate", object("predicate", of: node) ?? only.map { .iri($0.predicate) })
    put("object", object("object", of: node) ?? only?.object)
    if let node {
      let negated = publication.objects(publication.assertion, node, RDF.biolink("negated"))
      if negated.contains(where: { $0.literal?.text == "true" || $0.literal?.text == "1" }) {
        fields["negated"] = .flag(true)
      }
      let entities = publication.objects(publication.assertion, node, RDF.dct("subject"))
        .compactMap { $0.iri.flatMap(CURIENamespaces.curie) }
      if !entities.isEmpty { fields["entities"] = .elements(sorted(entities)) }
      let qualifiers = assertion.filter { $0.subject == .iri(node) }.compactMap(qualifier)
      if !qualifiers.isEmpty { fields["qualifiers"] = .elements(sorted(qualifiers)) }
    }
    let tags = publication.objects(publication.pubinfo, publication.iri, RDF.schema("keywords"))
      .compactMap { $0.literal?.text.trimmedOrNil() }
    if !tags.isEmpty { fields["tags"] = .elements(sorted(tags)) }
    if let quoted = publication.objects(publication.provenance, publication.assertion, RDF.prov("hadPrimarySource"))
      .lazy.compactMap({ $0.iri }).compactMap(selector).first
    {
      fields["selector"] = .selector(quoted)
    }
    return fields
  }

  private func object(_ part: String, of node: IRI?) -> RDFTerm? {
    node.flatMap { publication.objects(publication.assertion, $0, RDF.rdf(part)).first }
  }

  private func qualifier(_ quad: RDFQuad) -> String? {
    guard let curie = quad.object.iri.flatMap(CURIENamespaces.curie) else { return nil }
    if let known = NanopubWords.roles.first(where: { RDF.biolink($0.slot) == quad.predicate }) {
      return known.role + "=" + curie
    }
    guard quad.predicate.local(in: publication.namespace) != nil,
      let role = publication.text(publication.assertion, quad.predicate, RDF.rdfs("label"))
    else { return nil }
    return role + "=" + curie
  }

  // MARK: - Where it is from

  /// What the assertion is said to come from and that a source can be made of, the best known identifiers first.
  var sources: [IRI] {
    let predicates = [
      RDF.prov("wasDerivedFrom"), RDF.prov("hadPrimarySource"), RDF.prov("wasQuotedFrom"), RDF.dct("source"),
      RDF.pav("derivedFrom"), IRI("http://purl.org/dc/elements/1.1/source"), RDF.cito("citesAsEvidence"),
    ]
    let named = provenance.filter { predicates.contains($0.predicate) }.compactMap(\.object.iri)
    let usable = named.filter { Self.identifier($0) != nil && $0.local(in: publication.namespace) == nil }
    func isPaper(_ iri: IRI) -> Bool { if case .url? = Self.identifier(iri) { false } else { true } }
    let own = Set(provenance.filter { $0.subject == .iri(publication.assertion) }.compactMap(\.object.iri))
    // The assertion's own sources before those of its evidence.
    let ordered = usable.filter(own.contains) + (ownIsGiven ? [] : usable.filter { !own.contains($0) })
    return ordered.filter(isPaper) + ordered.filter { !isPaper($0) }
  }

  /// Whether it is one of ours, whose claim has no source where none is given.
  private var ownIsGiven: Bool {
    publication.objects(publication.pubinfo, publication.iri, RDF.dct("isVersionOf"))
      .contains { $0.iri?.local(in: "urn:uuid:") != nil }
  }

  /// The identifier of a paper that an IRI stands for; `nil` where it is no address.
  static func identifier(_ iri: IRI) -> DerivedID.SourceIdentifier? {
    if let doi = try? DOI(parsing: iri.text) { return .doi(doi) }
    let curie = CURIENamespaces.curie(of: iri)
    if let number = curie?.split(separator: ":").last, curie?.lowercased().hasPrefix("pubmed:") == true,
      let pmid = try? PMID(parsing: String(number))
    {
      return .pmid(pmid)
    }
    guard iri.text.utf8.starts(with: "http".utf8) else { return nil }
    if let pmid = try? PMID(parsing: iri.text) { return .pmid(pmid) }
    if let pmcid = try? PMCID(parsing: iri.text) { return .pmcid(pmcid) }
    return (try? WebAddress(parsing: iri.text)).map { .url($0) }
  }

  /// The quote that a node's selector holds.
  private func selector(_ node: IRI) -> Selector? {
    let graph = publication.provenance
    guard let inner = publication.thing(graph, node, RDF.oa("hasSelector")) else { return nil }
    func number(_ name: String) -> Int? { publication.text(graph, inner, RDF.oa(name)).flatMap { Int($0) } }
    var selector = Selector(
      exact: publication.text(graph, inner, RDF.oa("exact")), prefix: publication.text(graph, inner, RDF.oa("prefix")),
      suffix: publication.text(graph, inner, RDF.oa("suffix")))
    selector.start = number("start")
    selector.end = number("end")
    return selector == Selector() ? nil : selector
  }

  // MARK: - What speaks for and against it

  /// Who is said to claim something, as the nanopub tools write it.
  var claimants: [RDFTerm] { provenance.filter { $0.predicate == RDF.hycl("claims") }.map(\.subject) }

  /// The nodes of assessments, each once.
  var assessments: [IRI] {
    Self.once(
      provenance.filter { $0.predicate == RDF.oa("motivatedBy") && $0.object == .iri(RDF.oa("assessing")) }
        .compactMap(\.subject.iri))
  }

  private static func once(_ iris: [IRI]) -> [IRI] {
    var seen: Set<IRI> = []
    return iris.filter { seen.insert($0).inserted }
  }

  func stance(of node: IRI) -> String {
    let word = publication.text(publication.provenance, node, RDF.rdfs("label"))
    if let word, Vocabulary.stance.contains(word) { return word }
    return relation(of: node, Vocabulary.stance)
  }

  private func relation(of node: IRI, _ words: [String]) -> String {
    words.first { publication.says(publication.provenance, node, RDF.cito($0)) } ?? words.last ?? ""
  }

  /// The nodes of evidence for the assertion or an assessment, each once. Where somebody else's provenance only names types of
  /// evidence these are the nodes.
  func evidence(of target: IRI) -> [IRI] {
    let linked = publication.objects(publication.provenance, target, RDF.hasEvidence).compactMap(\.iri)
    guard linked.isEmpty, target == publication.assertion, assessments.isEmpty else { return Self.once(linked) }
    return Self.once(provenance.compactMap(\.object.iri).filter(Self.isECO))
  }

  private static func isECO(_ iri: IRI) -> Bool { CURIENamespaces.curie(of: iri)?.hasPrefix("ECO:") == true }

  func evidenceFields(of node: IRI) -> [String: FieldContent] {
    if Self.isECO(node) {
      return ["eco": .text(CURIENamespaces.curie(of: node) ?? ""), "direction": .text(Vocabulary.direction[0])]
    }
    var fields: [String: FieldContent] = ["direction": .text(relation(of: node, Vocabulary.direction))]
    let types = publication.objects(publication.provenance, node, RDF.rdf("type")).compactMap(\.iri)
      .filter { $0 != RDF.prov("Entity") }
    if let eco = types.lazy.compactMap(CURIENamespaces.curie).first { fields["eco"] = .text(eco) }
    let strength = publication.text(publication.provenance, node, IRI(publication.namespace + NanopubWords.strength))
    if let strength, Vocabulary.strength.contains(strength) { fields["strength"] = .text(strength) }
    if let selector = selector(node) { fields["selector"] = .selector(selector) }
    return fields
  }

  func source(ofEvidence node: IRI) -> IRI? {
    if Self.isECO(node) { return nil }
    return publication.thing(publication.provenance, node, RDF.prov("wasDerivedFrom"))
  }

  private func sorted(_ texts: [String]) -> [String] {
    texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// Words that writing and reading share.
enum NanopubWords {
  /// Roles of qualifiers that the Biolink Model has slots for; others are properties of the nanopublication itself.
  static let roles = [
    (role: "tissue", slot: "anatomical_context_qualifier"), (role: "species", slot: "species_context_qualifier"),
  ]
  /// The local property for how strong evidence is.
  static let strength = "strength"
}

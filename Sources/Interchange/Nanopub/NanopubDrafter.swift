import AnnotationStore

/// Drafts the records that one nanopublication speaks of: the claim, its source, who made it, evidence and assessments.
///
/// One of ours says which claim it is a version of; that claim comes back under its id, as accepted. Somebody else's
/// becomes a proposed claim, for nobody here has accepted it.
struct NanopubDrafter {
  let publication: Nanopub
  let place: Place
  let reading: NanopubReading

  init(_ publication: Nanopub, at place: Place) {
    self.publication = publication
    self.place = place
    reading = NanopubReading(publication)
  }

  /// The claim's id, where it is one of ours.
  var ownID: RecordID? {
    publication.objects(publication.pubinfo, publication.iri, RDF.dct("isVersionOf")).lazy
      .compactMap { Self.id(of: $0.iri) }.first
  }

  private static func id(of iri: IRI?) -> RecordID? { iri?.local(in: "urn:uuid:").flatMap { RecordID(uuid: $0) } }

  /// The records, each after those that it names.
  func records() -> [RecordDraft] {
    var people = People(publication, place)
    var records: [RecordDraft] = []
    let (assertion, provenance) = (publication.assertion, publication.provenance)
    let creator = people.id(
      publication.objects(provenance, assertion, RDF.prov("wasAttributedTo"))
        + publication.objects(publication.pubinfo, publication.iri, RDF.dct("creator"))
        + publication.objects(publication.pubinfo, publication.iri, RDF.pav("createdBy"))
        + publication.objects(publication.pubinfo, publication.iri, RDF.prov("wasAttributedTo")) + reading.claimants)
    let created =
      publication.time(provenance, assertion, RDF.prov("generatedAtTime"))
      ?? publication.time(publication.pubinfo, publication.iri, RDF.dct("created"))
      ?? publication.time(publication.pubinfo, publication.iri, RDF.prov("generatedAtTime"))
    var sources: [RecordDraft] = []
    var knownSources: Set<RecordID> = []
    func source(_ iri: IRI) -> RecordID? {
      guard let identifier = NanopubReading.identifier(iri) else { return nil }
      let id = DerivedID.source(identifier)
      var record = draft(.source, id, by: nil, at: nil)
      record.fields[identifier.field] = .text(identifier.text)
      if let title = publication.text(provenance, iri, RDF.dct("title")) { record.fields["title"] = .text(title) }
      if knownSources.insert(id).inserted { sources.append(record) }
      return id
    }
    let sourceIRI = reading.sources.first ?? (ownID == nil ? publication.iri : nil)
    let sourceID = sourceIRI.flatMap(source)
    let statement = reading.statement
    let id = ownID ?? sourceID.map { DerivedID.claim(source: $0, statement: statement) }
    var claim = draft(
      .claim, id ?? RecordID(derivedFrom: .text(publication.iri.text)), by: creator, at: created)
    claim.fields = reading.claimFields
    claim.fields["statement"] = .text(statement)
    claim.fields["status"] = .text(ownID == nil ? Vocabulary.status[0] : "accepted")
    if let sourceID { claim.fields["source"] = .record(sourceID) }
    claim.fields["origin"] = .text(origin)
    records.append(claim)
    var targets: [(IRI, RecordID)] = [(assertion, claim.id)]
    for node in reading.assessments {
      let curator = people.id(publication.objects(provenance, node, RDF.dct("creator")))
      let id = curator.map { DerivedID.assessment(claim: claim.id, curator: $0) } ?? Self.derived("assessment", node)
      var record = draft(
        .assessment, id, by: curator, at: publication.time(provenance, node, RDF.dct("created")) ?? created)
      record.fields["claim"] = .record(claim.id)
      record.fields["stance"] = .text(reading.stance(of: node))
      if let body = publication.text(provenance, node, RDF.oa("bodyValue")) { record.fields["body"] = .text(body) }
      targets.append((node, id))
      records.append(record)
    }
    // What is evidence for several is read once.
    var drafts: [IRI: RecordDraft] = [:]
    func evidence(_ node: IRI) -> RecordDraft {
      if let known = drafts[node] { return known }
      let curator = people.id(publication.objects(provenance, node, RDF.dct("creator"))) ?? creator
      let time = publication.time(provenance, node, RDF.dct("created")) ?? created
      var record = draft(.evidence, Self.derived("evidence", node, claim.id), by: curator, at: time)
      record.fields = reading.evidenceFields(of: node)
      if let source = reading.source(ofEvidence: node).flatMap(source) { record.fields["source"] = .record(source) }
      drafts[node] = record
      return record
    }
    for (target, targetID) in targets {
      for node in reading.evidence(of: target) {
        var record = evidence(node)
        record.fields["target"] = .record(targetID)
        records.append(record)
      }
    }
    return people.drafts + sources + records
  }

  private func draft(_ kind: Kind, _ id: RecordID, by curator: RecordID?, at time: Int64?) -> RecordDraft {
    var draft = RecordDraft(place: place, kind: kind, id: id)
    draft.curator = curator
    draft.createdMilliseconds = time
    return draft
  }

  private static func derived(_ what: String, _ node: IRI, _ claim: RecordID? = nil) -> RecordID {
    RecordID(derivedFrom: .array([.text(what), .text(node.text), .bytes(claim?.bytes ?? [])]))
  }

  /// What the claim keeps, so that the nanopublication comes out again as long as the claim says the same.
  private var origin: String {
    var entries = [CBORValue.Entry("id", .text(publication.iri.text))]
    let text = publication.trig
    if text.utf8.count <= NanopubParser.originByteLimit { entries.append(.init("nanopub", .text(text))) }
    return JSONText.write(.map(entries))
  }

  /// The names that the publication gives to what it speaks of.
  func terms() -> [TermDraft] {
    var found: [TermDraft] = []
    for quad in publication.statements(in: publication.pubinfo) where quad.predicate == RDF.rdfs("label") {
      guard let iri = quad.subject.iri, let curie = CURIENamespaces.curie(of: iri),
        let label = quad.object.literal?.text
      else { continue }
      found.append(TermDraft(place: place, curie: curie, label: label))
    }
    return found
  }

  /// The people whom a nanopublication names.
  private struct People {
    let publication: Nanopub
    let place: Place
    private(set) var drafts: [RecordDraft] = []
    private var known: Set<RecordID> = []

    init(_ publication: Nanopub, _ place: Place) {
      self.publication = publication
      self.place = place
    }

    /// The first person among terms; `nil` where there is none.
    mutating func id(_ terms: [RDFTerm]) -> RecordID? {
      for iri in terms.compactMap(\.iri) {
        let orcid = iri.text.utf8.starts(with: "http".utf8) ? try? ORCID(parsing: iri.text) : nil
        let given = NanopubDrafter.id(of: iri)
        let id =
          orcid.map { DerivedID.curator($0) } ?? given
          ?? RecordID(derivedFrom: .array([.text(Kind.curator.rawValue), .text(iri.text)]))
        guard known.insert(id).inserted else { return id }
        var draft = RecordDraft(place: place, kind: .curator, id: id)
        let graphs = [publication.pubinfo, publication.provenance, publication.assertion]
        let publication = publication
        let name = graphs.lazy.compactMap {
          publication.text($0, iri, RDF.foaf("name")) ?? publication.text($0, iri, RDF.rdfs("label"))
        }.first
        draft.fields["name"] = .text(name ?? orcid?.text ?? iri.text)
        if let orcid { draft.fields["orcid"] = .text(orcid.text) }
        drafts.append(draft)
        return id
      }
      return nil
    }
  }
}

import AnnotationStore

/// Finds the nanopublications in a TriG file, and drafts records of them.
enum NanopubParser {
  /// The most bytes of a nanopublication that is kept to come out again.
  static let originByteLimit = 256 << 10

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    let reader = try TriGReader(file)
    var draft = ImportDraft()
    var terms: [String: TermDraft] = [:]
    var known: [RecordID: [String: FieldContent]] = [:]
    let found = publications(in: reader, file, &draft)
    for (publication, place) in found {
      if let fault = publication.fault {
        draft.problems.append(.init(place: place, message: "\(publication.iri.text): \(fault)"))
        continue
      }
      if let unchecked = publication.unchecked { draft.leftOut.append("\(publication.iri.text): \(unchecked)") }
      let drafter = NanopubDrafter(publication, at: place)
      for record in drafter.records() {
        // People and papers are named by every publication anew; once is enough.
        let isShared = record.kind == .curator || record.kind == .source
        if isShared, known.updateValue(record.fields, forKey: record.id) == record.fields { continue }
        draft.records.append(record)
      }
      for term in drafter.terms() where terms[term.curie] == nil {
        terms[term.curie] = term
        draft.terms.append(term)
      }
    }
    if found.isEmpty, draft.problems.isEmpty {
      throw .syntax(
        format: file.format, place: Place(line: 1),
        reason: "no graph says that something is a np:Nanopublication")
    }
    return draft
  }

  /// The nanopublication in a text that an export or import wrote; `nil` where there is not exactly one.
  static func single(_ text: String) -> Nanopub? {
    guard let file = try? TextFile(Array(text.utf8), format: .nanopub), let reader = try? TriGReader(file) else {
      return nil
    }
    var draft = ImportDraft()
    let found = publications(in: reader, file, &draft)
    return found.count == 1 && draft.problems.isEmpty ? found[0].0 : nil
  }

  private static func publications(
    in reader: TriGReader, _ file: TextFile, _ draft: inout ImportDraft
  ) -> [(Nanopub, Place)] {
    var graphs: [RDFTerm?: [Int]] = [:]
    for (index, quad) in reader.quads.enumerated() { graphs[quad.graph, default: []].append(index) }
    var found: [(Nanopub, Place)] = []
    var used: Set<RDFTerm> = []
    var heads: Set<RDFTerm> = []
    for (index, quad) in reader.quads.enumerated()
    where quad.predicate == RDF.rdf("type") && quad.object == .iri(RDF.np("Nanopublication")) && quad.graph != nil {
      let place = file.place(at: reader.offsets[index])
      guard let graph = quad.graph, let head = graph.iri, let iri = quad.subject.iri else {
        draft.problems.append(.init(place: place, message: "a nanopublication and its head must have IRIs"))
        continue
      }
      guard heads.insert(graph).inserted else {
        draft.problems.append(.init(place: place, message: "\(head.text) is the head of several nanopublications"))
        continue
      }
      let statements = (graphs[graph] ?? []).map { reader.quads[$0] }
      var parts: [IRI] = []
      for name in ["hasAssertion", "hasProvenance", "hasPublicationInfo"] {
        let names = statements.filter { $0.subject == quad.subject && $0.predicate == RDF.np(name) }.map(\.object)
        guard let part = names.first?.iri, Set(names).count == 1, graphs[.iri(part)] != nil, part != head else {
          draft.problems.append(
            .init(place: place, message: "\(iri.text): np:\(name) does not name one graph that is in the file"))
          break
        }
        parts.append(part)
      }
      guard parts.count == 3, Set(parts).count == 3 else { continue }
      let names = [graph] + parts.map { RDFTerm.iri($0) }
      guard used.isDisjoint(with: names) else {
        draft.problems.append(
          .init(place: place, message: "\(iri.text): shares a graph with another nanopublication of the file"))
        continue
      }
      used.formUnion(names)
      let quads = names.flatMap { graphs[$0] ?? [] }.sorted().map { reader.quads[$0] }
      found.append(
        (
          Nanopub(
            iri: iri, head: head, assertion: parts[0], provenance: parts[1], pubinfo: parts[2], quads: quads), place
        ))
    }
    let outside = graphs.filter { $0.key == nil || !used.contains($0.key ?? .blank(0)) }.values.reduce(0) {
      $0 + $1.count
    }
    if outside > 0, !found.isEmpty {
      draft.leftOut.append("\(outside) statement\(outside == 1 ? "" : "s") outside of any nanopublication")
    }
    return found
  }
}

import AnnotationStore

/// Makes records of BioC's documents: a source of each, and an annotation of each mention.
struct BioCDraft {
  /// The most scalars that a selector takes from the text on either side.
  static let contextLength = 32

  private let format: Format
  private var draft = ImportDraft()
  private var ignored = IgnoredNames()
  private let effort = BioCEffort()

  init(_ format: Format) { self.format = format }

  /// All that was gathered.
  func finish() -> ImportDraft {
    var result = draft
    if let names = ignored.told {
      result.leftOut.append("parts of \(format.name) that no record has a place for: \(names)")
    }
    return result
  }

  /// Whether there is more that is not taken than is told apart.
  var ignoresTooMuch: Bool { ignored.isFull }

  /// Counts something that is not taken.
  mutating func ignore(_ name: String) { ignored.add(name) }

  /// Counts what is said of a collection as a whole.
  mutating func leaveOut(collection values: [String?]) {
    if values.contains(where: { $0 != nil && $0 != BioCWriter.collectionSource }) {
      ignore("source, date, key and infons of a collection")
    }
  }

  /// Tells of something that is not taken.
  mutating func tell(_ line: String) { draft.leftOut.append(line) }

  /// Notes what is wrong.
  mutating func report(_ place: Place, _ message: String) {
    draft.problems.append(ImportDraft.Problem(place: place, message: message))
  }

  /// Takes a document.
  ///
  /// - Parameter isJoined: whether passages follow each other with one character between, whatever their offsets.
  mutating func take(_ document: BioCDocument, about given: BioCAbout, isJoined: Bool = false) {
    var about = given
    about.complete(from: document)
    let name = "document \"\(document.id.prefix(60))\""
    guard let identifier = about.identifier else {
      return report(
        document.place,
        "\(name) has no PMID, PMCID or DOI as its id or among its infons (article-id_pmid, article-id_pmc, "
          + "article-id_doi), and a source needs one. Add it")
    }
    let placer = BioCPlacer(document, isJoined: isJoined, effort: effort)
    if placer.unit != .scalars {
      tell(
        "\(name) (\(document.place)): its offsets count \(placer.unit.words) (\(placer.matchCount) of "
          + "\(placer.locatedCount) mentions are there so); they are kept as Unicode code points")
    }
    var source = about.draft(at: document.place)
    source.origin = BioCOrigin.text(of: skeleton(of: document, placer))
    if source.origin == nil {
      tell(
        "\(name) (\(document.place)): its passages, infons and relations, more than "
          + "\(BioCOrigin.sizeLimit >> 10) KiB; the mentions are taken")
    }
    takeMentions(of: document, placer, into: &source, id: DerivedID.source(identifier))
    draft.sources.append(source)
  }

  /// The document without its annotations, its offsets in scalars.
  private func skeleton(of document: BioCDocument, _ placer: BioCPlacer) -> BioCDocument {
    var skeleton = document
    skeleton.annotations = []
    skeleton.forEachSegment { $0.annotations = [] }
    for (leaf, offset) in zip(placer.leaves, placer.scalarOffsets) {
      guard let passage = leaf.path.passage else { continue }
      if let sentence = leaf.path.sentence {
        // What lies before the first sentence moves with it.
        let shift = document.passages[passage].sentences[sentence].offset - offset
        if sentence == 0, document.passages[passage].text == nil {
          skeleton.passages[passage].offset = max(0, document.passages[passage].offset - shift)
        }
        skeleton.passages[passage].sentences[sentence].offset = offset
      } else {
        skeleton.passages[passage].offset = offset
      }
    }
    return skeleton
  }

  private mutating func takeMentions(
    of document: BioCDocument, _ placer: BioCPlacer, into source: inout SourceDraft, id: RecordID
  ) {
    var seen: [RecordID: Int] = [:]
    var entities: Set<CURIE> = []
    for (order, (path, annotation)) in document.allAnnotations.enumerated() {
      guard
        var mention = BioCMention(annotation, on: path, order: order, of: document.id, source: id, placer: placer)
      else { continue }
      if let notice = mention.notice { tell(notice) }
      if let problem = mention.problem {
        report(annotation.place, problem)
        continue
      }
      for curie in mention.curies {
        if let entity = try? CURIE(parsing: curie), entities.insert(entity).inserted { source.entities.append(curie) }
      }
      let count = seen[mention.record.id, default: 0]
      seen[mention.record.id] = count + 1
      if count > 0 { mention.number(count) }
      draft.records.append(mention.record)
    }
  }
}

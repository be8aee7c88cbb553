import AnnotationStore

/// Turns annotations, one by one, into records: our own, those of other tools, and rows of the Hypothesis API.
///
/// Records come out in an order in which none names one that comes later, where the file allows it.
final class W3CDecoder {
  /// What one annotation came to.
  struct Outcome {
    var drafts: [RecordDraft] = []
    var problems: [ImportDraft.Problem] = []
    var leftOut: [String] = []
  }

  /// Looks a source up by an identifier that it carries.
  let existingSource: (DerivedID.SourceIdentifier) throws -> RecordID?
  /// Whether a record is there.
  let isKnown: (RecordID) throws -> Bool

  /// The annotation at hand.
  var outcome = Outcome()
  var place = Place(line: 1)

  /// Curators that were stated in full.
  private var curators: Set<RecordID> = []
  /// Curators of whom only what stands in annotations is known, in the order in which they were met.
  private var people: [RecordDraft] = []
  /// Sources that were stated, or are there.
  private var sources: Set<RecordID> = []
  /// Annotations of other tools that were met.
  private var annotations: Set<RecordID> = []
  /// Replies to annotations that were not met yet, by these.
  private var replies: [RecordID: [Reply]] = [:]
  private var replyCount = 0

  private struct Reply {
    var draft: RecordDraft
    /// What it is on where the annotation that it answers never comes.
    var page: String?
  }

  /// How deep collections within collections are read.
  private static let depthLimit = 8
  /// The most replies that are kept because the annotation that they answer has not come.
  private static let replyLimit = 200_000

  /// Makes a decoder; the functions ask the store that is imported into.
  init(
    existingSource: @escaping (DerivedID.SourceIdentifier) throws -> RecordID? = { _ in nil },
    isKnown: @escaping (RecordID) throws -> Bool = { _ in false }
  ) {
    self.existingSource = existingSource
    self.isKnown = isKnown
  }

  /// Reads an item of a file.
  func decode(_ value: JSONValue, at place: Place) throws -> Outcome {
    outcome = Outcome()
    self.place = place
    try read(value, depth: 0)
    return outcome
  }

  /// What was held back.
  func finish() throws -> Outcome {
    outcome = Outcome()
    emitPeople()
    // First those that answer what never came; what is left then answers itself in a ring.
    let waiting = Set(replies.values.flatMap { $0.map(\.draft.id) })
    let order = replies.keys.sorted()
    for parent in order.filter({ !waiting.contains($0) }) + order {
      guard let held = replies.removeValue(forKey: parent) else { continue }
      replyCount -= held.count
      for reply in held {
        place = reply.draft.place
        guard let page = reply.page.flatMap({ RecordIRI.identifier(ofTarget: $0) }) else {
          report(
            "target", "answers an annotation that is neither in the file nor in the store (import that one first)")
          continue
        }
        var draft = reply.draft
        outcome.leftOut.append(
          "\(place): the annotation that it answers (\(parent)) is not here, so it stands on the source")
        draft.fields["target"] = .record(try source(page))
        emit(draft)
      }
    }
    return outcome
  }

  private func read(_ value: JSONValue, depth: Int) throws {
    guard case .object(let members) = value else {
      if value.string != nil {
        outcome.leftOut.append("\(place): an annotation of which only the IRI is given")
      } else {
        report(nil, "is no annotation (expected an object)")
      }
      return
    }
    if W3CTerms.isA(value, "Annotation") || value[W3CTerms.own("kind")] != nil {
      guard Self.depth(value) <= 48 else { return report(nil, "is nested deeper than 48 levels") }
      if let name = value[W3CTerms.own("kind")]?.string {
        guard let kind = Kind(rawValue: name) else {
          return report(W3CTerms.own("kind"), "\(IdentifierError.quoted(name)) is no kind of record")
        }
        return try decodeOwn(members, kind)
      }
      return try decodeForeign(value)
    }
    let types = W3CTerms.types(value)
    if types.contains(where: ["AnnotationCollection", "AnnotationPage"].contains), depth < Self.depthLimit {
      for key in ["first", "items"] { for item in value[key]?.asList ?? [] { try read(item, depth: depth + 1) } }
      return
    }
    if HypothesisRow.isRow(value) { return try decodeRow(value) }
    if value["target"] != nil, types.isEmpty { return try decodeForeign(value) }
    report("type", "is no annotation (its type must be Annotation)")
  }

  private static func depth(_ value: JSONValue) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let members): 1 + (members.map { depth($0.value) }.max() ?? 0)
    default: 1
    }
  }

  // MARK: - What comes out

  func report(_ column: String?, _ message: String) {
    outcome.problems.append(.init(place: column.map { place.at(column: $0) } ?? place, message: message))
  }

  /// Puts a record out, after the curators that it needs, and the replies that waited for it behind it.
  func emit(_ draft: RecordDraft) {
    // No recursion: a thread can be of any length.
    var open = [draft]
    while let draft = open.popLast() {
      switch draft.kind {
      case .curator:
        curators.insert(draft.id)
        people.removeAll { $0.id == draft.id }
      case .source:
        sources.insert(draft.id)
        emitPeople()
      default: emitPeople()
      }
      outcome.drafts.append(draft)
      guard draft.kind == .annotation else { continue }
      annotations.insert(draft.id)
      guard let waiting = replies.removeValue(forKey: draft.id) else { continue }
      replyCount -= waiting.count
      open += waiting.reversed().map { reply in
        var released = reply.draft
        released.fields["target"] = .record(draft.id)
        return released
      }
    }
  }

  private func emitPeople() {
    outcome.drafts += people
    people = []
  }

  /// Puts a reply out, or keeps it until the annotation that it answers has come.
  func emit(_ draft: RecordDraft, answering parent: RecordID, page: String?) throws {
    if try annotations.contains(parent) || isKnown(parent) {
      var reply = draft
      reply.fields["target"] = .record(parent)
      return emit(reply)
    }
    guard replyCount < Self.replyLimit else {
      return report(nil, "more than \(Self.replyLimit) replies come before what they answer (sort the file)")
    }
    replies[parent, default: []].append(Reply(draft: draft, page: page))
    replyCount += 1
  }

  /// Whether the file or the store has this annotation.
  func hasAnnotation(_ id: RecordID) throws -> Bool { try annotations.contains(id) || isKnown(id) }

  // MARK: - Curators and sources

  /// The curator that an agent (section 3.3.2) is: by the ORCID, else the IRI, else the name.
  func curator(_ agent: JSONValue?) -> RecordID? {
    guard let agent else { return nil }
    let iri = W3CTerms.iri(agent)?.trimmedOrNil()
    let name = Self.name(of: agent)
    guard let known = iri ?? name else { return nil }
    let orcid = iri.flatMap(RecordIRI.orcid)
    var origin = Origin()
    let id: RecordID
    if let orcid {
      id = DerivedID.curator(orcid)
    } else if let iri, let record = RecordIRI.recordID(iri) {
      id = record
      // Nothing more is said of the person: the record may be there already.
      if name == nil { return id }
    } else if let iri {
      id = DerivedID.curator(iri: iri)
      origin.id = iri
    } else {
      id = DerivedID.curator(name: known)
    }
    guard curators.insert(id).inserted else { return id }
    var draft = RecordDraft(place: place, kind: .curator, id: id)
    let label = name ?? (known.isLabel ? known : nil)
    draft.fields["name"] = .text(label ?? "unnamed")
    draft.fields["orcid"] = orcid.map { .text($0.text) }
    draft.fields["origin"] = origin.content
    people.append(draft)
    return id
  }

  private static func name(of agent: JSONValue) -> String? {
    for key in ["name", "foaf:name", "nickname", "nick"] {
      let value = agent[key]
      let text = value?.asList.first?.string ?? value?["@value"]?.string ?? value?.members.first?.value.string
      if let name = text?.collapsed(), name.isLabel { return name }
    }
    return nil
  }

  /// The source that an identifier names, put out where neither the file nor the store has it.
  func source(_ identifier: DerivedID.SourceIdentifier, title: String? = nil) throws -> RecordID {
    let derived = DerivedID.source(identifier)
    if sources.contains(derived) { return derived }
    if let existing = try existingSource(identifier) { return existing }
    emitSource(identifier, derived, title: title)
    return derived
  }

  /// The source with exactly the id that an identifier derives.
  func exactSource(_ identifier: DerivedID.SourceIdentifier) throws -> RecordID {
    let derived = DerivedID.source(identifier)
    if try !sources.contains(derived) && !isKnown(derived) { emitSource(identifier, derived, title: nil) }
    return derived
  }

  private func emitSource(_ identifier: DerivedID.SourceIdentifier, _ id: RecordID, title: String?) {
    var draft = RecordDraft(place: place, kind: .source, id: id)
    draft.fields[identifier.field] = .text(identifier.text)
    draft.fields["title"] = title.map { .text($0) }
    emit(draft)
  }
}

import AnnotationStore

extension W3CDecoder {
  /// Reads an annotation that another tool wrote; what the model does not have of it stays in `origin`.
  func decodeForeign(_ value: JSONValue) throws {
    guard !Hole.occurs(in: value) else {
      return report(nil, "has a property \(W3CTerms.namespace)is, which is for Variorum's own use (take it out)")
    }
    var members = value.members
    let exact = members.take(W3CTerms.own("target"))?.string.flatMap(RecordIRI.recordID)
    let carried = members.take(W3CTerms.own("origin"))?.string.flatMap { JSONValue.parse($0, format: .w3c) }
    let reading = ForeignReading(.object(members))
    guard let targetIRI = reading.targetIRI else {
      return report("target", "has no IRI (an annotation stands on a web page or another resource)")
    }
    var draft = RecordDraft(
      place: place, kind: .annotation, id: Self.recordID(of: reading, .object(members)))
    draft.curator = curator(reading.creator)
    draft.createdMilliseconds = time(reading.created)
    draft.fields["motivation"] = .text(reading.motivation.rawValue)
    draft.fields["body"] = (reading.body ?? reading.standIns(reading.selector).first).map { .text($0) }
    draft.fields["selector"] = reading.selector.map { .selector($0) }
    if !reading.tags.isEmpty { draft.fields["tags"] = .elements(reading.tags) }
    guard keep(reading, carried, in: &draft) else { return }
    try put(draft, on: targetIRI, reading, exact)
  }

  private func keep(_ reading: ForeignReading, _ carried: JSONValue?, in draft: inout RecordDraft) -> Bool {
    var origin = Origin()
    origin.id = reading.id
    origin.w3c = reading.template
    origin.others = carried?.members ?? []
    draft.fields["origin"] = origin.content
    guard case .text(let text)? = origin.content,
      text.utf8.count < 100_000 || JSONValue.parse(text, format: .w3c) != nil
    else {
      report(nil, "is too large")
      return false
    }
    return true
  }

  private static func recordID(of reading: ForeignReading, _ value: JSONValue) -> RecordID {
    guard let iri = reading.id else { return DerivedID.annotation(content: value.jsonText) }
    return RecordIRI.recordID(iri) ?? DerivedID.annotation(iri: iri)
  }

  /// The time of a text; one that cannot be read stays in the template, and the record is of now.
  func time(_ text: String?) -> Int64? {
    guard let text else { return nil }
    let time = Timestamp.milliseconds(text)
    if time == nil { outcome.leftOut.append("\(place): created \(IdentifierError.quoted(text)) is no date and time") }
    return time
  }

  private func put(
    _ draft: RecordDraft, on targetIRI: String, _ reading: ForeignReading, _ exact: RecordID?
  ) throws {
    var draft = draft
    if let record = exact ?? RecordIRI.recordID(targetIRI) {
      draft.fields["target"] = .record(record)
      return emit(draft)
    }
    let parent = DerivedID.annotation(iri: targetIRI)
    if try reading.motivation == .replying || reading.targetsAnnotation || hasAnnotation(parent) {
      return try emit(draft, answering: parent, page: targetIRI)
    }
    guard let identifier = RecordIRI.identifier(ofTarget: targetIRI) else {
      return report(
        "target", "\(IdentifierError.quoted(targetIRI)) is neither the address of a source nor a record's urn:uuid")
    }
    draft.fields["target"] = .record(try source(identifier))
    emit(draft)
  }
}

import AnnotationStore

/// Puts an annotation of another tool out again: as it came, but for what was changed here.
struct ForeignTemplate {
  private let origin: Origin
  private let record: Record
  private let encoder: W3CEncoder
  private let reading: ForeignReading

  init(_ origin: Origin, _ record: Record, _ encoder: W3CEncoder) {
    self.origin = origin
    self.record = record
    self.encoder = encoder
    reading = ForeignReading(.object(origin.w3c))
  }

  /// The annotation.
  func annotation() throws -> JSONValue {
    var members = filled(.object(origin.w3c))?.members ?? []
    if origin.id == nil || !members.contains(where: { $0.key == "id" || $0.key == "@id" }) {
      members.insert(.init("id", .string(origin.id ?? RecordIRI.text(record.id))), at: 0)
    }
    putTags(&members)
    putBody(&members)
    if let motivation = record.text("motivation"), motivation != reading.motivation.rawValue {
      set("motivation", .string(motivation), &members)
    }
    if record.modifiedMilliseconds != record.createdMilliseconds {
      set("modified", .string(Timestamp.text(record.modifiedMilliseconds)), &members)
    }
    try putTarget(&members)
    var rest = Origin()
    rest.others = origin.others
    if case .text(let text) = rest.content { members.add(W3CTerms.own("origin"), text: text) }
    if holdsMoreThanHoles { encoder.context.leaveOut("selectors that annotations of other tools were given here") }
    return .object(members)
  }

  /// Fills the holes; nil where one has lost its value.
  private func filled(_ value: JSONValue) -> JSONValue? {
    if let name = Hole.name(value) { return content(ofHole: name) }
    switch value {
    case .array(let elements): return .array(elements.compactMap(filled))
    case .object(let members):
      return .object(members.compactMap { member in filled(member.value).map { .init(member.key, $0) } })
    default: return value
    }
  }

  private func content(ofHole name: String) -> JSONValue? {
    let selector = record.selector
    return switch name {
    case "id": .string(origin.id ?? RecordIRI.text(record.id))
    case "body": record.text("body").map { .string($0) }
    case "exact": selector?.exact.map { .string($0) }
    case "prefix": selector?.prefix.map { .string($0) }
    case "suffix": selector?.suffix.map { .string($0) }
    case "start": selector?.start.map { .number(String($0)) }
    case "end": selector?.end.map { .number(String($0)) }
    default: nil
    }
  }

  /// Whether the record's selector says something that has no place in the template.
  private var holdsMoreThanHoles: Bool {
    guard let selector = record.selector else { return false }
    let text = JSONValue.object(origin.w3c).jsonText
    let parts: [(String, Bool)] = [
      ("exact", selector.exact != nil), ("prefix", selector.prefix != nil), ("suffix", selector.suffix != nil),
      ("start", selector.start != nil), ("end", selector.end != nil),
    ]
    return selector.source != nil || selector.name != nil || selector.sha256 != nil
      || parts.contains { name, isThere in isThere && !text.contains(Hole.value(name).jsonText) }
  }

  // MARK: - What was changed here

  private func putTags(_ members: inout [JSONValue.Member]) {
    let tags = record.elements("tags")
    func isKept(_ body: JSONValue) -> Bool {
      guard let tag = ForeignReading.tag(body) else { return true }
      return tags.contains { $0.isSameBytes(as: tag) }
    }
    if let index = members.firstIndex(where: { $0.key == "body" }) {
      let bodies = members[index].value.asList
      let kept = bodies.filter(isKept)
      if kept.isEmpty, !bodies.isEmpty {
        members.remove(at: index)
      } else if kept.count < bodies.count {
        members[index].value = .array(kept)
      }
    }
    let new = tags.filter { tag in !reading.tags.contains { $0.isSameBytes(as: tag) } }
    add(new.map { encoder.textual($0, purpose: .tagging) }, &members)
  }

  private func putBody(_ members: inout [JSONValue.Member]) {
    guard !reading.hasBody, let body = record.text("body"),
      !reading.standIns(record.selector).contains(where: { $0.isSameBytes(as: body) })
    else { return }
    add([encoder.textual(body, purpose: nil)], &members)
  }

  /// Adds bodies; a `bodyValue`, which must stand alone (section 3.2.5), becomes a TextualBody.
  private func add(_ bodies: [JSONValue], _ members: inout [JSONValue.Member]) {
    guard !bodies.isEmpty else { return }
    var all: [JSONValue] = []
    if let text = members.take("bodyValue")?.string { all.append(encoder.textual(text, purpose: nil)) }
    all += members.take("body")?.asList ?? []
    members.add("body", .array(all + bodies))
  }

  /// Says which record is meant where the IRI of another annotation could be read as that of a source.
  private func putTarget(_ members: inout [JSONValue.Member]) throws {
    guard reading.motivation != .replying, !reading.targetsAnnotation else { return }
    members.add(W3CTerms.own("target"), text: try encoder.exactIRI(record.reference("target")))
  }

  private func set(_ key: String, _ value: JSONValue, _ members: inout [JSONValue.Member]) {
    if let index = members.firstIndex(where: { $0.key == key || $0.key == "dcterms:\(key)" }) {
      members[index].value = value
    } else {
      members.add(key, value)
    }
  }
}

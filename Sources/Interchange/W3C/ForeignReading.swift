import AnnotationStore

/// What the model takes of an annotation that another tool wrote (Web Annotation Data Model, section 3), and the
/// template that holds all else as it stood.
struct ForeignReading {
  /// The IRI of the annotation.
  private(set) var id: String?
  /// The first text among the bodies that is no tag.
  private(set) var body: String?
  /// Whether a body's text has its place in the template.
  private(set) var hasBody = false
  /// The IRI of the first body that is a resource of its own.
  private(set) var bodyIRI: String?
  private(set) var tags: [String] = []
  /// The IRI of the first target.
  private(set) var targetIRI: String?
  /// Whether that is told to be an annotation.
  private(set) var targetsAnnotation = false
  private(set) var selector: Selector?
  private(set) var creator: JSONValue?
  private(set) var created: String?
  /// The annotation with holes where the record has the values.
  private(set) var template: [JSONValue.Member] = []
  private var stated: Motivation?
  private var purpose: Motivation?

  /// How deep sets of bodies within sets are looked into.
  private static let depthLimit = 8

  /// Reads an annotation, or a template, in which the record's values are already holes.
  init(_ value: JSONValue) {
    for member in value.members { template.append(.init(member.key, read(member))) }
  }

  private mutating func read(_ member: JSONValue.Member) -> JSONValue {
    let value = member.value
    switch member.key {
    case "id", "@id":
      guard id == nil, let text = value.string, !text.isEmpty else { return value }
      id = text
      return Hole.value("id")
    case "bodyValue": return text(value)
    case "body": return mapped(value) { reading, element in reading.read(body: element, depth: 0) }
    case "target":
      var isFirst = true
      return mapped(value) { reading, element in
        defer { isFirst = false }
        return isFirst ? reading.read(target: element, depth: 0) : element
      }
    case "motivation": stated = stated ?? Self.motivation(value)
    case "creator", "dcterms:creator": creator = creator ?? value.asList.first
    case "created", "dcterms:created": created = created ?? value.asList.first?.string
    default: break
    }
    return value
  }

  private mutating func mapped(
    _ value: JSONValue, _ body: (inout Self, JSONValue) -> JSONValue
  ) -> JSONValue {
    guard case .array(let elements) = value else { return body(&self, value) }
    var read: [JSONValue] = []
    for element in elements { read.append(body(&self, element)) }
    return .array(read)
  }

  private static func motivation(_ value: JSONValue?) -> Motivation? {
    value?.asList.lazy.compactMap {
      ($0.string ?? W3CTerms.iri($0)).flatMap { Motivation(rawValue: W3CTerms.localName($0)) }
    }
    .first
  }

  // MARK: - Bodies

  private mutating func read(body value: JSONValue, depth: Int) -> JSONValue {
    if let text = value.string {
      guard RecordIRI.isAbsolute(text) else { return self.text(value) }
      bodyIRI = bodyIRI ?? text
      return value
    }
    guard case .object(let members) = value, depth < Self.depthLimit else {
      return Hole.name(value) == nil ? value : text(value)
    }
    if Hole.name(value) != nil { return text(value) }
    if let tag = Self.tag(value) {
      if !tags.contains(where: { $0.isSameBytes(as: tag) }) { tags.append(tag) }
      return value
    }
    let isSet = W3CTerms.types(value).contains(where: W3CTerms.sets.contains)
    var read = members
    for index in read.indices {
      let member = read[index]
      switch member.key {
      case "value" where value["source"] == nil, "chars", "cnt:chars":
        let hadBody = hasBody
        read[index].value = text(member.value)
        if hasBody, !hadBody { purpose = Self.motivation(value["purpose"]) }
      case "items", "members":
        guard isSet else { continue }
        read[index].value = mapped(member.value) { $0.read(body: $1, depth: depth + 1) }
      case "source":
        if case .object = member.value { read[index].value = self.read(body: member.value, depth: depth + 1) }
      default: continue
      }
    }
    bodyIRI = bodyIRI ?? W3CTerms.iri(value) ?? W3CTerms.iri(value["source"])
    return .object(read)
  }

  /// Takes the first text that there is: a string, one of a list, or one of a map by language.
  private mutating func text(_ value: JSONValue) -> JSONValue {
    guard !hasBody else { return value }
    switch value {
    case .string(let text):
      guard text.isProse else { return value }
      body = text
      hasBody = true
      return Hole.value("body")
    case .array: return mapped(value) { $0.text($1) }
    case .object(let members):
      if Hole.name(value) == "body" {
        hasBody = true
        return value
      }
      var read = members
      let isLiteral = value["@value"] != nil
      for index in read.indices where isLiteral ? read[index].key == "@value" : !read[index].key.hasPrefix("@") {
        read[index].value = text(read[index].value)
      }
      return .object(read)
    default: return value
    }
  }

  /// The tag that a body is: a text whose purpose is tagging.
  static func tag(_ body: JSONValue) -> String? {
    let isTag =
      body["purpose"]?.asList.contains { $0.string.map(W3CTerms.localName) == Motivation.tagging.rawValue } ?? false
    guard isTag || W3CTerms.isA(body, "Tag"), let text = body["value"]?.string, text.isLabel else { return nil }
    return text
  }

  // MARK: - Targets

  private mutating func read(target value: JSONValue, depth: Int) -> JSONValue {
    if let iri = value.string {
      targetIRI = iri
      return value
    }
    guard case .object(let members) = value, depth < Self.depthLimit else { return value }
    targetsAnnotation = W3CTerms.isA(value, "Annotation") || W3CTerms.isA(value["source"] ?? .null, "Annotation")
    targetIRI = W3CTerms.iri(value["source"]) ?? W3CTerms.iri(value)
    var read = members
    for index in read.indices {
      switch read[index].key {
      case "selector":
        var reader = SelectorReader()
        read[index].value = reader.template(of: read[index].value)
        if reader.hasFound { selector = reader.selector }
      case "items", "members":
        guard targetIRI == nil, case .array(var items) = read[index].value, let first = items.first else { continue }
        items[0] = self.read(target: first, depth: depth + 1)
        read[index].value = .array(items)
      default: continue
      }
    }
    return .object(read)
  }

  // MARK: - What it comes to

  /// The motivation: the stated one where the vocabulary has it, else what the bodies tell.
  var motivation: Motivation {
    if let stated = stated ?? purpose { return stated }
    if hasBody { return .commenting }
    if !tags.isEmpty { return .tagging }
    return bodyIRI == nil ? .highlighting : .linking
  }

  /// What a record says whose annotation has no text: a body must say something.
  ///
  /// It is not put out again: see ``ForeignTemplate``.
  func standIns(_ selector: Selector?) -> [String] {
    [bodyIRI, selector?.exact, motivation.rawValue].compactMap { $0 }.filter(\.isProse)
  }
}

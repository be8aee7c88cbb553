/// Names of the Web Annotation Vocabulary and of our own namespace.
enum W3CTerms {
  /// The context of the Recommendation (Web Annotation Data Model, section 3.1).
  static let contextIRI = "http://www.w3.org/ns/anno.jsonld"
  /// Our namespace; Schema/context.jsonld describes its terms.
  static let namespace = "urn:variorum:ns#"
  /// What a claim or evidence stands on that names no source: an annotation must have a target (section 3.1).
  static let noSource = namespace + "no-source"

  /// The second context of a document: that of Schema/context.jsonld, so that nothing has to be fetched.
  ///
  /// It also defines `assessing`, which stands in the Vocabulary and is missing in the context of the Recommendation.
  static let context = JSONValue.object([
    .init("variorum", .string(namespace)),
    .init("assessing", .string("http://www.w3.org/ns/oa#assessing")),
    .init("variorum:target", .object([.init("@id", .string(namespace + "target")), .init("@type", .string("@id"))])),
    .init(
      "variorum:authors",
      .object([.init("@id", .string(namespace + "authors")), .init("@container", .string("@list"))])
    ),
  ])

  /// A term of ours, as a key.
  static func own(_ name: String) -> String { "variorum:" + name }

  /// The name of a term of ours; nil of another key.
  static func ownName(_ key: String) -> String? {
    key.hasPrefix("variorum:") ? String(key.dropFirst("variorum:".count)) : nil
  }

  /// The classes of sets of resources (section 3.2.7, and the earlier drafts that others still write).
  static let sets: Set<String> = ["Choice", "Composite", "List", "Independents"]

  /// The local name of a class or motivation that may be written with its namespace.
  static func localName(_ text: String) -> String {
    for start in ["http://www.w3.org/ns/oa#", "oa:", "http://www.w3.org/ns/activitystreams#", "as:"]
    where text.hasPrefix(start) {
      return String(text.dropFirst(start.count))
    }
    return text
  }

  /// Whether a value is of a class, by its `type` or `@type`, one or several.
  static func isA(_ value: JSONValue, _ name: String) -> Bool { types(value).contains(name) }

  /// The local names of the classes of a value.
  static func types(_ value: JSONValue) -> [String] {
    (value["type"] ?? value["@type"])?.asList.compactMap { $0.string.map(localName) } ?? []
  }

  /// The IRI of a resource: a string, or the `id` of an object.
  static func iri(_ value: JSONValue?) -> String? {
    value?.string ?? value?["id"]?.string ?? value?["@id"]?.string
  }
}

extension JSONValue.Member {
  init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}

extension [JSONValue.Member] {
  /// Adds a member, where there is a value.
  mutating func add(_ key: String, _ value: JSONValue?) {
    if let value { append(JSONValue.Member(key, value)) }
  }

  /// Adds a text, where there is one.
  mutating func add(_ key: String, text: String?) { add(key, text.map { .string($0) }) }

  /// Takes the value of a member out.
  mutating func take(_ key: String) -> JSONValue? {
    guard let index = firstIndex(where: { $0.key == key }) else { return nil }
    return remove(at: index).value
  }
}

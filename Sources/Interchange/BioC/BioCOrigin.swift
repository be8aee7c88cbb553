import AnnotationStore

/// What a source and an annotation keep of the BioC that they came from, in the member `bioc` of their field `origin`;
/// Schema/records.md, "Origin".
enum BioCOrigin {
  /// The most bytes of a document's passages that a source keeps.
  static let sizeLimit = 256 << 10

  /// What an annotation keeps.
  struct Mention {
    var id = ""
    var infons: [JSONValue.Member] = []
    var path = BioCPath()
    /// Its number in the document, from 0.
    var order = 0
    /// The text, where it is another one than the selector's.
    var text: String?
    /// The locations, where they are not the selector's one, in scalars over the document.
    var locations: [BioCLocation]?
  }

  // MARK: - Writing

  /// A document without its annotations; nil where it is too large to keep.
  static func text(of document: BioCDocument) -> String? {
    let text = "{\"bioc\":\(BioCJSONText.document(document))}"
    return text.utf8.count <= sizeLimit ? text : nil
  }

  /// A mention.
  static func text(of mention: Mention) -> String {
    var members: [JSONValue.Member] = []
    func add(_ key: String, _ value: JSONValue) { members.append(.init(key: key, value: value)) }
    if !mention.id.isEmpty { add("id", .string(mention.id)) }
    add("infons", .object(mention.infons))
    add("in", .array([mention.path.passage, mention.path.sentence].compactMap { $0 }.map { .number(String($0)) }))
    add("order", .number(String(mention.order)))
    if let text = mention.text { add("text", .string(text)) }
    if let locations = mention.locations {
      add("locations", .array(locations.map { .array([.number(String($0.offset)), .number(String($0.length))]) }))
    }
    return BioCJSONText.value(.object([.init(key: "bioc", value: .object(members))]))
  }

  // MARK: - Reading

  private static func member(_ origin: String?) -> JSONValue? {
    guard let origin, let file = try? TextFile(Array(origin.utf8), format: .biocJSON) else { return nil }
    var found: JSONValue?
    var reader = JSONReader(file, valueLimit: BioCJSONParser.valueLimit)
    do throws(InterchangeError) {
      try reader.readValues { (value, _) throws(InterchangeError) in found = value["bioc"] }
    } catch { return nil }
    return found
  }

  /// The document that a source came from; nil where it came from none, or the field holds something else.
  static func document(_ origin: String?) -> BioCDocument? {
    guard let value = member(origin), value["passages"] != nil else { return nil }
    return try? BioCJSONValues(place: Place(line: 1)).document(value)
  }

  /// The mention that an annotation came from.
  static func mention(_ origin: String?) -> Mention? {
    guard let value = member(origin), case .object(let infons)? = value["infons"] else { return nil }
    var mention = Mention(id: value["id"]?.text ?? "", infons: infons)
    let path = (value["in"]?.elements ?? []).compactMap { $0.text.flatMap { Int($0) } }
    mention.path = BioCPath(passage: path.first, sentence: path.dropFirst().first)
    mention.order = value["order"]?.text.flatMap { Int($0) } ?? 0
    if case .string(let text)? = value["text"] { mention.text = text }
    mention.locations = value["locations"]?.elements?.compactMap { pair in
      let numbers = (pair.elements ?? []).compactMap { $0.text.flatMap { Int($0) } }
      return numbers.count == 2 ? BioCLocation(offset: numbers[0], length: numbers[1]) : nil
    }
    return mention
  }
}

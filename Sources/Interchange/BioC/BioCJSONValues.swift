/// Makes a document of the JSON that describes it.
struct BioCJSONValues {
  /// Where it stands; objects in it have no place of their own.
  let place: Place

  /// The document.
  func document(_ value: JSONValue) throws(InterchangeError) -> BioCDocument {
    var document = BioCDocument(place: place, id: value["id"]?.text ?? "", infons: try infons(value))
    for passage in try list(value, "passages", of: "document \(document.id)") {
      document.passages.append(try segment(passage, "passage", isSentence: false))
    }
    document.annotations = try annotations(value)
    document.relations = try relations(value)
    return document
  }

  private func error(_ reason: String) -> InterchangeError {
    .syntax(format: .biocJSON, place: place, reason: reason)
  }

  private func list(_ value: JSONValue, _ key: String, of owner: String) throws(InterchangeError) -> [JSONValue] {
    switch value[key] {
    case nil, .null?: return []
    case .array(let elements)?: return elements
    default: throw error("\(key) of \(owner.prefix(60)) should be a list")
    }
  }

  private func infons(_ value: JSONValue) throws(InterchangeError) -> [JSONValue.Member] {
    switch value["infons"] {
    case nil, .null?: return []
    case .object(let members)?: return members
    default: throw error("infons should be an object")
    }
  }

  private func integer(_ value: JSONValue, _ key: String, of owner: String) throws(InterchangeError) -> Int {
    guard let text = value[key]?.text, let number = Int(text), (0...Int(Int32.max)).contains(number) else {
      throw error("\(key) of \(owner.prefix(60)) should be a whole number from 0 to 2^31")
    }
    return number
  }

  private func string(_ value: JSONValue?) -> String? { if case .string(let text)? = value { text } else { nil } }

  private func segment(_ value: JSONValue, _ what: String, isSentence: Bool) throws(InterchangeError) -> BioCSegment {
    var segment = BioCSegment(offset: try integer(value, "offset", of: "a \(what)"), infons: try infons(value))
    segment.text = string(value["text"])
    if !isSentence {
      for sentence in try list(value, "sentences", of: "a passage") {
        segment.sentences.append(try self.segment(sentence, "sentence", isSentence: true))
      }
    }
    segment.annotations = try annotations(value)
    segment.relations = try relations(value)
    return segment
  }

  private func annotations(_ value: JSONValue) throws(InterchangeError) -> [BioCAnnotation] {
    var found: [BioCAnnotation] = []
    for item in try list(value, "annotations", of: "a passage") {
      var annotation = BioCAnnotation(place: place, id: item["id"]?.text ?? "", infons: try infons(item))
      annotation.text = string(item["text"])
      for location in try list(item, "locations", of: "annotation \(annotation.id)") {
        annotation.locations.append(
          BioCLocation(
            offset: try integer(location, "offset", of: "annotation \(annotation.id)"),
            length: try integer(location, "length", of: "annotation \(annotation.id)")))
      }
      found.append(annotation)
    }
    return found
  }

  private func relations(_ value: JSONValue) throws(InterchangeError) -> [BioCRelation] {
    var found: [BioCRelation] = []
    for item in try list(value, "relations", of: "a passage") {
      var relation = BioCRelation(id: item["id"]?.text ?? "", infons: try infons(item))
      for node in try list(item, "nodes", of: "relation \(relation.id)") {
        relation.nodes.append(.init(refid: node["refid"]?.text ?? "", role: string(node["role"]) ?? ""))
      }
      found.append(relation)
    }
    return found
  }
}

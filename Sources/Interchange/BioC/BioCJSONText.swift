import AnnotationStore

/// Writes BioC as JSON: all members of each object, always in one order.
enum BioCJSONText {
  /// A document, with its annotations.
  static func document(_ document: BioCDocument) -> String {
    object([
      ("bioctype", quoted("BioCDocument")), ("id", quoted(document.id)), ("infons", infons(document.infons)),
      ("passages", array(document.passages.map(passage))), ("annotations", array(document.annotations.map(annotation))),
      ("relations", array(document.relations.map(relation))),
    ])
  }

  private static func passage(_ segment: BioCSegment) -> String {
    object(
      [("bioctype", quoted("BioCPassage")), ("offset", String(segment.offset)), ("infons", infons(segment.infons))]
        + (segment.text.map { [("text", quoted($0))] } ?? [])
        + [("sentences", array(segment.sentences.map(sentence)))] + hanging(on: segment))
  }

  private static func sentence(_ segment: BioCSegment) -> String {
    object(
      [
        ("bioctype", quoted("BioCSentence")), ("offset", String(segment.offset)), ("infons", infons(segment.infons)),
        ("text", quoted(segment.text ?? "")),
      ] + hanging(on: segment))
  }

  private static func hanging(on segment: BioCSegment) -> [(String, String)] {
    [
      ("annotations", array(segment.annotations.map(annotation))),
      ("relations", array(segment.relations.map(relation))),
    ]
  }

  private static func annotation(_ annotation: BioCAnnotation) -> String {
    object([
      ("id", quoted(annotation.id)), ("infons", infons(annotation.infons)), ("text", quoted(annotation.text ?? "")),
      ("locations", array(annotation.locations.map(location))),
    ])
  }

  private static func location(_ location: BioCLocation) -> String {
    object([("offset", String(location.offset)), ("length", String(location.length))])
  }

  private static func relation(_ relation: BioCRelation) -> String {
    let nodes = relation.nodes.map { object([("refid", quoted($0.refid)), ("role", quoted($0.role))]) }
    return object([("id", quoted(relation.id)), ("infons", infons(relation.infons)), ("nodes", array(nodes))])
  }

  private static func infons(_ infons: [JSONValue.Member]) -> String {
    object(infons.map { ($0.key, value($0.value)) })
  }

  /// A value as it was read; numbers stand as they stood.
  static func value(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let digits): digits
    case .string(let text): quoted(text)
    case .array(let elements): array(elements.map(Self.value))
    case .object(let members): infons(members)
    }
  }

  private static func quoted(_ text: String) -> String { JSONText.write(.text(text)) }
  private static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }
  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
  }
}

import AnnotationStore

/// Writes BioC as XML, by the order of elements in BioC's DTD.
enum BioCXMLText {
  /// A document, with its annotations.
  static func document(_ document: BioCDocument) -> String {
    "<document>\(element("id", document.id))\(infons(document.infons))\n"
      + document.passages.map { passage($0) }.joined()
      + document.annotations.map(annotation).joined() + document.relations.map(relation).joined() + "</document>\n"
  }

  private static func passage(_ segment: BioCSegment) -> String {
    "<passage>\(head(segment))\n" + segment.sentences.map { "<sentence>\(head($0))\n\(tail($0))</sentence>\n" }.joined()
      + tail(segment) + "</passage>\n"
  }

  private static func head(_ segment: BioCSegment) -> String {
    infons(segment.infons) + element("offset", String(segment.offset))
      + (segment.text.map { element("text", $0) } ?? "")
  }

  private static func tail(_ segment: BioCSegment) -> String {
    segment.annotations.map(annotation).joined() + segment.relations.map(relation).joined()
  }

  private static func annotation(_ annotation: BioCAnnotation) -> String {
    let locations = annotation.locations.map { "<location offset=\"\($0.offset)\" length=\"\($0.length)\"/>" }
    return "<annotation id=\"\(escaped(annotation.id))\">\(infons(annotation.infons))\(locations.joined())"
      + element("text", annotation.text ?? "") + "</annotation>\n"
  }

  private static func relation(_ relation: BioCRelation) -> String {
    let nodes = relation.nodes.map { "<node refid=\"\(escaped($0.refid))\" role=\"\(escaped($0.role))\"/>" }
    return "<relation id=\"\(escaped(relation.id))\">\(infons(relation.infons))\(nodes.joined())</relation>\n"
  }

  private static func infons(_ infons: [JSONValue.Member]) -> String {
    infons.map { member in
      let text = if case .string(let text) = member.value { text } else { BioCJSONText.value(member.value) }
      return "<infon key=\"\(escaped(member.key))\">\(escaped(text))</infon>"
    }.joined()
  }

  private static func element(_ name: String, _ text: String) -> String { "<\(name)>\(escaped(text))</\(name)>" }

  /// Text for an element or an attribute. What XML cannot hold becomes a space, which keeps every offset.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\t", "\n", "\r": out += "&#\(scalar.value);"
      default: out.unicodeScalars.append(XMLText.isAllowed(scalar) ? scalar : " ")
      }
    }
    return out
  }
}

import AnnotationStore
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads BioC from XML. No external entity is loaded, and a file that declares entities of its own is refused.
final class BioCXMLParser: NSObject, XMLParserDelegate {
  private static let depthLimit = 12

  private var builder = BioCDraft(.biocXML)
  private var elements: [String] = []
  private var hasRoot = false
  private var text = ""
  private var infonKey: String?
  private var document: BioCDocument?
  private var passage: BioCSegment?
  private var sentence: BioCSegment?
  private var annotation: BioCAnnotation?
  private var relation: BioCRelation?
  private var collection: [String?] = []
  private var fault: (reason: String, place: Place)?

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    if let index = XMLBytes.firstIndex(of: "<!ENTITY", in: file.bytes) {
      throw file.error(at: index, "it declares entities of its own; BioC needs none")
    }
    if let encoding = XMLBytes.strangeEncoding(of: file.bytes) {
      throw file.error(at: 0, "it says that it is in \(encoding), and UTF-8 is read")
    }
    let delegate = BioCXMLParser()
    // From a stream, because libxml2 refuses more than 10 MB of a document that is given at once.
    let parser = XMLParser(stream: InputStream(data: Data(file.bytes)))
    parser.shouldResolveExternalEntities = false
    parser.shouldProcessNamespaces = false
    parser.delegate = delegate
    let succeeded = parser.parse()
    if let fault = delegate.fault {
      throw .syntax(format: .biocXML, place: fault.place, reason: fault.reason)
    }
    guard succeeded, delegate.hasRoot, delegate.elements.isEmpty else {
      let reason = parser.parserError.map(Self.words) ?? "not well-formed XML: an element has no end"
      throw .syntax(format: .biocXML, place: place(parser), reason: reason)
    }
    return delegate.builder.finish()
  }

  private static func words(_ error: any Error) -> String {
    let words = (error as NSError).localizedDescription.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return words.isEmpty ? "not well-formed XML" : "not well-formed XML (\(words.prefix(120)))"
  }

  private static func place(_ parser: XMLParser) -> Place {
    Place(line: max(1, parser.lineNumber), column: String(max(1, parser.columnNumber)))
  }

  private func refuse(_ parser: XMLParser, _ reason: String) {
    guard fault == nil else { return }
    fault = (reason, Self.place(parser))
    parser.abortParsing()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    guard fault == nil else { return }
    guard elements.count < Self.depthLimit else {
      return refuse(parser, "nested deeper than \(Self.depthLimit) levels")
    }
    if elements.isEmpty, name != "collection" {
      return refuse(parser, "BioC begins with <collection>, and here is <\(name.prefix(40))>")
    }
    elements.append(name)
    hasRoot = true
    text = ""
    let place = Place(line: max(1, parser.lineNumber))
    switch name {
    case "document": document = BioCDocument(place: place)
    case "passage": passage = BioCSegment()
    case "sentence": sentence = BioCSegment()
    case "annotation": annotation = BioCAnnotation(place: place, id: attributes["id"] ?? "")
    case "relation": relation = BioCRelation(id: attributes["id"] ?? "")
    case "infon": infonKey = attributes["key"] ?? ""
    case "node":
      relation?.nodes.append(.init(refid: attributes["refid"] ?? "", role: attributes["role"] ?? ""))
    case "location":
      guard let offset = attributes["offset"].flatMap({ Int($0) }), (0...Int(Int32.max)).contains(offset),
        let length = attributes["length"].flatMap({ Int($0) }), length >= 0
      else { return refuse(parser, "a location needs offset and length, whole numbers from 0") }
      annotation?.locations.append(BioCLocation(offset: offset, length: length))
    case "collection", "source", "date", "key", "id", "offset", "text", "version": break
    default:
      builder.ignore(name)
      // libxml2 keeps every name, and its table of them takes the longer the more there are.
      if builder.ignoresTooMuch { refuse(parser, "so many names of elements that BioC does not have") }
    }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    if fault == nil { fault = (Self.words(error), Self.place(parser)) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, foundCDATA block: Data) { text += String(decoding: block, as: UTF8.self) }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard fault == nil else { return }
    // Not every version of the parser that is under Foundation's minds.
    guard elements.popLast() == name else {
      return refuse(parser, "not well-formed XML: </\(name.prefix(40))> ends what did not begin")
    }
    defer { text = "" }
    switch name {
    case "id" where elements.last == "document": document?.id = text.trimmed()
    case "offset":
      guard let offset = Int(text.trimmed()), (0...Int(Int32.max)).contains(offset) else {
        return refuse(parser, "an offset should be a whole number from 0, and is \"\(text.trimmed().prefix(40))\"")
      }
      if sentence != nil { sentence?.offset = offset } else { passage?.offset = offset }
    case "text": endText()
    case "infon": endInfon()
    case "source", "date", "key": if elements.last == "collection" { collection.append(text.trimmedOrNil()) }
    default: endContainer(name)
    }
  }

  private func endText() {
    if annotation != nil {
      annotation?.text = text
    } else if sentence != nil {
      sentence?.text = text
    } else {
      passage?.text = text
    }
  }

  private func endInfon() {
    let infon = JSONValue.Member(key: infonKey ?? "", value: .string(text))
    infonKey = nil
    switch elements.last {
    case "annotation": annotation?.infons.append(infon)
    case "relation": relation?.infons.append(infon)
    case "sentence": sentence?.infons.append(infon)
    case "passage": passage?.infons.append(infon)
    case "document": document?.infons.append(infon)
    default: collection.append("infons")
    }
  }

  private func endContainer(_ name: String) {
    switch name {
    case "annotation":
      guard let ended = annotation else { return }
      annotation = nil
      if sentence != nil {
        sentence?.annotations.append(ended)
      } else if passage != nil {
        passage?.annotations.append(ended)
      } else {
        document?.annotations.append(ended)
      }
    case "relation":
      guard let ended = relation else { return }
      relation = nil
      if sentence != nil {
        sentence?.relations.append(ended)
      } else if passage != nil {
        passage?.relations.append(ended)
      } else {
        document?.relations.append(ended)
      }
    case "sentence":
      if let ended = sentence { passage?.sentences.append(ended) }
      sentence = nil
    case "passage":
      if let ended = passage { document?.passages.append(ended) }
      passage = nil
    case "document":
      if let ended = document { builder.take(ended, about: BioCAbout()) }
      document = nil
    case "collection": builder.leaveOut(collection: collection)
    default: break
    }
  }
}

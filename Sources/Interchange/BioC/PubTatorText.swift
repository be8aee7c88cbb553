import AnnotationStore

/// Writes a document as PubTator: title and abstract, each mention in them, and the relations that it can say.
enum PubTatorText {
  /// The block of a document, without the empty line after it.
  static func document(_ document: BioCDocument, pmid: String, _ context: ExportContext) -> String? {
    let parts = parts(of: document, context)
    var lines = ["\(pmid)|t|\(parts.title.text)", "\(pmid)|a|\(parts.abstract.text)"]
    let mentions = document.allAnnotations.map(\.annotation)
    var rows: [(start: Int, end: Int, cells: [String])] = []
    for annotation in mentions {
      guard let text = annotation.text, annotation.locations.count == 1, let location = annotation.locations.first,
        let start = [parts.title, parts.abstract].lazy.compactMap({ $0.position(of: location) }).first
      else {
        context.leaveOut("mentions outside title and abstract, or in several pieces")
        continue
      }
      let infons = annotation.infons
      for key in ["note", "motivation", "tags"] where infons.value(key) != nil {
        context.leaveOut("\(key) of a mention, for which PubTator has no column")
      }
      var cells = [pmid, String(start), String(start + location.length), text, infons.text("type") ?? "Entity"]
      cells.append(column(infons))
      if let last = infons.text("column7") { cells.append(last) }
      rows.append((start, start + location.length, cells))
    }
    // By place, and of one place as they came.
    let ordered = rows.enumerated().sorted {
      ($0.element.start, $0.element.end, $0.offset) < ($1.element.start, $1.element.end, $1.offset)
    }
    lines += ordered.map { $0.element.cells.map(cell).joined(separator: "\t") }
    for relation in document.relations {
      guard let first = relation.infons.text("entity1"), let second = relation.infons.text("entity2"),
        relation.nodes.isEmpty
      else {
        context.leaveOut("relations other than of two identifiers")
        continue
      }
      let cells =
        [pmid, relation.infons.text("type") ?? "", first, second] + [relation.infons.text("novelty")].compactMap { $0 }
      lines.append(cells.map(cell).joined(separator: "\t"))
    }
    for _ in document.passages.flatMap(\.relations) { context.leaveOut("relations other than of two identifiers") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One of the two texts, with the stretches of the document that it is made of.
  private struct Part {
    var text = ""
    var length = 0
    var spans: [(offset: Int, length: Int, at: Int)] = []
    /// Where it begins among both.
    var start = 0

    mutating func append(_ segment: BioCSegment) {
      let words = String(
        String.UnicodeScalarView(
          (segment.text ?? "").unicodeScalars.map { "\n\r\t".unicodeScalars.contains($0) ? " " : $0 }))
      if !spans.isEmpty {
        text += " "
        length += 1
      }
      spans.append((segment.offset, words.unicodeScalars.count, length))
      text += words
      length += words.unicodeScalars.count
    }

    func position(of location: BioCLocation) -> Int? {
      for span in spans where location.offset >= span.offset {
        guard let end = location.end, end <= span.offset + span.length else { continue }
        return start + span.at + location.offset - span.offset
      }
      return nil
    }
  }

  private static func parts(of document: BioCDocument, _ context: ExportContext) -> (title: Part, abstract: Part) {
    var (title, abstract) = (Part(), Part())
    for passage in document.passages {
      let segments = passage.text == nil ? passage.sentences : [passage]
      let type = passage.infons.text("type")?.lowercased()
      let isTitle = (type == "title" || type == "front") && title.spans.isEmpty
      guard isTitle || ["title", "front", "abstract"].contains(type) else {
        context.leaveOut("passages other than title and abstract")
        continue
      }
      for segment in segments { if isTitle { title.append(segment) } else { abstract.append(segment) } }
    }
    abstract.start = title.length + 1
    return (title, abstract)
  }

  /// The identifiers as they came, or as CURIEs.
  private static func column(_ infons: [JSONValue.Member]) -> String {
    guard let (key, text, _) = BioCIdentifiers.raw(infons) else { return infons.value("identifier") == nil ? "-" : "" }
    if key == "identifier", infons.text("motivation") == nil { return text }
    let curies = BioCIdentifiers.curies(infons)
    return curies.isEmpty ? text : curies.joined(separator: ";")
  }

  private static func cell(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { "\n\r\t".unicodeScalars.contains($0) ? " " : $0 }))
  }
}

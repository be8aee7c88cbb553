import AnnotationStore

/// Reads BioC from JSON: collections, documents, lists and lines of either, and what PubTator's service answers.
struct BioCJSONParser {
  /// The most values in one collection.
  static let valueLimit = 8_000_000

  private var builder: BioCDraft
  private var place = Place(line: 1)

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    var parser = BioCJSONParser(builder: BioCDraft(.biocJSON))
    var reader = JSONReader(file, valueLimit: valueLimit)
    try reader.readValues { (value, offset) throws(InterchangeError) in
      parser.place = Place(line: file.line(at: offset))
      try parser.takeItem(value, depth: 0)
    }
    return parser.builder.finish()
  }

  private init(builder: BioCDraft) { self.builder = builder }

  private func error(_ reason: String) -> InterchangeError {
    .syntax(format: .biocJSON, place: place, reason: reason)
  }

  private mutating func takeItem(_ value: JSONValue, depth: Int) throws(InterchangeError) {
    if let elements = value.elements, depth < 2 {
      for element in elements { try takeItem(element, depth: depth + 1) }
    } else if let documents = value["documents"]?.elements {
      builder.leaveOut(collection: [value["source"]?.text, value["date"]?.text, value["key"]?.text])
      if case .object(let members)? = value["infons"], !members.isEmpty { builder.leaveOut(collection: ["infons"]) }
      for document in documents { try takeDocument(document) }
    } else if let documents = value["PubTator3"]?.elements {
      for document in documents { try takeDocument(document) }
    } else if value["passages"] != nil {
      try takeDocument(value)
    } else {
      throw error("a BioC collection has \"documents\", a document \"passages\"; here is neither")
    }
  }

  private mutating func takeDocument(_ value: JSONValue) throws(InterchangeError) {
    guard case .object(let members) = value else { throw error("a document that is not an object") }
    let document = try BioCJSONValues(place: place).document(value)
    var about = BioCAbout()
    about.pmid = value["pmid"]?.text
    about.pmcid = value["pmcid"]?.text
    about.journal = value["journal"]?.text
    about.date = value["date"]?.text
    about.authors = value["authors"]?.elements?.compactMap(\.text) ?? []
    let known = [
      "id", "infons", "passages", "annotations", "relations", "bioctype", "pmid", "pmcid", "journal", "date", "authors",
      "_id",
    ]
    for member in members where !known.contains(member.key) { builder.ignore(member.key) }
    builder.take(document, about: about)
  }
}

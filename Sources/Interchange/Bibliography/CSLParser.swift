import AnnotationStore

/// Reads sources from CSL-JSON: an array of items, or one item.
enum CSLParser {
  /// What of an item is read, or says nothing that a source would have.
  private static let knownProperties: Set<String> = [
    "DOI", "PMID", "PMCID", "URL", "title", "author", "container-title", "issued", "id", "type", "status",
    "keyword",
  ]

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    var collector = SourceCollector()
    var reader = JSONReader(file)
    var index = 0
    try reader.readItems { (item, offset) throws(InterchangeError) in
      index += 1
      guard index <= SourceCollector.entryLimit else {
        throw file.error(at: offset, "more than \(SourceCollector.entryLimit) items (split the file)")
      }
      let place = Place(line: file.line(at: offset))
      guard case .object(let members) = item else {
        collector.report(place, "item \(index) is not an object; CSL-JSON is a list of objects")
        return
      }
      add(item, members: members, place: place, index: index, to: &collector)
    }
    return collector.finish(calling: "properties")
  }

  private static func add(
    _ item: JSONValue, members: [JSONValue.Member], place: Place, index: Int, to collector: inout SourceCollector
  ) {
    var source = SourceDraft(place: place)
    for member in members where !knownProperties.contains(member.key) && member.key != "note" {
      collector.ignore(member.key)
    }
    for property in ["DOI", "PMID", "PMCID", "URL", "title", "container-title"] {
      guard let value = item[property] else { continue }
      guard let text = text(of: value) else {
        if !isEmpty(value) {
          collector.report(place.at(column: property), "item \(index): \(property) should be a string")
          return
        }
        continue
      }
      set(property, of: &source, to: text)
    }
    if let authors = item["author"] {
      guard let names = names(authors) else {
        collector.report(
          place.at(column: "author"),
          "item \(index): author should be a list of names, each with family and given, or literal")
        return
      }
      source.authors = names
    }
    if let issued = item["issued"] {
      let read = date(issued)
      source.issued = read?.date.text
      let leftOut = read == nil ? "a date of issue that cannot be read" : read?.leftOut
      if let leftOut { collector.leaveOut("item \(index) (\(place)): \(leftOut)") }
    }
    if let status = item["status"] {
      if status.text?.lowercased() == "retracted" { source.isRetracted = true } else { collector.ignore("status") }
    }
    if let keywords = item["keyword"] {
      collector.takeEntities(fromList: keywords.text ?? "", called: "keyword", into: &source)
    }
    if let note = item["note"] {
      if !takeIdentifiers(fromNote: note.text ?? "", into: &source) { collector.ignore("note") }
    }
    collector.add(source, label: "item \(index)" + (item["id"]?.text.map { " (\($0.prefix(40)))" } ?? ""))
  }

  /// A string, a number, or (as Crossref writes titles) a list that starts with a string.
  private static func text(of value: JSONValue) -> String? { value.text ?? value.elements?.first?.text }

  private static func isEmpty(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .string(let text): text.trimmed().isEmpty
    case .array(let elements): elements.isEmpty
    default: false
    }
  }

  private static func set(_ property: String, of source: inout SourceDraft, to text: String) {
    switch property {
    case "DOI": source.doi = text
    case "PMID": source.pmid = text
    case "PMCID": source.pmcid = text
    case "URL": source.url = text
    case "title": source.title = text.collapsed()
    default: source.container = text.collapsed()
    }
  }

  private static func names(_ value: JSONValue) -> [String]? {
    guard case .array(let elements) = value else { return isEmpty(value) ? [] : nil }
    var names: [String] = []
    for element in elements {
      guard case .object = element else { return nil }
      if let literal = element["literal"]?.text {
        names.append(literal.collapsed())
        continue
      }
      let particles = [element["dropping-particle"]?.text, element["non-dropping-particle"]?.text]
      let family = (particles + [element["family"]?.text]).compactMap { $0 }.joined(separator: " ").collapsed()
      let parts = [family, element["given"]?.text?.collapsed() ?? "", element["suffix"]?.text?.collapsed() ?? ""]
      let name = parts.filter { !$0.isEmpty }.joined(separator: ", ")
      guard !name.isEmpty else { return nil }
      names.append(name)
    }
    return names
  }

  private static func date(_ value: JSONValue) -> StatedDate? {
    if let text = value.text { return StatedDate(text) }
    if let parts = value["date-parts"]?.elements?.first?.elements {
      // As some write it, a part that is not known is empty.
      let stated = parts.prefix(3).map { $0.text ?? "" }
      let numbers = stated.map { $0.isDigits ? Int($0) : nil }
      if let first = numbers.first, let year = first,
        let date = StatedDate(
          year: year, month: numbers.count > 1 ? numbers[1] : nil, day: numbers.count > 2 ? numbers[2] : nil,
          text: stated.joined(separator: "-"),
          hasMore: zip(stated, numbers).contains { !$0.isEmpty && $1 == nil })
      {
        return date
      }
    }
    return (value["raw"]?.text ?? value["literal"]?.text ?? value["string"]?.text).flatMap { StatedDate($0) }
  }

  /// Zotero has no property for PubMed ids and puts them on lines of the note; true where the note held nothing else.
  private static func takeIdentifiers(fromNote note: String, into source: inout SourceDraft) -> Bool {
    var heldMore = false
    for line in note.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmed() }
      switch (parts.first ?? "", parts.count > 1 ? parts[1] : "") {
      case ("PMID", let id) where id.isDigits: source.pmid = source.pmid ?? id
      case ("PMCID", let id) where id.hasPrefix("PMC") && id.dropFirst(3).isDigits: source.pmcid = source.pmcid ?? id
      default: heldMore = true
      }
    }
    return !heldMore
  }
}

import AnnotationStore

/// Reads PubTator: blocks of `PMID|t|title`, `PMID|a|abstract`, a line of six columns a mention and one of four or
/// five a relation, split by empty lines.
struct PubTatorParser {
  private var builder = BioCDraft(.pubtator)
  private var document: BioCDocument?
  /// So many relations are more than is kept of a document in any case, which is told; the rest only takes memory.
  private static let relationLimit = BioCOrigin.sizeLimit / 16

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    var parser = PubTatorParser()
    try file.forEachLine { (line, number) throws(InterchangeError) in try parser.take(line, number: number) }
    parser.finishDocument()
    return parser.builder.finish()
  }

  /// Whether a line begins a document.
  static func isTitle(_ line: String) -> Bool { text(of: line, "t") != nil }

  private static func text(of line: String, _ part: String) -> (id: String, text: String)? {
    let bytes = Array(line.utf8)
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    let mark = Array("|\(part)|".utf8)
    guard !digits.isEmpty, bytes.dropFirst(digits.count).starts(with: mark) else { return nil }
    return (
      String(decoding: digits, as: UTF8.self),
      String(decoding: bytes.dropFirst(digits.count + mark.count), as: UTF8.self)
    )
  }

  private func error(_ number: Int, _ column: String?, _ reason: String) -> InterchangeError {
    .syntax(format: .pubtator, place: Place(line: number, column: column), reason: reason)
  }

  private mutating func finishDocument() {
    if let document { builder.take(document, about: BioCAbout(pmid: document.id), isJoined: true) }
    document = nil
  }

  private mutating func take(_ line: String, number: Int) throws(InterchangeError) {
    if line.trimmed().isEmpty { return finishDocument() }
    if let (id, text) = Self.text(of: line, "t") {
      finishDocument()
      document = BioCDocument(place: Place(line: number), id: id)
      document?.passages = [Self.passage("title", text)]
      return
    }
    guard let id = document?.id else {
      throw error(number, "1", "expected a title, such as 41106724|t|Lipocalin-2 in ALS")
    }
    if let (other, text) = Self.text(of: line, "a") {
      guard other == id else { throw error(number, "1", "the abstract of \(other) in the block of \(id)") }
      document?.passages.append(Self.passage("abstract", text))
      return
    }
    let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard cells[0] == id else {
      throw error(number, "1", "expected a line of \(id), and it begins with \"\(cells[0].prefix(40))\"")
    }
    if cells.count >= 5, let start = Int(cells[1]) {
      try takeMention(cells, start: start, number: number)
    } else if cells.count == 4 || cells.count == 5 {
      var relation = BioCRelation(id: "R\((document?.relations.count ?? 0) + 1)")
      for (key, cell) in zip(["type", "entity1", "entity2", "novelty"], cells.dropFirst()) {
        relation.infons.append(.init(key: key, value: .string(cell)))
      }
      if let count = document?.relations.count, count < Self.relationLimit { document?.relations.append(relation) }
    } else {
      throw error(
        number, nil,
        "\(cells.count) columns; a mention has PMID, start, end, text, type and identifier, a relation PMID, type and two "
          + "identifiers, with tabs between")
    }
  }

  private mutating func takeMention(_ cells: [String], start: Int, number: Int) throws(InterchangeError) {
    guard start >= 0, let end = Int(cells[2]), end >= start else {
      throw error(number, "3", "a mention ends where it begins or later, and not at \"\(cells[2].prefix(40))\"")
    }
    var annotation = BioCAnnotation(place: Place(line: number))
    annotation.text = cells[3]
    annotation.locations = [BioCLocation(offset: start, length: end - start)]
    for (key, cell) in zip(["type", "identifier", "column7"], cells.dropFirst(4)) {
      annotation.infons.append(.init(key: key, value: .string(cell)))
    }
    if cells.count > 7 { builder.ignore("columns of a mention from the eighth on") }
    document?.annotations.append(annotation)
  }

  private static func passage(_ type: String, _ text: String) -> BioCSegment {
    BioCSegment(infons: [.init(key: "type", value: .string(type))], text: text)
  }
}

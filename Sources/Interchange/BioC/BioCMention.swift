import AnnotationStore

/// The annotation that a mention becomes.
///
/// It says what a curator would: the mention's words are its body and its quote, what they mean its tags (the CURIEs,
/// and the type), and its motivation is `identifying` where there is a CURIE and `classifying` where there is a type
/// alone. An annotation that Variorum wrote comes back as it was, by infons of its own: `motivation`, `note`, `tags`.
struct BioCMention {
  /// The record.
  private(set) var record: RecordDraft
  /// What it is about.
  let curies: [String]
  /// What is to be told of it.
  private(set) var notice: String?
  /// Why it cannot be taken.
  private(set) var problem: String?
  private let key: [CBORValue]

  init?(
    _ annotation: BioCAnnotation, on path: BioCPath, order: Int, of document: String, source: RecordID,
    placer: BioCPlacer
  ) {
    let name = "annotation \"\(annotation.id.prefix(40))\" of document \"\(document.prefix(40))\""
    let infons = annotation.infons
    curies = BioCIdentifiers.curies(infons)
    key = [
      .text("annotation"), .bytes(source.bytes), .text("bioc"), .text(document), .text(annotation.id),
      .text(BioCJSONText.value(.object(infons))), .text(annotation.text ?? ""),
      .array(annotation.locations.map { .array([.int(Int64($0.offset)), .int(Int64($0.length))]) }),
    ]
    let own = RecordID(uuid: annotation.id).flatMap { $0.description == annotation.id ? $0 : nil }
    record = RecordDraft(place: annotation.place, kind: .annotation, id: own ?? RecordID(derivedFrom: .array(key)))
    var origin = BioCOrigin.Mention(id: own == nil ? annotation.id : "", infons: infons, path: path, order: order)
    var selector: Selector?
    let text = annotation.text ?? ""
    switch placer.place(annotation, on: path) {
    case .here(let leaf, let range, let locations):
      let found = Self.selector(range, in: placer.leaves[leaf].text, at: placer.scalarOffsets[leaf])
      // PubTator's mentions hang on no passage.
      if placer.isJoined { origin.path = placer.leaves[leaf].path }
      if locations.count != 1 { origin.locations = locations }
      if found.exact?.isSameBytes(as: text) != true { origin.text = text }
      selector = found
      if found.exact == nil {
        selector = nil
        origin.locations = locations
        notice = "\(name) (\(annotation.place)): the quote, which would be white space alone"
      }
    case .shifted(let distance):
      selector = Selector(exact: text)
      notice =
        "\(name) (\(annotation.place)): its place, for \"\(text.prefix(40))\" is not there but "
        + "\(abs(distance)) characters \(distance < 0 ? "before" : "after") it; taken as a quote without a place"
    case .missing:
      problem =
        "\(name): \"\(text.prefix(60))\" is not at offset \(annotation.locations.first?.offset ?? 0), whether that "
        + "counts code points, UTF-16 units or UTF-8 bytes, nor elsewhere in its passage. Correct its offset or its text"
    case .unsought:
      problem =
        "\(name): \"\(text.prefix(60))\" is not at offset \(annotation.locations.first?.offset ?? 0), and so many mentions "
        + "of the file are not where they should be that it was not looked for elsewhere. Correct the offsets"
    case .tooMuch:
      problem =
        "\(name) has no text, and what such annotations of the file mark comes to more than 64 MiB. Give it its text"
    case .nowhere: origin.text = text
    }
    let words = infons.text("note") ?? selector?.exact ?? text
    guard let body = [words, text, infons.text("type") ?? "", annotation.id].first(where: { !$0.trimmed().isEmpty })
    else {
      problem = "\(name) has neither text nor type nor id, so it says nothing. Remove it"
      return
    }
    record.fields = [
      "target": .record(source), "motivation": .text(Self.motivation(infons, curies).rawValue), "body": .text(body),
      "origin": .text(BioCOrigin.text(of: origin)),
    ]
    if let selector { record.fields["selector"] = .selector(selector) }
    let tags = Self.tags(infons, curies)
    if !tags.isEmpty { record.fields["tags"] = .elements(tags) }
  }

  /// Tells it from one that is the same in all.
  mutating func number(_ count: Int) {
    record.id = RecordID(derivedFrom: .array(key + [.int(Int64(count))]))
  }

  private static func selector(_ range: Range<Int>, in text: BioCText, at offset: Int) -> Selector {
    func told(_ range: Range<Int>) -> String? {
      let words = text.text(range)
      return words.trimmed().isEmpty ? nil : words
    }
    var selector = Selector(
      exact: told(range), prefix: told(max(0, range.lowerBound - BioCDraft.contextLength)..<range.lowerBound),
      suffix: told(range.upperBound..<min(text.scalars.count, range.upperBound + BioCDraft.contextLength)))
    selector.start = offset + range.lowerBound
    selector.end = offset + range.upperBound
    return selector
  }

  /// What an annotation with these infons is for.
  static func motivation(_ infons: [JSONValue.Member], _ curies: [String]) -> Motivation {
    if let given = infons.text("motivation").flatMap({ try? Motivation(parsing: $0) }) { return given }
    return curies.isEmpty ? .classifying : .identifying
  }

  /// What it is tagged with.
  static func tags(_ infons: [JSONValue.Member], _ curies: [String]) -> [String] {
    let isOurs = infons.text("motivation") != nil
    let words = isOurs ? infons.text("tags").map { $0.split(separator: ";").map(String.init) } ?? [] : type(infons)
    let labels = words.map { $0.trimmed() }.filter { word in
      guard (try? TextRules.checkLabel(word, field: "tags")) != nil else { return false }
      return word.utf8.count <= Limits.elementBytes
    }
    return curies.filter { $0.utf8.count <= Limits.elementBytes } + labels
  }

  /// The type, as a list of it.
  static func type(_ infons: [JSONValue.Member]) -> [String] { infons.text("type").map { [$0] } ?? [] }
}

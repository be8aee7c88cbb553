import AnnotationStore

/// Puts a source and what is bound to its text together as a document.
///
/// The passages are those that the source was imported with (`origin`), else its title. A quote that stands in none of
/// them becomes a passage of its own, with the words before and after it; so what has no full text still has its
/// mentions in context.
struct BioCAssembly {
  /// What was written beside the source.
  private(set) var written: [Kind] = []

  private let source: Record
  private let context: ExportContext
  private var result: BioCDocument
  private var texts: [(path: BioCPath, offset: Int, text: BioCText)]
  private var hung: [(order: Int, path: BioCPath, annotation: BioCAnnotation)] = []
  private var quotes: [String: BioCPath] = [:]
  /// Where the next passage begins.
  private var end = 0

  init(_ source: Record, _ context: ExportContext) {
    self.source = source
    self.context = context
    result = BioCOrigin.document(source.text("origin")) ?? Self.bare(source)
    texts = result.leaves.map { ($0.path, $0.segment.offset, BioCText($0.segment.text ?? "")) }
    end = texts.map { $0.offset &+ $0.text.scalars.count &+ 1 }.max() ?? 0
  }

  /// What a source is without a document that it came from.
  private static func bare(_ source: Record) -> BioCDocument {
    let (doi, pmid, pmcid) = (source.text("doi"), source.text("pmid"), source.text("pmcid"))
    var document = BioCDocument(id: pmid ?? pmcid ?? doi ?? source.text("url") ?? source.id.description)
    for (key, value) in [
      ("article-id_doi", doi), ("article-id_pmc", pmcid), ("article-id_pmid", pmid), ("url", source.text("url")),
      ("year", source.text("issued")),
    ] { document.infons.set(key, value) }
    if let title = source.text("title") {
      document.passages = [BioCSegment(infons: [.init(key: "type", value: .string("title"))], text: title)]
    }
    return document
  }

  /// The document.
  mutating func document() throws -> BioCDocument {
    var items: [(mention: BioCOrigin.Mention?, record: Record)] = []
    for record in try context.reader.records(.annotation, on: source.id) {
      let mention = BioCOrigin.mention(record.text("origin"))
      if mention == nil, record.selector?.exact == nil {
        context.leaveOut("annotations on a source without a quote")
      } else {
        items.append((mention, record))
      }
    }
    var filter = RecordFilter()
    filter.kinds = [.claim]
    filter.source = source.id
    filter.order = .id
    try context.reader.forEachRecord(filter) { claim in
      guard claim.reference("source") == source.id else { return }
      if claim.selector?.exact == nil { context.leaveOut("claims without a quote") } else { items.append((nil, claim)) }
    }
    items.sort { left, right in
      let (a, b) = (left.mention?.order ?? Int.max, right.mention?.order ?? Int.max)
      if a != b { return a < b }
      let (s, t) = (left.record.selector?.start ?? Int.max, right.record.selector?.start ?? Int.max)
      return s != t ? s < t : left.record.id.bytes.lexicographicallyPrecedes(right.record.id.bytes)
    }
    for (mention, record) in items { hang(record, mention) }
    for (path, annotation) in hung.map({ ($0.path, $0.annotation) }) { result.hang(annotation, on: path) }
    dropDanglingRelations()
    return result
  }

  private mutating func hang(_ record: Record, _ mention: BioCOrigin.Mention?) {
    var annotation = BioCAnnotation()
    annotation.id =
      record.kind == .claim ? "claim:\(record.id)" : mention.flatMap { $0.id.isEmpty ? nil : $0.id } ?? "\(record.id)"
    annotation.infons = BioCInfons.of(record, mention, context)
    annotation.text = mention?.text ?? record.selector?.exact ?? ""
    let (path, locations) = place(record, mention)
    annotation.locations = locations
    hung.append((hung.count, path, annotation))
    written.append(record.kind)
  }

  private mutating func place(_ record: Record, _ mention: BioCOrigin.Mention?) -> (BioCPath, [BioCLocation]) {
    guard let selector = record.selector, let exact = selector.exact else {
      return (mention?.path ?? BioCPath(), mention?.locations ?? [])
    }
    if let start = selector.start, let end = selector.end, start >= 0, end >= start,
      let leaf = leaf(holding: exact, start..<end, preferring: mention?.path)
    {
      // Where its text stands unchanged, it hangs where it hung.
      let path = mention?.path ?? texts[leaf].path
      return (path, mention?.locations ?? [BioCLocation(offset: start, length: end - start)])
    }
    if let (leaf, start) = onlyPlace(of: selector, exact) {
      let length = exact.unicodeScalars.count
      return (texts[leaf].path, [BioCLocation(offset: texts[leaf].offset + start, length: length)])
    }
    return quotePassage(selector, exact)
  }

  private func leaf(holding exact: String, _ range: Range<Int>, preferring path: BioCPath?) -> Int? {
    let length = exact.unicodeScalars.count
    let candidates = texts.indices.filter { texts[$0].path == path } + Array(texts.indices)
    return candidates.first { index in
      let low = range.lowerBound.subtractingReportingOverflow(texts[index].offset)
      guard !low.overflow, low.partialValue >= 0, range.count == length,
        range.count <= texts[index].text.scalars.count,
        low.partialValue <= texts[index].text.scalars.count - range.count
      else { return false }
      return texts[index].text.text(low.partialValue..<low.partialValue + range.count).isSameBytes(as: exact)
    }
  }

  /// Where a quote without a position stands, where the passages have it once.
  private func onlyPlace(of selector: Selector, _ exact: String) -> (leaf: Int, start: Int)? {
    let (prefix, suffix) = (selector.prefix ?? "", selector.suffix ?? "")
    for (words, skipped) in [(prefix + exact + suffix, prefix.unicodeScalars.count), (exact, 0)] {
      let search = ScalarSearch(Array(words.unicodeScalars))
      var found: [(Int, Int)] = []
      for index in texts.indices where found.count < 2 {
        found += search.places(in: texts[index].text.scalars, limit: 2).map { (index, $0 + skipped) }
      }
      if found.count == 1 { return found[0] }
    }
    return nil
  }

  private mutating func quotePassage(_ selector: Selector, _ exact: String) -> (BioCPath, [BioCLocation]) {
    let text = (selector.prefix ?? "") + exact + (selector.suffix ?? "")
    let path: BioCPath
    if let known = quotes[text] {
      path = known
    } else {
      path = BioCPath(passage: result.passages.count)
      quotes[text] = path
      result.passages.append(
        BioCSegment(offset: end, infons: [.init(key: "type", value: .string("quote"))], text: text))
      texts.append((path, end, BioCText(text)))
      end += text.unicodeScalars.count + 1
    }
    let offset = path.passage.map { result.passages[$0].offset } ?? 0
    let start = offset + (selector.prefix ?? "").unicodeScalars.count
    return (path, [BioCLocation(offset: start, length: exact.unicodeScalars.count)])
  }

  /// Leaves out relations to annotations that are deleted here.
  private mutating func dropDanglingRelations() {
    var known = Set(hung.map(\.annotation.id))
    known.formUnion(result.relations.map(\.id))
    result.forEachSegment { known.formUnion($0.relations.map(\.id)) }
    func kept(_ relations: [BioCRelation]) -> [BioCRelation] {
      let kept = relations.filter { $0.nodes.allSatisfy { known.contains($0.refid) } }
      for _ in kept.count..<relations.count { context.leaveOut("relations of annotations that are not here") }
      return kept
    }
    result.relations = kept(result.relations)
    result.forEachSegment { $0.relations = kept($0.relations) }
  }
}

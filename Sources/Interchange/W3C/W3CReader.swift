import AnnotationStore

/// Reads a file of annotations one by one: an annotation, an array of them, a collection with its pages embedded, a page,
/// or an answer of the Hypothesis API.
struct W3CReader {
  private var items: JSONItemStream
  private let decoder: W3CDecoder
  private var hasFinished = false

  /// What stands around annotations and says nothing that a store would keep.
  private static let structure: Set<String> = [
    "@context", "id", "@id", "type", "@type", "first", "last", "next", "prev", "partOf", "startIndex", "total", "items",
    "rows",
  ]

  /// Reads from pieces of a file.
  init(_ decoder: W3CDecoder, source: @escaping () throws -> [UInt8]?) throws(InterchangeError) {
    items = try JSONItemStream(
      format: .w3c, lists: ["items", "rows", "replies", "@graph"], nested: ["first", "next"], source: source)
    self.decoder = decoder
  }

  /// What the next annotation comes to; nil at the end.
  mutating func next() throws -> W3CDecoder.Outcome? {
    if let (value, place) = try items.next() { return try decoder.decode(value, at: place) }
    guard !hasFinished else { return nil }
    hasFinished = true
    var outcome = try decoder.finish()
    outcome.leftOut += leftOfHeader
    return outcome
  }

  /// What a collection says of itself.
  private var leftOfHeader: [String] {
    let label = items.header.first { $0.key == "label" }?.value.string
    var names: [String] = []
    var seen: Set<String> = []
    for member in items.header where !Self.structure.contains(member.key) && seen.insert(member.key).inserted {
      if member.key != "label" || label != "Variorum" { names.append(member.key) }
    }
    var lines: [String] = []
    if !names.isEmpty, !isOneItem {
      lines.append(
        "what the collection says of itself: \(names.prefix(40).map { $0.prefix(40) }.joined(separator: ", "))")
    }
    for key in ["first", "next"] {
      if let page = items.header.last(where: { $0.key == key })?.value.string, !isOneItem {
        lines.append("the page \(page.prefix(200)), which is not in the file (fetch it, and import it as well)")
      }
    }
    return lines
  }

  /// Whether the outermost object was the one annotation.
  private var isOneItem: Bool { items.header.contains { $0.key == "target" } }

  /// Reads a whole file without a store.
  static func parse(_ bytes: [UInt8]) throws(InterchangeError) -> ImportDraft {
    var draft = ImportDraft()
    var rest: [UInt8]? = bytes
    do {
      var reader = try W3CReader(W3CDecoder()) {
        defer { rest = nil }
        return rest
      }
      while let outcome = try reader.next() {
        draft.records += outcome.drafts
        draft.problems += outcome.problems
        draft.leftOut += outcome.leftOut
      }
    } catch let error as InterchangeError { throw error } catch { throw .unreadable(reason: "\(error)") }
    return draft
  }

  /// Whether JSON that begins like this holds annotations: it names the context or the classes, or has rows of the
  /// Hypothesis API.
  static func isLikely(_ start: some Collection<UInt8>) -> Bool {
    let text = String(decoding: start, as: UTF8.self)
    guard let first = text.utf8.first(where: { !isSpace($0) }), first == 0x7B || first == 0x5B else { return false }
    if text.contains("ns/anno.jsonld") || text.contains(/"@?type"\s*:\s*\[?\s*"(oa:)?Annotation(Collection|Page)?"/) {
      return true
    }
    return text.contains(/"uri"\s*:/) && text.contains(/"target"\s*:/) && !text.contains(/"DOI"\s*:/)
  }
}

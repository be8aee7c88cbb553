import AnnotationStore

/// Writes records as one AnnotationCollection (Web Annotation Data Model, section 5) with its only page embedded.
///
/// Each annotation is written as it comes, so memory does not grow; the page and the collection end with what is known
/// only then: their number, and ids derived from what they hold, so that the same records give the same bytes.
struct W3CWriter: RecordWriter {
  private var count = 0
  private var digest = RecordID(derivedFrom: .text(W3CTerms.namespace))

  mutating func begin(_ context: ExportContext) throws {
    let contexts = JSONValue.array([.string(W3CTerms.contextIRI), W3CTerms.context])
    try context.put(
      "{\"@context\":\(contexts.jsonText),\n\"type\":\"AnnotationCollection\",\"label\":\"Variorum\"")
  }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    guard !record.isDeleted else { return context.leaveOut("records that are deleted") }
    let text = try W3CEncoder(context).annotation(of: record).jsonText
    // A collection without annotations has no page, and a page holds at least one (section 5.2).
    try context.put(count == 0 ? ",\n\"first\":{\"type\":\"AnnotationPage\",\"startIndex\":0,\"items\":[\n" : ",\n")
    try context.put(text)
    digest = RecordID(derivedFrom: .array([.bytes(digest.bytes), .text(text)]))
    count += 1
    context.count(record.kind)
  }

  mutating func end(_ context: ExportContext) throws {
    let collection = RecordIRI.text(digest)
    if count > 0 {
      let page = RecordIRI.text(RecordID(derivedFrom: .array([.bytes(digest.bytes), .text("page")])))
      try context.put("\n],\"id\":\"\(page)\",\"partOf\":\"\(collection)\"}")
    }
    try context.put(",\n\"total\":\(count),\"id\":\"\(collection)\"}\n")
  }
}

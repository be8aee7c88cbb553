import AnnotationStore

/// Writes records as JSON Lines; Schema/records.schema.json describes a line.
struct JSONLinesWriter: RecordWriter {
  mutating func begin(_ context: ExportContext) throws {
    try context.put("{\"variorum\":1}\n")
  }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    try context.put(JSONText.write(record.value) + "\n")
    context.count(record.kind)
  }
}

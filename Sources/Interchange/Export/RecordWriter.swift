import AnnotationStore

/// Writes records in one format: what stands before them, each, and what stands after.
///
/// Records come by kind, in the order of ``Format/exportedKinds``, and among their kind by id, so that the same records
/// give the same bytes in any replica.
protocol RecordWriter {
  /// Writes what stands before the records.
  mutating func begin(_ context: ExportContext) throws
  /// Writes a record, or keeps it for the end.
  mutating func put(_ record: Record, _ context: ExportContext) throws
  /// Writes what stands after the records.
  mutating func end(_ context: ExportContext) throws
}

extension RecordWriter {
  mutating func begin(_ context: ExportContext) throws {}
  mutating func end(_ context: ExportContext) throws {}
}

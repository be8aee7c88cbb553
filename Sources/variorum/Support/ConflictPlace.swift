import AnnotationStore

/// Where a conflict is, as people type it: `RECORD`, or `RECORD.FIELD`.
struct ConflictPlace {
  /// The record, deleted or not.
  let record: Record
  /// The field; empty for the life of the record, `nil` where none was given.
  let field: String?

  /// Reads what was typed.
  ///
  /// - Throws: ``StoreError`` where no record is meant; ``ModelError`` where its kind has no such field.
  init(_ text: String, _ reader: ReadTransaction) throws {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    record = try reader.record(named: parts[0])
    guard parts.count == 2 else {
      field = nil
      return
    }
    let named = parts[1] == "life" ? "" : parts[1]
    let isFork = try record.kind == .curator && reader.conflicts(of: record.id).contains { $0.field == named }
    guard named.isEmpty || isFork || record.kind.field(named: named) != nil else {
      throw ModelError.unknownField(kind: record.kind, field: named)
    }
    field = named
  }

  /// The one conflict that is meant.
  ///
  /// - Parameter isLife: whether what is to be done only goes with a record's life.
  /// - Throws: ``StoreError/notInConflict(_:_:field:)``, or ``CLIError/usage(_:)`` where there are several.
  func conflict(isLife: Bool, _ reader: ReadTransaction) throws -> ConflictDetail {
    let field = self.field ?? (isLife ? "" : nil)
    var filter = ConflictFilter()
    filter.record = record.id
    filter.field = field
    let found = try reader.conflicts(filter)
    guard let first = found.first else {
      throw StoreError.notInConflict(record.id, record.kind, field: field ?? "")
    }
    // Whether it is deleted is one question, whatever was written to it and put on it.
    guard found.allSatisfy({ $0.field == first.field }) else {
      let telling = try Set(found.map(\.field)).sorted().map {
        "\(try reader.shortID(record.id, record.kind)).\($0.isEmpty ? "life" : $0)"
      }
      throw CLIError.usage("it has \(telling.count) conflicts (give one of them: \(telling.joined(separator: ", ")))")
    }
    return first
  }
}

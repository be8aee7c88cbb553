import AnnotationStore

/// A record of a list for scripts: its fields under their wire names, and what they must not be read without.
struct ListedRecord {
  private let reader: ReadTransaction
  private let names: RecordNames
  private let areConflictsOpen: Bool

  init(_ reader: ReadTransaction, _ names: RecordNames) throws {
    self.reader = reader
    self.names = names
    let counts = try reader.conflictCounts()
    areConflictsOpen = counts.open + counts.prose > 0
  }

  /// The object of one line.
  func value(_ record: Record, _ more: [CBORValue.Entry] = []) throws -> CBORValue {
    guard case .map(let entries) = record.value else { return record.value }
    let conflicts = areConflictsOpen ? try reader.conflicts(of: record.id) : []
    return .map(
      entries + [
        .init("orphaned", .bool(try names.isOrphaned(record))),
        .init(
          "conflicts",
          .array(
            conflicts.map { .map([.init("field", .text($0.field)), .init("type", .text($0.type.rawValue))]) })),
      ] + more)
  }
}

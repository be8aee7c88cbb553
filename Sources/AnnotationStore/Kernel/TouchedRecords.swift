import AnnotationModel

/// The records that changes wrote to, with the ops, in the order of the first op of each.
struct TouchedRecords {
  struct Entry {
    var key: RecordKey
    var ref: Int64
    /// Whether nothing was known of the record before.
    var isNew: Bool
    var ops: [Op]
    /// The latest time of the changes.
    var atMilliseconds: Int64
    /// The curator of the first of them.
    var curator: Int64
    /// By field the change that was alone live before the first op on it, as its place in the log; `nil` where there was
    /// none, or several.
    var aloneBefore: [String: Int64?] = [:]
  }

  private(set) var entries: [Entry] = []
  /// How many ops there are.
  private(set) var opCount = 0
  private var indexes: [RecordKey: Int] = [:]

  var isEmpty: Bool { entries.isEmpty }

  mutating func add(
    _ op: Op, ref: Int64, isNew: Bool, aloneBefore: Int64?, atMilliseconds: Int64, curator: Int64
  ) {
    opCount += 1
    defer { note(aloneBefore, op) }
    if let index = indexes[op.recordKey] {
      entries[index].ops.append(op)
      entries[index].atMilliseconds = max(entries[index].atMilliseconds, atMilliseconds)
    } else {
      indexes[op.recordKey] = entries.count
      entries.append(
        Entry(
          key: op.recordKey, ref: ref, isNew: isNew, ops: [op], atMilliseconds: atMilliseconds, curator: curator))
    }
  }

  private mutating func note(_ aloneBefore: Int64?, _ op: Op) {
    guard op.action != .create, op.element == nil, let index = indexes[op.recordKey],
      entries[index].aloneBefore[op.field] == nil
    else { return }
    entries[index].aloneBefore[op.field] = .some(aloneBefore)
  }
}

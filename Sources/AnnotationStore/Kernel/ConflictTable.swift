import AnnotationModel
import GRDB

/// What a conflict is about; the raw value stands in the table `conflict` and in JSON.
public enum ConflictType: String, CaseIterable, Hashable, Sendable {
  /// A register has several live values.
  case register
  /// A text was written differently at the same time.
  case prose
  /// A record was deleted by who had not seen an edit of it.
  case life
  /// A record was deleted by who had not seen what was put on it.
  case target
  /// A replica's log has two changes in one place, and nobody has seen both branches yet.
  case fork
}

/// Writes the table `conflict`, and remembers which conflicts were opened and closed.
final class ConflictTable {
  /// A conflict.
  struct Key: Hashable {
    var record: RecordKey
    var field: String
    var type: ConflictType
  }

  private let db: Database
  private var wasOpen: [Key: Bool] = [:]
  private var isOpen: [Key: Bool] = [:]

  init(_ db: Database) { self.db = db }

  /// Notes that a field of a record is in conflict between so many readings, or, for none, that it is not.
  func set(_ record: RecordKey, field: String, type: ConflictType, readings: Int) throws {
    let (uuid, key) = (record.id.description, Key(record: record, field: field, type: type))
    let changesBefore = db.totalChangesCount
    try db.run(
      "DELETE FROM conflict WHERE record = ? AND kind = ? AND field = ? AND type = ?", uuid, record.kind, field,
      type.rawValue)
    let existed = db.totalChangesCount > changesBefore
    if readings > 0 {
      try db.run(
        "INSERT INTO conflict (record, kind, field, type, readings) VALUES (?, ?, ?, ?, ?)", uuid, record.kind, field,
        type.rawValue, readings)
    }
    if !existed && readings == 0 && wasOpen[key] == nil { return }
    wasOpen[key] = wasOpen[key] ?? existed
    isOpen[key] = readings > 0
  }

  /// The conflicts that are open and were not.
  var opened: [Key] { isOpen.filter { $0.value && wasOpen[$0.key] == false }.map(\.key).sorted(by: Self.precedes) }

  /// How many conflicts were opened, and how many closed.
  var openedAndClosed: (opened: Int, closed: Int) {
    isOpen.reduce(into: (0, 0)) { counts, entry in
      switch (wasOpen[entry.key], entry.value) {
      case (false, true): counts.0 += 1
      case (true, false): counts.1 += 1
      default: break
      }
    }
  }

  private static func precedes(_ left: Key, _ right: Key) -> Bool {
    if left.record != right.record { return left.record < right.record }
    if left.field != right.field { return left.field.precedesInBytes(right.field) }
    return left.type.rawValue < right.type.rawValue
  }
}

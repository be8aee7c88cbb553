import AnnotationStore

/// What the import of an exported sheet did, row by row: the difference that it makes, by meaning.
public struct SheetReport: Sendable, Equatable {
  /// What came of a cell or a row; of a row that of its weightiest cell.
  public enum Outcome: String, Sendable, CaseIterable {
    /// It was changed in the sheet alone, and was written.
    case edit
    /// A text that was changed here as well; both edits are in it.
    case merged
    /// It was changed here as well; both values stand until somebody decides.
    case conflict
    /// A row without id: a new record.
    case new
    /// A row without id, whose record is here already.
    case there
    /// The sheet's value was written here already.
    case already
    /// Something that is only to be read was changed: not taken.
    case notTaken = "not taken"
    /// A spreadsheet changed it by itself: not taken.
    case untouched
    /// The row is gone from the sheet; the record stays.
    case missing
    /// The row is gone from the sheet, and so the record was deleted.
    case retracted
  }

  /// A cell that does not say what was exported.
  public struct Cell: Sendable, Equatable {
    /// The column.
    public let column: String
    /// What was exported.
    public let before: String
    /// What the sheet says.
    public let after: String
    /// What stands here now, where that is neither.
    public let here: String?
    /// What came of it.
    public internal(set) var outcome: Outcome
    /// What more there is to say.
    public internal(set) var note: String?
  }

  /// A row that does not say what was exported.
  public struct Row: Sendable, Equatable {
    /// The file.
    public let file: String
    /// The line, or the number of the row; `nil` of a row that is gone.
    public let place: Place?
    /// The record; `nil` of a new one in a dry run that could not be made.
    public let record: ImportReport.Named?
    /// The statement, or the stance and the claim's statement.
    public let title: String
    /// What came of it.
    public internal(set) var outcome: Outcome
    /// The cells that differ.
    public internal(set) var cells: [Cell]
    /// What more there is to say.
    public let note: String?
  }

  /// The rows that differ, in the order of the sheet; those that are gone last.
  public internal(set) var rows = Sample<Row>(limit: 10_000)
  /// How many rows came to what.
  public private(set) var counts: [Outcome: Int] = [:]
  /// How many rows say what was exported.
  public internal(set) var sameCount = 0
  /// Whether it is known which rows were exported, of all the sheets.
  public internal(set) var knowsExported = true
  /// How many cells or elements were written.
  public internal(set) var writtenCount = 0

  init() {}

  mutating func add(_ row: Row) {
    counts[row.outcome, default: 0] += 1
    rows.add(row)
  }

  /// Tells that a cell, which was written beside what others wrote, is in conflict or was merged after all.
  mutating func settle(_ index: Int, _ change: (inout Row) -> Void) {
    rows.change(index) { row in
      counts[row.outcome, default: 0] -= 1
      change(&row)
      counts[row.outcome, default: 0] += 1
    }
  }
}

extension SheetReport.Row {
  /// The weightiest outcome of some cells.
  static func outcome(of cells: [SheetReport.Cell]) -> SheetReport.Outcome {
    let order: [SheetReport.Outcome] = [.conflict, .merged, .edit, .notTaken, .already, .untouched]
    return order.first { outcome in cells.contains { $0.outcome == outcome } } ?? .untouched
  }
}

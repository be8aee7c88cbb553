import AnnotationModel

extension ReadTransaction {
  /// A record as a view of its kind; `nil` where there is none of this id, or where it is of another kind.
  ///
  /// A deleted record is returned too: ask ``TypedRecord/isDeleted``.
  public func record<View: TypedRecord>(_ id: RecordID, as type: View.Type) throws -> View? {
    try record(id, of: View.kind).flatMap(View.init)
  }

  /// The records of one kind that a filter finds, in its order; those that are not deleted where it says nothing else.
  ///
  /// - Parameter filter: its `kinds` do not count.
  public func all<View: TypedRecord>(_ type: View.Type, matching filter: RecordFilter = RecordFilter()) throws -> [View]
  {
    var filter = filter
    filter.kinds = [View.kind]
    var found: [View] = []
    try forEachRecord(filter) { if let view = View($0) { found.append(view) } }
    return found
  }

  /// The records of one kind that stand on another record and are not deleted, oldest first.
  public func all<View: TypedRecord>(_ type: View.Type, on target: RecordID) throws -> [View] {
    try records(View.kind, on: target).compactMap(View.init)
  }
}

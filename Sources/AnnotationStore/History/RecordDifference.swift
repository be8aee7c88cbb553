import AnnotationModel

/// How a record differs between two moments of its history.
public struct RecordDifference: Hashable, Sendable {
  /// A field that differs.
  public struct FieldChange: Hashable, Sendable {
    /// The field's wire name.
    public let field: String
    /// What it said before; `nil` where it was absent.
    public let before: FieldContent?
    /// What it says after; `nil` where it is absent.
    public let after: FieldContent?
  }

  /// The record before.
  public let before: Record
  /// The record after.
  public let after: Record
  /// The fields that differ, in the order in which they are shown.
  public let fields: [FieldChange]

  init(from before: Record, to after: Record) {
    (self.before, self.after) = (before, after)
    fields = after.kind.fields.compactMap { field in
      let (old, new) = (before.fields[field.name], after.fields[field.name])
      return old == new ? nil : FieldChange(field: field.name, before: old, after: new)
    }
  }

  /// Whether nothing differs.
  public var isEmpty: Bool { fields.isEmpty && before.isDeleted == after.isDeleted }
}

extension ReadTransaction {
  /// How a record differs between what one change knew of it and what another did.
  ///
  /// - Parameters:
  ///   - kind: the kind of the record, where there are several of its id.
  ///   - from: the change before; `nil` for the one that created the record.
  ///   - to: the change after; `nil` for how it stands now.
  /// - Returns: `nil` where one of the changes did not know the record yet, with that change.
  /// - Throws: ``StoreError/noRecord(_:)``, ``StoreError/noChange(_:)``.
  public func difference(
    of id: RecordID, _ kind: Kind? = nil, from: ChangeID?, to: ChangeID?
  ) throws -> Result<RecordDifference, UnknownThen> {
    let current = try existing(id, of: kind)
    guard let from = try from ?? firstCreate(of: current.key) else { throw StoreError.noRecord(id.description) }
    guard let before = try record(id, of: current.kind, at: from) else { return .failure(UnknownThen(change: from)) }
    guard let to else { return .success(RecordDifference(from: before, to: current)) }
    guard let after = try record(id, of: current.kind, at: to) else { return .failure(UnknownThen(change: to)) }
    return .success(RecordDifference(from: before, to: after))
  }

  /// The create that ranks lowest, the same on every replica.
  private func firstCreate(of record: RecordKey) throws -> ChangeID? {
    let log = logReader
    let ranked = try creates(of: record).compactMap { id in try log.place(of: id).map { (depth: $0.depth, id: id) } }
    return ranked.min { ($0.depth, $0.id) < ($1.depth, $1.id) }?.id
  }

  /// A change that did not know a record yet.
  public struct UnknownThen: Error, Hashable, Sendable {
    /// The change.
    public let change: ChangeID
  }
}

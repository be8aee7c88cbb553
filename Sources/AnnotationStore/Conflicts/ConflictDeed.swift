import AnnotationModel

/// What was done on one side of a conflict that is not about a value, so that there is none to take.
public enum ConflictDeed: Hashable, Sendable {
  /// The record was deleted.
  case deleted
  /// This was written to a record that somebody deleted.
  case wrote([FieldWrite])
  /// A branch of a forked log: so many changes, from this place in the log on.
  case branch(changes: UInt64, from: UInt64)

  /// What one op wrote.
  public struct FieldWrite: Hashable, Sendable {
    /// The field; empty for the life of the record.
    public let field: String
    /// What the op does.
    public let action: Action
    /// The element, where the field is a set.
    public let element: String?
    /// What the field says by it; `nil` for an explicit null, and where the field is a set or the life of the record.
    public let content: FieldContent?
    /// Whether that was erased.
    public let isErased: Bool
  }
}

extension ConflictDeed: CustomStringConvertible {
  /// The deed in a few words.
  public var description: String {
    switch self {
    case .deleted: "deleted"
    case .wrote(let writes): "wrote \(writes.map(\.description).joined(separator: ", "))"
    case .branch(let changes, let first): "\(changes) \(changes == 1 ? "change" : "changes") from place \(first) on"
    }
  }

  /// The deed for scripts, as entries beside those of every side of a conflict.
  var entries: [CBORValue.Entry] {
    switch self {
    case .deleted: [.init("action", .text("delete"))]
    case .wrote(let writes): [.init("action", .text("write")), .init("writes", .array(writes.map(\.value)))]
    case .branch(let changes, let first):
      [
        .init("action", .text("branch")), .init("changes", .int(Int64(clamping: changes))),
        .init("sequence", .int(Int64(clamping: first))),
      ]
    }
  }
}

extension ConflictDeed.FieldWrite: CustomStringConvertible {
  /// What was written, in a few words; of a long text only where.
  public var description: String {
    if field.isEmpty { return action == .restore ? "that it lives" : action.name }
    if let element { return action == .remove ? "\(field) without \(element)" : "\(field) with \(element)" }
    guard action != .splice, !isErased, case .text(let text)? = content else { return field }
    return "\(field) = \(text)"
  }

  fileprivate var value: CBORValue {
    var entries: [CBORValue.Entry] = [.init("field", .text(field)), .init("action", .text(action.name))]
    if let element {
      entries.append(.init("element", .text(element)))
    } else if !field.isEmpty {
      entries.append(.init("value", content?.value ?? .null))
    }
    if isErased { entries.append(.init("erased", .bool(true))) }
    return .map(entries)
  }
}

import AnnotationModel

/// What came of what a record that is there already was to be added with.
package struct FilledIn: Hashable, Sendable {
  /// A field, or an element of a set, that the record says something else of.
  package struct Left: Hashable, Sendable {
    /// The field.
    package let field: Field
    /// What it says here; `nil` where it was cleared or the element was removed.
    package let here: FieldContent?
    /// What was given, and not taken.
    package let given: FieldContent
    /// Whether the reason is that the field is in conflict.
    package let isInConflict: Bool
  }

  /// The names of the fields that were filled in, each once.
  package private(set) var fields: [String] = []
  /// What was not taken.
  package private(set) var left: [Left] = []

  fileprivate mutating func note(
    _ filling: WriteTransaction.Filling, _ field: Field, here: FieldContent?, given: FieldContent
  ) {
    switch filling {
    case .same: break
    case .filled: if fields.last != field.name { fields.append(field.name) }
    case .differs, .inConflict:
      left.append(Left(field: field, here: here, given: given, isInConflict: filling == .inConflict))
    }
  }
}

extension WriteTransaction {
  /// Gives a record that is there what it lacks of what it was to be added with, as an import does: a field that nobody
  /// gave a value yet, and elements that nobody removed. Nothing is overwritten.
  package func fillIn(
    _ id: RecordID, _ values: [String: CBORValue], sets: [String: [String]] = [:]
  ) throws -> FilledIn {
    let record = try reader().existing(id)
    var result = FilledIn()
    for field in record.kind.fields {
      if let value = values[field.name], let given = FieldColumn.content(of: value, in: field) {
        result.note(
          try fill(record.key, field, with: value), field, here: record.fields[field.name], given: given)
      }
      for element in try (sets[field.name] ?? []).map(field.parseElement) {
        result.note(
          try fillElement(record.key, field, with: element), field, here: nil, given: .text(element))
      }
    }
    return result
  }
}

/// A JSON value.
enum JSONValue: Sendable {
  struct Member: Sendable {
    var key: String
    var value: JSONValue
  }

  case null
  case bool(Bool)
  /// The number as written, so that nothing is rounded.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// The member of an object, or nil.
  subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text of a string or number that is not blank, trimmed.
  var text: String? {
    switch self {
    case .string(let text): text.trimmedOrNil()
    case .number(let digits): digits
    default: nil
    }
  }

  var elements: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }
}

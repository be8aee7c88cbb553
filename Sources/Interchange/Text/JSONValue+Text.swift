import AnnotationStore

extension JSONValue {
  /// The value as JSON text without spaces, members in their order and numbers as they were written.
  var jsonText: String {
    var out = ""
    append(to: &out)
    return out
  }

  private func append(to out: inout String) {
    switch self {
    case .null: out += "null"
    case .bool(let bool): out += bool ? "true" : "false"
    case .number(let digits): out += digits
    case .string(let text): out += JSONText.write(.text(text))
    case .array(let elements):
      out += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { out += "," }
        element.append(to: &out)
      }
      out += "]"
    case .object(let members):
      out += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { out += "," }
        out += JSONText.write(.text(member.key)) + ":"
        member.value.append(to: &out)
      }
      out += "}"
    }
  }

  /// The members of an object; none of anything else.
  var members: [Member] {
    if case .object(let members) = self { return members }
    return []
  }

  /// The text of a string, as it stands.
  var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The elements of an array; a single value stands for an array of it, and null for none.
  var asList: [JSONValue] {
    switch self {
    case .array(let elements): elements
    case .null: []
    default: [self]
    }
  }

  /// Reads a JSON text that was made here; nil where it is none.
  static func parse(_ text: String, format: Format) -> JSONValue? {
    guard let file = try? TextFile(Array(text.utf8), format: format) else { return nil }
    var reader = JSONReader(file)
    return try? reader.readOne()
  }
}

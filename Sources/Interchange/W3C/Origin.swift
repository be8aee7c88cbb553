import AnnotationStore

/// What a record keeps of the file that it came from; Schema/records.md, "Origin".
struct Origin {
  /// The IRI that the file calls the record by.
  var id: String?
  /// What a W3C annotation says beyond the model: its template where another tool wrote it, else its further members.
  var w3c: [JSONValue.Member]
  /// The members of other formats.
  var others: [JSONValue.Member]

  /// Keeps nothing.
  init() {
    w3c = []
    others = []
  }

  /// Reads that of a record; text that is no JSON object holds nothing.
  init(_ record: Record) {
    self.init()
    guard let text = record.text("origin"), let value = JSONValue.parse(text, format: .w3c) else { return }
    for member in value.members {
      switch (member.key, member.value) {
      case ("id", .string(let text)): id = text
      case ("w3c", .object(let members)): w3c = members
      default: others.append(member)
      }
    }
  }

  /// The content of the field; nil where nothing is kept.
  var content: FieldContent? {
    var members: [JSONValue.Member] = []
    if let id { members.append(.init(key: "id", value: .string(id))) }
    if !w3c.isEmpty { members.append(.init(key: "w3c", value: .object(w3c))) }
    members += others
    return members.isEmpty ? nil : .text(JSONValue.object(members).jsonText)
  }

  /// Whether the annotation was written by another tool: then `w3c` is its template.
  var isForeign: Bool { w3c.contains { $0.key == "target" } }
}

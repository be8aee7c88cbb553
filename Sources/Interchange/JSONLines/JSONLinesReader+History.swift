import AnnotationStore

/// The history of a record: the ops that were written to it.
extension JSONLinesReader {
  /// Reads a history, whose entries name earlier ones only.
  static func history(_ value: JSONValue, of kind: Kind) throws(Fault) -> RecordTranscript {
    guard let items = value.elements, !items.isEmpty else {
      throw Fault(column: "history", message: "expected a list of what was written, the create first")
    }
    var transcript = RecordTranscript()
    for item in items {
      let number = transcript.entries.count
      do throws(Fault) {
        let entry = try self.entry(item, number, of: kind)
        guard number > 0 || entry.action == .create else { throw Fault(message: "comes before the create") }
        for place in entry.named where !transcript.entries[place].isIn(entry) {
          throw Fault(message: "names number \(place), which is about something else")
        }
        transcript.entries.append(entry)
      } catch {
        throw Fault(
          column: "history", message: "number \(number): " + (error.column.map { "\($0): " } ?? "") + error.message)
      }
    }
    return transcript
  }

  /// What an entry may have, by its action.
  private static let parts: [Action: Set<String>] = {
    let content: [Action: Set<String>] = [
      .create: ["fields"], .set: ["value"], .splice: ["edits", "typed", "text"], .restate: ["restates"],
      .delete: ["saw"],
    ]
    let shared: Set = ["action", "field", "element", "over", "because", "curator", "at"]
    return Dictionary(uniqueKeysWithValues: Action.known.map { ($0, shared.union(content[$0] ?? [])) })
  }()

  private static func entry(_ item: JSONValue, _ number: Int, of kind: Kind) throws(Fault) -> RecordTranscript.Entry {
    guard let name = item["action"]?.text, let action = Action(named: name) else {
      throw Fault(column: "action", message: "expected one of " + Action.known.map(\.name).joined(separator: ", "))
    }
    var entry = RecordTranscript.Entry(
      action: action, curator: try id(item, "curator"), atMilliseconds: try moment(item, "at"))
    let parts = Self.parts[action] ?? []
    if case .object(let members) = item, let other = members.first(where: { !parts.contains($0.key) }) {
      throw Fault(column: other.key, message: "is no part of \(action.name)")
    }
    let field = try self.field(item, action, of: kind)
    entry.field = field?.name ?? ""
    if field?.isSet == true {
      guard case .string(let element)? = item["element"] else { throw Fault(column: "element", message: "missing") }
      entry.element = element
    }
    entry.over = try places(item["over"], "over", before: number)
    entry.reason = try text(item, "because")
    entry.content = try content(item, action, field, number, of: kind)
    return entry
  }

  /// The field that an op is about; `nil` where it is about the record.
  private static func field(_ item: JSONValue, _ action: Action, of kind: Kind) throws(Fault) -> Field? {
    if [.create, .delete, .restore].contains(action) { return nil }
    guard let name = item["field"]?.text, let field = kind.field(named: name) else {
      throw Fault(column: "field", message: "expected a field of \(kind.withArticle)")
    }
    guard RecordTranscript.can(action, field) else {
      throw Fault(column: "action", message: "\(action.name) does not go with \(name)")
    }
    if field.isImmutable { throw Fault(column: "field", message: "\(name) is given when a record is made, and stays") }
    return field
  }

  private static func content(
    _ item: JSONValue, _ action: Action, _ field: Field?, _ number: Int, of kind: Kind
  ) throws(Fault) -> RecordTranscript.Content {
    switch action {
    case .create: return .fields(try fields(item["fields"], of: kind))
    case .set:
      guard let field, let value = item["value"] else { throw Fault(column: "value", message: "missing") }
      let content = try self.content(value, of: field)
      if content == nil, field.isRequired { throw Fault(column: "value", message: "\(field.name) cannot be emptied") }
      return .value(content)
    case .splice: return try edits(item)
    case .restate: return .restated(try places(item["restates"], "restates", before: number))
    case .delete:
      var records: [RecordID] = []
      for value in try list(item["saw"]?["records"], "saw") {
        guard case .string(let text) = value, let id = RecordID(uuid: text) else {
          throw Fault(column: "saw", message: "records: expected UUIDs")
        }
        records.append(id)
      }
      return .seen(entries: try places(item["saw"]?["entries"], "saw", before: number), records: records)
    default: return .nothing
    }
  }

  private static func fields(_ value: JSONValue?, of kind: Kind) throws(Fault) -> [String: FieldContent] {
    guard case .object(let members)? = value else { throw Fault(column: "fields", message: "expected an object") }
    var fields: [String: FieldContent] = [:]
    for member in members {
      guard let field = kind.field(named: member.key) else {
        throw Fault(column: "fields", message: "\(kind.withArticle) has no field \(IdentifierError.quoted(member.key))")
      }
      fields[field.name] = try content(member.value, of: field)
    }
    return fields
  }

  private static func text(_ item: JSONValue, _ name: String) throws(Fault) -> String? {
    guard let value = item[name] else { return nil }
    guard case .string(let text) = value else { throw Fault(column: name, message: "expected a text") }
    return text
  }

  private static func edits(_ item: JSONValue) throws(Fault) -> RecordTranscript.Content {
    var (splices, inserted) = ([Splice](), "")
    for edit in try list(item["edits"], "edits") {
      guard let parts = edit.elements, parts.count == 3, case .number(let position) = parts[0],
        case .number(let deleted) = parts[1], case .string(let text) = parts[2], let position = Int(position),
        let deleted = Int(deleted)
      else { throw Fault(column: "edits", message: "expected lists of a position, a number of deleted, and a text") }
      splices.append(Splice(position: position, deleted: deleted, inserted: text.unicodeScalars.count))
      inserted.unicodeScalars += text.unicodeScalars
    }
    let isTyped = if item["typed"] == nil { false } else { try flag(item, "typed") }
    return .edits(.init(splices: splices, inserted: inserted, areTyped: isTyped, text: try text(item, "text")))
  }

  private static func list(_ value: JSONValue?, _ name: String) throws(Fault) -> [JSONValue] {
    guard let value else { return [] }
    guard let items = value.elements else { throw Fault(column: name, message: "expected a list") }
    return items
  }

  private static func places(_ value: JSONValue?, _ name: String, before number: Int) throws(Fault) -> [Int] {
    var places: [Int] = []
    for item in try list(value, name) {
      guard case .number(let digits) = item, let place = Int(digits), (0..<number).contains(place) else {
        throw Fault(column: name, message: "expected the numbers of earlier entries, the first is 0")
      }
      places.append(place)
    }
    guard places.count <= Limits.namedChanges / 2 else { throw Fault(column: name, message: "names too many") }
    return Set(places).sorted()
  }
}

extension JSONLinesReader.Fault {
  /// A fault at no property of its own.
  fileprivate init(message: String) { self.init(column: nil, message: message) }
}

extension Action {
  /// The actions that this version knows.
  fileprivate static let known: [Action] = [.create, .set, .add, .remove, .splice, .delete, .restore, .restate]

  fileprivate init?(named name: String) {
    guard let known = Self.known.first(where: { $0.name == name }) else { return nil }
    self = known
  }
}

extension RecordTranscript.Entry {
  /// Whether it is live where another one writes.
  fileprivate func isIn(_ other: Self) -> Bool {
    action == .create
      || field.isSameBytes(as: other.field) && (element ?? "").isSameBytes(as: other.element ?? "")
  }
}

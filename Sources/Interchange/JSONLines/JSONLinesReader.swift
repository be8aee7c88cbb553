import AnnotationStore

/// Reads records that ``JSONLinesWriter`` wrote, a line at a time; Schema/records.schema.json describes a line.
struct JSONLinesReader {
  /// The most bytes of a line: what is in a record fits into a change, each byte of it may be escaped, and its history
  /// stands beside it.
  static let lineLimit = 32 << 20
  /// The most values of JSON in a history; in a line are some more.
  static let historyLimit = 1_500_000

  /// What is wrong in a line, and at which of its properties.
  struct Fault: Error {
    var column: String?
    var message: String
  }

  /// What a line holds.
  enum Line {
    case header
    case record(RecordDraft)
    case problem(ImportDraft.Problem)
  }

  /// Reads a line.
  ///
  /// - Parameter number: its number, from 1.
  /// - Throws: ``InterchangeError/syntax(format:place:reason:)`` where it is no JSON object.
  static func read(_ bytes: [UInt8], line number: Int) throws(InterchangeError) -> Line {
    let item: JSONValue
    do throws(InterchangeError) {
      var reader = JSONReader(try TextFile(bytes, format: .jsonl), valueLimit: historyLimit + JSONReader.valueLimit)
      item = try reader.readOne()
    } catch {
      throw error.moved(by: number - 1)
    }
    let place = Place(line: number)
    guard case .object(let members) = item else {
      throw .syntax(format: .jsonl, place: place, reason: "expected an object on each line")
    }
    if let version = item["variorum"] {
      guard case .number("1") = version else {
        throw .syntax(format: .jsonl, place: place, reason: "written by a newer version, which this one cannot read")
      }
      return .header
    }
    do throws(Fault) { return .record(try draft(item, members, place)) } catch {
      return .problem(.init(place: error.column.map { place.at(column: $0) } ?? place, message: error.message))
    }
  }

  /// Reads a whole file that is at hand.
  static func parse(_ bytes: [UInt8]) throws(InterchangeError) -> ImportDraft {
    var draft = ImportDraft()
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where line.contains(where: { !isSpace($0) }) {
      switch try read(Array(line), line: index + 1) {
      case .header: break
      case .record(let record): draft.records.append(record)
      case .problem(let problem): draft.problems.append(problem)
      }
    }
    return draft
  }

  private static func draft(
    _ item: JSONValue, _ members: [JSONValue.Member], _ place: Place
  ) throws(Fault) -> RecordDraft {
    guard let name = item["kind"]?.text else { throw Fault(column: "kind", message: "missing: what the record is") }
    guard let kind = Kind(rawValue: name) else {
      let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fault(column: "kind", message: "\(IdentifierError.quoted(name)) is no kind of record (known: \(known))")
    }
    var draft = RecordDraft(place: place, kind: kind, id: try id(item, "id"))
    for member in members {
      switch member.key {
      case "kind", "id": break
      case "curator": draft.curator = try id(item, "curator")
      case "created": draft.createdMilliseconds = try moment(item, "created")
      case "history": draft.history = try history(member.value, of: kind)
      case "deleted": draft.isDeleted = try flag(item, "deleted")
      // Told to readers of the file; what it says follows from the history.
      case "conflicts": break
      default:
        guard let field = kind.field(named: member.key) else {
          throw Fault(column: member.key, message: "\(kind.withArticle) has no such field")
        }
        draft.fields[field.name] = try content(member.value, of: field)
      }
    }
    draft.isMadeOnce =
      draft.history == nil && !draft.isDeleted && draft.curator != nil && draft.createdMilliseconds != nil
    return draft
  }

  // MARK: - Values

  static func id(_ item: JSONValue, _ name: String) throws(Fault) -> RecordID {
    guard case .string(let text)? = item[name], let id = RecordID(uuid: text) else {
      throw Fault(column: name, message: "expected a UUID")
    }
    return id
  }

  static func moment(_ item: JSONValue, _ name: String) throws(Fault) -> Int64 {
    guard case .string(let text)? = item[name], let moment = Timestamp.milliseconds(text) else {
      throw Fault(column: name, message: "expected a time such as 2026-11-25T13:45:00Z")
    }
    return moment
  }

  static func flag(_ item: JSONValue, _ name: String) throws(Fault) -> Bool {
    guard case .bool(let flag)? = item[name] else { throw Fault(column: name, message: "expected true or false") }
    return flag
  }

  /// What a field holds, `nil` for null, which a register that was emptied says.
  static func content(_ value: JSONValue, of field: Field) throws(Fault) -> FieldContent? {
    if case .null = value { return nil }
    func fault(_ expected: String) -> Fault { Fault(column: field.name, message: "expected \(expected)") }
    switch field.type {
    case .set, .register(.texts):
      guard let items = value.elements else { throw fault("a list of texts") }
      var texts: [String] = []
      for item in items {
        guard case .string(let text) = item else { throw fault("a list of texts") }
        texts.append(text)
      }
      return field.isSet ? .elements(texts) : .texts(texts)
    case .register(.flag):
      guard case .bool(let flag) = value else { throw fault("true or false") }
      return .flag(flag)
    case .register(.record):
      guard case .string(let text) = value, let id = RecordID(uuid: text) else { throw fault("the UUID of a record") }
      return .record(id)
    case .register(.selector): return .selector(try selector(value, fault("an object, as Schema/records.md says")))
    default:
      guard case .string(let text) = value else { throw fault("a text") }
      return .text(text)
    }
  }

  private static func selector(_ value: JSONValue, _ fault: Fault) throws(Fault) -> Selector {
    guard case .object(let members) = value else { throw fault }
    var selector = Selector()
    for member in members {
      switch (member.key, member.value) {
      case ("source", .string(let text)): selector.source = text
      case ("name", .string(let text)): selector.name = text
      case ("sha256", .string(let text)): selector.sha256 = text
      case ("exact", .string(let text)): selector.exact = text
      case ("prefix", .string(let text)): selector.prefix = text
      case ("suffix", .string(let text)): selector.suffix = text
      case ("start", .number(let digits)): selector.start = Int(digits)
      case ("end", .number(let digits)): selector.end = Int(digits)
      default: throw fault
      }
    }
    return selector
  }
}

extension InterchangeError {
  /// The same at a later line: what is read line by line counts from the first of each.
  fileprivate func moved(by lines: Int) -> InterchangeError {
    switch self {
    case .syntax(let format, let place, let reason):
      .syntax(format: format, place: Place(line: place.line + lines, column: place.column), reason: reason)
    case .invalidUTF8(let offset, let line): .invalidUTF8(offset: offset, line: line + lines)
    case .notText(let offset, let line): .notText(offset: offset, line: line + lines)
    default: self
    }
  }
}

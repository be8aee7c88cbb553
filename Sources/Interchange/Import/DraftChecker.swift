import AnnotationStore

/// Checks what a draft says against the model, field by field, and gathers what is wrong with it.
struct DraftChecker {
  /// The most bytes that the values of a record may have together, so that it fits into one change with what that
  /// holds already.
  static let recordByteLimit = Limits.changeBytes / 4 * 3

  let kind: Kind
  let place: Place
  private(set) var values: [(field: Field, value: CBORValue)] = []
  private(set) var sets: [(field: Field, elements: [String])] = []
  private(set) var problems: [ImportDraft.Problem] = []
  private var byteCount = 0

  init(_ kind: Kind, at place: Place) {
    self.kind = kind
    self.place = place
  }

  mutating func report(_ column: String?, _ message: String) {
    problems.append(ImportDraft.Problem(place: column.map { place.at(column: $0) } ?? place, message: message))
  }

  /// Takes a register or prose by its text; nil is absent.
  mutating func take(_ name: String, _ text: String?, column: String? = nil) {
    guard let text, let field = kind.field(named: name) else { return }
    do throws(ModelError) { add(field, try field.parse(text)) } catch { report(column ?? name, Self.message(error)) }
  }

  /// Takes a value that is of the field's type.
  mutating func take(_ name: String, value: CBORValue) {
    guard let field = kind.field(named: name) else { return }
    add(field, value)
  }

  /// Takes a list of names as one register.
  mutating func take(_ name: String, texts: [String]) {
    guard !texts.isEmpty, let field = kind.field(named: name) else { return }
    for text in texts {
      do throws(IdentifierError) { try TextRules.checkLabel(text, field: name) } catch {
        return report(name, error.description)
      }
    }
    add(field, .array(texts.map(CBORValue.text)))
  }

  /// Takes a quote with what stands around it.
  mutating func take(quote: String?, prefix: String?, suffix: String?) {
    guard let quote, let field = kind.field(named: "selector") else { return }
    let selector = Selector(exact: quote, prefix: prefix, suffix: suffix)
    do throws(ModelError) { try selector.check(field: "quote") } catch { return report("quote", Self.message(error)) }
    add(field, selector.value)
  }

  /// Takes elements of a set; one of them says in which column it stands.
  mutating func take(_ name: String, elements: [(text: String, column: String)]) {
    guard !elements.isEmpty, let field = kind.field(named: name) else { return }
    var checked: [String] = []
    for (text, column) in elements {
      do throws(ModelError) {
        let element = try field.parseElement(text)
        guard element.utf8.count <= Limits.elementBytes else {
          let count = element.utf8.count
          report(column, "an element of \(count) bytes; at most \(Limits.elementBytes) are allowed (shorten it)")
          continue
        }
        byteCount += element.utf8.count
        checked.append(element)
      } catch { report(column, Self.message(error)) }
    }
    sets.append((field, checked))
  }

  /// Takes elements that all stand in the column of the set's own name.
  mutating func take(_ name: String, elements: [String]) { take(name, elements: elements.map { ($0, name) }) }

  /// Takes what a field of a record holds that was written elsewhere.
  mutating func take(_ content: FieldContent, of field: Field) {
    switch content {
    case .text(let text): take(field.name, text)
    case .texts(let texts): take(field.name, texts: texts)
    case .elements(let elements): take(field.name, elements: elements)
    case .flag, .record:
      guard field.accepts(content.value) else { return report(field.name, "is not what this field holds") }
      take(field.name, value: content.value)
    case .selector(let selector):
      do throws(ModelError) { try selector.check(field: field.name) } catch {
        return report(field.name, error.description)
      }
      take(field.name, value: content.value)
    }
  }

  /// Checks a text that becomes a record of its own.
  mutating func check(prose text: String?, column: String) {
    guard let text else { return }
    do throws(IdentifierError) { try TextRules.checkProse(text, field: column) } catch {
      report(column, error.description)
    }
  }

  private mutating func add(_ field: Field, _ value: CBORValue) {
    values.append((field, value))
    byteCount += Self.byteCount(value)
    if byteCount > Self.recordByteLimit, byteCount - Self.byteCount(value) <= Self.recordByteLimit {
      report(field.name, "the record comes to more than \(Self.recordByteLimit >> 10) KiB by this field (shorten it)")
    }
  }

  /// What the create of the record takes.
  var newValues: [(String, NewValue?)] {
    values.map { ($0.field.name, .value($0.value)) } + sets.map { ($0.field.name, .elements($0.elements)) }
  }

  /// What the fields hold, in the spelling of the model.
  var contents: [String: FieldContent] {
    let values = values.compactMap { field, value in FieldColumn.content(of: value, in: field).map { (field.name, $0) }
    }
    let sets = sets.filter { !$0.elements.isEmpty }.map { field, elements in
      let sorted = Set(elements.map { Array($0.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
      return (field.name, FieldContent.elements(sorted.map { String(decoding: $0, as: UTF8.self) }))
    }
    return Dictionary(values + sets, uniquingKeysWith: { _, last in last })
  }

  private static func byteCount(_ value: CBORValue) -> Int {
    switch value {
    case .text(let text): text.utf8.count
    case .array(let items): items.reduce(0) { $0 + byteCount($1) + 9 }
    case .map(let entries): entries.reduce(0) { $0 + $1.key.utf8.count + byteCount($1.value) + 9 }
    default: 16
    }
  }

  /// The message without the field, which the place names already.
  static func message(_ error: ModelError) -> String {
    if case .identifier(_, let inner) = error { return inner.description }
    return error.description
  }
}

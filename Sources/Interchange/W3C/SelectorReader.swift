import AnnotationStore

/// Finds in W3C selectors (Web Annotation Data Model, section 4.2) the one quote and the one position that the model
/// holds, wherever they stand in lists and refinements.
struct SelectorReader {
  /// What was found.
  private(set) var selector = Selector()
  private(set) var hasFound = false
  /// Classes of selectors that the model does not have.
  private(set) var otherClasses: Set<String> = []

  /// Reads selectors; what is returned is them with holes in place of what was taken.
  mutating func template(of value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements):
      var read: [JSONValue] = []
      for element in elements { read.append(template(of: element)) }
      return .array(read)
    case .object(let members):
      let types = W3CTerms.types(value)
      let isQuote = types.contains("TextQuoteSelector") && selector.exact == nil
      let isPosition = types.contains("TextPositionSelector") && selector.start == nil
      otherClasses.formUnion(types.filter { $0 != "TextQuoteSelector" && $0 != "TextPositionSelector" })
      var read = members
      if isQuote { read = quote(read, value) }
      if isPosition { read = position(read, value) }
      for index in read.indices where read[index].key == "refinedBy" {
        read[index].value = template(of: read[index].value)
      }
      return .object(read)
    default: return value
    }
  }

  private mutating func quote(_ members: [JSONValue.Member], _ value: JSONValue) -> [JSONValue.Member] {
    guard let exact = value["exact"]?.string, exact.isProse else { return members }
    selector.exact = exact
    hasFound = true
    var read = members
    for index in read.indices {
      guard let text = read[index].value.string, text.isProse else { continue }
      switch read[index].key {
      case "exact": break
      case "prefix": selector.prefix = text
      case "suffix": selector.suffix = text
      default: continue
      }
      read[index].value = Hole.value(read[index].key)
    }
    return read
  }

  private mutating func position(_ members: [JSONValue.Member], _ value: JSONValue) -> [JSONValue.Member] {
    guard case .number(let first)? = value["start"], case .number(let last)? = value["end"], first.isDigits,
      last.isDigits, let start = Int(first), let end = Int(last), start <= end, end <= Int(Int32.max)
    else { return members }
    (selector.start, selector.end) = (start, end)
    hasFound = true
    return members.map { ["start", "end"].contains($0.key) ? .init($0.key, Hole.value($0.key)) : $0 }
  }
}

/// A place in a template that a value of the record fills.
enum Hole {
  private static let key = W3CTerms.namespace + "is"

  /// The hole of a name: `id`, `body`, `exact`, `prefix`, `suffix`, `start` or `end`.
  static func value(_ name: String) -> JSONValue { .object([.init(key, .string(name))]) }

  /// The name of the hole that a value is.
  static func name(_ value: JSONValue) -> String? {
    guard case .object(let members) = value, members.count == 1, members[0].key == key else { return nil }
    return members[0].value.string
  }

  /// Whether a value has one in it.
  static func occurs(in value: JSONValue) -> Bool {
    switch value {
    case .array(let elements): elements.contains { occurs(in: $0) }
    case .object(let members): members.contains { $0.key == key || occurs(in: $0.value) }
    default: false
    }
  }
}

extension String {
  /// Whether it can be prose or part of a quote.
  var isProse: Bool { (try? TextRules.checkProse(self, field: "")) != nil }

  /// Whether it can be a tag as it is.
  var isLabel: Bool {
    (try? TextRules.checkLabel(self, field: "")) != nil
      && (try? Kind.annotation.field(named: "tags")?.parseElement(self)) == self
  }
}

/// Why an identifier, a name or a text was refused; its description ends with what to do.
public enum IdentifierError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the value was read as.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case curie = "a CURIE"
    case doi = "a DOI"
    case pmid = "a PMID"
    case pmcid = "a PMCID"
    case webAddress = "a web address"
    case orcid = "an ORCID"
    case date = "a date"
    case motivation = "a motivation"
  }

  /// The value is not of its kind. `reason` continues a sentence that begins with the value; `remedy` stands in
  /// parentheses after it.
  case malformed(Kind, value: String, reason: String, remedy: String)
  /// The field holds nothing but whitespace.
  case emptyText(field: String)
  /// The field holds more UTF-8 than its limit.
  case tooLong(field: String, byteCount: Int, limit: Int)
  /// A single-line text begins or ends with whitespace.
  case surroundingWhitespace(field: String, value: String)
  /// A single-line text holds a control character or a bidirectional override; `position` counts scalars from 1.
  case forbiddenScalar(field: String, value: String, scalar: Unicode.Scalar, position: Int)

  /// The text that is shown to people.
  public var description: String {
    switch self {
    case .malformed(let kind, let value, let reason, let remedy):
      return "not \(kind.rawValue): \(Self.quoted(value)) \(reason) (\(remedy))"
    case .emptyText(let field):
      return "\(field) is empty (give some text)"
    case .tooLong(let field, let byteCount, let limit):
      return "\(field) is \(byteCount) bytes of UTF-8, and at most \(limit) are allowed (shorten it, or split it)"
    case .surroundingWhitespace(let field, let value):
      return "\(field) \(Self.quoted(value)) begins or ends with whitespace (remove it)"
    case .forbiddenScalar(let field, let value, let scalar, let position):
      let what = scalar.isBidiOverride ? "a bidirectional override" : "a control character"
      return "\(field) \(Self.quoted(value)) has \(what) (\(scalar.codePoint)) at character \(position) (remove it)"
    }
  }

  /// `value` in double quotes, safe to print on a terminal: at most 80 scalars of it, and none that acts or hides.
  public static func quoted(_ value: String) -> String {
    let limit = 80
    var result = "\""
    for (count, scalar) in value.unicodeScalars.enumerated() {
      if count == limit { return result + "…\"" }
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case " ": result += " "
      case _ where scalar.isVisible: result.unicodeScalars.append(scalar)
      default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return result + "\""
  }
}

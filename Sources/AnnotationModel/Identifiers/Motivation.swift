/// Why an annotation was made: the list of the W3C Web Annotation Vocabulary, section 3.2.
public enum Motivation: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case assessing
  case bookmarking
  case classifying
  case commenting
  case describing
  case editing
  case highlighting
  case identifying
  case linking
  case moderating
  case questioning
  case replying
  case tagging

  /// The text that is shown to people.
  public var description: String { rawValue }

  /// Reads one word of the list, in lower case as the vocabulary writes it; whitespace around it is ignored.
  /// - Throws: `IdentifierError.malformed`, with the nearest word where there is one.
  public init(parsing input: String) throws(IdentifierError) {
    let value = input.trimmed
    if let known = Self(rawValue: value) {
      self = known
      return
    }
    let words = Self.allCases.map(\.rawValue)
    let remedy =
      if let near = nearest(to: value, among: words) {
        "did you mean \(near)?"
      } else {
        "expected one of " + words.joined(separator: ", ")
      }
    throw .malformed(.motivation, value: input, reason: "is not in the W3C list", remedy: remedy)
  }
}

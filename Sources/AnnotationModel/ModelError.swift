/// What a value or a record breaks of the model's rules; the description says what to do instead.
public enum ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind has no such field.
  case unknownField(kind: Kind, field: String)
  /// The word is not in the field's list.
  case notInList(field: String, value: String, words: [String])
  /// The text is not of the field's form.
  case malformed(field: String, value: String, remedy: String)
  /// The field is given by the create and never changes.
  case immutable(kind: Kind, field: String)
  /// The field must be given.
  case required(kind: Kind, field: String)
  /// The field is a set, which takes elements, or it is none and takes a value.
  case notASet(field: String, isSet: Bool)
  /// A link would say that records of two kinds are the same.
  case unlike(from: Kind, to: Kind)
  /// An identifier or a text was refused.
  case identifier(field: String, IdentifierError)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .unknownField(let kind, let field):
      Self.unknown("field of \(kind.withArticle)", field, among: kind.fields.filter { !$0.isOfImports }.map(\.name))
    case .notInList(let field, let value, let words): Self.unknown(field, value, among: words)
    case .malformed(let field, let value, let remedy):
      "\(field): \(IdentifierError.quoted(value)) is malformed (\(remedy))"
    case .immutable(let kind, let field):
      "the field \(field) of \(kind.withArticle) never changes (delete the record and add another)"
    case .required(let kind, let field): "\(kind.withArticle) needs \(field) (give it a value)"
    case .notASet(let field, let isSet):
      isSet
        ? "\(field) is a set (add or remove elements: --add \(field)=ELEMENT, --remove \(field)=ELEMENT)"
        : "\(field) is no set (give it a value: --set \(field)=VALUE)"
    case .unlike(let from, let to):
      "\(from.withArticle) is never the same-as \(to.withArticle) (link two of one kind, or say how they relate: \(Vocabulary.linkType.filter { $0 != Vocabulary.sameAs }.joined(separator: ", ")))"
    case .identifier(let field, let error):
      error.namesField ? error.description : "\(field): \(error.description)"
    }
  }

  private static func unknown(_ what: String, _ value: String, among words: [String]) -> String {
    let meant = nearest(to: value, among: words).map { "did you mean \($0)? " } ?? ""
    return "unknown \(what) \(IdentifierError.quoted(value)) (\(meant)known: \(words.joined(separator: ", ")))"
  }
}

extension IdentifierError {
  /// Whether the description names the field already.
  var namesField: Bool { if case .malformed = self { false } else { true } }
}

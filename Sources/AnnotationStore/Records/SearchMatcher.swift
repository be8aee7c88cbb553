import Foundation

/// Finds in a text the words that a search looked for, by the rules of the full-text index: tokens are runs of letters
/// and digits, letter case and diacritics do not count. Words in scripts without spaces are found inside of tokens.
///
/// Costs time linear in the text: at most ``phraseLimit`` phrases of at most ``tokenLimit`` tokens are compared at each
/// token, and no expression is ever compiled from what somebody typed.
public struct SearchMatcher: Sendable {
  /// How many words or phrases are marked; a search may have more.
  public static let phraseLimit = 32
  /// How many tokens of a phrase are compared.
  public static let tokenLimit = 16

  private let phrases: [Phrase]
  /// Words in scripts without spaces.
  private let fragments: [String]

  private struct Phrase {
    let tokens: [String]
    let isPrefix: Bool
  }

  private struct Token {
    let folded: String
    let range: Range<String.Index>
  }

  /// Takes the words as ``RecordFilter/words`` does.
  public init(_ words: String) {
    let terms = SearchWords.terms(words).prefix(Self.phraseLimit)
    fragments = terms.map(\.text).filter(SearchWords.isUnspaced)
    phrases = terms.filter { !SearchWords.isUnspaced($0.text) }.compactMap { term in
      let tokens = Self.tokens(in: term.text).prefix(Self.tokenLimit).map(\.folded)
      return tokens.isEmpty ? nil : Phrase(tokens: tokens, isPrefix: term.isPrefix)
    }
  }

  /// Where the words stand, in order and without overlap.
  public func matches(in text: String) -> [Range<String.Index>] {
    var found = fragments.flatMap { ranges(of: $0, in: text) }
    guard !phrases.isEmpty else { return Self.disjoint(found) }
    let tokens = Self.tokens(in: text)
    var index = 0
    while index < tokens.count {
      let longest = phrases.filter { matches($0, tokens, at: index) }.map(\.tokens.count).max() ?? 0
      if longest > 0 { found.append(tokens[index].range.lowerBound..<tokens[index + longest - 1].range.upperBound) }
      index += max(1, longest)
    }
    return fragments.isEmpty ? found : Self.disjoint(found)
  }

  /// How many of the different words or phrases a text has; tells which of a record's texts to show.
  public func count(in text: String) -> Int {
    let tokens = phrases.isEmpty ? [] : Self.tokens(in: text)
    return phrases.count { phrase in tokens.indices.contains { matches(phrase, tokens, at: $0) } }
      + fragments.count { text.range(of: $0, options: Self.comparing) != nil }
  }

  private static let comparing: String.CompareOptions = [.caseInsensitive, .literal]

  private func ranges(of fragment: String, in text: String) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var start = text.startIndex
    while let next = text.range(of: fragment, options: Self.comparing, range: start..<text.endIndex) {
      found.append(next)
      start = next.upperBound
    }
    return found
  }

  /// In order, and without those that begin within an earlier one.
  private static func disjoint(_ ranges: [Range<String.Index>]) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    for range in ranges.sorted(by: { ($0.lowerBound, $1.upperBound) < ($1.lowerBound, $0.upperBound) }) {
      if let last = found.last, range.lowerBound < last.upperBound { continue }
      found.append(range)
    }
    return found
  }

  private func matches(_ phrase: Phrase, _ tokens: [Token], at start: Int) -> Bool {
    guard start + phrase.tokens.count <= tokens.count else { return false }
    for (offset, wanted) in phrase.tokens.enumerated() {
      let token = tokens[start + offset].folded
      let isLast = offset == phrase.tokens.count - 1
      guard isLast && phrase.isPrefix ? token.hasPrefix(wanted) : token == wanted else { return false }
    }
    return true
  }

  // MARK: - Tokens

  private static func tokens(in text: String) -> [Token] {
    var tokens: [Token] = []
    var folded = String.UnicodeScalarView()
    var start: String.Index?
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      if isTokenScalar(scalar, begins: start == nil) {
        if start == nil { start = index }
        if let base = fold(scalar) { folded.append(base) }
      } else if let first = start {
        tokens.append(Token(folded: String(folded), range: first..<index))
        folded = String.UnicodeScalarView()
        start = nil
      }
      scalars.formIndex(after: &index)
    }
    if let first = start { tokens.append(Token(folded: String(folded), range: first..<scalars.endIndex)) }
    return tokens
  }

  private static func isTokenScalar(_ scalar: Unicode.Scalar, begins: Bool) -> Bool {
    if scalar.isASCII {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9": return true
      default: return false
      }
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber,
      .otherNumber, .privateUse:
      return true
    case .nonspacingMark, .spacingMark, .enclosingMark: return !begins
    default: return false
    }
  }

  /// The scalar without case and diacritics; `nil` for a mark.
  private static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if scalar.isASCII {
      return "A"..."Z" ~= scalar ? Unicode.Scalar(scalar.value + 32) : scalar
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return nil
    default:
      let lower = scalar.properties.lowercaseMapping
      return lower.decomposedStringWithCanonicalMapping.unicodeScalars.first ?? scalar
    }
  }
}

extension Record {
  /// The texts that the full-text index has of this record, by field.
  public var searchableTexts: [(field: String, text: String)] {
    kind.fields.compactMap { field in FieldColumn.searchable(fields[field.name], in: field).map { (field.name, $0) } }
  }
}

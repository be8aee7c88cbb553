/// Finds which terms a text names, by label or synonym, as whole words.
///
/// Words are runs of letters and digits, so `LCN2-mediated` names LCN2. Case does not matter, except for short symbols
/// in capitals: `ALS` does not match `als`. One pass over the text, whatever the number of terms.
struct EntityMatcher {
  private struct Name {
    var curie: String
    /// The words as they must stand, where case matters.
    var exact: String?
  }

  /// Longer names are not looked for.
  static let wordLimit = 12
  static let symbolLength = 6

  private var names: [String: [Name]] = [:]
  private var lengths: [Int] = []

  init(_ terms: [TermDraft]) {
    var found: Set<Int> = []
    for term in terms {
      for text in [term.label].compactMap({ $0 }) + term.synonyms {
        let words = Self.words(of: text)
        let joined = words.joined(separator: " ")
        guard !words.isEmpty, words.count <= Self.wordLimit, joined.count >= 2 else { continue }
        let letters = joined.filter(\.isLetter)
        let isSymbol = joined.count <= Self.symbolLength && !letters.isEmpty && letters.allSatisfy(\.isUppercase)
        names[joined.lowercased(), default: []].append(Name(curie: term.curie, exact: isSymbol ? joined : nil))
        found.insert(words.count)
      }
    }
    lengths = found.sorted()
    order = Dictionary(terms.enumerated().map { ($1.curie, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private let order: [String: Int]

  /// The CURIEs of the terms named in a text, in the order of the terms, each once.
  func entities(in text: String) -> [String] {
    let words = Self.words(of: text)
    var found: Set<String> = []
    var looked: Set<String> = []
    for start in words.indices {
      for length in lengths where start + length <= words.count {
        let joined = words[start..<start + length].joined(separator: " ")
        guard looked.insert(joined).inserted else { continue }
        for name in names[joined.lowercased()] ?? [] where name.exact == nil || name.exact == joined {
          found.insert(name.curie)
        }
      }
    }
    return found.sorted { (order[$0] ?? 0) < (order[$1] ?? 0) }
  }

  private static func words(of text: String) -> [Substring] {
    text.split { !$0.isLetter && !$0.isNumber }
  }
}

import Foundation

/// The keys that entries are cited by: family name of the first author, year, and a word of the title, in ASCII.
///
/// Equal sets of sources get equal keys, whatever the replica: where two would have the same one, they are numbered in
/// the order of their identifiers.
enum CitationKeys {
  private static let smallWords: Set<String> = [
    "a", "an", "and", "as", "at", "by", "der", "des", "die", "das", "for", "from", "in", "into", "is", "la", "le",
    "les", "of", "on", "or", "the", "to", "un", "une", "with",
  ]
  /// What letters without a decomposition are in ASCII.
  private static let letters: [Unicode.Scalar: String] = [
    "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu", "µ": "mu",
  ]

  /// Orders entries by their keys, which it gives them.
  static func assign(to entries: [BibliographyEntry]) -> [BibliographyEntry] {
    let keyed = entries.map { entry in
      var entry = entry
      entry.key = base(of: entry)
      return entry
    }
    let sorted = keyed.sorted { left, right in
      for (a, b) in zip([left.key] + left.identity, [right.key] + right.identity) where !a.isSameBytes(as: b) {
        return a.utf8.lexicographicallyPrecedes(b.utf8)
      }
      return false
    }
    var used: Set<String> = []
    return sorted.map { entry in
      var entry = entry
      var number = 1
      // A number may be part of another entry's own key.
      while !used.insert(entry.key).inserted {
        number += 1
        entry.key = base(of: entry) + "-\(number)"
      }
      return entry
    }
  }

  private static func base(of entry: BibliographyEntry) -> String {
    let author = entry.authors.first.map { ascii($0.isLiteral ? firstWord(of: $0.family) : $0.family) } ?? ""
    let year = entry.issued.map { String($0.year) } ?? ""
    let word = entry.title.map(firstWord) ?? ""
    let key = String((author + year + word).prefix(60))
    return key.isEmpty ? "source" : key
  }

  /// The first word that tells something.
  private static func firstWord(of text: String) -> String {
    let words = text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).lazy.map { ascii(String($0)) }
    return words.first { !$0.isEmpty && !smallWords.contains($0) } ?? words.first { !$0.isEmpty } ?? ""
  }

  /// The letters and digits of a text in lower-case ASCII, without their marks; what has no such letter falls away.
  private static func ascii(_ text: String) -> String {
    var out = ""
    for scalar in text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        out.unicodeScalars.append(scalar)
      } else if let letter = letters[scalar] {
        out += letter
      }
    }
    return out
  }
}

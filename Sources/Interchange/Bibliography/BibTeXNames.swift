/// Splits BibTeX's list of authors and puts each into the form `Family, Given`.
enum BibTeXNames {
  /// The names in order, and whether the list ends in `others`.
  static func parse(_ text: String) -> (names: [String], hasOthers: Bool) {
    var names: [String] = []
    var hasOthers = false
    var words: [String] = []
    for word in Self.words(of: text) + ["and"] {
      guard word.lowercased() == "and" else {
        words.append(word)
        continue
      }
      if words.count == 1, words[0].lowercased() == "others" {
        hasOthers = true
      } else if let name = name(of: words).trimmedOrNil() {
        names.append(name)
      }
      words = []
    }
    return (names, hasOthers)
  }

  /// The words between white space (and ties) that stands outside all braces.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var depth = 0
    var isEscaped = false
    for scalar in text.unicodeScalars {
      let isGap = scalar.properties.isWhitespace || (scalar == "~" && !isEscaped)
      if depth == 0, isGap {
        if !word.isEmpty { words.append(String(word)) }
        word = String.UnicodeScalarView()
      } else {
        depth = scalar == "{" ? depth + 1 : scalar == "}" ? max(0, depth - 1) : depth
        word.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    if !word.isEmpty { words.append(String(word)) }
    return words
  }

  private static func name(of words: [String]) -> String {
    let whole = LaTeXText.plain(words.joined(separator: " "))
    let hasComma = words.contains { !commas(in: $0).isEmpty }
    if hasComma { return ordered(words) ?? whole }
    guard words.count > 1 else { return whole }
    // "First von Last": the family name begins at the first word in lower case, else it is the last word.
    let start =
      words.dropFirst().dropLast().firstIndex(where: isLowerCase) ?? (isLowerCase(words[0]) ? 0 : words.count - 1)
    guard start > 0 else { return whole }
    return LaTeXText.plain(words[start...].joined(separator: " ")) + ", "
      + LaTeXText.plain(words[..<start].joined(separator: " "))
  }

  /// A name of three parts, which BibTeX has in the order `von Last, Jr, First`, with the suffix last; `nil` for others.
  private static func ordered(_ words: [String]) -> String? {
    let text = words.joined(separator: " ")
    let commas = commas(in: text)
    guard commas.count == 2 else { return nil }
    let scalars = text.unicodeScalars
    let bounds = [scalars.startIndex] + commas.map { scalars.index(after: $0) }
    let parts = zip(bounds, commas + [scalars.endIndex]).map { LaTeXText.plain(String(scalars[$0..<$1])) }
    return parts.contains("") ? nil : [parts[0], parts[2], parts[1]].joined(separator: ", ")
  }

  /// Where commas stand outside all braces.
  private static func commas(in text: String) -> [String.Index] {
    var depth = 0
    var found: [String.Index] = []
    let scalars = text.unicodeScalars
    for index in scalars.indices {
      if scalars[index] == ",", depth == 0 { found.append(index) }
      depth += scalars[index] == "{" ? 1 : scalars[index] == "}" ? -1 : 0
    }
    return found
  }

  /// Whether a word is a particle such as "van"; a word in braces never is.
  private static func isLowerCase(_ word: String) -> Bool {
    !word.hasPrefix("{") && LaTeXText.plain(word).first?.isLowercase == true
  }
}

import AnnotationStore

/// A part of a text around the words that were found in it, on one line, the words in brackets or, where there are
/// colours, in colour.
struct Snippet {
  private let console: Console

  init(_ console: Console) { self.console = console }

  /// The snippet.
  ///
  /// - Parameters:
  ///   - matches: in order and without overlap.
  ///   - columns: what it may take.
  func line(_ text: String, matches: [Range<String.Index>], columns: Int) -> String {
    let brackets = console.usesColour ? 0 : 2
    guard let first = matches.first else { return TerminalText.truncated(TerminalText.onOneLine(text), to: columns) }
    // A third of the room goes to what stands before the first word, and what the text after it leaves.
    let needed = extent(text[first.lowerBound...], columns) + matches.count * brackets + 2
    let start = position(before: first.lowerBound, in: text, columns: max(columns / 3, columns - needed))
    var room = columns - (start > text.startIndex ? 1 : 0) - 1
    var out = start > text.startIndex ? "…" : ""
    var position = start
    for match in matches {
      let (before, isWhole) = part(text[position..<match.lowerBound], room)
      out += before
      room -= TerminalText.width(before)
      let word = TerminalText.onOneLine(String(text[match]))
      let width = TerminalText.width(word) + brackets
      guard isWhole, width <= room else { return out + "…" }
      out += console.usesColour ? console.style(word, .bold, .yellow) : "[\(word)]"
      room -= width
      position = match.upperBound
    }
    let (after, isWhole) = part(text[position...], room)
    return out + after + (isWhole ? "" : "…")
  }

  /// How many columns a text takes, or somewhat more than the limit.
  private func extent(_ text: Substring, _ limit: Int) -> Int {
    var taken = 0
    for character in text {
      if taken > limit { break }
      taken += TerminalText.width(character)
    }
    return taken
  }

  /// Where to begin so that what stands before `index` takes at most so many columns; at a space where there is one.
  private func position(before index: String.Index, in text: String, columns: Int) -> String.Index {
    var start = index
    var taken = 0
    var space: String.Index?
    while start > text.startIndex {
      let previous = text.index(before: start)
      let width = TerminalText.width(text[previous])
      if taken + width > columns { return space ?? start }
      if text[previous].isWhitespace { space = start }
      taken += width
      start = previous
    }
    return start
  }

  /// As much of a text as fits, spaces and breaks as single spaces, and whether that is all of it.
  private func part(_ text: Substring, _ columns: Int) -> (String, Bool) {
    var out = ""
    var taken = 0
    var wasSpace = false
    for character in text {
      let isSpace = character.isWhitespace
      if isSpace, wasSpace { continue }
      let width = isSpace ? 1 : TerminalText.width(character)
      if taken + width > columns { return (out, false) }
      out.append(isSpace ? " " : character)
      taken += width
      wasSpace = isSpace
    }
    return (out, true)
  }
}

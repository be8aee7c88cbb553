import ProseCRDT

extension WordDiff {
  /// Both texts in one, what differs in colour or, where there are no colours, in marks: `[-removed-]`, `{+added+}`.
  ///
  /// - Parameter context: how many words are left around what differs; `nil` for all.
  func told(_ console: Console, context: Int? = nil) -> String {
    let parts = context.map(excerpt) ?? parts
    var told = ""
    for (index, part) in parts.enumerated() {
      switch part {
      case .same(let text): told += text
      case .removed(let text):
        told += Self.marked(text) { console.usesColour ? console.style($0, .red) : "[-\($0)-]" }
      case .added(let text):
        // A word in another's place stands beside it and not in it.
        if index > 0, case .removed = parts[index - 1], told.last?.isWhitespace == false { told += " " }
        told += Self.marked(text) { console.usesColour ? console.style($0, .bold, .green) : "{+\($0)+}" }
      }
    }
    return told
  }

  /// The words between marks, the spaces around them outside.
  private static func marked(_ text: String, _ mark: (String) -> String) -> String {
    let words = text.trimmingWhitespace
    guard !words.isEmpty, let range = text.range(of: words) else { return text }
    return text[..<range.lowerBound] + mark(words) + text[range.upperBound...]
  }
}

extension String {
  /// The text without the whitespace around it.
  var trimmingWhitespace: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}

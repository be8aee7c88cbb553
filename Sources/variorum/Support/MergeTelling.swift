import AnnotationStore

/// A merged text on one line, the words that several changed in colour or, where there are no colours, in marks:
/// `>>so<<`.
struct MergeTelling {
  let merge: ProseMerge

  /// The text.
  ///
  /// - Parameter context: how many words are left around those that are marked.
  func line(_ console: Console, context: Int) -> String {
    let scalars = Array(merge.text.unicodeScalars)
    func text(_ range: Range<Int>) -> String {
      // Not trimmed: the space beside the marks belongs to the text.
      String(String.UnicodeScalarView(scalars[range.clamped(to: scalars.indices)])).map {
        $0.isWhitespace ? " " : "\($0)"
      }
      .joined()
    }
    var line = ""
    var end = 0
    for (index, contention) in merge.contentions.enumerated() {
      line += Self.shortened(text(end..<max(end, contention.range.lowerBound)), context, isFirst: index == 0)
      let words = text(contention.range)
      line += console.usesColour && !words.isEmpty ? console.style(words, .bold, .yellow) : ">>\(words)<<"
      end = contention.range.upperBound
    }
    return line + Self.shortened(text(min(end, scalars.count)..<scalars.count), context, isFirst: false, isLast: true)
  }

  private static func shortened(_ text: String, _ context: Int, isFirst: Bool, isLast: Bool = false) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count > 2 * context + 1 else { return text }
    let before = isFirst ? [] : words.prefix(context)
    let after = isLast ? [] : words.suffix(context)
    return (before + ["…"] + after).joined(separator: " ")
  }
}

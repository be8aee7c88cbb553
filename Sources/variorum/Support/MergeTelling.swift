import AnnotationStore

/// The words of a merge that several changed: which they are in the text before, in each side and merged.
struct MergeTelling {
  let merge: ProseMerge

  /// Whether it is told which words.
  var tellsWords: Bool { merge.contentions.contains { $0.baseRange != nil } }

  /// The merged text, with the words in question.
  var merged: MarkedLine { MarkedLine(text: merge.text, ranges: merge.contentions.map(\.range)) }

  /// The text of one side, by its index, with its words.
  func side(_ index: Int, _ text: String) -> MarkedLine {
    MarkedLine(
      text: text, ranges: merge.contentions.compactMap { $0.sides.first { $0.index == index }?.range })
  }

  /// The text before they parted, with the words that stood there; none that stand elsewhere in it because some had
  /// parted earlier.
  func base(_ text: String) -> MarkedLine {
    let plain = MarkedLine(text: text, ranges: [])
    let ranges = merge.contentions.compactMap { contention in
      contention.baseRange.flatMap { plain.words($0).utf8.elementsEqual(contention.base.utf8) ? $0 : nil }
    }
    return MarkedLine(text: text, ranges: ranges)
  }
}

/// A text on one line, the words in question in colour or, where there are no colours, in marks: `>>so<<`.
struct MarkedLine {
  private let scalars: [Unicode.Scalar]
  private let ranges: [Range<Int>]

  /// - Parameter ranges: where the words stand, in Unicode scalars.
  init(text: String, ranges: [Range<Int>]) {
    scalars = Array(text.unicodeScalars)
    self.ranges = ranges.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  /// What stands at a range of the text.
  func words(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range.clamped(to: scalars.indices)]))
  }

  /// The text.
  ///
  /// - Parameter context: how many words are left around those that are marked; where none are, all are left.
  func told(_ console: Console, context: Int) -> String {
    guard !ranges.isEmpty else { return Self.onOneLine(words(scalars.indices)) }
    var line = ""
    var end = 0
    for (index, range) in ranges.enumerated() where index == 0 || range.lowerBound >= end {
      line += Self.shortened(Self.onOneLine(words(end..<range.lowerBound)), context, isFirst: index == 0)
      let words = Self.onOneLine(words(range))
      line += console.usesColour && !words.isEmpty ? console.style(words, .bold, .yellow) : ">>\(words)<<"
      end = range.upperBound
    }
    let rest = Self.onOneLine(words(min(end, scalars.count)..<scalars.count))
    return line + Self.shortened(rest, context, isFirst: false, isLast: true)
  }

  /// Not trimmed: the space beside the marks belongs to the text.
  private static func onOneLine(_ text: String) -> String { text.map { $0.isWhitespace ? " " : "\($0)" }.joined() }

  private static func shortened(_ text: String, _ context: Int, isFirst: Bool, isLast: Bool = false) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    // The space beside the marks makes an empty word.
    guard words.count > 2 * context + 3 else { return text }
    let before = isFirst ? [] : words.prefix(context + 1)
    let after = isLast ? [] : words.suffix(context + 1)
    return (before + ["…"] + after).joined(separator: " ")
  }
}

import AnnotationStore

/// What became of a quote in a text.
public enum QuoteFinding: Hashable, Sendable {
  /// It stands where its position says, or, having none, in one place that its words and the words around it tell.
  /// Scalars of the text.
  case exact(Range<Int>)
  /// It stands in the text, and not where its position says.
  case moved(Range<Int>)
  /// It stands there but for white space, hyphenation and the ways in which Unicode writes one thing; the rules are
  /// those of Schema/quotes.md.
  case normalised(Range<Int>)
  /// The text comes near it: where, and by how many edits it differs after normalisation.
  case altered(Range<Int>, distance: Int)
  /// It stands in these places, and neither its position nor the words around it tell which is meant. There may be
  /// more than the ``QuoteChecker/placeLimit`` that are listed.
  case ambiguous([Range<Int>])
  /// Nothing in the text comes near it.
  case notFound
  /// The selector has no words to look for.
  case unchecked

  /// Its name for scripts.
  public var name: String {
    switch self {
    case .exact: "exact"
    case .moved: "moved"
    case .normalised: "normalised"
    case .altered: "altered"
    case .ambiguous: "ambiguous"
    case .notFound: "not-found"
    case .unchecked: "unchecked"
    }
  }

  /// Where it was found, in scalars of the text; nil where in no place, or in several.
  public var range: Range<Int>? {
    switch self {
    case .exact(let range), .moved(let range), .normalised(let range), .altered(let range, _): range
    case .ambiguous, .notFound, .unchecked: nil
    }
  }

  /// Whether somebody should look at it: it is altered, not found, or may mean several places.
  public var needsAttention: Bool {
    switch self {
    case .altered, .ambiguous, .notFound: true
    case .exact, .moved, .normalised, .unchecked: false
    }
  }
}

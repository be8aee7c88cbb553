import AnnotationStore
import Crypto

/// Looks for quotes in a text: exactly, then after normalisation, then by what comes nearest.
///
/// It changes nothing and decides nothing: a selector stays as its curator made it, whatever is found.
public struct QuoteChecker: Sendable {
  /// The most places that are listed of a quote that stands in many.
  public static let placeLimit = 20
  /// A quote counts as altered up to one edit for so many of its scalars; beyond, it is not found.
  public static let scalarsPerEdit = 4
  /// The shortest quote, in scalars after normalisation, that is looked for with edits.
  public static let leastAlteredLength = 8
  /// The longest quote, in scalars after normalisation, that is looked for with edits: that takes as long as the square
  /// of its length.
  public static let longestAlteredLength = 1 << 13
  /// How many scalars of prefix and suffix, next to the quote, tell which of several places is meant.
  private static let contextLength = 1024
  /// The most scalars of a text that can be checked.
  public static let textLimit = 64 << 20

  /// SHA-256 of the text, by which a selector may name the text that it means.
  public let sha256: String

  private let text: TextIndex
  private let normalised: NormalisedText
  private let normalisedIndex: TextIndex

  /// Prepares a text, in time and memory proportional to it.
  public init(text: String) {
    let scalars = Array(text.unicodeScalars.prefix(Self.textLimit))
    sha256 = hexadecimal(SHA256.hash(data: Array(text.utf8)))
    self.text = TextIndex(scalars)
    normalised = NormalisedText(scalars)
    normalisedIndex = TextIndex(normalised.scalars)
  }

  /// The words of the text in a range of its scalars; what lies outside it is left away.
  public func words(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(text.scalars[range.clamped(to: text.scalars.indices)]))
  }

  /// Whether a selector was made on this very text; nil where it does not say.
  public func isSameText(as selector: Selector) -> Bool? { selector.sha256.map { $0.lowercased() == sha256 } }

  /// Looks for the words of a selector.
  public func check(_ selector: Selector) -> QuoteFinding {
    guard let exact = selector.exact, !exact.isEmpty else { return .unchecked }
    let words = Array(exact.unicodeScalars)
    let claimed = Self.position(of: selector, length: words.count)
    if let claimed, claimed.upperBound <= text.scalars.count, text.scalars[claimed].elementsEqual(words) {
      return .exact(claimed)
    }
    let places = text.places(of: words, limit: Self.placeLimit * 50).map { $0..<$0 + words.count }
    if !places.isEmpty {
      guard let place = Self.chosen(of: places, by: context(selector, in: text.scalars)) else {
        return .ambiguous(Array(places.prefix(Self.placeLimit)))
      }
      return selector.start == nil ? .exact(place) : .moved(place)
    }
    return checkNormalised(selector, words)
  }

  private static func position(of selector: Selector, length: Int) -> Range<Int>? {
    guard let start = selector.start, start >= 0, start <= textLimit else { return nil }
    let end = selector.end ?? start + length
    return end >= start && end <= textLimit ? start..<end : nil
  }

  private func checkNormalised(_ selector: Selector, _ words: [Unicode.Scalar]) -> QuoteFinding {
    let wanted = NormalisedText(words).trimmed
    guard !wanted.isEmpty else { return .notFound }
    let places = normalisedIndex.places(of: wanted, limit: Self.placeLimit * 50).map { $0..<$0 + wanted.count }
    if !places.isEmpty {
      let claimed = Self.position(of: selector, length: words.count)
      let there = places.filter { normalised.original($0) == claimed }
      let around = context(selector, in: normalised.scalars, normalising: true)
      guard let place = there.first ?? Self.chosen(of: places, by: around) else {
        return .ambiguous(places.prefix(Self.placeLimit).map { normalised.original($0) })
      }
      return .normalised(normalised.original(place))
    }
    guard let match = nearest(wanted) else { return .notFound }
    return .altered(normalised.original(match.range), distance: match.distance)
  }

  // MARK: - The words around

  /// How many scalars of prefix and suffix stand around a place; nil where the selector has neither.
  private func context(
    _ selector: Selector, in scalars: [Unicode.Scalar], normalising: Bool = false
  ) -> ((Range<Int>) -> Int)? {
    func prepared(_ text: String?) -> [Unicode.Scalar] {
      let plain = Array((text ?? "").unicodeScalars)
      return normalising ? NormalisedText(plain).scalars : plain
    }
    let prefix = prepared(selector.prefix).suffix(Self.contextLength)
    let suffix = prepared(selector.suffix).prefix(Self.contextLength)
    guard !prefix.isEmpty || !suffix.isEmpty else { return nil }
    return { place in
      let before = zip(prefix.reversed(), scalars[..<place.lowerBound].reversed()).prefix { $0 == $1 }.count
      let after = zip(suffix, scalars[place.upperBound...]).prefix { $0 == $1 }.count
      return before + after
    }
  }

  /// The only place, or the one around which most of prefix and suffix stand; nil where that is none or several.
  private static func chosen(of places: [Range<Int>], by context: ((Range<Int>) -> Int)?) -> Range<Int>? {
    if places.count == 1 { return places[0] }
    guard let context else { return nil }
    let scores = places.map(context)
    guard let best = scores.max(), best > 0, scores.count(where: { $0 == best }) == 1 else { return nil }
    return zip(places, scores).first { $0.1 == best }?.0
  }

  // MARK: - What comes nearest

  /// The stretch of the normalised text that takes the fewest edits, if not more than the limit.
  ///
  /// Only stretches are looked at that share a run of six scalars with the quote; of short quotes that share none, all.
  private func nearest(_ wanted: [Unicode.Scalar]) -> ApproximateSearch.Match? {
    guard (Self.leastAlteredLength...Self.longestAlteredLength).contains(wanted.count) else { return nil }
    let limit = wanted.count / Self.scalarsPerEdit
    let search = ApproximateSearch(wanted)
    var best: ApproximateSearch.Match?
    for diagonal in diagonals(of: wanted, width: limit) {
      let start = max(0, diagonal - limit)
      let end = min(normalised.scalars.count, diagonal + wanted.count + 2 * limit)
      guard start < end else { continue }
      let found = search.best(in: normalised.scalars, start..<end, limit: limit)
      if let found, found.distance < best?.distance ?? Int.max { best = found }
    }
    if best == nil, wanted.count <= 64 {
      best = search.best(in: normalised.scalars, normalised.scalars.indices, limit: limit)
    }
    return best
  }

  /// Where the quote would begin by most of the runs that it shares with the text: the best few.
  private func diagonals(of wanted: [Unicode.Scalar], width: Int) -> [Int] {
    let index = normalisedIndex
    var votes: [Int] = []
    for start in 0...max(0, wanted.count - index.width) where start + index.width <= wanted.count {
      let places = index.candidates(wanted, at: start)
      // What stands everywhere tells nothing, and would cost most.
      if places.count <= 256 { for place in places { votes.append(Int(place) - start) } }
      if votes.count > 200_000 { break }
    }
    votes.sort()
    var windows: [(start: Int, count: Int)] = []
    var low = 0
    for high in votes.indices {
      while votes[high] - votes[low] > width { low += 1 }
      let count = high - low + 1
      if let last = windows.last, votes[low] - last.start <= width {
        if count > last.count { windows[windows.count - 1] = (votes[low], count) }
      } else {
        windows.append((votes[low], count))
      }
    }
    return windows.sorted { ($1.count, $0.start) < ($0.count, $1.start) }.prefix(6).map(\.start)
  }
}

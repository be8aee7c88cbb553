import AnnotationStore
import Testing

@testable import Interchange

/// The fast searches against naive ones.
@Suite struct QuotePropertyTests {
  private static let letters: [Unicode.Scalar] = Array("aabbcd µé\n-".unicodeScalars) + ["\u{301}", "👩"]

  private static func scalars(_ count: Int, _ random: inout SeededGenerator) -> [Unicode.Scalar] {
    (0..<count).map { _ in letters.randomElement(using: &random) ?? "a" }
  }

  /// The table of distances, row by row: for each end the least distance of the pattern to what ends there.
  private static func distances(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar], anchored: Bool) -> [Int] {
    var column = Array(0...pattern.count)
    var ends = [column[pattern.count]]
    for (index, scalar) in text.enumerated() {
      var next = [anchored ? index + 1 : 0]
      for row in pattern.indices {
        next.append(min(column[row] + (pattern[row] == scalar ? 0 : 1), column[row + 1] + 1, next[row] + 1))
      }
      column = next
      ends.append(column[pattern.count])
    }
    return ends
  }

  @Test func theNearestStretchIsTheNearest() {
    let seed = seed(of: "approximate search")
    var random = SeededGenerator(seed: seed)
    for round in 0..<300 {
      let pattern = Self.scalars(Int.random(in: 1...150, using: &random), &random)
      var text = Self.scalars(Int.random(in: 0...200, using: &random), &random)
      if Bool.random(using: &random) {
        var copy = pattern
        for _ in 0..<Int.random(in: 0...5, using: &random) where !copy.isEmpty {
          copy[Int.random(in: copy.indices, using: &random)] = "x"
        }
        text.insert(contentsOf: copy, at: Int.random(in: 0...text.count, using: &random))
      }
      let limit = Int.random(in: 0...pattern.count - 1, using: &random)
      let expected = Self.distances(pattern, text, anchored: false).min() ?? pattern.count
      let found = ApproximateSearch(pattern).best(in: text, text.indices, limit: limit)
      #expect(found?.distance == (expected <= limit ? expected : nil), "seed \(seed), round \(round)")
      guard let found else { continue }
      let between = Self.distances(pattern, Array(text[found.range]), anchored: true).last
      #expect(between == found.distance, "seed \(seed), round \(round): \(found)")
    }
  }

  @Test func theIndexFindsWhatANaiveSearchFinds() {
    let seed = seed(of: "text index")
    var random = SeededGenerator(seed: seed)
    for round in 0..<300 {
      let text = Self.scalars(Int.random(in: 0...300, using: &random), &random)
      let index = TextIndex(text, width: Int.random(in: 1...6, using: &random))
      var words = Self.scalars(Int.random(in: 1...12, using: &random), &random)
      if !text.isEmpty, Bool.random(using: &random) {
        let start = Int.random(in: text.indices, using: &random)
        words = Array(text[start...].prefix(words.count))
      }
      let naive = text.indices.filter { text[$0...].starts(with: words) }
      #expect(index.places(of: words, limit: 1000) == naive, "seed \(seed), round \(round)")
      #expect(index.places(of: words, limit: 2) == Array(naive.prefix(2)), "seed \(seed), round \(round)")
    }
  }

  /// What is cut out of a text is found there, and what is respelt is found where it was cut out.
  @Test func quotesAreFoundWhereTheyWereTaken() {
    let seed = seed(of: "quotes")
    var random = SeededGenerator(seed: seed)
    let vocabulary = [
      "LCN2", "iron", "is", "raised", "in", "ﬁve", "e\u{301}lite", "neuro", "τ-protein", "µg", "👩‍🔬", "脂質",
    ]
    for round in 0..<60 {
      var text = ""
      for _ in 0..<400 {
        text += (vocabulary.randomElement(using: &random) ?? "x") + String(Int.random(in: 0...999, using: &random))
        text += [" ", " ", "\n", ", "].randomElement(using: &random) ?? " "
      }
      let scalars = Array(text.unicodeScalars)
      let checker = QuoteChecker(text: text)
      for _ in 0..<10 {
        let start = Int.random(in: 0..<scalars.count - 120, using: &random)
        // Whole words: a letter without its accent is another letter.
        let first = scalars[start...].firstIndex(of: " ") ?? start
        let range = first + 1..<(scalars[(first + 25)...].firstIndex(of: " ") ?? scalars.count)
        let quote = checker.words(range)
        #expect(checker.check(QuoteCheckerTests.selector(quote, range.lowerBound)) == .exact(range), "seed \(seed)")
        let elsewhere = checker.check(QuoteCheckerTests.selector(quote, range.lowerBound + 1))
        switch elsewhere {
        case .moved(let found): #expect(found == range, "seed \(seed), round \(round)")
        case .ambiguous(let places): #expect(places.contains(range), "seed \(seed), round \(round)")
        default: Issue.record("seed \(seed), round \(round): \(elsewhere)")
        }
        // Line ends become spaces and the other way round: the same after normalisation.
        let turned = String(quote.map { $0 == " " ? "\n" : $0 == "\n" ? " " : $0 })
        if turned.utf8.elementsEqual(quote.utf8) { continue }
        let finding = checker.check(QuoteCheckerTests.selector(turned, range.lowerBound))
        guard case .normalised(let found) = finding else {
          Issue.record("seed \(seed), round \(round): \(finding)")
          continue
        }
        let words = NormalisedText(Array(quote.unicodeScalars)).trimmed
        #expect(NormalisedText(Array(checker.words(found).unicodeScalars)).trimmed == words, "seed \(seed)")
      }
    }
  }

  @Test func normalisedPlacesAscendAndCoverTheText() {
    let seed = seed(of: "normalised text")
    var random = SeededGenerator(seed: seed)
    let odd: [Unicode.Scalar] = ["ﬁ", "\u{AD}", "½", "\u{1100}", "\u{1161}", "\u{200D}", "ﷺ", "-", "—", "\r", "\u{A0}"]
    for _ in 0..<200 {
      var text = Self.scalars(Int.random(in: 0...60, using: &random), &random)
      for _ in 0..<10 {
        text.insert(odd.randomElement(using: &random) ?? "-", at: Int.random(in: 0...text.count, using: &random))
      }
      let normal = NormalisedText(text)
      #expect(normal.starts.count == normal.scalars.count && normal.ends.count == normal.scalars.count)
      #expect(zip(normal.starts, normal.starts.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(seed)")
      #expect(zip(normal.starts, normal.ends).allSatisfy { $0 < $1 && $1 <= text.count }, "seed \(seed)")
      #expect(!normal.scalars.contains { $0.properties.isWhitespace && $0 != " " }, "seed \(seed)")
    }
  }
}

import AnnotationStore
import Testing

@testable import Interchange

@Suite struct QuoteCheckerTests {
  static let text = """
    Lipocalin-2 (LCN2) is raised in ALS. The ﬁrst study – n = 10 µg/ml – found “iron dys\u{AD}regulation” in the neuro-
    inflammatory  tissue. LCN2 is raised in mice, too. Neuron death was seen in wild-type astrocytes 👩‍🔬 of e\u{301}lite.
    """

  static func selector(
    _ exact: String, _ start: Int? = nil, prefix: String? = nil, suffix: String? = nil
  ) -> Selector {
    var selector = Selector(exact: exact, prefix: prefix, suffix: suffix)
    selector.start = start
    selector.end = start.map { $0 + exact.unicodeScalars.count }
    return selector
  }

  static func check(_ selector: Selector) -> QuoteFinding { QuoteChecker(text: text).check(selector) }

  @Test func findsWhatStandsWhereItSays() {
    #expect(Self.check(Self.selector("Lipocalin-2", 0)) == .exact(0..<11))
    #expect(Self.check(Self.selector("(LCN2)")) == .exact(12..<18))
    #expect(Self.check(Self.selector("(LCN2)", 3)) == .moved(12..<18))
    #expect(Self.check(Selector()) == .unchecked)
    var outside = Self.selector("(LCN2)")
    outside.start = -5
    outside.end = Int.max
    #expect(Self.check(outside) == .moved(12..<18))
  }

  @Test func theWordsAroundDecide() throws {
    guard case .ambiguous(let places) = Self.check(Self.selector("is raised in")) else {
      Issue.record("one place")
      return
    }
    #expect(places.count == 2 && places[0] == 19..<31)
    #expect(Self.check(Self.selector("is raised in", prefix: "LCN2) ")) == .exact(places[0]))
    #expect(Self.check(Self.selector("is raised in", suffix: " mice")) == .exact(places[1]))
    #expect(Self.check(Self.selector("is raised in", 7, suffix: " mice")) == .moved(places[1]))
    guard case .ambiguous = Self.check(Self.selector("is raised in", prefix: "x ")) else {
      Issue.record("words that both places have in common decide nothing")
      return
    }
    #expect(Self.check(Self.selector("is raised in", places[1].lowerBound)) == .exact(places[1]))
  }

  @Test(arguments: [
    "The first study", "study - n = 10 μg/ml - found", "\"iron dysregulation\"", "the neuroinflammatory tissue",
    "neuro-inflammatory tissue", "wild\u{2011}type", "wildtype astrocytes", "of élite.", "raised\nin mice,\ttoo",
    " (LCN2) is  raised in ALS",
  ])
  func normalisation(_ quote: String) throws {
    guard case .normalised(let range) = Self.check(Self.selector(quote)) else {
      Issue.record("\(quote): \(Self.check(Self.selector(quote)))")
      return
    }
    let checker = QuoteChecker(text: Self.text)
    let again = NormalisedText(Array(checker.words(range).unicodeScalars)).trimmed
    #expect(again == NormalisedText(Array(quote.unicodeScalars)).trimmed)
  }

  @Test func tellsWhatIsAltered() throws {
    let finding = Self.check(Self.selector("Neuron loss was seen in the wild-type astrocytes"))
    guard case .altered(let range, let distance) = finding else {
      Issue.record("\(finding)")
      return
    }
    #expect(QuoteChecker(text: Self.text).words(range) == "Neuron death was seen in wild-type astrocytes")
    #expect(distance == 9)
    #expect(Self.check(Self.selector("Something else altogether, said nowhere")) == .notFound)
    #expect(Self.check(Self.selector("lcn3 x")) == .notFound)
    #expect(Self.check(Self.selector("\u{200B}\u{AD}")) == .notFound)
  }

  @Test func knowsItsText() {
    let checker = QuoteChecker(text: "a")
    var selector = Selector(exact: "a")
    #expect(checker.isSameText(as: selector) == nil)
    selector.sha256 = "CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB"
    #expect(checker.isSameText(as: selector) == true)
    selector.sha256 = String(repeating: "0", count: 64)
    #expect(checker.isSameText(as: selector) == false)
    #expect(QuoteChecker(text: "").check(Selector(exact: "a")) == .notFound)
    #expect(checker.words(-4..<9) == "a")
  }

  @Test func collectsTheQuotesOfASource() throws {
    let place = try Workplace()
    let (paper, other) = try place.store.write { transaction in
      let paper = try transaction.addSource(.pmid(try PMID(parsing: "1"))).id
      let other = try transaction.addSource(.pmid(try PMID(parsing: "2"))).id
      let claim = try transaction.addClaim("C.", source: paper, ["selector": Selector(exact: "c").value]).id
      let note = try transaction.annotate(claim, body: "n", selector: Selector(exact: "n"))
      try transaction.annotate(note, body: "r", selector: Selector(exact: "r"))
      var elsewhere = Selector(exact: "e")
      elsewhere.source = other.description
      try transaction.annotate(claim, body: "e", selector: elsewhere)
      try transaction.annotate(claim, body: "none")
      return (paper, other)
    }
    let found = try place.store.read { reader in
      try [paper, other, nil].map { try reader.quotedRecords(of: $0).map(\.selector.exact) }
    }
    #expect(Set(found[0]) == ["c", "n", "r"] && found[0][0] == "c" && found[1] == ["e"] && found[2].count == 4)
  }
}

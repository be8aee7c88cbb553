import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// How many times the work takes when there is four times as much of it: about 4 where that is in proportion, and 16
/// where it is the square.
///
/// Counted is the time that this thread has had, the least of three runs, so that it does not matter what else goes on.
func growth(from size: Int, _ work: (Int) throws -> Void) rethrows -> Double {
  func nanoseconds(_ size: Int) throws -> Double {
    var least = Double.infinity
    for _ in 0..<3 {
      let start = threadNanoseconds()
      try work(size)
      least = min(least, threadNanoseconds() - start)
    }
    return least
  }
  return try nanoseconds(4 * size) / max(1, nanoseconds(size))
}

/// The time that this thread has had, in nanoseconds: whatever else goes on.
func threadNanoseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Files and texts that are made to take long take as long as they are large. Times are compared, so this runs where
/// VARIORUM_EFFORT is set, on a machine that has nothing else to do.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["VARIORUM_EFFORT"] != nil)) struct EffortTests {
  private static let limit = 9.0

  // MARK: - Nanopublications

  private static let head = """
    @prefix np: <http://www.nanopub.org/nschema#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix oa: <http://www.w3.org/ns/oa#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix sio: <http://semanticscience.org/resource/> .
    @prefix e: <http://x.org/> .

    """

  private static func nanopub(_ assertion: String, _ provenance: String, _ pubinfo: String = "") -> String {
    head
      + "e:h { e:n a np:Nanopublication ; np:hasAssertion e:a ; np:hasProvenance e:p ; np:hasPublicationInfo e:i . }\n"
      + "e:a { \(assertion) }\ne:p { \(provenance) }\ne:i { e:n dct:created 1 . \(pubinfo) }\n"
  }

  private static func many(_ count: Int, _ text: (Int) -> String) -> String { (0..<count).map(text).joined() }

  /// Each of these once took the square of its size.
  private static let nanopubs: [(name: String, text: @Sendable (Int) -> String)] = [
    ("statements without a node", { n in nanopub(many(n) { "e:s\($0) e:p e:o . " }, "e:a e:q 1") }),
    (
      "qualifiers",
      { n in
        nanopub(
          "e:c a rdf:Statement . " + many(n) { _ in "<http://x.org/n#r> rdfs:label \" \" . " }
            + many(n) { "e:c <http://x.org/n#r> <http://purl.obolibrary.org/obo/GO_\($0)> . " }, "e:a e:q 1")
      }
    ),
    (
      "people, papers and evidence",
      { n in
        nanopub(
          "e:s e:p e:o",
          many(n) {
            "e:a sio:SIO_000772 e:e\($0) . e:e\($0) dct:creator e:c\($0) ; prov:wasDerivedFrom e:w\($0) ; "
              + "oa:hasSelector e:x . "
          })
      }
    ),
    (
      "one piece of evidence for all",
      { n in
        nanopub(
          "e:s e:p e:o",
          many(n) { "e:m\($0) oa:motivatedBy oa:assessing ; sio:SIO_000772 e:e . e:e dct:created \" \", \"x\($0)\" . " }
        )
      }
    ),
    (
      "sources and types",
      { n in
        nanopub(
          "e:s e:p e:o",
          many(n) {
            "e:a prov:wasDerivedFrom e:w\($0) . e:v prov:wasDerivedFrom e:y\($0) ; "
              + "e:t <http://purl.obolibrary.org/obo/ECO_\($0)> . "
          })
      }
    ),
    (
      "one graph of many",
      { n in
        nanopub(many(n) { "e:s e:p \($0) . " }, "e:a e:q 1")
          + many(n) {
            "e:h\($0) { e:n\($0) a np:Nanopublication ; np:hasAssertion e:a ; np:hasProvenance e:p ; "
              + "np:hasPublicationInfo e:i . } "
          }
      }
    ),
    ("statements in one line", { n in head + many(n) { "e:s e:p \($0) . " } + "e:h { e:n a np:Nanopublication }" }),
  ]

  @Test(arguments: nanopubs.indices) func nanopublicationsAreReadInProportion(_ index: Int) throws {
    let (name, text) = Self.nanopubs[index]
    let files = try [200, 800].map { try TextFile(Array(text($0).utf8), format: .nanopub) }
    let times = try growth(from: 200) { size in _ = try NanopubParser.parse(files[size == 200 ? 0 : 1]) }
    #expect(times < Self.limit, "\(name)")
  }

  // MARK: - Places

  @Test func aPlaceInALongLineIsFoundAtOnce() throws {
    let text = "a\r\nb\rc\n" + String(repeating: "é\u{1F9EC}x", count: 3000) + "\nlast"
    let file = try TextFile(Array(text.utf8), format: .bibtex)
    var (line, column) = (1, 1)
    let bytes = Array(text.utf8)
    for offset in bytes.indices {
      #expect(file.place(at: offset) == Place(line: line, column: String(column)))
      let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
      if bytes[offset] == 0x0A || bytes[offset] == 0x0D && next != 0x0A {
        (line, column) = (line + 1, 1)
      } else if bytes[offset] & 0xC0 != 0x80 {
        column += 1
      }
    }
    let files = try [20_000, 80_000].map { try TextFile([UInt8](repeating: 0x61, count: $0), format: .bibtex) }
    let times = growth(from: 20_000) { size in
      for offset in stride(from: 0, to: size, by: 40) { _ = files[size == 20_000 ? 0 : 1].place(at: offset) }
    }
    #expect(times < Self.limit)
  }

  @Test func accessionNumbersAreReadInProportion() throws {
    func entry(_ size: Int) throws -> TextFile {
      try TextFile(Array(("TY  - J\n" + Self.repeated("AN  -\n", size) + "ER  -\n").utf8), format: .ris)
    }
    let files = try [500, 2000].map(entry)
    let times = try growth(from: 500) { size in _ = try RISParser.parse(files[size == 500 ? 0 : 1]) }
    #expect(times < Self.limit)
  }

  // MARK: - Quotes

  private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  /// Text and quote, both longer with the number.
  private static let quotes: [(name: String, make: @Sendable (Int) -> (text: String, selector: Selector))] = [
    ("one letter and another at the end", { n in (repeated("a", n), Selector(exact: repeated("a", n / 2) + "b")) }),
    ("one letter and another at the start", { n in (repeated("a", n), Selector(exact: "b" + repeated("a", n / 2))) }),
    (
      "one letter and another in the middle",
      { n in (repeated("a", n), Selector(exact: repeated("a", n / 4 + 3) + "b" + repeated("a", n / 4))) }
    ),
    (
      "runs of one letter that are too short",
      { n in (repeated(repeated("a", n / 10) + "b", 10), Selector(exact: repeated("a", n / 8))) }
    ),
    (
      "words around many places",
      { n in (repeated("a", n), Selector(exact: "aaaaaaaa", prefix: repeated("a", n), suffix: repeated("a", n))) }
    ),
  ]

  @Test(arguments: quotes.indices) func quotesAreSoughtInProportion(_ index: Int) throws {
    let (name, make) = Self.quotes[index]
    // Beyond the length up to which edits are counted, so that nothing but the search itself is measured.
    let samples = [40_000, 160_000].map { size in
      let (text, selector) = make(size)
      return (QuoteChecker(text: text), selector)
    }
    let times = growth(from: 40_000) { size in
      let (checker, selector) = samples[size == 40_000 ? 0 : 1]
      _ = checker.check(selector)
    }
    #expect(times < Self.limit, "\(name)")
  }

  @Test func whatIsTooLongIsNotSoughtWithEdits() {
    let words = (0..<2000).map { "w\($0 &* 7919 % 100_003)" }.joined(separator: " ")
    let checker = QuoteChecker(text: words)
    let short = String(words.prefix(4000).dropLast() + "#")
    let long = String(words.prefix(QuoteChecker.longestAlteredLength + 1).dropLast() + "#")
    #expect(checker.check(Selector(exact: short)) == .altered(0..<short.count - 1, distance: 1))
    #expect(checker.check(Selector(exact: long)) == .notFound)
  }

  /// The search in one pass finds what looking everywhere finds.
  @Test func findsWhatStandsThere() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("search: seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      func scalars(_ count: Int) -> [Unicode.Scalar] {
        (0..<count).map { _ in Bool.random(using: &random) ? "a" : "b" }
      }
      let (text, words) = (
        scalars(Int.random(in: 0...60, using: &random)), scalars(Int.random(in: 1...8, using: &random))
      )
      let places = text.indices.filter { text[$0...].starts(with: words) }
      #expect(ScalarSearch(words).places(in: text, limit: .max) == places, "seed \(seed)")
      #expect(ScalarSearch(words).places(in: text, limit: 2) == Array(places.prefix(2)), "seed \(seed)")
      #expect(TextIndex(text).places(of: words, limit: .max) == places, "seed \(seed)")
    }
  }

  // MARK: - BioC

  /// A document with a passage and annotations of it.
  private static func document(_ text: String, _ annotations: [BioCAnnotation]) -> BioCDocument {
    var document = BioCDocument(id: "1")
    document.passages = [BioCSegment(text: text, annotations: annotations)]
    return document
  }

  private static func mention(_ text: String?, at offset: Int, length: Int? = nil) -> BioCAnnotation {
    BioCAnnotation(
      id: "x", text: text, locations: [BioCLocation(offset: offset, length: length ?? text?.unicodeScalars.count ?? 0)])
  }

  @Test func mentionsThatAreNotThereAreSoughtWithinBounds() {
    let effort = BioCEffort(limit: 100_000)
    let mentions = (0..<1000).map { Self.mention(Self.repeated("a", 20) + "b\($0)", at: $0) }
    let document = Self.document(Self.repeated("a", 2000) + "c", mentions)
    let placer = BioCPlacer(document, isJoined: false, effort: effort)
    var unsought = 0
    for mention in mentions {
      if case .unsought = placer.place(mention, on: BioCPath(passage: 0)) { unsought += 1 }
    }
    #expect(effort.steps < 110_000 && unsought > 900, "\(effort.steps) \(unsought)")
  }

  @Test func theNearestOfSeveralIsTaken() {
    for (offset, expected) in [(0, 2), (9, -1), (10, -2), (12, 2), (30, -16), (14, 0)] {
      let mention = Self.mention("ab", at: offset)
      let placer = BioCPlacer(Self.document("..ab....ab....ab..", [mention]), isJoined: false, effort: BioCEffort())
      switch placer.place(mention, on: BioCPath(passage: 0)) {
      case .shifted(let distance): #expect(distance == expected, "\(offset)")
      case .here: #expect(expected == 0, "\(offset)")
      default: Issue.record("\(offset)")
      }
    }
  }

  /// A few bytes of a location can name a whole passage: it is neither copied to be compared, nor taken without end.
  @Test func locationsDoNotMakeASmallFileLarge() {
    let text = Self.repeated("a", 1 << 20)
    let document = Self.document(text, [])
    let placer = BioCPlacer(document, isJoined: false, effort: BioCEffort())
    var taken = 0
    for _ in 0..<100 {
      if case .here = placer.place(Self.mention(nil, at: 0, length: 1 << 20), on: BioCPath(passage: 0)) { taken += 1 }
    }
    #expect(taken == 64)
  }

  @Test func quotesAreHungInProportion() throws {
    let places = try [20_000, 80_000].map { size in
      let place = try Workplace()
      try place.take("1|t|T\n1|a|\(Self.repeated("a", size))\n", "a.pubtator")
      let source = try #require(place.all(.source).first)
      try place.store.write {
        for letter in ["b", "c"] {
          let selector = Selector(exact: Self.repeated("a", size / 2) + letter)
          try $0.annotate(source.id, body: "x", motivation: .commenting, selector: selector)
        }
      }
      return place
    }
    let times = try growth(from: 20_000) { size in _ = try places[size == 20_000 ? 0 : 1].exported(.biocJSON) }
    #expect(times < Self.limit)
  }
}

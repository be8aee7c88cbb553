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

private func threadNanoseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Files and texts that are made to take long take as long as they are large.
@Suite struct EffortTests {
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
}

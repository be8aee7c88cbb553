import Foundation
import Testing

@testable import Interchange

/// Reads and writes TriG, and says where it is wrong.
@Suite struct TriGTests {
  static func quads(_ text: String) throws(InterchangeError) -> [RDFQuad] {
    try TriGReader(TextFile(Array(text.utf8), format: .nanopub)).quads
  }

  /// The statements as N-Quads, without the full stops.
  private static func lines(_ text: String) throws -> [String] {
    func term(_ term: RDFTerm) -> String {
      switch term {
      case .iri(let iri): return iri.text
      case .blank(let number): return "_\(number)"
      case .literal(let literal):
        return "\"\(literal.text)\""
          + (literal.language.map { "@" + $0 } ?? "^" + (literal.datatype.text.split(separator: "#").last ?? ""))
      }
    }
    return try quads(text).map { quad in
      ([quad.subject, .iri(quad.predicate), quad.object] + (quad.graph.map { [$0] } ?? [])).map(term).joined(
        separator: " ")
    }
  }

  @Test(arguments: [
    ("<a:s> <a:p> <a:o> .", ["a:s a:p a:o"]),
    (
      "@prefix e: <http://e/> . e:s a e:o, e:p-1 ; e:q e:r.s . ",
      [
        "http://e/s http://www.w3.org/1999/02/22-rdf-syntax-ns#type http://e/o",
        "http://e/s http://www.w3.org/1999/02/22-rdf-syntax-ns#type http://e/p-1", "http://e/s http://e/q http://e/r.s",
      ]
    ),
    (
      "prefix : <x:> GRAPH :g { :s :p 1, 2.5, -3e0, .5, true . :s :q false } :g{:a :b :c}",
      [
        "x:s x:p \"1\"^integer x:g", "x:s x:p \"2.5\"^decimal x:g", "x:s x:p \"-3e0\"^double x:g",
        "x:s x:p \".5\"^decimal x:g", "x:s x:p \"true\"^boolean x:g", "x:s x:q \"false\"^boolean x:g",
        "x:a x:b x:c x:g",
      ]
    ),
    (
      "PREFIX : <x:> { :s :p 'a\\n\\u00e9' , \"\"\"b\"c\n\"\"\"@en-GB, '''d'e'''^^<x:#t> }",
      [
        "x:s x:p \"a\né\"^string", "x:s x:p \"b\"c\n\"@en-GB", "x:s x:p \"d'e\"^t",
      ]
    ),
    (
      "@base <http://e/a/b?q#f> . <c> <../d> <#g> . <> </x> <//y/z> .",
      [
        "http://e/a/c http://e/d http://e/a/b?q#g", "http://e/a/b?q http://e/x http://y/z",
      ]
    ),
    (
      "@prefix : <x:> . [] :p [ :q _:b ; ; ] . _:b :r () . (1 :a) :s :c . [ :t :d ] .",
      [
        "_2 x:q _3", "_1 x:p _2", "_3 x:r http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
        "_4 http://www.w3.org/1999/02/22-rdf-syntax-ns#first \"1\"^integer",
        "_4 http://www.w3.org/1999/02/22-rdf-syntax-ns#rest _5",
        "_5 http://www.w3.org/1999/02/22-rdf-syntax-ns#first x:a",
        "_5 http://www.w3.org/1999/02/22-rdf-syntax-ns#rest http://www.w3.org/1999/02/22-rdf-syntax-ns#nil",
        "_4 x:s x:c", "_6 x:t x:d",
      ]
    ),
    ("# a comment\n@prefix e: <x:> . # another\ne:a\\,b%20 e:p:q <x:\\u00e9> .", ["x:a,b%20 x:p:q x:é"]),
  ])
  func reads(_ text: String, _ expected: [String]) throws {
    #expect(try Self.lines(text) == expected)
  }

  @Test(arguments: [
    (
      "<a:s> <a:p> <a:o>",
      "line 1, column 18: not valid nanopublication: expected . to end the statement that begins at line 1, column 1"
    ),
    ("<a:s> <a:p> e:o .", "line 1, column 13: not valid nanopublication: the prefix \"e:\" is not declared"),
    (
      "\n\n<a:s> <a:p> \"x .",
      "line 3, column 13: not valid nanopublication: the string that begins here is never closed"
    ),
    (
      "<a:s> <p> 1 .",
      "line 1, column 7: not valid nanopublication: a relative IRI, and no @base before it (write it in full)"
    ),
    ("<a:s> \"p\" 1 .", "line 1, column 7: not valid nanopublication: expected an IRI, a prefixed name or a literal"),
    ("<a:s> . ", "line 1, column 7: not valid nanopublication: expected an IRI, a prefixed name or a literal"),
    (
      "<a:g> { <a:s> <a:p> 1",
      "line 1, column 22: not valid nanopublication: expected . between statements, or } to end the graph that begins at line 1, column 7"
    ),
    (
      "<a:s> <a:p> 'a\nb' .",
      "line 1, column 15: not valid nanopublication: a line end inside a string in single quotes marks (write \\n, or use three quote marks)"
    ),
    ("<a:s> <a:p> << <a:x> <a:y> 1 >> .", "line 1, column 14: not valid nanopublication: RDF-star cannot be read"),
    ("<a:s> <a:p> '\\ud800' .", "line 1, column 14: not valid nanopublication: an escape of what is no character"),
    ("<a:é é> <a:p> 1 .", "line 1, column 5: not valid nanopublication: a character that an IRI cannot have"),
  ])
  func saysWhereItIsWrong(_ text: String, _ message: String) {
    #expect(refusal(text, "x.trig") == message)
  }

  @Test func boundsDepthLengthAndNumber() {
    let deep = "<a:s> <a:p> " + String(repeating: "[ <a:p> ", count: 200)
    #expect(refusal(deep, "x.trig").contains("nested deeper than 64 levels"))
    #expect(refusal("<a:s> <a:p> " + String(repeating: "(", count: 200), "x.trig").contains("nested deeper"))
    let long = "@prefix e: <a:\(String(repeating: "x", count: 9000))> ."
    #expect(refusal(long, "x.trig").contains("an IRI of more than 8192 bytes"))
  }

  /// What is written is read as the same statements, whatever stands in texts and IRIs.
  @Test func writtenStatementsAreReadAgain() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("TriG: seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "a", "\"", "\\", "\n", "\r\n", "\t", "\u{0}", "\u{7F}", "é", "𝄞", "'", ".", ";", "@en", "^^", "{", "}",
    ]
    let names = [
      "http://e/a", "http://e/a#b", "http://e/-x", "http://purl.obolibrary.org/obo/GO_1", "urn:uuid:é", "http://e/",
    ]
    func text() -> String {
      (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }
    func iri() -> IRI { IRI(names.randomElement(using: &random) ?? "") }
    for round in 0..<300 {
      var quads: [RDFQuad] = []
      var graph: RDFTerm?
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        if Int.random(in: 0..<3, using: &random) == 0 { graph = Bool.random(using: &random) ? .iri(iri()) : nil }
        let object: RDFTerm =
          switch Int.random(in: 0..<4, using: &random) {
          case 0: .iri(iri())
          case 1: .literal(RDFLiteral(text(), language: "en-GB"))
          case 2: .literal(RDFLiteral(text(), datatype: iri()))
          default: .text(text())
          }
        quads.append(RDFQuad(graph: graph, subject: .iri(iri()), predicate: iri(), object: object))
      }
      let written = TriGText.write(quads, first: [("this", "http://e/a"), ("sub", "http://e/a#")])
      #expect(try Self.quads(written) == quads, "seed \(seed), round \(round): \(written)")
    }
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00+00:00"), (951_782_400_250, "2000-02-29T00:00:00.250000+00:00"),
      (-1, "1969-12-31T23:59:59.999000+00:00"), (1_760_000_000_000, "2025-10-09T08:53:20+00:00"),
    ] as [(Int64, String)])
  func timesComeBack(_ milliseconds: Int64, _ text: String) {
    #expect(XSDDateTime.text(milliseconds) == text)
    #expect(XSDDateTime.milliseconds(text) == milliseconds)
  }

  @Test(
    arguments: [
      ("2000-02-29", 951_782_400_000), ("2000-02-29T01:00:00+01:00", 951_782_400_000),
      ("2000-02-28T23:30:00.5-00:30", 951_782_400_500), ("2000-02-29T00:00:00Z", 951_782_400_000),
      ("2000-02-29T00:00:00", 951_782_400_000), ("2000-2-29", nil), ("soon", nil), ("2000-13-01", nil),
      ("2000-02-29T25:00:00", nil), ("2000-02-29T00:00:00Zx", nil),
    ] as [(String, Int64?)])
  func readsTimes(_ text: String, _ milliseconds: Int64?) {
    #expect(XSDDateTime.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    ("MONDO:0004976", "http://purl.obolibrary.org/obo/MONDO_0004976"),
    ("NCBIGene:3934", "https://identifiers.org/ncbigene:3934"),
    ("MESH:D007501", "https://identifiers.org/mesh:D007501"),
    ("biolink:affects", "https://w3id.org/biolink/vocab/affects"),
    ("x.y:a%b<c", "https://identifiers.org/x.y:a%25b%3Cc"),
    ("NCBITaxon:9606", "http://purl.obolibrary.org/obo/NCBITaxon_9606"),
  ])
  func expandsAndContracts(_ curie: String, _ iri: String) {
    #expect(CURIENamespaces.iri(of: curie)?.text == iri)
    #expect(CURIENamespaces.curie(of: IRI(iri)) == curie)
  }

  @Test(arguments: [
    ("http://identifiers.org/ncbigene/3934", "NCBIGene:3934"), ("https://bioregistry.io/go:0006879", "GO:0006879"),
    ("https://identifiers.org/mondo/MONDO:0004976", "MONDO:0004976"), ("http://e/a", nil),
    ("http://purl.uniprot.org/uniprot/P80188", "UniProtKB:P80188"), ("http://purl.obolibrary.org/obo/x y", nil),
  ])
  func contractsWhatOthersWrite(_ iri: String, _ curie: String?) {
    #expect(CURIENamespaces.curie(of: IRI(iri)) == curie)
  }
}

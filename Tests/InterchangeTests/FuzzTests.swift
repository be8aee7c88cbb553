import Foundation
import Testing

@testable import Interchange

/// Mutated inputs: every parser answers or refuses, and never crashes; the streaming reader answers the same for any
/// pieces.
@Suite struct FuzzTests {
  static let seeds: [(Format, String)] = [
    (.paper, PaperRecordTests.sample),
    (
      .tsv,
      "statement\tsource\tnegated\ttags\n\"a \"\"b\"\" c\"\tDOI:10.1/x\ttrue\ta;b\r\nx\t\t\t\r\"two\nlines\"\t\t\té|𝄞\n"
    ),
    (.csv, "target;body;motivation\nc:3f9a1c;\"a;b\r\nc\";commenting\n;;\n"),
    (
      .cslJSON,
      #"[{"DOI":"10.1/x","title":"aé\u00e9\ud834\udd1e","author":[{"family":"a"}]"#
        + #","issued":{"date-parts":[[2025,1]]}},-1.5e3]"#
    ),
    (
      .bibtex,
      #"@string{a = "x" # {y}} @article{k,"#
        + #" title = {A {\"u} \'{\i} \v{S} $\alpha$}, author = {A B and {C}}, doi = a # 1, month = jan}"#
    ),
    (
      .nanopub,
      "@prefix : <x:> . @base <http://e/> . :h { :n a <http://www.nanopub.org/nschema#Nanopublication> ;"
        + " <http://www.nanopub.org/nschema#hasAssertion> :a ; <http://www.nanopub.org/nschema#hasProvenance> :p ;"
        + " <http://www.nanopub.org/nschema#hasPublicationInfo> :i } GRAPH :a { :s :p 'é𝄞\\n'@en, \"\"\"x\"\"\", 1.5e3, true }"
        + " :p { :a <http://www.w3.org/ns/prov#wasDerivedFrom> <https://doi.org/10.1/x> } :i { :n :q [ :r (1 <#z>) ] }"
    ),
    (
      .w3c,
      #"{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationCollection","first":{"items":["#
        + #"{"id":"https://x.org/1","type":"Annotation","created":"2020-01-01T00:00:00Z","body":[{"value":"é"},"x"],"#
        + #""target":{"source":"https://doi.org/10.1234/x","selector":[{"type":"TextQuoteSelector","exact":"a"},"#
        + #"{"type":"TextPositionSelector","start":1,"end":2}]}},{"id":"urn:uuid:6e5b4a16-adee-827d-8cb5-03a3a123695b","#
        + #""type":"Annotation","variorum:kind":"claim","body":{"type":"TextualBody","value":"v"},"target":"urn:x:y"}]}}"#
    ),
    (
      .w3c,
      #"{"total":1,"rows":[{"id":"a1","uri":"https://x.org/","user":"acct:u@h","text":"t","tags":["x"],"references":["b"],"#
        + #""target":[{"source":"https://x.org/","selector":[{"type":"TextQuoteSelector","exact":"e"}]}]}]}"#
    ),
    (
      .biocJSON,
      #"{"documents":[{"id":"7","infons":{},"passages":[{"offset":0,"infons":{"type":"title"},"text":"aé µg","#
        + #""annotations":[{"id":"1","infons":{"type":"Gene","identifier":"3934;-"},"text":"µg","#
        + #""locations":[{"offset":3,"length":2}]}]}]}]}"#
    ),
    (
      .biocXML,
      "<collection><source>x</source><document><id>7</id><infon key=\"k\">v</infon><passage><offset>0</offset>"
        + "<text>aé &#181;g</text><annotation id=\"1\"><infon key=\"MESH\">D1</infon>"
        + "<location offset=\"3\" length=\"2\"/><text>µg</text></annotation></passage></document></collection>"
    ),
    (.pubtator, "7|t|aé µg\n7|a|b\n7\t3\t5\tµg\tGene\t3934\n7\tCID\tD1\tD2\n\n8|t|x\n8|a|\n"),
    (.ris, "TY  - JOUR\nAU  - A, B\nDA  - 2020/01/02\nDO  - 10.1/x\nC2  - PMC1\nER  - \n"),
  ]

  private static let morsels: [[UInt8]] =
    [
      "\"", "\"\"", "\n", "\r", "\r\n", "\t", ",", ";", "{", "}", "[", "]", "(", ")", "\\", "\\u", "\\'{", "@", "#",
      "# ", "## ", "=",
      "- ", "**", ":", "TY  - ", "ER  - ", "$", "~", " and ", "\u{FEFF}", "é", "𝄞", "\u{0}", "null", "1e", "\\ud800",
      "</document>", "<text>", "<!ENTITY a \"b\">", "&a;", "<!--", "|t|", "9223372036854775807",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

  private static func mutate(_ bytes: [UInt8], with random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let position = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, position + Int.random(in: 0...8, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.replaceSubrange(position..<end, with: morsels[Int.random(in: 0..<morsels.count, using: &random)])
      case 1: bytes.removeSubrange(position..<end)
      case 2: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...bytes.count, using: &random))
      case 3: bytes.removeSubrange(position...)
      case 4: bytes.insert(contentsOf: morsels[Int.random(in: 0..<morsels.count, using: &random)], at: position)
      default: if position < bytes.count { bytes[position] = UInt8.random(in: 0...255, using: &random) }
      }
    }
    return bytes
  }

  /// What reading came to, as text that can be compared.
  private static func outcome(_ body: () throws(InterchangeError) -> ImportDraft) -> String {
    do throws(InterchangeError) { return "\(try body())" } catch { return error.description }
  }

  @Test(arguments: seeds.indices)
  func noMutationCrashes(_ index: Int) {
    let environment = ProcessInfo.processInfo.environment
    let rounds = environment["VARIORUM_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1000
    let seed = environment["VARIORUM_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
    // Printed beforehand, so that a crash tells it as well.
    print("Interchange fuzz of \(Self.seeds[index].0): VARIORUM_FUZZ_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let (format, text) = Self.seeds[index]
    for round in 0..<rounds {
      let bytes = Self.mutate(Array(text.utf8), with: &random)
      let whole = Self.outcome { () throws(InterchangeError) in try Format.parse(bytes, name: "-", as: format) }
      _ = Self.outcome { () throws(InterchangeError) in try Format.parse(bytes, name: "-") }
      guard format.isTable, bytes.contains(where: { !isSpace($0) }) else { continue }
      let size = Int.random(in: 1...9, using: &random)
      let streamed = Self.outcome { () throws(InterchangeError) in
        var table = try ImportTable(format: format, source: pieces(of: bytes, size: size))
        var draft = ImportDraft()
        while let outcome = try table.next() {
          switch outcome {
          case .claim(let claim): draft.claims.append(claim)
          case .annotation(let annotation): draft.annotations.append(annotation)
          case .term(let term): draft.terms.append(term)
          case .problem(let problem): draft.problems.append(problem)
          }
        }
        return draft
      }
      // With pieces, a fault of the table may be met before one of the encoding further on; otherwise the two agree.
      let isEncodingFault =
        ["not valid UTF-8", "a zero byte", "the text is in UTF-16"].contains { whole.hasPrefix($0) }
        || whole.contains("not valid UTF-16")
      #expect(streamed == whole || isEncodingFault, "seed \(seed), round \(round), pieces of \(size)")
    }
  }

  @Test func longInputsAreReadInLinearTime() throws {
    let count = 20_000
    let inputs: [(Format, String)] = [
      (
        .paper,
        "# T\nDOI: 10.1/x\n## Key findings\n- " + String(repeating: "iron ", count: count)
          + "\n## Linked entities\n- **Genes:** "
          + (0..<count).map { "iron (A:\($0))" }.joined(separator: ", ")
      ),
      (.tsv, "statement\n\"" + String(repeating: "\"\"\n", count: count) + "\"\n"),
      (
        .w3c,
        "[" + String(repeating: #"{"id":"urn:x:1","target":"https://x.org/","body":"a b"},"#, count: count) + "{}]"
      ),
      (.w3c, #"{"type":"Annotation","target":""# + String(repeating: #"\\"#, count: count)),
      (.cslJSON, "[" + String(repeating: "{\"DOI\":\"10.1/x\"},", count: count) + "{}]"),
      (
        .bibtex,
        String(repeating: "@misc{a, doi={10.1/x}}\n", count: count) + "@misc{a, t={"
          + String(repeating: "\\'{", count: 900)
      ),
      (.ris, String(repeating: "TY  - X\nDO  - 10.1/x\nER  - \n", count: count)),
    ]
    for (format, text) in inputs {
      let start = threadNanoseconds()
      _ = Self.outcome { () throws(InterchangeError) in try read(text, "-", as: format) }
      let seconds = (threadNanoseconds() - start) / 1e9
      #expect(seconds < 20, "\(format) took \(seconds) s")
    }
  }
}

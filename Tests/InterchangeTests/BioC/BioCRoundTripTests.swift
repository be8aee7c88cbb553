import AnnotationStore
import Testing

@testable import Interchange

/// Documents that come in and go out again, and what was written here and comes back.
@Suite struct BioCRoundTripTests {
  private static func collection(_ documents: [BioCDocument]) -> String {
    #"{"source":"x","date":"","key":"","infons":{},"documents":["#
      + documents.map(BioCJSONText.document).joined(separator: ",") + "]}"
  }

  /// The documents of an export in JSON, each a line, in the order of their bytes.
  private static func documents(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("{\"bioctype\":\"BioCDocument\"") }
      .map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }.sorted { $0.precedesInBytes($1) }
  }

  @Test func randomDocumentsComeBack() throws {
    let seed = seed(of: "BioC round trip")
    var generator = RandomBioC(random: SeededGenerator(seed: seed))
    for round in 0..<20 {
      let documents = (0..<3).map { generator.document(1000 + $0) }
      let place = try Workplace.holding(Self.collection(documents), .biocJSON)
      let json = try place.exported(.biocJSON)
      let given = documents.map(BioCJSONText.document).sorted { $0.precedesInBytes($1) }
      #expect(Self.documents(json.text) == given, "seed \(seed), round \(round)")
      #expect(json.report.leftOut.isEmpty)
      let again = try Workplace.holding(json.text, .biocJSON)
      #expect(try again.exported(.biocJSON).text == json.text, "seed \(seed), round \(round)")
      // XML has texts only, so numbers come back as texts; from there on nothing changes.
      let xml = try place.exported(.biocXML).text
      let throughXML = try Workplace.holding(xml, .biocXML)
      #expect(try throughXML.exported(.biocXML).text == xml, "seed \(seed), round \(round)")
      let tabbed = try place.exported(.pubtator).text
      let throughTabs = try Workplace.holding(tabbed, .pubtator)
      let tabbedAgain = try throughTabs.exported(.pubtator).text
      #expect(tabbedAgain == tabbed, "seed \(seed), round \(round)")
    }
  }

  @Test(arguments: [BioCUnit.utf16, .utf8])
  func everyUnitGivesTheSameSelectors(_ unit: BioCUnit) throws {
    let seed = seed(of: "BioC units \(unit)")
    var generator = RandomBioC(random: SeededGenerator(seed: seed))
    for round in 0..<20 {
      let document = generator.document(7)
      let plain = try Format.parse(Array(Self.collection([document]).utf8), name: "a", as: .biocJSON)
      let counted = try Format.parse(Array(Self.collection([document.counting(unit)]).utf8), name: "a", as: .biocJSON)
      let isTold = counted.leftOut.contains { $0.contains(unit.words) }
      // Where few mentions lie behind other letters than ASCII, both readings fit, and code points are taken.
      guard isTold else { continue }
      #expect(
        plain.records.map { $0.fields["selector"] } == counted.records.map { $0.fields["selector"] },
        "seed \(seed), round \(round)")
      #expect(plain.sources.map(\.origin) == counted.sources.map(\.origin), "seed \(seed), round \(round)")
    }
  }

  @Test func whatIsWrittenHereComesBack() throws {
    let seed = seed(of: "BioC of stores")
    var generator = RandomBioC(random: SeededGenerator(seed: seed))
    for format in [Format.biocJSON, .biocXML] {
      let place = try Workplace()
      try place.store.write { transaction in
        for number in 0..<4 {
          let source = try transaction.addSource(
            .pmid(try PMID(parsing: "\(500 + number)")), ["title": .text("LCN2 µ in e\u{301} ALS 👩‍🔬")]
          ).id
          for _ in 0..<generator.number(0...4) {
            var selector = Selector(exact: generator.text(), prefix: "before ", suffix: " after")
            if generator.number(0...1) == 0 { selector = Selector(exact: "ALS") }
            if selector.exact?.trimmed().isEmpty == true { continue }
            try transaction.annotate(
              source, body: "A note on it.", motivation: .questioning, tags: ["NCBIGene:3934", "Gene", "look"],
              selector: selector)
          }
          try transaction.addClaim(
            "LCN2 is raised.", source: source, isImported: true,
            ["selector": Selector(exact: "is raised in", prefix: "LCN2 ").value, "subject": .text("NCBIGene:3934")])
        }
      }
      let first = try place.exported(format)
      let other = try Workplace.holding(first.text, format)
      #expect(try other.exported(format).text == first.text, "seed \(seed)")
      let written = try place.all(.annotation).map { [$0.id.description, $0.text("body"), $0.text("motivation")] }
      let found = try other.all(.annotation)
      for record in written {
        #expect(found.contains { [$0.id.description, $0.text("body"), $0.text("motivation")] == record })
      }
      let tags = try #require(found.first { $0.text("motivation") == "questioning" }).elements("tags")
      #expect(tags == ["Gene", "NCBIGene:3934", "look"])
      #expect(found.contains { $0.text("body") == "LCN2 is raised." && $0.selector?.exact == "is raised in" })
    }
  }

  @Test func theExampleIsGolden() throws {
    let place = try Workplace()
    try place.take(try Workplace.example("paper.csl.json"), "paper.csl.json")
    let abstract = "20211229|t|LCN2 (µg/ml) in ALS\n20211229|a|Both 👩‍🔬 and 脂質 count; LCN2 rises.\n"
    let mentions =
      "20211229\t0\t4\tLCN2\tGene\t3934\n20211229\t16\t19\tALS\tDisease\tMESH:D000690\n"
      + "20211229\t43\t47\tLCN2\tGene\t3934\n20211229\tAssociation\t3934\tMESH:D000690\n"
    try place.take(abstract + mentions, "a.pubtator")
    try Golden.expect(try place.exported(.biocJSON).text, "lcn2-als.bioc.json")
    try Golden.expect(try place.exported(.biocXML).text, "lcn2-als.bioc.xml")
    // The source of the bibliography has no PMID, so what went in as PubTator is all that comes out.
    try Golden.expect(try place.exported(.pubtator).text, "lcn2-als.pubtator")
    #expect(try Golden.text("lcn2-als.pubtator") == abstract + mentions)
  }
}

import AnnotationStore
import Testing

@testable import Interchange

/// Sources written as a bibliography and read again.
@Suite struct BibliographyRoundTripTests {
  static let formats: [Format] = [.cslJSON, .bibtex, .ris]

  private static let words = [
    "LCN2", "ALS", "in", "the", "{braces}", "}", "{", "\\", "\\alpha", "$x^2$", "50%", "A&B", "#1", "a_b", "~", "^",
    "``quoted''", "'single'", "--", "---", "?`", "Größe", "naïve", "e\u{301}\u{323}", "µ", "μ", "α–β", "脂質運載蛋白",
    "リポカリン", "مقال", "𝄞", "👩‍🔬", "<i>in vivo</i>", "\"x\"", "and", "AND", "others", "TY  - X", "ER  -", "@misc{a,",
    "Name:", "\u{301}x", "a,b", ";", "{{x}}", "\\'e", "%",
  ]
  private static let families = [
    "Wang", "van der Berg", "Al Nimer", "García-Márquez", "d'Arcy", "O’Neil", "de la Cruz y Vega", "王", "and", "{X}",
    "Smith_Jones", "von Ü", "Ng",
  ]
  private static let givens = ["Zhuoya", "J. W.", "José", "小明", "Jean-Luc", "and", "A~B", "x"]
  private static let groups = [
    "The LCN2 Consortium", "Plato", "others", "Smith & Sons", "and Partners", "A, B, C, D", "Wang,Z", "UK Biobank {v2}",
  ]

  private static func text(_ random: inout SeededGenerator) -> String {
    let gaps = [" ", " ", " ", " ", "  ", "\n", "\u{A0}", "\t", " \u{1} "]
    var text = ""
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      if !text.isEmpty { text += gaps.randomElement(using: &random) ?? " " }
      text += words.randomElement(using: &random) ?? "x"
    }
    return text
  }

  private static func author(_ random: inout SeededGenerator) -> String {
    guard Int.random(in: 0..<4, using: &random) > 0 else { return groups.randomElement(using: &random) ?? "x" }
    var name = (families.randomElement(using: &random) ?? "x") + ", " + (givens.randomElement(using: &random) ?? "x")
    if Int.random(in: 0..<4, using: &random) == 0 { name += ", Jr." }
    return name
  }

  /// Adds a random source and returns its title's words, so that the test knows what was there.
  private static func addSource(_ number: Int, _ random: inout SeededGenerator, to transaction: WriteTransaction) throws
  {
    var values: [String: CBORValue] = [:]
    func maybe(_ field: String, _ value: @autoclosure () -> CBORValue) {
      if Bool.random(using: &random) { values[field] = value() }
    }
    maybe("title", .text(text(&random)))
    maybe("authors", .array((0..<Int.random(in: 1...4, using: &random)).map { _ in .text(author(&random)) }))
    maybe("container", .text(text(&random)))
    let dates = ["2025", "2025-10", "2025-10-02", "1999-02", "2024-02-29"]
    maybe("issued", .text(dates.randomElement(using: &random) ?? "2025"))
    maybe("retracted", .bool(true))
    maybe("pmcid", .text("PMC\(7000 + number)"))
    maybe("url", .text("https://example.org/a_b%20{c}\\d#\(number)&x~y$"))
    let curies = ["NCBIGene:3934", "MONDO:0004976", "Cellosaurus:CVCL_0030", "HGVS:p.(V600E)", "X:{a}%"]
    let entities = try curies.filter { _ in Bool.random(using: &random) }.map { try CURIE(parsing: $0) }
    let identifiers: [DerivedID.SourceIdentifier] = [
      .doi(try DOI(parsing: "10.1000/a_{b}(c)<d>\(number);x%41\\&#~$")), .pmid(try PMID(parsing: "\(100 + number)")),
      .pmcid(try PMCID(parsing: "PMC\(8000 + number)")),
      .url(try WebAddress(parsing: "https://example.org/only/\(number)_%7B")),
    ]
    guard let identifier = identifiers.randomElement(using: &random) else { return }
    try transaction.addSource(identifier, values, entities: entities)
  }

  @Test(arguments: formats)
  func randomSourcesComeBack(_ format: Format) throws {
    let seed = seed(of: "bibliography round trip \(format)")
    var random = SeededGenerator(seed: seed)
    for round in 0..<12 {
      let place = try Workplace()
      let count = Int.random(in: 0...20, using: &random)
      try place.store.write { transaction in
        for number in 0..<count { try Self.addSource(number, &random, to: transaction) }
      }
      let first = try place.exported(format)
      #expect(first.report.written[.source] == count)
      guard count > 0, format != .cslJSON || first.text != "[]\n" else { continue }
      let other = try Workplace.holding(first.text, format)
      let second = try other.exported(format)
      #expect(second.text == first.text, "seed \(seed), round \(round)")
      #expect(try Self.content(of: other, format) == Self.content(of: place, format), "seed \(seed), round \(round)")
    }
  }

  /// What a bibliography carries of all sources, white space aside, in an order of its own.
  private static func content(of place: Workplace, _ format: Format) throws -> [String] {
    try place.all(.source).map { record in
      let lines = Kind.source.fields.compactMap { field -> String? in
        if field.name == "retracted", format == .ris { return nil }
        switch record.fields[field.name] {
        case nil: return nil
        case .text(let text): return field.name + "=" + text.replacing("\u{1}", with: " ").collapsed()
        case .texts(let names): return field.name + "=" + names.map { $0.collapsed() }.joined(separator: "|")
        case let content?: return field.name + "=" + JSONText.write(content.value)
        }
      }
      return lines.joined(separator: "\n")
    }.sorted { $0.precedesInBytes($1) }
  }

  @Test func keysAreTheSameWhateverTheOrder() throws {
    let items = [
      #"{"DOI":"10.1000/b","title":"On Lipocalin","author":[{"family":"Åström","given":"B"}],"issued":{"date-parts":[[2020]]}}"#,
      #"{"DOI":"10.1000/a","title":"The lipocalin","author":[{"family":"Astrom","given":"A"}],"issued":{"date-parts":[[2020]]}}"#,
      #"{"DOI":"10.1000/c","title":"铁"}"#, #"{"PMID":"7","title":"Of the"}"#,
    ]
    let place = try Workplace.holding("[" + items.joined(separator: ",") + "]", .cslJSON)
    let turned = try Workplace.holding("[" + items.reversed().joined(separator: ",") + "]", .cslJSON)
    let text = try place.exported(.bibtex).text
    #expect(try turned.exported(.bibtex).text == text)
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("@") }
    #expect(keys == ["@misc{astrom2020lipocalin,", "@misc{astrom2020lipocalin-2,", "@misc{of,", "@misc{source,"])
  }

  @Test func saysWhatItLeavesOut() throws {
    let place = try Workplace()
    try place.store.write { transaction in
      let id = try transaction.addSource(
        .pmid(try PMID(parsing: "1")), ["title": .text("two  spaces"), "retracted": .bool(true)],
        entities: [try CURIE(parsing: "A:b,c")]
      ).id
      try transaction.set(id, "origin", to: .text("{}"))
    }
    let ris = try place.exported(.ris).report.leftOut.map(\.what)
    #expect(ris.count == 3 && ris.contains { $0.contains("RIS has no tag") })
    #expect(try place.exported(.bibtex).report.leftOut.map(\.what).contains { $0.contains("comma or semicolon") })
    let text = try place.exported(.bibtex).text
    #expect(text.contains("pubstate = {retracted}") && !text.contains("keywords"))
  }

  @Test func theExampleIsGolden() throws {
    let place = try Workplace()
    for name in ["paper.csl.json", "references.bib"] { try place.take(try Workplace.example(name), name) }
    try Golden.expect(try place.exported(.cslJSON).text, "lcn2-als.csl.json")
    try Golden.expect(try place.exported(.bibtex).text, "lcn2-als.bib")
    try Golden.expect(try place.exported(.ris).text, "lcn2-als.ris")
  }
}

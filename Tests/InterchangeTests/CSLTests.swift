import Testing

@testable import Interchange

@Suite struct CSLTests {
  @Test func readsAnItem() throws {
    let text = #"""
      {"id": "x", "type": "article-journal", "DOI": " 10.1/x ", "PMID": 123, "PMCID": "PMC9", "URL": "https://e.org",
       "title": "On\n  caf\u00e9 \ud834\udd1e", "container-title": ["Journal"], "abstract": "…", "volume": 3,
       "author": [{"family": "Berg", "non-dropping-particle": "van der", "given": "Jan", "suffix": "Jr."},
                  {"literal": "The  Consortium"}, {"family": "Plato"}],
       "issued": {"date-parts": [["2025", 10, 2], [2026]]}}
      """#
    let draft = try read(text, "x.json")
    #expect(
      draft.sources == [
        SourceDraft(
          place: Place(line: 1), doi: "10.1/x", pmid: "123", pmcid: "PMC9", title: "On café 𝄞",
          authors: ["van der Berg, Jan, Jr.", "The Consortium", "Plato"], container: "Journal", issued: "2025-10-02",
          url: "https://e.org")
      ])
    #expect(draft.leftOut == ["properties that a source has no field for: abstract (1), volume (1)"])
  }

  @Test(arguments: [
    (#""2025-10-02""#, "2025-10-02"), (#"{"raw": "2 Oct 2025"}"#, "2025-10-02"), (#"{"date-parts": [[2025]]}"#, "2025"),
    (#"{"date-parts": [[2025, 13]]}"#, "2025"), (#"{"literal": "2025"}"#, "2025"), ("2025", "2025"),
    (#"{"date-parts": [[null]], "raw": "2024"}"#, "2024"),
  ])
  func readsDates(_ issued: String, _ expected: String) throws {
    #expect(try read(#"[{"DOI":"10.1/x","issued":\#(issued)}]"#, "x.json").sources.first?.issued == expected)
  }

  @Test func entriesThatCannotBeIdentifiedAreProblems() throws {
    let draft = try read("[\n {\"title\": \"a\"},\n {\"DOI\": \"10.1/b\"},\n 5, {\"DOI\": {}}]", "x.json")
    #expect(draft.sources.map(\.doi) == ["10.1/b"])
    #expect(draft.problems.map(\.place.line) == [2, 4, 4])
    #expect(draft.problems[0].message.hasPrefix("item 1 has no DOI, PMID, PMCID or URL"))
    #expect(draft.problems[2].place.column == "DOI")
  }

  @Test func joinsDuplicates() throws {
    let text = """
      [{"DOI": "10.1/X", "title": "a"}, {"DOI": "https://doi.org/10.1/x", "PMID": "7", "title": "b"},
       {"PMID": "7", "URL": "https://e.org"}, {"URL": "https://e.org"}, {"PMID": "7", "DOI": "10.1/other"}]
      """
    let draft = try read(text, "x.json")
    #expect(draft.sources.map(\.doi) == ["10.1/X", nil, "10.1/other"])
    #expect(draft.sources[0].title == "a" && draft.sources[0].pmid == "7" && draft.sources[0].url == "https://e.org")
    #expect(draft.leftOut.count == 2)
  }

  @Test func findsIdentifiersInURLsAndNotes() throws {
    let text =
      #"[{"URL": "https://doi.org/10.1/a%2Fb"}, {"URL": "http://dx.doi.org/10.1/c?x"},"#
      + #" {"note": "PMID: 12\nPMCID: PMC3"}]"#
    let sources = try read(text, "x.json").sources
    #expect(sources.map(\.doi) == [nil, "10.1/c", nil])
    #expect(sources[2].pmid == "12" && sources[2].pmcid == "PMC3")
  }

  @Test(arguments: [
    ("[", "line 1, column 2: not valid CSL-JSON: the file ends where a value should be"),
    ("[{}", "line 1, column 4: not valid CSL-JSON: expected , or ] after an item"),
    ("[{\"a\" 1}]", "line 1, column 7: not valid CSL-JSON: expected : after"),
    ("[{\"ä\": tru}]", "line 1, column 8: not valid CSL-JSON: not a value"),
    ("[{\n\"a\": 01}]", "line 2, column 6: not valid CSL-JSON: a number with a leading zero"),
    ("[{\"a\": 1., }]", "line 1, column 10"), ("[{\"a\": -}]", "line 1, column 8"),
    ("[{\"a\": 1,}]", "line 1, column 10"),
    ("[{\"a\": \"x\ny\"}]", "line 1, column 10: not valid CSL-JSON: a line end"),
    ("[{\"a\": \"\\ud800\"}]", "line 1, column 9: not valid CSL-JSON: half a surrogate"),
    ("[{\"a\": \"\\x\"}]", "line 1, column 9"), ("[{\"a\": 1, \"a\": 2}]", "line 1, column 11"),
    ("[{\"a\": \"open", "line 1, column 8: not valid CSL-JSON: the string that begins here"),
    ("{} {}", "line 1, column 4: not valid CSL-JSON: text after the end"),
  ])
  func refusesBrokenJSON(_ text: String, _ start: String) {
    #expect(refusal(text, "x.json").hasPrefix(start), "\(refusal(text, "x.json"))")
  }

  @Test func boundsDepthAndSize() {
    #expect(refusal("[" + String(repeating: "[", count: 100_000), "x.json").contains("nested deeper than 64"))
    let many = "[[" + String(repeating: "0,", count: JSONReader.valueLimit) + "0]]"
    #expect(refusal(many, "x.json").contains("more than 200000 values"))
  }
}

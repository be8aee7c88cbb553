import Testing

@testable import Interchange

@Suite struct RISTests {
  @Test func readsEntries() throws {
    let text = """
      TY  - JOUR
      AU  - Bi, Fangfang
      A1  - Huang,  Cao
      TI  - A title
        that goes on
      JO  - J. Ab.
      JF  - Journal Unabridged
      PY  - 2013
      DA  - 2013/03/05/
      DO  - 10.1/x
      UR  - https://e.org
      AN  - PMID: 123
      C2  - PMC45
      C1  - what
      SP  - 1
      ER  -

      TY  - JOUR
      T1  - Another
      Y1  - 1999///
      AN  - 777
      DB  - PubMed
      ER  - \n
      """
    let draft = try read(text, "x.ris")
    #expect(
      draft.sources == [
        SourceDraft(
          place: Place(line: 1), doi: "10.1/x", pmid: "123", pmcid: "PMC45", title: "A title that goes on",
          authors: ["Bi, Fangfang", "Huang, Cao"], container: "Journal Unabridged", issued: "2013-03-05",
          url: "https://e.org"),
        SourceDraft(place: Place(line: 18), pmid: "777", title: "Another", issued: "1999"),
      ])
    #expect(draft.leftOut == ["tags that a source has no field for: C1 (1), SP (1)"])
  }

  @Test func anEntryNeedsAnIdentifier() throws {
    let draft = try read("TY  - JOUR\nAN  - 777\nER  - \n", "x.ris")
    #expect(draft.sources.isEmpty && draft.problems.map(\.place.line) == [1])
  }

  @Test(arguments: [
    ("TY  - JOUR\nTI  - x\n", "line 1: not valid RIS: the entry that begins here has no end"),
    ("TY  - JOUR\nTY  - JOUR\nER  - ", "line 2: not valid RIS: an entry begins"),
    ("TI  - JOUR\n", "line 1: not valid RIS: TI stands outside"), ("ER  - \n", "line 1: not valid RIS: an entry ends"),
    ("hello\nTY  - JOUR", "line 1: not valid RIS: \"hello\" stands outside"),
  ])
  func refusesBrokenEntries(_ text: String, _ start: String) {
    #expect(refusal(text, "x.ris").hasPrefix(start), "\(refusal(text, "x.ris"))")
  }

  @Test func toleratesSpacing() {
    #expect(RISParser.tag(of: "TY - JOUR")?.value == "JOUR")
    #expect(RISParser.tag(of: "ER  -")?.tag == "ER")
    #expect(
      RISParser.tag(of: "T  - x") == nil && RISParser.tag(of: "TY  -x") == nil && RISParser.tag(of: "TYX - x") == nil)
  }
}

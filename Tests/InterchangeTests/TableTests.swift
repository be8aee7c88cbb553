import Testing

@testable import Interchange

@Suite struct TableTests {
  @Test func readsEveryColumnOfAClaim() throws {
    let header =
      "Statement\tSOURCE\tquote\tprefix\tsuffix\tvia\tsubject\tpredicate\tobject\tnegated\tstatus\tentities\ttags\tnote"
      + "\ttissue\tqualifier: Stage\tdirection"
    let row =
      " A raises B. \t DOI:10.1/x \tA \"raised\" B\tpre \t suf\tme\tNCBIGene:1\tRO:0002213\tNCBIGene:2\tYes\tproposed"
      + "\tMONDO:1; MONDO:2|MONDO:1\ta;b| c\tLook again.\tUBERON:1|UBERON:2\tHP:1\tPATO:0000470"
    let draft = try read(header + "\n" + row + "\n", "x.tsv")
    #expect(draft.problems.isEmpty)
    let claim = try #require(draft.claims.first)
    #expect(claim.place == Place(line: 2))
    #expect(claim.statement == " A raises B. ")
    #expect(claim.source == "DOI:10.1/x")
    #expect(claim.quote == "A \"raised\" B" && claim.prefix == "pre " && claim.suffix == " suf" && claim.via == "me")
    #expect(claim.subject == "NCBIGene:1" && claim.predicate == "RO:0002213" && claim.object == "NCBIGene:2")
    #expect(claim.negated == true && claim.status == "proposed" && claim.note == "Look again.")
    #expect(claim.entities == ["MONDO:1", "MONDO:2"] && claim.tags == ["a", "b", "c"])
    #expect(
      claim.qualifiers == [
        .init(role: "tissue", curie: "UBERON:1"), .init(role: "tissue", curie: "UBERON:2"),
        .init(role: "stage", curie: "HP:1"), .init(role: "direction", curie: "PATO:0000470"),
      ])
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func readsAllLineEnds(_ end: String) throws {
    let text = ["statement,tags", "one,a", "", "\"two\(end)lines\",", ",", "three,b"].joined(separator: end)
    let draft = try read(text, "x.csv")
    #expect(draft.claims.map(\.statement) == ["one", "two\(end)lines", "three"])
    #expect(draft.claims.map(\.place.line) == [2, 4, 7])
  }

  @Test(arguments: [1, 2, 3, 7, 64, 100_000])
  func pieceSizeDoesNotMatter(_ size: Int) throws {
    let text = "\u{FEFF}statement;tags\r\n\"say \"\"häh\"\"; ok\";ä\r\n𝄞;\"x\r\ny\"\r\nlast;z"
    var table = try ImportTable(format: .csv, source: pieces(of: Array(text.utf8), size: size))
    var claims: [ClaimDraft] = []
    while let outcome = try table.next() {
      guard case .claim(let claim) = outcome else {
        Issue.record("\(outcome)")
        continue
      }
      claims.append(claim)
    }
    #expect(claims.map(\.statement) == ["say \"häh\"; ok", "𝄞", "last"])
    #expect(claims.map(\.place.line) == [2, 3, 5])
  }

  @Test func findsTheSeparatorByTheHeader() throws {
    for (name, text) in [
      ("a.csv", "statement;source\na;b"), ("a.csv", "statement\tsource\na\tb"), ("a.tsv", "statement,source\na,b"),
      ("a.csv", "statement,source\na,b"), ("-", "source\tstatement\nb\ta"),
      ("a.csv", "\n\n\"statement\";\"source\"\na;b"),
    ] {
      let draft = try read(text, name)
      #expect(draft.claims.first?.statement == "a" && draft.claims.first?.source == "b", "\(text)")
    }
    #expect(try read("statement\na, b; c\n", "a.tsv").claims.first?.statement == "a, b; c")
  }

  @Test func readsAnnotationsAndTerms() throws {
    let annotations = try read("Body\ttarget\ttags\nWhy?\t c:3f9a1c \tx|y\n", "a.tsv")
    #expect(
      annotations.annotations == [
        AnnotationDraft(place: Place(line: 2), target: "c:3f9a1c", body: "Why?", tags: ["x", "y"])
      ])
    let terms = try read("curie,label,type,synonyms\nNCBIGene:3934, LCN2,gene,NGAL; 24p3;LCN2\n", "a.csv")
    #expect(
      terms.terms == [
        TermDraft(
          place: Place(line: 2), curie: "NCBIGene:3934", label: "LCN2", type: "gene", synonyms: ["NGAL", "24p3"])
      ])
  }

  @Test func refusesBadHeaders() {
    #expect(refusal("statment\ttags\nx\ty", "a.tsv").contains("did you mean \"statement\"?"))
    #expect(
      refusal("claim\tpaper\nx\ty", "a.tsv").hasPrefix(
        "line 1: no column \"statement\"; the columns found are \"claim\", \"paper\"."))
    #expect(refusal("source\ttags\nx\ty", "a.tsv").contains("no column \"statement\""))
    #expect(refusal("statement\tstance\nx\ty", "a.tsv").hasPrefix("line 1: unknown column \"stance\""))
    #expect(refusal("target\tbody\tmotivaton\nx\ty\tz", "a.tsv").contains("did you mean \"motivation\"?"))
    #expect(
      refusal("statement\tTags\ttags\nx\ty\tz", "a.tsv")
        == "line 1: the column \"tags\" stands there twice. Remove or rename one of them")
    #expect(refusal("statement\ttissue\tqualifier:tissue\nx\ty\tz", "a.tsv").contains("twice"))
    #expect(refusal("statement\t\nx\ty", "a.tsv").hasPrefix("line 1, column 2: the column has no name"))
    #expect(refusal("statement\tqualifier:\nx\ty", "a.tsv").contains("names no qualifier role"))
    #expect(refusal("", "a.tsv").hasPrefix("the file is empty"))
    #expect(refusal(" \r\n\t\n", "a.tsv").hasPrefix("the file is empty"))
  }

  @Test func badRowsAreProblemsWithPlaces() throws {
    let text = """
      statement\tnegated\ttags
      good\t\ta
      few\tfalse
      many\tno\ta\tb
      \t\tx
      maybe\tmaybe\t
      "quoted" badly\t\t
      good too\t1\t
      """
    let draft = try read(text, "a.tsv")
    #expect(draft.claims.map(\.statement) == ["good", "good too"])
    #expect(
      draft.problems.map(\.place.description) == [
        "line 3, column \"tags\"", "line 4, column 4", "line 5, column \"statement\"", "line 6, column \"negated\"",
        "line 7, column \"statement\"",
      ])
    #expect(draft.problems[0].message.contains("2 cells and the header 3"))
    #expect(draft.problems[1].message.contains("nothing names \"b\""))
    #expect(draft.problems[4].message.contains("after the closing quotation mark"))
  }

  @Test func aContextNeedsItsQuote() throws {
    let draft = try read("statement\tquote\tprefix\nx\t\tbefore\n", "a.tsv")
    #expect(draft.problems.first?.place == Place(line: 2, column: "prefix"))
  }

  @Test func refusesAQuoteThatNeverCloses() {
    #expect(refusal("statement\nfine\n\"open\nand on", "a.csv").hasPrefix("line 3: not valid CSV: the quotation mark"))
    #expect(refusal("statement\n\"two\nlines\" more\nx", "a.csv").hasPrefix("line 2: not valid CSV: the cell"))
  }

  @Test func boundsCellsRowsAndLists() throws {
    let long = String(repeating: "x", count: TableReader.cellLimit)
    let draft = try read("statement\ttags\n\(long)\ta\n\(long)y\tb\n\"\(long)\"\"\"\tc\nz\td\n", "a.tsv")
    #expect(draft.claims.map(\.tags) == [["a"], ["d"]])
    #expect(draft.problems.map(\.place) == [Place(line: 3, column: "statement"), Place(line: 4, column: "statement")])
    let wide = try read("statement\nx" + String(repeating: "\t", count: 2000), "a.tsv")
    #expect(wide.problems.count == 1 && wide.claims.isEmpty)
    let list = (0...1000).map { "t\($0)" }.joined(separator: ";")
    #expect(try read("statement\ttags\nx\t\(list)", "a.tsv").problems.first?.place.column == "tags")
  }

  @Test func refusesOtherEncodings() {
    let latin1: [UInt8] = Array("statement\ntwo\r\nJos".utf8) + [0xE9, 0x0A]
    #expect(refusal(latin1, "a.tsv").hasPrefix("not valid UTF-8 at byte 19, line 3."))
    #expect(refusal([0xFF, 0xFE, 0x73, 0x00], "a.bib").contains("UTF-16"))
    #expect(refusal(Array("statement".utf16).flatMap { [UInt8($0), 0] }, "a.tsv").contains("UTF-16"))
    #expect(refusal(Array("statement\na\u{0}".utf8), "a.tsv").hasPrefix("a zero byte at byte 11, line 2"))
    #expect(refusal(Array("statement\na".utf8) + [0xC3], "a.tsv").hasPrefix("not valid UTF-8 at byte 12, line 2"))
  }

  @Test(arguments: [[0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5], [0x80]])
  func refusesMalformedSequences(_ sequence: [UInt8]) {
    var check = UTF8Check()
    #expect(check.firstFault(in: Array("ok ä€𝄞".utf8)) == nil)
    #expect(check.firstFault(in: sequence) != nil)
  }

  @Test func positionsHoldAcrossPieces() throws {
    let bytes = Array("statement\r\na\r\nb\r\n".utf8) + [0xFF]
    for size in 1...20 {
      #expect(throws: InterchangeError.invalidUTF8(offset: 17, line: 4), "size \(size)") {
        var table = try ImportTable(format: .tsv, source: pieces(of: bytes, size: size))
        while try table.next() != nil {}
      }
    }
  }

  @Test func aFailingSourceIsReported() {
    struct Broken: Error, CustomStringConvertible { var description: String { "the disk is gone" } }
    #expect(throws: InterchangeError.unreadable(reason: "the disk is gone")) {
      _ = try ImportTable(format: .tsv) { throw Broken() }
    }
  }
}

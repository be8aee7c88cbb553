import Testing

@testable import Interchange

@Suite struct BibTeXTests {
  @Test func readsEntries() throws {
    let text = #"""
      A comment outside, with an address: none.
      @comment{ @article{hidden, doi = {10.1/h}} }
      @preamble{"\newcommand" # {x}}
      @string{jm = "Journal of " # {M{\"a}rchen}}
      @Article{key:1,
        author = {Jos{\'e} Garc{\'\i}a and {The {LCN2} Group} and van der Berg, Jan
          and Ludwig van Beethoven and others},
        title = "{LCN2} in \emph{A{\"u}ster}: $\alpha$--$\beta$ \& 5\,\%",
        journal = jm # { II}, year = 2013, month = oct, day = 2,
        doi = {10.1000/a\_b}, pmid = 123, pages = {1--2},
      }
      @book(b, title = {B}, publisher = {Pub}, date = {2020-05-06/2021}, eprint = {PMC5}, volume = 1)
      """#
    let draft = try read(text, "x.bib")
    #expect(draft.problems.isEmpty)
    #expect(
      draft.sources == [
        SourceDraft(
          place: Place(line: 5), doi: "10.1000/a_b", pmid: "123", title: "LCN2 in Aüster: α–β & 5 %",
          authors: ["García, José", "The LCN2 Group", "van der Berg, Jan", "van Beethoven, Ludwig"],
          container: "Journal of Märchen II", issued: "2013-10-02"),
        SourceDraft(place: Place(line: 12), pmcid: "PMC5", title: "B", container: "Pub", issued: "2020-05-06"),
      ])
    #expect(
      draft.leftOut == [
        "key:1 (line 5): \"and others\" in the list of authors",
        "fields that a source has no field for: pages (1), volume (1)",
      ])
  }

  @Test(arguments: [
    (#"{\"u}\"{u}\"u \'{\i}\'\i"#, "üüü íí"), (#"\v{S}\v s\c{c}\c c"#, "Ššçç"),
    (#"\H{o}\k{a}\r{a}\u{g}\d{s}\b{d}"#, "őąåğṣḏ"),
    (#"\ss{}\o\O{}\ae \l"#, "ßøØæł"), (#"\~n\^o\`a\=e\.z\"{}"#, "ñôàēż¨"), (#"\'{q}"#, "q\u{301}"),
    (#"a---b--c-d"#, "a—b–c-d"), (#"``x'' `y'"#, "“x” `y'"), (#"a~b\ c\\d"#, "a b c d"),
    (#"\alpha\ and $\Delta G$"#, "α and ΔG"),
    (#"\unknown{x}"#, #"\unknownx"#), (#"\textit{in vivo} {\it x}"#, "in vivo x"),
    (##"50\% \$1 \#2 \_3"##, "50% $1 #2 _3"),
    (#"IFN-$\gamma$"#, "IFN-γ"), (#"\'{"#, "'"), (#"\"#, #"\"#), (#"\'"#, "'"), (#"\'}"#, "'"),
  ])
  func decodesLaTeX(_ text: String, _ expected: String) {
    let decoded = LaTeXText.plain(text)
    #expect(Array(decoded.utf8) == Array(expected.utf8), "\(decoded)")
  }

  @Test(arguments: [
    ("A B and C, D", ["B, A", "C, D"]), ("{A and B}", ["A and B"]), ("Jean de la Fontaine", ["de la Fontaine, Jean"]),
    ("Plato", ["Plato"]), ("von Neumann, John", ["von Neumann, John"]),
    ("A.~B. Smith AND X Y", ["Smith, A. B.", "Y, X"]),
    ("{von} Berg", ["Berg, von"]), ("and and", []), ("King, Jr., Martin", ["King, Martin, Jr."]), ("", []),
  ])
  func splitsNames(_ text: String, _ expected: [String]) { #expect(BibTeXNames.parse(text).names == expected) }

  @Test func readsMonthsOfAllKinds() throws {
    for (fields, expected) in [
      ("year=2013, month=10", "2013-10"), ("year=2013, month={October}", "2013-10"),
      ("year=2013, month=oct # {~2}", "2013-10-02"),
      ("year=2013, month={2 October}", "2013-10-02"), ("year=2013, month={Spring}", "2013"), ("year={2013}", "2013"),
      ("date={2013-10}, year=1", "2013-10"),
    ] {
      #expect(try read("@misc{k, doi={10.1/x}, \(fields)}", "x.bib").sources.first?.issued == expected, "\(fields)")
    }
  }

  @Test func readsEprints() throws {
    let text = """
      @misc{a, eprint={2101.1}, archivePrefix={arXiv}} @misc{b, eprint={77}, eprinttype={pubmed}}
      @misc{c, url={https://doi.org/10.1/c\\_d}} @misc{d, url={\\url{https://e.org/a_b~c%20}}} @misc{e, title={x}}
      """
    let draft = try read(text, "x.bib")
    #expect(
      draft.sources.map(\.url) == [
        "https://arxiv.org/abs/2101.1", nil, "https://doi.org/10.1/c_d", "https://e.org/a_b~c%20",
      ])
    #expect(draft.sources.map(\.pmid) == [nil, "77", nil, nil] && draft.sources[2].doi == "10.1/c_d")
    #expect(
      draft.problems.map(\.message) == ["e has no DOI, PMID, PMCID or URL, and a source needs one. Add it to the entry"]
    )
  }

  @Test func reportsAbbreviationsAndRepeats() throws {
    let draft = try read("@misc{a, doi={10.1/x},\n journal = nature, Title={A}, title={B}}", "x.bib")
    #expect(draft.sources.first?.title == "A" && draft.sources.first?.container == nil)
    #expect(draft.leftOut.count == 2 && draft.leftOut[0].contains("line 2") && draft.leftOut[0].contains("nature"))
  }

  @Test(arguments: [
    ("@article{a, title = {x", "line 1, column 21"), ("@article{a, title = {x}\n year = 3}", "line 2, column 2"),
    ("@article{a, title {x}}", "line 1, column 19"), ("@article{a, title = \"x}\"}", "line 1, column 23"),
    ("@ {}", "line 1, column 1"),
    ("@article a", "line 1, column 10"), ("@article{title = {x}}", "line 1, column 10"),
    ("@article{a", "line 1, column 1"),
    ("@article{a, = {}}", "line 1, column 13"), ("@article{a, title = ,}", "line 1, column 21"),
    ("@article{a, t = {}", "line 1, column 1"),
  ])
  func refusesBrokenSyntax(_ text: String, _ start: String) {
    #expect(refusal(text, "x.bib").hasPrefix("\(start): not valid BibTeX: "), "\(refusal(text, "x.bib"))")
  }

  @Test func boundsExpansion() {
    var text = "@string{a0 = {0123456789}}\n"
    for level in 1...30 { text += "@string{a\(level) = a\(level - 1) # a\(level - 1) # a\(level - 1)}\n" }
    #expect(refusal(text, "x.bib").contains("more than 1 MiB"))
    #expect(refusal("@misc{a, t = " + String(repeating: "{", count: 5000), "x.bib").contains("too deep"))
  }
}

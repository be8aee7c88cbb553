import AnnotationStore
import Testing

@testable import Interchange

@Suite struct FormatTests {
  @Test func placesDescribeNamesAndNumbers() {
    #expect(Place(line: 3).description == "line 3")
    #expect(Place(line: 3, column: "stance").description == "line 3, column \"stance\"")
    #expect(Place(line: 3).at(column: "14").description == "line 3, column 14")
  }

  @Test(arguments: [
    ("a.md", "", Format.paper), ("dir.csv/A.TSV", "", .tsv), ("a.csv", "", .csv), ("x.csl.json", "", .cslJSON),
    ("refs.bib", "", .bibtex), ("refs.ris", "", .ris), ("-", "# Title\n", .paper), ("-", " [{}]", .cslJSON),
    ("x.txt", "\u{FEFF}@article{a,", .bibtex), ("-", "% exported\n@book{", .bibtex), ("-", "\r\nTY  - JOUR\r\n", .ris),
    ("-", "target\tbody\n", .tsv), ("-", "tags;statement\n", .csv), ("-", "statement,tags\n", .csv),
    (".tsv", "TY  - JOUR", .ris), ("a.jsonld", "", .w3c), ("a.json", #"{"type": "Annotation"}"#, .w3c),
    ("a.json", #"[{"@context": "http://www.w3.org/ns/anno.jsonld"}]"#, .w3c),
    ("a.json", #"[{"type": "book"}]"#, .cslJSON),
    ("rows.json", #"{"total": 1, "rows": [{"uri": "https://x.org", "target": []}]}"#, .w3c),
  ])
  func detects(_ name: String, _ content: String, _ format: Format) {
    #expect(Format.detect(name: name, start: Array(content.utf8)) == format)
  }

  @Test func saysWhatItCannotTell() {
    #expect(Format.detect(name: "a.docx", start: Array("PK\u{3}".utf8)) == nil)
    #expect(
      refusal("hello", "notes.txt")
        == "cannot tell the format of notes.txt by its name or its content. Name the format: "
        + Format.allCases.filter(\.isImported).map(\.rawValue).joined(separator: ", "))
    #expect(refusal([], "a.bib").hasPrefix("the file is empty"))
  }

  @Test func extensionsAreUnique() {
    let all = Format.allCases.flatMap(\.extensions)
    #expect(Set(all).count == all.count)
    #expect(Format.allCases.allSatisfy { !$0.summary.isEmpty && !$0.name.isEmpty })
  }

  @Test func everyDocumentedColumnIsRead() throws {
    for shape in TableShape.allCases {
      let names = shape.columns.map { $0.name == "qualifier:ROLE" ? "qualifier:stage" : $0.name }
      let header = try TableHeader(cells: names, line: 1)
      #expect(header.shape == shape && header.fields.count + header.qualifiers.count == names.count)
    }
  }

  @Test func refusesWhatIsTooLarge() {
    let bytes = [UInt8](repeating: 0x41, count: Format.paper.sizeLimit + 1)
    #expect(refusal(bytes, "a.md").hasPrefix("larger than the 4 MiB"))
  }

  @Test(arguments: [
    ("2025", "2025"), ("2025-10", "2025-10"), ("2025-10-02", "2025-10-02"), ("2025/10/02/", "2025-10-02"),
    ("2025-10-02T08:00:00Z", "2025-10-02"), ("2 October 2025", "2025-10-02"), ("Oct. 2, 2025", "2025-10-02"),
    ("2025 Oct 2", "2025-10-02"), ("Sept 2025", "2025-09"), ("2/10/2025", "2025"), ("2025-13-01", "2025"),
    ("2025-02-30", "2025-02"), ("2024-02-29", "2024-02-29"), ("2020/2021", "2020"), ("1999 Spring", "1999"),
  ])
  func readsDates(_ text: String, _ expected: String) {
    #expect(PartialDate(lenient: text)?.text == expected)
  }

  @Test(arguments: ["", "soon", "0000", "25", "99999"])
  func refusesDates(_ text: String) { #expect(PartialDate(lenient: text) == nil) }

  @Test(
    "What the calendar does not have of a date is told with its place",
    arguments: [
      (
        "p.md", "# T\n\nPMC · DOI: 10.1/x · J · 2025-02-31\n", "2025-02", "line 3: of the date of issue 2025-02-31 what"
      ),
      ("p.md", "# T\n\nDOI: 10.1/x\nDate: 2025-13-02\n", "2025", "line 4: of the date of issue 2025-13-02 what"),
      ("p.md", "# T\n\nDOI: 10.1/x · 0000-01-02\n", nil, "line 3: a date of issue that cannot be read: 0000-01-02"),
      (
        "x.json", "[{\"DOI\": \"10.1/x\", \"issued\": {\"date-parts\": [[2025, 13]]}}]", "2025",
        "item 1 (line 1): of the date"
      ),
      ("x.json", "[{\"DOI\": \"10.1/x\", \"issued\": {\"date-parts\": [[2025, -1]]}}]", "2025", "issue 2025--1 what"),
      (
        "x.json", "[{\"DOI\": \"10.1/x\", \"issued\": {\"date-parts\": [[0, 1]]}}]", nil,
        "item 1 (line 1): a date of issue that"
      ),
      ("x.bib", "@misc{k, doi={10.1/x}, year=2025, month=13}", "2025", "k (line 1): of the date of issue 2025 13 what"),
      (
        "x.bib", "@misc{k, doi={10.1/x}, date={2025-02-30}}", "2025-02",
        "k (line 1): of the date of issue 2025-02-30 what"
      ),
      ("x.bib", "@misc{k, doi={10.1/x}, year=2025, month=feb, day=31}", "2025-02", "what the calendar does not have"),
      ("x.bib", "@misc{k, doi={10.1/x}, year=0000}", nil, "k (line 1): a date of issue that cannot be read: 0000"),
      (
        "x.ris", "TY  - JOUR\nDO  - 10.1/x\nPY  - 2025/13/02/\nER  - \n", "2025",
        "entry 1 (line 3): of the date of issue 2025/13"
      ),
    ] as [(String, String, String?, String)])
  func tellsImpossibleDates(_ name: String, _ text: String, _ issued: String?, _ told: String) throws {
    let draft = try read(text, name)
    #expect(draft.sources.map(\.issued) == [issued])
    #expect(draft.leftOut.count == 1 && draft.leftOut[0].contains(told), "\(draft.leftOut)")
  }

  @Test(
    "Of a date that the calendar has nothing is told",
    arguments: ["2025", "2025-02-28", "2024 Feb 29", "Winter 2025", "2025-10-02/2025-11-03", "2/10/2025"])
  func tellsNothingOfDates(_ text: String) { #expect(StatedDate(text)?.leftOut == nil) }

  @Test func nearestNames() {
    #expect(nearest(to: "statment", among: ["source", "statement"]) == "statement")
    #expect(nearest(to: "tag", among: ["tags", "note"]) == "tags")
    #expect(nearest(to: "paper", among: ["tags", "note"]) == nil)
  }
}

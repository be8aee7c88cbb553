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

  @Test func nearestNames() {
    #expect(nearest(to: "statment", among: ["source", "statement"]) == "statement")
    #expect(nearest(to: "tag", among: ["tags", "note"]) == "tags")
    #expect(nearest(to: "paper", among: ["tags", "note"]) == nil)
  }
}

import AnnotationStore
import Testing

@testable import Interchange

@Suite("Files that are made to do harm")
struct HostileFileTests {
  @Test("Numbers beyond all measure are refused, and reach no sum")
  func numbers() {
    #expect(SheetNumber(scientific: "1e-9223372036854775808") == nil && SheetNumber(scientific: "1e3") != nil)
    let document = #"{"id":"1","passages":[{"offset":9223372036854775807,"text":"xabc"}]}"#
    #expect(refusal("{\"documents\":[\(document)]}", "a.json").contains("a whole number from 0 to 2^31"))
    let xml =
      "<collection><document><id>1</id><passage><offset>9223372036854775807</offset></passage></document></collection>"
    #expect(refusal(xml, "a.xml").contains("should be a whole number"))
  }

  @Test("Abbreviations and prefixes do not make a small file large")
  func expansion() {
    var text = "@string{a = \"\(String(repeating: "x", count: 1000))\"}\n"
    for step in 0..<9 {
      text += "@string{a\(step) = a\(step == 0 ? "" : "\(step - 1)") # a\(step == 0 ? "" : "\(step - 1)")}\n"
    }
    for number in 0..<200 { text += "@string{b\(number) = a8 # \"y\"}\n" }
    #expect(refusal(text, "a.bib").contains("abbreviations make more than 64 MiB"))
  }

  @Test("A file larger than its format allows is refused, in however many pieces it comes")
  func sizes() throws {
    let place = try Workplace()
    for size in [ImportFile.pieceSize, 80 << 20] {
      var rest = 80 << 20
      let file = ImportFile(name: "a.xlsx", format: .xlsx) {
        defer { rest -= size }
        return rest > 0 ? [UInt8](repeating: 0x50, count: size) : nil
      }
      #expect(throws: InterchangeError.inFile(name: "a.xlsx", .tooLarge(limit: 64 << 20, format: .xlsx))) {
        try Importer().run([file], into: place.store)
      }
    }
  }

  @Test("Millions of tiny entries, names and statements are not taken")
  func tiny() throws {
    let entries = try TextFile(Array(String(repeating: "@a{,}", count: 101).utf8), format: .bibtex)
    #expect(throws: entries.error(at: 505, "more than 100 entries (split the file)")) {
      try BibTeXParser.parse(entries, entryLimit: 100)
    }
    var ignored = IgnoredNames()
    for number in 0..<12_000 { ignored.add("n\(number)") }
    ignored.add("n1")
    #expect(
      ignored.told?.hasPrefix("n0 (1), n1 (2), n10 (1)") == true && ignored.told?.hasSuffix(" and 11960 more") == true)
    let quads = "<a:s> <a:p> 1" + String(repeating: ",1", count: 2000)
    #expect(refusal("<a:g> { \(quads) }", "a.trig").contains("too many for so small a file"))
    let relations = try read("1|t|x\n" + String(repeating: "1\t\t\t\n", count: 50_000), "a.pubtator")
    #expect(relations.sources.first?.origin == nil && relations.leftOut.first?.contains("more than 256 KiB") == true)
    let abbreviations = "@a{k, doi={10.1234/a}, title = a" + String(repeating: "#a", count: 120_000) + "}"
    #expect(try read(abbreviations, "a.bib").leftOut.count < 100_010)
  }

  @Test("An encoding that hides what is declared is refused, and a BioC file may be as large as its format allows")
  func xml() throws {
    let hidden =
      "+ADw-!DOCTYPE collection [+ADw-!ENTITY a \"aaaa\"+AD4-]+AD4-<collection><source>&a;</source></collection>"
    #expect(
      refusal("<?xml version=\"1.0\" encoding=\"UTF-7\"?>" + hidden, "a.xml").contains("says that it is in UTF-7"))
    for plain in ["<?xml version='1.0' encoding='utf-8'?>", "<?xml version=\"1.0\"?>", ""] {
      #expect(XMLBytes.strangeEncoding(of: Array((plain + "<a encoding='x'/>").utf8)) == nil)
    }
    let names = (0..<11_000).map { "<n\($0)/>" }.joined()
    #expect(refusal("<collection>\(names)</collection>", "a.xml").contains("so many names of elements"))
    let passage = "<passage><offset>0</offset><text>\(String(repeating: "a", count: 1 << 20))</text></passage>"
    let text = "<collection><document><id>1</id>\(String(repeating: passage, count: 11))</document></collection>"
    #expect(try read(text, "a.xml").sources.count == 1)
  }

  @Test("Replies are put where they belong in whatever order they come, and however many")
  func replies() throws {
    func annotation(_ id: String, on target: String) -> String {
      #"{"id":"http://x.org/\#(id)","type":"Annotation","motivation":"replying","bodyValue":"b","#
        + #""target":"http://x.org/\#(target)"}"#
    }
    for names in [["b", "c"], ["c", "b"], ["y", "a"], ["a", "y"]] {
      let items = [annotation(names[0], on: "absent"), annotation(names[1], on: names[0])]
      for order in [items, items.reversed()] {
        let place = try Workplace()
        let context =
          #"{"@context":"http://www.w3.org/ns/anno.jsonld","type":"AnnotationCollection","first":{"items":["#
        let report = try place.take(context + order.joined(separator: ",") + "]}}", "a.jsonld")
        let found = try place.all(.annotation)
        let targets = found.compactMap { $0.reference("target") }
        #expect(found.count == 2 && targets.contains { target in found.contains { $0.id == target } }, "\(names)")
        #expect(report.created[.source] == 1, "\(names)")
      }
    }
  }

  @Test("A prefix may have the name of a keyword")
  func prefixes() throws {
    let reader = try TriGReader(
      TextFile(Array("@prefix base: <http://x.org/> . base:a base:b base:c .".utf8), format: .nanopub))
    #expect(reader.quads.count == 1)
  }
}

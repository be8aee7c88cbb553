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

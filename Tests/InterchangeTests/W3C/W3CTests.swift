import AnnotationStore
import Foundation
import Testing

@testable import Interchange

@Suite struct W3CTests {
  @Test func whatOthersWroteComesOutAsItCame() throws {
    let text = try Golden.text("foreign.jsonld")
    let annotations = try #require(JSONValue.parse(text, format: .w3c)?.elements)
    #expect(annotations.count >= 30)
    let first = try Workplace()
    let report = try first.take(text, "foreign.json")
    #expect(report.created[.annotation] == annotations.count)
    let second = try Workplace(startingAt: 1_770_000_000_000)
    try second.take(try first.annotations().text, "export.jsonld")
    for place in [first, second] {
      let lines = Set(try place.annotationLines(kinds: [.annotation]))
      #expect(lines.count == annotations.count)
      // Not only equal in content: members and elements keep their order.
      for annotation in annotations { #expect(lines.contains(annotation.jsonText), "\(annotation.jsonText)") }
    }
  }

  @Test func theModelTakesWhatItHas() throws {
    let place = try Workplace()
    try place.take(try Golden.text("foreign.jsonld"), "foreign.jsonld")
    func record(_ name: String) throws -> Record {
      let id = DerivedID.annotation(iri: "https://example.org/anno/" + name)
      return try #require(try place.store.read { try $0.record(id) }, "\(name)")
    }
    let quote = try record("quote")
    #expect(quote.reference("target") == DerivedID.source(.doi(try DOI(parsing: "10.1234/abc"))))
    #expect(quote.selector == Selector(exact: "iron", prefix: "binds ", suffix: " and"))
    #expect(quote.curator == DerivedID.curator(try ORCID(parsing: "0000-0002-1825-0097")))
    #expect(Timestamp.text(quote.createdMilliseconds) == "2020-02-29T23:59:59.125Z")
    #expect(quote.text("motivation") == "highlighting")
    #expect(try record("position").selector?.start == 412 && record("position").selector?.end == 795)
    #expect(try record("refined").selector?.exact == "Selected")
    let several = try record("several")
    #expect(several.selector?.exact == "annotation" && several.selector?.end == 10 && several.selector?.prefix == nil)
    #expect(try record("many").elements("tags") == ["tag one"] && record("many").text("body") == "Two bodies.")
    #expect(try record("value").text("body") == "Short remark" && record("choice").text("body") == "In words")
    #expect(try record("languages").text("body") == "colour")
    #expect(try record("motivations").text("motivation") == "describing")
    #expect(try record("reply").reference("target") == record("text").id)
    #expect(try record("reply-early").reference("target") == record("zzz-last").id)
    #expect(try record("on-annotation").reference("target") == quote.id)
    // What the model holds does not stand in the origin as well.
    let origin = try #require(quote.text("origin"))
    #expect(!origin.contains("iron") && !origin.contains("binds "))
  }

  @Test func changesMadeHereComeOut() throws {
    let place = try Workplace()
    try place.take(
      #"{"id":"https://x.org/1","type":"Annotation","created":"2020-01-01T00:00:00Z","bodyValue":"old","#
        + #""target":"https://x.org/p"}"#, "a.jsonld")
    let id = DerivedID.annotation(iri: "https://x.org/1")
    try place.store.write { transaction in
      try transaction.setElement(id, "tags", "new tag", isPresent: true)
      try transaction.set(id, "motivation", to: .text("questioning"))
    }
    let line = try #require(try place.annotationLines(kinds: [.annotation]).first)
    let value = try #require(JSONValue.parse(line, format: .w3c))
    #expect(value["bodyValue"] == nil && value["body"]?.elements?.count == 2)
    #expect(value["body"]?.elements?[0]["value"]?.string == "old")
    #expect(value["body"]?.elements?[1]["value"]?.string == "new tag")
    #expect(value["motivation"]?.string == "questioning" && value["modified"]?.string != nil)
  }

  @Test func theExampleIsWrittenAsItWas() throws {
    let place = try Workplace(curator: "Ada Nowak", orcid: try ORCID(parsing: "0000-0002-1825-0097"))
    for name in ["paper.csl.json", "references.bib", "terms.tsv", "claims-ada.tsv"] {
      try place.take(try Workplace.example(name), name)
    }
    let lines = try place.annotationLines(kinds: [.source, .claim, .term]).map {
      $0.replacing(/"created":"[^"]*"/, with: "\"created\":\"T\"")
    }
    try Golden.expect(lines.joined(separator: "\n") + "\n", "example.jsonld")
  }

  @Test func theCollectionHasWhatItMust() throws {
    let place = try Workplace()
    try place.take(ImporterTests.claims)
    let (text, report) = try place.annotations()
    let collection = try #require(JSONValue.parse(text, format: .w3c))
    let page = try #require(collection["first"])
    #expect(
      collection["total"]?.text == "\(report.written.total)" && page["items"]?.elements?.count == report.written.total)
    #expect(page["partOf"]?.string == collection["id"]?.string && page["startIndex"]?.text == "0")
    #expect(try place.annotations().text == text)
    let empty = try #require(JSONValue.parse(try place.annotations(kinds: [.link]).text, format: .w3c))
    #expect(empty["first"] == nil && empty["total"]?.text == "0" && empty["id"] != nil)
  }

  @Test func theContextIsTheOneInSchema() throws {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("Schema/context.jsonld"), encoding: .utf8)
    #expect(try canonical(text) == canonical(#"{"@context":\#(W3CTerms.context.jsonText)}"#))
  }

  @Test(arguments: [
    (#"{"type":"Annotation","target":"#, "line 1, column 31: not valid W3C Web Annotation: the file ends"),
    ("[{\"type\":\"Annotation\",\n \"target\" \"x\"}]", "line 2, column 11: not valid W3C Web Annotation: expected :"),
    (
      "{\"first\":{\"items\":[\n{\"a\":1},\n{\"b\":tru}]}}",
      "line 3, column 6: not valid W3C Web Annotation: not a value"
    ),
    ("{\"items\":[] \"a\":1}", "line 1, column 13: not valid W3C Web Annotation: expected , or }"),
    (#"{"type":"Annotation","target":"x"} {}"#, "line 1, column 36: not valid W3C Web Annotation: text after the end"),
  ])
  func saysWhereItIsBroken(_ text: String, _ message: String) {
    #expect(refusal(text, "a.jsonld").hasPrefix(message), "\(refusal(text, "a.jsonld"))")
  }

  @Test func problemsAreOfOneAnnotation() throws {
    let draft = try read(
      """
      [{"type":"Annotation","id":"https://x.org/1","target":"mailto:a@x.org"},
       {"type":"Annotation","id":"https://x.org/2"},
       {"type":"Book"}, "https://x.org/3", 7,
       {"type":"Annotation","variorum:kind":"planet","id":"urn:uuid:6e5b4a16-adee-827d-8cb5-03a3a123695b"},
       {"type":"Annotation","variorum:kind":"claim","id":"urn:uuid:6e5b4a16-adee-827d-8cb5-03a3a123695b","created":"x"},
       {"type":"Annotation","id":"https://x.org/4","target":"https://x.org/p","body":{"urn:variorum:ns#is":"body"}},
       {"type":"Annotation","id":"https://x.org/5","target":"https://x.org/p","bodyValue":"good"}]
      """, "a.jsonld")
    #expect(
      draft.problems.map(\.place.description) == [
        "line 1, column \"target\"", "line 2, column \"target\"", "line 3, column \"type\"", "line 3, column 38",
        "line 4, column \"variorum:kind\"", "line 5, column \"created\"", "line 6, column 2",
      ])
    #expect(draft.records.map(\.kind) == [.source, .annotation] && draft.leftOut.count == 1)
  }
}

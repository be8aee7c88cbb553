import AnnotationStore
import Testing

@testable import Interchange

@Suite struct HypothesisTests {
  private static let rows = """
    {"total": 2, "rows": [
      {"id": "r2", "created": "2024-05-06T07:08:09.123456+00:00", "updated": "2024-05-06T07:08:09.123456+00:00",
       "user": "acct:ben@hypothes.is", "uri": "https://x.org/p", "text": "Yes.", "tags": [], "group": "__world__",
       "references": ["r1"], "target": [{"source": "https://x.org/p"}]},
      {"id": "r1", "created": "2024-05-05T00:00:00+00:00", "updated": "2024-05-06T00:00:00+00:00",
       "user": "acct:ada@hypothes.is", "user_info": {"display_name": "Ada N."}, "uri": "https://x.org/p#frag",
       "text": "Look.", "tags": ["t1", "t2"], "group": "g7", "permissions": {"read": ["group:g7"]},
       "document": {"title": ["A page"]}, "links": {"html": "https://hypothes.is/a/r1"},
       "target": [{"source": "https://x.org/p#frag", "selector": [
         {"type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 1},
         {"type": "TextPositionSelector", "start": 5, "end": 9},
         {"type": "TextQuoteSelector", "exact": "iron", "prefix": "", "suffix": " x"}]}]},
      {"id": "r3", "created": "nonsense", "user": "acct:ada@hypothes.is", "uri": "https://x.org/p", "text": "",
       "references": ["gone"], "target": [{"source": "https://x.org/p"}]}
    ]}
    """

  @Test func rowsBecomeAnnotations() throws {
    let place = try Workplace(startingAt: 1_800_000_000_000)
    let report = try place.take(Self.rows, "rows.json")
    #expect(report.created[.annotation] == 3 && report.created[.source] == 1 && report.created[.curator] == 2)
    #expect(report.leftOut.count == 2)
    let first = try #require(
      try place.store.read { try $0.record(DerivedID.annotation(iri: "https://hypothes.is/a/r1")) })
    #expect(first.selector?.exact == "iron" && first.selector?.start == 5 && first.elements("tags") == ["t1", "t2"])
    #expect(first.curator == DerivedID.curator(iri: "acct:ada@hypothes.is"))
    #expect(Timestamp.text(first.createdMilliseconds) == "2024-05-05T00:00:00Z")
    let reply = try #require(
      try place.store.read { try $0.record(DerivedID.annotation(iri: "https://hypothes.is/a/r2")) })
    #expect(reply.reference("target") == first.id && reply.text("motivation") == "replying")
    #expect(try place.all(.source).first?.text("title") == "A page")
    let origin = Origin(first)
    #expect(origin.others.first?.value["group"]?.string == "g7")
    #expect(!origin.others.map(\.value.jsonText).joined().contains("iron"))
  }

  @Test func rowsComeOutAsAnnotationsAndAgain() throws {
    let first = try Workplace(startingAt: 1_800_000_000_000)
    try first.take(Self.rows, "rows.json")
    let second = try Workplace(startingAt: 1_900_000_000_000)
    try second.take(try first.annotations().text, "a.jsonld")
    let lines = try first.annotationLines(kinds: [.annotation, .source])
    let again = try second.annotationLines(kinds: [.annotation, .source])
    #expect(lines.count == 4 && lines == again)
    #expect(
      lines.contains { $0.contains("\"id\":\"https://hypothes.is/a/r1\"") && $0.contains("acct:ada@hypothes.is") })
  }
}

import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// Reports in HTML (also read by Tests/Interop/html5lib_reads.py) and Markdown.
@Suite struct ReportTests {
  /// U+FFFF, which no Swift literal may hold.
  static let noncharacter = String(decoding: [0xEF, 0xBF, 0xBF], as: UTF8.self)

  /// Texts that would break out, were they not made safe.
  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a & b &amp; c &lt;", "' onload='x",
    "\u{202E}evil\u{202C} \u{2066}x", "nul\u{0}l \u{7F} \u{85} " + noncharacter, "</style></title><b>",
    "# x\n- y\n1. z\n    code",
    "`c` *e* _f_ [l](javascript:x) ![i](x) <http://e> | a ~~s~~", "---\n===\n+ a\n> b\n:--|--",
  ]

  private static func hostileStore() throws -> Workplace {
    let work = try Workplace(curator: "Ada <b>\"&'</b>")
    try work.store.write { transaction in
      let source = try transaction.addSource(
        .url(WebAddress(parsing: "https://example.org/a?b=\"c'd&e")),
        ["title": .text(hostile[0]), "container": .text(hostile[1])])
      _ = try transaction.addTerm(CURIE(parsing: "x:<a>&\""), label: "<i>\"label\"&</i>")
      for text in hostile {
        let claim = try transaction.addClaim(
          text, source: source.id,
          ["subject": .text("x:<a>&\""), "selector": Selector(exact: text, prefix: text).value, "via": .text(text)],
          sets: ["tags": ["<t>&\""]])
        _ = try transaction.assess(claim.id, stance: "disputes", body: text)
        let note = try transaction.annotate(claim.id, body: text, tags: ["<u>"])
        _ = try transaction.annotate(note, body: text, motivation: .replying)
      }
    }
    return work
  }

  @Test(arguments: [(Format.html, "example.html"), (.markdown, "example-report.md")])
  func writesTheExample(_ format: Format, _ name: String) throws {
    let (text, report) = try CuratedExample().ada.exported(format)
    try Golden.expect(text, name)
    #expect(report.written[.claim] == 35 && report.leftOut.isEmpty, "\(report.leftOut)")
  }

  @Test(arguments: [Format.html, .markdown])
  func writesTheSameAgain(_ format: Format) throws {
    let example = try CuratedExample()
    let first = try example.ada.exported(format).text
    #expect(try example.ada.exported(format).text == first)
  }

  @Test func hostileTextsStayTextsInHTML() throws {
    let text = try Self.hostileStore().store.exported(.html).text
    let outside = text.replacingOccurrences(of: "(?s)<style>.*?</style>", with: "", options: .regularExpression)
    for bad in [
      "<script", "<img", "<b>", "<i>\"", "<t>", "onload='", "\u{0}", "\u{202E}", "\u{2066}", Self.noncharacter,
      "\u{7F}",
    ] {
      #expect(!outside.contains(bad), "\(bad.debugDescription)")
    }
    #expect(outside.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && outside.contains("⟨U+202E⟩evil"))
    #expect(outside.contains("a &amp; b &amp;amp; c &amp;lt;"))
    #expect(!outside.contains("href=\"javascript"))
  }

  /// Another replica may have written anything.
  @Test(arguments: [
    ("url", "javascript:alert(1)", "urn:uuid:"), ("url", "https://e/<x>", "urn:uuid:"),
    ("url", "https://e/x", "https://e/x"),
    ("pmid", "1\"> <x", "https://pubmed.ncbi.nlm.nih.gov/1%22%3E%20%3Cx"),
  ])
  func linksToPapersAreAddresses(_ field: String, _ text: String, _ start: String) {
    let source = Record(
      kind: .source, id: RecordID(derivedFrom: .null), fields: [field: .text(text)],
      curator: RecordID(derivedFrom: .null),
      createdMilliseconds: 0, modifiedMilliseconds: 0, isDeleted: false)
    #expect(NanopubComparison.iri(ofSource: source).text.hasPrefix(start))
  }

  @Test func needsNoNetwork() throws {
    let text = try CuratedExample().ada.exported(.html).text
    for bad in ["src=", "url(http", "@import", "<link", "<script"] { #expect(!text.contains(bad)) }
    #expect(text.contains("default-src 'none'") && text.contains("@media print"))
  }

  @Test func hostileTextsStayTextsInMarkdown() throws {
    #expect(
      MarkdownText.line("`c` *e* _f_ a_b [l](x) <h> | ~s~ & \\")
        == #"\`c\` \*e\* \_f\_ a_b \[l\](x) \<h\> \| \~s\~ \& \\"#)
    #expect(MarkdownText.block("# x\n\n- y\n1. z\r\n    code", "> ") == "> \\# x\n>\n> \\- y\\\n> 1\\. z\\\n> code\n")
    #expect(MarkdownText.line("a\nb\u{0}\u{202E}") == "a b\u{FFFD}⟨U+202E⟩")
    let text = try Self.hostileStore().store.exported(.markdown).text
    #expect(
      !text.contains("\u{0}") && !text.contains("\u{202E}") && !text.contains("<script>")
        && !text.replacingOccurrences(of: "\\](", with: "").contains("]("))
    #expect(text.split(separator: "\n").count { $0.hasPrefix("# ") } == 1)
    #expect(text.split(separator: "\n").count { $0.hasPrefix("### ") } == Self.hostile.count)
  }

  @Test func saysWhatWasChosen() throws {
    let example = try CuratedExample()
    var options = Exporter.Options()
    options.filter.source = try example.ada.read { try $0.source(named: "10.1073/pnas.1218497110").id }
    let text = try example.ada.exported(.markdown, options).text
    #expect(text.hasPrefix("# Claims of Bi et al. 2013\n") && text.contains("Claims of Bi et al. 2013"))
    options.title = "For <us>"
    options.filter.statuses = ["accepted"]
    #expect(try example.ada.exported(.markdown, options).text.hasPrefix("# For \\<us\\>\n"))
    options.filter.tags = ["none has this"]
    let empty = try example.ada.exported(.html, options)
    #expect(empty.report.written.total == 0 && empty.text.hasSuffix("</html>\n"))
  }

  @Test func theBarIsFilledAndSaysWhatItShows() {
    let svg = StanceChart.figure([("supports", 2), ("disputes", 1), ("uncertain", 4)], name: "1", what: "claim 1")
    #expect(svg.contains("<desc id=\"tally-1-desc\">2 support, 1 disputes, 4 uncertain of 7</desc>"))
    #expect(
      svg.contains("x=\"0\" y=\"0\" width=\"68\"") && svg.contains("x=\"68\" y=\"0\" width=\"34\"")
        && svg.contains("x=\"102\" y=\"0\" width=\"138\""))
    #expect(StanceChart.figure([("supports", 0)], name: "1", what: "x").isEmpty)
  }
}

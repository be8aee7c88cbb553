import AnnotationStore

/// A report as one HTML file: no script, nothing from a network, made to be printed.
struct HTMLReport: ReportRenderer {
  func head(_ summary: ReportSummary) -> String {
    let title = HTMLText.line(summary.title)
    var facts = [
      ("Claims", "\(summary.claimCount)"), ("Papers", "\(summary.sourceCount)"),
      ("Assessments", "\(summary.tally.reduce(0) { $0 + $1.count })"),
      ("Open conflicts", "\(summary.openConflicts)"),
    ]
    if summary.claimCount == 0 { facts = [("Claims", "0")] }
    let statuses = summary.statuses.map { "\($0.count) \(HTMLText.line($0.status))" }.joined(separator: ", ")
    let conditions = summary.conditions.map(HTMLText.line).joined(separator: "; ")
    let scope = conditions.isEmpty ? "All claims of the store" : "Claims " + conditions
    let written =
      summary.claimCount == 0 ? "" : " Last written to on \(ReportWords.day(summary.lastWrittenMilliseconds))."
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="generator" content="Variorum">
      <title>\(title)</title>
      <style>
      \(ReportStyle.sheet)</style>
      </head>
      <body>
      \(StanceChart.patterns)
      <main>
      <header class="front">
      <p class="kicker">Curation report</p>
      <h1><bdi>\(title)</bdi></h1>
      <p class="scope">\(scope)\(statuses.isEmpty ? "" : ": " + statuses).\(written)</p>
      <dl class="facts">
      \(facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined(separator: "\n"))
      </dl>
      \(StanceChart.figure(summary.tally, name: "all", what: "all claims"))
      </header>

      """
  }

  func section(_ section: ReportSection?) -> String {
    guard let section else { return "<h2 class=\"paper\">Without a source</h2>\n" }
    let line = HTMLText.line(section.title ?? section.citation.short)
    let by = [section.title == nil ? nil : section.citation.short, section.citation.container].compactMap { $0 }
    var out = "<header class=\"paper\">\n<h2><bdi>\(line)</bdi> \(Self.reference(section.reference))</h2>\n"
    if !by.isEmpty { out += "<p class=\"by\"><bdi>\(HTMLText.line(by.joined(separator: " · ")))</bdi></p>\n" }
    if section.isRetracted { out += "<p class=\"retracted\">This paper was retracted.</p>\n" }
    return out + "</header>\n" + HTMLDetails.conflicts(section.conflicts) + HTMLDetails.notes(section.notes)
  }

  func claim(_ claim: ReportClaim) -> String {
    var out = "<article class=\"claim\" id=\"claim-\(claim.number)\">\n"
    out += "<p class=\"number\" aria-hidden=\"true\">\(claim.number)</p>\n<div class=\"body\">\n"
    out += "<h3><bdi>\(HTMLText.paragraph(claim.statement))</bdi></h3>\n"
    out += relation(claim)
    out += "<p class=\"meta\">\(Self.status(claim.status)) "
    if !claim.conflicts.isEmpty { out += "<strong class=\"open\">in conflict</strong> · " }
    out += "<bdi>\(HTMLText.line(claim.byline.name))</bdi>, \(ReportWords.day(claim.byline.milliseconds))"
    out += " · <span class=\"id\">\(HTMLText.line(claim.shortID))</span>"
    for tag in claim.tags { out += " <span class=\"tag\"><bdi>\(HTMLText.line(tag))</bdi></span>" }
    if let via = claim.via { out += " · paraphrased by <bdi>\(HTMLText.line(via))</bdi>" }
    out += "</p>\n"
    if let quote = claim.quote { out += HTMLDetails.quote(quote, reference: claim.reference) }
    out += StanceChart.figure(claim.tally, name: "\(claim.number)", what: "claim \(claim.number)")
    out += HTMLDetails.assessments(claim.assessments)
    out += HTMLDetails.evidence(claim.evidence, title: "Evidence")
    out += HTMLDetails.links(claim.links)
    out += HTMLDetails.conflicts(claim.conflicts)
    out += HTMLDetails.notes(claim.notes)
    return out + "</div>\n</article>\n"
  }

  private func relation(_ claim: ReportClaim) -> String {
    var parts: [String] = []
    if let subject = claim.subject { parts.append(Self.term(subject)) }
    let verb = claim.predicate.map { "<span class=\"verb\">\(Self.term($0))</span>" }
    if claim.isNegated { parts.append("<strong class=\"not\">not</strong>") }
    if let verb { parts.append(verb) }
    if let object = claim.object { parts.append(Self.term(object)) }
    var out = parts.isEmpty ? "" : "<p class=\"relation\">\(parts.joined(separator: " "))</p>\n"
    let qualifiers = claim.qualifiers.map {
      "<span class=\"role\">\(HTMLText.line($0.role))</span> \(Self.term($0.term))"
    }
    let entities =
      claim.entities.isEmpty
      ? [] : ["<span class=\"role\">about</span> " + claim.entities.map(Self.term).joined(separator: ", ")]
    let further = qualifiers + entities
    if !further.isEmpty { out += "<p class=\"qualifiers\">\(further.joined(separator: " · "))</p>\n" }
    return out
  }

  static func term(_ term: ReportTerm) -> String {
    let code = HTMLText.line(term.curie)
    guard let label = term.label else { return "<span class=\"code\">\(code)</span>" }
    return "<bdi>\(HTMLText.line(label))</bdi> <span class=\"code\">\(code)</span>"
  }

  static func reference(_ number: Int) -> String { "<a class=\"ref\" href=\"#ref-\(number)\">[\(number)]</a>" }

  private static func status(_ status: String) -> String {
    let known = Vocabulary.status.contains(status) ? " \(status)" : ""
    return "<span class=\"status\(known)\">\(HTMLText.line(status))</span>"
  }

  func references(_ sources: [Source]) -> String {
    if sources.isEmpty { return "" }
    let items = sources.enumerated().map { index, source in
      let retracted = source.isRetracted ? " <strong class=\"retracted\">Retracted.</strong>" : ""
      return "<li id=\"ref-\(index + 1)\">\(Self.reference(source))\(retracted)</li>\n"
    }
    return "<section class=\"references\">\n<h2>References</h2>\n<ol>\n\(items.joined())</ol>\n</section>\n"
  }

  private static func reference(_ source: Source) -> String {
    let authors = source.authors.prefix(6).map(HTMLText.line).joined(separator: "; ")
    let more = source.authors.count > 6 ? "; et al." : ""
    var parts: [String] = []
    if !source.authors.isEmpty { parts.append("<bdi>\(authors)\(more)</bdi>") }
    if let issued = source.issued { parts.append("(\(HTMLText.line(String(issued.prefix(4)))))") }
    var out = parts.joined(separator: " ")
    if !out.isEmpty { out += ". " }
    if let title = source.title { out += "<bdi>\(HTMLText.line(title))</bdi>. " }
    if let container = source.container { out += "<cite><bdi>\(HTMLText.line(container))</bdi></cite>. " }
    let (address, shown) = address(source)
    return out + "<a href=\"\(HTMLText.escape(address))\">\(HTMLText.line(shown))</a>"
  }

  private static func address(_ source: Source) -> (String, String) {
    let address = NanopubComparison.iri(ofSource: source.record).text
    if let doi = source.doi { return (address, "doi:" + doi) }
    if let pmid = source.pmid { return (address, "PMID " + pmid) }
    return (address, source.pmcid ?? source.url ?? address)
  }

  func foot(_ summary: ReportSummary) -> String {
    """
    <footer class="colophon">
    <p>Made by Variorum from the store <span class="id">\(HTMLText.line(summary.store))</span> in the state \
    <span class="id">\(HTMLText.line(summary.digest))</span>. Times are those of the curators' clocks, in UTC. The same \
    state and selection give the same report.</p>
    </footer>
    </main>
    </body>
    </html>

    """
  }
}

import AnnotationStore

/// A report in CommonMark that reads well as it is.
struct MarkdownReport: ReportRenderer {
  func head(_ summary: ReportSummary) -> String {
    let statuses = summary.statuses.map { "\($0.count) \(MarkdownText.line($0.status))" }.joined(separator: ", ")
    let conditions = summary.conditions.map(MarkdownText.line).joined(separator: "; ")
    var out = "# \(MarkdownText.line(summary.title))\n\n"
    out += conditions.isEmpty ? "All claims of the store" : "Claims \(conditions)"
    out += statuses.isEmpty ? "." : ": \(statuses)."
    if summary.claimCount > 0 { out += " Last written to on \(ReportWords.day(summary.lastWrittenMilliseconds))." }
    out += "\n\n- \(ReportWords.count(summary.claimCount, "claim", "claims")) of "
    out += "\(ReportWords.count(summary.sourceCount, "paper", "papers"))\n"
    let tally = ReportWords.tally(summary.tally)
    out += "- Assessments: \(tally.isEmpty ? "none" : tally)\n- Open conflicts: \(summary.openConflicts)\n"
    return out
  }

  func section(_ section: ReportSection?) -> String {
    guard let section else { return "\n## Without a source\n" }
    var out = "\n## \(MarkdownText.line(section.title ?? section.citation.short)) \\[\(section.reference)\\]\n"
    let by = [section.title == nil ? nil : section.citation.short, section.citation.container].compactMap { $0 }
    if !by.isEmpty { out += "\n\(MarkdownText.line(by.joined(separator: " · ")))\n" }
    if section.isRetracted { out += "\n**This paper was retracted.**\n" }
    return out + conflicts(section.conflicts) + notes(section.notes)
  }

  func claim(_ claim: ReportClaim) -> String {
    var out = "\n### \(claim.number). \(MarkdownText.line(claim.statement))\n\n"
    out += relation(claim)
    var meta = [
      MarkdownText.line(claim.status), byline(claim.byline), "`\(claim.shortID)`",
    ]
    if let reference = claim.reference { meta.append("\\[\(reference)\\]") }
    if !claim.tags.isEmpty { meta.append("tags: " + claim.tags.map(MarkdownText.line).joined(separator: ", ")) }
    if let via = claim.via { meta.append("paraphrased by \(MarkdownText.line(via))") }
    out += meta.joined(separator: " · ") + "\n"
    if let quote = claim.quote { out += "\n" + self.quote(quote, "") }
    if !claim.assessments.isEmpty {
      out += "\n**Assessments**: \(ReportWords.tally(claim.tally))\n\n"
      for assessment in claim.assessments {
        out += "- \(byline(assessment.byline)): *\(MarkdownText.line(assessment.stance))*\n"
        if let body = assessment.body { out += "\n" + MarkdownText.block(body, "  ") }
        for item in assessment.evidence { out += evidence(item, "  ") }
        for note in assessment.notes { out += self.note(note, "  ") }
      }
    }
    if !claim.evidence.isEmpty {
      out += "\n**Evidence**\n\n"
      for item in claim.evidence { out += evidence(item, "") }
    }
    if !claim.links.isEmpty {
      out += "\n**Links**\n\n"
      for link in claim.links {
        let other = link.number.map { "claim \($0): " } ?? ""
        out += "- *\(MarkdownText.line(link.words))* \(other)\(MarkdownText.line(link.text)) (\(byline(link.byline)))\n"
      }
    }
    return out + conflicts(claim.conflicts) + notes(claim.notes)
  }

  private func relation(_ claim: ReportClaim) -> String {
    let parts = [
      claim.subject.map(term), claim.isNegated ? "**not**" : nil, claim.predicate.map { term($0, mark: "*") },
      claim.object.map(term),
    ].compactMap { $0 }
    var further = claim.qualifiers.map { "\(MarkdownText.line($0.role)): \(term($0.term))" }
    if !claim.entities.isEmpty { further.append("about: " + claim.entities.map(term).joined(separator: ", ")) }
    var out = parts.isEmpty ? "" : parts.joined(separator: " ") + "\n\n"
    if !further.isEmpty { out += further.joined(separator: " · ") + "\n\n" }
    return out
  }

  private func term(_ term: ReportTerm) -> String { self.term(term, mark: "") }

  private func term(_ term: ReportTerm, mark: String) -> String {
    let code = MarkdownText.line(term.curie)
    return term.label.map { "\(mark)\(MarkdownText.line($0))\(mark) (\(code))" } ?? mark + code + mark
  }

  private func byline(_ byline: ReportByline) -> String {
    "\(MarkdownText.line(byline.name)), \(ReportWords.day(byline.milliseconds))"
  }

  private func quote(_ quote: ReportQuote, _ indent: String) -> String {
    let words = [quote.prefix, quote.exact, quote.suffix].compactMap { $0 }.joined(separator: " ")
    return MarkdownText.block(words, indent + "> ")
  }

  private func evidence(_ evidence: ReportClaim.Evidence, _ indent: String) -> String {
    let type = evidence.type.map(term) ?? "Evidence of no stated type"
    let strength = evidence.strength.map { MarkdownText.line($0) + ", " } ?? ""
    let reference = evidence.reference.map { " \\[\($0)\\]" } ?? ""
    return
      "\(indent)- \(type) (\(strength)\(MarkdownText.line(evidence.direction)); \(byline(evidence.byline)))\(reference)\n"
      + (evidence.quote.map { "\n" + quote($0, indent + "  ") } ?? "")
  }

  // MARK: - Notes and conflicts

  private func notes(_ notes: [ReportNote]) -> String {
    notes.isEmpty ? "" : "\n**Notes**\n\n" + notes.map { note($0, "") }.joined()
  }

  private func note(_ note: ReportNote, _ indent: String) -> String {
    // Deeper than this the indentation would leave no room.
    let indent = indent + String(repeating: "  ", count: min(note.depth, 8))
    let tags = note.tags.isEmpty ? "" : " (" + note.tags.map(MarkdownText.line).joined(separator: ", ") + ")"
    let verb = MarkdownText.line(ReportWords.motivation(note.motivation))
    let head =
      "\(indent)- \(MarkdownText.line(note.byline.name)) \(verb), \(ReportWords.day(note.byline.milliseconds))\(tags):\n\n"
    if note.isDeleted { return head + "\(indent)  *This note was deleted.*\n" }
    return head + (note.quote.map { quote($0, indent + "  ") + "\n" } ?? "")
      + MarkdownText.block(note.body, indent + "  ")
  }

  private func conflicts(_ conflicts: [ReportConflict]) -> String {
    conflicts.map { conflict in
      var out = "\n**Open conflict: \(MarkdownText.line(conflict.what))**\n\n"
      if let base = conflict.base { out += "- Before:\n\n" + MarkdownText.block(base, "  ") }
      for side in conflict.sides {
        out += "- \(byline(side.byline))\(side.isShown ? " (shown)" : ""):\n\n" + MarkdownText.block(side.text, "  ")
      }
      if let merged = conflict.merged {
        out += "- Merged:\n\n" + MarkdownText.block(merged.map(\.text).joined(), "  ")
      }
      return out
    }.joined()
  }

  // MARK: - The end

  func references(_ sources: [Source]) -> String {
    if sources.isEmpty { return "" }
    let items = sources.enumerated().map { index, source in
      let authors = source.authors.prefix(6).map(MarkdownText.line).joined(separator: "; ")
      var out = "\(index + 1). "
      if !authors.isEmpty { out += authors + (source.authors.count > 6 ? "; et al." : "") }
      if let issued = source.issued { out += " (\(MarkdownText.line(String(issued.prefix(4)))))" }
      if !authors.isEmpty || source.issued != nil { out += ". " }
      if let title = source.title { out += MarkdownText.line(title) + ". " }
      if let container = source.container { out += "*\(MarkdownText.line(container))*. " }
      out += "<\(NanopubComparison.iri(ofSource: source.record).text)>"
      return out + (source.isRetracted ? " **Retracted.**" : "") + "\n"
    }
    return "\n## References\n\n" + items.joined()
  }

  func foot(_ summary: ReportSummary) -> String {
    "\n---\n\nMade by Variorum from the store `\(summary.store)` in the state `\(summary.digest)`. "
      + "Times are those of the curators' clocks, in UTC. The same state and selection give the same report.\n"
  }
}

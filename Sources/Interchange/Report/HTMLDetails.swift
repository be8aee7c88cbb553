import AnnotationStore

/// The parts of a report that stand on a claim or a paper, as HTML.
enum HTMLDetails {
  static func quote(_ quote: ReportQuote, reference: Int?) -> String {
    func part(_ text: String?, _ name: String) -> String {
      text.map { "<span class=\"\(name)\">\(HTMLText.paragraph($0))</span>" } ?? ""
    }
    let words = [
      part(quote.prefix, "around"), part(quote.exact, "exact"), part(quote.suffix, "around"),
    ].filter { !$0.isEmpty }.joined(separator: " ")
    return
      "<blockquote dir=\"auto\"><p>\(words)\(reference.map { " " + HTMLReport.reference($0) } ?? "")</p></blockquote>\n"
  }

  private static func byline(_ byline: ReportByline) -> String {
    "<bdi class=\"who\">\(HTMLText.line(byline.name))</bdi>"
  }

  private static func when(_ byline: ReportByline) -> String {
    "<span class=\"when\">\(ReportWords.day(byline.milliseconds))</span>"
  }

  // MARK: - Assessments and evidence

  static func assessments(_ assessments: [ReportClaim.Assessment]) -> String {
    if assessments.isEmpty { return "" }
    let items = assessments.map { assessment in
      "<li><p class=\"line\">\(StanceChart.key(assessment.stance))\(byline(assessment.byline)) "
        + "<em>\(HTMLText.line(assessment.stance))</em> \(when(assessment.byline))</p>\n"
        + (assessment.body.map { "<div class=\"prose\">\(HTMLText.paragraphs($0))</div>\n" } ?? "")
        + evidence(assessment.evidence, title: nil) + notes(assessment.notes) + "</li>\n"
    }
    return "<section><h4>Assessments</h4>\n<ul class=\"plain\">\n\(items.joined())</ul></section>\n"
  }

  static func evidence(_ evidence: [ReportClaim.Evidence], title: String?) -> String {
    if evidence.isEmpty { return "" }
    let items = evidence.map { item in
      let type = item.type.map(HTMLReport.term) ?? "Evidence of no stated type"
      let strength = item.strength.map { HTMLText.line($0) + ", " } ?? ""
      return "<li><p class=\"line\">\(type) <span class=\"when\">(\(strength)\(HTMLText.line(item.direction)); "
        + "\(byline(item.byline)), \(ReportWords.day(item.byline.milliseconds)))</span>"
        + (item.reference.map { " " + HTMLReport.reference($0) } ?? "") + "</p>\n"
        + (item.quote.map { quote($0, reference: item.reference) } ?? "") + "</li>\n"
    }
    let list = "<ul class=\"evidence\">\n\(items.joined())</ul>"
    return title.map { "<section><h4>\($0)</h4>\n\(list)</section>\n" } ?? list + "\n"
  }

  // MARK: - Notes and links

  static func notes(_ notes: [ReportNote]) -> String {
    if notes.isEmpty { return "" }
    let items = notes.map { note in
      let tags = note.tags.map { " <span class=\"tag\"><bdi>\(HTMLText.line($0))</bdi></span>" }.joined()
      let body = note.isDeleted ? "<p class=\"gone\">This note was deleted.</p>\n" : HTMLText.paragraphs(note.body)
      return "<li class=\"depth-\(min(note.depth, 6))\"><p class=\"line\">\(byline(note.byline)) "
        + "\(HTMLText.line(ReportWords.motivation(note.motivation))) \(when(note.byline))\(tags)</p>\n"
        + (note.isDeleted ? "" : note.quote.map { quote($0, reference: nil) } ?? "")
        + "<div class=\"prose\">\(body)</div></li>\n"
    }
    return "<section><h4>Notes</h4>\n<ul class=\"thread\">\n\(items.joined())</ul></section>\n"
  }

  static func links(_ links: [ReportClaim.Link]) -> String {
    if links.isEmpty { return "" }
    let items = links.map { link in
      let other = link.number.map { "<a href=\"#claim-\($0)\">claim \($0)</a>: " } ?? ""
      return
        "<li><p class=\"line\"><em>\(HTMLText.line(link.words))</em> \(other)<bdi>\(HTMLText.line(link.text))</bdi> "
        + "<span class=\"when\">(\(byline(link.byline)), \(ReportWords.day(link.byline.milliseconds)))</span></p></li>\n"
    }
    return "<section><h4>Links</h4>\n<ul class=\"plain\">\n\(items.joined())</ul></section>\n"
  }

  // MARK: - Conflicts

  static func conflicts(_ conflicts: [ReportConflict]) -> String {
    conflicts.map { conflict in
      let sides = conflict.sides.map { side in
        "<td><p class=\"line\">\(byline(side.byline)) \(when(side.byline))"
          + (side.isShown ? " <span class=\"shown\">shown</span>" : "") + "</p>\n"
          + "<div class=\"prose\">\(HTMLText.paragraphs(side.text))</div></td>"
      }
      let span = max(1, sides.count)
      func row(_ head: String, _ content: String?) -> String {
        content.map {
          "<tr><th scope=\"row\">\(head)</th><td colspan=\"\(span)\"><div class=\"prose\">\($0)</div></td></tr>\n"
        }
          ?? ""
      }
      return "<section class=\"conflict\"><h4>Open conflict: \(HTMLText.line(conflict.what))</h4>\n<table>\n"
        + row("Before", conflict.base.map(HTMLText.paragraphs))
        + "<tr><th scope=\"row\">Side by side</th>\(sides.isEmpty ? "<td></td>" : sides.joined(separator: "\n"))</tr>\n"
        + row("Merged", conflict.merged.map(HTMLText.marked)) + "</table></section>\n"
    }.joined()
  }
}

import AnnotationStore

/// Writes an entry as RIS: a line a tag, `TY` first and `ER` last.
enum RISText {
  static func entry(_ entry: BibliographyEntry, _ context: ExportContext) -> String {
    var lines: [String] = []
    func add(_ tag: String, _ text: String?) { if let text { lines.append("\(tag)  - \(text)") } }
    add("TY", entry.container == nil ? "GEN" : "JOUR")
    add("TI", entry.title)
    for author in entry.authors {
      let parts = [author.wholeFamily, author.given, author.suffix].filter { !$0.isEmpty }
      add("AU", parts.joined(separator: ", "))
    }
    add("JF", entry.container)
    if let issued = entry.issued {
      add("PY", String(issued.year))
      // The form is fixed at four parts between slashes; the last is free text.
      if issued.month != nil {
        let parts = issued.text.split(separator: "-")
        add("DA", parts.joined(separator: "/") + String(repeating: "/", count: 4 - parts.count))
      }
    }
    add("DO", entry.doi)
    if let pmid = entry.pmid {
      add("DB", "PubMed")
      add("AN", pmid)
    }
    add("C2", entry.pmcid)
    add("UR", entry.url)
    for entity in entry.entities { add("KW", entity) }
    if entry.isRetracted { context.leaveOut("that a source is retracted, for which RIS has no tag") }
    return (lines + ["ER  - \n"]).joined(separator: "\n")
  }
}

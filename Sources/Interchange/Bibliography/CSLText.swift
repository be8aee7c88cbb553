import AnnotationStore

/// Writes an entry as an item of CSL-JSON (Citation Style Language 1.0.2), on one line.
enum CSLText {
  static func item(_ entry: BibliographyEntry, _ context: ExportContext) -> String {
    var members: [CBORValue.Entry] = [
      .init("id", .text(entry.key)), .init("type", .text(entry.container == nil ? "article" : "article-journal")),
    ]
    func add(_ name: String, _ text: String?) { if let text { members.append(.init(name, .text(text))) } }
    add("title", entry.title)
    if !entry.authors.isEmpty { members.append(.init("author", .array(entry.authors.map(name)))) }
    add("container-title", entry.container)
    if let issued = entry.issued {
      let parts = [issued.year, issued.month, issued.day].compactMap { $0 }.map { CBORValue.int(Int64($0)) }
      members.append(.init("issued", .map([.init("date-parts", .array([.array(parts)]))])))
    }
    add("DOI", entry.doi)
    add("PMID", entry.pmid)
    add("PMCID", entry.pmcid)
    add("URL", entry.url)
    add("status", entry.isRetracted ? "retracted" : nil)
    let entities = entry.entitiesForList(context)
    add("keyword", entities.isEmpty ? nil : entities.joined(separator: ", "))
    return JSONText.write(.map(members))
  }

  private static func name(_ name: BibliographyName) -> CBORValue {
    if name.isLiteral { return .map([.init("literal", .text(name.family))]) }
    var members: [CBORValue.Entry] = []
    func add(_ key: String, _ text: String) { if !text.isEmpty { members.append(.init(key, .text(text))) } }
    add("non-dropping-particle", name.particle)
    add("family", name.family)
    add("given", name.given)
    add("suffix", name.suffix)
    return .map(members)
  }
}

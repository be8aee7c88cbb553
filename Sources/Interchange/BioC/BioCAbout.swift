import AnnotationStore

/// What a file says of the paper that a document is.
struct BioCAbout {
  var pmid: String?
  var pmcid: String?
  var doi: String?
  var url: String?
  var title: String?
  var journal: String?
  var date: String?
  var authors: [String] = []

  /// Takes in what stands in the document's id and infons, and in those of its first passages.
  mutating func complete(from document: BioCDocument) {
    for infons in [document.infons] + document.passages.prefix(3).map(\.infons) {
      doi = doi ?? infons.text("article-id_doi") ?? infons.text("doi")
      pmcid = pmcid ?? infons.text("article-id_pmc") ?? infons.text("pmcid")
      pmid = pmid ?? infons.text("article-id_pmid") ?? infons.text("pmid")
      url = url ?? infons.text("url")
      date = date ?? infons.text("year")
    }
    let id = document.id.trimmed()
    if pmid == nil, pmcid == nil, id.isDigits { pmid = id }
    if pmcid == nil, id.hasPrefix("PMC") { pmcid = id }
    if doi == nil, id.hasPrefix("10.") { doi = id }
    if let number = pmcid, number.isDigits { pmcid = "PMC" + number }
    let isTitle = { (passage: BioCSegment) in
      ["title", "front"].contains(passage.infons.text("type")?.lowercased() ?? "")
    }
    title = title ?? document.passages.first(where: isTitle)?.text?.collapsed().trimmedOrNil()
  }

  /// What the source's id is derived from: the first identifier that is sound.
  var identifier: DerivedID.SourceIdentifier? {
    if let doi, let found = try? DOI(parsing: doi) { return .doi(found) }
    if let pmid, let found = try? PMID(parsing: pmid) { return .pmid(found) }
    if let pmcid, let found = try? PMCID(parsing: pmcid) { return .pmcid(found) }
    return url.flatMap { try? WebAddress(parsing: $0) }.map { .url($0) }
  }

  /// The source; an identifier that is not sound is left away.
  func draft(at place: Place) -> SourceDraft {
    var source = SourceDraft(place: place)
    source.doi = doi.flatMap { try? DOI(parsing: $0).text }
    source.pmid = pmid.flatMap { try? PMID(parsing: $0).text }
    source.pmcid = pmcid.flatMap { try? PMCID(parsing: $0).text }
    source.url = url.flatMap { try? WebAddress(parsing: $0).text }
    source.title = title
    source.authors = authors.map { $0.collapsed() }.filter { !$0.isEmpty }
    source.container = journal?.collapsed().trimmedOrNil()
    source.issued = date.flatMap { PartialDate(lenient: $0)?.text }
    return source
  }
}

import AnnotationStore

/// Makes a source of a BibTeX entry.
enum BibTeXEntry {
  private static let knownFields: Set<String> = [
    "doi", "pmid", "pmcid", "url", "eprint", "eprinttype", "archiveprefix", "title", "subtitle", "author", "journal",
    "journaltitle", "booktitle", "date", "year", "month", "day", "pubstate", "keywords",
  ]

  static func add(_ entry: BibTeXParser.Entry, to collector: inout SourceCollector) {
    var source = SourceDraft(place: entry.place)
    source.doi = entry.value("doi").map(LaTeXText.identifier)?.trimmedOrNil()
    source.pmid = entry.value("pmid").map(LaTeXText.identifier)?.trimmedOrNil()
    source.pmcid = entry.value("pmcid", "pmc").map(LaTeXText.identifier)?.trimmedOrNil()
    source.url = entry.value("url").map(LaTeXText.identifier)?.trimmedOrNil()
    takeEprint(of: entry, into: &source)
    let titles = [entry.value("title"), entry.value("subtitle")].compactMap { $0.map(LaTeXText.plain)?.trimmedOrNil() }
    source.title = titles.joined(separator: ": ").trimmedOrNil()
    let container = entry.value(
      "journal", "journaltitle", "booktitle", "publisher", "howpublished", "institution", "school")
    source.container = container.map(LaTeXText.plain)?.trimmedOrNil()
    if let authors = entry.value("author") {
      let (names, hasOthers) = BibTeXNames.parse(authors)
      source.authors = names
      if hasOthers { collector.leaveOut("\(entry.key) (\(entry.place)): \"and others\" in the list of authors") }
    }
    source.issued = issued(entry)
    if let state = entry.value("pubstate") {
      if LaTeXText.plain(state).lowercased() == "retracted" {
        source.isRetracted = true
      } else {
        collector.ignore("pubstate")
      }
    }
    if let keywords = entry.value("keywords") {
      collector.takeEntities(fromList: LaTeXText.plain(keywords), called: "keywords", into: &source)
    }
    if source.issued == nil, let date = entry.value("date", "year") {
      collector.leaveOut("\(entry.key) (\(entry.place)): a date of issue that cannot be read: \(date.prefix(40))")
    }
    let containerName = ["publisher", "howpublished", "institution", "school"].first { name in
      container != nil && entry.value("journal", "journaltitle", "booktitle") == nil && entry.value(name) == container
    }
    for field in entry.fields
    where !knownFields.contains(field.name) && field.name != containerName && field.name != "pmc" {
      collector.ignore(field.name)
    }
    collector.add(source, label: entry.key.isEmpty ? "@\(entry.type)" : entry.key)
  }

  private static func takeEprint(of entry: BibTeXParser.Entry, into source: inout SourceDraft) {
    guard let eprint = entry.value("eprint").map(LaTeXText.identifier)?.trimmedOrNil() else { return }
    switch entry.value("eprinttype", "archiveprefix")?.trimmed().lowercased() {
    case "pubmed", "pmid", "medline": source.pmid = source.pmid ?? eprint
    case "pmc", "pmcid", "pubmedcentral": source.pmcid = source.pmcid ?? eprint
    case "arxiv": source.url = source.url ?? "https://arxiv.org/abs/\(eprint)"
    case "doi": source.doi = source.doi ?? eprint
    default:
      if eprint.lowercased().hasPrefix("http://") || eprint.lowercased().hasPrefix("https://") {
        source.url = source.url ?? eprint
      } else if eprint.hasPrefix("PMC"), eprint.dropFirst(3).isDigits {
        source.pmcid = source.pmcid ?? eprint
      }
    }
  }

  private static func issued(_ entry: BibTeXParser.Entry) -> String? {
    if let date = entry.value("date"), let read = PartialDate(lenient: LaTeXText.plain(date)) { return read.text }
    guard let year = entry.value("year"), let whole = PartialDate(lenient: LaTeXText.plain(year)) else { return nil }
    guard let month = entry.value("month").map(LaTeXText.plain) else { return whole.text }
    // A day may stand beside the month, as in month = "2~" # oct or month = oct # " 2".
    let parts = month.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    let named = parts.firstIndex { PartialDate.month(named: $0) != nil }
    let numeric = parts.first.flatMap { $0.isDigits ? Int($0) : nil }
    let monthNumber = named.flatMap { PartialDate.month(named: parts[$0]) } ?? numeric
    let beside = parts.indices.lazy.filter { $0 != (named ?? parts.startIndex) && parts[$0].isDigits }
      .compactMap { Int(parts[$0]) }.first
    let day = entry.value("day").flatMap { Int(LaTeXText.plain($0)) } ?? beside
    return PartialDate(year: whole.year, month: monthNumber ?? whole.month, day: day)?.text
  }
}

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
    takeDate(of: entry, into: &source, &collector)
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

  private static func takeDate(
    of entry: BibTeXParser.Entry, into source: inout SourceDraft, _ collector: inout SourceCollector
  ) {
    let name = "\(entry.key) (\(entry.place))"
    let date = entry.value("date")
    let read = date.flatMap { StatedDate(LaTeXText.plain($0)) } ?? dateOfParts(entry)
    source.issued = read?.date.text
    if let leftOut = read?.leftOut { collector.leaveOut("\(name): \(leftOut)") }
    if read == nil, let date = date ?? entry.value("year") {
      collector.leaveOut("\(name): a date of issue that cannot be read: \(date.prefix(40))")
    }
  }

  /// The date that stands in fields for the year, the month and the day.
  private static func dateOfParts(_ entry: BibTeXParser.Entry) -> StatedDate? {
    guard let year = entry.value("year").map(LaTeXText.plain), let whole = StatedDate(year) else { return nil }
    guard let month = entry.value("month").map(LaTeXText.plain) else { return whole }
    // A day may stand beside the month, as in month = "2~" # oct or month = oct # " 2".
    let parts = month.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    let named = parts.firstIndex { PartialDate.month(named: $0) != nil }
    let numeric = parts.first.flatMap { $0.isDigits ? Int($0) : nil }
    let monthNumber = named.flatMap { PartialDate.month(named: parts[$0]) } ?? numeric
    let beside = parts.indices.lazy.filter { $0 != (named ?? parts.startIndex) && parts[$0].isDigits }
      .compactMap { Int(parts[$0]) }.first
    let day = entry.value("day").map(LaTeXText.plain)
    return StatedDate(
      year: whole.date.year, month: monthNumber ?? whole.date.month, day: day.flatMap { Int($0) } ?? beside,
      text: [year, month, day].compactMap { $0 }.joined(separator: " "),
      hasMore: monthNumber == nil && !parts.isEmpty || day.map { Int($0) == nil } ?? false)
  }
}

import AnnotationStore

/// Reads the summary record of one paper, as literature sites give it in Markdown.
///
/// The shape: a `#` title, a line of authors, a line of identifiers, journal and date between middle dots, and `##`
/// sections of which the key findings become claims and the entities become terms. Sections may be missing and come in
/// any order. The findings are a third party's paraphrase, so they carry `via` and no quote.
struct PaperRecord {
  private struct Section {
    var heading: String
    var line: Int
    var lines: [(text: String, line: Int)] = []

    var characters: Int {
      lines.map { $0.text.trimmed() }.filter { !$0.isEmpty }.joined(separator: " ").count
    }
  }

  /// More findings than a paper has.
  static let findingLimit = 2000

  private var draft = ImportDraft()
  private var source = SourceDraft(place: Place(line: 1))
  private var head: [(text: String, line: Int)] = []
  private var sections: [Section] = []
  /// The page that the record was taken from.
  private var origin: String?

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    var record = PaperRecord()
    try record.split(file)
    record.readHead()
    try record.readSections()
    return record.draft
  }

  private mutating func split(_ file: TextFile) throws(InterchangeError) {
    try file.forEachLine { (text, number) throws(InterchangeError) in
      if text.hasPrefix("# "), source.title == nil, sections.isEmpty {
        source.title = text.dropFirst(2).collapsed().trimmedOrNil()
        source.place.line = number
      } else if text.hasPrefix("## ") {
        sections.append(Section(heading: text.dropFirst(3).collapsed(), line: number))
      } else if let page = Self.value(of: text, key: "source"), page.hasPrefix("http") {
        origin = page
      } else if text.trimmed() == "---" {
        return
      } else if sections.isEmpty {
        head.append((text, number))
      } else {
        sections[sections.count - 1].lines.append((text, number))
      }
    }
    guard source.title != nil else {
      let reason = "no title. A paper record begins with a line \"# Title of the paper\""
      throw .syntax(format: .paper, place: Place(line: 1), reason: reason)
    }
  }

  /// The value of a line `Key: value` or `**Key:** value`.
  private static func value(of line: String, key: String) -> String? {
    let plain = line.filter { $0 != "*" }.trimmed()
    guard let colon = plain.firstIndex(of: ":"), plain[..<colon].trimmed().lowercased() == key else { return nil }
    return plain[plain.index(after: colon)...].trimmedOrNil()
  }

  private mutating func readHead() {
    for (text, number) in head {
      guard !text.trimmed().isEmpty else { continue }
      if let authors = Self.value(of: text, key: "authors") ?? Self.value(of: text, key: "author") {
        let separator: Character = authors.contains(";") ? ";" : ","
        source.authors = authors.split(separator: separator).compactMap { $0.collapsed().trimmedOrNil() }
        continue
      }
      for part in text.split(whereSeparator: { $0 == "\u{B7}" || $0 == "|" }) {
        takeMetadata(part.trimmed(), line: number)
      }
    }
    if source.pmcid == nil, let last = origin?.split(separator: "/").last, Self.isPMCID(last) {
      source.pmcid = String(last)
    }
    if source.reference == nil { source.url = origin }
  }

  private static func isPMCID(_ text: some StringProtocol) -> Bool {
    text.hasPrefix("PMC") && text.count <= 16 && text.dropFirst(3).trimmed().isDigits
  }

  private mutating func takeMetadata(_ part: String, line: Int) {
    let plain = part.filter { $0 != "*" }.trimmed()
    let pieces = plain.split(separator: ":", maxSplits: 1).map { $0.trimmed() }
    let value = pieces.count > 1 ? pieces[1] : ""
    switch pieces.first?.lowercased() {
    case nil: break
    case "doi" where !value.isEmpty: source.doi = source.doi ?? value
    case "pmid" where !value.isEmpty: source.pmid = source.pmid ?? value
    case "pmcid" where !value.isEmpty, "pmc" where !value.isEmpty: source.pmcid = source.pmcid ?? value
    case "journal" where !value.isEmpty: source.container = value
    case "date" where !value.isEmpty, "published" where !value.isEmpty:
      take(StatedDate(value), stated: value, line: line)
    case "url" where !value.isEmpty: source.url = source.url ?? value
    // The name of the repository, without an id.
    case "pmc", "pubmed", "pubmed central": break
    default:
      let words = plain.split(separator: " ")
      if Self.isPMCID(plain) {
        source.pmcid = source.pmcid ?? plain.filter { $0 != " " }
      } else if words.count == 2, words[0].uppercased() == "PMID", words[1].isDigits {
        source.pmid = source.pmid ?? String(words[1])
      } else if let first = words.first, first.prefix(4).isDigits, plain.count <= 30, let date = StatedDate(plain) {
        if source.issued == nil { take(date, stated: plain, line: line) }
      } else if plain.count == 10, plain.allSatisfy({ $0.isNumber || $0 == "-" || $0 == "/" }) {
        take(nil, stated: plain, line: line)
      } else if source.container == nil {
        source.container = plain
      } else {
        draft.leftOut.append(
          "line \(line): \"\(plain.prefix(80))\" in the paper's details, for no field is known for it")
      }
    }
  }

  private mutating func take(_ date: StatedDate?, stated: String, line: Int) {
    if let date { source.issued = date.date.text }
    let leftOut = date == nil ? "a date of issue that cannot be read: \(stated.prefix(40))" : date?.leftOut
    if let leftOut { draft.leftOut.append("line \(line): \(leftOut)") }
  }

  private mutating func readSections() throws(InterchangeError) {
    var entities = PaperEntities()
    var findings: [(text: String, line: Int)] = []
    for section in sections {
      switch section.heading.lowercased() {
      case "key findings", "findings", "key points": findings += bullets(of: section)
      case let heading where heading.hasSuffix("entities"):
        for (text, line) in bullets(of: section) { entities.take(text, line: line, section: section.heading) }
      default: leaveOut(section)
      }
    }
    guard findings.count <= Self.findingLimit else {
      let place = Place(line: findings[Self.findingLimit].line)
      throw .syntax(format: .paper, place: place, reason: "more than \(Self.findingLimit) findings")
    }
    source.entities = entities.terms.map(\.curie)
    draft.terms = entities.terms
    draft.leftOut += entities.leftOut
    guard let reference = source.reference else {
      let message =
        "the paper has no DOI, PMID, PMCID or URL, and a source needs one. Add a line such as "
        + "\"DOI: 10.1000/182\" below the title"
      draft.problems.append(ImportDraft.Problem(place: source.place, message: message))
      return
    }
    draft.sources = [source]
    let matcher = EntityMatcher(entities.terms)
    for finding in findings {
      var claim = ClaimDraft(place: Place(line: finding.line), statement: finding.text)
      claim.via = "paper summary record" + (origin.map { ", \($0)" } ?? "")
      claim.source = reference
      claim.entities = matcher.entities(in: finding.text)
      draft.claims.append(claim)
    }
  }

  /// The items of a section's lists, each with its continued lines; other text in it is left out.
  private mutating func bullets(of section: Section) -> [(text: String, line: Int)] {
    var items: [(text: String, line: Int)] = []
    var isOpen = false
    for (text, line) in section.lines {
      let trimmed = text.trimmed()
      if trimmed.isEmpty {
        isOpen = false
      } else if let item = Self.bullet(trimmed) {
        items.append((item, line))
        isOpen = true
      } else if isOpen {
        items[items.count - 1].text += " " + trimmed
      } else {
        draft.leftOut.append(
          "\(section.heading), line \(line): text that is no item of the list: \"\(trimmed.prefix(60))\"")
      }
    }
    return items
  }

  private static func bullet(_ line: String) -> String? {
    for mark in ["- ", "* ", "+ ", "\u{2022} "] where line.hasPrefix(mark) { return line.dropFirst(2).trimmedOrNil() }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    let rest = line.dropFirst(digits.count)
    guard !digits.isEmpty, rest.hasPrefix(". ") || rest.hasPrefix(") ") else { return nil }
    return rest.dropFirst(2).trimmedOrNil()
  }

  private mutating func leaveOut(_ section: Section) {
    let reason =
      switch section.heading.lowercased() {
      case "tl;dr", "contribution", "summary": "a third party's summary of the whole, no single finding"
      case "abstract": "the paper's own text; quote from it what a claim rests on"
      case "full text": "not part of the record"
      case "figures", "tables": "only named in the record"
      case "references": "sources of their own; import them as CSL-JSON, BibTeX or RIS"
      default: "a section that import does not know"
      }
    draft.leftOut.append("\(section.heading) (line \(section.line), \(section.characters) characters): \(reason)")
  }
}

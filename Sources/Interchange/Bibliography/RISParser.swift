import AnnotationStore

/// Reads sources from RIS.
///
/// A line is two characters of tag, two spaces, a hyphen, a space and a value; a line of any other form continues the
/// value before it. An entry runs from TY to ER.
struct RISParser {
  private struct Line {
    var tag: String
    var value: String
    var number: Int
  }

  /// Tags by what they fill, the better ones first.
  private static let titleTags = ["TI", "T1", "CT"]
  private static let containerTags = ["JF", "JO", "T2", "JA", "J2", "BT"]
  private static let dateTags = ["DA", "PY", "Y1"]
  private static let authorTags: Set<String> = ["AU", "A1"]
  private static let urlTags = ["UR", "LK"]
  /// Where PubMed ids are found, and taken only where they say what they are.
  private static let accessionTags: Set<String> = ["AN", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "ID", "M1"]

  private var collector = SourceCollector()
  private var entry: [Line] = []
  private var count = 0

  static func parse(_ file: TextFile) throws(InterchangeError) -> ImportDraft {
    var parser = RISParser()
    try file.forEachLine { (text, number) throws(InterchangeError) in try parser.take(text, number: number) }
    if let first = parser.entry.first {
      throw parser.error(first.number, "the entry that begins here has no end: a line \"ER  - \" is missing")
    }
    return parser.collector.finish(calling: "tags")
  }

  private func error(_ line: Int, _ reason: String) -> InterchangeError {
    .syntax(format: .ris, place: Place(line: line), reason: reason)
  }

  /// Tag and value of a line, or nil where it has no tag. One space or more before the hyphen will do.
  static func tag(of line: String) -> (tag: String, value: String)? {
    let bytes = Array(line.utf8)
    guard bytes.count >= 4, (0x41...0x5A).contains(bytes[0]),
      (0x41...0x5A).contains(bytes[1]) || (0x30...0x39).contains(bytes[1]), bytes[2] == 0x20
    else { return nil }
    var index = 2
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
    guard index <= 5, index < bytes.count, bytes[index] == UInt8(ascii: "-") else { return nil }
    guard index + 1 == bytes.count || bytes[index + 1] == 0x20 else { return nil }
    return (
      String(decoding: bytes[0..<2], as: UTF8.self), String(decoding: bytes[(index + 1)...], as: UTF8.self).trimmed()
    )
  }

  private mutating func take(_ text: String, number: Int) throws(InterchangeError) {
    guard let (tag, value) = Self.tag(of: text) else {
      guard let more = text.trimmedOrNil() else { return }
      guard !entry.isEmpty else {
        throw error(
          number, "\"\(more.prefix(40))\" stands outside an entry. An entry begins with a line \"TY  - JOUR\"")
      }
      entry[entry.count - 1].value += " " + more
      return
    }
    switch tag {
    case "TY":
      if let first = entry.first {
        throw error(number, "an entry begins, and the one from line \(first.number) has no \"ER  - \" line yet")
      }
      entry = [Line(tag: tag, value: value, number: number)]
    case "ER":
      guard !entry.isEmpty else { throw error(number, "an entry ends that never began. Put \"TY  - JOUR\" before it") }
      guard count < SourceCollector.entryLimit else {
        throw error(number, "more than \(SourceCollector.entryLimit) entries (split the file)")
      }
      finishEntry()
      entry = []
    default:
      guard !entry.isEmpty else {
        throw error(number, "\(tag) stands outside an entry. An entry begins with a line \"TY  - JOUR\"")
      }
      entry.append(Line(tag: tag, value: value, number: number))
    }
  }

  private mutating func finishEntry() {
    count += 1
    var source = SourceDraft(place: Place(line: entry[0].number))
    source.title = value(Self.titleTags)?.collapsed()
    source.container = value(Self.containerTags)?.collapsed()
    source.doi = value(["DO"])
    source.url = value(Self.urlTags)
    for line in entry where Self.authorTags.contains(line.tag) {
      if let name = line.value.collapsed().trimmedOrNil() { source.authors.append(name) }
    }
    let dates = entry.filter { Self.dateTags.contains($0.tag) && !$0.value.isEmpty }
    source.issued = Self.mostExact(dates.map(\.value))
    for date in dates {
      guard let leftOut = StatedDate(date.value)?.leftOut else { continue }
      collector.leaveOut("entry \(count) (line \(date.number)): \(leftOut)")
    }
    if source.issued == nil, let date = dates.first {
      collector.leaveOut(
        "entry \(count) (line \(date.number)): a date of issue that cannot be read: \(date.value.prefix(40))")
    }
    let database = value(["DB"])?.lowercased() ?? ""
    let isPubMed = database.contains("pubmed") || database.contains("medline")
    for line in entry
    where Self.accessionTags.contains(line.tag) && !takeIdentifier(line, isPubMed: isPubMed, into: &source) {
      collector.ignore(line.tag)
    }
    for line in entry where line.tag == "KW" { collector.takeEntity(line.value, called: "KW", into: &source) }
    let read = Set(
      Self.titleTags + Self.containerTags + Self.dateTags + Self.urlTags + ["TY", "DO", "DB", "KW"])
    for line in entry
    where !read.contains(line.tag) && !Self.authorTags.contains(line.tag) && !Self.accessionTags.contains(line.tag) {
      collector.ignore(line.tag)
    }
    collector.add(source, label: "entry \(count)")
  }

  private func value(_ tags: [String]) -> String? {
    for tag in tags {
      if let line = entry.first(where: { $0.tag == tag && !$0.value.isEmpty }) { return line.value }
    }
    return nil
  }

  /// The most exact of the dates of the year that the first one says.
  private static func mostExact(_ dates: [String]) -> String? {
    let read = dates.compactMap { PartialDate(lenient: $0) }
    guard let year = read.first?.year else { return nil }
    return read.lazy.filter { $0.year == year }.map(\.text).max { $0.count < $1.count }
  }

  /// - Parameter isPubMed: whether the entry says that it is from PubMed, whose accession numbers are PubMed ids.
  private func takeIdentifier(_ line: Line, isPubMed: Bool, into source: inout SourceDraft) -> Bool {
    let text = line.value.uppercased()
    if text.hasPrefix("PMCID:") || text.hasPrefix("PMC") {
      let id = text.hasPrefix("PMCID:") ? text.dropFirst(6).trimmed() : text
      guard id.hasPrefix("PMC"), id.dropFirst(3).isDigits else { return false }
      source.pmcid = source.pmcid ?? id
      return true
    }
    let id = text.hasPrefix("PMID:") ? text.dropFirst(5).trimmed() : (isPubMed && line.tag == "AN" ? text : "")
    guard id.isDigits else { return false }
    source.pmid = source.pmid ?? id
    return true
  }
}

import AnnotationStore

/// A source as a bibliography can say it: one line a text, and what no bibliography has is told.
struct BibliographyEntry {
  let doi: String?
  let pmid: String?
  let pmcid: String?
  let url: String?
  let title: String?
  let authors: [BibliographyName]
  let container: String?
  let issued: PartialDate?
  let isRetracted: Bool
  let entities: [String]
  /// What it is cited by; unique in a file.
  var key = ""

  init(_ source: Record, _ context: ExportContext) {
    func line(_ text: String?) -> String? {
      guard let text else { return nil }
      let line = Self.line(text)
      if !line.isSameBytes(as: text) {
        context.leaveOut("white space and control characters other than single spaces in titles, authors and journals")
      }
      return line.isEmpty ? nil : line
    }
    doi = source.text("doi")
    pmid = source.text("pmid")
    pmcid = source.text("pmcid")
    url = source.text("url")
    title = line(source.text("title"))
    authors = source.texts("authors").compactMap { line($0).map(BibliographyName.init) }
    container = line(source.text("container"))
    issued = source.text("issued").flatMap { try? PartialDate(parsing: $0) }
    if issued == nil, let date = source.text("issued") {
      context.leaveOut("the date \(date.prefix(20)), which is none")
    }
    isRetracted = source.flag("retracted") == true
    if source.flag("retracted") == false { context.leaveOut("that a source is marked as not retracted") }
    entities = source.elements("entities")
    if source.text("origin") != nil { context.leaveOut("what a file in another format said of a source (origin)") }
  }

  /// What the entry is ordered by among those of one key: the identifiers, the best first.
  var identity: [String] { [doi, pmid, pmcid, url, title].map { $0 ?? "" } }

  /// The text on one line: control characters and white space become single spaces.
  private static func line(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { scalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar) }
    return String(scalars).collapsed()
  }

  /// The entities that can stand in a list between commas.
  func entitiesForList(_ context: ExportContext) -> [String] {
    entities.filter { curie in
      let fits = !curie.utf8.contains(UInt8(ascii: ",")) && !curie.utf8.contains(UInt8(ascii: ";"))
      if !fits { context.leaveOut("entities with a comma or semicolon in their CURIE") }
      return fits
    }
  }
}

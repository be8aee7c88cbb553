import AnnotationStore

/// The formats that can be read or written.
///
/// The raw value is the name that people type.
public enum Format: String, Sendable, CaseIterable {
  /// All records with all that is said of them, a JSON object a line; Schema/records.schema.json.
  case jsonl
  /// W3C Web Annotation, in JSON-LD.
  case w3c
  /// The summary record of one paper, in Markdown.
  case paper
  /// A table with tabs.
  case tsv
  /// A table with commas or semicolons.
  case csv
  /// A workbook of spreadsheets.
  case xlsx
  /// Bibliography in CSL-JSON.
  case cslJSON = "csl-json"
  /// Bibliography in BibTeX or BibLaTeX.
  case bibtex
  /// Bibliography in RIS.
  case ris
  /// Nanopublications, in TriG; Schema/nanopub.md.
  case nanopub
  /// A report to read, in Markdown.
  case markdown
  /// A report to read and print, one HTML file.
  case html
  /// Documents with their mentions, in BioC JSON.
  case biocJSON = "bioc-json"
  /// The same in BioC XML.
  case biocXML = "bioc-xml"
  /// Titles and abstracts with their mentions, in PubTator.
  case pubtator
  /// The log: every change with its seal, a CBOR sequence; Schema/change.cddl.
  case log
}

extension Format {
  /// What is to be known of a format.
  private struct Traits {
    var name: String
    var summary: String
    var extensions: [String]
    /// The most bytes that are read whole; `nil` where it is not read.
    var sizeLimit: Int?
    /// The kinds that it is written with, in this order; none where it is not written.
    var exportedKinds: [Kind] = []
    /// Whether it is written with deleted records, too.
    var carriesDeleted = false
    /// What it cannot carry, as a sentence without a full stop; `nil` where it carries everything.
    var losses: String?
  }

  /// The one table of formats; help, detection, messages and `variorum formats` all read it.
  private var traits: Traits {
    switch self {
    case .jsonl:
      Traits(
        name: "JSON Lines",
        summary: "every record whole, with its history, conflicts and decisions, a JSON object a line",
        extensions: ["jsonl", "ndjson"], sizeLimit: .max, exportedKinds: Kind.inOrderOfReference,
        carriesDeleted: true,
        losses: "signatures, which replica wrote what, and what was one command to undo; what a newer version of "
          + "Variorum wrote")
    case .w3c:
      Traits(
        name: "W3C Web Annotation",
        summary: "all records as annotations in JSON-LD; reads what others write, and exports of the Hypothesis API",
        extensions: ["jsonld"], sizeLimit: 64 << 20, exportedKinds: Kind.inOrderOfReference,
        losses: "the other values of conflicts, decisions, who wrote which field later, and deleted records")
    case .paper:
      Traits(
        name: "paper record", summary: "Markdown summary record of one paper: its source, findings and entities",
        extensions: ["md", "markdown"], sizeLimit: 4 << 20)
    case .tsv:
      Traits(
        name: "TSV", summary: "table of claims, annotations or terms, separated by tabs, first row the column names",
        extensions: ["tsv", "tab"], sizeLimit: 64 << 20, exportedKinds: SheetLayout.kinds, losses: Self.sheetLosses)
    case .csv:
      Traits(
        name: "CSV", summary: "the same tables, separated by commas or semicolons (RFC 4180)", extensions: ["csv"],
        sizeLimit: 64 << 20)
    case .xlsx:
      Traits(
        name: "XLSX", summary: "the same tables as a workbook of Excel or LibreOffice", extensions: ["xlsx"],
        sizeLimit: 64 << 20, exportedKinds: SheetLayout.kinds, losses: Self.sheetLosses)
    case .cslJSON:
      Traits(
        name: "CSL-JSON", summary: "sources, as Zotero, Crossref and pandoc write them",
        extensions: ["json", "csljson"], sizeLimit: 64 << 20, exportedKinds: [.source],
        losses: Self.bibliographyLosses)
    case .bibtex:
      Traits(
        name: "BibTeX", summary: "sources, in BibTeX or BibLaTeX", extensions: ["bib", "bibtex"], sizeLimit: 64 << 20,
        exportedKinds: [.source], losses: Self.bibliographyLosses)
    case .ris:
      Traits(
        name: "RIS", summary: "sources, as EndNote, PubMed and publishers write them", extensions: ["ris"],
        sizeLimit: 64 << 20, exportedKinds: [.source],
        losses: Self.bibliographyLosses + "; that a source is retracted")
    case .nanopub:
      Traits(
        name: "nanopublication", summary: "one nanopublication for each accepted claim, in TriG, with a trusty URI",
        extensions: ["trig"], sizeLimit: 32 << 20, exportedKinds: [.claim],
        losses: "claims that are not accepted or are in conflict, notes, links, who paraphrased a claim, and of papers "
          + "all but identifier and title")
    case .markdown:
      Traits(
        name: "Markdown report", summary: "claims with quotes, assessments, evidence, notes, conflicts and references",
        extensions: [], exportedKinds: [.claim], losses: Self.reportLosses)
    case .html:
      Traits(
        name: "HTML report", summary: "the same report as one file that prints well and needs no network",
        extensions: ["html"], exportedKinds: [.claim], losses: Self.reportLosses)
    case .biocJSON:
      Traits(
        name: "BioC JSON", summary: "papers with the mentions in their text, as PubTator and text miners write them",
        extensions: ["bioc"], sizeLimit: 64 << 20, exportedKinds: [.source], losses: Self.biocLosses)
    case .biocXML:
      Traits(
        name: "BioC XML", summary: "the same in XML", extensions: ["xml"], sizeLimit: 64 << 20,
        exportedKinds: [.source],
        losses: Self.biocLosses + "; control characters")
    case .pubtator:
      Traits(
        name: "PubTator", summary: "titles and abstracts with the mentions in them, a line a mention",
        extensions: ["pubtator"], sizeLimit: 64 << 20, exportedKinds: [.source],
        losses: Self.biocLosses + "; sources without a PMID, and of the others all but mentions in title and abstract")
    case .log:
      Traits(
        name: "log", summary: "every change with its seal, as a CBOR sequence that Schema/verify.py checks",
        extensions: ["cborseq"])
    }
  }

  private static let reportLosses = "it is for reading: ids are short, history and decisions are left out"
  /// What no bibliography carries.
  private static let bibliographyLosses =
    "all but sources; of these who wrote what and when, conflicts, and white space other than single spaces"

  /// What neither BioC nor PubTator carries.
  private static let biocLosses =
    "all but sources with quoted annotations and claims, which come back as annotations; of a source all but identifiers, "
    + "title, year and passages; who wrote what and when, and conflicts"

  private static let sheetLosses =
    "all but the claims or the assessments; of those origin, the positions of quotes, conflicts and history (a sheet "
    + "that comes back is merged, so it loses nothing here)"

  /// The name used in messages.
  public var name: String { traits.name }
  /// What such a file holds, in one line without a full stop.
  public var summary: String { traits.summary }
  /// File name extensions that tell it, in lower case, without the dot.
  public var extensions: [String] { traits.extensions }
  /// What of the store it cannot carry, in one line without a full stop; `nil` where it carries everything.
  public var losses: String? { traits.losses }
  /// Whether files of it can be imported.
  public var isImported: Bool { traits.sizeLimit != nil }
  /// Whether it can be exported.
  public var isExported: Bool { self == .log || writer != nil }
  /// The kinds of records that it is written with, in their order in the file.
  public var exportedKinds: [Kind] { traits.exportedKinds }
  /// Whether it is written with deleted records, too, as deleted.
  public var carriesDeleted: Bool { traits.carriesDeleted }
  /// The most bytes that `parse` takes. Tables and JSON Lines are read item by item, and can have any size.
  public var sizeLimit: Int { traits.sizeLimit ?? 0 }
  /// Whether it is text that a terminal can show.
  public var isText: Bool { self != .log && self != .xlsx }
  /// Whether it is a table, and so can be read row by row with `ImportTable`.
  public var isTable: Bool { self == .tsv || self == .csv }
  /// Whether it is written as a sheet of one kind of record, which can be edited and imported again.
  public var isSheet: Bool { self == .tsv || self == .xlsx }

  /// What writes it; `nil` where it is only read.
  var writer: (any RecordWriter)? {
    switch self {
    case .jsonl: JSONLinesWriter()
    case .w3c: W3CWriter()
    case .nanopub: NanopubWriter()
    case .markdown: ReportWriter(MarkdownReport())
    case .html: ReportWriter(HTMLReport())
    case .cslJSON: BibliographyWriter(.cslJSON)
    case .bibtex: BibliographyWriter(.bibtex)
    case .ris: BibliographyWriter(.ris)
    case .biocJSON: BioCWriter(.json)
    case .biocXML: BioCWriter(.xml)
    case .pubtator: BioCWriter(.pubtator)
    case .tsv: TSVSheetWriter()
    case .xlsx: XLSXSheetWriter()
    default: nil
    }
  }

  /// Tells a file's format by the extension of its name, else by how its content starts; nil where neither tells.
  ///
  /// A few kilobytes of `start` are enough: the first line of a table has to lie within.
  public static func detect(name: String, start: [UInt8]) -> Format? {
    let file = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    if let dot = file.lastIndex(of: "."), dot != file.startIndex {
      let ending = file[file.index(after: dot)...].lowercased()
      if let format = allCases.first(where: { $0.isImported && $0.extensions.contains(ending) }) {
        return format == .cslJSON ? jsonFormat(start) : format
      }
    }
    return detect(content: start)
  }

  private static func detect(content: [UInt8]) -> Format? {
    if content.starts(with: [0x50, 0x4B, 3, 4]) {
      return String(decoding: content, as: UTF8.self).contains("xl/work") ? .xlsx : nil
    }
    let content = UTF16Reader.utf8(start: content) ?? content
    let bytes = content.dropFirst(UTF8Check.markLength(content)).drop(while: isSpace)
    guard let first = bytes.first else { return nil }
    let lines = bytes.prefix(64 << 10).split(maxSplits: 1, whereSeparator: { $0 == 0x0A || $0 == 0x0D })
    let line = String(decoding: lines.first ?? bytes, as: UTF8.self)
    if ["@prefix", "@base", "PREFIX ", "BASE "].contains(where: { line.hasPrefix($0) }) { return .nanopub }
    if let reading = TableHeader.bestSeparator(forLine: line, preferring: .tsv), reading.known > 0 {
      return reading.separator == .tab ? .tsv : .csv
    }
    if line.hasPrefix("{\"variorum\"") { return .jsonl }
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["): return jsonFormat(Array(bytes))
    case UInt8(ascii: "<"): return BioCDetection.isXML(content) ? .biocXML : nil
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return PubTatorParser.isTitle(line) ? .pubtator : nil
    case UInt8(ascii: "@"), UInt8(ascii: "%"): return .bibtex
    case UInt8(ascii: "#"): return .paper
    default: return RISParser.tag(of: line)?.tag == "TY" ? .ris : nil
    }
  }

  /// What a JSON file holds, by its start.
  private static func jsonFormat(_ start: [UInt8]) -> Format {
    BioCDetection.isJSON(start) ? .biocJSON : W3CReader.isLikely(start) ? .w3c : .cslJSON
  }

  /// Reads a whole file into drafts.
  ///
  /// The format is the one named, else the one that `detect` tells from the file's name (a path, or `-`) and bytes.
  /// Memory is proportional to the file; a table too large for that is read with `ImportTable`.
  /// - Throws: `InterchangeError` where the file as a whole cannot be read; bad rows and entries are `problems` of the
  /// draft.
  public static func parse(
    _ bytes: [UInt8], name: String, as named: Format? = nil
  ) throws(InterchangeError) -> ImportDraft {
    guard bytes.dropFirst(UTF8Check.markLength(bytes)).contains(where: { !isSpace($0) }) else { throw .empty }
    guard let format = named ?? detect(name: name, start: Array(bytes.prefix(64 << 10))) else {
      throw .unknownFormat(name: name)
    }
    guard bytes.count <= format.sizeLimit else { throw .tooLarge(limit: format.sizeLimit, format: format) }
    guard format.takesEncoding(of: bytes) else { throw .notUTF8Encoding }
    switch format {
    case .w3c: return try W3CReader.parse(bytes)
    case .paper: return try PaperRecord.parse(TextFile(bytes, format: format))
    case .tsv, .csv:
      var remaining: [UInt8]? = bytes
      return try parseTable(
        TableReader(format: format) {
          defer { remaining = nil }
          return remaining
        }, format: format)
    case .xlsx: return try parseTable(Workbook(bytes).table, format: format)
    case .cslJSON: return try CSLParser.parse(TextFile(bytes, format: format))
    case .bibtex: return try BibTeXParser.parse(TextFile(bytes, format: format))
    case .ris: return try RISParser.parse(TextFile(bytes, format: format))
    case .jsonl: return try JSONLinesReader.parse(bytes)
    case .nanopub: return try NanopubParser.parse(TextFile(bytes, format: format))
    case .biocJSON: return try BioCJSONParser.parse(TextFile(bytes, format: format))
    case .biocXML: return try BioCXMLParser.parse(TextFile(bytes, format: format))
    case .pubtator: return try PubTatorParser.parse(TextFile(bytes, format: format))
    case .markdown, .html, .log: throw .exportedOnly(format)
    }
  }

  /// Whether a file that starts so is in an encoding that the format takes: UTF-8 or, of tables, UTF-16 with its mark.
  func takesEncoding(of start: [UInt8]) -> Bool {
    switch self {
    case .xlsx: true
    case .tsv, .csv: UTF16Reader(start: start) != nil || !UTF8Check.looksLikeUTF16(start)
    default: !UTF8Check.looksLikeUTF16(start)
    }
  }

  private static func parseTable(_ rows: some RowSource, format: Format) throws(InterchangeError) -> ImportDraft {
    var table = try ImportTable(format: format, rows: rows)
    var draft = ImportDraft()
    while let outcome = try table.next() {
      switch outcome {
      case .claim(let claim): draft.claims.append(claim)
      case .annotation(let annotation): draft.annotations.append(annotation)
      case .term(let term): draft.terms.append(term)
      case .problem(let problem): draft.problems.append(problem)
      }
    }
    return draft
  }
}

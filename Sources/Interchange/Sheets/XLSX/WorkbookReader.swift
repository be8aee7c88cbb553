/// Reads the sheets of an XLSX workbook (ECMA-376 Part 1, SpreadsheetML).
///
/// What a cell holds is told as text, and what a spreadsheet made of it beside: dates, numbers, formulas, errors.
struct WorkbookReader {
  /// A sheet by its name.
  struct Sheet {
    var name: String
    var isHidden: Bool
    fileprivate var file: String
  }

  /// The sheets in their order.
  let sheets: [Sheet]
  private let archive: ZipReader
  private let sharedStrings: [String]
  private let dateStyles: Set<Int>

  /// Opens a workbook.
  init(_ bytes: [UInt8]) throws(ArchiveError) {
    let archive = try ZipReader(bytes)
    self.archive = archive
    let root = try Self.relations(of: "", archive)
    let main = root.first { $0.type.hasSuffix("/officeDocument") }?.target ?? "xl/workbook.xml"
    guard let workbook = try archive.file(main) else { throw .notAnArchive }
    let list = SheetList()
    try WorkbookXML.read(workbook, file: main, list)
    let relations = try Self.relations(of: main, archive)
    var files: [String: String] = [:]
    for relation in relations { files[relation.id] = relation.target }
    sheets = list.sheets.compactMap { sheet in
      files[sheet.id].map { Sheet(name: sheet.name, isHidden: sheet.isHidden, file: $0) }
    }
    func part(_ type: String) throws(ArchiveError) -> (name: String, bytes: [UInt8])? {
      guard let name = relations.first(where: { $0.type.hasSuffix(type) })?.target else { return nil }
      return try archive.file(name).map { (name, $0) }
    }
    let strings = SharedStrings()
    if let file = try part("/sharedStrings") {
      try WorkbookXML.read(file.bytes, file: file.name, wanted: ["t"], strings)
    }
    sharedStrings = strings.strings
    let styles = CellStyles()
    if let file = try part("/styles") { try WorkbookXML.read(file.bytes, file: file.name, styles) }
    dateStyles = styles.dateStyles
  }

  /// The rows of a sheet that hold anything.
  func rows(of sheet: Sheet) throws(ArchiveError) -> [SheetRow] {
    guard let bytes = try archive.file(sheet.file) else {
      throw .damaged(file: sheet.file, reason: "the sheet \"\(sheet.name)\" is missing")
    }
    let reader = SheetCells(sheet.file, strings: sharedStrings, dateStyles: dateStyles)
    try WorkbookXML.read(bytes, file: sheet.file, wanted: ["v", "t", "f"], reader)
    return reader.rows.sorted { $0.line < $1.line }
  }

  private struct Relation {
    var id: String
    var type: String
    var target: String
  }

  /// What a file of the archive refers to; the paths are those of the archive.
  private static func relations(of file: String, _ archive: ZipReader) throws(ArchiveError) -> [Relation] {
    let folder = file.split(separator: "/").dropLast().map(String.init)
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    let path = (folder + ["_rels", "\(name).rels"]).joined(separator: "/")
    guard let bytes = try archive.file(path) else { return [] }
    let list = RelationList()
    try WorkbookXML.read(bytes, file: path, list)
    return list.entries.map { entry in
      var parts = entry.target.hasPrefix("/") ? [] : folder
      for part in entry.target.split(separator: "/") {
        if part == ".." { parts = Array(parts.dropLast()) } else if part != "." { parts.append(String(part)) }
      }
      return Relation(id: entry.id, type: entry.type, target: parts.joined(separator: "/"))
    }
  }

  // MARK: -

  private final class RelationList: WorkbookXML.Handler {
    var entries: [(id: String, type: String, target: String)] = []

    func begin(_ name: String, _ attributes: [String: String]) {
      guard name == "Relationship", attributes["TargetMode"] != "External", let id = attributes["Id"],
        let target = attributes["Target"]
      else { return }
      entries.append((id, attributes["Type"] ?? "", target))
    }

    func end(_ name: String, _ text: String) {}
  }

  private final class SheetList: WorkbookXML.Handler {
    var sheets: [(name: String, isHidden: Bool, id: String)] = []

    func begin(_ name: String, _ attributes: [String: String]) {
      let relation = attributes.filter { $0.key == "id" || $0.key.hasSuffix(":id") }.values.first
      guard name == "sheet", let label = attributes["name"], let relation else { return }
      sheets.append((label, attributes["state"].map { $0 != "visible" } ?? false, relation))
    }

    func end(_ name: String, _ text: String) {}
  }

  /// The table of texts that cells name by number; the runs of a rich text are joined, and what is only how it is
  /// pronounced is passed over.
  private final class SharedStrings: WorkbookXML.Handler {
    var strings: [String] = []
    private var current = ""
    private var isPhonetic = false

    func begin(_ name: String, _ attributes: [String: String]) {
      if name == "si" { current = "" }
      if name == "rPh" { isPhonetic = true }
    }

    func end(_ name: String, _ text: String) throws(ArchiveError) {
      switch name {
      case "t": if !isPhonetic { current += text }
      case "rPh": isPhonetic = false
      case "si":
        guard strings.count < SheetCells.cellLimit else {
          throw .beyondBounds("the workbook has more than \(SheetCells.cellLimit) shared texts")
        }
        strings.append(XMLText.unescapeCell(current))
      default: break
      }
    }
  }

  /// Which cell formats show a number as a date or a time.
  private final class CellStyles: WorkbookXML.Handler {
    var dateStyles: Set<Int> = []
    private var codes: [Int: String] = [:]
    private var formats: [Int] = []
    private var isInCellFormats = false

    func begin(_ name: String, _ attributes: [String: String]) {
      switch name {
      case "numFmt":
        if let id = attributes["numFmtId"].flatMap({ Int($0) }) { codes[id] = attributes["formatCode"] }
      case "cellXfs": isInCellFormats = true
      case "xf" where isInCellFormats: formats.append(attributes["numFmtId"].flatMap { Int($0) } ?? 0)
      default: break
      }
    }

    func end(_ name: String, _ text: String) {
      guard name == "cellXfs" else { return }
      isInCellFormats = false
      dateStyles = Set(formats.indices.filter { isDate(formats[$0]) })
    }

    /// The numbers of the formats that need no code are those of ECMA-376 Part 1, 18.8.30.
    private func isDate(_ format: Int) -> Bool {
      if let code = codes[format] { return Self.isDate(code) }
      return (14...22).contains(format) || (27...36).contains(format) || (45...47).contains(format)
        || (50...58).contains(format)
    }

    /// Whether a format code has a letter of a date outside of quotes and brackets.
    private static func isDate(_ code: String) -> Bool {
      var (isQuoted, isBracketed, isEscaped) = (false, false, false)
      for byte in code.lowercased().utf8 {
        if isEscaped {
          isEscaped = false
          continue
        }
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = true
        case UInt8(ascii: "\""): isQuoted.toggle()
        case UInt8(ascii: "["): isBracketed = true
        case UInt8(ascii: "]"): isBracketed = false
        case UInt8(ascii: "d"), UInt8(ascii: "m"), UInt8(ascii: "y"), UInt8(ascii: "h"):
          if !isQuoted, !isBracketed, !code.lowercased().hasPrefix("general") { return true }
        default: break
        }
      }
      return false
    }
  }
}

import AnnotationStore

/// Writes a sheet as an XLSX workbook (ECMA-376 Part 1, SpreadsheetML): the rows, and in a hidden sheet what was
/// exported.
///
/// Every cell has the format of text, empty ones and those of rows to come included, so that no gene becomes a date.
struct XLSXSheetWriter: RecordWriter {
  private var sheet: SheetWriter?
  private let stream = DeflateStream()
  private var pending: [UInt8] = []
  private var row = 0

  /// The name of the hidden sheet.
  static let manifestName = "variorum"

  mutating func begin(_ context: ExportContext) throws {
    let sheet = try SheetWriter(context)
    try put(Self.sheetStart(sheet.layout))
    try put(sheet.header, styles: sheet.layout.columns.map { _ in Style.header })
    self.sheet = sheet
  }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    guard let cells = try sheet?.row(record, context), let layout = sheet?.layout else { return }
    guard row < SheetCells.rowLimit else {
      throw ArchiveError.beyondBounds("a sheet has \(SheetCells.rowLimit) rows, and there are more records")
    }
    try put(cells, styles: layout.columns.map(Self.style))
  }

  mutating func end(_ context: ExportContext) throws {
    guard let sheet else { return }
    try put("</sheetData>" + Self.validations(sheet.layout) + "</worksheet>")
    try stream.append(pending)
    try stream.finish()
    var archive = ZipWriter { try context.put($0) }
    for part in Self.parts(sheet.layout.kind) { try archive.add(part.name, Array(part.content.utf8)) }
    try archive.add("xl/worksheets/sheet1.xml", stream)
    var rows = ""
    for (index, cells) in try sheet.manifestRows(context).enumerated() {
      rows += Self.row(index + 1, cells, styles: cells.map { _ in Style.text })
    }
    let list = "\(Self.xml)<worksheet xmlns=\"\(Self.main)\"><sheetData>\(rows)</sheetData></worksheet>"
    try archive.add("xl/worksheets/sheet2.xml", Array(list.utf8))
    try archive.finish()
  }

  private mutating func put(_ cells: [String], styles: [Style]) throws {
    row += 1
    try put(Self.row(row, cells, styles: styles))
  }

  private mutating func put(_ text: String) throws {
    pending += text.utf8
    guard pending.count >= 256 << 10 else { return }
    try stream.append(pending)
    pending.removeAll(keepingCapacity: true)
  }

  // MARK: - Cells

  /// The formats of cells, by their place in `styles.xml`.
  private enum Style: Int {
    case text = 1
    case header, reading, code
  }

  private static func style(_ column: SheetColumn) -> Style {
    switch column {
    case .id, .fingerprint: .code
    case .reading: .reading
    case .field, .quote: .text
    }
  }

  private static func row(_ number: Int, _ cells: [String], styles: [Style]) -> String {
    var xml = "<row r=\"\(number)\">"
    for (index, (text, style)) in zip(cells, styles).enumerated() {
      let place = "\(name(ofColumn: index + 1))\(number)"
      if text.isEmpty {
        xml += "<c r=\"\(place)\" s=\"\(style.rawValue)\"/>"
      } else {
        xml += "<c r=\"\(place)\" s=\"\(style.rawValue)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
        xml += XMLText.escapeCell(text) + "</t></is></c>"
      }
    }
    return xml + "</row>"
  }

  /// `A` of 1, `AA` of 27.
  private static func name(ofColumn number: Int) -> String {
    var (rest, name) = (number, "")
    while rest > 0 {
      name = String(Character(Unicode.Scalar(UInt8(65 + (rest - 1) % 26)))) + name
      rest = (rest - 1) / 26
    }
    return name
  }

  // MARK: - Parts

  private static let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let package = "http://schemas.openxmlformats.org/package/2006"

  private static func sheetStart(_ layout: SheetLayout) -> String {
    var text = "\(xml)<worksheet xmlns=\"\(main)\"><sheetViews><sheetView workbookViewId=\"0\" tabSelected=\"1\">"
    // Under the frozen header the first cell that can be edited is selected.
    text += "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
    text += "<selection pane=\"bottomLeft\" activeCell=\"C2\" sqref=\"C2\"/></sheetView></sheetViews>"
    text += "<sheetFormatPr defaultRowHeight=\"15\"/><cols>"
    for (index, column) in layout.columns.enumerated() {
      let hidden = column == .id || column == .fingerprint ? " hidden=\"1\"" : ""
      text += "<col min=\"\(index + 1)\" max=\"\(index + 1)\" width=\"\(width(column))\""
      text += " style=\"\(style(column).rawValue)\" customWidth=\"1\"\(hidden)/>"
    }
    return text + "</cols><sheetData>"
  }

  /// In characters.
  private static func width(_ column: SheetColumn) -> Int {
    switch column.name {
    case "statement", "body", "quote", "(claim statement)": 60
    case "id", "fingerprint", "claim": 38
    case "source", "(citation)", "entities", "qualifiers", "(entity labels)": 28
    case "negated", "status", "stance": 13
    default: 18
    }
  }

  private static func validations(_ layout: SheetLayout) -> String {
    var rules = ""
    var count = 0
    for (index, column) in layout.columns.enumerated() {
      guard let words = layout.words(of: column) else { continue }
      let letter = name(ofColumn: index + 1)
      rules += "<dataValidation type=\"list\" allowBlank=\"1\" showErrorMessage=\"1\""
      rules += " errorTitle=\"\(column.name)\" error=\"One of: \(words.joined(separator: ", "))\""
      rules += " sqref=\"\(letter)2:\(letter)\(SheetCells.rowLimit)\">"
      rules += "<formula1>\"\(words.joined(separator: ","))\"</formula1></dataValidation>"
      count += 1
    }
    return count == 0 ? "" : "<dataValidations count=\"\(count)\">\(rules)</dataValidations>"
  }

  private static func parts(_ kind: Kind) -> [(name: String, content: String)] {
    let sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return [
      (
        "[Content_Types].xml",
        """
        \(xml)<Types xmlns="\(package)/content-types"><Default Extension="rels" \
        ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
        <Default Extension="xml" ContentType="application/xml"/>\
        <Override PartName="/xl/workbook.xml" ContentType="\(sheetType).sheet.main+xml"/>\
        <Override PartName="/xl/styles.xml" ContentType="\(sheetType).styles+xml"/>\
        <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(sheetType).worksheet+xml"/>\
        <Override PartName="/xl/worksheets/sheet2.xml" ContentType="\(sheetType).worksheet+xml"/></Types>
        """
      ),
      (
        "_rels/.rels",
        """
        \(xml)<Relationships xmlns="\(package)/relationships"><Relationship Id="rId1" Type="\(office)/officeDocument" \
        Target="xl/workbook.xml"/></Relationships>
        """
      ),
      (
        "xl/workbook.xml",
        """
        \(xml)<workbook xmlns="\(main)" xmlns:r="\(office)"><bookViews><workbookView activeTab="0"/></bookViews>\
        <sheets><sheet name="\(kind.plural)" sheetId="1" r:id="rId1"/>\
        <sheet name="\(manifestName)" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>
        """
      ),
      (
        "xl/_rels/workbook.xml.rels",
        """
        \(xml)<Relationships xmlns="\(package)/relationships">\
        <Relationship Id="rId1" Type="\(office)/worksheet" Target="worksheets/sheet1.xml"/>\
        <Relationship Id="rId2" Type="\(office)/worksheet" Target="worksheets/sheet2.xml"/>\
        <Relationship Id="rId3" Type="\(office)/styles" Target="styles.xml"/></Relationships>
        """
      ),
      ("xl/styles.xml", styles),
    ]
  }

  /// Number format 49 is `@`, text.
  private static var styles: String {
    let text = "numFmtId=\"49\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\""
    let wrap = "applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>"
    return """
      \(xml)<styleSheet xmlns="\(main)"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>\
      <font><b/><sz val="11"/><name val="Calibri"/></font>\
      <font><i/><sz val="11"/><color rgb="FF767676"/><name val="Calibri"/></font></fonts>\
      <fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
      <fill><patternFill patternType="solid"><fgColor rgb="FFEDEDED"/></patternFill></fill></fills>\
      <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
      <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
      <cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
      <xf \(text) fontId="0" \(wrap)\
      <xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1" applyFont="1"/>\
      <xf \(text) fontId="2" applyFont="1" \(wrap)\
      <xf \(text) fontId="2" applyFont="1"/></cellXfs>\
      <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
      """
  }
}

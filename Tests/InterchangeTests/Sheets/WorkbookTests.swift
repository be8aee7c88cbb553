import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// Workbooks of other programs.
@Suite struct WorkbookTests {
  /// A workbook made by hand, of these parts; what is not given is the least that there must be.
  static func workbook(_ sheet: String, shared: String = "", styles: String = "", names: [String] = ["Table1"]) throws
    -> [UInt8]
  {
    let sheets = names.enumerated().map { "<s:sheet name=\"\($1)\" sheetId=\"\($0 + 1)\" r:id=\"R\($0 + 1)\"/>" }
      .joined()
    let relations = names.indices.map {
      "<Relationship Id=\"R\($0 + 1)\" Type=\"x/worksheet\" Target=\"/xl/w/\($0 + 1).xml\"/>"
    }.joined()
    var bytes: [UInt8] = []
    var writer = ZipWriter { bytes += $0 }
    let parts = [
      ("_rels/.rels", "<R><Relationship Id=\"a\" Type=\"http://x/officeDocument\" Target=\"xl/b.xml\"/></R>"),
      ("xl/b.xml", "<s:workbook xmlns:s=\"s\" xmlns:r=\"r\"><s:sheets>\(sheets)</s:sheets></s:workbook>"),
      (
        "xl/_rels/b.xml.rels",
        "<R>\(relations)<Relationship Id=\"S\" Type=\"x/sharedStrings\" Target=\"../xl/./strings.xml\"/>"
          + "<Relationship Id=\"T\" Type=\"x/styles\" Target=\"t.xml\"/></R>"
      ),
      ("xl/strings.xml", "<sst>\(shared)</sst>"),
      ("xl/t.xml", "<styleSheet>\(styles)</styleSheet>"),
    ]
    for (name, text) in parts { try writer.add(name, Array(text.utf8)) }
    for (index, name) in names.enumerated() {
      let content = name == names.last ? sheet : "<worksheet><sheetData/></worksheet>"
      try writer.add("xl/w/\(index + 1).xml", Array(content.utf8))
    }
    try writer.finish()
    return bytes
  }

  private func refusal(_ sheet: String, shared: String = "") throws -> String {
    let bytes = try Self.workbook(sheet, shared: shared)
    do throws(InterchangeError) {
      _ = try Workbook(bytes)
      return "accepted"
    } catch { return error.description }
  }

  @Test func readsEveryKindOfCell() throws {
    let shared = """
      <si><t>plain</t></si><si><r><t>rich </t></r><r><t xml:space="preserve">runs &amp; more</t></r></si>\
      <si><t>東</t><rPh sb="0" eb="1"><t>ひがし</t></rPh></si><si><t>a_x000D__x005F_x0041_b</t></si>
      """
    let styles = """
      <numFmts><numFmt numFmtId="164" formatCode="[Red]yyyy\\-mm"/><numFmt numFmtId="165" formatCode="&quot;day&quot;0"/>\
      </numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>\
      <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="49"/></cellXfs>
      """
    let sheet = """
      <worksheet><sheetData>
      <row r="3"><c r="C3" t="s"><v>1</v></c><c r="A3" t="s"><v>0</v></c><c t="s"><v>2</v></c></row>
      <row r="1"><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c t="b"><v>1</v></c><c><v>12345678</v></c>
      <c><v>1.2345678E7</v></c><c><v>0.1</v></c><c s="1"><v>46082</v></c><c s="2"><v>46082</v></c><c s="3"><v>7</v></c>
      <c t="str"><f>A1&amp;"x"</f><v>fx</v></c><c t="e"><v>#NAME?</v></c><c t="d"><v>2026-03-01</v></c>
      <c t="s"><v>3</v></c><c s="4"/></row>
      </sheetData></worksheet>
      """
    let rows = try Workbook(Self.workbook(sheet, shared: shared, styles: styles)).rows
    #expect(rows.map(\.line) == [1, 3])
    #expect(
      rows[0].cells == [
        SheetCell("inline"), SheetCell("TRUE"), SheetCell("12345678", .number), SheetCell("12345678", .number),
        SheetCell("0.1", .number), SheetCell("46082", .date), SheetCell("46082", .date), SheetCell("7", .number),
        SheetCell("fx", .formula), SheetCell("#NAME?", .error), SheetCell("2026-03-01", .date),
        SheetCell("a\r_x0041_b"),
      ])
    #expect(rows[1].cells.map(\.text) == ["plain", "東", "rich runs & more"])
  }

  @Test func takesTheSheetByItsName() throws {
    let sheet = "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>"
    #expect(try Workbook(Self.workbook(sheet, names: ["Notes", "Claims"])).rows.count == 1)
    #expect(throws: InterchangeError.empty) { try Workbook(Self.workbook(sheet, names: ["Notes", "Other"])) }
  }

  @Test func refusesWhatNoWorkbookHolds() throws {
    let entity = "<!DOCTYPE w [<!ENTITY a \"aaaa\">]><worksheet>&a;</worksheet>"
    #expect(try refusal(entity).contains("xl/w/1.xml: it declares a document type"))
    #expect(try refusal("<worksheet><row></worksheet>").contains("xl/w/1.xml: line 1, column "))
    #expect(try refusal(String(repeating: "<a>", count: 70)).contains("more than 64 deep"))
    #expect(try refusal("<w><row r=\"9999999\"/></w>").contains("a row of the number 9999999"))
    #expect(try refusal("<w><row><c r=\"ZZZ1\"/></row></w>").contains("a cell beyond column 1024"))
    #expect(try refusal("<w><row><c r=\"1\"/></row></w>").contains("a cell of the name \"1\""))
    #expect(
      try refusal("<w><row><c t=\"s\"><v>5</v></c></row></w>").contains("names a text that is not in the workbook"))
    // Noise, because what is compressed too well is refused before it is read.
    let long = (0..<200_000).map { "\($0 &* 7919)" }.joined()
    #expect(try refusal("<w><row><c t=\"str\"><v>\(long)</v></c></row></w>").contains("a text of more than 1 MiB"))
    #expect(Format.detect(name: "-", start: try Self.workbook("<w/>")) == nil)
  }

  @Test func whateverTheXMLIsItEndsWithoutHarm() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let sound = """
      <worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="s"><v>0</v></c></row>
      <row><c t="b"><v>1</v></c><c s="1"><f>A1</f><v>2.5</v></c><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>
      """
    let words = [
      "<row r=\"", "<c ", "r=\"A1048577\"", "t=\"s\"", "<v>-1</v>", "</row>", "&amp;", "&x;", "\u{0}", "<is><t>",
      "9999999999999999999",
    ]
    var (refused, read) = (0, 0)
    for _ in 0..<500 {
      var text = Array(sound)
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...12, using: &generator)))
        case 1: text.insert(contentsOf: words.randomElement(using: &generator) ?? "", at: place)
        default: text[place] = Character(Unicode.Scalar(UInt8.random(in: 1...127, using: &generator)))
        }
        if text.isEmpty { text = ["<"] }
      }
      let bytes = try Self.workbook(String(text), shared: "<si><t>x</t></si>")
      do throws(InterchangeError) {
        _ = try Workbook(bytes)
        read += 1
      } catch { refused += 1 }
    }
    print("Workbook fuzz: seed \(seed), \(refused) refused, \(read) read")
    #expect(refused > 50 && read > 10, "seed \(seed): \(refused) refused, \(read) read")
  }

  @Test func aSheetMayBeLong() throws {
    var generator = SeededGenerator(seed: 7)
    let noise = String((0..<100_000).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "x" })
    let rows = String(repeating: "<row><c t=\"str\"><v>\(noise)</v></c><c><v>1</v></c></row>", count: 120)
    let workbook = try Workbook(Self.workbook("<worksheet><sheetData>\(rows)</sheetData></worksheet>"))
    #expect(workbook.rows.count == 120 && workbook.rows.allSatisfy { $0.cells[0].text == noise })
  }

  @Test func takesAWorkbookThatIsNoExport() throws {
    let place = try Workplace()
    let cell = { (text: String) in "<c t=\"inlineStr\"><is><t>\(text)</t></is></c>" }
    let rows = [["statement", "tags", ""], ["A raises B.", "x; y", " "], ["C.", "", ""], ["", "", ""]]
    let data = rows.map { "<row>\($0.map(cell).joined())</row>" }.joined()
    let bytes = try Self.workbook("<worksheet><sheetData>\(data)</sheetData></worksheet>")
    let report = try Importer().run(file: "mine.xlsx", bytes: bytes, into: place.store)
    #expect(report.created[.claim] == 2 && report.sheet == nil)
    #expect(try Format.parse(bytes, name: "mine.xlsx").claims.map(\.tags) == [["x", "y"], []])
    let dated = data.replacing("<t>x; y</t></is></c>", with: "<t>x</t></is></c>").replacing(
      cell("C."), with: "<c t=\"str\"><f>A1</f><v>C</v></c>")
    let wrong = try Self.workbook("<worksheet><sheetData>\(dated)</sheetData></worksheet>")
    #expect(
      try Format.parse(wrong, name: "mine.xlsx").problems.map(\.message) == [
        "holds a formula, \"C\". Replace it by its value"
      ])
  }

  @Test func writesEveryCharacterSoThatItComesBack() throws {
    let place = try Workplace()
    let scalars = (1..<0x40).compactMap { Unicode.Scalar($0) } + ["\u{FFFE}", "\u{FFFF}", "\u{1F9EC}", "\u{E000}"]
    let statement = "_x0041_ _X0041_ _x004_ " + String(String.UnicodeScalarView(scalars)) + " <&>\"' \r\n\r"
    let claim = try place.claim(statement)
    for format in [Format.xlsx, .tsv] {
      let export = try Desk.export(place.store, as: format)
      #expect(export.cells[1][2].unicodeScalars.elementsEqual(SheetText.guarded(statement).unicodeScalars), "\(format)")
      let report = try Importer().run(file: "s.\(format.rawValue)", bytes: export.bytes, into: place.store)
      #expect(report.told.isEmpty && report.sheet?.sameCount == 1)
    }
    #expect(try place.record(claim).text("statement") == statement)
  }
}

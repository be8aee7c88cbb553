import AnnotationStore
import Testing

@testable import Interchange

/// What spreadsheets do by themselves is told apart from what people do.
@Suite struct SheetHabitTests {
  /// What a comparison comes to, in a word.
  private func verdict(_ base: String, _ cell: SheetCell) -> String {
    switch SheetHabit.compare(base, cell) {
    case .same: "same"
    case .untouched: "untouched"
    case .damaged: "damaged"
    case .changed(let text): "changed \(text)"
    }
  }

  @Test(arguments: [
    ("", "", "same"), ("", " \n", "same"), ("a", "a", "same"), ("=1", "'=1", "same"), ("=1", "=1", "same"),
    ("'=1", "'=1", "same"), ("'=1", "''=1", "same"), ("'a", "'a", "same"), ("a", "'a", "changed 'a"),
    ("a\nb", "a\r\nb", "untouched"), ("a\nb", "a\rb", "untouched"), ("a\tb", "ab", "untouched"),
    ("a b", "a\u{A0}b", "untouched"), ("it's \"so\"...", "it\u{2019}s \u{201C}so\u{201D}\u{2026}", "untouched"),
    ("a b", "ab", "changed ab"), ("a b", "a\u{A0}c", "changed a\u{A0}c"), ("a", "a ", "changed a "),
    ("true", "TRUE", "untouched"), ("false", "TRUE", "changed TRUE"),
    ("007", "7", "untouched"), ("1.50", "1.5", "untouched"), ("7", "8", "changed 8"), ("0", "00", "untouched"),
    ("12345678", "1.23E+07", "untouched"), ("12345678", "1.24E+07", "damaged"), ("9996", "1.0E+04", "untouched"),
    ("12345678901234567890", "12345678901234600000", "untouched"), ("PMID:1", "1.2E+07", "damaged"),
    ("12345678", "1.234567E+08", "damaged"), ("123456789", "123456780", "changed 123456780"),
    ("MARCH1", "1-Mar", "untouched"), ("SEPT2", "2-Sep", "untouched"), ("Dec1", "2026-12-01", "untouched"),
    ("OCT4", "4-Oct", "untouched"), ("MARCH1", "2-Mar", "damaged"), ("LCN2", "1-Mar", "damaged"),
    ("1-2", "2-Jan", "untouched"), ("1-2", "01/02/2026", "untouched"), ("SEPT7", "07/09/2026 00:00", "untouched"),
    ("MAR-1", "2026-03-01T00:00:00", "untouched"), ("Mar-01", "1-Mar", "untouched"),
    ("LCN2", "2026-03-01", "changed 2026-03-01"), ("a", "March-ing on", "changed March-ing on"),
    ("", "Mar-01", "damaged"), ("", "1E5", "damaged"), ("", "#NAME?", "damaged"), ("a", "########", "damaged"),
    ("x", "", "changed "), ("2 in 3", "2 in 4", "changed 2 in 4"),
  ])
  func compares(_ base: String, _ cell: String, _ expected: String) {
    #expect(verdict(base, SheetCell(cell)) == expected)
  }

  @Test(
    "Excel of other languages makes dates of genes, too",
    arguments: [
      ("MRZ1", "01. Mrz", "untouched"), ("SEPT2", "02. Sep", "untouched"), ("OKT4", "4. Okt", "untouched"),
      ("MARS1", "1-mars", "untouched"), ("SEPT2", "2-sept.", "untouched"), ("AOUT3", "3-août", "untouched"),
      ("MAR1", "1-mar", "untouched"), ("AGO2", "02-ago", "untouched"), ("DIC1", "1-dic.", "untouched"),
      ("GEN1", "01-gen", "untouched"), ("SET2", "2-set", "untouched"), ("MAG1", "1-mag-26", "untouched"),
      ("SET2", "02/set", "untouched"), ("OUT1", "1/out", "untouched"), ("MRT1", "1-mrt", "untouched"),
      ("SET32", "set-32", "untouched"), ("1-2", "01-fev", "untouched"),
      ("", "1. Mrz", "damaged"), ("", "02. Sep", "damaged"), ("", "02. Sep. 26", "damaged"), ("", "1-mars", "damaged"),
      ("", "2-sept.", "damaged"), ("", "1-août-2026", "damaged"), ("", "2-set", "damaged"), ("", "2/set", "damaged"),
      ("", "1-mrt", "damaged"), ("", "31-mei", "damaged"), ("LCN2", "1-gen", "damaged"), ("AGO2", "3-ago", "damaged"),
      // Words, genes and numbers are none, though they have a month in them.
      ("", "AGO-2", "changed AGO-2"), ("", "AGO2", "changed AGO2"), ("", "set-26", "changed set-26"),
      ("", "mars-1", "changed mars-1"), ("", "2 set", "changed 2 set"), ("", "2-SET", "changed 2-SET"),
      ("", "2. Set", "changed 2. Set"), ("", "1 out", "changed 1 out"), ("", "32-set", "changed 32-set"),
      ("", "2-setting", "changed 2-setting"), ("", "Mars", "changed Mars"), ("", "1. Mai 2", "changed 1. Mai 2"),
      ("", "3/4", "changed 3/4"), ("", "1.5", "changed 1.5"), ("", "2/set/a", "changed 2/set/a"),
      ("", "1-out-of-3", "changed 1-out-of-3"), ("", "0-mars", "changed 0-mars"),
    ])
  func comparesInOtherLanguages(_ base: String, _ cell: String, _ expected: String) {
    #expect(verdict(base, SheetCell(cell)) == expected)
  }

  /// No cell, element or word of the claims and terms of the example is taken for a date or a number.
  @Test func theExampleRaisesNoAlarm() throws {
    for name in ["claims-ada.tsv", "claims-ben.tsv", "terms.tsv"] {
      for cell in try Workplace.example(name).split(whereSeparator: { $0 == "\t" || $0 == "\n" }) {
        let texts = [String(cell)] + cell.split { $0 == ";" || $0 == " " }.map(String.init)
        for text in texts { #expect(verdict("", SheetCell(text)) == "changed \(text)") }
      }
    }
  }

  @Test func whatAWorkbookMadeOfACellIsSeen() {
    // 46082 is 2026-03-01, 46083 the day after.
    #expect(verdict("MARCH1", SheetCell("46082", .date)) == "untouched")
    #expect(verdict("MARCH1", SheetCell("46083", .date)) == "damaged")
    #expect(verdict("a", SheetCell("b", .formula)) == "damaged" && verdict("a", SheetCell("a", .formula)) == "same")
    #expect(verdict("a", SheetCell("#N/A", .error)) == "damaged")
    #expect(verdict("0012", SheetCell("12", .number)) == "untouched")
    #expect(verdict("12", SheetCell("13", .number)) == "changed 13")
  }

  @Test func listsComeBackAsTheyWere() {
    let lists = [["a"], ["a;b", "c\\", "\\;"], ["=1", "x y"], ["a\\b;c\\\\"], []]
    for list in lists { #expect(SheetText.elements(SheetText.list(list)) == list) }
    #expect(SheetText.elements(" a ;; b; a;c\\x") == ["a", "b", "c\\x"])
  }

  @Test func whatNoCellHoldsIsShownInPart() {
    #expect(SheetText.cell("a\0b") == ("a\u{FFFD}b", false) && SheetText.cell("ab") == ("ab", true))
    let long = SheetText.cell(String(repeating: "\u{1F9EC}", count: 20_000))
    #expect(!long.isWhole && long.text.utf16.count < SheetText.cellLimit && long.text.hasSuffix("variorum edit]"))
  }

  @Test func guardsComeBackAsTheyWere() {
    for text in ["", "a", "=1", "'=1", "''=1", "+x", "-x", "@x", "'", "'a", "\t=", "a=1", "'-"] {
      #expect(SheetText.unguarded(SheetText.guarded(text)) == text)
      if let first = text.first, "=+-@\t".contains(first) { #expect(SheetText.guarded(text).hasPrefix("'")) }
    }
  }

  @Test func timesAreThoseOfTheCalendar() {
    #expect(SheetRenderer.time(0) == "1970-01-01 00:00 UTC")
    #expect(SheetRenderer.time(1_709_164_800_000) == "2024-02-29 00:00 UTC")
    #expect(SheetRenderer.time(1_760_000_000_000) == "2025-10-09 08:53 UTC")
    #expect(SheetRenderer.time(-1) == "1969-12-31 23:59 UTC")
  }

  @Test func fingerprintsNameTheirRow() throws {
    let record = RecordID(derivedFrom: .text("a"))
    let change = try #require(ChangeID([UInt8](repeating: 0xAB, count: 32)))
    let print = Fingerprint(of: record, at: [change, change], readings: ["x", "y"])
    let read = try #require(Fingerprint(print.text.uppercased()))
    #expect(read.belongs(to: record) && !read.belongs(to: RecordID(derivedFrom: .text("b"))))
    #expect(read.covers(readings: ["x", "y"]) && !read.covers(readings: ["xy", ""]))
    #expect(read.changes == ["abababababababab", "abababababababab"])
    for text in ["", "v1", "v2-\(print.version)-00000000-0000", "v1-abc-00000000-0000", "v1--00000000-0000"] {
      #expect(Fingerprint(text) == nil)
    }
  }

  @Test func tellsGenesFromDatesInAWholeSheet() throws {
    let place = try Workplace()
    let claim = try place.claim("MARCH1 binds SEPT2.", tags: ["007", "MARCH1", "SEPT2", "true"])
    var desk = try Desk(place.store)
    desk[claim, "tags"] = "7; 1-Mar; 2-Sep; TRUE; new"
    let report = try desk.give(place.store)
    #expect(
      try report.told == ["edit": 1]
        && place.record(claim).elements("tags") == ["007", "MARCH1", "SEPT2", "new", "true"])
    desk = try Desk(place.store)
    desk[claim, "tags"] = "007; 1-Mar; SEPT2; true; new"
    let untouched = try desk.give(place.store)
    #expect(untouched.told == ["untouched": 1] && untouched.changes.isEmpty)
    #expect(untouched.sheet?.rows.first.first?.cells.first?.note == "it was turned into a date")
  }

  /// The bytes of a table in UTF-16, as Excel saves "Unicode Text".
  private func utf16(_ text: String, isBig: Bool = false) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      isBig ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    }
  }

  @Test func filesOfExcelRead() throws {
    let place = try Workplace()
    let claim = try place.claim("LCN2 \u{1F9EC} \"rises\";\nso \u{3B1}.", tags: ["a"])
    let desk = try Desk(place.store)
    let semicolons =
      ([desk.header] + desk.rows + desk.list).map { row in
        row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ";") + ";;\r\n"
      }.joined() + ";;;\r\n"
    let crlf = desk.text.replacing("\n", with: "\r\n")
    let files: [(String, [UInt8])] = [
      ("bom.tsv", Array("\u{FEFF}\(desk.text)".utf8)), ("crlf.tsv", Array(crlf.utf8)),
      ("s.csv", Array(semicolons.utf8)),
      ("unicode.txt", utf16(crlf)), ("big.tsv", utf16(desk.text, isBig: true)),
    ]
    for (name, bytes) in files {
      for size in [1 << 16, 7] {
        let file = ImportFile(name: name, read: pieces(of: bytes, size: size))
        let report = try Importer().run([file], into: place.store)
        #expect(report.changes.isEmpty && report.sheet?.knowsExported == true, "\(name)")
        let told = report.sheet.map { $0.sameCount + ($0.counts[.untouched] ?? 0) }
        #expect(told == 1, "\(name) in pieces of \(size)")
      }
    }
    #expect(try place.record(claim).text("statement") == "LCN2 \u{1F9EC} \"rises\";\nso \u{3B1}.")
  }

  @Test func tablesInUTF16ReadAndOthersDoNot() throws {
    let table = "statement\ttags\nA \u{1F9EC}.\tx\n"
    for isBig in [false, true] {
      let bytes = utf16(table, isBig: isBig)
      #expect(try Format.parse(bytes, name: "a.txt").claims.map(\.statement) == ["A \u{1F9EC}."])
    }
    #expect(refusal(utf16("@misc{a}"), "a.bib").hasPrefix("the text is in UTF-16"))
    #expect(refusal(Array(utf16(table).dropFirst(2)), "a.tsv").hasPrefix("the text is in UTF-16"))
    #expect(refusal(utf16(table) + [0x3D, 0xD8], "a.tsv").contains("not valid UTF-16"))
    #expect(refusal(utf16(table) + [0x3D, 0xD8, 0x41, 0], "a.tsv").hasPrefix("line 3: not valid UTF-16"))
  }
}

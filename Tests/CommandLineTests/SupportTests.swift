import Testing

@testable import variorum

@Suite("What goes to a terminal")
struct TerminalTextTests {
  @Test("Control characters are shown escaped, and only on a terminal")
  func control() {
    let text = "a\u{1B}[31mb\u{9B}c\u{202E}d\te\nf"
    #expect(
      TerminalText.finished(text, isTerminal: true, usesColour: true) == "a\\u{1B}[31mb\\u{9B}c\\u{202E}d\te\nf")
    #expect(TerminalText.finished(text, isTerminal: false, usesColour: false) == text)
    #expect(TerminalText.harmlessJSON("\"\u{7F}\u{202E}é\"") == "\"\\u007f\\u202eé\"")
  }

  @Test("Styles become escape sequences where there is colour, and vanish where there is none")
  func styles() {
    let text = TerminalText.marked("x", [.bold, .red])
    #expect(TerminalText.finished(text, isTerminal: true, usesColour: true) == "\u{1B}[1m\u{1B}[31mx\u{1B}[0m")
    #expect(TerminalText.finished(text, isTerminal: true, usesColour: false) == "x")
    #expect(TerminalText.width(text) == 1)
  }

  @Test(
    "Width in columns",
    arguments: [
      ("abc", 3), ("", 0), ("e\u{301}", 1), ("日本", 4), ("👩‍🔬", 2), ("한글", 4), ("ᄒ\u{1161}\u{11AB}", 2), ("\u{1B}", 6),
      ("लिपि", 4),
    ])
  func width(text: String, columns: Int) {
    #expect(TerminalText.width(text) == columns)
  }

  @Test("Truncation keeps whole characters and says that it cut")
  func truncation() {
    #expect(TerminalText.truncated("abcdef", to: 4) == "abc…")
    #expect(TerminalText.truncated("日本語", to: 4) == "日…")
    #expect(TerminalText.truncated("abcd", to: 4) == "abcd")
    #expect(TerminalText.truncated("abcd", to: 0) == "")
    #expect(TerminalText.truncated("abéd", toBytes: 3) == "ab…")
    #expect(TerminalText.truncated("abé", toBytes: 4) == "abé")
  }

  @Test(
    "On one line there are single spaces and nothing else that separates",
    arguments: [
      ("", ""), (" ", ""), ("a b", "a b"), (" a", "a"), ("a ", "a"), ("a  b", "a b"), ("a\r\nb", "a b"),
      ("a\tb", "a b"), ("a\u{85}b", "a b"), ("a\u{2028}b\u{2029}", "a b"), ("\u{B}a\u{C}b", "a b"),
      ("é\u{A8}\u{A9}", "é\u{A8}\u{A9}"),
      ("a\u{A0}b", "a\u{A0}b"), ("a \u{301}b", "a \u{301}b"), ("\u{1}", "\u{1}"),
    ])
  func oneLine(text: String, line: String) {
    #expect(TerminalText.onOneLine(text) == line)
  }

  @Test("Wrapping keeps line breaks, and long words whole")
  func wrapping() {
    #expect(wrapped("one two three\n\nfour", width: 10, indent: "  ") == ["  one two", "  three", "", "  four"])
    #expect(wrapped("https://example.org/long x", width: 12) == ["https://example.org/long", "x"])
    #expect(wrapped("", width: 10) == [""])
    #expect(wrapped("LCN2 脂質運載蛋白", width: 10) == ["LCN2 脂質", "運載蛋白"])
  }

  @Test("Words are quoted as a shell takes them back")
  func shellWords() {
    #expect(ShellWord.quoted("to-check") == "to-check")
    #expect(ShellWord.quoted("it's") == "'it'\\''s'")
    #expect(ShellWord.quoted("") == "''")
  }
}

@Suite("Tables")
struct TextTableTests {
  private func table() -> TextTable {
    var table = TextTable(columns: [
      .init("id"), .init("n", alignment: .right, priority: 1), .init("text", minWidth: 6, isFlexible: true),
    ])
    table.add(["c:1", "5", "日本 statement that is long"])
    table.add(["c:22", "17", "short\nand\tbroken"])
    return table
  }

  @Test("One value that is too long floods no screen")
  func longValue() {
    var table = TextTable(columns: [.init("word"), .init("text", isFlexible: true)])
    table.add([String(repeating: "x", count: 5000), "text"])
    let lines = table.render(width: 80, console: Console(isJSON: false))
    #expect(lines.allSatisfy { TerminalText.width($0) <= TextTable.cellLimit + 8 })
  }

  @Test("A table fits the width that it is given", arguments: [14, 17, 20, 24, 30, 80])
  func fits(width: Int) {
    for line in table().render(width: width, console: Console(isJSON: false)) {
      #expect(TerminalText.width(line) <= width)
    }
  }

  @Test("Cells stand below each other")
  func columns() {
    #expect(
      table().render(width: 24, console: Console(isJSON: false)) == [
        "id     n  text", "c:1    5  日本 statemen…", "c:22  17  short and bro…",
      ])
  }

  @Test("What has no room is left out by priority")
  func priority() {
    #expect(table().render(width: 12, console: Console(isJSON: false)).first == "id    text")
  }

  @Test("Without a terminal: the full texts between tabs, without a heading")
  func tabs() {
    #expect(
      table().render(width: nil, console: Console(isJSON: false)) == [
        "c:1\t5\t日本 statement that is long", "c:22\t17\tshort and broken",
      ])
  }
}

@Suite("What is told of changes that wait")
struct WaitingTests {
  @Test("One waits, several wait")
  func waiting() {
    #expect([1, 2].map(ReceiptTelling.waiting) == ["1 change waits", "2 changes wait"])
  }
}

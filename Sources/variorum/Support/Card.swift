import AnnotationStore

/// Lays out a record for reading: a heading, its text, labelled fields and titled sections, at the terminal's width.
struct Card {
  let console: Console
  let width: Int
  private static let labelWidth = 12

  init(_ console: Console) {
    self.console = console
    // Longer lines than this are hard to read.
    width = min(console.width, 120)
  }

  func blank() { console.data("") }

  /// The first line: what it is and how it stands.
  func heading(_ id: String, _ kind: Kind, _ states: [String]) {
    let told = states.map { TerminalText.truncated($0, to: TextTable.cellLimit) }
    console.data(([console.style(id, .bold) + "  " + kind.rawValue] + told).joined(separator: " · "))
  }

  /// A text, indented.
  func text(_ text: String, indent: Int = 2, limit: Int? = nil, more: String = "") {
    let lines = wrapped(text, width: width, indent: String(repeating: " ", count: indent))
    let shown = limit.map { lines.count > $0 + 1 ? $0 : lines.count } ?? lines.count
    for line in lines.prefix(shown) { console.data(line) }
    if shown < lines.count {
      let rest = "… \(lines.count - shown) more lines: \(more)"
      console.data(String(repeating: " ", count: indent) + console.style(rest, .dim))
    }
  }

  /// A label and beside it a text; nothing where there is no text.
  func field(_ label: String, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    field(label, lines: [text])
  }

  /// A label and beside it several texts, each from a new line.
  func field(_ label: String, lines texts: [String]) {
    var head = label + String(repeating: " ", count: max(1, Self.labelWidth - TerminalText.width(label)))
    for text in texts {
      for line in wrapped(text, width: width - Self.labelWidth) {
        console.data((head.first == " " ? head : console.style(head, .dim)) + line)
        head = String(repeating: " ", count: Self.labelWidth)
      }
    }
  }

  /// A text beside its mark, such as a number.
  func item(_ mark: String, _ text: String, indent: Int, width markWidth: Int, limit: Int) {
    let margin = String(repeating: " ", count: indent)
    let lines = wrapped(text, width: width - indent - markWidth)
    let shown = lines.count > limit + 1 ? limit : lines.count
    var head = mark + String(repeating: " ", count: max(1, markWidth - TerminalText.width(mark)))
    for line in lines.prefix(shown) {
      console.data(margin + head + line)
      head = String(repeating: " ", count: markWidth)
    }
    if shown < lines.count {
      console.data(margin + head + console.style("… \(lines.count - shown) more lines: --json", .dim))
    }
  }

  /// The title of what follows, after an empty line.
  func section(_ title: String) {
    blank()
    console.data(console.style(title, .bold))
  }

  /// One line, cut off where it is too long.
  func line(_ text: String, indent: Int = 2) {
    console.data(String(repeating: " ", count: indent) + TerminalText.truncated(text, to: max(20, width - indent)))
  }

  /// One line, whole: a command to be copied, which the terminal breaks where it is too long.
  func command(_ text: String, indent: Int = 2) {
    console.data(String(repeating: " ", count: indent) + console.style(text, .cyan))
  }

  /// A warning that must not be overlooked.
  func warning(_ text: String, indent: Int = 2) {
    for line in wrapped("! " + text, width: width, indent: String(repeating: " ", count: indent)) {
      console.data(console.style(line, .yellow))
    }
  }

  /// A quote with the words before and after it, the quoted ones in brackets or, where there are colours, bold.
  func quote(_ selector: Selector, names: RecordNames) -> [String] {
    var lines: [String] = []
    if let exact = selector.exact {
      let marked = console.usesColour ? console.style(exact, .bold) : exact
      let (prefix, suffix) = (selector.prefix ?? "", selector.suffix ?? "")
      let isAlone = prefix.isEmpty && suffix.isEmpty
      lines.append(isAlone ? "“\(marked)”" : "“…\(prefix)[\(marked)]\(suffix)…”")
    }
    var place: [String] = []
    if let name = selector.name { place.append(name) }
    if let start = selector.start, let end = selector.end { place.append("characters \(start) to \(end)") }
    if let sha256 = selector.sha256 { place.append("sha256 \(sha256.prefix(12))…") }
    if !place.isEmpty { lines.append(console.style(place.joined(separator: ", "), .dim)) }
    return lines
  }
}

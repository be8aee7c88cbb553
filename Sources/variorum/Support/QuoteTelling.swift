import AnnotationStore
import Interchange
import ProseCRDT

/// Tells what became of quotes in a text.
final class QuoteTelling {
  /// How many need a look.
  private(set) var attentionCount = 0

  private let checker: QuoteChecker
  private let console: Console
  private var table = TextTable(columns: [
    .init("RECORD"), .init("STATUS"), .init("AT", priority: 5), .init("SOURCE", priority: 3),
    .init("QUOTE", priority: 10, isFlexible: true),
  ])
  private var details: [(head: String, lines: [String])] = []
  private var counts: [String: Int] = [:]

  init(_ checker: QuoteChecker, _ console: Console) {
    self.checker = checker
    self.console = console
  }

  /// Takes what was found of a quote.
  func take(_ quote: QuotedRecord, _ finding: QuoteFinding, _ names: RecordNames) throws {
    counts[finding.name, default: 0] += 1
    if finding.needsAttention { attentionCount += 1 }
    if console.isJSON { return console.json(value(quote, finding)) }
    let id = try names.shortID(quote.record)
    let exact = quote.selector.exact ?? ""
    let source = try quote.source.map { try names.citation($0)?.short ?? names.reference($0) } ?? ""
    table.add([id, console.style(finding.name, style(of: finding)), place(finding), source, exact])
    let lines = self.lines(quote.selector, finding, id)
    if !lines.isEmpty { details.append(("\(console.style(id, .bold))  \(finding.name)", lines)) }
  }

  /// Puts out what was gathered.
  func put() {
    guard !console.isJSON else { return }
    console.table(table)
    if console.isTerminal {
      for detail in details {
        console.data("")
        console.data(detail.head)
        for line in detail.lines { console.data("  " + line) }
      }
    }
    let order = ["exact", "moved", "normalised", "altered", "ambiguous", "not-found", "unchecked"]
    let told = order.compactMap { name in counts[name].map { "\($0) \(name)" } }
    console.message(told.isEmpty ? "there are no quotes to check" : told.joined(separator: ", "))
  }

  private func style(of finding: QuoteFinding) -> Style {
    switch finding {
    case .exact: .green
    case .moved, .normalised, .unchecked: .yellow
    case .altered, .ambiguous, .notFound: .red
    }
  }

  private func place(_ finding: QuoteFinding) -> String {
    if case .ambiguous(let places) = finding { return "\(places.count) places" }
    return finding.range.map { "\($0.lowerBound)-\($0.upperBound)" } ?? ""
  }

  private func lines(_ selector: Selector, _ finding: QuoteFinding, _ id: String) -> [String] {
    let exact = selector.exact ?? ""
    let isOther = checker.isSameText(as: selector) == false
    let other = isOther ? ["its position was taken in another text (by its SHA-256)"] : []
    switch finding {
    case .exact, .unchecked, .notFound: return []
    case .moved(let range):
      let was = "\(selector.start ?? 0)-\(selector.end ?? 0)"
      return ["was \(was), is \(range.lowerBound)-\(range.upperBound)"] + other
        + ["to keep the words alone:  \(Self.edit(id, exact))"]
    case .normalised(let range), .altered(let range, _):
      let found = checker.words(range)
      return [WordDiff(from: exact, to: found).told(console)] + other
        + ["to take the text's words:  \(Self.edit(id, found))"]
    case .ambiguous(let places):
      return ["at " + places.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")]
    }
  }

  private static func edit(_ id: String, _ words: String) -> String {
    "variorum edit \(id) --set \(ShellWord.quoted("selector=" + words))"
  }

  // MARK: - For scripts

  private func value(_ quote: QuotedRecord, _ finding: QuoteFinding) -> CBORValue {
    let selector = quote.selector
    func number(_ number: Int?) -> CBORValue { number.map { .int(Int64($0)) } ?? .null }
    var entries: [CBORValue.Entry] = [
      .init("schema", .int(1)), .init("record", .bytes(quote.record.id.bytes)),
      .init("kind", .text(quote.record.kind.rawValue)), .init("source", quote.source.map { .bytes($0.bytes) } ?? .null),
      .init("status", .text(finding.name)), .init("quote", selector.exact.map { .text($0) } ?? .null),
      .init("was_start", number(selector.start)), .init("was_end", number(selector.end)),
      .init("start", number(finding.range?.lowerBound)), .init("end", number(finding.range?.upperBound)),
      .init("same_text", checker.isSameText(as: selector).map { .bool($0) } ?? .null),
    ]
    if case .altered(_, let distance) = finding { entries.append(.init("edits", .int(Int64(distance)))) }
    if case .ambiguous(let places) = finding {
      let told = places.map { place -> CBORValue in
        .map([.init("start", number(place.lowerBound)), .init("end", number(place.upperBound))])
      }
      entries.append(.init("places", .array(told)))
    }
    switch finding {
    case .normalised(let range), .altered(let range, _):
      let found = checker.words(range)
      entries.append(.init("found", .text(found)))
      let words = WordDiff(from: selector.exact ?? "", to: found).parts.map { part -> CBORValue in
        switch part {
        case .same(let text): .map([.init("same", .text(text))])
        case .removed(let text): .map([.init("removed", .text(text))])
        case .added(let text): .map([.init("added", .text(text))])
        }
      }
      entries.append(.init("words", .array(words)))
    default: break
    }
    return .map(entries)
  }
}

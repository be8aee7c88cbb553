import AnnotationStore
import ArgumentParser

/// `variorum log`.
struct LogCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show who wrote what and when, newest first.",
    discussion: """
      Each change is shown with its id, time, curator and replica, and what it did to which record. With a record only \
      what was done to that. Under --json one change a line.

      EXAMPLE
        variorum log --limit 5
        variorum log c:3f9a1c
        variorum log --curator "Ada Nowak" --since 2026-11-01 --oneline
      """)

  @Argument(help: "Only what was done to this record.")
  var record: String?
  @Option(help: ArgumentHelp("Only changes in this curator's name: name, ORCID or id.", valueName: "curator"))
  var curator: String?
  @Option(help: ArgumentHelp("Only changes of this day or later: YYYY[-MM[-DD[THH:MM]]], or today.", valueName: "date"))
  var since: String?
  @Option(
    help: ArgumentHelp("The most changes, 0 for all; on a terminal 20 where nothing is said.", valueName: "number"))
  var limit: Int?
  @Flag(help: "One line a change.")
  var oneline = false
  @Flag(help: "Only how much each change did, not what.")
  var stat = false
  @OptionGroup var global: GlobalOptions

  private static let terminalLimit = 20
  /// How many lines one op may take.
  private static let opLines = 8

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is \(limit): give 0 for all, or a number from 1.") }
    if oneline, stat { throw ValidationError("--oneline and --stat exclude each other.") }
  }

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    try store.read { reader in
      let record = try record.map { try reader.record(named: $0) }
      let curator = try curator.map { try reader.curator(named: $0) }
      let since = try since.map { try DateOption("--since", $0).startMilliseconds }
      let most = limit == 0 ? nil : limit ?? (console.isTerminal && !console.isJSON ? Self.terminalLimit : nil)
      let names = RecordNames(reader)
      var shown = 0
      // One more than is shown tells whether there are more.
      try reader.forEachChange(
        of: record?.id, curator: curator?.id, sinceMilliseconds: since, limit: most.map { $0 + 1 }
      ) { change in
        shown += 1
        if let most, shown > most { return }
        if console.isJSON { return console.json(Self.value(change)) }
        if oneline { return console.data(try line(change, names, console)) }
        if shown > 1 { console.data("") }
        try write(change, names, console)
      }
      if console.isJSON { return }
      if shown == 0 { console.message("no change found") }
      if let most, shown > most { console.message("there are more (--limit 0 shows all)") }
    }
  }

  // MARK: - For people

  private func line(_ change: ChangeSummary, _ names: RecordNames, _ console: Console) throws -> String {
    let id = console.style("\(change.id.hex.prefix(12))", .yellow)
    let curator = TerminalText.onOneLine(try names.curator(change.curator))
    let line =
      "\(id)  \(shortTime(change.atMilliseconds))  \(curator)  \(TerminalText.onOneLine(try summary(change, names)))"
    return console.isTerminal ? TerminalText.truncated(line, to: console.width) : line
  }

  /// What a change did, in a few words: `3 created, 1 edited`, or the one thing.
  private func summary(_ change: ChangeSummary, _ names: RecordNames) throws -> String {
    if change.entries.count == 1, change.opCount == 1, let entry = change.entries.first {
      let what = entry.field.isEmpty ? Self.verb(entry.action) : "\(entry.field) \(Self.verb(entry.action))"
      return "\(entry.kind) \(try names.reference(entry.record, entry.kind)) \(what)"
    }
    return change.opCount == 0 ? "no ops: it has all before it in its past" : Self.counts(change)
  }

  private static func verb(_ action: Action) -> String {
    switch action {
    case .create: "created"
    case .set: "set"
    case .add: "added to"
    case .remove: "removed from"
    case .splice: "edited"
    case .delete: "deleted"
    case .restore: "restored"
    case .restate: "put back"
    default: action.name
    }
  }

  /// How many ops of each sort a change has, in the order in which they first come.
  private static func counts(_ change: ChangeSummary) -> String {
    var counts: [(what: String, count: Int)] = []
    for entry in change.entries {
      let what =
        entry.action == .create || entry.field.isEmpty
        ? "\(entry.kind) \(verb(entry.action))" : "\(entry.kind) \(entry.field) \(verb(entry.action))"
      if let index = counts.firstIndex(where: { $0.what == what }) {
        counts[index].count += 1
      } else {
        counts.append((what, 1))
      }
    }
    let told = counts.map { "\($0.count) \($0.what)" }.joined(separator: ", ")
    let rest = change.opCount - change.entries.count
    return rest > 0 ? "\(told), and \(rest) more ops" : told
  }

  private func write(_ change: ChangeSummary, _ names: RecordNames, _ console: Console) throws {
    let card = Card(console)
    let id = console.style("change \(change.id.hex.prefix(12))", .yellow)
    let who = console.style(TerminalText.onOneLine(try names.curator(change.curator)), .bold)
    let place = console.style("replica \(change.replica.hex.prefix(8)) #\(change.sequence)", .dim)
    console.data("\(id)  \(shortTime(change.atMilliseconds))  \(who)  \(place)")
    if stat { return card.line(Self.counts(change)) }
    let telling = HistoryTelling(names: names, console: console)
    for entry in change.entries {
      let id = try names.reference(entry.record, entry.kind)
      var lines = try telling.lines(entry)
      if lines.isEmpty { continue }
      card.text(
        "\(console.style(id, .bold))  \(entry.kind) \(lines.removeFirst())", indent: 2, limit: Self.opLines,
        more: "variorum show \(id) --history")
      for line in lines { card.text(line, indent: 6, limit: 3, more: "variorum show \(id) --history") }
    }
    if record == nil, change.opCount > change.entries.count {
      card.line("… and \(change.opCount - change.entries.count) more ops")
    }
  }

  // MARK: - For scripts

  private static func value(_ change: ChangeSummary) -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("change", .bytes(change.id.bytes)),
      .init("replica", .bytes(change.replica.bytes)),
      .init("sequence", .int(Int64(clamping: change.sequence))), .init("curator", .bytes(change.curator.bytes)),
      .init("at", .int(change.atMilliseconds)), .init("sealed", .bool(change.isSealed)),
      .init("op_count", .int(Int64(change.opCount))),
      .init("ops", .array(change.entries.map { .map(HistoryTelling.op($0)) })),
    ])
  }
}

import AnnotationStore
import ArgumentParser

/// `variorum resolve`.
struct ResolveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Decide conflicts, on the record: with who decided, over what, and why.",
    usage: "variorum resolve [<record>[.<field>]] [<decision>] [--because <text>] [<options>]",
    discussion: """
      Without a decision it goes through the conflicts one by one on the terminal. A decision supersedes exactly what \
      is live, is shown by log, blame and show, and can be undone; two who decide apart and differently are in conflict \
      again. --take N takes the value that conflicts numbers so, under its author's name. A text in which several changed \
      the same words is merged already; --accept lets the merge stand. --take newest takes what stands there by the latest \
      write: a value that was taken or put back by an undo is as new as that. A forked log is no question to decide, and \
      --forks closes what it left open, by an empty change that has seen all branches. --expect refuses where what is live is not what \
      conflicts showed with these digits.

      EXAMPLE
        variorum resolve
        variorum resolve c:3f9a1c.status --take 1 --because "Two more cohorts."
        variorum resolve c:3f9a1c --take-from "Ada Nowak"
        variorum resolve n:77aa01.body --accept
        variorum resolve n:77aa01 --restore --because "It was answered meanwhile."
        variorum resolve --all --take newest --dry-run
        variorum resolve --forks
      """)

  @Argument(help: "What is in conflict: a record, or RECORD.FIELD where it has several conflicts.")
  var record: String?
  @Option(
    help: ArgumentHelp(
      "Take the value of this number, or the newest, mine or theirs; merged with --all.", valueName: "n"))
  var take: String?
  @Option(help: ArgumentHelp("Take what this curator wrote: name, ORCID or id.", valueName: "curator"))
  var takeFrom: String?
  @Flag(help: "A merged text stands as it was merged.")
  var accept = false
  @Option(help: ArgumentHelp("Give it a value of your own.", valueName: "value"))
  var value: String?
  @Flag(help: "Write the value in $EDITOR.")
  var edit = false
  @Flag(help: "The record lives.")
  var restore = false
  @Flag(help: "The record stays deleted, with what the delete had not seen.")
  var delete = false
  @Option(help: ArgumentHelp("Why, for everybody to read.", valueName: "text"))
  var because: String?
  @Option(help: ArgumentHelp("Only where what is live has this digest, 16 digits or more.", valueName: "digest"))
  var expect: String?
  @Flag(help: "Decide all conflicts, or those that the filters find, by --take newest, mine, theirs or merged.")
  var all = false
  @Flag(help: "With --all: tell what would be decided, and write nothing.")
  var dryRun = false
  @Flag(help: "Close what forked logs left open; nothing is decided by it.")
  var forks = false
  @OptionGroup(title: "Filters") var filters: ConflictOptions
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let given = [take != nil, takeFrom != nil, accept, value != nil, edit, restore, delete].count { $0 }
    if given > 1 { throw CLIError.usage("several decisions are given (give one of \(Self.decisions))") }
    if let expect, expect.utf8.count < 16 || !expect.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
      throw CLIError.usage(
        "--expect takes 16 or more hexadecimal digits, and not \(IdentifierError.quoted(expect)) "
          + "(variorum conflicts shows them)")
    }
    if let because, !because.isEmpty, because.allSatisfy({ $0 == "." || $0 == "…" }) {
      throw CLIError.usage("--because \(because) is no reason (write why in place of the dots, or leave it out)")
    }
    if dryRun, !all {
      throw CLIError.usage("--dry-run goes with --all (variorum conflicts shows what would be decided)")
    }
    if forks {
      guard given == 0, !all, record == nil, because == nil, expect == nil, filters.isEmpty else {
        throw CLIError.usage("--forks stands alone: there is nothing to decide (\(ForkTelling.command))")
      }
      return try joinForks(console)
    }
    if all { return try decideAll(console) }
    if given == 1 { return try decideOne(console) }
    guard console.isInputTerminal, console.isTerminal, console.isErrorTerminal, !console.isJSON else {
      throw CLIError.usage(
        "no decision is given, and there is no terminal to ask on (give one of \(Self.decisions); variorum conflicts "
          + "lists what there is)")
    }
    if expect != nil { throw CLIError.usage("--expect goes with a decision (give one of \(Self.decisions))") }
    let store = try global.openStore()
    let filter = try store.read { reader -> ConflictFilter in
      var filter = try filters.filter(reader)
      if let place = try record.map({ try ConflictPlace($0, reader) }) {
        if let field = place.field {
          (filter.record, filter.field) = (place.record.id, field)
        } else {
          filter.on = place.record.id
        }
      }
      filter.limit = filters.limit == 0 ? nil : filters.limit
      return filter
    }
    try ResolveSession(store, console, reason: because).run(filter)
  }

  private static let decisions = "--take N, --take-from CURATOR, --accept, --value V, --edit, --restore or --delete"

  // MARK: - One conflict

  private func decideOne(_ console: Console) throws {
    guard let record else {
      throw CLIError.usage("it is not said what to decide (give RECORD or RECORD.FIELD, or --all)")
    }
    if !filters.isEmpty { throw CLIError.usage("filters go with --all (give RECORD.FIELD alone)") }
    let store = try global.openStore()
    let conflict = try store.read { reader in
      try ConflictPlace(record, reader).conflict(isLife: restore || delete, reader)
    }
    let decision = try decision(of: conflict, store, console)
    // The number was looked up in what was just read, so that must be what is live; or else what is said to be.
    let commit = try store.commit {
      try $0.resolve(
        conflict.record.id, conflict.field, decision, because: because, expecting: expect ?? conflict.digest,
        of: conflict.record.kind)
    }
    console.notice(commit.notice)
    let telling = DecisionTelling(store: store, console: console)
    try telling.tell(conflict, commit.changes.last)
    try telling.hints()
  }

  private func decision(of conflict: ConflictDetail, _ store: Store, _ console: Console) throws -> Decision {
    if restore { return .restore }
    if delete { return .delete }
    if accept { return .accept }
    guard conflict.isOfValues else {
      throw StoreError.cannotDecide(
        conflict.record.id, conflict.record.kind, field: conflict.type == .fork ? "" : conflict.field,
        reason: conflict.type == .fork
          ? "a forked log is no question to decide (\(ForkTelling.command) closes it)"
          : "whether it is deleted is in conflict here (give --restore or --delete)")
    }
    if edit { return try ConflictText.edited(ConflictText.shown(conflict), conflict, store, console) }
    if let value, let field = conflict.record.kind.field(named: conflict.field) {
      return .value(try store.read { try FieldText.value(value, of: field, $0) })
    }
    if let takeFrom { return .take(try Self.reading(by: takeFrom, in: conflict, store).change) }
    return .take(try reading(named: take ?? "", in: conflict, store).change)
  }

  private func reading(named text: String, in conflict: ConflictDetail, _ store: Store) throws -> FieldReading {
    if let rule = DecisionRule(rawValue: text), rule != .merged {
      let proposal = try store.read { try $0.proposal(for: conflict, by: rule) }
      if let choice = proposal.choice { return choice }
      throw CLIError.invalid("\(proposal.reason), so --take \(text) does not say which (give --take N)")
    }
    if text == DecisionRule.merged.rawValue {
      throw CLIError.usage("--take merged goes with --all (give --accept to let the merge stand)")
    }
    guard let number = Int(text) else {
      throw CLIError.usage("--take takes a number, newest, mine or theirs, and not \(IdentifierError.quoted(text))")
    }
    guard conflict.values.indices.contains(number - 1) else {
      let place = try store.read {
        try ConflictTelling(names: RecordNames($0), card: Card(Console(isJSON: false))).place(conflict)
      }
      throw CLIError.invalid(
        "there is no value \(number): it has \(conflict.values.count) (variorum conflicts \(place) shows them)")
    }
    return conflict.values[number - 1]
  }

  private static func reading(by text: String, in conflict: ConflictDetail, _ store: Store) throws -> FieldReading {
    try store.read { reader in
      let curator = try reader.curator(named: text)
      let name = curator.text("name") ?? text
      let found = conflict.values.filter { $0.isBy(curator.id) }
      guard let first = found.first else {
        let names = try conflict.values.map { try reader.curatorName($0.curator) }
        throw CLIError.invalid("none of the values is by \(name) (they are by \(names.joined(separator: ", ")))")
      }
      guard found.count == 1 else {
        let numbers = conflict.values.indices.filter { conflict.values[$0].isBy(curator.id) }.map { "\($0 + 1)" }
        throw CLIError.invalid(
          "\(name) wrote several of the values: \(numbers.joined(separator: ", ")) (give --take N)")
      }
      return first
    }
  }

  // MARK: - Forked logs

  private func joinForks(_ console: Console) throws {
    let commit = try global.openStore().commit { try $0.joinForks() }
    console.notice(commit.notice)
    if console.isJSON {
      return console.json(
        .map([
          .init("schema", .int(1)), .init("closed", .array(commit.value.map { .bytes($0.replica.bytes) })),
          .init("changes", .array(commit.changes.map { .bytes($0.bytes) })),
        ]))
    }
    for fork in commit.value { console.data("closed the fork of replica \(fork.replica.hex.prefix(16))") }
    if let last = commit.changes.last {
      console.data("  change \(console.style(String(last.hex.prefix(12)), .yellow))")
    }
    if commit.value.isEmpty { console.message("no forked log is open") }
  }

  // MARK: - All

  private func decideAll(_ console: Console) throws {
    if record != nil { throw CLIError.usage("--all goes without a record (--on RECORD narrows it down)") }
    if expect != nil { throw CLIError.usage("--expect goes with one conflict (give RECORD.FIELD instead of --all)") }
    guard let rule = take.flatMap({ DecisionRule(rawValue: $0) }) else {
      throw CLIError.usage("--all is decided by a rule (give --take newest, mine, theirs or merged)")
    }
    let store = try global.openStore(readOnly: dryRun)
    let filter = try store.read { reader in
      var filter = try filters.filter(reader)
      filter.limit = filters.limit == 0 ? nil : filters.limit
      return filter
    }
    let proposals: [ProposedDecision]
    var change: [ChangeID] = []
    if dryRun {
      proposals = try store.read { try $0.proposals(filter, by: rule) }
    } else {
      let commit = try store.commit { try $0.resolveAll(filter, by: rule, because: because) }
      console.notice(commit.notice)
      (proposals, change) = (commit.value, commit.changes)
    }
    let telling = BulkTelling(store: store, console: console, isDryRun: dryRun)
    if console.isJSON { return telling.json(proposals, change) }
    try telling.tell(proposals, change)
  }
}

import AnnotationStore
import ArgumentParser

/// `variorum status`.
struct StatusCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what is in the store, who writes, and whether conflicts are open.",
    discussion: """
      With --check the exit code is 3 where conflicts are open, so that a script can stop. Merged texts that want a look \
      are counted apart and are no open conflicts, unless --strict is given too.

      EXAMPLE
        variorum status
        variorum status --check && echo "nothing to decide"
        variorum status --check --strict && echo "and nothing to look at"
      """)

  @Flag(help: "Exit with 3 where conflicts are open.")
  var check = false
  @Flag(help: "With --check: also where merged texts want a look.")
  var strict = false
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if strict, !check { throw ValidationError("--strict goes with --check.") }
  }

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: true)
    let status = try store.read { reader in
      let status = try reader.status()
      if console.isJSON { console.json(Self.value(status)) } else { try write(status, store, reader, console) }
      return status
    }
    if check, status.openConflicts + (strict ? status.proseConflicts : 0) > 0 { throw CLIError.conflictsOpen }
  }

  private func write(_ status: StoreStatus, _ store: Store, _ reader: ReadTransaction, _ console: Console) throws {
    let card = Card(console)
    let names = RecordNames(reader)
    card.field("Store", store.path)
    card.field("", status.store.description)
    if let curator = status.curator, let record = try reader.record(curator) {
      card.field("Curator", "\(record.text("name") ?? "")  \(console.style(try names.shortID(record), .dim))")
    } else {
      card.field("Curator", "nobody yet (variorum init --curator NAME)")
    }
    card.field("Replica", status.replica.map { "\($0.hex.prefix(16))" } ?? "none yet: the first write makes its key")
    let kinds = status.records.filter { $0.count > 0 }
      .map { "\($0.count) \($0.count == 1 ? $0.kind.rawValue : $0.kind.plural)" }
    card.field("Records", kinds.isEmpty ? "none yet" : kinds.joined(separator: ", "))
    if status.deleted > 0 { card.field("Deleted", "\(status.deleted) (variorum list records --deleted)") }
    if status.orphaned > 0 { card.field("Orphaned", "\(status.orphaned) (variorum list records --orphaned)") }
    card.field("Log", "\(counted(status.changes, "change")) by \(counted(status.replicas, "replica"))")
    card.field(
      "Heads",
      lines: status.heads.prefix(5).map { "\($0.hex.prefix(16))" }
        + (status.heads.count > 5 ? ["… \(status.heads.count - 5) more"] : []))
    card.field("Digest", "\(status.digest.hex.prefix(32))")
    let open = console.style("\(status.openConflicts) open", .yellow)
    var conflicts = status.openConflicts == 0 ? console.style("none", .green) : open
    if status.proseConflicts > 0 { conflicts += ", \(counted(status.proseConflicts, "text")) to look at" }
    if status.openConflicts + status.proseConflicts > 0 { conflicts += " (variorum conflicts)" }
    card.field("Conflicts", conflicts)
    if status.waiting > 0 {
      card.field(
        "Waiting",
        "\(counted(status.waiting, "change")) for others that have not come (merge again, with whoever has them)")
    }
    try ForkTelling(names: names, card: card).write(status.forks)
  }

  private func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  private static func value(_ status: StoreStatus) -> CBORValue {
    .map([
      .init("schema", .int(1)), .init("store", .bytes(status.store.bytes)),
      .init("replica", status.replica.map { .bytes($0.bytes) } ?? .null), .init("changes", .int(Int64(status.changes))),
      .init("heads", .array(status.heads.map { .bytes($0.bytes) })), .init("digest", .bytes(status.digest.bytes)),
      .init("records", .map(status.records.map { .init($0.kind.rawValue, .int(Int64($0.count))) })),
      .init(
        "conflicts",
        .map([.init("open", .int(Int64(status.openConflicts))), .init("prose", .int(Int64(status.proseConflicts)))])),
      .init("waiting", .int(Int64(status.waiting))), .init("forks", .array(status.forks.map(ForkTelling.value))),
    ])
  }
}

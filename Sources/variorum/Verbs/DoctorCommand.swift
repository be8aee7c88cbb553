import AnnotationStore
import ArgumentParser

/// `variorum doctor`.
struct DoctorCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Examine the store, its files and its replica key; --rebuild makes all tables anew from the log.",
    discussion: """
      Verifies the store and tells what else may trouble it: the room on the disk, the replica key in the state \
      directory, where the file lies, whose the files beside it are. --rebuild makes everything that is derived anew, \
      damaged and missing tables too, in one transaction, and says which were not what the log says.

      EXAMPLE
        variorum doctor
        variorum doctor --rebuild
      """)

  @Flag(help: "Make everything that is derived anew from the log.")
  var rebuild = false
  @OptionGroup var global: GlobalOptions

  func run(_ console: Console) throws {
    let store = try global.openStore(readOnly: !rebuild)
    if rebuild { try rebuild(store, console) } else { try examine(store, console) }
  }

  private func rebuild(_ store: Store, _ console: Console) throws {
    let progress = console.progress(total: 1, what: "rebuilt")
    defer { progress.finish() }
    let report = try store.rebuild { done, total in progress.update(done, of: total) }
    progress.finish()
    if console.isJSON {
      return console.json(
        .map([
          .init("schema", .int(1)), .init("changes", .int(Int64(report.changes))),
          .init("differences", .array(report.differences.map(CBORValue.text))),
        ]))
    }
    let what = "rebuilt from \(report.changes) change\(report.changes == 1 ? "" : "s")"
    console.data(
      report.differences.isEmpty
        ? "\(what): everything was as the log says"
        : "\(what): these were not as the log says, and are now: \(report.differences.joined(separator: ", "))")
  }

  private func examine(_ store: Store, _ console: Console) throws {
    let facts = try store.facts()
    let telling = VerificationTelling(console: console)
    let report = try telling.verify(store)
    // Of a store that is not sound it may be impossible to tell.
    let status = report.isSound ? try store.read { try $0.status() } : try? store.read { try $0.status() }
    let waiting = status?.waiting ?? 0
    let forks = status?.forks ?? []
    if console.isJSON {
      guard case .map(let entries) = VerificationTelling.value(report) else { return }
      let merged: [CBORValue.Entry] = [
        .init("waiting", .int(Int64(waiting))), .init("forks", .array(forks.map(ForkTelling.value))),
      ]
      console.json(.map(entries + Self.entries(facts, store) + merged))
      return try VerificationTelling.check(report)
    }
    let card = Card(console)
    card.field("Store", store.path)
    card.field("Size", Self.size(facts))
    card.field("Disk", facts.freeBytes.map { "\(Self.bytes($0)) free" })
    card.field("SQLite", facts.sqliteVersion)
    card.field("Replica key", Self.key(facts))
    card.field("Kept in", facts.stateDirectory)
    console.data("")
    telling.write(report)
    if waiting > 0 {
      card.warning(
        "\(ReceiptTelling.waiting(waiting)) for others that have not come (merge with whoever has them)",
        indent: 0)
    }
    if !forks.isEmpty { try store.read { try ForkTelling(names: RecordNames($0), card: card).write(forks) } }
    if report.isSound, facts.advice.isEmpty, waiting == 0, forks.isEmpty {
      console.data("nothing needs to be done")
    }
    for advice in facts.advice { card.warning(advice, indent: 0) }
    try VerificationTelling.check(report)
  }

  private static func size(_ facts: StoreFacts) -> String {
    var parts = [bytes(facts.fileBytes)]
    if facts.writeAheadBytes > 0 { parts.append("\(bytes(facts.writeAheadBytes)) in the write-ahead log") }
    if facts.unusedBytes > 0 { parts.append("\(bytes(facts.unusedBytes)) unused") }
    return parts.joined(separator: ", ")
  }

  private static func key(_ facts: StoreFacts) -> String {
    switch facts.key {
    case .none: "none yet: the first write makes it"
    case .usable: "there, and the next write uses it"
    case .renewed: "the next write makes a new one"
    }
  }

  private static func entries(_ facts: StoreFacts, _ store: Store) -> [CBORValue.Entry] {
    let key =
      switch facts.key {
      case .none: "none"
      case .usable: "usable"
      case .renewed: "renewed"
      }
    return [
      .init("path", .text(store.path)), .init("bytes", .int(facts.fileBytes)),
      .init("wal_bytes", .int(facts.writeAheadBytes)), .init("unused_bytes", .int(facts.unusedBytes)),
      .init("free_bytes", facts.freeBytes.map(CBORValue.int) ?? .null), .init("sqlite", .text(facts.sqliteVersion)),
      .init("replica_key", .text(key)), .init("state_directory", .text(facts.stateDirectory)),
      .init("advice", .array(facts.advice.map(CBORValue.text))),
    ]
  }

  /// A size as people read it, in decimal units.
  static func bytes(_ count: Int64) -> String {
    var value = Double(count)
    for unit in ["bytes", "kB", "MB", "GB"] {
      if value < 1000 { return unit == "bytes" ? "\(count) bytes" : "\((value * 10).rounded() / 10) \(unit)" }
      value /= 1000
    }
    return "\((value * 10).rounded() / 10) TB"
  }
}

import AnnotationStore

/// Tells what a rule decided of many conflicts, and what it left.
struct BulkTelling {
  let store: Store
  let console: Console
  let isDryRun: Bool

  /// How many of each are listed.
  private static let limit = 50

  /// Tells people.
  func tell(_ proposals: [ProposedDecision], _ changes: [ChangeID]) throws {
    let decided = proposals.filter { $0.decision != nil }
    let left = proposals.filter { $0.decision == nil }
    if proposals.isEmpty { return console.message("no such conflicts are open") }
    try store.read { reader in
      let telling = ConflictTelling(names: RecordNames(reader), card: Card(console))
      console.data("\(isDryRun ? "would decide" : "decided") \(counted(decided.count))")
      for proposal in decided.prefix(Self.limit) {
        guard let choice = proposal.choice else {
          let text = TerminalText.onOneLine(proposal.conflict.merge?.text ?? "")
          telling.card.line("\(console.style(try telling.place(proposal.conflict), .bold))  as merged: \(text)")
          continue
        }
        let others = try proposal.conflict.values.filter { $0 != choice }.map { try telling.oneLine($0.content) }
        telling.card.line(
          "\(console.style(try telling.place(proposal.conflict), .bold))  \(try telling.oneLine(choice.content)) "
            + "(\(try telling.names.curator(choice.curator))), over \(others.joined(separator: " | "))")
      }
      if decided.count > Self.limit { telling.card.line("… \(decided.count - Self.limit) more") }
      if let last = changes.last { telling.card.line("change \(console.style(String(last.hex.prefix(12)), .yellow))") }
      if left.isEmpty { return }
      console.data("left \(counted(left.count))")
      for proposal in left.prefix(Self.limit) {
        telling.card.line("\(console.style(try telling.place(proposal.conflict), .bold))  \(proposal.reason)")
      }
      if left.count > Self.limit { telling.card.line("… \(left.count - Self.limit) more") }
    }
    if decided.isEmpty { return }
    if isDryRun { return console.hint("the same without --dry-run decides") }
    try DecisionTelling(store: store, console: console).hints()
  }

  /// Tells scripts: one object.
  func json(_ proposals: [ProposedDecision], _ changes: [ChangeID]) {
    console.json(
      .map([
        .init("schema", .int(1)), .init("dry_run", .bool(isDryRun)),
        .init("decided", .array(proposals.filter { $0.decision != nil }.map(Self.value))),
        .init("left", .array(proposals.filter { $0.decision == nil }.map(Self.value))),
        .init("changes", .array(changes.map { .bytes($0.bytes) })),
      ]))
  }

  private static func value(_ proposal: ProposedDecision) -> CBORValue {
    let conflict = proposal.conflict
    var entries: [CBORValue.Entry] = [
      .init("record", .bytes(conflict.record.id.bytes)), .init("kind", .text(conflict.record.kind.rawValue)),
      .init("field", .text(conflict.field)), .init("type", .text(conflict.type.rawValue)),
      .init("digest", .text(conflict.digest)),
    ]
    if let choice = proposal.choice {
      entries += [
        .init("value", choice.content?.value ?? .null), .init("curator", .bytes(choice.curator.bytes)),
        .init("taken", .bytes(choice.change.bytes)),
      ]
    } else if proposal.decision != nil {
      entries.append(.init("merged", .text(conflict.merge?.text ?? "")))
    } else {
      entries.append(.init("reason", .text(proposal.reason)))
    }
    return .map(entries)
  }

  private func counted(_ count: Int) -> String { "\(count) conflict\(count == 1 ? "" : "s")" }
}

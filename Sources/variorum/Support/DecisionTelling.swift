import AnnotationStore

/// Tells people what was decided and what to type next.
struct DecisionTelling {
  let store: Store
  let console: Console

  /// Tells of one decision that was just written.
  func tell(_ conflict: ConflictDetail, _ change: ChangeID?) throws {
    try store.read { reader in
      let names = RecordNames(reader)
      let shortID = try names.shortID(conflict.record)
      let decisions = try reader.decisions(of: conflict.record.id, of: conflict.record.kind)
      let decision = decisions.first { $0.change == change }
      let what =
        try decision.map { try HistoryTelling(names: names, console: console).decided($0) } ?? [
          Self.life(of: reader.existing(conflict.record.id, of: conflict.record.kind))
        ]
      console.written(
        id: conflict.record.id, kind: conflict.record.kind, change: change,
        text: console.excerpt(what[0], beside: shortID), shortID: shortID)
      if console.isJSON { return }
      for line in what.dropFirst() { Card(console).text(line, indent: 10, limit: 4, more: "variorum show \(shortID)") }
      if let change { console.data("          change \(console.style(String(change.hex.prefix(12)), .yellow))") }
    }
  }

  private static func life(of record: Record) -> String {
    record.isDeleted ? "decided that it stays deleted" : "decided that it lives"
  }

  /// How a decision is taken back, and what is left to decide.
  func hints() throws {
    let counts = try store.read { try $0.conflictCounts() }
    let left = counts.open + counts.prose
    console.hint("variorum undo takes it back")
    if left > 0 {
      console.hint("variorum conflicts shows \(left == 1 ? "the one that is" : "the \(left) that are") left")
    }
    if left == 0, !console.isJSON { console.message("no conflicts are left") }
  }
}

extension Console {
  /// Says where conflicts are shown, where any are open: what a merge opened it may have closed again.
  func hintAtConflicts(of store: Store) throws {
    let counts = try store.read { try $0.conflictCounts() }
    if counts.open + counts.prose > 0 { hint("variorum conflicts") }
  }
}

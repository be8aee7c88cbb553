import AnnotationStore

/// Goes through conflicts on the terminal, one after the other; each decision is a commit of its own, so that whatever
/// ends the session loses nothing that was decided.
final class ResolveSession {
  private let store: Store
  private let console: Console
  /// The reason of all decisions, where one was given; else each is asked for.
  private let reason: String?
  private var places: [(record: RecordID, field: String)] = []
  private var decisions: [(index: Int, change: ChangeID)] = []

  /// Where to go on after a conflict was looked at.
  private enum Step {
    case next
    case again
    case to(Int)
    case quit
  }

  init(_ store: Store, _ console: Console, reason: String?) {
    self.store = store
    self.console = console
    self.reason = reason
  }

  /// Goes through the conflicts that a filter finds.
  func run(_ filter: ConflictFilter) throws {
    var forks = 0
    try store.read { reader in
      try reader.forEachConflict(filter) { conflict in
        if conflict.type == .fork { forks += 1 }
        let isKnown = places.last.map { $0.record == conflict.record.id && $0.field == conflict.field } ?? false
        // Whether a record is deleted is one question, whatever was written to it and put on it.
        if conflict.type != .fork, !isKnown { places.append((conflict.record.id, conflict.field)) }
      }
    }
    if forks > 0 { console.message("forked logs are no question to decide (\(ForkTelling.command) closes them)") }
    if places.isEmpty { return console.message("no such conflicts are open") }
    var index = 0
    while index < places.count {
      switch try look(at: index) {
      case .next: index += 1
      case .again: break
      case .to(let other): index = other
      case .quit: index = places.count
      }
    }
    let counts = try store.read { try $0.conflictCounts() }
    let left = counts.open + counts.prose
    console.message(
      "\(decisions.count) decided; \(left == 0 ? "no conflicts are" : "\(left) \(left == 1 ? "is" : "are")") left")
    if !decisions.isEmpty { console.hint("variorum undo takes the last decision back") }
  }

  // MARK: - One conflict

  private func details(_ place: (record: RecordID, field: String)) throws -> [ConflictDetail] {
    var filter = ConflictFilter()
    (filter.record, filter.field) = (place.record, place.field)
    return try store.read { try $0.conflicts(filter) }
  }

  private func look(at index: Int) throws -> Step {
    let found = try details(places[index])
    guard let conflict = found.first else {
      try tellDecided(index)
      return .next
    }
    try store.read { reader in
      let telling = ConflictTelling(names: RecordNames(reader), card: Card(console))
      telling.card.blank()
      try telling.heading(conflict, before: "(\(index + 1) of \(places.count)) ")
      for detail in found {
        if !detail.isOfValues { telling.card.text(telling.subject(detail)) }
        try telling.readings(detail)
      }
    }
    while let answer = console.ask(Self.question(conflict)) {
      let key = answer.filter { !$0.isWhitespace }.lowercased()
      do {
        if let step = try act(on: key, conflict, index) { return step }
      } catch StoreError.decidedMeanwhile, StoreError.notInConflict {
        console.keepDraft()
        if try !details(places[index]).isEmpty {
          console.message("somebody wrote meanwhile, and nothing was decided; this is how it stands now")
        }
        return .again
      } catch {
        // What was asked could not be done; the conflict is still there to be decided otherwise.
        console.fail(ErrorReport(error, in: store))
      }
    }
    return .quit
  }

  /// Tells of a conflict that is none any more how it stands, unless it was decided here.
  private func tellDecided(_ index: Int) throws {
    if decisions.contains(where: { $0.index == index }) { return }
    let (record, field) = places[index]
    try store.read { reader in
      let names = RecordNames(reader)
      let place = try names.shortID(reader.existing(record)) + (field.isEmpty ? "" : "." + field)
      let decision = try reader.decisions(of: record).last { $0.field == field }
      let telling = HistoryTelling(names: names, console: console)
      let what = try decision.map { try "\(names.curator($0.curator)) \(telling.decided($0)[0])" }
      console.message("\(place) is no conflict any more: \(what ?? "what stood against it was written over")")
    }
  }

  /// Does what a key stands for; `nil` to ask again.
  private func act(on key: String, _ conflict: ConflictDetail, _ index: Int) throws -> Step? {
    let isLife = !conflict.isOfValues
    switch key {
    case "s", "": return .next
    case "q": return .quit
    case "u": return try undo()
    case "w":
      try show(conflict)
      return nil
    case "l":
      try log(conflict)
      return nil
    case "r" where isLife: return try decide(.restore, conflict, index)
    case "d" where isLife: return try decide(.delete, conflict, index)
    case "a" where conflict.merge != nil: return try decide(.accept, conflict, index)
    case "e" where !isLife:
      return try decide(
        try ConflictText.edited(ConflictText.shown(conflict), conflict, store, console), conflict, index)
    case "c" where ConflictText.union(conflict) != nil:
      let items = ConflictText.union(conflict) ?? []
      return try decide(.value(.array(items.map(CBORValue.text))), conflict, index)
    case "c" where Self.canCombine(conflict):
      let initial = try store.read { try ConflictText.combined(conflict, RecordNames($0)) }
      return try decide(try ConflictText.edited(initial, conflict, store, console), conflict, index)
    default:
      if !isLife, let number = Int(key), conflict.values.indices.contains(number - 1) {
        return try decide(.take(conflict.values[number - 1].change), conflict, index)
      }
      for line in Self.help(conflict) { console.message(line) }
      return nil
    }
  }

  /// Asks for the reason and decides; `nil` where the user thinks better of it.
  private func decide(_ decision: Decision, _ conflict: ConflictDetail, _ index: Int) throws -> Step? {
    var because = reason
    if because == nil {
      if let path = console.draftPath { console.message("until it is decided your text stands in \(path)") }
      guard let answer = console.ask("Why? (return for no reason, Ctrl-D to go back) ") else {
        console.message("")
        console.message("not decided")
        console.keepDraft()
        return nil
      }
      because = answer.allSatisfy(\.isWhitespace) ? nil : answer
    }
    let commit = try store.commit {
      try $0.resolve(
        conflict.record.id, conflict.field, decision, because: because, expecting: conflict.digest,
        of: conflict.record.kind)
    }
    console.removeDraft()
    console.notice(commit.notice)
    if let change = commit.changes.last { decisions.append((index, change)) }
    try DecisionTelling(store: store, console: console).tell(conflict, commit.changes.last)
    return .next
  }

  private func undo() throws -> Step? {
    guard let last = decisions.popLast() else {
      console.message("nothing was decided yet that could be undone")
      return nil
    }
    let report = try store.commit { try $0.undo(last.change) }.value
    if let left = report.left.first {
      console.message("not undone: \(left.reason)")
      return nil
    }
    console.message("undone")
    return .to(last.index)
  }

  // MARK: - Looking around

  private func show(_ conflict: ConflictDetail) throws {
    try store.read { reader in
      let record = try reader.existing(conflict.record.id, of: conflict.record.kind)
      try RecordCard(reader: reader, names: RecordNames(reader), card: Card(console), asOf: nil).show(record)
    }
  }

  private func log(_ conflict: ConflictDetail) throws {
    try store.read { reader in
      let telling = HistoryTelling(names: RecordNames(reader), console: console)
      try telling.write(try reader.history(of: conflict.record.id), on: Card(console))
    }
  }

  private static func canCombine(_ conflict: ConflictDetail) -> Bool {
    switch conflict.record.kind.field(named: conflict.field)?.type {
    case .prose, .register(.text): true
    default: false
    }
  }

  private static func question(_ conflict: ConflictDetail) -> String {
    guard conflict.isOfValues else { return "r restore, d delete, s skip, ? help: " }
    let combine = canCombine(conflict) || ConflictText.union(conflict) != nil ? ", c combine" : ""
    return
      "\(conflict.merge == nil ? "" : "a accept the merge, ")1-\(conflict.values.count) take, e edit\(combine), s skip, ? help: "
  }

  private static func help(_ conflict: ConflictDetail) -> [String] {
    let isLife = !conflict.isOfValues
    var lines =
      isLife
      ? ["  r  the record lives", "  d  it stays deleted, with what the delete had not seen"]
      : [
        "  1-\(conflict.values.count)  take this value, under its author's name",
        "  e  edit the \(conflict.merge == nil ? "value shown" : "merged text") in $EDITOR",
      ]
    if conflict.merge != nil { lines.insert("  a  accept the text as it was merged", at: 0) }
    if canCombine(conflict) { lines.append("  c  combine: edit all of them together in $EDITOR") }
    if ConflictText.union(conflict) != nil { lines.append("  c  combine: all of 1, then what the others add") }
    return lines + [
      "  s  skip it (return does too)", "  u  undo the last decision", "  w  show the record", "  l  show its history",
      "  q  quit; what was decided stays decided",
    ]
  }
}

import AnnotationStore

/// Shows a record and what stands on it, complete at a glance.
struct RecordCard {
  let reader: ReadTransaction
  let names: RecordNames
  let card: Card
  /// The change as of which the record is shown; then nothing is shown that stands on it.
  let asOf: ChangeID?
  /// The fields that are in conflict.
  private(set) var flagged: Set<String> = []

  init(reader: ReadTransaction, names: RecordNames, card: Card, asOf: ChangeID?) {
    self.reader = reader
    self.names = names
    self.card = card
    self.asOf = asOf
  }

  var console: Console { card.console }

  /// How many records of a kind are shown on one.
  static let limit = 50
  /// How many lines are shown of a note.
  static let noteLines = 12

  /// Puts it out.
  func show(_ record: Record) throws {
    let conflicts = asOf == nil ? try reader.conflicts(of: record.id) : []
    var flagging = self
    flagging.flagged = Set(conflicts.map(\.field))
    try flagging.show(record, conflicts)
  }

  private func show(_ record: Record, _ conflicts: [Conflict]) throws {
    card.heading(try names.shortID(record), record.kind, try states(record, conflicts))
    if let asOf { card.line("as change \(asOf.hex.prefix(12)) knew it") }
    card.blank()
    switch record.kind {
    case .source: try source(record)
    case .claim: try claim(record)
    case .annotation: try annotation(record)
    case .assessment: try assessment(record)
    case .evidence: try evidence(record)
    case .link: try link(record)
    case .term: try term(record)
    case .curator: try curator(record)
    }
    try written(record)
    try tellConflicts(of: record)
    if asOf == nil { try showWhatStands(on: record) }
  }

  // MARK: - The head and the foot

  private func states(_ record: Record, _ conflicts: [Conflict]) throws -> [String] {
    var states: [String] = []
    if let status = try word("status", of: record) {
      let style: Style = status == "accepted" ? .green : status == "rejected" ? .red : .cyan
      states.append(console.style(status, style))
    }
    if record.kind == .annotation, let motivation = try word("motivation", of: record) { states.append(motivation) }
    if let stance = try word("stance", of: record) { states.append(console.style(stance, Self.style(stance))) }
    if record.flag("retracted") == true { states.append(console.style("RETRACTED", .red)) }
    if record.isDeleted { states.append(console.style("DELETED", .red)) }
    if asOf == nil, try !reader.deletedTargets(of: record).isEmpty {
      states.append(console.style("ORPHANED", .yellow))
    }
    if conflicts.contains(where: { $0.type != .prose }) { states.append(console.style("IN CONFLICT", .yellow)) }
    if conflicts.contains(where: { $0.type == .prose }) { states.append(console.style("MERGED, TO LOOK AT", .yellow)) }
    return states
  }

  /// The word that a field shows; where it is in conflict all that are live, the one shown first.
  func word(_ field: String, of record: Record) throws -> String? {
    guard flagged.contains(field) else { return record.text(field) }
    guard let values = try reader.conflict(of: record.id, in: field, of: record.kind)?.values else { return nil }
    let told = try values.prefix(ConflictTelling.valueLimit).map { try names.content($0.content) }
    let more = values.count > told.count ? ["and \(values.count - told.count) more"] : []
    return (told + more).joined(separator: " | ")
  }

  /// A labelled field, marked where one of the fields that it tells is in conflict.
  func field(_ label: String, _ fields: [String], _ text: String?) {
    let isFlagged = fields.contains { flagged.contains($0) }
    card.field(label, isFlagged ? "\(text ?? "(nothing)") \(console.style("! in conflict", .yellow))" : text)
  }

  static func style(_ stance: String) -> Style {
    switch stance {
    case "supports": .green
    case "disputes": .red
    default: .yellow
    }
  }

  private func written(_ record: Record) throws {
    let (created, modified) = (shortTime(record.createdMilliseconds), shortTime(record.modifiedMilliseconds))
    let text =
      "\(try names.curator(record.curator)), \(created)\(modified == created ? "" : "; last written to \(modified)")"
    card.field("Created by", text)
    for target in asOf == nil ? try reader.deletedTargets(of: record) : [] {
      let id = try names.shortID(target)
      card.warning(
        "orphaned: the \(target.kind.rawValue) \(id) that it stands on is deleted (variorum restore \(id))", indent: 0)
    }
    // Where that is in conflict, the command that decides it is told there.
    if record.isDeleted, try !reader.conflicts(of: record.id).contains(where: { $0.field.isEmpty }) {
      card.warning("deleted; variorum restore \(try names.shortID(record)) takes that back", indent: 0)
    }
  }

  /// What is in conflict and what was decided, each with who wrote it.
  private func tellConflicts(of record: Record) throws {
    for decision in asOf == nil ? try reader.decisions(of: record.id, of: record.kind) : [] {
      let told = try HistoryTelling(names: names, console: console).decided(decision)
      let who = "\(try names.curator(decision.curator)), \(shortTime(decision.atMilliseconds))"
      card.field(
        "Decided", lines: told.enumerated().map { $0 == 0 ? String($1.trimmingPrefix("decided ")) : $1 } + [who])
    }
    let telling = ConflictTelling(names: names, card: card)
    var filter = ConflictFilter()
    filter.record = record.id
    let found = asOf == nil ? try reader.conflicts(filter) : []
    for (index, conflict) in found.enumerated() {
      card.warning(telling.subject(conflict), indent: 0)
      try telling.readings(conflict)
      // Whether it is deleted is one question, and one decision.
      let isLast = found.dropFirst(index + 1).first?.field != conflict.field
      if isLast { try telling.commands(conflict) }
    }
  }

  func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  // MARK: - What stands on it

  private func showWhatStands(on record: Record) throws {
    if record.kind == .claim || record.kind == .assessment { try showEvidence(on: record, indent: 2, isSection: true) }
    try showLinks(of: record)
    if record.kind == .claim { try showAssessments(of: record) }
    try showThread(on: record)
  }

  /// The first records of a kind on one, oldest first, and whether there are more.
  private func first(_ kind: Kind, on target: RecordID) throws -> (records: [Record], isCut: Bool) {
    var filter = RecordFilter()
    filter.kinds = [kind]
    filter.target = target
    filter.isReversed = true
    filter.limit = Self.limit + 1
    let found = try reader.records(filter)
    return (Array(found.prefix(Self.limit)), found.count > Self.limit)
  }

  private func tellMore(_ kind: Kind, on target: Record) throws {
    let count = try reader.count(kind, on: target.id)
    card.line("… \(count - Self.limit) more: variorum list \(kind.plural) --on \(try names.shortID(target))")
  }

  private func showEvidence(on record: Record, indent: Int, isSection: Bool) throws {
    let (found, isCut) = try first(.evidence, on: record.id)
    if found.isEmpty { return }
    if isSection { card.section("Evidence") }
    for item in found {
      let direction = item.text("direction") ?? "neutral"
      var parts = [console.style(direction, Self.style(direction)) + (item.text("strength").map { " (\($0))" } ?? "")]
      if let eco = item.text("eco") { parts.append(try names.labelled(eco)) }
      if let source = try item.reference("source").flatMap(names.citation) { parts.append(source.line) }
      parts.append(console.style(try names.shortID(item), .dim))
      card.text(parts.joined(separator: " · "), indent: indent)
      if let selector = item.selector {
        for line in card.quote(selector, names: names) {
          card.text(line, indent: indent + 4, limit: 4, more: "variorum show \(try names.shortID(item))")
        }
      }
      try tellConflict(in: item, indent: indent + 2)
    }
    if isCut { try tellMore(.evidence, on: record) }
  }

  private func showLinks(of record: Record) throws {
    let (found, isCut) = try first(.link, on: record.id)
    if found.isEmpty { return }
    card.section("Links")
    for link in found {
      guard let from = link.reference("from"), let to = link.reference("to") else { continue }
      let other = try reader.record(from == record.id ? to : from)
      let type = link.text("type") ?? "link"
      let arrow = from == record.id ? "→ \(type)" : "← \(type)"
      let padded = arrow + String(repeating: " ", count: max(1, 14 - arrow.count))
      let id = try other.map { try names.shortID($0) } ?? to.description
      let gone = other?.isDeleted == true ? "(deleted) " : ""
      card.line("\(padded) \(console.style(id, .bold))  \(gone)\(try other.map(names.headline) ?? "not here")")
    }
    if isCut { try tellMore(.link, on: record) }
  }

  private func showAssessments(of claim: Record) throws {
    let tally = try reader.stances(on: claim.id)
    guard tally.total > 0 else { return }
    card.section("Assessments")
    card.line(tallyLine(tally))
    let (found, isCut) = try first(.assessment, on: claim.id)
    for item in found {
      let stance = item.text("stance") ?? "no stance"
      card.blank()
      let head = [
        console.style(stance, Self.style(stance)), console.style(try names.curator(item.curator), .bold),
        shortTime(item.modifiedMilliseconds), console.style(try names.shortID(item), .dim),
      ]
      card.line(head.joined(separator: "  "))
      let id = try names.shortID(item)
      if let body = item.text("body") { card.text(body, indent: 4, limit: Self.noteLines, more: "variorum show \(id)") }
      try tellConflict(in: item, indent: 4)
      try showEvidence(on: item, indent: 4, isSection: false)
      let answers = try reader.count(.annotation, on: item.id)
      if answers > 0 {
        card.line(console.style("\(counted(answers, "note")) on it: variorum show \(id)", .dim), indent: 4)
      }
    }
    if isCut { try tellMore(.assessment, on: claim) }
  }

  /// The tally with bars: `supports ██ 2 · disputes █ 1 · uncertain 0`.
  func tallyLine(_ tally: StanceTally) -> String {
    let most = max(1, tally.counts.map(\.count).max() ?? 1)
    return tally.counts.map { stance, count in
      let length = most <= 12 ? count : (count * 12 + most - 1) / most
      let bar = console.style(String(repeating: "█", count: length), Self.style(stance))
      return "\(stance) \(bar)\(length > 0 ? " " : "")\(count)"
    }.joined(separator: " · ")
  }

  private func showThread(on record: Record) throws {
    let thread = try reader.thread(on: record.id, limit: Self.limit)
    if thread.notes.isEmpty { return }
    card.section(record.kind == .annotation ? "Replies" : "Notes")
    for note in thread.notes {
      // Deep threads would leave no room for words.
      let indent = 2 + 3 * min(note.depth, 8)
      let id = try names.shortID(note.record)
      var head =
        console.style(try names.curator(note.record.curator), .bold) + "  \(shortTime(note.record.createdMilliseconds))"
      if let motivation = note.record.text("motivation"), motivation != "commenting", motivation != "replying" {
        head += "  \(motivation)"
      }
      let tags = note.record.elements("tags")
      if !tags.isEmpty { head += "  [\(tags.joined(separator: ", "))]" }
      if note.record.isDeleted { head += "  " + console.style("(deleted)", .red) }
      card.line(
        (note.depth > 0 ? "↳ " : "") + head + "  " + console.style(id, .dim),
        indent: note.depth > 0 ? indent - 2 : indent)
      let conflicts = try reader.conflicts(of: note.record.id)
      if note.record.isDeleted, conflicts.isEmpty { continue }
      if let selector = note.record.selector {
        for line in card.quote(selector, names: names) {
          card.text(line, indent: indent + 2, limit: 4, more: "variorum show \(id)")
        }
      }
      card.text(note.record.text("body") ?? "", indent: indent, limit: Self.noteLines, more: "variorum show \(id)")
      try tellConflict(in: note.record, indent: indent)
    }
    if thread.isCut { card.line("… more: variorum list annotations --on \(try names.shortID(record))") }
  }

  private func tellConflict(in record: Record, indent: Int) throws {
    let conflicts = try reader.conflicts(of: record.id)
    let fields = conflicts.filter { $0.type != .prose }
      .map { $0.type == .fork ? "its log" : $0.field.isEmpty ? "its life" : $0.field }
    let texts = conflicts.filter { $0.type == .prose }.map(\.field)
    let told =
      (fields.isEmpty ? [] : ["conflict in \(Set(fields).sorted().joined(separator: ", "))"])
      + (texts.isEmpty ? [] : ["\(texts.sorted().joined(separator: ", ")) merged, to look at"])
    if told.isEmpty { return }
    card.warning(
      "\(told.joined(separator: "; ")): variorum conflicts \(try names.shortID(record))", indent: indent)
  }
}

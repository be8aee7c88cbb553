import AnnotationStore

/// Records that a file states with their ids, authors and times.
extension ImportSession {
  /// The most records that are kept because they name one which comes later in the file.
  static let heldLimit = 200_000

  /// Takes a record, at once or as soon as those that it names have come; then those that waited for it.
  func take(_ given: RecordDraft) throws {
    var open = [given]
    while let next = open.popLast() {
      let draft = namingSources(next)
      if let missing = try missingReference(of: draft) {
        hold(draft, for: missing)
        continue
      }
      try write(draft)
      guard let waiting = held.removeValue(forKey: draft.id) else { continue }
      heldCount -= waiting.count
      open += waiting.reversed()
    }
  }

  private func hold(_ draft: RecordDraft, for missing: RecordID) {
    guard heldCount < Self.heldLimit else {
      return skip(draft.place, nil, "more than \(Self.heldLimit) records name one that comes later (sort the file)")
    }
    held[missing, default: []].append(draft)
    heldCount += 1
  }

  /// The draft with sources named by the records that hold them here: a paper may be known under another identifier
  /// than the one that the file derives its id from.
  private func namingSources(_ draft: RecordDraft) -> RecordDraft {
    var draft = draft
    func known(_ content: FieldContent) -> FieldContent {
      if case .record(let id) = content, let known = sources[id] { .record(known) } else { content }
    }
    draft.fields = draft.fields.mapValues(known)
    draft.history?.mapContents(known)
    return draft
  }

  /// Reports the records that name one which never came, and ends writing in others' names.
  func finishRecords() throws {
    for (id, drafts) in held.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
      for draft in drafts {
        let fields = draft.fields.filter { $0.value == .record(id) }.keys.sorted()
        let why = notTaken.contains(id) ? "is not taken" : "is neither in the file nor in the store"
        skip(draft.place, fields.first, "names the record \(id), which \(why)")
      }
    }
    held = [:]
    heldCount = 0
    // A delete has seen what stands on the record, so it comes after all of it.
    for var written in openTranscripts {
      let before = written.writtenCount
      try transaction.finish(&written)
      if !written.isNew { report.mergedCount += written.writtenCount - before }
    }
    openTranscripts = []
    try writeAsImporter()
    for id in deletions {
      guard let record = try transaction.reader().record(id), !record.isDeleted else { continue }
      if try transaction.applied.isLifeInConflict(record.key) {
        leaveOut("\(record.kind.rawValue) \(id): whether it is deleted is in conflict here (variorum resolve)")
      } else {
        try transaction.delete(id)
      }
    }
    deletions = []
  }

  /// What follows is written by whoever imports, now.
  private func writeAsImporter() throws {
    try transaction.setCurator(curator)
    try transaction.setTime(nil)
  }

  private func missingReference(of draft: RecordDraft) throws -> RecordID? {
    for field in draft.kind.fields {
      guard case .record(let id)? = draft.fields[field.name], id != draft.id else { continue }
      if !onlyChecked.contains(id), !(try transaction.isKnown(id)) { return id }
    }
    return nil
  }

  private func write(_ draft: RecordDraft) throws {
    var (draft, checked) = (draft, try check(draft))
    if checked.problems.isEmpty { checkHistory(of: &draft, &checked) }
    guard checked.problems.isEmpty else {
      notTaken.insert(draft.id)
      return skip(checked.problems)
    }
    guard isWriting else {
      onlyChecked.insert(draft.id)
      return
    }
    // What waits to be written has no kind yet that could be looked up.
    if transaction.isPendingID(draft.id) { _ = try transaction.reader() }
    let life = try transaction.applied.life(of: draft.id)
    if let life, life.kind != draft.kind {
      notTaken.insert(draft.id)
      return skip(draft.place, "id", "is that of \(life.kind.withArticle) here")
    }
    if life != nil { return try merge(draft, checked) }
    if let history = draft.history { return try write(history, of: draft) }
    try transaction.setCurator(draft.curator ?? curator)
    try transaction.setTime(draft.createdMilliseconds)
    _ = try transaction.createChecked(draft.kind, draft.id, checked.newValues)
    report.created.add(draft.kind)
    if draft.isDeleted { deletions.append(draft.id) }
  }

  /// Takes a record that is here already: its past where that belongs to this very record, else what its fields say.
  private func merge(_ draft: RecordDraft, _ checked: DraftChecker) throws {
    let author = draft.curator ?? curator
    var history = draft.history
    if draft.isMadeOnce, let created = draft.createdMilliseconds {
      history = RecordTranscript(create: checked.contents, curator: author, atMilliseconds: created)
    }
    let key = RecordKey(kind: draft.kind.rawValue, id: draft.id)
    if let history, let written = try transaction.write(history, of: key) {
      if written.isOpen { openTranscripts.append(written) }
      report.there.add(draft.kind)
      report.mergedCount += written.writtenCount
      return
    }
    try writeAsImporter()
    self.author = { _, _ in author }
    defer { self.author = nil }
    guard try compare(checked, id: draft.id) == .there else { return }
    if draft.isDeleted {
      leaveOut("\(draft.place): deleted in the file, and not here; it stays (variorum delete \(draft.id))")
    }
    if draft.history != nil { leaveOut("\(draft.place): its history, because the record was made otherwise here") }
  }

  /// Writes a new record with its past.
  private func write(_ history: RecordTranscript, of draft: RecordDraft) throws {
    let key = RecordKey(kind: draft.kind.rawValue, id: draft.id)
    guard let written = try transaction.write(history, of: key) else { return }
    if written.isOpen { openTranscripts.append(written) }
    report.created.add(draft.kind)
    for field in draft.kind.fields where field.isProse {
      guard case .text(let given)? = draft.fields[field.name] else { continue }
      let (text, isSettled) = try transaction.text(of: field, in: written)
      if text.isSameBytes(as: given) { continue }
      let why =
        isSettled
        ? "is not what its history comes to, which was taken (leave the history out of a line that you change)"
        : "has words that several wrote in one place in another order than there (variorum conflicts shows them)"
      leaveOut("\(draft.place): \(field.name) \(why)")
    }
  }

  // MARK: - Checking

  private func check(_ draft: RecordDraft) throws -> DraftChecker {
    var checker = DraftChecker(draft.kind, at: draft.place)
    for name in draft.fields.keys where draft.kind.field(named: name) == nil {
      checker.report(name, "\(draft.kind.withArticle) has no such field")
    }
    for field in draft.kind.fields {
      guard let content = draft.fields[field.name] else {
        if field.isRequired { checker.report(field.name, "missing, and \(draft.kind.withArticle) needs it") }
        continue
      }
      checker.take(content, of: field)
    }
    return checker
  }

  /// Checks what a history says as the fields are checked, puts it into the spelling of the model, and makes sure that
  /// it comes to what the fields say: who changes a line by hand has to leave the history out.
  private func checkHistory(of draft: inout RecordDraft, _ checker: inout DraftChecker) {
    guard var history = draft.history else { return }
    if let excess = history.excess { return checker.report("history", excess) }
    for place in history.entries.indices {
      for message in check(&history.entries[place], of: draft) {
        checker.report("history", "number \(place): \(message)")
      }
    }
    guard checker.problems.isEmpty else { return }
    draft.history = history
    let reading = TranscriptReading(history, of: RecordKey(kind: draft.kind.rawValue, id: draft.id))
    for fault in reading.faults { checker.report("history", "number \(fault.place): \(fault.reason)") }
    guard checker.problems.isEmpty else { return }
    compare(draft, with: reading, &checker)
  }

  /// Checks an entry, and puts it into the spelling of the model; what is wrong with it.
  private func check(_ entry: inout RecordTranscript.Entry, of draft: RecordDraft) -> [String] {
    var checker = DraftChecker(draft.kind, at: draft.place)
    var byteCount = 0
    switch entry.content {
    case .fields(let fields):
      for field in draft.kind.fields { fields[field.name].map { checker.take($0, of: field) } }
      entry.content = .fields(checker.contents)
    case .value(let content?):
      guard let field = draft.kind.field(named: entry.field) else { break }
      checker.take(content, of: field)
      entry.content = .value(checker.contents[field.name] ?? content)
    case .edits(let edits): byteCount += edits.inserted.utf8.count + 24 * edits.splices.count
    case .seen(let entries, let records): byteCount += 32 * (entries.count + records.count)
    default: break
    }
    if let element = entry.element, let field = draft.kind.field(named: entry.field) {
      do throws(ModelError) { entry.element = try field.parseElement(element) } catch {
        checker.report(nil, DraftChecker.message(error))
      }
    }
    if let reason = entry.reason {
      checker.check(prose: reason, column: "because")
      byteCount += reason.utf8.count
    }
    if byteCount > DraftChecker.recordByteLimit {
      checker.report(nil, "comes to more than \(DraftChecker.recordByteLimit >> 10) KiB")
    }
    entry.atMilliseconds = min(max(entry.atMilliseconds, -Limits.integer), Limits.integer)
    return checker.problems.map { ($0.place.column.map { "\($0): " } ?? "") + $0.message }
  }

  private func compare(_ draft: RecordDraft, with reading: TranscriptReading, _ checker: inout DraftChecker) {
    let remedy = "is not what the history comes to (leave the history out of a line that you change)"
    let given = checker.contents
    for field in draft.kind.fields where !field.isProse {
      let isSame: Bool?
      if field.isSet {
        let elements = if case .elements(let elements)? = given[field.name] { elements } else { [String]() }
        isSame = reading.elements(field) == Set(elements.map { Array($0.utf8) })
      } else {
        isSame = try? reading.shown(field) == given[field.name]?.value
      }
      if isSame != true { checker.report(field.name, remedy) }
    }
    if reading.isDeleted != draft.isDeleted { checker.report("deleted", remedy) }
  }
}

extension RecordTranscript {
  /// Changes what is given to fields.
  fileprivate mutating func mapContents(_ change: (FieldContent) -> FieldContent) {
    for place in entries.indices {
      switch entries[place].content {
      case .fields(let fields): entries[place].content = .fields(fields.mapValues(change))
      case .value(let content?): entries[place].content = .value(change(content))
      default: break
      }
    }
  }
}

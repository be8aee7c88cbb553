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
    draft.history?.mapContents { _, content in known(content) }
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
    for id in deletions { try transaction.delete(id) }
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
    let life = try transaction.applied.life(of: draft.id)
    if let life, life.kind != draft.kind {
      notTaken.insert(draft.id)
      return skip(draft.place, "id", "is that of \(life.kind.withArticle) here")
    }
    let isKnown = life != nil || transaction.isPendingID(draft.id)
    if let history = draft.history { return try write(history, of: draft, isKnown: isKnown) }
    let author = draft.curator ?? curator
    guard !isKnown else {
      try writeAsImporter()
      self.author = { _, _ in author }
      defer { self.author = nil }
      if try compare(checked, id: draft.id) == .there, draft.isDeleted {
        leaveOut("\(draft.place): deleted in the file, and not here; it stays (variorum delete \(draft.id))")
      }
      return
    }
    try transaction.setCurator(author)
    try transaction.setTime(draft.createdMilliseconds)
    _ = try transaction.createChecked(draft.kind, draft.id, checked.newValues)
    report.created.add(draft.kind)
    if draft.isDeleted { deletions.append(draft.id) }
  }

  /// Writes what the file tells of a record's past and is not here.
  private func write(_ history: RecordTranscript, of draft: RecordDraft, isKnown: Bool) throws {
    let written = try transaction.write(history, of: RecordKey(kind: draft.kind.rawValue, id: draft.id))
    if written.isOpen { openTranscripts.append(written) }
    if isKnown {
      report.there.add(draft.kind)
      report.mergedCount += written.writtenCount
      return
    }
    report.created.add(draft.kind)
    for field in draft.kind.fields where field.isProse {
      guard case .text(let text)? = draft.fields[field.name] else { continue }
      if try !transaction.settle(field, of: written, to: text) {
        leaveOut("\(draft.place): \(field.name) was merged in another order; an edit makes it what it was")
      }
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
    history.mapContents { name, content in
      guard let field = draft.kind.field(named: name) else { return content }
      var checked = DraftChecker(draft.kind, at: draft.place)
      checked.take(content, of: field)
      for problem in checked.problems { checker.report("history", "\(name): \(problem.message)") }
      return checked.contents[name] ?? content
    }
    for reason in history.entries.compactMap(\.reason) {
      do throws(IdentifierError) { try TextRules.checkProse(reason, field: "because") } catch {
        checker.report("history", error.description)
      }
    }
    history.parseElements(of: draft.kind) { checker.report("history", $0) }
    guard checker.problems.isEmpty else { return }
    draft.history = history
    let reading = TranscriptReading(history, of: RecordKey(kind: draft.kind.rawValue, id: draft.id))
    for fault in reading.faults { checker.report("history", "number \(fault.place): \(fault.reason)") }
    guard checker.problems.isEmpty else { return }
    compare(draft, with: reading, &checker)
  }

  private func compare(_ draft: RecordDraft, with reading: TranscriptReading, _ checker: inout DraftChecker) {
    let remedy = "is not what the history comes to (leave the history out of a line that you change)"
    let given = checker.contents
    for field in draft.kind.fields where !field.isProse {
      let isSame: Bool?
      if field.isSet {
        let elements = if case .elements(let elements)? = given[field.name] { elements } else { [String]() }
        isSame = try? reading.elements(field) == Set(elements.map { Array($0.utf8) })
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
  fileprivate mutating func mapContents(_ change: (_ field: String, FieldContent) -> FieldContent) {
    for place in entries.indices {
      switch entries[place].content {
      case .fields(let fields):
        let changed = fields.map { ($0.key, change($0.key, $0.value)) }
        entries[place].content = .fields(Dictionary(uniqueKeysWithValues: changed))
      case .value(let content?): entries[place].content = .value(change(entries[place].field, content))
      default: break
      }
    }
  }

  /// Puts elements that were added or removed into the spelling of the model.
  fileprivate mutating func parseElements(of kind: Kind, _ report: (String) -> Void) {
    for place in entries.indices {
      guard let element = entries[place].element, let field = kind.field(named: entries[place].field) else { continue }
      do throws(ModelError) { entries[place].element = try field.parseElement(element) } catch {
        report(DraftChecker.message(error))
      }
    }
  }
}

import AnnotationStore

/// Records that a file states with their ids, authors and times.
extension ImportSession {
  /// The most records that are kept because they name one which comes later in the file.
  static let heldLimit = 200_000

  /// Takes a record, at once or as soon as those that it names have come.
  func take(_ draft: RecordDraft) throws {
    if let missing = try missingReference(of: draft) {
      guard heldCount < Self.heldLimit else {
        return skip(draft.place, nil, "more than \(Self.heldLimit) records name one that comes later (sort the file)")
      }
      held[missing, default: []].append(draft)
      heldCount += 1
      return
    }
    try write(draft)
    for waiting in held.removeValue(forKey: draft.id) ?? [] {
      heldCount -= 1
      try take(waiting)
    }
  }

  /// Reports the records that name one which never came, and ends writing in others' names.
  func finishRecords() throws {
    for (id, drafts) in held.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
      for draft in drafts {
        let fields = draft.fields.filter { $0.value == .record(id) }.keys.sorted()
        skip(draft.place, fields.first, "names the record \(id), which is neither in the file nor in the store")
      }
    }
    held = [:]
    heldCount = 0
    try writeAsImporter()
  }

  /// What follows is written by whoever imports, now.
  private func writeAsImporter() throws {
    try transaction.setCurator(curator)
    try transaction.setTime(nil)
  }

  private func missingReference(of draft: RecordDraft) throws -> RecordID? {
    for field in draft.kind.fields {
      guard case .record(let id)? = draft.fields[field.name], id != draft.id else { continue }
      if !(try transaction.isKnown(id)) { return id }
    }
    return nil
  }

  private func write(_ draft: RecordDraft) throws {
    let checked = try check(draft)
    guard checked.problems.isEmpty else { return skip(checked.problems) }
    guard isWriting else { return }
    let life = try transaction.applied.life(of: draft.id)
    if let life, life.kind != draft.kind {
      return skip(draft.place, "id", "is that of \(life.kind.withArticle) here")
    }
    guard life == nil, !transaction.isPendingID(draft.id) else {
      try writeAsImporter()
      _ = try compare(checked, id: draft.id)
      return
    }
    let creator = draft.curator ?? curator
    try transaction.setCurator(creator)
    try transaction.setTime(draft.createdMilliseconds)
    _ = try transaction.createChecked(draft.kind, draft.id, checked.newValues)
    report.created.add(draft.kind)
  }

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
}

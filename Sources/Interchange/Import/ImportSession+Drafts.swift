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
    for (field, content) in draft.fields {
      if case .record(let id) = content, let known = sources[id] { draft.fields[field] = .record(known) }
    }
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
    for (key, deletion, unseen) in deletions { try transaction.delete(key, as: deletion, notHavingSeen: unseen) }
    deletions = []
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
      if !onlyChecked.contains(id), !(try transaction.isKnown(id)) { return id }
    }
    return nil
  }

  private func write(_ draft: RecordDraft) throws {
    let checked = try check(draft)
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
    guard life == nil, !transaction.isPendingID(draft.id) else {
      try writeAsImporter()
      let author = draft.curator ?? curator
      self.author = { _, _ in author }
      defer { self.author = nil }
      if try compare(checked, id: draft.id) == .there, draft.writes.deletion != nil {
        leaveOut("\(draft.place): deleted in the file, and not here; it stays (variorum delete \(draft.id))")
      }
      return
    }
    try transaction.setCurator(draft.curator ?? curator)
    try transaction.setTime(draft.createdMilliseconds)
    _ = try transaction.createChecked(draft.kind, draft.id, draft.created(of: checked, by: draft.curator ?? curator))
    report.created.add(draft.kind)
    if !draft.writes.isEmpty { try writeWrites(of: draft) }
  }

  private func writeWrites(of draft: RecordDraft) throws {
    let key = RecordKey(kind: draft.kind.rawValue, id: draft.id)
    var unseen: Set<ChangeID> = []
    for cell in draft.writes.cells {
      let shown: String? = if case .text(let text)? = draft.fields[cell.field] { text } else { nil }
      let written = try transaction.write(cell, of: key, shown: shown)
      if !written.isExact {
        leaveOut("\(draft.place): \(cell.field) has its text, and not all of its sides or decisions")
      }
      unseen.formUnion(written.unseen)
    }
    if let deletion = draft.writes.deletion { deletions.append((key, deletion, unseen)) }
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
    for problem in problems(in: draft.writes, of: draft) { checker.report(problem.field, problem.message) }
    return checker
  }

  /// What is wrong with the values of what was written later.
  private func problems(in writes: RecordWrites, of draft: RecordDraft) -> [(field: String, message: String)] {
    var found: [(field: String, message: String)] = []
    let reasons = writes.cells.flatMap { $0.live.flatMap(\.rulings).map(\.reason) } + [writes.deletion?.reason]
    for reason in reasons.compactMap({ $0 }) {
      do throws(IdentifierError) { try TextRules.checkProse(reason, field: "because") } catch {
        found.append(("writes", error.description))
      }
    }
    for cell in writes.cells {
      guard let field = draft.kind.field(named: cell.field) else { continue }
      if let element = cell.element {
        do throws(ModelError) { _ = try field.parseElement(element) } catch { found.append((field.name, "\(error)")) }
      }
      let over = cell.live.flatMap(\.rulings).flatMap(\.over)
      for value in [cell.base].compactMap({ $0 }) + cell.live.map(\.value) + over {
        guard let content = value.content else { continue }
        var checker = DraftChecker(draft.kind, at: draft.place)
        checker.take(content, of: field)
        found += checker.problems.map { (field.name, $0.message) }
      }
    }
    return found
  }
}

extension RecordDraft {
  /// What the create gives: all that nobody wrote later, and the base of what was written apart where that is its own.
  fileprivate func created(of checked: DraftChecker, by creator: RecordID) -> [(String, NewValue?)] {
    let cells = Dictionary(
      writes.cells.map { ([$0.field, $0.element ?? ""], $0) }, uniquingKeysWith: { first, _ in first })
    func cell(_ field: Field, _ element: String = "") -> RecordWrites.Cell? { cells[[field.name, element]] }
    let values = checked.values.compactMap { field, value -> (String, NewValue?)? in
      guard let cell = cell(field), !field.isImmutable else { return (field.name, .value(value)) }
      if let base = cell.base, let content = base.content {
        let isOwn = base.curator == creator && base.atMilliseconds == createdMilliseconds
        return field.isProse || isOwn ? (field.name, .value(content.value)) : nil
      }
      return field.isProse ? (field.name, .value(value)) : nil
    }
    let sets = checked.sets.map { field, elements -> (String, NewValue?) in
      (field.name, .elements(elements.filter { cell(field, $0) == nil }))
    }
    return values + sets
  }
}

import AnnotationStore

/// Rows that are new, and rows that are gone.
extension SheetMerge {
  /// Takes a row without id and fingerprint: a new record.
  func takeNew(_ cells: [SheetColumn: SheetCell], at place: Place) throws {
    var texts: [SheetColumn: String] = [:]
    for (column, _) in header.columns where column.isEditable {
      guard let cell = cells[column], !cell.isBlank else { continue }
      let isList: Bool
      if case .field(let name) = column {
        isList = layout.kind.field(named: name)?.isSet == true
      } else {
        isList = false
      }
      let items = isList && cell.flag == nil ? SheetText.elements(SheetText.unguarded(cell.text)) : [cell.text]
      for item in items {
        if case .damaged(let why) = SheetHabit.compare("", SheetCell(item, cell.flag)) {
          throw RowFault(column: column.name, message: "holds \(why)")
        }
      }
      texts[column] = SheetText.unguarded(cell.text)
    }
    if layout.kind == .assessment { try takeAssessment(texts, at: place) } else { try takeClaim(texts, at: place) }
  }

  private func takeClaim(_ texts: [SheetColumn: String], at place: Place) throws {
    func word(_ name: String) -> String? { texts[.field(name)]?.trimmedOrNil() }
    guard let statement = texts[.field("statement")] else {
      throw RowFault(column: "statement", message: "the cell is empty, and a new claim needs a statement")
    }
    var draft = ClaimDraft(place: place, statement: statement)
    draft.via = word("via")
    draft.subject = word("subject")
    draft.predicate = word("predicate")
    draft.object = word("object")
    draft.status = word("status")?.lowercased()
    draft.source = word("source")
    draft.quote = texts[.quote("quote")]
    draft.prefix = texts[.quote("prefix")]
    draft.suffix = texts[.quote("suffix")]
    if draft.quote == nil, draft.prefix != nil || draft.suffix != nil {
      throw RowFault(
        column: "quote", message: "there are words before or after a quote, and no quote. Write it as well")
    }
    if let flag = word("negated").map(SheetFlag.canonical) {
      guard ["true", "false"].contains(flag) else {
        throw RowFault(column: "negated", message: "\"\(flag.prefix(40))\" is neither true nor false")
      }
      draft.negated = flag == "true"
    }
    draft.entities = SheetText.elements(texts[.field("entities")] ?? "")
    draft.tags = SheetText.elements(texts[.field("tags")] ?? "")
    draft.qualifiers = try SheetText.elements(texts[.field("qualifiers")] ?? "").map { text in
      guard let equals = text.firstIndex(of: "=") else {
        throw RowFault(
          column: "qualifiers",
          message: "\"\(text.prefix(40))\" is no qualifier (ROLE=CURIE, as in tissue=UBERON:0002240)")
      }
      return ClaimDraft.Qualifier(
        role: text[..<equals].trimmed(), curie: text[text.index(after: equals)...].trimmed())
    }
    let (skipped, made) = (session.report.skippedCount, session.report.created[.claim])
    try session.take(draft)
    guard session.report.skippedCount == skipped else { return }
    add(statement, session.report.created[.claim] > made ? .new : .there, at: place)
  }

  private func takeAssessment(_ texts: [SheetColumn: String], at place: Place) throws {
    guard let name = texts[.field("claim")]?.trimmedOrNil() else {
      throw RowFault(column: "claim", message: "the cell is empty, and a new assessment needs the id of a claim")
    }
    guard let stance = texts[.field("stance")]?.trimmedOrNil()?.lowercased() else {
      throw RowFault(column: "stance", message: "the cell is empty, and a new assessment needs a stance")
    }
    let body = texts[.field("body")]
    let claim: Record
    do {
      claim = try transaction.applied.record(named: name, of: [.claim])
      if claim.isDeleted { throw StoreError.deleted(claim.id, .claim) }
      for (field, text) in [("stance", stance), ("body", body)] {
        if let text { _ = try Kind.assessment.field(named: field)?.parse(text) }
      }
    } catch let error as StoreError where error.isAboutTheName {
      throw RowFault(column: "claim", message: try transaction.applied.telling(error))
    } catch let error as ModelError { throw RowFault(column: nil, message: error.description) }
    let title = "\(stance): \(claim.text("statement") ?? "")"
    let id = DerivedID.assessment(claim: claim.id, curator: session.curator)
    if try transaction.isKnown(id) {
      let known = try transaction.reader().existing(id)
      let isSame = known.text("stance") == stance && (known.text("body") ?? "").utf8.elementsEqual((body ?? "").utf8)
      guard isSame, !known.isDeleted else {
        throw RowFault(
          column: "claim",
          message: "you have assessed this claim already, in \(id). Change that assessment's row, or: "
            + (known.isDeleted ? "variorum restore \(id)" : "variorum edit \(id)"))
      }
      session.report.there.add(.assessment)
      return add(title, .there, at: place)
    }
    guard session.isWriting else { return }
    _ = try transaction.assess(claim.id, stance: stance, body: body)
    session.report.created.add(.assessment)
    add(title, .new, at: place)
  }

  private func add(_ title: String, _ outcome: SheetReport.Outcome, at place: Place) {
    session.report.sheet?.add(
      SheetReport.Row(
        file: session.fileName, place: place, record: nil, title: title, outcome: outcome, cells: [], note: nil))
  }

  // MARK: - The end of the sheet

  /// Tells what became of cells that others wrote as well, and which rows are gone.
  func finish() throws {
    try settle()
    guard manifest.isWhole else {
      session.report.sheet?.knowsExported = false
      if session.options.retractsMissing {
        throw InterchangeError.unknownExport
      }
      return
    }
    for (id, version) in manifest.records where places[id] == nil {
      guard let record = try transaction.applied.record(id), !record.isDeleted else { continue }
      try takeMissing(record, version)
    }
  }

  private func takeMissing(_ record: Record, _ version: String) throws {
    let now = try transaction.applied.frontier(of: record.id).map { String($0.hex.prefix(Fingerprint.digits)) }
    var note: String?
    if now != version.split(separator: "+").map(String.init).sorted() {
      note = "was changed here since the export"
    } else if session.report.skippedCount > skippedBefore {
      // Its row may be one of those, with a wrong id.
      note = "stays, because rows of the sheet were left out"
    } else if try transaction.applied.isLifeInConflict(record.key) {
      note = "stays, because it is in conflict whether it is deleted"
    } else if record.kind == .assessment, let claim = record.reference("claim"),
      DerivedID.assessment(claim: claim, curator: session.curator) != record.id
    {
      note = "is the assessment of \(try transaction.applied.curatorName(record.curator))"
    }
    let isRetracted = session.options.retractsMissing && note == nil
    let title = try title(of: record)
    if isRetracted, session.isWriting { try transaction.delete(record.id) }
    session.report.sheet?.add(
      SheetReport.Row(
        file: session.fileName, place: nil, record: .init(kind: record.kind, id: record.id), title: title,
        outcome: isRetracted ? .retracted : .missing, cells: [], note: note))
  }

  /// Reads what the cells say that others wrote as well: whether somebody has to decide, or to look.
  private func settle() throws {
    guard !concurrent.isEmpty else { return }
    let reader = try transaction.reader()
    for (row, record, fields) in concurrent {
      let conflicts = try reader.conflicts(of: record)
      session.report.sheet?.settle(row) { row in
        for index in row.cells.indices where row.cells[index].outcome == .edit {
          let column = row.cells[index].column
          let field = ["quote", "prefix", "suffix"].contains(column) ? "selector" : column
          guard fields.contains(field) else { continue }
          let isDeleted = conflicts.contains { $0.type == .life }
          if conflicts.contains(where: { $0.field == field }) || isDeleted {
            row.cells[index].outcome = .conflict
            if isDeleted { row.cells[index].note = "the record was deleted here" }
          } else if row.cells[index].here != nil {
            row.cells[index].outcome = .merged
          }
        }
        row.outcome = SheetReport.Row.outcome(of: row.cells)
      }
    }
  }
}

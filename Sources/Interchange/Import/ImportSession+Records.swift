import AnnotationStore

extension ImportSession {
  /// What became of a record.
  enum Outcome {
    /// It is new.
    case created
    /// It was there.
    case there
    /// It was there and is deleted.
    case deleted
  }

  /// Creates a record, or compares it with the one of this id that is there.
  ///
  /// - Parameters:
  ///   - checked: a draft without problems.
  ///   - defaults: values that only a new record is given.
  func put(_ checked: DraftChecker, id: RecordID, defaults: [(String, NewValue?)] = []) throws -> Outcome {
    if try transaction.createChecked(checked.kind, id, checked.newValues + defaults) {
      report.created.add(checked.kind)
      return .created
    }
    return try compare(checked, id: id)
  }

  /// Fills in what a record lacks, and notes where it says something else.
  func compare(_ checked: DraftChecker, id: RecordID) throws -> Outcome {
    // Nothing but the transaction's own reader sees a record that waits to be written; that ends a change.
    let record = try transaction.applied.record(id) ?? transaction.reader().existing(id)
    if record.isDeleted {
      report.deleted.add(.init(kind: record.kind, id: id))
      return .deleted
    }
    report.there.add(record.kind)
    let named = ImportReport.Named(kind: record.kind, id: id)
    var differs = false
    for (field, value) in checked.values {
      let here = record.fields[field.name]
      if here?.value == value { continue }
      if here == nil { try writeAsAuthor(of: field.name, nil) }
      let filling = try transaction.fill(record.key, field, with: value)
      let difference = ImportReport.Difference(
        record: named, field: field.name, here: here,
        given: FieldColumn.content(of: value, in: field) ?? .text(value.text ?? JSONText.write(value)))
      if note(filling, difference) { differs = true }
    }
    for (field, elements) in checked.sets {
      let here = Set(record.elements(field.name).map { Array($0.utf8) })
      for element in elements where !here.contains(Array(element.utf8)) {
        try writeAsAuthor(of: field.name, element)
        let filling = try transaction.fillElement(record.key, field, with: element)
        if note(filling, .init(record: named, field: field.name, here: nil, given: .text(element))) { differs = true }
      }
    }
    if differs { report.differingCount += 1 }
    return .there
  }

  /// Counts a filling; whether the record says something else.
  private func note(_ filling: WriteTransaction.Filling, _ difference: ImportReport.Difference) -> Bool {
    switch filling {
    case .same: return false
    case .filled:
      report.filledCount += 1
      return false
    case .inConflict:
      report.conflicts.add(difference)
      return false
    case .differs:
      report.differences.add(difference)
      return true
    }
  }

  // MARK: - Terms

  func take(_ draft: TermDraft) throws {
    var checker = DraftChecker(.term, at: draft.place)
    let curie: CURIE
    do throws(IdentifierError) { curie = try CURIE(parsing: draft.curie) } catch {
      return skip(draft.place, "curie", error.description)
    }
    checker.take("curie", curie.text)
    if let label = draft.label {
      checker.take("label", label)
      if let fault = Self.labelFault(label, "label") { checker.report("label", fault) }
    } else {
      checker.report("label", "a term needs a label (give the name that people know it by)")
    }
    checker.take("type", draft.type)
    checker.take("synonyms", elements: draft.synonyms)
    guard checker.problems.isEmpty else { return skip(checker.problems) }
    guard isWriting else { return }
    _ = try put(checker, id: DerivedID.term(curie))
  }

  private static func labelFault(_ text: String, _ field: String) -> String? {
    do throws(IdentifierError) {
      try TextRules.checkLabel(text, field: field)
      return nil
    } catch { return error.description }
  }
}

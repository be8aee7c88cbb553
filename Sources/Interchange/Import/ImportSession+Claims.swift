import AnnotationStore

extension ImportSession {
  func take(_ draft: ClaimDraft) throws {
    var checker = DraftChecker(.claim, at: draft.place)
    checker.take("statement", draft.statement)
    checker.take("via", draft.via)
    checker.take("subject", draft.subject)
    checker.take("predicate", draft.predicate)
    checker.take("object", draft.object)
    checker.take("status", draft.status)
    checker.take(quote: draft.quote, prefix: draft.prefix, suffix: draft.suffix)
    if let negated = draft.negated { checker.take("negated", value: .bool(negated)) }
    let named = TableShape.qualifierRoles
    checker.take(
      "qualifiers",
      elements: draft.qualifiers.map {
        ("\($0.role)=\($0.curie)", named.contains($0.role) ? $0.role : "qualifier:\($0.role)")
      })
    checker.take("entities", elements: draft.entities)
    checker.take("tags", elements: draft.tags)
    checker.check(prose: draft.note, column: "note")
    let reference = try draft.source.map { try source(named: $0) }
    try check(reference, of: draft, &checker)
    guard checker.problems.isEmpty else { return skip(checker.problems) }
    guard isWriting else { return }
    try write(draft, checker, from: reference)
  }

  /// A claim of a deleted source is refused, unless it is there: then nothing is to be made.
  private func check(_ reference: SourceReference?, of draft: ClaimDraft, _ checker: inout DraftChecker) throws {
    switch reference {
    case .wrong(let message): checker.report("source", message)
    case .deleted(let source):
      let id = DerivedID.claim(source: source, statement: draft.statement)
      if try transaction.applied.life(of: id) == nil {
        checker.report("source", try transaction.applied.telling(.deleted(source, .source)))
      }
    case .there, .missing, nil: break
    }
  }

  private func write(_ draft: ClaimDraft, _ checked: DraftChecker, from reference: SourceReference?) throws {
    var checked = checked
    let id: RecordID
    let outcome: Outcome
    if let source = try sourceID(reference, at: draft.place) {
      noteSource(source)
      checked.take("source", value: .bytes(source.bytes))
      id = DerivedID.claim(source: source, statement: draft.statement)
      outcome = try put(checked, id: id, defaults: defaults(draft))
    } else if let known = try claimWithoutSource(draft.statement) {
      id = known
      outcome = try compare(checked, id: id)
    } else {
      id = transaction.newRecordID()
      claimsByStatement?[Self.digest(ofStatement: draft.statement)] = id
      outcome = try put(checked, id: id, defaults: defaults(draft))
    }
    guard let note = draft.note, outcome != .deleted else { return }
    try annotate(
      Target(id: id, isNew: outcome == .created), motivation: .commenting, body: note, tags: [], at: draft.place)
  }

  private func defaults(_ draft: ClaimDraft) -> [(String, NewValue?)] {
    draft.status == nil ? [("status", .value(.text(Vocabulary.status[0])))] : []
  }

  private func sourceID(_ reference: SourceReference?, at place: Place) throws -> RecordID? {
    switch reference {
    case .there(let id), .deleted(let id): id
    case .missing(let identifier): try makeSource(identifier, at: place)
    case .wrong, nil: nil
    }
  }

  /// The claim without a source that states this, or was made with this statement; its id is random, so it is found by
  /// its text.
  private func claimWithoutSource(_ statement: String) throws -> RecordID? {
    if claimsByStatement == nil {
      var known: [RecordID: RecordID] = [:]
      try transaction.applied.forEachClaimWithoutSource { id, statement in
        let digest = Self.digest(ofStatement: statement)
        if known[digest] == nil { known[digest] = id }
      }
      claimsByStatement = known
    }
    return claimsByStatement?[Self.digest(ofStatement: statement)]
  }

  private static func digest(ofStatement statement: String) -> RecordID { RecordID(derivedFrom: .text(statement)) }
}

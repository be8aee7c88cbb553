import AnnotationModel

/// How a conflict is decided.
public enum Decision: Hashable, Sendable {
  /// One of the live values stands, under its author: that of this change.
  case take(ChangeID)
  /// A merged text stands as it was merged.
  case accept
  /// A value of the decider's own; `nil` empties a register.
  case value(CBORValue?)
  /// A deleted record lives.
  case restore
  /// A record that was deleted stays so, with all that the delete had not seen.
  case delete
}

extension WriteTransaction {
  /// Decides a conflict as it was read, on the record: an ordinary op that supersedes exactly what was live then.
  ///
  /// Two who decide the same conflict apart are in conflict again; where they decide alike they agree.
  /// - Parameter reason: why, for everybody to read; kept with the op.
  /// - Throws: ``StoreError/notInConflict(_:_:field:)``; ``StoreError/decidedMeanwhile(_:_:field:)`` where something else
  ///   is live by now; ``StoreError/cannotDecide(_:_:field:reason:)`` where the decision does not fit.
  public func resolve(_ conflict: ConflictDetail, _ decision: Decision, because reason: String? = nil) throws {
    try resolve(conflict.record.id, conflict.field, decision, because: reason, expecting: conflict.digest)
  }

  /// Decides a conflict by its place: as it is now where no digest is given.
  ///
  /// - Parameters:
  ///   - field: empty for the life of the record.
  ///   - reason: why, for everybody to read; kept with the op.
  ///   - digest: of what the decider was shown (``ConflictDetail/digest``), whole or its first 16 digits or more.
  ///   - kind: the kind of the record, where there are several of this id.
  /// - Throws: ``StoreError/notInConflict(_:_:field:)``; ``StoreError/decidedMeanwhile(_:_:field:)`` where what is live
  ///   has another digest; ``StoreError/cannotDecide(_:_:field:reason:)`` where the decision does not fit.
  package func resolve(
    _ record: RecordID, _ field: String, _ decision: Decision, because reason: String? = nil,
    expecting digest: String? = nil, of kind: Kind? = nil
  ) throws {
    let reader = try reader()
    let found = try reader.existing(record, of: kind)
    if found.isDeleted, !field.isEmpty { throw try applied.refusal(ofDeleted: record, found.kind) }
    guard let conflict = try reader.conflict(of: record, in: field, of: kind) else {
      throw StoreError.notInConflict(record, found.kind, field: field)
    }
    if let digest, digest.utf8.count < 16 || !conflict.digest.hasPrefix(digest.lowercased()) {
      throw StoreError.decidedMeanwhile(record, found.kind, field: field)
    }
    try decide(conflict, decision, because: reason)
  }

  /// Closes the conflicts about forked logs by a change without ops, as any write does that has all branches in its past.
  ///
  /// - Returns: the logs whose conflicts were open.
  /// - Throws: ``StoreError/noCurator`` where nobody was named yet.
  public func joinForks() throws -> [ForkedLog] {
    let open = try reader().forkedLogs().filter(\.isOpen)
    if !open.isEmpty { try appendNothing() }
    return open
  }

  /// Writes the decision of a conflict that was read in this transaction.
  func decide(_ conflict: ConflictDetail, _ decision: Decision, because reason: String?) throws {
    var op: Op
    switch conflict.type {
    case .register, .prose: op = try valueDecision(conflict, decision)
    case .life, .target: op = try lifeDecision(conflict, decision)
    case .fork:
      throw StoreError.cannotDecide(
        conflict.record.id, conflict.record.kind, field: "",
        reason: "a forked log is no question to decide: any write closes it that has seen both branches "
          + "(variorum resolve --forks)")
    }
    if let reason {
      do { try TextRules.checkProse(reason, field: "reason") } catch {
        throw ModelError.identifier(field: "reason", error)
      }
      op.reason = .inBody(.text(reason))
    } else if op.action == .restore {
      // Nothing else tells that it decided, as a plain restore looks the same: so it has a reason, which says nothing.
      op.reason = .inBody(.text(""))
    }
    try append(op)
  }

  private func valueDecision(_ conflict: ConflictDetail, _ decision: Decision) throws -> Op {
    let (record, name) = (conflict.record, conflict.field)
    guard let field = record.kind.field(named: name) else {
      throw ModelError.unknownField(kind: record.kind, field: name)
    }
    let cell = CellKey(record: record.key, field: name)
    let live = try live(in: cell)
    func restating(_ change: ChangeID) -> Op {
      Op(
        kind: cell.record.kind, record: record.id, field: name, action: .restate, supersedes: live,
        payload: .restates([change]))
    }
    switch decision {
    case .take(let change):
      guard conflict.values.contains(where: { $0.change == change }) else {
        throw StoreError.cannotDecide(
          record.id, record.kind, field: name, reason: "change \(change.hex.prefix(12)) is none of its live values")
      }
      return restating(change)
    case .accept:
      guard conflict.merge != nil else {
        throw StoreError.cannotDecide(
          record.id, record.kind, field: name, reason: "there is no merged text to accept (--take N, or --value V)")
      }
      return .acceptance(cell: cell, of: live)
    case .value(let value):
      let value = value ?? .null
      // Whoever types what one of them wrote takes theirs, under their name.
      let reading = try CellResolver(applier.log).reading(live, in: cell, isProse: field.isProse)
      if let same = reading.candidates.first(where: { $0.authored.value == value && !$0.authored.isErased }) {
        return restating(same.authored.change)
      }
      try checkNew(value == .null ? nil : value, for: field, of: record.kind)
      if case .prose(let prose) = reading {
        return Op.edit(cell: cell, from: prose.versionText, to: value.text ?? "", superseding: live)
          ?? .acceptance(cell: cell, of: live)
      }
      return Op(
        kind: cell.record.kind, record: record.id, field: name, action: .set, supersedes: live,
        payload: .value(field.opValue(value)))
    case .restore, .delete:
      throw StoreError.cannotDecide(
        record.id, record.kind, field: name, reason: "values are in conflict here (--take N, or --value V)")
    }
  }

  private func lifeDecision(_ conflict: ConflictDetail, _ decision: Decision) throws -> Op {
    let record = conflict.record
    let life = CellKey(record: record.key, field: "")
    switch decision {
    case .restore:
      return Op(kind: life.record.kind, record: record.id, action: .restore, supersedes: try live(in: life))
    case .delete:
      try refuseOwn(record)
      return try deletion(of: record.key)
    case .take, .accept, .value:
      throw StoreError.cannotDecide(
        record.id, record.kind, field: "", reason: "whether it is deleted is in conflict here (--restore, or --delete)")
    }
  }
}

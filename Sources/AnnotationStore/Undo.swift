import AnnotationModel
import GRDB

/// What an undo did.
public struct UndoReport: Hashable, Sendable {
  /// A cell that was left as it is, because its op is no longer live: somebody wrote there since.
  public struct Left: Hashable, Sendable {
    /// The record.
    public let record: RecordID
    /// Its kind.
    public let kind: String
    /// The field; empty for the life of the record.
    public let field: String
    /// The element, where the field is a set.
    public let element: String?
    /// Why.
    public let reason: String
  }

  /// The changes that were undone, the last first.
  public var undone: [ChangeID] = []
  /// How many ops were taken back.
  public var reverted = 0
  /// The cells that were left.
  public var left: [Left] = []
}

extension WriteTransaction {
  /// Appends the inverse of a change of this replica, or of all changes of its last write; nothing leaves the log.
  ///
  /// Only what is still live is taken back: a register and prose go back to the values before, a created record is
  /// deleted, a delete is taken back.
  ///
  /// An undo is a write like any other: undoing it takes it back.
  ///
  /// - Parameter change: the change; `nil` for the last write of this replica.
  /// - Throws: ``StoreError/noChange(_:)``, ``StoreError/notOurs(_:)``, ``StoreError/nothingToUndo``.
  public func undo(_ change: ChangeID? = nil) throws -> UndoReport {
    try flush()
    var report = UndoReport()
    for arrival in try changesToUndo(change) {
      let log = applier.log
      report.undone.append(try log.id(of: arrival))
      for op in try log.change(arrival).ops.reversed() { try revert(op, arrival: arrival, &report) }
    }
    return report
  }

  private func changesToUndo(_ change: ChangeID?) throws -> [Int64] {
    let own = "replica IN (SELECT ref FROM replica WHERE key IN (SELECT key FROM local_replica))"
    if let change {
      guard let arrival = try applier.log.arrival(of: change) else { throw StoreError.noChange(change.hex) }
      let isOwn = try db.one(Int.self, "SELECT 1 FROM change WHERE arrival = ? AND \(own)", arrival) != nil
      guard isOwn else { throw StoreError.notOurs(change) }
      return [arrival]
    }
    guard let batch = try db.one(Int64.self, "SELECT batch FROM change WHERE \(own) ORDER BY arrival DESC LIMIT 1")
    else { throw StoreError.nothingToUndo }
    return try db.all(Int64.self, "SELECT arrival FROM change WHERE batch = ? AND \(own) ORDER BY arrival DESC", batch)
  }

  private func revert(_ op: Op, arrival: Int64, _ report: inout UndoReport) throws {
    let cell = op.cell
    let own = try applier.log.id(of: arrival)
    func leave(_ reason: String) {
      report.left.append(.init(record: op.record, kind: op.kind, field: op.field, element: op.element, reason: reason))
    }
    guard try live(in: cell).contains(own) else { return leave("it was written to since") }
    var inverse = Op(
      kind: op.kind, record: op.record, field: op.field, element: op.element, action: .restate, supersedes: [own])
    switch op.action {
    case .create:
      if op.kind == Kind.curator.rawValue { return leave("it is a curator, in whose name changes were made") }
      if let reason = try reasonToKeep(op, knowing: report.undone) { return leave(reason) }
      try delete(op.record)
      report.reverted += 1
      return
    case .set, .splice, .restate:
      if op.supersedes.isEmpty { return leave("there was nothing before it") }
      inverse.payload = .restates(op.supersedes)
    case .add: inverse.action = .remove
    case .remove: inverse.action = .add
    case .delete, .restore:
      if let earlier = try deletesDecidedOver(op, arrival: arrival) {
        inverse.action = .delete
        inverse.payload = .saw(earlier)
        break
      }
      if op.action == .delete {
        inverse.action = .restore
        break
      }
      if let reason = try reasonToKeep(op, knowing: report.undone + seenByDeletes(op)) { return leave(reason) }
      try delete(op.record)
      report.reverted += 1
      return
    default: return leave("this version does not know the action")
    }
    try append(inverse)
    report.reverted += 1
  }

  /// What the deletes had seen that an op superseded.
  private func seenByDeletes(_ op: Op) throws -> [ChangeID] {
    try op.supersedes.flatMap { id -> [ChangeID] in
      guard case .saw(let saw)? = try applier.log.op(of: id, in: op.cell)?.op.payload else { return [] }
      return saw
    }
  }

  /// What the deletes had seen that an op decided over; `nil` where it decided nothing.
  ///
  /// A delete that says no more than they did brings the conflict back, and buries nothing that came since.
  private func deletesDecidedOver(_ op: Op, arrival: Int64) throws -> [ChangeID]? {
    let log = applier.log
    let deletes = try op.supersedes.filter { try log.op(of: $0, in: op.cell)?.op.action == .delete }
    guard !deletes.isEmpty, let ref = try log.recordRef(op.recordKey) else { return nil }
    let saw = Set(try seenByDeletes(op))
    if op.action == .delete { return saw.sorted() }
    try flush()
    let life = LifeMaterialiser(db, log: log, conflicts: applier.conflicts)
    let unseen = try Set(life.liveChanges(of: ref) + life.createsTargeting(op.record)).subtracting(saw)
    let isDecision = try unseen.contains { try log.arrival(of: $0).map { $0 < arrival } ?? false }
    return isDecision ? saw.sorted() : nil
  }

  /// Why a record is kept that an undo would delete: work that is not known to whoever undoes would be buried with it.
  private func reasonToKeep(_ op: Op, knowing known: [ChangeID]) throws -> String? {
    try flush()
    let log = applier.log
    guard let ref = try log.recordRef(op.recordKey) else { return nil }
    let life = LifeMaterialiser(db, log: log, conflicts: applier.conflicts)
    let known = Set(known).union(changes)
    if !known.isSuperset(of: try life.liveChanges(of: ref)) { return "it was written to since" }
    if !known.isSuperset(of: try life.createsTargeting(op.record)) { return "other records stand on it" }
    let citing = try db.one(
      Int.self,
      """
      SELECT 1 FROM (SELECT source, deleted FROM claim UNION ALL SELECT source, deleted FROM evidence)
      WHERE source = ? AND NOT deleted LIMIT 1
      """, op.record.description)
    return citing == nil ? nil : "claims or evidence are taken from it"
  }
}

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
    var undoing = Undoing()
    for arrival in try changesToUndo(change) {
      let log = applier.log
      let id = try log.id(of: arrival)
      undoing.report.undone.append(id)
      undoing.known.insert(id)
      for op in try log.change(arrival).ops.reversed() { try revert(op, arrival: arrival, &undoing) }
    }
    return undoing.report
  }

  /// An undo that is under way.
  private struct Undoing {
    var report = UndoReport()
    /// The changes that whoever undoes knows of: what he undoes, and what that wrote.
    var known = Set<ChangeID>()
    /// How many of the changes of the transaction are among them.
    var writtenCount = 0
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

  private func revert(_ op: Op, arrival: Int64, _ undoing: inout Undoing) throws {
    let cell = op.cell
    let own = try applier.log.id(of: arrival)
    func leave(_ reason: String) {
      undoing.report.left.append(
        .init(record: op.record, kind: op.kind, field: op.field, element: op.element, reason: reason))
    }
    guard try live(in: cell).contains(own) else { return leave("it was written to since") }
    var inverse = Op(
      kind: op.kind, record: op.record, field: op.field, element: op.element, action: .restate, supersedes: [own])
    switch op.action {
    case .create:
      if op.kind == Kind.curator.rawValue { return leave("it is a curator, in whose name changes were made") }
      if let reason = try reasonToKeep(op, &undoing) { return leave(reason) }
      try delete(op.record, of: Kind(rawValue: op.kind))
      undoing.report.reverted += 1
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
      if let reason = try reasonToKeep(op, &undoing, seen: seenByDeletes(op)) { return leave(reason) }
      try delete(op.record, of: Kind(rawValue: op.kind))
      undoing.report.reverted += 1
      return
    default: return leave("this version does not know the action")
    }
    try append(inverse)
    undoing.report.reverted += 1
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
  /// A delete that says no more than they did brings the conflict back, and buries nothing that came since. Where somebody
  /// had decided apart that the record lives, it says that it saw nothing but the creates: all else is in question again.
  private func deletesDecidedOver(_ op: Op, arrival: Int64) throws -> [ChangeID]? {
    let log = applier.log
    let actions = try op.supersedes.map { try log.op(of: $0, in: op.cell)?.op.action }
    guard actions.contains(.delete), let ref = try log.recordRef(op.recordKey) else { return nil }
    try flush()
    let life = LifeMaterialiser(db, log: log, conflicts: applier.conflicts)
    let all = Set(try life.liveChanges(of: ref) + life.createsTargeting(op.record))
    if actions.contains(.restore) {
      let creates = Set(try log.creates(of: ref).map(log.id(of:)))
      return all.isSubset(of: creates) ? [] : creates.sorted()
    }
    let saw = Set(try seenByDeletes(op))
    if op.action == .delete { return saw.sorted() }
    let unseen = all.subtracting(saw)
    let isDecision = try unseen.contains { try log.arrival(of: $0).map { $0 < arrival } ?? false }
    return isDecision ? saw.sorted() : nil
  }

  /// Why a record is kept that an undo would delete: work that is not known to whoever undoes would be buried with it.
  ///
  /// Ends no change for other records, so that what was written as one is taken back as one.
  private func reasonToKeep(_ op: Op, _ undoing: inout Undoing, seen: [ChangeID] = []) throws -> String? {
    if isPendingRecord(op.recordKey) { try flush() }
    undoing.known.formUnion(changes[undoing.writtenCount...])
    undoing.writtenCount = changes.count
    let log = applier.log
    let known = seen.isEmpty ? undoing.known : undoing.known.union(seen)
    guard let ref = try log.recordRef(op.recordKey) else { return nil }
    if try applied.isLifeInConflict(op.recordKey) { return "whether it is deleted is in conflict" }
    let life = LifeMaterialiser(db, log: log, conflicts: applier.conflicts)
    if !known.isSuperset(of: try life.liveChanges(of: ref)) { return "it was written to since" }
    if !known.isSuperset(of: try life.createsTargeting(op.record)) { return "other records stand on it" }
    guard op.kind == Kind.source.rawValue else { return nil }
    let citing = try db.all(
      Int64.self,
      "SELECT ref FROM claim WHERE source = ?1 AND NOT deleted UNION ALL SELECT ref FROM evidence WHERE source = ?1 AND NOT deleted",
      op.record.description)
    let isKnown = try citing.allSatisfy { try known.isSuperset(of: log.creates(of: $0).map(log.id(of:))) }
    return isKnown ? nil : "claims or evidence are taken from it"
  }
}

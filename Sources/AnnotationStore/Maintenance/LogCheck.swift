import AnnotationModel
import GRDB

/// Checks one replica's log, each branch of it where it forked: hashes, chain, seals, and the columns beside the bytes.
struct LogCheck {
  private(set) var report: VerificationReport
  /// Whether something was wrong, after which nothing of the log is looked at.
  private(set) var isBroken = false
  private let store: StoreID
  private let replica: ReplicaID
  private let name: String
  /// The branches by their tips; `nil` before the first change.
  private var branches: [ChangeID?: LogVerifier] = [:]

  private let log: LogReader

  init(store: StoreID, replica: ReplicaID, log: LogReader, report: VerificationReport) {
    self.log = log
    self.store = store
    self.replica = replica
    self.report = report
    name = "log of replica \(replica.hex.prefix(12))"
  }

  /// Checks the next change; those of a lower sequence number came before.
  mutating func take(_ logged: LoggedChange, sequence: Int64, atMilliseconds: Int64) {
    report.changes += 1
    do {
      let previous = try logged.decoded().previous
      var verifier = try branches.removeValue(forKey: previous) ?? newBranch(after: previous)
      let (id, change) = try verifier.check(logged.encoded, seal: logged.seal)
      branches[id] = verifier
      if change.timeMilliseconds != atMilliseconds || change.sequence != UInt64(sequence) {
        report.problems.append("\(name), change \(sequence): its columns are not what its header says")
      }
      if id != logged.id {
        report.problems.append("\(name), change \(sequence): its id is not the hash of its header")
      }
      if logged.seal != nil { report.seals += 1 }
      let room = VerificationReport.warningLimit - report.warnings.count
      report.warnings += change.ops.lazy.compactMap { $0.oddity }.prefix(room)
        .map { "\(name), change \(sequence): \($0)" }
    } catch {
      report.problems.append("\(name), change \(sequence): \(error)")
      isBroken = true
    }
  }

  /// Where a branch went on from `previous` already the log forked, and the other branch is a run of its own.
  private func newBranch(after previous: ChangeID?) throws -> LogVerifier {
    let last = try previous.flatMap { id in try log.arrival(of: id).map { (id, try log.change($0)) } }
    guard let (id, change) = last, change.replica == replica else {
      return LogVerifier(store: store, replica: replica)
    }
    return LogVerifier(store: store, replica: replica, after: (id, change.sequence))
  }

  /// Tells of ids that records of several kinds have: each is reached under its kind's letter.
  static func sharedIDs(_ db: Database, limit: Int) throws -> [String] {
    try db.each(
      """
      SELECT id, group_concat(CAST(kind AS TEXT), ', ') FROM record GROUP BY id HAVING count(*) > 1
      ORDER BY id LIMIT ?
      """, limit
    ) { row in
      let id = RecordID(row.value(Blob.self, 0)?.bytes ?? [])
      return "records of several kinds have the id \(id?.description ?? ""): \(row.value(String.self, 1) ?? "")"
    }
  }

  /// Checks the ends of the branches.
  mutating func finish(_ db: Database) throws {
    if isBroken || branches.values.allSatisfy(\.isSealed) { return }
    // The seal of a run whose end waits for something vouches for what was applied of it.
    let waits = try db.one(Int.self, "SELECT 1 FROM waiting WHERE replica = ? LIMIT 1", Blob(replica.bytes)) != nil
    if !waits { report.problems.append("\(name): its last changes have no seal") }
  }
}

extension Op {
  /// What this version would not have written; carried all the same.
  var oddity: String? {
    guard let kind = Kind(rawValue: kind) else {
      return "a record of the unknown kind \(IdentifierError.quoted(self.kind))"
    }
    if !action.isKnown { return "the unknown action \(action.rawValue)" }
    if case .create(let values, _) = payload {
      for item in values { if let oddity = Self.oddity(of: item.value, in: item.field, kind) { return oddity } }
      return nil
    }
    if field.isEmpty { return nil }
    if case .value(let value) = payload { return Self.oddity(of: value, in: field, kind) }
    return kind.field(named: field) == nil
      ? "the unknown field \(IdentifierError.quoted(field)) of a \(kind.rawValue)" : nil
  }

  private static func oddity(of value: OpValue, in name: String, _ kind: Kind) -> String? {
    guard let field = kind.field(named: name) else {
      return "the unknown field \(IdentifierError.quoted(name)) of a \(kind.rawValue)"
    }
    if value.isErased || field.accepts(value.value) { return nil }
    return "the field \(name) of a \(kind.rawValue) holds what this version would not write"
  }
}

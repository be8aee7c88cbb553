import AnnotationModel
import Foundation
import GRDB

/// What a rebuild found.
public struct RebuildReport: Hashable, Sendable {
  /// How many changes there are.
  public let changes: Int
  /// The tables, indexes and views that were not what the log says, and are now; triggers that are gone.
  public let differences: [String]
}

/// What a verification found.
public struct VerificationReport: Hashable, Sendable {
  /// How many changes were checked.
  public internal(set) var changes = 0
  /// How many logs.
  public internal(set) var logs = 0
  /// How many seals.
  public internal(set) var seals = 0
  /// What is wrong.
  public internal(set) var problems: [String] = []
  /// What is odd and harms nothing: values that this version would not write; at most ``warningLimit`` of them.
  public internal(set) var warnings: [String] = []

  /// How many warnings are listed.
  public static let warningLimit = 100

  /// Whether hashes, chains, signatures and the derived state are all right.
  public var isSound: Bool { problems.isEmpty }
}

extension Store {
  /// Makes everything derived anew from the log, in one transaction: the tables themselves, and what is in them. What
  /// others put on them, as triggers, is removed.
  ///
  /// - Parameter progress: called with the changes done and the changes there are.
  /// - Throws: ``StoreError``; then everything is as it was.
  public func rebuild(progress: ((Int, Int) -> Void)? = nil) throws -> RebuildReport {
    do {
      return try StoreErrors.mappingDatabaseErrors(path) {
        try pool.writeWithoutTransaction { db in
          // What is sorted to be compared is as large as the tables.
          try db.execute(sql: "PRAGMA temp_store = FILE")
          defer { try? db.execute(sql: "PRAGMA temp_store = MEMORY") }
          return try db.inWriteTransaction {
            let made = try DerivedSchema.current().differences(db).map(\.name)
            let before = try DerivedState.fingerprintsFound(db)
            let changes = try DerivedState.rebuild(db, progress: progress)
            try db.execute(sql: PageCache.small)
            let after = try DerivedState.fingerprints(db)
            let filled = after.filter { before[$0.table] != $0.digest && !made.contains($0.table) }.map(\.table)
            return RebuildReport(changes: changes, differences: made + filled)
          }
        }
      }
    } catch StoreError.damaged(let path, let detail) {
      // What advises to do this does not help here.
      throw StoreError.logDamaged(path: path, detail: detail)
    }
  }

  /// Checks hashes, chains and signatures of every log, and that the derived state is what the log says; changes
  /// nothing.
  ///
  /// - Parameter progress: called with the changes done and the changes there are.
  public func verify(progress: ((Int, Int) -> Void)? = nil) throws -> VerificationReport {
    try StoreErrors.mappingDatabaseErrors(path) {
      var report = VerificationReport()
      let total = try pool.read { try $0.one(Int.self, "SELECT count(*) FROM change") ?? 0 }
      try pool.read { db in
        if let fault = try db.one(String.self, "PRAGMA quick_check(1)"), fault != "ok" {
          report.problems.append("the file: \(fault)")
        }
        try verifyLogs(db, &report) { progress?($0, 2 * total) }
      }
      if report.isSound {
        let differences = try pool.read { try DerivedSchema.current().differences($0) }
        report.problems += differences.map(\.problem)
        try compareWithRebuilt(&report, except: differences.map(\.name)) { progress?(total + $0, 2 * total) }
        let room = VerificationReport.warningLimit - report.warnings.count
        if report.isSound { report.warnings += try pool.read { try LogCheck.sharedIDs($0, limit: room) } }
      }
      return report
    }
  }

  private func verifyLogs(_ db: Database, _ report: inout VerificationReport, progress: (Int) -> Void) throws {
    for key in try db.all(Blob.self, "SELECT key FROM replica ORDER BY key") {
      guard let replica = ReplicaID(key.bytes) else { continue }
      report.logs += 1
      var check = LogCheck(store: id, replica: replica, log: LogReader(db), report: report)
      try db.forEach(
        """
        SELECT \(LoggedChange.columns), sequence, at_ms FROM change
        WHERE replica = (SELECT ref FROM replica WHERE key = ?) ORDER BY sequence, arrival
        """, key
      ) { row in
        let logged = try LoggedChange(row)
        if check.isBroken { return }
        check.take(logged, sequence: row.value(Int64.self, 5) ?? 0, atMilliseconds: row.value(Int64.self, 6) ?? 0)
        progress(check.report.changes)
      }
      try check.finish(db)
      report = check.report
    }
  }

  /// Rebuilds a copy, so that neither the store nor the memory holds two states at once.
  ///
  /// - Parameter known: the tables of which is told already that something is wrong with them.
  private func compareWithRebuilt(
    _ report: inout VerificationReport, except known: [String], progress: @escaping (Int) -> Void
  ) throws {
    let parent = FileManager.default.temporaryDirectory
    let directory = parent.appendingPathComponent("variorum-\(UUID().uuidString)")
    do { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) } catch {
      throw StoreError.noCopy(directory: parent.path, reason: StoreErrors.reason(error))
    }
    defer { try? FileManager.default.removeItem(at: directory) }
    let copy = directory.appendingPathComponent(Store.fileName).path
    let before: [String: String]
    let after: [(table: String, digest: String)]
    do {
      try vacuum(into: copy)
      // What is cached of the store is of no use to the copy.
      pool.releaseMemory()
      var configuration = Configuration()
      // Nobody wants the copy any more where this is interrupted.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF; \(PageCache.small)") }
      let queue = try DatabaseQueue(path: copy, configuration: configuration)
      before = try queue.write { db in
        let before = try DerivedState.fingerprintsFound(db)
        _ = try DerivedState.rebuild(db) { done, _ in progress(done) }
        return before
      }
      // After the transaction, whose page cache makes room for what is sorted.
      after = try queue.write { try DerivedState.fingerprints($0) }
      try queue.close()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
      throw StoreError.noCopy(directory: parent.path, reason: "the disk is full")
    }
    for new in after where before[new.table] != new.digest && !known.contains(new.table) {
      report.problems.append(
        "the table \(new.table) is not what the log says (variorum doctor --rebuild makes it anew)")
    }
  }

  /// Writes a consistent copy while others go on writing. The copy is a store of its own: it gets a replica key before
  /// its first write.
  ///
  /// - Throws: ``StoreError/exists(path:)`` where there is a file already.
  public func backup(to path: String) throws {
    try StoreErrors.mappingDatabaseErrors(path) {
      if FileManager.default.fileExists(atPath: path) { throw StoreError.exists(path: path) }
      let directory = DurableFile.parent(of: path)
      let temporary = "\(directory)/.\(UUID().uuidString).tmp"
      do {
        try vacuum(into: temporary)
        try DurableFile.adopt(temporary, as: path)
      } catch {
        try? FileManager.default.removeItem(atPath: temporary)
        throw error
      }
    }
  }

  /// Moves what the write-ahead log holds into the file itself, so that its size is that of the store.
  public func checkpoint() throws {
    try StoreErrors.mappingDatabaseErrors(path) {
      _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
  }

  /// A consistent copy; SQLite reads one snapshot for it, and allows no transaction around it.
  private func vacuum(into path: String) throws {
    try pool.unsafeRead { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
  }

  /// Writes the whole log as a CBOR sequence (RFC 8742), everything that a change names before it
  /// (Schema/change.cddl, `log-export`).
  ///
  /// - Parameter write: takes the bytes piece by piece.
  /// - Returns: how many changes there are.
  public func exportLog(_ write: ([UInt8]) throws -> Void) throws -> Int {
    try StoreErrors.mappingDatabaseErrors(path) {
      try pool.read { db in
        try write(LogExport.head(store: id))
        var count = 0
        try db.forEach("SELECT \(LoggedChange.columns) FROM change ORDER BY arrival") { row in
          let logged = try LoggedChange(row)
          try write(LogExport.item(logged.encoded, seal: logged.seal))
          count += 1
        }
        return count
      }
    }
  }
}

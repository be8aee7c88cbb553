import Foundation
import GRDB
import Testing

@testable import AnnotationStore

/// What the tests do to the files of a store from outside.
extension TemporaryDirectory {
  struct Failed: Error, CustomStringConvertible { let description: String }

  func storePath(_ name: String = "store") -> String { "\(path)/\(name)/store.sqlite" }

  /// Runs a program and waits for it.
  func run(_ program: String, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(description: "\(program) \(arguments) ended with \(process.terminationStatus)")
    }
  }

  /// The replica keys that a user has.
  func keys(user: String = "ada") -> [String] {
    let directory = "\(path)/state-\(user)/replicas"
    return ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
  }

  func markPath(_ replica: ReplicaID, user: String = "ada") -> String {
    "\(path)/state-\(user)/replicas/\(replica.hex)/mark"
  }

  func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}

extension Store {
  /// Adds a claim; tests that need just any write do this.
  @discardableResult
  func add(_ statement: String) throws -> Commit<RecordID> { try commit { try $0.addClaim(statement).id } }

  /// The statements of all claims, sorted.
  func statements() throws -> [String] {
    try read { reader in
      var filter = RecordFilter()
      filter.kinds = [.claim]
      return try reader.records(filter).compactMap { $0.text("statement") }.sorted()
    }
  }

  /// The replica that a change was made by.
  func replica(of change: ChangeID?) throws -> ReplicaID {
    let change = try #require(change)
    return try #require(try read { try $0.change(change) }).replica
  }

  func log() throws -> [ChangeSummary] { try read { try $0.changes() } }

  /// Changes the file behind the library's back.
  func tamper(_ sql: String, _ arguments: StatementArguments = []) throws {
    let changed = try pool.write { db in
      try db.execute(sql: sql, arguments: arguments)
      return db.changesCount
    }
    try #require(changed > 0, "the tampering changed nothing: \(sql)")
  }
}

/// The places in logs where different changes stand in different files, or in one.
func forks(_ stores: Store...) throws -> [String] {
  var ids: [String: Set<ChangeID>] = [:]
  for store in stores {
    for change in try store.log() { ids["\(change.replica.hex) \(change.sequence)", default: []].insert(change.id) }
  }
  return ids.filter { $0.value.count > 1 }.keys.sorted()
}

/// Expects that nothing is wrong with a store.
func expectSound(_ store: Store, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let report = try store.verify()
  #expect(report.isSound, "\(report.problems)", sourceLocation: sourceLocation)
  #expect(report.warnings == [], sourceLocation: sourceLocation)
}

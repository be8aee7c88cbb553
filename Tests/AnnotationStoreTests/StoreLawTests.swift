import Foundation
import GRDB
import Testing

@testable import AnnotationStore

/// The laws of the store: what is kept in step with each change equals what is made anew from the log, and both equal
/// what the definition says; replicas with equal logs are equal, whatever the order in which they got them.
///
/// `VARIORUM_LAW_RUNS` sets the number of runs, `VARIORUM_LAW_SEED` the first seed.
@Suite struct StoreLawTests {
  static let runs = ProcessInfo.processInfo.environment["VARIORUM_LAW_RUNS"].flatMap { Int($0) } ?? 30
  static let firstSeed = ProcessInfo.processInfo.environment["VARIORUM_LAW_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func randomCurationKeepsTheLaws() throws {
    let databases = try (0..<3).map { _ in try MemoryReplica.database() }
    for seed in Self.firstSeed..<(Self.firstSeed + UInt64(Self.runs)) {
      do { try Self.run(seed: seed, on: databases) } catch {
        Issue.record("seed \(seed): \(error)")
        return
      }
    }
    print("store laws: \(Self.runs) runs from seed \(Self.firstSeed)")
  }

  struct Broken: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  static func run(seed: UInt64, on databases: [DatabaseQueue]) throws {
    var curation = try RandomCuration(seed: seed, on: Array(databases.prefix(1 + Int(seed % 3))))
    for _ in 0..<(8 + curation.generator.below(16)) { try curation.step() }
    let replicas = curation.replicas
    for replica in replicas {
      let incremental = try replica.fingerprints()
      try replica.rebuild()
      let rebuilt = try replica.fingerprints()
      if incremental != rebuilt { throw Broken("rebuilt differs: \(zip(incremental, rebuilt).filter { $0 != $1 })") }
      try check(replica)
    }
    for _ in 0..<2 {
      for to in replicas {
        for from in replicas { _ = try to.receive(from.log().shuffled(using: &curation.generator)) }
      }
    }
    guard let first = replicas.first else { return }
    for other in replicas.dropFirst() {
      let (mine, theirs) = (try first.fingerprints(), try other.fingerprints())
      if mine != theirs { throw Broken("replicas differ: \(zip(mine, theirs).filter { $0 != $1 })") }
      if try first.status().digest != other.status().digest { throw Broken("digests differ") }
    }
    try check(first)
  }

  /// Compares the live ops and the shown registers with the definition, evaluated over the plain set of changes.
  static func check(_ replica: MemoryReplica) throws {
    let oracle = NaiveOracle(try replica.log())
    try replica.queue.inDatabase { db in
      let log = LogReader(db)
      for cell in oracle.cells {
        let live = Set(try log.live(in: cell))
        if live != oracle.live(in: cell) { throw Broken("live ops of \(cell) differ") }
      }
      let transaction = ReadTransaction(db)
      for record in oracle.records {
        guard let kind = Kind(rawValue: record.kind), let shown = try transaction.record(record.id) else { continue }
        for field in kind.fields where !field.isSet {
          let expected = oracle.shown(CellKey(record: record, field: field.name), isProse: field.isProse)
          if shown.fields[field.name] != expected.flatMap({ FieldColumn.content(of: $0, in: field) }) {
            throw Broken(
              "\(record.kind) \(record.id) shows \(String(describing: shown.fields[field.name])) in \(field.name), not \(String(describing: expected))"
            )
          }
        }
      }
    }
    try checkElements(replica)
  }

  /// Compares the shown elements of sets with the definition.
  static func checkElements(_ replica: MemoryReplica) throws {
    let oracle = NaiveOracle(try replica.log())
    try replica.queue.inDatabase { db in
      let transaction = ReadTransaction(db)
      for record in oracle.records {
        guard let kind = Kind(rawValue: record.kind), let shown = try transaction.record(record.id) else { continue }
        for field in kind.fields where field.isSet {
          // By their bytes, as SQLite has them: Swift takes canonically equivalent texts for one.
          let expected = Set(oracle.elements(record, field.name).map { Array(FieldColumn.shown($0).utf8) })
          let found = shown.elements(field.name).map { Array($0.utf8) }
          if found != expected.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            throw Broken("\(field.name) of \(record.id): \(shown.elements(field.name)), not \(expected.count) others")
          }
        }
      }
    }
  }
}

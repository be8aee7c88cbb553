import EmbeddedSchema
import GRDB

@testable import AnnotationStore

/// A replica in memory, without files, keys or signatures: the kernel in SQLite and nothing else, so that many
/// thousands of histories can be run.
final class MemoryReplica {
  let queue: DatabaseQueue
  let store: StoreID
  let replica: ReplicaID
  private let clock: Counter
  private let environment: StoreEnvironment

  /// Makes a replica.
  ///
  /// - Parameter queue: a database of an earlier run, emptied and used again: preparing all statements anew takes longer
  ///   than a run.
  init(store: StoreID, queue: DatabaseQueue, generator: inout SplitMix64) throws {
    self.queue = queue
    self.store = store
    replica = ReplicaID(generator.bytes(32))!
    let clock = Counter(seed: generator.next())
    self.clock = clock
    environment = StoreEnvironment(
      stateDirectory: StateDirectory(path: "/nonexistent"), nowMilliseconds: { clock.now() },
      randomBytes: { clock.bytes($0) })
    try queue.write { db in
      try Self.empty(db, Self.derived + ["store", "local_replica", "local_setting", "change", "replica"])
      try db.run("INSERT INTO store (id, created_ms) VALUES (?, 0)", Blob(store.bytes))
    }
  }

  /// An empty database with the tables of a store.
  static func database() throws -> DatabaseQueue {
    let queue = try DatabaseQueue()
    try queue.write { db in for migration in EmbeddedSchema.migrations { try db.execute(sql: migration.sql) } }
    return queue
  }

  private static let derived =
    ["concurrent_head", "record", "later_op", "live", "conflict", "fork"] + TypedTable.setTables
    + Kind.allCases.map(\.rawValue)

  private static func empty(_ db: Database, _ tables: [String]) throws {
    for table in tables { try db.run("DELETE FROM \(table)") }
    try db.run("INSERT INTO text_index (text_index) VALUES ('delete-all')")
  }

  func write<Value>(_ body: (WriteTransaction) throws -> Value) throws -> Value {
    try queue.write { db in
      let transaction = WriteTransaction(
        Applier(db), store: store, replica: replica, from: try WriteStart(db, replica: replica),
        environment: environment, sign: { _ in [UInt8](repeating: 0, count: 64) })
      let value = try body(transaction)
      try transaction.finish()
      return value
    }
  }

  // Reading in `inDatabase`: a read-only section would have every statement prepared anew.

  /// The log in the order of arrival.
  func log() throws -> [LoggedChange] {
    try queue.inDatabase {
      try $0.each("SELECT \(LoggedChange.columns) FROM change ORDER BY arrival", read: LoggedChange.init)
    }
  }

  /// Takes changes in any order; what waits at the end is returned.
  func receive(_ changes: [LoggedChange]) throws -> Int {
    try queue.write { db in
      let applier = Applier(db)
      var waiting = CausalQueue<LoggedChange>()
      for change in changes {
        var ready = [change]
        while let next = ready.popLast() {
          let decoded = try Change(decoding: next.encoded)
          switch try applier.receive(next.encoded, change: decoded, id: next.id, seal: next.seal, batch: nil) {
          case .applied: ready += waiting.release(next.id).map(\.element)
          case .waiting(let missing): waiting.insert(next, id: next.id, missing: missing)
          case .duplicate: break
          case .refused(let error): throw error
          }
        }
      }
      try applier.finish()
      return waiting.count
    }
  }

  /// Takes changes that the API would not write, in one transaction, each after what it names.
  func apply(_ changes: [(change: Change, encoded: EncodedChange, id: ChangeID)]) throws {
    try queue.write { db in
      let applier = Applier(db)
      for (change, encoded, id) in changes {
        guard case .applied = try applier.receive(encoded, change: change, id: id, seal: nil, batch: nil) else {
          throw LogDamage(arrival: 0, detail: "a change of a test was not applied")
        }
      }
      try applier.finish()
    }
  }

  func fingerprints() throws -> [String] {
    try queue.write { db in
      try DerivedState.fingerprints(db).filter { $0.table != "change" && $0.table != "op" }
        .map { "\($0.table) \($0.digest)" }
    }
  }

  /// Makes everything derived anew, in the tables that are there: others would have all statements prepared anew.
  func rebuild() throws {
    try queue.write { db in
      try Self.empty(db, Self.derived)
      _ = try DerivedState.fill(db, progress: nil)
    }
  }

  func status() throws -> StoreStatus { try queue.inDatabase { try ReadTransaction($0).status() } }

  /// A clock that jumps, and random bytes, both from one seed.
  final class Counter: @unchecked Sendable {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    func now() -> Int64 { Int64(generator.below(1 << 40)) }
    func bytes(_ count: Int) -> [UInt8] { generator.bytes(count) }
  }
}

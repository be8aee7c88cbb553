import CWriteAheadLog
import Foundation
import GRDB
import GRDBSQLite
import Testing

@testable import AnnotationStore

/// Frames of the write-ahead log go out in few writes, and what others find in the files stays what SQLite alone would
/// leave there.
@Suite("Gathered writes of the log", .serialized)
struct LogWriteTests {
  private let directory: TemporaryDirectory
  private let queue: DatabaseQueue

  init() throws {
    directory = try TemporaryDirectory()
    queue = try Self.open("\(directory.path)/file.sqlite")
    try queue.write { try $0.execute(sql: "CREATE TABLE item (key INTEGER PRIMARY KEY, value BLOB)") }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.journalMode = .wal
    // Few pages in memory, so that a transaction has to write some before its end.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = 20") }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 200")
    }
    return queue
  }

  private func gather() throws {
    try queue.writeWithoutTransaction { db in
      _ = try db.rows("SELECT 1 FROM item LIMIT 1")
      #expect(variorum_gather_log_writes(db.sqliteConnection) == 1)
    }
  }

  private func contents(_ db: Database) throws -> [Int64: [UInt8]] {
    let rows = try db.each("SELECT key, value FROM item") {
      ($0.value(Int64.self, 0) ?? 0, $0.value(Blob.self, 1)?.bytes ?? [])
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  /// What a machine would find that lost its power now: the two files, without what is shared in memory.
  private func recovered() throws -> [Int64: [UInt8]] {
    let copy = "\(directory.path)/copy.sqlite"
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: copy + suffix)
      let original = "\(directory.path)/file.sqlite\(suffix)"
      if suffix != "-shm", FileManager.default.fileExists(atPath: original) {
        try FileManager.default.copyItem(atPath: original, toPath: copy + suffix)
      }
    }
    let queue = try Self.open(copy)
    defer { try? queue.close() }
    return try queue.read { db in
      #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
      return try contents(db)
    }
  }

  private struct Stop: Error {}

  /// Writes at random, in part taken back.
  private func edit(_ db: Database, _ state: inout [Int64: [UInt8]], _ random: inout SplitMix64) throws {
    for _ in 0..<(1 + random.below(30)) {
      let before = state
      let isTakenBack = random.chance(percent: 20)
      if isTakenBack { try db.execute(sql: "SAVEPOINT part") }
      for _ in 0..<(1 + random.below(4)) {
        let key = Int64(random.below(60))
        if random.chance(percent: 30) {
          state[key] = nil
          try db.execute(sql: "DELETE FROM item WHERE key = ?", arguments: [key])
        } else {
          let value = random.bytes(random.below(random.chance(percent: 10) ? 40_000 : 2_000))
          state[key] = value
          try db.execute(sql: "INSERT OR REPLACE INTO item VALUES (?, ?)", arguments: [key, Data(value)])
        }
      }
      if isTakenBack {
        try db.execute(sql: "ROLLBACK TO part; RELEASE part")
        state = before
      }
    }
  }

  @Test("Whatever is written, taken back and moved into the file: another reader and a copy have what was committed")
  func committed() throws {
    let seed = UInt64.random(in: 0...9_999)
    var random = SplitMix64(seed: seed)
    try gather()
    let reader = try Self.open("\(directory.path)/file.sqlite")
    var state: [Int64: [UInt8]] = [:]
    for step in 0..<60 {
      var next = state
      let isTakenBack = random.chance(percent: 20)
      do {
        try queue.write { db in
          try edit(db, &next, &random)
          #expect(try contents(db) == next, "seed \(seed), step \(step)")
          #expect(try reader.read(contents) == state, "seed \(seed), step \(step): what is not committed")
          if isTakenBack { throw Stop() }
        }
        state = next
      } catch is Stop {}
      #expect(try reader.read(contents) == state, "seed \(seed), step \(step)")
      #expect(try recovered() == state, "seed \(seed), step \(step): a copy")
      let modes: [Database.CheckpointMode] = [.passive, .full, .restart, .truncate]
      if random.chance(percent: 15) { try queue.writeWithoutTransaction { _ = try $0.checkpoint(random.pick(modes)) } }
      if random.chance(percent: 10) {
        // Another connection writes to the same log, without gathering.
        try reader.write { try edit($0, &state, &random) }
        #expect(try queue.read(contents) == state, "seed \(seed), step \(step): what another wrote")
      }
    }
  }

  @Test("Many pages go out in few writes")
  func count() throws {
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA cache_size = 2000") }
    let insert = "INSERT OR REPLACE INTO item VALUES (1, zeroblob(80000))"
    try queue.write { try $0.execute(sql: insert) }
    let probe = try WriteProbe(queue)
    try queue.write { try $0.execute(sql: insert) }
    let alone = probe.count
    try gather()
    try queue.write { try $0.execute(sql: insert) }
    let gathered = probe.count - alone
    #expect(alone >= 40, "SQLite writes each of some 20 pages with a head of its own")
    #expect(gathered <= 6)
  }

  @Test("Where a write fails, so does the transaction, whatever would fit after it", arguments: 1...12)
  func failing(at write: Int) throws {
    let probe = try WriteProbe(queue)
    try gather()
    let before = Array(repeating: UInt8(1), count: 300_000)
    try queue.write { try $0.execute(sql: "INSERT INTO item VALUES (1, ?)", arguments: [Data(before)]) }
    let after = Array(repeating: UInt8(2), count: 300_000)
    func replace() throws {
      try queue.write { db in
        try db.execute(sql: "UPDATE item SET value = ? WHERE key = 1", arguments: [Data(after)])
      }
    }
    probe.failure = probe.count + write
    // Few writes are made: what comes after the last of them fails nothing.
    let count = probe.count
    let failed = Result { try replace() }
    if probe.count - count < write {
      try failed.get()
      return
    }
    #expect(throws: DatabaseError.self) { try failed.get() }
    #expect(try queue.read(contents) == [1: before])
    #expect(try recovered() == [1: before])
    try replace()
    #expect(try queue.read(contents) == [1: after])
    #expect(try recovered() == [1: after])
  }
}

/// Counts what is written to the log of a connection, and fails one of the writes.
private final class WriteProbe {
  // A method of SQLite's is a C function, which takes nothing along: hence one probe at a time.
  nonisolated(unsafe) private static var real: UnsafePointer<sqlite3_io_methods>?
  nonisolated(unsafe) private static var count = 0
  nonisolated(unsafe) private static var failure = 0
  private let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)

  /// How many writes there were.
  var count: Int { Self.count }

  /// The number of the write that fails.
  var failure: Int {
    get { Self.failure }
    set { Self.failure = newValue }
  }

  init(_ queue: DatabaseQueue) throws {
    (Self.count, Self.failure) = (0, 0)
    try queue.writeWithoutTransaction { db in
      _ = try db.rows("SELECT 1 FROM item LIMIT 1")
      var file: UnsafeMutablePointer<sqlite3_file>?
      sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
      let log = try #require(file)
      Self.real = log.pointee.pMethods
      methods.initialize(to: try #require(Self.real).pointee)
      methods.pointee.xWrite = { file, bytes, count, offset in
        WriteProbe.count += 1
        if WriteProbe.count == WriteProbe.failure { return SQLITE_FULL }
        return WriteProbe.real?.pointee.xWrite(file, bytes, count, offset) ?? SQLITE_IOERR
      }
      log.pointee.pMethods = UnsafePointer(methods)
    }
  }

  // The table stays: the file may be closed after the probe is gone.
}

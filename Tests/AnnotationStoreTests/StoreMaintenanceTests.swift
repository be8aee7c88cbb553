import Foundation
import GRDB
import Testing

@testable import AnnotationStore

@Suite("Verifying, rebuilding and exporting")
struct StoreMaintenanceTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let claim: RecordID

  /// A store with a few changes of every action.
  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
    claim = try store.commit { try $0.addClaim("LCN2 is raised.", sets: ["tags": ["x"]]).id }.value
    let claim = claim
    try store.write { try $0.set(claim, "statement", to: .text("LCN2 is not raised.")) }
    let note = try store.commit { try $0.annotate(claim, body: "A note.", tags: ["y"]) }.value
    try store.write { try $0.setElement(note, "tags", "z", isPresent: true) }
    try store.write { try $0.assess(claim, stance: "supports") }
    try store.write { try $0.delete(note) }
    try expectSound(store)
  }

  @Test(
    "A typed table that was changed by hand is reported, and made anew",
    arguments: [
      ("UPDATE claim SET statement = 'LCN2 is lowered.'", "claim"),
      ("UPDATE claim SET status = 'accepted'", "claim"),
      ("DELETE FROM claim", "claim"),
      ("UPDATE annotation SET deleted = 0", "annotation"),
      ("UPDATE curator SET created_ms = created_ms + 1", "curator"),
      ("UPDATE assessment SET curator = id", "assessment"),
      ("INSERT INTO tag SELECT id, 'forged' FROM claim", "tag"),
      ("DELETE FROM tag", "tag"),
      ("INSERT INTO conflict SELECT id, 'claim', 'status', 'register', 2 FROM claim", "conflict"),
      (
        "INSERT INTO live SELECT ref, CAST('status' AS BLOB), x'', 1 FROM record WHERE kind = CAST('claim' AS BLOB)",
        "live"
      ),
      ("DELETE FROM live", "live"),
      ("DELETE FROM later_op WHERE action = 4", "op"),
      ("INSERT INTO concurrent_head SELECT min(arrival) FROM change", "head"),
      ("INSERT INTO text_index (rowid, text) SELECT ref, 'forged' FROM claim", "text_index"),
      ("UPDATE change SET depth = depth + 1 WHERE arrival = (SELECT max(arrival) FROM change)", "change"),
    ])
  func tampered(_ sql: String, _ table: String) throws {
    let before = try store.read { reader in try [claim].map { try reader.existing($0) } }
    try store.tamper(sql)
    let report = try store.verify()
    #expect(!report.isSound)
    #expect(
      report.problems.contains { $0.contains("the table \(table) is not what the log says") }, "\(report.problems)")
    let rebuilt = try store.rebuild()
    #expect(rebuilt.changes == report.changes)
    #expect(rebuilt.differences.contains(table), "\(rebuilt.differences)")
    #expect(try store.rebuild().differences == [])
    #expect(try store.read { reader in try [claim].map { try reader.existing($0) } } == before)
    try expectSound(store)
    // Writing goes on where it was.
    try store.write { try $0.set(claim, "statement", to: .text("LCN2 is raised again.")) }
    try expectSound(store)
  }

  @Test(
    "A derived table, index or view that is damaged, missing or made by somebody else is told, and made anew",
    arguments: [
      ("DELETE FROM text_index_data", "text_index"), ("DROP TABLE text_index_data", "text_index"),
      ("DROP TABLE text_index_config", "text_index"), ("DELETE FROM text_index_config", "text_index"),
      ("DROP TABLE text_index", "text_index"), ("DROP TABLE tag", "tag"), ("DROP TABLE claim", "claim"),
      ("DROP TABLE record", "record"), ("DROP TABLE later_op", "later_op"), ("DROP TABLE conflict", "conflict"),
      ("DROP VIEW history", "history"), ("DROP VIEW op; CREATE TABLE op (x)", "op"),
      ("DROP TABLE tag; CREATE VIEW tag AS SELECT id AS record, 'x' AS tag FROM claim", "tag"),
      ("DROP TABLE tag; CREATE TABLE Tag (record, tag)", "tag"),
      ("DROP TABLE text_index; CREATE TABLE text_index (text)", "text_index"),
      ("ALTER TABLE claim ADD COLUMN mine", "claim"), ("DROP INDEX claim_by_source", "claim_by_source"),
      ("DROP INDEX change_by_log", "change_by_log"),
      ("CREATE UNIQUE INDEX mine ON claim (deleted, curator)", "index mine"),
      ("CREATE TRIGGER mine BEFORE INSERT ON claim BEGIN SELECT raise(ABORT, 'no'); END", "trigger mine"),
      ("CREATE TRIGGER mine BEFORE UPDATE ON \"Change\" BEGIN SELECT raise(ABORT, 'no'); END", "trigger mine"),
    ])
  func damagedTables(_ sql: String, _ name: String) throws {
    let log = try store.exported()
    try store.pool.write { try $0.execute(sql: "CREATE VIEW \"my claims\" AS SELECT id FROM claim; \(sql)") }
    let report = try directory.open().verify()
    #expect(report.problems.contains { $0.contains(" \(name) ") }, "\(report.problems)")
    #expect(report.problems.allSatisfy { $0.contains("variorum doctor --rebuild") }, "\(report.problems)")
    let rebuilt = try directory.open().rebuild()
    #expect(rebuilt.differences.contains(name), "\(rebuilt.differences)")
    #expect(Set(rebuilt.differences).count == rebuilt.differences.count)
    // Also of those who had it open all the while.
    for store in [store, try directory.open()] {
      try expectSound(store)
      #expect(try store.rebuild().differences == [])
      #expect(try store.found("raised") == [claim])
      #expect(try store.pool.read { try $0.one(Int.self, "SELECT count(*) FROM \"my claims\"") } == 1)
      #expect(try store.exported() == log)
    }
    try store.write { try $0.set(claim, "statement", to: .text("LCN2 is raised again.")) }
    #expect(try store.found("again") == [claim])
    try expectSound(store)
  }

  @Test("A read of a table that is missing advises to rebuild, and a rebuild that cannot be done does not")
  func advice() throws {
    try store.pool.write { try $0.execute(sql: "DROP TABLE tag") }
    let path = directory.storePath()
    #expect(throws: StoreError.damaged(path: path, detail: "no such table: tag")) {
      try store.read { try $0.existing(claim) }
    }
    try store.tamper("UPDATE change SET header = x'00' WHERE arrival = 3")
    do {
      _ = try store.rebuild()
      Issue.record("it was rebuilt")
    } catch let error as StoreError {
      guard case .logDamaged = error else { throw error }
      #expect(!error.description.contains("--rebuild"))
    }
  }

  @Test(
    "Columns of the log that are not what its headers say are reported, and made anew",
    arguments: [
      "UPDATE change SET at_ms = 0", "UPDATE change SET sequence = sequence + 1",
      "UPDATE change SET curator = (SELECT ref FROM claim)",
    ])
  func tamperedColumns(_ sql: String) throws {
    try store.tamper(sql)
    let report = try store.verify()
    #expect(!report.isSound)
    #expect(try store.rebuild().differences.contains("change"))
    try expectSound(store)
  }

  @Test("A flipped bit anywhere in a header is found")
  func flippedHeader() throws {
    for arrival in [1, 3] as [Int64] {
      let header = try #require(
        try store.pool.read { try $0.one(Blob.self, "SELECT header FROM change WHERE arrival = ?", arrival) })
      for position in stride(from: 0, to: header.bytes.count, by: 5) {
        var bytes = header.bytes
        bytes[position] ^= 1 << UInt8(position % 8)
        try store.tamper("UPDATE change SET header = ? WHERE arrival = ?", [Data(bytes), arrival])
        let report = try store.verify()
        #expect(
          report.problems.contains { $0.contains("log of replica") && $0.contains("change ") },
          "byte \(position) of \(arrival)")
      }
      try store.tamper("UPDATE change SET header = ? WHERE arrival = ?", [Data(header.bytes), arrival])
    }
    try expectSound(store)
  }

  @Test("A flipped bit in a body, and a body that is gone, are found")
  func flippedBody() throws {
    let body = try #require(try store.pool.read { try $0.one(Blob.self, "SELECT body FROM change WHERE arrival = 3") })
    for position in stride(from: 0, to: body.bytes.count, by: 3) {
      var bytes = body.bytes
      bytes[position] ^= 0x10
      try store.tamper("UPDATE change SET body = ? WHERE arrival = 3", [Data(bytes)])
      #expect(try !store.verify().isSound, "byte \(position)")
    }
    try store.tamper("UPDATE change SET body = NULL WHERE arrival = 3")
    let report = try store.verify()
    #expect(!report.isSound)
    try store.tamper("UPDATE change SET body = ? WHERE arrival = 3", [Data(body.bytes)])
    try expectSound(store)
  }

  @Test(
    "A change that is removed, moved or signed wrongly is found",
    arguments: [
      "DELETE FROM change WHERE arrival = 1", "DELETE FROM change WHERE arrival = 3",
      "DELETE FROM change WHERE arrival = (SELECT max(arrival) FROM change)",
      "UPDATE change SET seal = NULL WHERE arrival = (SELECT max(arrival) FROM change)",
      "UPDATE change SET seal = zeroblob(64) WHERE arrival = 3",
      "UPDATE change SET seal = (SELECT seal FROM change WHERE arrival = 2) WHERE arrival = 3",
      "UPDATE change SET id = randomblob(32) WHERE arrival = 3",
      "UPDATE change SET sequence = 20 WHERE arrival = 3",
      "UPDATE replica SET key = randomblob(32)",
      "UPDATE store SET id = randomblob(16)",
    ])
  func brokenLog(_ sql: String) throws {
    try store.tamper(sql)
    // Opened anew, for what is known of the file is read when it is opened.
    let reopened = try directory.open()
    let report = try reopened.verify()
    #expect(!report.isSound, "\(sql)")
    #expect(report.problems.allSatisfy { !$0.contains("\n") })
  }

  @Test("Verifying and exporting change nothing")
  func changesNothing() throws {
    let before = try store.pool.read { try DerivedState.fingerprints($0).map(\.digest) }
    var steps: [Int] = []
    let report = try store.verify { done, total in steps.append(done * 1000 + total) }
    #expect(report.changes == 7 && report.logs == 1 && report.seals == 7)
    #expect(steps == steps.sorted() && steps.last == 14014)
    _ = try store.exportLog { _ in }
    #expect(try store.pool.read { try DerivedState.fingerprints($0).map(\.digest) } == before)
  }

  @Test("The exported log is a CBOR sequence from which the same state can be made")
  func export() throws {
    var bytes: [UInt8] = []
    let count = try store.exportLog { bytes += $0 }
    var decoder = CBORDecoder(bytes)
    var head = try decoder.readMapHead()
    #expect(try decoder.nextKey(in: &head) == 0)
    #expect(try decoder.readText() == "variorum-log")
    #expect(try decoder.nextKey(in: &head) == 1)
    _ = try decoder.readUnsigned()
    #expect(try decoder.nextKey(in: &head) == 2)
    #expect(try decoder.readBytes() == store.id.bytes)
    #expect(try decoder.nextKey(in: &head) == nil)
    var verifier: LogVerifier?
    var ids: [ChangeID] = []
    while !decoder.isAtEnd {
      var item = try decoder.readMapHead()
      var parts: [UInt64: [UInt8]] = [:]
      while let key = try decoder.nextKey(in: &item) { parts[key] = try decoder.readBytes() }
      #expect(Set(parts.keys).isSubset(of: [0, 1, 2]))
      let encoded = EncodedChange(header: try #require(parts[0]), body: parts[1])
      let change = try Change(decoding: encoded)
      var current = verifier ?? LogVerifier(store: store.id, replica: change.replica)
      ids.append(try current.check(encoded, seal: parts[2].flatMap { Seal($0) }).id)
      verifier = current
    }
    #expect(ids.count == count && count == 7)
    #expect(verifier?.isSealed == true)
    #expect(try store.log().map(\.id) == ids.reversed())

    let path = "\(directory.path)/log.cbor"
    #expect(try store.exportLog(to: path) == count)
    #expect(try Array(directory.bytes(path)) == bytes)
    #expect(throws: StoreError.self) { try store.exportLog(to: path) }
    #expect(throws: StoreError.self) { try store.exportLog(to: "\(directory.path)/none/log.cbor") }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == [
        "log.cbor", "state-ada", "store",
      ])
  }

  @Test("A backup to a place that cannot be written leaves nothing behind")
  func backupRefused() throws {
    #expect(throws: StoreError.self) { try store.backup(to: "\(directory.path)/none/backup.sqlite") }
    let taken = "\(directory.path)/taken"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: taken))
    #expect(throws: StoreError.exists(path: taken)) { try store.backup(to: taken) }
    #expect(try directory.bytes(taken) == Data("mine".utf8))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["state-ada", "store", "taken"])
  }
}

extension Store {
  /// The claims with these words.
  fileprivate func found(_ words: String) throws -> [RecordID] {
    try read { reader in
      var filter = RecordFilter()
      (filter.kinds, filter.words) = ([.claim], words)
      return try reader.records(filter).map(\.id)
    }
  }

  /// The bytes of the exported log.
  fileprivate func exported() throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try exportLog { bytes += $0 }
    return bytes
  }
}

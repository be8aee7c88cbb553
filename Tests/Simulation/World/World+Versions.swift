import AnnotationStore
import EmbeddedSchema
import Foundation
import GRDB
import SyncTransports

extension World {
  /// A replica of a newer version has seen what a site has, and wrote.
  func writeFromNewer() throws {
    let site = pickSite()
    let store = try site.store()
    let probe = try site.probe()
    let pack = try newer.write(heads: try probe.heads(), live: try probe.live(), &random)
    let report = try store.receive(pack).report
    try require(report.refused.isEmpty, "changes of a newer version were refused: \(report.refused)")
    note(report)
    tally.count("changes of a newer version", pack.entries.count)
    try checkKept(site)
  }

  /// The log of a site in the tables of the first version, which this one opens and brings up to date.
  func openOlder() throws {
    guard sites.count < Self.siteLimit else { return }
    let log = try pickSite().probe().log()
    guard try Self.endsSealed(log) else { return }
    let site = newSite()
    site.machine.random = SplitMix64(seed: random.next())
    try FileManager.default.createDirectory(atPath: site.directory, withIntermediateDirectories: true)
    let queue = try DatabaseQueue(path: site.path)
    var migrator = DatabaseMigrator()
    let first = EmbeddedSchema.migrations[0]
    migrator.registerMigration(first.name) { try $0.execute(sql: first.sql) }
    try migrator.migrate(queue)
    try queue.write { db in
      try db.execute(sql: "INSERT INTO store (id, created_ms) VALUES (?, 0)", arguments: [Data(storeID.bytes)])
      for (index, logged) in log.enumerated() { try Self.insert(logged, arrival: index + 1, db) }
    }
    try queue.close()
    site.must = Set(log.map(\.id))
    tally.count("stores of the first version opened")
    let store = try site.store()
    try checkKept(site)
    try becomeCurator(site, store)
    try rebuild(site)
  }

  /// Whether each branch of each log ends with a sealed change. The first version kept no change that waits, so it
  /// cannot have stopped amid what one seal closes, as the applied part of a log does while its rest waits.
  private static func endsSealed(_ log: [Probe.Logged]) throws -> Bool {
    let continued = Set(try log.compactMap { try Change(decoding: $0.encoded).previous })
    return log.allSatisfy { $0.seal != nil || continued.contains($0.id) }
  }

  private static func insert(_ logged: Probe.Logged, arrival: Int, _ db: Database) throws {
    let change = try Change(decoding: logged.encoded)
    let key = Data(change.replica.bytes)
    try db.execute(sql: "INSERT OR IGNORE INTO replica (key) VALUES (?)", arguments: [key])
    try db.execute(
      sql: """
        INSERT INTO change (arrival, id, replica, sequence, depth, curator, at_ms, batch, header, body, seal)
        VALUES (?, ?, (SELECT ref FROM replica WHERE key = ?), ?, ?, 0, ?, ?, ?, ?, ?)
        """,
      arguments: [
        arrival, Data(logged.id.bytes), key, Int64(change.sequence), logged.depth, change.timeMilliseconds, arrival,
        Data(logged.encoded.header), logged.encoded.body.map { Data($0) }, (logged.seal?.bytes).map { Data($0) },
      ])
  }
}

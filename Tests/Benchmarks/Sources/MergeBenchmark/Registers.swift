import AnnotationStore
import Foundation
import GRDB
import SyncTransports

/// 100 edits on each side of two replicas, and the merge of both.
func measureSmallSyncs(_ world: World, annotations: Int, round: Int) throws {
  var medians: [Double] = []
  for size in [1_000, annotations] {
    let a = try world.store("a")
    try a.write { try $0.becomeCurator(name: "A") }
    var ids: [RecordID] = []
    try a.write { transaction in
      let claim = try transaction.addClaim("LCN2").id
      var rows = Rows(seed: UInt64(round))
      for _ in 0..<size {
        let row = rows.next(targets: 1)
        ids.append(try transaction.annotate(claim, body: row.body, tags: row.tags))
      }
    }
    let b = try world.clone(a, "b")
    _ = try DirectMerge.merge(b, into: a)
    var times: [Double] = []
    for run in 0..<5 {
      for (side, store) in [a, b].enumerated() {
        for edit in 0..<100 {
          let id = ids[side * 100 + edit]
          try store.write { try $0.set(id, "motivation", to: .text(run % 2 == 0 ? "questioning" : "commenting")) }
        }
      }
      var receipt: MergeReceipt?
      times.append(try seconds { receipt = try DirectMerge.merge(b, into: a, both: true) })
      guard let receipt, receipt.here.areEqual, receipt.here.changesSent == 100 else { throw Unequal() }
    }
    medians.append(median(times))
    print("  100 + 100 changes at \(size): \(format(median(times) * 1e3)) ms")
    for name in ["a", "b"] { world.delete(name) }
  }
  print("  ratio \(format(medians[1] / medians[0]))")
}

/// Replicas set the same registers apart; then all merge, and all list all values.
func measureRegisters(_ world: World, replicas count: Int, registers: Int) throws {
  let first = try world.store("0")
  try first.write { try $0.becomeCurator(name: "0") }
  var claims: [RecordID] = []
  try first.write { transaction in
    for index in 0..<registers { claims.append(try transaction.addClaim("Claim \(index)").id) }
  }
  let replicas = try [first] + (1..<count).map { try world.clone(first, "\($0)") }
  let plain = try plainUpdates(world, count, claims.map(\.description))
  let kept = try plainValues(world, count, claims.map(\.description))
  let setting = try seconds {
    for (number, replica) in replicas.enumerated() {
      try replica.write { transaction in
        for claim in claims { try transaction.set(claim, "subject", to: .text("GO:000000\(number)")) }
      }
    }
  }
  let gathering = try seconds {
    for replica in replicas.dropFirst() { _ = try DirectMerge.merge(replica, into: first) }
  }
  let spreading = try seconds {
    for replica in replicas.dropFirst() { _ = try DirectMerge.merge(first, into: replica) }
  }
  var listed: [[[String?]]] = []
  let listing = try seconds {
    for replica in replicas {
      listed.append(
        try replica.read { try $0.conflicts() }.map { conflict in
          conflict.values.map { value in if case .text(let text)? = value.content { text } else { nil } }
        })
    }
  }
  guard Set(listed).count == 1, listed[0].count == registers, listed[0].allSatisfy({ Set($0).count == count }) else {
    throw Unequal()
  }
  let all = setting + gathering + spreading + listing
  print(
    "  \(count) replicas, \(registers) registers: plain \(format(plain)) s, with all values kept and listed everywhere",
    "\(format(kept)) [\(format(kept / plain))]; set \(format(setting)), gathered in one",
    "\(format(gathering)) [\(format((setting + gathering) / plain)) with setting], spread to all \(format(spreading)),",
    "listed everywhere \(format(listing)): \(format(all)) s [\(format(all / plain))]")
}

/// The floor of keeping all values: plain SQLite writes a row for each value into a file for each replica, in a commit
/// for its own and one for those of the others, and reads them all back.
private func plainValues(_ world: World, _ replicas: Int, _ ids: [String]) throws -> Double {
  let pools = try (0..<replicas).map { replica in
    let pool = try DatabasePool(path: world.path + "/values\(replica).sqlite")
    try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    try pool.write {
      try $0.execute(
        sql: """
          CREATE TABLE value (claim TEXT, replica INTEGER, subject TEXT, PRIMARY KEY (claim, replica)) WITHOUT ROWID
          """)
    }
    return pool
  }
  func insert(_ db: Database, from replica: Int) throws {
    let insert = try db.cachedStatement(sql: "INSERT INTO value VALUES (?, ?, ?)")
    for id in ids { try insert.execute(arguments: [id, replica, "GO:000000\(replica)"]) }
  }
  return try seconds {
    for (replica, pool) in pools.enumerated() {
      try pool.write { try insert($0, from: replica) }
      try pool.write { db in for other in 0..<replicas where other != replica { try insert(db, from: other) } }
      let listed = try pool.read { try Row.fetchAll($0, sql: "SELECT * FROM value ORDER BY claim, replica") }
      guard listed.count == replicas * ids.count else { throw Unequal() }
    }
  }
}

/// The floor: the same keyed updates in one SQLite file, a commit for each replica.
private func plainUpdates(_ world: World, _ replicas: Int, _ ids: [String]) throws -> Double {
  let pool = try DatabasePool(path: world.path + "/updates.sqlite")
  try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
  try pool.write { db in
    try db.execute(sql: "CREATE TABLE claim (id TEXT PRIMARY KEY, subject TEXT)")
    for id in ids { try db.execute(sql: "INSERT INTO claim (id) VALUES (?)", arguments: [id]) }
  }
  return try seconds {
    for replica in 0..<replicas {
      try pool.write { db in
        let update = try db.cachedStatement(sql: "UPDATE claim SET subject = ? WHERE id = ?")
        for id in ids { try update.execute(arguments: ["GO:000000\(replica)", id]) }
      }
    }
  }
}

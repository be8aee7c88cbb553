import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

/// A source store of annotations: as an import leaves it, or with a change for each.
private func fill(_ store: Store, _ annotations: Int, seed: UInt64, isBulk: Bool) throws -> [(String, String, [String])]
{
  var claims: [RecordID] = []
  try store.write { try $0.becomeCurator(name: "Benchmark") }
  try store.write { transaction in
    for index in 0..<max(1, annotations / 5) {
      claims.append(try transaction.addClaim("LCN2 claim number \(index)").id)
    }
  }
  var rows = Rows(seed: seed)
  let input = (0..<annotations).map { _ in rows.next(targets: claims.count) }
  try store.write { transaction in
    for row in input {
      try transaction.annotate(claims[row.target], body: row.body, tags: row.tags)
      // Reading ends the change.
      if !isBulk { _ = try transaction.reader() }
    }
  }
  return input.map { (claims[$0.target].description, $0.body, $0.tags) }
}

/// An empty replica receives a store of annotations.
func measureReceiving(_ world: World, annotations: Int, round: Int) throws {
  for isBulk in [true, false] {
    let source = try world.store("source")
    let rows = try fill(source, annotations, seed: UInt64(round), isBulk: isBulk)
    let plain = try PlainStore(path: world.path + "/plain.sqlite")
    let plainSeconds = try seconds { try plain.insert(rows, curator: RecordID(derivedFrom: .null).description) }
    try plain.close()
    let replica = try world.store("replica", replicaOf: source)
    var receipt: MergeReceipt?
    let ourSeconds = try seconds { receipt = try DirectMerge.merge(source, into: replica) }
    guard let receipt, receipt.here.areEqual else { throw Unequal() }
    let packs = receipt.here.bytesReceived
    let canonical = try canonicalBytes(of: source, world)
    print(
      "  receiving \(annotations), \(isBulk ? "imported in bulk" : "a change for each"): \(format(ourSeconds)) s against",
      "\(format(plainSeconds)) s [\(format(ourSeconds / plainSeconds))];",
      "packs \(packs) bytes against \(canonical) [\(format(Double(packs) / Double(canonical)))],",
      "\(receipt.here.packsReceived) packs, \(receipt.here.received.applied) changes")
    for name in ["source", "replica", "plain.sqlite", "plain.sqlite-wal", "plain.sqlite-shm"] { world.delete(name) }
  }
}

struct Unequal: Error {}

/// Headers and bodies one after the other, compressed as one frame at the level of packs.
private func canonicalBytes(of store: Store, _ world: World) throws -> Int {
  var bytes: [UInt8] = []
  var isHead = true
  _ = try store.exportLog { item in
    defer { isHead = false }
    if isHead { return }
    var decoder = CBORDecoder(item)
    var map = try decoder.readMapHead()
    while let key = try decoder.nextKey(in: &map) {
      let part = try decoder.readBytes()
      if key < 2 { bytes += part }
    }
  }
  return try Zstandard.compress(bytes).count
}

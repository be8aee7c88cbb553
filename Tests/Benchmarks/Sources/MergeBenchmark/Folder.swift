import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

/// A folder that many replicas wrote to: what it costs another one to take everything, a single change, and nothing.
func measureFolder(_ world: World, replicas: Int, annotations: Int, round: Int) throws {
  let folder = world.path + "/shared"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  let source = try world.store("source")
  try source.write { try $0.becomeCurator(name: "Benchmark") }
  let claims = try source.write { transaction in
    try (0..<1_000).map { try transaction.addClaim("LCN2 claim number \($0)").id }
  }
  var rows = Rows(seed: UInt64(round))
  let (syncs, each) = (10, annotations / replicas)
  let writing = try seconds {
    for number in 0..<replicas {
      let replica = try world.clone(source, "writer\(number)")
      for _ in 0..<syncs {
        try replica.write { transaction in
          for _ in 0..<(each / syncs) {
            let row = rows.next(targets: claims.count)
            try transaction.annotate(claims[row.target], body: row.body, tags: row.tags)
            // Reading ends the change.
            _ = try transaction.reader()
          }
        }
        _ = try sync(replica, folder, .push)
      }
    }
  }
  let writer = try world.clone(source, "writer")
  let reader = try world.clone(source, "reader")
  _ = try sync(writer, folder)
  var first: RemoteReceipt?
  let all = try seconds { first = try sync(reader, folder) }
  for store in [writer, reader] { _ = try sync(store, folder) }
  let files = (FileManager.default.subpaths(atPath: folder) ?? []).filter { $0.hasSuffix(".vpk") }.count
  var (sends, takes, idle): ([Double], [Double], [Double]) = ([], [], [])
  var packs = 0
  for number in 0..<20 {
    try writer.write { try $0.annotate(claims[number], body: "One more.", tags: []) }
    sends.append(try seconds { _ = try sync(writer, folder, .push) })
    takes.append(try seconds { packs = try sync(reader, folder).received.packs })
    idle.append(try seconds { _ = try sync(reader, folder) })
  }
  print(
    "  folder of \(replicas) replicas with \(annotations) annotations, a change for each, \(files) files (made in",
    "\(format(writing)) s): everything in \(format(all)) s, \(first?.received.packs ?? 0) packs of",
    "\(first?.received.bytes ?? 0) bytes; one change sent in \(format(median(sends))) s, taken in",
    "\(format(median(takes))) s by reading \(packs) file; nothing in \(format(median(idle))) s")
}

private func sync(_ store: Store, _ folder: String, _ direction: SyncDirection = .both) throws -> RemoteReceipt {
  let registry = RemoteRegistry(store)
  let remote = try Remote(name: "shared", address: .folder(path: folder))
  if try registry.all().isEmpty { try registry.add(remote) }
  return try FolderRemote(path: folder).sync(
    store, SyncRequest(direction: direction, memory: registry.memory(of: remote)))
}

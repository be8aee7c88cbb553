import AnnotationStore
import Foundation
import GRDB
import ProseCRDT
import SyncTransports

/// What a trace takes in a store that keeps every keystroke, saved each so many of them.
struct StoredBytes {
  /// How many changes hold it.
  let changes: Int
  /// Their bytes in the log: headers, bodies and seals.
  let log: Int
  /// The bundle that holds all of the store.
  let bundle: Int
  /// What the file of the store grew by, the text and its words for searching included.
  let file: Int

  /// Types a trace into a note of a new store, and checks what another store has that takes it from the bundle.
  init(_ patches: [TextSplice], end: String?, savingEvery count: Int) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "variorum-prose-\(UUID())").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state"))
    let store = try Store.create(at: directory + "/a/store.sqlite", environment: environment)
    try store.write { try $0.becomeCurator(name: "Benchmark") }
    try store.checkpoint()
    let empty = try Self.size(store.path)
    guard let first = patches.first else { throw Unequal() }
    // A text begins with something.
    let note = try store.write { try $0.annotate(try $0.addClaim("Paper").id, body: first.inserted) }
    var rest = patches.dropFirst()
    while !rest.isEmpty {
      let version = try store.read { try $0.proseVersion(of: note, "body") }
      var typing = Typing()
      for patch in rest.prefix(count) { typing.replace(patch.deleted, at: patch.position, with: patch.inserted) }
      rest = rest.dropFirst(count)
      _ = try store.write { try $0.edit(version, typing: typing) }
    }
    let path = directory + "/all.bundle"
    _ = try BundleFile.create(path, of: store, .everything)
    let other = try Store.create(at: directory + "/b/store.sqlite", environment: environment, replicaOf: store.id)
    _ = try BundleFile.apply(path, to: other)
    guard try other.read({ try $0.proseVersion(of: note, "body").text }) == end else { throw Unequal() }
    try store.checkpoint()
    let queue = try DatabaseQueue(path: store.path)
    let row = try queue.read {
      try Row.fetchOne(
        $0, sql: "SELECT count(*), sum(length(header) + ifnull(length(body), 0) + ifnull(length(seal), 0)) FROM change")
    }
    (changes, log) = (row?[0] ?? 0, row?[1] ?? 0)
    bundle = try Self.size(path)
    file = try Self.size(store.path) - empty
  }

  private static func size(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }

  private struct Unequal: Error {}
}

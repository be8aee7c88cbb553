import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

/// The packs from which a new replica is filled: files that never change, named by the hash of the pack, so that one
/// that was cut off is gone on with.
///
/// They hold all that had arrived at some point; what came since is got by a sync. They are made when somebody asks for
/// them, and more are added when much has come since.
actor PackShelf {
  /// How many changes may have come since before packs are added.
  private static let tailLimit: UInt64 = 5_000
  /// The most that a list is read of, in bytes.
  private static let listLimit = 8 << 20

  private let path: String
  private var list: PackList?
  private var making: Task<PackList, any Error>?

  init(path: String) { self.path = path }

  /// The list of the packs, made or added to where it has to be.
  func packs(of served: ServedStore) async throws -> PackList {
    if let making { return try await making.value }
    let (known, path) = (list, path)
    let task = Task { try await Self.bringUp(known ?? Self.read(path, served), path, served) }
    making = task
    defer { making = nil }
    let made = try await task.value
    list = made
    return made
  }

  /// A pack, open; `nil` where it is not there.
  nonisolated func file(of hash: PackHash) throws -> PackFile? {
    try PackFile.open("\(path)/\(hash.hex).pack")
  }

  private static func bringUp(_ known: PackList?, _ path: String, _ served: ServedStore) async throws -> PackList {
    let now = try await served.cursor()
    if let known, now.arrival - known.cursor.arrival < tailLimit { return known }
    let after = known?.cursor.arrival ?? 0
    let plan = try await served.read { try served.plan(after: after, $0) }
    var outgoing = plan.outgoing
    var list = PackList(store: served.store.id, cursor: plan.cursor, packs: known?.packs ?? [])
    do {
      while let pack = try await served.nextPack(&outgoing) {
        let hash = try write(pack, path)
        list.packs.append(.init(hash: hash, bytes: pack.bytes.count, changes: pack.changeCount))
      }
      try DurableFile.write(Array(try JSONEncoder().encode(list)), to: path + "/list.json", mode: 0o600)
    } catch {
      // What no list names must not fill the disk.
      for pack in list.packs.dropFirst(known?.packs.count ?? 0) { unlink("\(path)/\(pack.hash.hex).pack") }
      // A list that is older serves as well; the rest comes by a sync.
      guard let known else { throw error }
      return known
    }
    return list
  }

  private static func write(_ pack: OutgoingPack, _ path: String) throws -> PackHash {
    try HubDirectory.make(path)
    let hash = try PackHead(checking: pack.bytes).hash
    try DurableFile.write(pack.bytes, to: "\(path)/\(hash.hex).pack", mode: 0o600)
    return hash
  }

  /// The list as it was kept; `nil` where it is not of this history, as after the hub was set back.
  private static func read(_ path: String, _ served: ServedStore) -> PackList? {
    guard let bytes = (try? FileDescriptor.readFile(path + "/list.json", upTo: listLimit)) ?? nil,
      let list = try? JSONDecoder().decode(PackList.self, from: Data(bytes)),
      list.store == served.store.id, served.confirms(list.cursor)
    else { return nil }
    return list
  }
}

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

  /// How long a pack stays that no list names any more, in seconds: somebody may be in the middle of a clone.
  private static let graceSeconds = 86_400

  private let path: String
  private var list: PackList?
  /// Whether packs may be there that no list names.
  private var hasUnlisted: Bool
  private var making: Task<PackList, any Error>?

  /// Reads the list as it was kept, where it is of this history, and removes what was left of others.
  ///
  /// - Parameter confirms: whether a cursor is a point of this history.
  init(path: String, store: StoreID, confirms: (SyncCursor) -> Bool) {
    self.path = path
    list = Self.read(path, store, confirms)
    // Without a list nothing is known of what is there, and somebody may be fetching it.
    hasUnlisted = list.map { Self.sweep(path, keeping: $0) } ?? true
  }

  /// The list of the packs, made or added to where it has to be.
  func packs(of served: ServedStore) async throws -> PackList {
    if let making { return try await making.value }
    let (known, path) = (list, path)
    let task = Task { try await Self.bringUp(known, path, served) }
    making = task
    defer { making = nil }
    let made = try await task.value
    if known == nil || hasUnlisted { hasUnlisted = Self.sweep(path, keeping: made) }
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
      if known == nil { retire(path, but: list) }
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

  // MARK: - What no list names

  /// Begins the grace of the packs that a new list does not name.
  private static func retire(_ path: String, but list: PackList) {
    for name in unlisted(path, list) { utimes("\(path)/\(name)", nil) }
  }

  /// Removes what the list does not name and whose grace is over.
  ///
  /// - Returns: whether something is left that it does not name.
  private static func sweep(_ path: String, keeping list: PackList) -> Bool {
    let latest = time(nil) - graceSeconds
    var isLeft = false
    for name in unlisted(path, list) {
      var found = stat()
      guard stat("\(path)/\(name)", &found) == 0 else { continue }
      #if canImport(Darwin)
        let changed = found.st_mtimespec.tv_sec
      #else
        let changed = found.st_mtim.tv_sec
      #endif
      if changed > latest || unlink("\(path)/\(name)") != 0 { isLeft = true }
    }
    return isLeft
  }

  /// The packs that a list does not name, and what a crash left of files that were being written.
  private static func unlisted(_ path: String, _ list: PackList) -> [String] {
    let listed = Set(list.packs.map { "\($0.hash.hex).pack" })
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { ($0.hasSuffix(".pack") && !listed.contains($0)) || $0.hasSuffix(".tmp") }
  }

  /// The list as it was kept; `nil` where it is not of this history, as after the hub was set back.
  private static func read(_ path: String, _ store: StoreID, _ confirms: (SyncCursor) -> Bool) -> PackList? {
    guard let bytes = (try? FileDescriptor.readFile(path + "/list.json", upTo: listLimit)) ?? nil,
      let list = try? JSONDecoder().decode(PackList.self, from: Data(bytes)),
      list.store == store, confirms(list.cursor)
    else { return nil }
    return list
  }
}

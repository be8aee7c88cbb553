import AnnotationStore
import Foundation
import SyncProtocol

/// A folder that another program carries: Dropbox, Syncthing, NFS, a USB stick (Schema/folder.md).
///
/// Nobody locks anything there, and no clock has to be right: each store's file writes whole packs under their hashes
/// into a directory of its own, and reads those of all others.
public struct FolderRemote: SyncRemote {
  /// The path of the folder.
  let root: String
  /// The store that the path named, where it named one.
  private let only: StoreID?
  private let files: any FolderFiles
  private let graceMilliseconds: Int64

  /// How long packs stay that were merged into larger ones: a day, in milliseconds.
  public static let graceMilliseconds: Int64 = 86_400_000

  /// Names a folder.
  ///
  /// - Parameter path: of the folder, or of a store's directory in it.
  public init(path: String) { self.init(path: path, files: nil) }

  /// The same with another file system, or another time for which merged packs stay.
  package init(
    path: String, files: (any FolderFiles)?, graceMilliseconds: Int64 = FolderRemote.graceMilliseconds
  ) {
    let url = URL(fileURLWithPath: path)
    only = FolderLayout.store(named: url.lastPathComponent)
    root = only == nil ? path : url.deletingLastPathComponent().path
    self.files = files ?? FolderDisk(root)
    self.graceMilliseconds = graceMilliseconds
  }

  /// The stores that have a directory in the folder; of a path that names one only that.
  public func stores() throws -> [StoreID] {
    let stores = try Self.stores(in: files)
    return only.map { only in stores.filter { $0 == only } } ?? stores
  }

  static func stores(in files: some FolderFiles) throws -> [StoreID] {
    let entries = try files.entries(of: [], limit: FolderLayout.fileLimit) ?? []
    return entries.filter { $0.kind == .directory }.compactMap { FolderLayout.store(named: $0.name) }.sorted()
  }

  /// Makes sure that the folder is there and the store does not lie in it.
  public func check(_ store: Store) throws {
    if let only, only != store.id { throw RemoteError.otherStores(root, [only], wanted: store.id) }
    if let store = Self.real(store.path), let folder = Self.real(root), Self.isInside(store, folder) {
      throw RemoteError.storeInside(store: store, folder: folder)
    }
    _ = try files.entries(of: [], limit: FolderLayout.fileLimit)
  }

  /// Takes what is new in the folder, and writes what it lacks.
  public func sync(_ store: Store, _ request: SyncRequest) throws -> RemoteReceipt {
    try check(store)
    let taker = PackTaker(store)
    let session = try FolderSession(
      store, files, root: root, request: request, graceMilliseconds: graceMilliseconds, take: taker.take)
    try session.run()
    var receipt = session.receipt
    receipt.notices += taker.notices
    return receipt
  }

  /// Reads what is new in the folder, and writes nothing.
  public func rehearse(_ store: Store, _ request: SyncRequest) throws -> RemotePreview {
    try check(store)
    var receipt = RemoteReceipt()
    let incoming = try store.rehearse { take in
      let session = try FolderSession(
        store, files, root: root, request: request, graceMilliseconds: graceMilliseconds, isRehearsal: true, take: take)
      try session.run()
      receipt = session.receipt
    }
    return RemotePreview(
      incoming: incoming, outgoing: request.direction.pushes ? receipt.lackingThere : 0, findings: receipt.findings)
  }

  /// Lists the folder at the pace, and yields where a listing differs from the one before.
  public func news(of store: StoreID, pace: WatchPace) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let (files, root) = (files, root)
      let task = Task {
        func look() throws -> FolderListing? {
          try FolderListing(files, directory: FolderLayout.directory(of: store), root: root)
        }
        var last = try? look()
        var failures = 0
        while (try? await pace.sleep(pace.delay(afterFailures: failures))) != nil, !Task.isCancelled {
          do {
            let now = try look()
            // After a while without the folder there may also be something to write.
            if now != last || failures > 0 { continuation.yield() }
            (last, failures) = (now, 0)
          } catch { failures += 1 }
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  // MARK: - Live stores

  /// The shared folder that a path lies in, where it lies in one: what is to become a store must not.
  ///
  /// Links are followed. A folder is known by the directories of stores in it, so one that nobody has used yet is not.
  public static func folder(around path: String) -> String? {
    var directory = real(path) ?? URL(fileURLWithPath: path).standardizedFileURL.path
    while true {
      let entries = (try? FolderDisk(directory).entries(of: [], limit: FolderLayout.writerLimit)) ?? []
      if entries.contains(where: { $0.kind == .directory && FolderLayout.store(named: $0.name) != nil }) {
        return directory
      }
      if directory == "/" || directory.isEmpty { return nil }
      directory = URL(fileURLWithPath: directory).deletingLastPathComponent().path
    }
  }

  /// A path without links, as far as it is there; `nil` where nothing of it is.
  private static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func isInside(_ path: String, _ folder: String) -> Bool {
    path.hasPrefix(folder == "/" ? folder : folder + "/")
  }
}

import AnnotationStore
import Foundation
import SyncProtocol

/// Starts a further replica of a store, filled from another replica, from a bundle, or from a remote.
public enum StoreClone {
  /// Where its changes come from.
  public enum Origin {
    /// Another replica.
    case store(Store)
    /// A bundle, by its path.
    case bundle(String)
  }

  /// What a clone was filled with.
  public enum Receipt: Sendable {
    /// By a session with another replica.
    case merged(MergeReceipt)
    /// From a bundle.
    case applied(BundleReceipt)
    /// From a remote.
    case synced(RemoteReceipt)
  }

  /// Makes the store of a directory as a replica of another.
  ///
  /// It is made and filled in a directory of another name beside its own, which then gets the name: killed midway
  /// nothing is there that any verb takes for a store, and where it fails it is taken away again.
  /// - Parameters:
  ///   - directory: the directory that the new store belongs to; made where it is missing.
  ///   - prepare: writes first into the new store, such as who writes; what it throws undoes all.
  ///   - progress: called now and then with how much is done, and how much there is.
  /// - Throws: ``StoreError/exists(path:)`` where there is a store; ``BundleError`` where a bundle is not whole;
  ///   ``RemoteError`` where the directory lies in a shared folder; ``StoreError``; what `prepare` throws.
  public static func make<Value>(
    in directory: String, from origin: Origin, environment: StoreEnvironment, progress: ((Int, Int) -> Void)? = nil,
    prepare: (Store) throws -> Value
  ) throws -> (receipt: Receipt, value: Value) {
    let place = try ClonePlace(directory)
    do {
      let made = try fill(place.temporary, origin, environment, progress, prepare)
      try place.finish()
      return made
    } catch {
      place.abandon()
      throw error
    }
  }

  /// Makes the store of a directory from a remote, which it then knows by a name.
  ///
  /// - Throws: as ``make(in:from:environment:progress:prepare:)``; ``RemoteError/noStore(_:)`` and
  ///   ``RemoteError/severalStores(_:_:)`` where the remote's address does not say which store is meant.
  public static func make<Value>(
    in directory: String, from remote: Remote, hub: HubOptions = HubOptions(), environment: StoreEnvironment,
    progress: ((Int, Int) -> Void)? = nil, prepare: (Store) throws -> Value
  ) async throws -> (receipt: Receipt, value: Value) {
    let transport = remote.address.open(hub: hub)
    let place = try ClonePlace(directory)
    let there = try await transport.stores()
    do {
      guard let id = there.first else { throw RemoteError.noStore(remote.address.description) }
      guard there.count == 1 else { throw RemoteError.severalStores(remote.address.description, there) }
      let path = "\(place.temporary)/\(Store.fileName)"
      let store = try Store.create(at: path, environment: environment, replicaOf: id)
      let registry = RemoteRegistry(store)
      try registry.add(remote)
      let request = SyncRequest(
        direction: .pull, memory: registry.memory(of: remote), place: place.fetched, progress: progress)
      let receipt = try await transport.sync(store, request)
      let value = try prepare(store)
      try store.close()
      try place.finish()
      return (.synced(receipt), value)
    } catch {
      place.abandon()
      throw error
    }
  }

  /// The store is closed when this returns, so that none of its files is in use while their directory is renamed.
  private static func fill<Value>(
    _ directory: String, _ origin: Origin, _ environment: StoreEnvironment, _ progress: ((Int, Int) -> Void)?,
    _ prepare: (Store) throws -> Value
  ) throws -> (Receipt, Value) {
    let path = "\(directory)/\(Store.fileName)"
    switch origin {
    case .store(let other):
      let store = try Store.create(at: path, environment: environment, replicaOf: other.id)
      let receipt = try DirectMerge.merge(other, into: store, progress: progress)
      return (.merged(receipt), try prepare(store))
    case .bundle(let bundle):
      let id = try BundleReader(bundle).head.state.store
      let store = try Store.create(at: path, environment: environment, replicaOf: id)
      let receipt = try BundleFile.apply(bundle, to: store, progress: progress)
      if let problem = receipt.problem { throw problem }
      return (.applied(receipt), try prepare(store))
    }
  }
}

/// Where a clone is made, under another name until it is whole.
private struct ClonePlace {
  let temporary: String
  /// Where what was fetched is kept until the clone is whole; it outlives one that fails.
  let fetched: String
  private let directory: String
  private let final: String
  private let wasThere: Bool

  /// - Throws: ``StoreError/exists(path:)``; ``RemoteError/wouldBeInside(store:folder:)``.
  init(_ directory: String) throws {
    self.directory = directory
    final = "\(directory)/\(Store.directoryName)"
    if FileManager.default.fileExists(atPath: final) { throw StoreError.exists(path: final) }
    if let folder = FolderRemote.folder(around: directory) {
      throw RemoteError.wouldBeInside(store: directory, folder: folder)
    }
    temporary = "\(directory)/.clone-\(UUID().uuidString)"
    fetched = "\(directory)/.fetched"
    wasThere = FileManager.default.fileExists(atPath: directory)
  }

  /// Gives the store its name.
  func finish() throws {
    guard rename(temporary, final) == 0 else {
      if errno == EEXIST || errno == ENOTEMPTY { throw StoreError.exists(path: final) }
      throw IdentityError.cannot(operation: "write", path: final, code: errno)
    }
    try DurableFile.syncDirectory(directory)
    try? FileManager.default.removeItem(atPath: fetched)
  }

  /// Takes away what was made.
  func abandon() {
    try? FileManager.default.removeItem(atPath: temporary)
    if !wasThere { rmdir(directory) }
  }
}

import AnnotationStore
import Foundation
import SyncProtocol

/// Starts a further replica of a store, filled from another replica or from a bundle.
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
  ///   ``StoreError``; what `prepare` throws.
  public static func make<Value>(
    in directory: String, from origin: Origin, environment: StoreEnvironment, progress: ((Int, Int) -> Void)? = nil,
    prepare: (Store) throws -> Value
  ) throws -> (receipt: Receipt, value: Value) {
    let final = "\(directory)/\(Store.directoryName)"
    if FileManager.default.fileExists(atPath: final) { throw StoreError.exists(path: final) }
    let temporary = "\(directory)/.clone-\(UUID().uuidString)"
    let wasThere = FileManager.default.fileExists(atPath: directory)
    do {
      let made = try fill(temporary, origin, environment, progress, prepare)
      guard rename(temporary, final) == 0 else {
        if errno == EEXIST || errno == ENOTEMPTY { throw StoreError.exists(path: final) }
        throw IdentityError.cannot(operation: "write", path: final, code: errno)
      }
      try DurableFile.syncDirectory(directory)
      return made
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      if !wasThere { rmdir(directory) }
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

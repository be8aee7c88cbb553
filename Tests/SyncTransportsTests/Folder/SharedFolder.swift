import AnnotationStore
import Foundation
import SyncProtocol

@testable import SyncTransports

/// Laptops that share a folder, with what a test does to it.
struct SharedFolder {
  let laptops: Laptops
  let files: TestFiles
  private let remote: FolderRemote

  init(_ names: String..., graceMilliseconds: Int64 = 1_000) throws {
    laptops = try Laptops()
    for name in names { try laptops.add(name) }
    files = TestFiles(laptops.shared)
    remote = FolderRemote(path: laptops.shared, files: files, graceMilliseconds: graceMilliseconds)
  }

  subscript(index: Int) -> Store { laptops.stores[index] }

  /// One sync.
  @discardableResult
  func sync(_ index: Int, _ direction: SyncDirection = .both, repair: Bool = false) throws -> RemoteReceipt {
    try sync(self[index], direction, repair: repair)
  }

  @discardableResult
  func sync(_ store: Store, _ direction: SyncDirection = .both, repair: Bool = false) throws -> RemoteReceipt {
    try remote.sync(store, request(store, direction, repair: repair))
  }

  func rehearse(_ index: Int) throws -> RemotePreview { try remote.rehearse(self[index], request(self[index], .both)) }

  private func request(_ store: Store, _ direction: SyncDirection, repair: Bool = false) throws -> SyncRequest {
    let registry = RemoteRegistry(store)
    let place = try Remote(name: "shared", address: .folder(path: laptops.shared))
    if try registry.all().isEmpty { try registry.add(place) }
    return SyncRequest(direction: direction, memory: registry.memory(of: place), trustsMemory: !repair)
  }

  /// The paths of the packs below the store's directory, ascending.
  func packs() throws -> [String] {
    (FileManager.default.subpaths(atPath: laptops.storeDirectory) ?? []).filter { $0.hasSuffix(".vpk") }.sorted()
  }

  func path(_ name: String) -> String { "\(laptops.storeDirectory)/\(name)" }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

  /// Writes a file as a program that carries folders may: with the time that it had elsewhere.
  func put(_ bytes: Data, _ name: String, modified: Date? = nil) throws {
    let directory = URL(fileURLWithPath: path(name)).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try bytes.write(to: URL(fileURLWithPath: path(name)))
    if let modified {
      try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: path(name))
    }
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// A replica that has nothing but what the folder holds.
  func newcomer(_ name: String) throws -> Store {
    let store = try laptops.add(name, curator: false)
    try sync(store, .pull)
    return store
  }

  /// The digests of these laptops.
  func digests() throws -> Set<StateDigest> { Set(try laptops.stores.map { try $0.digest() }) }
}

import AnnotationStore
import Foundation
import Hub
import Logging
import SyncProtocol
import SyncTransports

/// A hub's data in a directory that goes with the test, with tokens, and stores beside it that sync with it.
final class HubFixture: Sendable {
  let path: String
  let environment: StoreEnvironment

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/variorum-hub-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    environment = StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var data: String { path + "/hub" }
  var tokens: TokenFile { TokenFile(dataDirectory: data) }

  /// The text of a new token.
  func token(_ role: Role = .writer, for stores: [StoreID]? = nil) throws -> String {
    try tokens.create(name: "test", role: role, stores: stores, environment: environment).text
  }

  /// A hub that is not running.
  func hub(
    tls: (certificate: String, key: String)? = nil, _ adjust: (inout HubLimits) -> Void = { _ in }
  ) throws -> Hub {
    var configuration = HubConfiguration(host: "127.0.0.1", port: 0, dataDirectory: data)
    configuration.tls = tls
    adjust(&configuration.limits)
    var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    logger.logLevel = .critical
    return try Hub(configuration, logger: logger)
  }

  /// A new store, or a replica of one without its changes.
  func store(_ name: String, replicaOf id: StoreID? = nil) throws -> Store {
    let store = try Store.create(at: "\(path)/\(name)/store.sqlite", environment: environment, replicaOf: id)
    try store.write { try $0.becomeCurator(name: name) }
    return store
  }

  /// Keeps a copy of what a hub has that is ended.
  func saveHub() throws { try FileManager.default.copyItem(atPath: data + "/stores", toPath: path + "/saved") }

  /// Sets a hub that is ended back to the copy, as a backup does that has the store and not what lies beside it.
  func setHubBack(_ store: StoreID) throws {
    let files = FileManager.default
    for suffix in ["", "-wal", "-shm"] {
      let (from, to) = ("\(path)/saved/\(store)/store.sqlite\(suffix)", "\(data)/stores/\(store)/store.sqlite\(suffix)")
      try? files.removeItem(atPath: to)
      if files.fileExists(atPath: from) { try files.copyItem(atPath: from, toPath: to) }
    }
  }

  /// How to reach a hub with a token.
  func options(_ token: String?, _ more: [String: String] = [:]) -> HubOptions {
    var environment = more
    environment["VARIORUM_TOKEN"] = token
    // No test reads the credentials of whoever runs it.
    environment["XDG_CONFIG_HOME"] = path + "/config"
    return HubOptions(environment: environment)
  }

  /// Notes a hub as the remote of a store.
  func remote(_ address: String, of store: Store) throws -> Remote {
    let remote = try Remote(name: "hub", address: .hub(url: address))
    if try RemoteRegistry(store).all().isEmpty { try RemoteRegistry(store).add(remote) }
    return remote
  }

  /// Syncs a store with a hub, as the command line does.
  @discardableResult
  func sync(
    _ store: Store, _ address: String, _ token: String, _ direction: SyncDirection = .both, trustsMemory: Bool = true
  ) async throws -> RemoteReceipt {
    let remote = try remote(address, of: store)
    let request = SyncRequest(
      direction: direction, memory: RemoteRegistry(store).memory(of: remote), trustsMemory: trustsMemory)
    return try await HubRemote(address: address, options: options(token)).sync(store, request)
  }
}

extension Store {
  func digest() throws -> StateDigest { try read { try $0.status() }.digest }

  /// Writes some claims, each in a commit of its own.
  func addClaims(_ count: Int, _ text: String) throws {
    for number in 0..<count { try write { _ = try $0.addClaim("\(text) \(number)") } }
  }
}

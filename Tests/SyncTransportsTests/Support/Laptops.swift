import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

/// Laptops with a replica each of one store, in a directory that goes with the test.
final class Laptops {
  let path: String
  let id: StoreID
  private(set) var stores: [Store] = []
  /// What the clocks of all of them say, in milliseconds.
  let clock = TestClock()

  /// Makes replicas that are written to by people of these names.
  init(_ names: String...) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("laptops-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path + "/shared", withIntermediateDirectories: true)
    id = try unwrapped(StoreID(uuidBytes: (0..<16).map { _ in UInt8.random(in: 0...255) }, version: 4))
    for name in names { try add(name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The folder that they share.
  var shared: String { path + "/shared" }
  /// The directory of the store in it.
  var storeDirectory: String { "\(shared)/\(id).variorum" }

  func environment(_ name: String) -> StoreEnvironment {
    let clock = clock
    return StoreEnvironment(
      stateDirectory: StateDirectory(path: "\(path)/state-\(name)"), nowMilliseconds: { clock.now() })
  }

  /// Makes one more replica.
  @discardableResult
  func add(_ name: String, curator: Bool = true) throws -> Store {
    let store = try Store.create(
      at: "\(path)/\(name)/store.sqlite", environment: environment(name), replicaOf: id)
    if curator { try store.write { try $0.becomeCurator(name: name) } }
    stores.append(store)
    return store
  }

  /// A store that has nothing to do with the others.
  func stranger() throws -> Store {
    let store = try Store.create(at: "\(path)/stranger/store.sqlite", environment: environment("stranger"))
    try store.write { try $0.becomeCurator(name: "Stranger") }
    return store
  }
}

/// A clock that stands still until a test moves it.
final class TestClock: @unchecked Sendable {
  private let lock = NSLock()
  private var milliseconds: Int64 = 1_760_000_000_000

  func now() -> Int64 { lock.withLock { milliseconds } }
  func advance(milliseconds: Int64) { lock.withLock { self.milliseconds += milliseconds } }
}

extension Store {
  func digest() throws -> StateDigest { try read { try $0.status().digest } }

  /// Adds claims, each in a transaction, so that each change has a seal.
  func claim(_ statements: String...) throws {
    for statement in statements { try write { try $0.addClaim(statement, [:]) } }
  }
}

struct Missing: Error {}

/// The value, or an error.
func unwrapped<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Missing() }
  return value
}

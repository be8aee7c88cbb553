import Foundation

@testable import AnnotationStore

/// A directory that goes with the test, and a state directory in it.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("variorum-test-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func environment(user: String = "ada") -> StoreEnvironment {
    StoreEnvironment(stateDirectory: StateDirectory(path: "\(path)/state-\(user)"))
  }

  func store(_ name: String = "store", curator: String = "Ada") throws -> Store {
    let store = try Store.create(at: "\(path)/\(name)/store.sqlite", environment: environment())
    try store.write { try $0.becomeCurator(name: curator) }
    return store
  }

  func open(_ name: String = "store", user: String = "ada") throws -> Store {
    try Store.open(at: "\(path)/\(name)/store.sqlite", environment: environment(user: user))
  }
}

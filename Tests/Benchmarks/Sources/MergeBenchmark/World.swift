import AnnotationStore
import Foundation
import SyncTransports

/// A directory with stores and a state directory of its own.
struct World {
  let path: String

  init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  private var environment: StoreEnvironment {
    StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
  }

  func store(_ name: String, replicaOf store: Store? = nil) throws -> Store {
    try Store.create(at: "\(path)/\(name)/store.sqlite", environment: environment, replicaOf: store?.id)
  }

  /// A second replica with a curator of its own.
  func clone(_ store: Store, _ name: String) throws -> Store {
    let clone = try self.store(name, replicaOf: store)
    _ = try DirectMerge.merge(store, into: clone)
    try clone.write { try $0.becomeCurator(name: name) }
    return clone
  }

  func delete(_ name: String) { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let duration = try ContinuousClock().measure(body)
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func format(_ value: Double) -> String { String(format: "%.3f", value) }

import AnnotationStore
import Foundation
import Testing

@testable import SyncTransports

@Suite struct StoreCloneTests {
  private struct Stop: Error {}

  @Test func aCloneThatFailsLeavesNothing() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("clone-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
    let store = try Store.create(at: path + "/ada/store.sqlite", environment: environment)
    try store.write { try $0.becomeCurator(name: "Ada") }
    #expect(throws: Stop.self) {
      try StoreClone.make(in: path + "/ben", from: .store(store), environment: environment) { _ in throw Stop() }
    }
    #expect(!FileManager.default.fileExists(atPath: path + "/ben"))
    try FileManager.default.createDirectory(atPath: path + "/cy", withIntermediateDirectories: false)
    #expect(throws: Stop.self) {
      try StoreClone.make(in: path + "/cy", from: .store(store), environment: environment) { _ in throw Stop() }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/cy").isEmpty)
  }

  @Test func theKeyOfACloneStaysUsable() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("clone-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: path + "/state"))
    let store = try Store.create(at: path + "/ada/store.sqlite", environment: environment)
    try store.write { try $0.becomeCurator(name: "Ada") }
    let made = try StoreClone.make(in: path + "/ben", from: .store(store), environment: environment) {
      try $0.write { try $0.becomeCurator(name: "Ben") }
    }
    #expect(made.value.isNew)
    let clone = try Store.open(at: path + "/ben/.variorum/store.sqlite", environment: environment)
    // No new key: the file was given another name, and not copied.
    let commit = try clone.commit { try $0.addClaim("LCN2 is raised in ALS.") }
    #expect(commit.notice == nil && commit.changes.count == 1)
    #expect(try clone.read { try $0.status().replicas } == 2)
    #expect(throws: StoreError.self) {
      try StoreClone.make(in: path + "/ben", from: .store(store), environment: environment) { _ in }
    }
  }
}

import Foundation
import SyncTransports
import Testing

@testable import AnnotationStore

/// A log that forked, as after a virtual machine was rolled back: both branches are kept, applied and shown.
@Suite("Forked logs")
struct ForkTests {
  private let directory: TemporaryDirectory
  private let replica: ReplicaID
  private let ben: Store
  private let claim: RecordID

  /// Ada's machine wrote "before" and "lost", which Ben has; it was rolled back, and wrote "instead" in that place.
  init() throws {
    directory = try TemporaryDirectory()
    let store = try directory.store("ada")
    let commit = try store.add("before")
    claim = commit.value
    replica = try store.replica(of: commit.changes.last)
    ben = try directory.replica(of: store, "ben", curator: "Ben")
    try store.checkpoint()
    let saved = try directory.snapshot("ada", replica)
    try store.write { try $0.set(claim, "status", to: .text("accepted")) }
    try store.add("lost")
    _ = try DirectMerge.merge(store, into: ben)
    try store.pool.close()
    try directory.rollBack("ada", to: saved)
    let rolledBack = try directory.open("ada")
    let instead = try rolledBack.commit { try $0.set(claim, "status", to: .text("rejected")) }
    #expect(instead.notice == nil)
    #expect(try rolledBack.replica(of: instead.changes.last) == replica)
  }

  @Test("Both branches are kept, the values are in conflict, and the owner is told and gets a new key")
  func keepsBoth() throws {
    let ada = try directory.open("ada")
    let receipt = try DirectMerge.merge(ben, into: ada, both: true)
    #expect(receipt.here.areEqual)
    #expect(receipt.notices.count == 1 && receipt.notices.first?.contains(replica.hex.prefix(12)) == true)
    #expect(try ada.statements() == ["before", "lost"])
    for store in [ada, ben] {
      let forks = try store.read { try $0.forkedLogs() }
      #expect(forks.map(\.replica) == [replica] && forks.first?.tips.count == 2)
      #expect(forks.first?.isOwn == (store === ada))
      let conflicts = try store.read { try $0.conflicts() }
      #expect(Set(conflicts.map(\.type)) == [.fork, .register])
      #expect(conflicts.first { $0.type == .register }?.values.count == 2)
      #expect(try store.rebuild().differences == [])
      try expectSound(store)
    }
    #expect(try ada.fingerprints() == ben.fingerprints())
    let next = try ada.add("after")
    #expect(try ada.replica(of: next.changes.last) != replica)
    #expect(next.notice?.contains("retired") == true)
  }

  @Test("The fork is a conflict until somebody writes who has seen both branches")
  func closes() throws {
    let ada = try directory.open("ada")
    _ = try DirectMerge.merge(ben, into: ada, both: true)
    #expect(try ada.read { try $0.status() }.openConflicts == 2)
    try ben.add("seen both")
    #expect(try ben.read { try $0.status() }.openConflicts == 1)
    #expect(try ben.read { try $0.forkedLogs() }.count == 1)
    try expectEqual(ada, after: ben)
    #expect(try ada.read { try $0.status() }.openConflicts == 1)
    #expect(try ada.rebuild().differences == [])
  }

  @Test("An empty change closes it, on every replica, and a second one is not written")
  func join() throws {
    let ada = try directory.open("ada")
    _ = try DirectMerge.merge(ben, into: ada, both: true)
    let fork = try #require(try ada.read { try $0.conflicts() }.first { $0.type == .fork })
    let deeds = fork.values.compactMap(\.deed).map(\.description).sorted()
    #expect(deeds == ["1 change from place 3 on", "2 changes from place 3 on"])
    #expect(try ada.read { try $0.forkedLogs() }.map(\.isOpen) == [true])
    let commit = try ada.commit { try $0.joinForks() }
    #expect(commit.value.map(\.replica) == [replica] && commit.changes.count == 1)
    #expect(try ada.read { try $0.forkedLogs() }.map(\.isOpen) == [false])
    #expect(try ada.read { try $0.status() }.openConflicts == 1)
    #expect(try ada.commit { try $0.joinForks() }.changes.isEmpty)
    try expectEqual(ben, after: ada)
    #expect(try ben.read { try $0.status() }.openConflicts == 1)
    #expect(try ben.rebuild().differences == [])
    try expectSound(ben)
  }

  @Test("Whoever has one branch gets the other from whoever has both")
  func travels() throws {
    let ada = try directory.open("ada")
    let third = try Store.create(
      at: directory.storePath("third"), environment: directory.environment(), replicaOf: ada.id)
    _ = try DirectMerge.merge(ada, into: third)
    _ = try DirectMerge.merge(ben, into: ada, both: true)
    try expectEqual(third, after: ada)
    let fourth = try Store.create(
      at: directory.storePath("fourth"), environment: directory.environment(), replicaOf: ada.id)
    try expectEqual(fourth, after: third)
    #expect(try fourth.fingerprints() == ben.fingerprints())
  }

  @Test("A branch that waits as a whole is passed on to who has the other one")
  func waitingBranch() throws {
    let directory = try TemporaryDirectory()
    let store = try directory.store("ada")
    let replica = try store.replica(of: try store.add("before").changes.last)
    let carol = try directory.replica(of: store, "carol", curator: "Carol")
    try store.checkpoint()
    let saved = try directory.snapshot("ada", replica)
    try store.add("lost")
    let (third, fourth) = (
      try directory.replica(of: store, "third", curator: "Third"),
      try directory.replica(of: store, "fourth", curator: "Fourth")
    )
    try store.pool.close()
    try directory.rollBack("ada", to: saved)
    let ada = try directory.open("ada")
    // What she writes now names a change of Carol's, which the others lack.
    _ = try DirectMerge.merge(carol, into: ada)
    let first = try #require(try ada.log().filter { $0.replica == replica }.map(\.sequence).max()) + 1
    for statement in ["instead", "and more"] { try ada.add(statement) }
    #expect(try third.receive(ada.packed(replica, from: first), of: replica).waiting == 2)
    #expect(try DirectMerge.merge(third, into: fourth).here.received.waiting == 2)
    #expect(try DirectMerge.merge(carol, into: fourth).here.received.released == 2)
    #expect(try fourth.read { try $0.forkedLogs() }.map(\.tips.count) == [2])
    try expectEqual(fourth, after: third)
    try expectEqual(fourth, after: ada)
  }
}

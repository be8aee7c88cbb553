import Foundation
import SyncTransports
import Testing

@testable import AnnotationStore

/// A write starts from what the one before it left, if and only if nothing else was committed since. That the two are
/// equal wherever this is used, ``LastStart`` asserts by itself, here and in every other test.
@Suite("What a write starts from")
struct WriteStartTests {
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
    try store.add("first")
  }

  private struct Stop: Error {}

  /// What the next write would start from without a look at the tables.
  private func kept() throws -> WriteStart? {
    var kept: WriteStart?
    try store.pool.writeWithoutTransaction { db in
      try db.inTransaction(.immediate) {
        kept = store.identity.lastStart(db)
        return .rollback
      }
    }
    return kept
  }

  /// Writes once more and expects that the log goes on where it ended.
  private func expectGoingOn(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let before = try store.log()
    let commit = try store.add("and on")
    let after = try store.log()
    #expect(after.count == before.count + 1, sourceLocation: sourceLocation)
    #expect(after.first?.id == commit.changes.last, sourceLocation: sourceLocation)
    let replica = try store.replica(of: commit.changes.last)
    let sequences = after.filter { $0.replica == replica }.map(\.sequence)
    #expect(sequences == Array((1...UInt64(sequences.count)).reversed()), sourceLocation: sourceLocation)
    #expect(try kept()?.end?.id == commit.changes.last, sourceLocation: sourceLocation)
    try expectSound(store, sourceLocation: sourceLocation)
  }

  @Test("From what the last left, however many changes that had")
  func kept() async throws {
    #expect(try kept()?.end?.place.sequence == 2)
    let large = try store.commit { transaction in
      for number in 1...300 { try transaction.addClaim("claim \(number) " + String(repeating: "x", count: 500)) }
    }
    try #require(large.changes.count > 1)
    #expect(try kept()?.end?.id == large.changes.last)
    #expect(try kept()?.lastArrival == Int64(large.changes.count + 2))
    try expectGoingOn()
  }

  @Test("An undo, an edit and another curator leave what the next starts from")
  func others() throws {
    let claim = try store.add("to be edited").value
    try store.write { try $0.set(claim, "statement", to: .text("edited")) }
    #expect(try kept() != nil)
    try store.write { _ = try $0.undo() }
    #expect(try kept() != nil)
    let bob = try store.write { transaction in
      let bob = try transaction.becomeCurator(name: "Bob").id
      try transaction.addClaim("in Bob's name")
      return bob
    }
    #expect(try kept()?.curator == bob)
    #expect(try kept()?.end?.curator == bob)
    try expectGoingOn()
  }

  @Test("A transaction that is rolled back leaves what was before it", arguments: [false, true])
  func rolledBack(isLarge: Bool) throws {
    let before = try kept()
    #expect(throws: Stop.self) {
      try store.write { transaction in
        for number in 1...(isLarge ? 3_000 : 1) { try transaction.addClaim("claim \(number)") }
        try transaction.becomeCurator(name: "Somebody else")
        _ = try transaction.reader()
        throw Stop()
      }
    }
    // It may be looked for anew, but it is no other.
    let after = try kept()
    #expect(after == nil || after == before)
    try expectGoingOn()
  }

  @Test("A rehearsal leaves what was before it")
  func rehearsed() throws {
    let other = try directory.replica(of: store, "other", curator: "Bob")
    let theirs = try other.replica(of: other.add("theirs").changes.last)
    let changes = try other.packed(theirs)
    let before = try kept()
    _ = try store.rehearse { take in _ = try take(store.pack(changes, of: theirs)) }
    let after = try kept()
    #expect(after == nil || after == before)
    try expectGoingOn()
  }

  @Test("Not after a commit of another connection")
  func otherConnection() throws {
    let other = try directory.open()
    let foreign = try other.add("of another connection")
    #expect(try kept() == nil)
    try expectGoingOn()
    #expect(try store.read { try $0.change(foreign.changes[0]) } != nil)
    // And where it is the last of several.
    for number in 1...3 {
      try store.add("here \(number)")
      try other.add("there \(number)")
      try other.add("there again \(number)")
    }
    #expect(try kept() == nil)
    try expectGoingOn()
    #expect(directory.keys().count == 1)
  }

  @Test("Not after another connection's checkpoint, or with what it left")
  func checkpointed() throws {
    let other = try directory.open()
    try other.checkpoint()
    try expectGoingOn()
    try store.checkpoint()
    try other.add("after the checkpoint")
    #expect(try kept() == nil)
    try expectGoingOn()
  }

  @Test("Not after a commit of this connection that is no local write")
  func otherCommits() throws {
    #expect(try store.rebuild().differences == [])
    #expect(try kept() == nil)
    try expectGoingOn()
    #expect(try store.addRemote("folder", address: "/somewhere"))
    #expect(try kept() == nil)
    try expectGoingOn()
    let bob = try store.commit { try $0.becomeCurator(name: "Bob") }
    try store.write { try $0.becomeCurator(name: "Ada") }
    #expect(try store.commit { try $0.becomeCurator(name: "Bob").isNew }.changes == [])
    #expect(try kept() == nil)
    let byBob = try store.add("in Bob's name")
    #expect(try store.read { try $0.record(byBob.value) }?.curator == bob.value.id)
    try expectGoingOn()
  }

  @Test("Not after what came from others, whose heads the next write joins")
  func received() throws {
    let other = try directory.replica(of: store, "other", curator: "Bob")
    let commit = try other.add("theirs")
    let theirs = try other.replica(of: commit.changes.last)
    try store.add("mine")
    try store.receive(other.packed(theirs), of: theirs)
    #expect(try kept() == nil)
    let joined = try store.add("joins both")
    #expect(try store.read { try $0.status() }.heads == joined.changes.suffix(1))
    #expect(try kept()?.hasConcurrentHeads == false)
    try expectGoingOn()
  }

  @Test("With a fork in some log, from what the last left all the same")
  func forked() throws {
    let other = try directory.replica(of: store, "other", curator: "Bob")
    let theirs = try other.replica(of: other.add("theirs").changes.last)
    try other.checkpoint()
    try other.close()
    let saved = try directory.snapshot("other", theirs)
    var branches: [[PackedChange]] = []
    for text in ["one branch", "another branch"] {
      let opened = try directory.open("other")
      try opened.add(text)
      branches.append(try opened.packed(theirs))
      try opened.close()
      try directory.rollBack("other", to: saved)
    }
    for branch in branches { try store.receive(branch, of: theirs) }
    #expect(try kept() == nil)
    try expectGoingOn()
    #expect(try kept()?.hasForks == true)
    try expectGoingOn()
  }

  @Test("With a key that was minted, or retired, from its own end")
  func keys() throws {
    try store.close()
    try directory.run("cp", "-a", "\(directory.path)/store", "\(directory.path)/copy")
    let (original, copy) = (try directory.open(), try directory.open("copy"))
    for number in 1...4 { #expect(try (copy.add("copy \(number)").notice != nil) == (number == 1)) }
    for number in 1...4 { #expect(try original.add("original \(number)").notice == nil) }
    let mine = try original.replica(of: original.add("last").changes.last)
    // Somebody else retires the key of a store that has it at hand.
    try ReplicaKeyring(directory: StateDirectory(path: "\(directory.path)/state-ada")).retire(
      mine.bytes, reason: "test")
    let next = try original.add("with another key")
    #expect(next.notice != nil)
    #expect(try original.replica(of: next.changes.last) != mine)
    for number in 5...7 { #expect(try original.add("original \(number)").notice == nil) }
    for store in [original, copy] { try expectSound(store) }
  }

  @Test("A file that was put in the place of the store is not written to")
  func replaced() throws {
    let (path, copy) = (directory.storePath(), "\(directory.path)/copy.sqlite")
    try #require(try kept() != nil)
    try directory.run("cp", path, copy)
    try directory.run("mv", copy, path)
    #expect(throws: StoreError.replaced(path: path)) { try store.add("lost") }
  }
}

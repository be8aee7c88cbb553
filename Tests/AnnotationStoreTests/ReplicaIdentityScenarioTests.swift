import Foundation
import Testing

@testable import AnnotationStore

/// A replica key belongs to one file of one user: whatever happens to the file, no log forks and no write is lost.
@Suite("Replica identity of store files")
struct ReplicaIdentityScenarioTests {
  private let directory: TemporaryDirectory
  private let first: ReplicaID

  /// A closed store with one claim, and its key.
  init() throws {
    directory = try TemporaryDirectory()
    let store = try directory.store()
    let commit = try store.add("before")
    #expect(commit.notice == nil)
    first = try store.replica(of: commit.changes.last)
  }

  @Test("cp -a of the directory, both written afterwards")
  func copied() throws {
    try directory.run("cp", "-a", "\(directory.path)/store", "\(directory.path)/copy")
    let (original, copy) = (try directory.open(), try directory.open("copy"))
    let inCopy = try copy.add("in the copy")
    let inOriginal = try original.add("in the original")
    #expect(try original.replica(of: inOriginal.changes.last) == first)
    #expect(inOriginal.notice == nil)
    let second = try copy.replica(of: inCopy.changes.last)
    #expect(second != first)
    let notice = try #require(inCopy.notice)
    #expect(notice.contains(second.hex.prefix(12)) && notice.contains("copy"), "\(notice)")
    #expect(!notice.contains("\n"))
    // The new key stays, without another word.
    let again = try copy.add("in the copy again")
    #expect(try copy.replica(of: again.changes.last) == second)
    #expect(again.notice == nil)
    #expect(try forks(original, copy) == [])
    #expect(try original.statements() == ["before", "in the original"])
    #expect(try copy.statements() == ["before", "in the copy", "in the copy again"])
    #expect(directory.keys() == [first.hex, second.hex].sorted())
    for store in [original, copy] { try expectSound(store) }
  }

  @Test("A backup is restored, over the same file or in its place", arguments: [true, false])
  func restored(inPlace: Bool) throws {
    let (path, backup) = (directory.storePath(), "\(directory.path)/backup.sqlite")
    try #require(!FileManager.default.fileExists(atPath: path + "-wal"), "the store is closed")
    try directory.run("cp", path, backup)
    let lost = try directory.open().add("lost with the restore").changes
    let before = try FileIdentity(path: path)
    if inPlace {
      try directory.run("sh", "-c", "cat \"$1\" > \"$2\"", "sh", backup, path)
    } else {
      try directory.run("mv", backup, path)
    }
    #expect((try FileIdentity(path: path) == before) == inPlace)
    let store = try directory.open()
    let commit = try store.add("after the restore")
    let second = try store.replica(of: commit.changes.last)
    #expect(second != first)
    #expect(commit.notice?.contains("restored") == true, "\(commit.notice ?? "no notice")")
    #expect(commit.notice?.contains(second.hex.prefix(12)) == true)
    #expect(try store.statements() == ["after the restore", "before"])
    let log = try store.log()
    #expect(!log.contains { lost.contains($0.id) })
    #expect(log.filter { $0.replica == second }.map(\.sequence) == [1])
    #expect(try store.add("more").notice == nil)
    try expectSound(store)
  }

  @Test("A copy that wrote is restored: the newest key says why, not the first")
  func restoredCopy() throws {
    try directory.run("cp", "-a", "\(directory.path)/store", "\(directory.path)/copy")
    let path = directory.storePath("copy")
    try directory.open("copy").add("in the copy")
    try directory.run("cp", path, path + ".backup")
    try directory.open("copy").add("lost")
    try directory.run("sh", "-c", "cat \"$1\" > \"$2\"", "sh", path + ".backup", path)
    let store = try directory.open("copy")
    let commit = try store.add("after")
    #expect(commit.notice?.contains("a backup was restored") == true, "\(commit.notice ?? "no notice")")
    #expect(directory.keys().count == 3)
    try expectSound(store)
  }

  @Test("The state directory is gone")
  func stateGone() throws {
    try FileManager.default.removeItem(atPath: "\(directory.path)/state-ada")
    let store = try directory.open()
    let commit = try store.add("after")
    let second = try store.replica(of: commit.changes.last)
    #expect(second != first)
    #expect(commit.notice?.contains(second.hex.prefix(12)) == true)
    #expect(directory.keys() == [second.hex])
    #expect(try store.statements() == ["after", "before"])
    try expectSound(store)
  }

  @Test("Two that mint at once on a copy get one key", arguments: 1...4)
  func mintingAtOnce(round: Int) async throws {
    try directory.run("cp", "-a", "\(directory.path)/store", "\(directory.path)/copy")
    let stores = [try directory.open("copy"), try directory.open("copy")]
    let notices = try await withThrowingTaskGroup(of: [String].self) { group in
      for (index, store) in stores.enumerated() {
        group.addTask { try (1...5).compactMap { try store.add("writer \(index), \($0)").notice } }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(notices.count == 1)
    #expect(directory.keys().count == 2)
    let expected = (0...1).flatMap { index in (1...5).map { "writer \(index), \($0)" } }
    for store in stores {
      #expect(try store.statements() == (["before"] + expected).sorted())
      #expect(try Set(store.log().map(\.replica)).count == 2)
      #expect(try forks(store) == [])
      try expectSound(store)
    }
  }

  @Test("A crash between the commit and the mark keeps the key")
  func crashBeforeTheMark() throws {
    let mark = directory.markPath(first)
    let early = try directory.bytes(mark)
    try directory.open().add("committed, then the crash")
    #expect(try directory.bytes(mark) != early)
    try early.write(to: URL(fileURLWithPath: mark), options: [])
    #expect(try directory.bytes(mark) == early)
    let store = try directory.open()
    let commit = try store.add("after the crash")
    #expect(try store.replica(of: commit.changes.last) == first)
    #expect(commit.notice == nil)
    #expect(try store.statements() == ["after the crash", "before", "committed, then the crash"])
    #expect(try forks(store) == [])
    try expectSound(store)
  }

  @Test("Two users share one file")
  func twoUsers() throws {
    let (ada, bob) = (try directory.open(), try directory.open(user: "bob"))
    let inBobs = try bob.add("bob's")
    let second = try bob.replica(of: inBobs.changes.last)
    #expect(second != first)
    let inAdas = try ada.add("ada's")
    #expect(try ada.replica(of: inAdas.changes.last) == first)
    #expect(inAdas.notice == nil)
    let again = try bob.add("bob's again")
    #expect(try bob.replica(of: again.changes.last) == second)
    #expect(again.notice == nil)
    #expect(directory.keys() == [first.hex])
    #expect(directory.keys(user: "bob") == [second.hex])
    let log = try ada.log()
    for replica in [first, second] {
      let sequences = log.filter { $0.replica == replica }.map(\.sequence)
      #expect(sequences == Array((1...UInt64(sequences.count)).reversed()))
    }
    #expect(try ada.statements() == ["ada's", "before", "bob's", "bob's again"])
    for store in [ada, bob] { try expectSound(store) }
  }

  @Test("A transaction that is rolled back leaves no key behind")
  func rolledBack() throws {
    struct Stop: Error {}
    try directory.run("cp", "-a", "\(directory.path)/store", "\(directory.path)/copy")
    let copy = try directory.open("copy")
    #expect(throws: Stop.self) {
      try copy.write {
        try $0.addClaim("never")
        throw Stop()
      }
    }
    #expect(directory.keys() == [first.hex])
    #expect(try copy.facts().keyCount == 1)
    #expect(try copy.statements() == ["before"])
    #expect(try copy.add("then").notice != nil)
    try expectSound(copy)
  }

  @Test("A transaction that writes nothing mints nothing, so the next one says that the key is new")
  func nothingWritten() throws {
    try directory.run("cp", "-a", "\(directory.path)/store", "\(directory.path)/copy")
    let copy = try directory.open("copy")
    let empty = try copy.commit { try $0.becomeCurator(name: "Ada").isNew }
    #expect(empty.changes == [] && !empty.value && empty.notice == nil)
    #expect(directory.keys() == [first.hex])
    #expect(try copy.facts().keyCount == 1)
    #expect(try copy.add("then").notice != nil)
    #expect(directory.keys().count == 2)
    try expectSound(copy)
  }

  @Test("A store that is renamed, or its directory, keeps its key")
  func moved() throws {
    try directory.run("mv", "\(directory.path)/store", "\(directory.path)/renamed")
    let commit = try directory.open("renamed").add("after")
    #expect(commit.notice == nil)
    let path = "\(directory.path)/renamed/other.sqlite"
    try directory.run("mv", directory.storePath("renamed"), path)
    let other = try Store.open(at: path, environment: directory.environment())
    let last = try other.add("last")
    #expect(last.notice == nil)
    #expect(try [commit, last].map { try other.replica(of: $0.changes.last) } == [first, first])
    #expect(try other.statements() == ["after", "before", "last"])
    #expect(directory.keys() == [first.hex])
    try expectSound(other)
  }

  @Test("A file that was put in the place of an open one is not written to")
  func replacedWhileOpen() throws {
    let (path, copy) = (directory.storePath(), "\(directory.path)/copy.sqlite")
    try directory.run("cp", path, copy)
    let store = try directory.open()
    try directory.run("mv", copy, path)
    let bytes = try directory.bytes(path)
    #expect(throws: StoreError.replaced(path: path)) { try store.add("lost") }
    #expect(try directory.bytes(path) == bytes)
  }
}

import Foundation
import Testing

@testable import AnnotationStore

/// Any number of writers and readers may have one store open: they wait, nobody fails, and nothing is lost.
@Suite("Many at once", .timeLimit(.minutes(25)))
struct StoreConcurrencyTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("Four writers on two instances lose nothing")
  func writers() async throws {
    let stores = [try directory.store(), try directory.open()]
    let claim = try stores[0].add("LCN2 is raised.").value
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        let store = stores[writer % 2]
        group.addTask {
          for number in 0..<25 {
            try store.write { try $0.annotate(claim, body: "writer \(writer), note \(number)", tags: ["w\(writer)"]) }
          }
        }
      }
      try await group.waitForAll()
    }
    let expected = (0..<4).flatMap { writer in (0..<25).map { "writer \(writer), note \($0)" } }.sorted()
    for store in stores {
      let bodies = try store.read { try $0.records(.annotation, on: claim) }.compactMap { $0.text("body") }
      #expect(bodies.sorted() == expected)
      #expect(try store.log().map(\.sequence) == Array((1...102).reversed()))
      try expectSound(store)
    }
    #expect(directory.keys().count == 1)
  }

  @Test("Of several that make one store, one does", arguments: 1...10)
  func creating(round: Int) async throws {
    let (path, environment) = (directory.storePath(), directory.environment())
    let made = try await withThrowingTaskGroup(of: Store?.self) { group in
      for _ in 0..<4 {
        group.addTask {
          do { return try Store.create(at: path, environment: environment) } catch StoreError.exists { return nil }
        }
      }
      return try await group.reduce(into: [Store]()) { if let store = $1 { $0.append(store) } }
    }
    #expect(made.count == 1)
    let store = try #require(made.first)
    try store.write { try $0.becomeCurator(name: "Ada") }
    #expect(try directory.open().id == store.id)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/store")
    #expect(names.allSatisfy { $0.hasPrefix("store.sqlite") }, "\(names)")
    try expectSound(store)
  }

  @Test("A reader does not wait for a writer, and sees nothing of what is not committed")
  func readingDuringAWrite() throws {
    let (writing, reading) = (try directory.store(), try directory.open())
    try writing.add("old")
    let (started, hasRead, ended) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let outcome = Mutex<(waited: DispatchTimeoutResult?, error: String?)>((nil, nil))
    Thread.detachNewThread {
      defer { ended.signal() }
      do {
        try writing.write { transaction in
          for number in 1...500 { try transaction.addClaim("new \(number)") }
          let within = try transaction.reader().status().records.first { $0.kind == .claim }?.count
          started.signal()
          let waited = hasRead.wait(timeout: .now() + 20)
          outcome.value = (waited, within == 501 ? nil : "the transaction sees \(within ?? 0) claims of its own")
        }
      } catch { outcome.value = (nil, "\(error)") }
    }
    try #require(started.wait(timeout: .now() + 20) == .success)
    #expect(try reading.statements() == ["old"])
    #expect(try writing.statements() == ["old"])
    hasRead.signal()
    try #require(ended.wait(timeout: .now() + 20) == .success)
    #expect(outcome.value.waited == .success)
    #expect(outcome.value.error == nil)
    #expect(try reading.statements().count == 501)
    try expectSound(reading)
  }

  @Test("A read transaction is one snapshot, whatever is committed meanwhile, and holds no writer up")
  func snapshot() throws {
    let (writing, reading) = (try directory.store(), try directory.open())
    try writing.add("old")
    try reading.read { reader in
      let before = try reader.status()
      try writing.add("new")
      let after = try reader.status()
      #expect(after.digest == before.digest && after.changes == before.changes)
      #expect(try reader.records(RecordFilter()).count { $0.kind == .claim } == 1)
    }
    #expect(try reading.statements() == ["new", "old"])
  }

  @Test("Commits of this instance and of another are told, in order, with their records")
  func commits() async throws {
    let (store, other) = (try directory.store(), try directory.open())
    try store.add("before anybody looks")
    var commits = store.commits(pollingEvery: .milliseconds(5)).makeAsyncIterator()
    let own = try store.add("own")
    let first = try #require(try await commits.next())
    #expect(first.changes == own.changes)
    #expect(first.records == [own.value])
    let foreign = try other.add("of another instance")
    let second = try #require(try await commits.next())
    #expect(second.changes == foreign.changes)
    #expect(second.records == [foreign.value])
    let noted = try other.commit { try $0.annotate(own.value, body: "a note") }
    let third = try #require(try await commits.next())
    #expect(third.changes == noted.changes)
    #expect(third.records == [noted.value])
  }

  @Test("What this instance commits is told without waiting for the interval")
  func promptCommits() async throws {
    let store = try directory.store()
    var commits = store.commits(pollingEvery: .seconds(3600)).makeAsyncIterator()
    let own = try store.add("own")
    #expect(try await commits.next()?.changes == own.changes)
  }

  @Test("What this instance takes from others is told without waiting for the interval, and alone where it is")
  func promptReceipts() async throws {
    let store = try directory.store()
    let other = try directory.replica(of: store, "other", curator: "Bob")
    let theirs = try other.add("theirs")
    let replica = try other.replica(of: theirs.changes.last)
    var commits = store.commits(pollingEvery: .seconds(3600)).makeAsyncIterator()
    // These commit, too, and bring no change.
    #expect(try store.addRemote("folder", address: "/somewhere"))
    #expect(try store.commit { try $0.becomeCurator(name: "Ada").isNew }.changes == [])
    try store.receive(other.packed(replica), of: replica)
    let told = try #require(try await commits.next())
    #expect(told.changes.suffix(1) == theirs.changes && told.records.contains(theirs.value))
    let own = try store.add("own")
    #expect(try await commits.next()?.changes == own.changes)
  }

  @Test("A transaction that is rolled back is not told")
  func rolledBackCommits() async throws {
    struct Stop: Error {}
    let store = try directory.store()
    var commits = store.commits(pollingEvery: .milliseconds(5)).makeAsyncIterator()
    #expect(throws: Stop.self) {
      try store.write {
        try $0.addClaim("never")
        _ = try $0.reader()
        throw Stop()
      }
    }
    let own = try store.add("own")
    #expect(try await commits.next()?.changes == own.changes)
  }

  @Test("The stream ends with the task that iterates")
  func cancelledCommits() async throws {
    let store = try directory.store()
    let commits = store.commits(pollingEvery: .milliseconds(5))
    let (told, tell) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      var count = 0
      for try await _ in commits {
        count += 1
        tell.yield()
      }
      return count
    }
    try store.add("one")
    for await _ in told { break }
    task.cancel()
    #expect(try await task.value == 1)
  }

  @Test("A backup made while others write is sound, and holds a prefix of the log")
  func backupWhileWriting() throws {
    let (store, other) = (try directory.store(), try directory.open())
    let path = "\(directory.path)/backup.sqlite"
    let (started, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let (stop, written) = (Mutex(false), Mutex(0))
    // A thread of its own, and not of the pool that other tests keep busy; and it does not go on for ever.
    Thread {
      while !stop.value, written.value < 5_000, (try? other.add("claim \(written.value + 1)")) != nil {
        written.value += 1
        started.signal()
      }
      ended.signal()
    }.start()
    started.wait()
    try store.backup(to: path)
    stop.value = true
    ended.wait()
    let copy = try Store.open(at: path, environment: directory.environment())
    let claims = try copy.statements()
    #expect(!claims.isEmpty && claims.count <= written.value)
    #expect(Set(claims) == Set((1...claims.count).map { "claim \($0)" }))
    try expectSound(copy)
    #expect(throws: StoreError.exists(path: path)) { try store.backup(to: path) }
    #expect(try copy.add("in the copy").notice != nil)
    try store.add("in the original")
    #expect(try forks(store, copy) == [])
    for store in [store, copy] { try expectSound(store) }
  }
}

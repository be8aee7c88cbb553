import AnnotationStore
import Foundation
import NIOPosix
import SyncProtocol
import SyncTransports
import Testing

@testable import Hub

@Suite("Parts of a hub", .timeLimit(.minutes(25)))
struct PartsTests {
  @Test("Ranges as a Range header asks for them")
  func ranges() {
    for (text, range) in [
      ("bytes=0-0", 0..<1), ("bytes=3-", 3..<10), ("bytes=3-99", 3..<10), ("bytes=-4", 6..<10), ("bytes=-40", 0..<10),
    ] as [(String, Range<Int>)] {
      #expect(ByteRange(text)?.resolved(in: 10) == range, "\(text)")
    }
    for text in ["bytes=10-", "bytes=-0", "bytes=99-100"] {
      #expect(ByteRange(text).map { $0.resolved(in: 10) == nil } == true, "\(text)")
    }
    for text in [
      "", "bytes=", "bytes=-", "bytes=5-3", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=+1-2",
      "bytes=99999999999999999999-", "bytes=1-99999999999999999999",
    ] {
      #expect(ByteRange(text) == nil, "\(text)")
    }
  }

  @Test("A query has known names, each once, in UTF-8")
  func queries() throws {
    let query = try Query("text=a+b%2Bc&limit=7&conflict=true", known: ["text", "limit", "conflict", "x"])
    #expect(query["text"] == "a b+c")
    #expect(query["x"] == nil)
    #expect(try query.number("limit", in: 1...10, default: 5) == 7)
    #expect(try query.number("x", in: 1...10, default: 5) == 5)
    #expect(try query.flag("conflict"))
    for text in ["y=1", "text=%FF", "text=%", "text=1&text=2", "conflict=1", "limit=0", "limit=11"] {
      #expect(throws: Problem.self, "\(text)") {
        let query = try Query(text, known: ["text", "limit", "conflict"])
        _ = try query.flag("conflict")
        _ = try query.number("limit", in: 1...10, default: 5)
      }
    }
    let place: [CBORValue] = [.int(12), .bytes([1, 2]), .text("ä")]
    #expect(try PageCursor.parts(PageCursor.text(place)) == place)
    for text in ["", "!", "AA", "gQ", String(repeating: "A", count: 2_000)] {
      #expect(throws: Problem.self, "\(text)") { try PageCursor.parts(text) }
    }
  }

  @Test("A full disk, a locked store and whatever else fails get their statuses")
  func problems() {
    #expect(Problem(StoreError.diskFull(path: "/secret")).status.code == 507)
    for code in [ENOSPC, EDQUOT] {
      let error = IdentityError.cannot(operation: "write", path: "/secret", code: code)
      #expect(Problem(error).status.code == 507 && Problem(StoreError.identity(error)).kind == "disk-full")
    }
    #expect(Problem(StoreError.busy(path: "/secret")).status.code == 503)
    #expect(Problem(StoreError.database(path: "/secret", detail: "secret")).status.code == 500)
    for error in [StoreError.diskFull(path: "/secret"), .database(path: "/secret", detail: "secret")] {
      #expect(!Problem(error).json(request: "1").contains("secret"))
    }
    #expect(Problem(SyncError.version(9)).kind == "version")
  }

  @Test("A ledger confirms what was so, and nothing after it was set back")
  func ledger() throws {
    let fixture = try HubFixture()
    let path = fixture.path + "/cursors"
    func digest(_ number: UInt8) throws -> StateDigest {
      try #require(StateDigest([UInt8](repeating: number, count: 32)))
    }
    let ledger = try CursorLedger(path: path, arrival: 0, digest: digest(0))
    for number in 1...5 as ClosedRange<UInt8> { try ledger.note(UInt64(number) * 10, digest(number)) }
    try ledger.note(50, digest(9))
    #expect(try ledger.confirms(50, digest(5)) && !ledger.confirms(50, digest(9)) && !ledger.confirms(45, digest(5)))
    // Opened where it stands, it knows all; set back to an earlier place, what was up to there.
    let again = try CursorLedger(path: path, arrival: 50, digest: digest(5))
    #expect(try again.confirms(20, digest(2)) && again.confirms(0, digest(0)))
    let back = try CursorLedger(path: path, arrival: 30, digest: digest(3))
    #expect(try back.confirms(30, digest(3)) && back.confirms(20, digest(2)) && !back.confirms(40, digest(4)))
    // Another history at that place, or one that the file does not know: nothing of it is believed.
    let other = try CursorLedger(path: path, arrival: 30, digest: digest(7))
    #expect(try other.confirms(30, digest(7)) && !other.confirms(20, digest(2)))
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(try CursorLedger(path: path, arrival: 3, digest: digest(1)).confirms(3, digest(1)))
  }

  @Test("A ledger that cannot be written is kept in memory, and whole on the disk when it can be again")
  func unwrittenLedger() throws {
    let fixture = try HubFixture()
    let path = fixture.path + "/cursors"
    func digest(_ number: UInt8) throws -> StateDigest {
      try #require(StateDigest([UInt8](repeating: number, count: 32)))
    }
    // No file can take the name.
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let ledger = try CursorLedger(path: path, arrival: 10, digest: digest(1))
    #expect(throws: IdentityError.self) { try ledger.note(20, digest(2)) }
    #expect(try ledger.confirms(10, digest(1)) && ledger.confirms(20, digest(2)))
    try FileManager.default.removeItem(atPath: path)
    try ledger.note(30, digest(3))
    try ledger.note(40, digest(4))
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let again = try CursorLedger(path: path, arrival: 40, digest: digest(4))
    for number in 1...4 as ClosedRange<UInt8> {
      #expect(try again.confirms(UInt64(number) * 10, digest(number)), "\(number)")
    }
    // Where nothing has changed nothing is written; a half record at the end goes.
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before && before.count == 160)
    try (before + [1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(try CursorLedger(path: path, arrival: 40, digest: digest(4)).confirms(10, digest(1)))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test("Memory is shared in the order of coming, and who waits for too long is told so")
  func budget() async throws {
    let budget = ByteBudget(10, patience: .seconds(3_600))
    let first = try await budget.take(6)
    let second = try await budget.take(4)
    async let third = budget.take(100)
    while budget.waitingCount < 1 { await Task.yield() }
    async let fourth = budget.take(1)
    while budget.waitingCount < 2 { await Task.yield() }
    first.free()
    first.free()
    second.shrink(to: 1)
    // The third asked for more than there is, and gets all of it when nobody else has any; the fourth comes after.
    #expect(budget.taken == 1 && budget.waitingCount == 2)
    second.free()
    let all = try await third
    #expect(budget.taken == 10)
    all.free()
    let one = try await fourth
    #expect(budget.taken == 1)
    withExtendedLifetime(one) {}
    await #expect(throws: Problem.self) { try await ByteBudget(0, patience: .zero).take(1) }
  }

  @Test("Packs that wait together are committed together, and what is wrong with one fails that one")
  func groups() async throws {
    struct Broken: Error {}
    let fixture = try HubFixture()
    let (ada, ben) = (try fixture.store("ada"), try fixture.store("ben"))
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    let (good, bad) = (try Self.pack(of: ada), try Self.pack(of: ben))
    let sizes = Sizes()
    let queue = CommitQueue(threads: threads) { packs in
      sizes.add(packs.count)
      if packs.contains(where: { $0.store == bad.store }) { throw Broken() }
      return try packs.map { _ in try ada.receive(good) }
    }
    // The one thread is taken until all wait.
    let gate = DispatchSemaphore(value: 0)
    threads.submit { _ in gate.wait() }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<10 {
        group.addTask {
          do {
            _ = try await queue.take(number == 4 ? bad : good)
            return true
          } catch is Broken { return false }
        }
      }
      // However many of them the first transaction took.
      while await queue.pendingCount < 10, !Task.isCancelled { await Task.yield() }
      gate.signal()
      var succeeded = 0
      for try await isGood in group where isGood { succeeded += 1 }
      #expect(succeeded == 9)
    }
    #expect(sizes.all.contains { $0 > 1 }, "\(sizes.all)")
    try await threads.shutdownGracefully()
  }

  private final class Sizes: @unchecked Sendable {
    private let lock = NSLock()
    private var sizes: [Int] = []
    func add(_ size: Int) { lock.withLock { sizes.append(size) } }
    var all: [Int] { lock.withLock { sizes } }
  }

  private static func pack(of store: Store) throws -> Pack {
    let bytes = try store.read { reader in
      let logs = try reader.logPositions().map { LogWant(replica: $0.replica, tips: $0.tips.map(\.id), have: []) }
      var plan = try OutgoingChanges(for: SyncWant(logs: logs), reader)
      return try plan.nextPack(of: store.id, reader)?.bytes ?? []
    }
    return try Pack(opening: bytes, expecting: nil, decompress: Zstandard.decompress)
  }
}

import AnnotationStore
import Foundation
import Testing

/// Several processes on one store, and one that is killed.
@Suite("Processes at once", .timeLimit(.minutes(25)))
struct ProcessTests {
  private let harness: CommandLineHarness
  private let claim: String

  init() throws {
    harness = try CommandLineHarness()
    claim = try harness.succeed(["add", "claim", "LCN2 is raised."]).shortID
  }

  /// Runs bodies on threads of their own, and gives back what they threw.
  private func atOnce(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) -> [String] {
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: count) { index in
      do { try body(index + 1) } catch { failures.add("\(error)") }
    }
    return failures.all
  }

  private final class Failures: @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String] = []

    func add(_ text: String) { lock.withLock { texts.append(text) } }
    var all: [String] { lock.withLock { texts } }
  }

  private func notes(_ store: Store) throws -> [String] {
    try store.read { reader in
      let target = try reader.record(named: claim)
      return try reader.records(.annotation, on: target.id).compactMap { $0.text("body") }.sorted()
    }
  }

  @Test("Four writers and a reader lose nothing and never fail")
  func writers() throws {
    let failures = atOnce(5) { [harness, claim] writer in
      for number in 1...25 {
        if writer == 5 {
          try harness.succeed(["list", "annotations"])
        } else {
          try harness.succeed(["note", claim, "writer \(writer), note \(number)"])
        }
      }
    }
    #expect(failures == [])
    let store = try harness.store()
    #expect(try notes(store) == (1...4).flatMap { writer in (1...25).map { "writer \(writer), note \($0)" } }.sorted())
    #expect(try store.verify().isSound)
    #expect(try store.read { try $0.status() }.replicas == 1)
    #expect(try harness.succeed(["verify"]).status == 0)
  }

  @Test("Two that write first to a copy get one new key, and say so once", arguments: 1...3)
  func mintingAtOnce(round: Int) throws {
    try FileManager.default.copyItem(atPath: harness.directory + "/.variorum", toPath: harness.directory + "/copied")
    try FileManager.default.createDirectory(atPath: harness.directory + "/copy", withIntermediateDirectories: false)
    try FileManager.default.moveItem(
      atPath: harness.directory + "/copied", toPath: harness.directory + "/copy/.variorum")
    let told = Failures()
    let failures = atOnce(2) { [harness, claim] writer in
      let output = try harness.succeed(
        ["note", claim, "writer \(writer)"],
        environment: ["VARIORUM_STORE": harness.directory + "/copy/.variorum/store.sqlite"])
      told.add(output.stderr)
    }
    #expect(failures == [])
    #expect(told.all.joined().components(separatedBy: "new replica key").count == 2, "\(told.all)")
    try harness.succeed(["note", claim, "in the original"])
    let (original, copy) = (try harness.store(), try harness.store("copy/.variorum/store.sqlite"))
    #expect(try notes(copy) == ["writer 1", "writer 2"])
    #expect(try notes(original) == ["in the original"])
    #expect(try copy.read { try $0.status() }.replicas == 2)
    #expect(try copy.facts().keyCount == 2)
    var ids: [String: Set<ChangeID>] = [:]
    for store in [original, copy] {
      for change in try store.read({ try $0.changes() }) {
        ids["\(change.replica) \(change.sequence)", default: []].insert(change.id)
      }
      #expect(try store.verify().isSound)
    }
    #expect(ids.values.allSatisfy { $0.count == 1 })
  }

  @Test("An import that is killed in the middle leaves the store as it was")
  func killed() throws {
    let filler = String(repeating: "lipocalin ", count: 30)
    var table = "statement\ttags\n"
    for number in 1...120_000 { table += "Claim \(number) \(filler)\ta;b\n" }
    try harness.file("big.tsv", table.utf8)
    let before = try harness.fingerprint()
    let script = try harness.file(
      "import.sh", "#!/bin/sh\necho $$ > pid\nexec \"$VARIORUM\" import big.tsv\n".utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    let ended = Failures()
    Thread.detachNewThread { [harness] in
      ended.add((try? harness.run([], through: script)).map { "\($0.status)" } ?? "it did not start")
    }
    var size: Int64 = 0
    let path = harness.directory + "/.variorum/store.sqlite-wal"
    while size < 1_000_000, ended.all.isEmpty {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      size = (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }
    let text = try harness.text(harness.directory + "/pid").trimmingCharacters(in: .newlines)
    try #require(ended.all == [], "it ended before its write-ahead log grew")
    #expect(kill(try #require(pid_t(text)), SIGKILL) == 0)
    while ended.all.isEmpty { Thread.sleep(forTimeInterval: 0.01) }
    #expect(ended.all == ["9"])
    #expect(try harness.fingerprint() == before)
    #expect(try harness.succeed(["verify"]).status == 0)
    let note = try harness.succeed(["note", claim, "after the crash"])
    #expect(!note.stderr.contains("new replica key"))
    #expect(try notes(harness.store()) == ["after the crash"])
    #expect(try harness.store().verify().isSound)
  }
}

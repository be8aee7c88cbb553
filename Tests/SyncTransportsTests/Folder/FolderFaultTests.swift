import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("A folder that others carry, with all that happens to it")
struct FolderFaultTests {
  /// Ada has synced claims, each in a pack of its own, and Ben has nothing yet.
  private func folder(claims: Int = 3) throws -> (SharedFolder, packs: [String]) {
    let folder = try SharedFolder("ada", "ben", "cy")
    for number in 0..<claims {
      try folder[0].claim("Claim \(number).")
      try folder.sync(0)
    }
    return (folder, try folder.packs())
  }

  @Test("A file that was cut off is named once, and taken when it is whole")
  func cutOff() throws {
    let (folder, packs) = try folder()
    let whole = try folder.bytes(packs[1])
    try folder.put(whole.dropLast(20), packs[1])
    let first = try folder.sync(1, .pull)
    #expect(first.findings.count == 1 && first.findings.first?.what.contains("damaged or incomplete") == true)
    #expect(first.digestThere == nil)
    #expect(try folder.sync(1, .pull).findings.isEmpty)
    try folder.put(whole, packs[1])
    let last = try folder.sync(1, .pull)
    #expect(last.findings.isEmpty && last.report.applied + last.report.released > 0)
    #expect(try folder[1].read { try $0.status() }.changes == 5)
  }

  /// Some programs make room for a file and give it its time before they write it.
  @Test("A file that becomes whole without a trace in its size and time is taken")
  func preallocated() throws {
    let (folder, packs) = try folder(claims: 1)
    let whole = try folder.bytes(packs[0])
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    try folder.put(Data(count: whole.count), packs[0], modified: time)
    #expect(try folder.sync(1, .pull).findings.count == 1)
    try folder.put(whole, packs[0], modified: time)
    #expect(try folder.sync(1, .pull).report.applied == 2)
  }

  @Test("A conflicted copy is as good as any, whatever its name")
  func conflictedCopy() throws {
    let (folder, packs) = try folder()
    for (index, name) in ["a (Ben's conflicted copy).vpk", "b.sync-conflict-20260101.vpk", "c"].enumerated() {
      try folder.put(try folder.bytes(packs[index]), String(packs[index].prefix(33)) + name)
      try folder.remove(packs[index])
    }
    let receipt = try folder.sync(1, .pull)
    #expect(receipt.findings.count == 3 && receipt.report.applied + receipt.report.released == 4)
    let again = try folder.sync(1, .pull)
    #expect(again.findings.isEmpty && again.received.packs == 0)
    // They count: Ada has nothing to write again.
    #expect(try folder.sync(0).sent.packs == 0)
  }

  @Test("A doubled file is noted, taken once, and stands in when the other goes")
  func doubled() throws {
    let (folder, packs) = try folder(claims: 1)
    let copy = String(packs[0].prefix(33)) + "copy.vpk"
    try folder.put(try folder.bytes(packs[0]), copy)
    let receipt = try folder.sync(1)
    #expect(receipt.received.packs == 1 && receipt.findings.contains { $0.what.contains("copy of") })
    try folder.remove(packs[0])
    for index in [0, 1] { #expect(try folder.sync(index).sent.packs == 0) }
    try folder.remove(copy)
    #expect(try folder.sync(1).sent.changes == 2)
  }

  @Test("What was damaged without a trace is found and written anew by a repair")
  func repair() throws {
    let (folder, packs) = try folder()
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    for name in packs { try folder.put(try folder.bytes(name), name, modified: time) }
    try folder.sync(0)
    var bytes = try folder.bytes(packs[0])
    bytes[bytes.count - 1] ^= 1
    try folder.put(bytes, packs[0], modified: time)
    #expect(try folder.sync(0).sent.packs == 0)
    #expect(try folder.sync(1, .pull).findings.count == 1)
    let repaired = try folder.sync(0, repair: true)
    #expect(repaired.sent.packs == 1 && repaired.findings.count == 1)
    #expect(try folder.sync(1).report.refused.isEmpty)
    #expect(try folder[1].read { try $0.status() }.changes == 5)
  }

  @Test("A file that vanished is written again by whoever has what was in it")
  func vanished() throws {
    let (folder, packs) = try folder()
    try folder.sync(1)
    try folder.remove(packs[0])
    try folder.remove(packs[2])
    #expect(try folder.sync(1).sent.changes > 0)
    #expect(try folder.sync(0).sent.packs == 0)
    #expect(try folder.newcomer("late").digest() == folder[0].digest())
  }

  @Test("An old listing makes work, and no harm")
  func staleListing() throws {
    let (folder, packs) = try folder()
    try folder.sync(1)
    var written = 0
    for name in packs {
      folder.files.hidden = [String(name.dropFirst(33))]
      written += try folder.sync(1).sent.packs
    }
    #expect(written > 0)
    folder.files.hidden = []
    for index in [1, 0, 2, 0, 1] { try folder.sync(index) }
    #expect(try folder.digests().count == 1)
    #expect(try folder.newcomer("late").digest() == folder[0].digest())
  }

  @Test("A crash before a file has its name leaves one that nobody takes, and that its writer removes")
  func unfinished() throws {
    let (folder, packs) = try folder(claims: 1)
    let name = "\(packs[0].prefix(33)).0A1B2C.tmp"
    try folder.put(Data("half a pack".utf8), name)
    try folder.put(Data("another's".utf8), ".stfolder")
    let receipt = try folder.sync(1)
    #expect(receipt.findings.isEmpty && receipt.report.applied == 2)
    try folder.sync(0)
    #expect(FileManager.default.fileExists(atPath: folder.path(name)))
    folder.laptops.clock.advance(milliseconds: 2_000)
    try folder.sync(1)
    #expect(FileManager.default.fileExists(atPath: folder.path(name)))
    try folder.sync(0)
    #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
  }

  @Test("What is no pack of the store is named once and left alone")
  func foreign() throws {
    let (folder, packs) = try folder(claims: 1)
    let writer = packs[0].prefix(33)
    let outside = folder.laptops.path + "/outside"
    try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
    try folder.bytes(packs[0]).write(to: URL(fileURLWithPath: outside + "/secret.vpk"))
    try folder.put(Data("notes".utf8), "\(writer)notes.txt")
    try folder.put(Data(), "\(writer)empty.vpk")
    try folder.put(Data(count: 5 << 20), "\(writer)large.vpk")
    try folder.put(Data("x".utf8), "\(writer)deeper/file.vpk")
    try folder.put(Data("x".utf8), "beside.vpk")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("\(writer)link.vpk"), withDestinationPath: outside + "/secret.vpk")
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: outside)
    mkfifo(folder.path("\(writer)pipe.vpk"), 0o600)
    let names = ["beside.vpk", "deeper", "empty.vpk", "large.vpk", "link", "link.vpk", "notes.txt", "pipe.vpk"]
    folder.files.reset()
    let receipt = try folder.sync(1)
    #expect(receipt.findings.map { String($0.path.split(separator: "/").last ?? "") }.sorted() == names)
    #expect(receipt.report.applied == 2 && receipt.report.refused.isEmpty)
    #expect(
      !folder.files.done.contains(.read(["\(folder.laptops.id).variorum", String(writer.dropLast()), "large.vpk"])))
    #expect(try folder.sync(1).findings.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["secret.vpk"])
  }

  @Test("A pack of another store in this one's directory is passed over")
  func foreignPack() throws {
    let (folder, packs) = try folder(claims: 1)
    var log = try HandMadeLog(store: folder.laptops.stranger().id, number: 1)
    try folder.put(Data(log.pack([log.change(after: nil)])), "\(packs[0].prefix(33))other.vpk")
    let receipt = try folder.sync(1)
    #expect(receipt.findings.count == 1 && receipt.findings.first?.what.contains("belongs to store") == true)
    #expect(receipt.report.applied == 2)
  }

  @Test("A bad run in a good file is refused once, and the rest of the file is taken")
  func badRun() throws {
    let (folder, packs) = try folder(claims: 1)
    var (good, bad) = (
      try HandMadeLog(store: folder.laptops.id, number: 1), try HandMadeLog(store: folder.laptops.id, number: 2)
    )
    var writer = PackWriter(store: folder.laptops.id)
    var change = try bad.change(after: nil)
    change.seal = try good.change(after: nil).seal
    try writer.append([change], replica: bad.replica, after: nil)
    try writer.append([good.change(after: nil)], replica: good.replica, after: nil)
    let pack = try writer.finish(compress: Zstandard.compress)
    try folder.put(Data(pack.bytes), "\(packs[0].prefix(33))\(pack.hash.hex).vpk")
    let receipt = try folder.sync(1)
    #expect(receipt.report.refused.count == 1 && receipt.report.applied == 3)
    #expect(try folder.sync(1).report == ReceiveReport())
  }

  @Test("What is refused for now is tried again, in the same sync and in later ones")
  func refusedForNow() throws {
    let folder = try SharedFolder("ada")
    for number in 1...2 {
      var log = try HandMadeLog(store: folder.laptops.id, number: UInt32(number))
      try folder.put(
        Data(log.pack([log.change(after: nil)])), "other/\(number).vpk",
        modified: Date(timeIntervalSince1970: TimeInterval(number)))
    }
    func session(refusing refused: Set<Int>) throws -> FolderSession {
      var calls = 0
      let (store, place) = (folder[0], try Remote(name: "shared", address: .folder(path: folder.laptops.shared)))
      let request = SyncRequest(direction: .pull, memory: RemoteRegistry(store).memory(of: place))
      return try FolderSession(
        store, folder.files, root: folder.laptops.shared, request: request, graceMilliseconds: 0
      ) { pack in
        calls += 1
        guard refused.contains(calls) else { return try store.receive(pack).report }
        var report = ReceiveReport()
        report.refuse(Refusal(replica: nil, sequence: 1, count: 1, reason: "too much waits", isForNow: true))
        return report
      }
    }
    try RemoteRegistry(folder[0]).add(Remote(name: "shared", address: .folder(path: folder.laptops.shared)))
    let always = try session(refusing: [1, 3])
    try always.run()
    #expect(always.receipt.report.applied == 1 && always.receipt.report.refused.count == 1)
    let once = try session(refusing: [])
    try once.run()
    #expect(once.receipt.report.applied == 1 && once.receipt.received.packs == 1)
    #expect(try folder[0].read { try $0.status() }.changes == 3)
  }
}

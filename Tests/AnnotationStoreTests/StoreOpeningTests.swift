import Foundation
import GRDB
import Testing

@testable import AnnotationStore

@Suite("Opening what is a store, and what is none")
struct StoreOpeningTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func open(_ path: String, readOnly: Bool = false) throws -> Store {
    try Store.open(at: path, environment: directory.environment(), readOnly: readOnly)
  }

  @Test(
    "A file that is no store is refused, and not touched",
    arguments: [
      "empty", "short", "long text", "SQLite's first words", "another database", "another database in WAL mode",
      "a directory", "zeros",
    ])
  func notAStore(_ what: String) throws {
    let path = "\(directory.path)/file"
    switch what {
    case "empty": try Data().write(to: URL(fileURLWithPath: path))
    case "short": try Data("notes".utf8).write(to: URL(fileURLWithPath: path))
    case "long text": try Data(String(repeating: "text ", count: 5000).utf8).write(to: URL(fileURLWithPath: path))
    case "SQLite's first words": try Data("SQLite format 3\0".utf8).write(to: URL(fileURLWithPath: path))
    case "zeros": try Data(count: 8192).write(to: URL(fileURLWithPath: path))
    case "a directory": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    default:
      let queue = try DatabaseQueue(path: path)
      if what.contains("WAL") { try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") } }
      try queue.write { try $0.execute(sql: "CREATE TABLE store (id BLOB); INSERT INTO store VALUES (zeroblob(16))") }
      try queue.close()
    }
    let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted()
    let before = try? directory.bytes(path)
    for readOnly in [false, true] {
      #expect(throws: StoreError.notAStore(path: path)) { try open(path, readOnly: readOnly) }
    }
    #expect(throws: StoreError.exists(path: path)) { try Store.create(at: path, environment: directory.environment()) }
    #expect((try? directory.bytes(path)) == before)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted() == names)
  }

  @Test("A write-ahead log that an earlier store left behind does not go into a new one")
  func leftOverLog() throws {
    let path = directory.storePath("fresh")
    try FileManager.default.createDirectory(atPath: directory.path + "/fresh", withIntermediateDirectories: true)
    try Data("left over".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
    #expect(throws: StoreError.leftOver(path: path + "-wal")) {
      try Store.create(at: path, environment: directory.environment())
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("Where nothing is, nothing is made")
  func missing() throws {
    for path in ["\(directory.path)/none.sqlite", "\(directory.path)/none/store.sqlite"] {
      #expect(throws: StoreError.notFound(path: path)) { try open(path) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
  }

  @Test("A store of a newer version is refused, with what it has, and not written to")
  func newer() throws {
    var store: Store? = try directory.store()
    try store?.tamper("INSERT INTO grdb_migrations (identifier) VALUES ('v9-packs')")
    store = nil
    let path = directory.storePath()
    let before = try directory.bytes(path)
    let error = StoreError.newer(path: path, migrations: ["v9-packs"])
    let schema = "SELECT group_concat(name || sql, ';') FROM (SELECT name, sql FROM sqlite_master ORDER BY name)"
    let tables = try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: schema) }
    #expect(throws: error) { try open(path, readOnly: true) }
    #expect(try directory.bytes(path) == before)
    #expect(throws: error) { try open(path) }
    #expect(error.description.contains("v9-packs"))
    // Opening counts the schema's version up, which is all that may differ.
    let queue = try DatabaseQueue(path: path)
    try queue.read { (db: Database) throws -> Void in
      #expect(try db.all(String.self, "SELECT identifier FROM grdb_migrations ORDER BY rowid").last == "v9-packs")
      #expect(try db.one(Int.self, "SELECT count(*) FROM change") == 1)
      #expect(try String.fetchOne(db, sql: schema) == tables)
    }
  }

  @Test("A store opened for reading is read, and not written to")
  func readOnly() throws {
    let claim = try directory.store().add("A").value
    let store = try open(directory.storePath(), readOnly: true)
    #expect(try store.read { try $0.existing(claim) }.text("statement") == "A")
    #expect(throws: StoreError.readOnly(path: directory.storePath())) { try store.add("B") }
    #expect(try store.statements() == ["A"])
    try expectSound(store)
  }

  @Test("A damaged file is told from a full or foreign one")
  func damaged() throws {
    try {
      let store = try directory.store()
      for number in 1...200 { try store.add("claim \(number) " + String(repeating: "x", count: 500)) }
      try store.checkpoint()
    }()
    let path = directory.storePath()
    var bytes = try directory.bytes(path)
    try #require(bytes.count > 200_000)
    for index in 8192..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    try bytes.write(to: URL(fileURLWithPath: path))
    do {
      let report = try open(path).verify()
      #expect(!report.isSound)
    } catch let error as StoreError {
      guard case .damaged = error else { throw error }
    }
  }

  @Test("The nearest store upwards is found")
  func locate() throws {
    let (root, deep) = ("\(directory.path)/a", "\(directory.path)/a/b/c")
    try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
    let path = "\(root)/.variorum/store.sqlite"
    _ = try Store.create(at: path, environment: directory.environment())
    for from in [root, deep, "\(deep)/../c/", "\(root)/.variorum"] {
      let found = try #require(Store.locate(from: from), "\(from)")
      #expect(found == path)
    }
    let inner = "\(root)/b/.variorum/store.sqlite"
    _ = try Store.create(at: inner, environment: directory.environment())
    #expect(Store.locate(from: deep) == inner)
    #expect(throws: StoreError.exists(path: path)) { try Store.create(at: path, environment: directory.environment()) }
  }

  // MARK: - A small disk

  /// A file system of its own, of so many bytes; gone with the test.
  private final class SmallDisk {
    let path: String

    /// Needs the right to mount: `nil` where there is none.
    init?(_ directory: TemporaryDirectory, kibibytes: Int) {
      path = "\(directory.path)/disk"
      #if os(Linux)
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        guard (try? directory.run("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path)) != nil else {
          return nil
        }
      #else
        return nil
      #endif
    }

    deinit {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["umount", "-l", path]
      try? process.run()
      process.waitUntilExit()
    }
  }

  static let canMount: Bool = {
    guard let directory = try? TemporaryDirectory() else { return false }
    return SmallDisk(directory, kibibytes: 64) != nil
  }()

  @Test(
    "On a full disk a write fails whole, and goes on when there is room",
    .enabled(if: canMount, "needs the right to mount a small file system"))
  func fullDisk() throws {
    let disk = try #require(SmallDisk(directory, kibibytes: 1200))
    let path = "\(disk.path)/store.sqlite"
    let store = try Store.create(at: path, environment: directory.environment())
    try store.write { try $0.becomeCurator(name: "Ada") }
    let filler = "\(disk.path)/filler"
    try Data(count: 200_000).write(to: URL(fileURLWithPath: filler))
    var written: [String] = []
    var failure: (any Error)?
    while failure == nil, written.count < 1000 {
      let text = "claim \(written.count) " + String(repeating: "x", count: 10_000)
      do {
        try store.add(text)
        written.append(text)
      } catch { failure = error }
    }
    #expect(failure as? StoreError == .diskFull(path: path))
    #expect(!written.isEmpty)
    #expect(try store.statements() == written.sorted())
    #expect(throws: StoreError.diskFull(path: path)) { try store.add(String(repeating: "y", count: 500_000)) }
    try FileManager.default.removeItem(atPath: filler)
    try store.add("after")
    #expect(try store.statements() == (written + ["after"]).sorted())
    #expect(try store.log().map(\.sequence) == Array((1...UInt64(written.count + 2)).reversed()))
    try expectSound(store)
  }

  /// Expects that what is on a disk that cannot be written to can be read, searched, copied and verified.
  private func expectReadable(_ path: String) throws {
    let store = try open(path, readOnly: true)
    #expect(try store.statements() == ["A"])
    try expectSound(store)
    try store.backup(to: "\(directory.path)/backup.sqlite")
    #expect(try open("\(directory.path)/backup.sqlite", readOnly: true).statements() == ["A"])
    #expect(throws: StoreError.self) { try store.add("B") }
  }

  @Test(
    "What a full disk holds can be read, whatever its directory is called",
    .enabled(if: canMount, "needs the right to mount a small file system"))
  func readOnFullDisk() throws {
    let disk = try #require(SmallDisk(directory, kibibytes: 4000))
    let path = "\(disk.path)/100 % of Ada's? #1/store.sqlite"
    try {
      let store = try Store.create(at: path, environment: directory.environment())
      try store.write { try $0.becomeCurator(name: "Ada") }
      try store.add("A")
    }()
    let before = try directory.bytes(path)
    _ = try? directory.run("dd", "status=none", "if=/dev/zero", "of=\(disk.path)/filler", "bs=4k")
    try expectReadable(path)
    #expect(try directory.bytes(path) == before)
    // What the log holds is not in the file, so that alone is not the store.
    try FileManager.default.removeItem(atPath: "\(disk.path)/filler")
    try {
      let store = try open(path)
      try store.add("B")
      for suffix in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: "\(disk.path)/copy.sqlite\(suffix)")
      }
    }()
    try directory.run("mount", "-o", "remount,ro", disk.path)
    let copy = "\(disk.path)/copy.sqlite"
    #expect(throws: StoreError.unreadableHere(path: copy)) { try open(copy, readOnly: true) }
  }

  @Test("A file where a directory is needed, and a place where none can be made, are told")
  func noPlace() throws {
    let file = "\(directory.path)/big.txt"
    try Data("text".utf8).write(to: URL(fileURLWithPath: file))
    for path in ["\(file)/store.sqlite", "\(file)/.variorum/store.sqlite"] {
      #expect(throws: StoreError.inTheWay(path: file)) {
        try Store.create(at: path, environment: directory.environment())
      }
    }
    #if os(Linux)
      do {
        _ = try Store.create(at: "/proc/xx/.variorum/store.sqlite", environment: directory.environment())
        Issue.record("a store was made in /proc")
      } catch {
        guard case .unusable(let path, let reason) = error else { throw error }
        #expect(path.hasPrefix("/proc/xx") && reason == "No such file or directory", "\(error)")
      }
    #endif
  }

  @Test("A file that may not be read, and one beside it that another user holds", .enabled(if: geteuid() != 0))
  func forbidden() throws {
    let path = directory.storePath()
    try { _ = try directory.store() }()
    func permit(_ path: String, _ mode: Int) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    try permit(path, 0)
    #expect(throws: StoreError.unreadable(path: path)) { try open(path) }
    try permit(path, 0o600)
    try permit(DurableFile.parent(of: path), 0)
    #expect(throws: StoreError.unreadable(path: path)) { try open(path) }
    try permit(DurableFile.parent(of: path), 0o700)
    try Data().write(to: URL(fileURLWithPath: path + "-wal"))
    try permit(path + "-wal", 0)
    do {
      _ = try open(path)
      Issue.record("it was opened")
    } catch let error as StoreError {
      guard case .blocked(let file, _, let isEmpty) = error else { throw error }
      #expect(file == path + "-wal" && isEmpty)
    }
    #expect(try open(path, readOnly: true).facts().advice.contains { $0.contains("store.sqlite-wal belongs to") })
  }

  @Test(
    "On a full disk no store is made, and none is left behind",
    .enabled(if: canMount, "needs the right to mount a small file system"))
  func createOnFullDisk() throws {
    let disk = try #require(SmallDisk(directory, kibibytes: 64))
    let path = "\(disk.path)/store.sqlite"
    #expect(throws: StoreError.diskFull(path: path)) {
      try Store.create(at: path, environment: directory.environment())
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    let large = try directory.store()
    for number in 1...40 { try large.add("claim \(number) " + String(repeating: "x", count: 5_000)) }
    #expect(throws: StoreError.diskFull(path: path)) { try large.backup(to: path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == [])
    try expectSound(large)
  }

  @Test(
    "A file system that is read-only is told so", .enabled(if: canMount, "needs the right to mount a small file system")
  )
  func readOnlyDisk() throws {
    let disk = try #require(SmallDisk(directory, kibibytes: 4000))
    let path = "\(disk.path)/store.sqlite"
    try {
      let store = try Store.create(at: path, environment: directory.environment())
      try store.write { try $0.becomeCurator(name: "Ada") }
      try store.add("A")
    }()
    try directory.run("mount", "-o", "remount,ro", disk.path)
    let before = try directory.bytes(path)
    do {
      let store = try open(path)
      #expect(throws: StoreError.readOnly(path: path)) { try store.add("B") }
    } catch { #expect(error as? StoreError == .readOnly(path: path)) }
    // SQLite would write beside a file in WAL mode even to read it.
    try expectReadable(path)
    #expect(throws: StoreError.readOnly(path: "\(disk.path)/new/store.sqlite")) {
      try Store.create(at: "\(disk.path)/new/store.sqlite", environment: directory.environment())
    }
    #expect(try directory.bytes(path) == before)
  }
}

import AnnotationStore
import Foundation
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("Remotes: names, addresses, what is remembered")
struct RemoteTests {
  @Test("Addresses are folders or hubs")
  func addresses() throws {
    func parsed(_ text: String) throws -> RemoteAddress { try RemoteAddress(parsing: text, relativeTo: "/home/ada") }
    #expect(try parsed("/media/stick/") == .folder(path: "/media/stick"))
    #expect(try parsed("../shared") == .folder(path: "/home/shared"))
    #expect(try parsed("a b/ü") == .folder(path: "/home/ada/a b/ü"))
    #expect(try parsed("a:b@c") == .folder(path: "/home/ada/a:b@c"))
    #expect(try parsed("HTTPS://Hub.Example.org:8443/x/") == .hub(url: "https://hub.example.org:8443/x"))
    #expect(try parsed("http://[::1]:80") == .hub(url: "http://[::1]:80"))
  }

  @Test(
    "What is no address is refused with the reason",
    arguments: [
      ("", "empty"), ("ftp://h/x", "ftp:// is not spoken"), ("file:///x", "file:// is not spoken"),
      ("https://", "no web address"), ("https://h:99999", "no web address"), ("https://h/?q=1", "query"),
      ("https://h/#f", "query or fragment"), ("a\u{7}b", "control character"),
    ])
  func refused(_ text: String, _ reason: String) {
    do {
      _ = try RemoteAddress(parsing: text, relativeTo: "/")
      Issue.record("\(text) was taken")
    } catch { #expect(error.description.contains(reason), "\(error)") }
  }

  @Test(
    "A password in an address is refused and not repeated", arguments: ["https://ada:s3cret@h.org/x", "ssh://s3cret@h"])
  func credentials(_ text: String) {
    do {
      _ = try RemoteAddress(parsing: text, relativeTo: "/")
      Issue.record("it was taken")
    } catch {
      #expect(!error.description.contains("s3cret") && error.description.contains("leave it out"))
    }
  }

  @Test("Remotes are kept in the store's file, and a rebuild keeps them")
  func registry() throws {
    let laptops = try Laptops("ada")
    let registry = RemoteRegistry(laptops.stores[0])
    #expect(throws: RemoteError.noRemotes) { try registry.only() }
    let team = try Remote(name: "team", address: .folder(path: "/shared"))
    try registry.add(team)
    #expect(throws: RemoteError.exists("team")) { try registry.add(team) }
    #expect(try registry.only() == team)
    let memory = registry.memory(of: team)
    try memory.keep(["cursor": [1, 2, 3], "file:a": [4], "file:b": [5]])
    try memory.keep(["file:a": nil])
    try registry.add(Remote(name: "hub", address: .hub(url: "https://hub.example.org")))
    #expect(throws: RemoteError.severalRemotes(["hub", "team"])) { try registry.only() }
    #expect(throws: RemoteError.noRemote("tema", nearest: "team")) { try registry.remote(named: "tema") }
    #expect(throws: RemoteError.exists("hub")) { try registry.rename("team", to: "hub") }
    #expect(throws: RemoteError.badName("a b")) { try registry.rename("team", to: "a b") }
    let renamed = try registry.rename("team", to: "origin")
    #expect(try laptops.stores[0].rebuild().differences.isEmpty)
    #expect(try registry.memory(of: renamed).values(prefix: "") == ["cursor": [1, 2, 3], "file:b": [5]])
    #expect(try registry.memory(of: renamed).value("cursor") == [1, 2, 3])
    // Of a remote that is gone nothing is kept.
    try memory.keep(["late": [6]])
    _ = try registry.remove("origin")
    try registry.add(renamed)
    #expect(try registry.memory(of: renamed).values(prefix: "").isEmpty)
  }

  @Test("Nothing of it goes to another replica")
  func local() throws {
    let laptops = try Laptops("ada", "ben")
    try RemoteRegistry(laptops.stores[0]).add(Remote(name: "team", address: .folder(path: "/shared")))
    _ = try DirectMerge.merge(laptops.stores[0], into: laptops.stores[1])
    #expect(try RemoteRegistry(laptops.stores[1]).all().isEmpty)
  }

  @Test("What is remembered of a file comes back, and nothing that is damaged")
  func memory() throws {
    var log = try HandMadeLog(store: Laptops().id, number: 1)
    let first = try log.change(after: nil)
    let second = try log.change(after: (first.id, 1))
    let bytes = try log.pack([second], after: (first.id, 1))
    var pack = FolderPack(try Pack(opening: bytes, expecting: nil, decompress: Zstandard.decompress))
    #expect(
      pack.runs == [
        LogRun(
          replica: log.replica, after: LogTip(id: first.id, sequence: 1), through: LogTip(id: second.id, sequence: 2))
      ])
    pack.isTaken = true
    pack.merged = FolderPack.Merged(into: ["a.vpk", "b.vpk"], sinceMilliseconds: 12)
    let stamp = FileStamp(byteCount: 99, modifiedNanoseconds: -5)
    for content in [FolderFile.Content.pack(pack), .unusable("is damaged")] {
      let file = FolderFile(stamp: stamp, content: content)
      let encoded = file.encoded()
      #expect(FolderFile(decoding: encoded) == file)
      for count in encoded.indices { #expect(FolderFile(decoding: Array(encoded.prefix(count))) == nil) }
    }
    #expect(FolderFile(decoding: [0x80]) == nil)
  }

  @Test("The name of a store's directory is its id and nothing else")
  func layout() throws {
    let id = try Laptops().id
    #expect(FolderLayout.store(named: FolderLayout.directory(of: id)) == id)
    for name in ["\(id)", "\(id).variorum2", ".variorum", "\(id)".uppercased() + ".variorum", "x\(id).variorum"] {
      #expect(FolderLayout.store(named: name) == nil, "\(name)")
    }
  }

  @Test("A clone of a folder goes on from it, and one that fails leaves nothing")
  func clone() async throws {
    let folder = try SharedFolder("ada")
    try folder[0].claim("One.")
    let (path, environment) = (folder.laptops.path, folder.laptops.environment("ben"))
    let origin = try Remote(name: Remote.originName, address: .folder(path: folder.laptops.shared))
    await #expect(throws: RemoteError.noStore(folder.laptops.shared)) {
      try await StoreClone.make(in: path + "/ben", from: origin, environment: environment) { _ in }
    }
    try folder.sync(0)
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await StoreClone.make(in: path + "/ben", from: origin, environment: environment) { _ in throw Stop() }
    }
    #expect(!FileManager.default.fileExists(atPath: path + "/ben"))
    _ = try await StoreClone.make(in: path + "/ben", from: origin, environment: environment) {
      try $0.write { try $0.becomeCurator(name: "Ben") }
    }
    let ben = try Store.open(at: path + "/ben/.variorum/store.sqlite", environment: environment)
    #expect(try RemoteRegistry(ben).only() == origin)
    let memory = RemoteRegistry(ben).memory(of: origin)
    let receipt = try await origin.address.open().sync(ben, SyncRequest(memory: memory))
    #expect(receipt.sent.changes == 1 && receipt.received.packs == 0)
    // The folder with a second store in it: only its directory says which is meant.
    try folder.sync(folder.laptops.stranger())
    await #expect(throws: RemoteError.self) {
      try await StoreClone.make(in: path + "/cy", from: origin, environment: environment) { _ in }
    }
    let named = try Remote(name: "origin", address: .folder(path: folder.laptops.storeDirectory))
    _ = try await StoreClone.make(in: path + "/cy", from: named, environment: environment) { _ in }
    let cy = try Store.open(at: path + "/cy/.variorum/store.sqlite", environment: environment)
    #expect(try cy.digest() == ben.digest())
  }
}

import AnnotationStore
import Foundation
import Hub
import SyncTransports
import Testing

@Suite("Cloning from a hub", .timeLimit(.minutes(25)))
struct CloneTests {
  @Test("A clone has all, and a sync goes on from there")
  func clone() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    try ada.addClaims(20, "Ada says")
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      // What came after the packs were made comes with the sync.
      _ = try await Fetch.send(.GET, "\(address)/v1/stores/\(ada.id)/packs", token: token)
      try ada.addClaims(3, "Ada adds")
      try await fixture.sync(ada, address, token)
      let directory = fixture.path + "/clone"
      let remote = try Remote(name: "origin", address: .hub(url: address))
      let made = try await StoreClone.make(
        in: directory, from: remote, hub: fixture.options(token), environment: fixture.environment
      ) { $0.id }
      #expect(made.value == ada.id)
      #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [".variorum"])
      let clone = try Store.open(at: directory + "/.variorum/store.sqlite", environment: fixture.environment)
      #expect(try clone.digest() == ada.digest())
      let request = SyncRequest(memory: RemoteRegistry(clone).memory(of: remote))
      let receipt = try await HubRemote(address: address, options: fixture.options(token)).sync(clone, request)
      #expect(receipt.areEqual && receipt.received.packs == 0)
    }
  }

  @Test("A clone that was cut off goes on where it was, in the middle of a pack")
  func resumes() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    try ada.addClaims(40, "Ada says")
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      let text = try await Fetch.text("\(address)/v1/stores/\(ada.id)/packs", token: token)
      let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let pack = try #require((list["packs"] as? [[String: Any]])?.first)
      let (hash, bytes) = (try #require(pack["hash"] as? String), try #require(pack["bytes"] as? Int))
      // As a clone leaves it that was cut in the middle.
      let fetched = fixture.path + "/clone/.fetched"
      try FileManager.default.createDirectory(atPath: fetched, withIntermediateDirectories: true)
      let whole = try await Fetch.send(.GET, "\(address)/v1/stores/\(ada.id)/packs/\(hash)", token: token).body
      #expect(whole.count == bytes)
      try Data(whole.prefix(bytes / 2)).write(to: URL(fileURLWithPath: "\(fetched)/\(hash).part"))
      let admin = try fixture.token(.admin)
      let remote = try Remote(name: "origin", address: .hub(url: address))
      _ = try await StoreClone.make(
        in: fixture.path + "/clone", from: remote, hub: fixture.options(token), environment: fixture.environment
      ) { _ in }
      let metrics = try await Fetch.text(address + "/metrics", token: admin)
      #expect(metrics.contains("route=\"/v1/stores/{store}/packs/{hash}\",status=\"206\"} 1\n"))
      #expect(metrics.contains("route=\"/v1/stores/{store}/packs/{hash}\",status=\"200\"} 1\n"))
      let clone = try Store.open(
        at: fixture.path + "/clone/.variorum/store.sqlite", environment: fixture.environment)
      #expect(try clone.digest() == ada.digest())
    }
  }

  @Test("Packs that no list names any more stay for a while, and then go")
  func unlisted() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    let path = "\(fixture.data)/stores/\(ada.id)"
    let listed = { @Sendable (address: String) in
      let text = try await Fetch.text("\(address)/v1/stores/\(ada.id)/packs", token: token)
      let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      return try #require((list["packs"] as? [[String: Any]])?.first?["hash"] as? String)
    }
    let status = { @Sendable (address: String, hash: String) in
      try await Fetch.send(.GET, "\(address)/v1/stores/\(ada.id)/packs/\(hash)", token: token).status
    }
    let age = { @Sendable in
      for name in try FileManager.default.contentsOfDirectory(atPath: path + "/packs") {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: "\(path)/packs/\(name)")
      }
    }
    let first = try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      let first = try await listed(address)
      try ada.addClaims(1, "Ada adds")
      try await fixture.sync(ada, address, token)
      return first
    }
    try age()
    // The hub does not know its history any more, so that the list is made anew.
    try FileManager.default.removeItem(atPath: path + "/cursors")
    let second = try await withHub(fixture.hub()) { address in
      #expect(try await status(address, first) == 200)
      let second = try await listed(address)
      #expect(second != first)
      #expect(try await status(address, first) == 200)
      // Somebody who asks later finds the grace over.
      try age()
      #expect(try await listed(address) == second)
      #expect(try await status(address, first) == 404)
      return second
    }
    let stray = "\(path)/packs/\(first).pack"
    try Data([1]).write(to: URL(fileURLWithPath: stray))
    try age()
    try await withHub(fixture.hub()) { address in
      let found = try await status(address, second)
      #expect(found == 200)
      #expect(!FileManager.default.fileExists(atPath: stray))
    }
  }

  @Test("What was fetched and is spoilt is fetched anew")
  func spoilt() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      let text = try await Fetch.text("\(address)/v1/stores/\(ada.id)/packs", token: token)
      let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let hash = try #require((list["packs"] as? [[String: Any]])?.first?["hash"] as? String)
      let fetched = fixture.path + "/clone/.fetched"
      try FileManager.default.createDirectory(atPath: fetched, withIntermediateDirectories: true)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(fetched)/\(hash).part"))
      var options = fixture.options(token)
      options.sleep = { _ in }
      let remote = try Remote(name: "origin", address: .hub(url: address))
      _ = try await StoreClone.make(
        in: fixture.path + "/clone", from: remote, hub: options, environment: fixture.environment
      ) { _ in }
    }
  }
}

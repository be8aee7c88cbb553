import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports
import Testing

@testable import Hub

@Suite("The stores of a hub", .timeLimit(.minutes(25)))
struct StoresTests {
  @Test("Stores that nobody uses give way to others, and are there again when they are asked for")
  func closed() async throws {
    let fixture = try HubFixture()
    let (token, admin) = (try fixture.token(), try fixture.token(.admin))
    let stores = try (0..<5).map { try fixture.store("\($0)") }
    try await withHub(fixture.hub { $0.openStores = 2 }) { address in
      for round in 0..<3 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          // Two at once: a third would find both in use.
          for pair in [stores[0..<2], stores[2..<4], stores[4..<5]] {
            for store in pair {
              group.addTask {
                try store.addClaims(1, "round \(round)")
                #expect(try await fixture.sync(store, address, token).areEqual)
              }
            }
            try await group.waitForAll()
          }
        }
      }
      for store in stores {
        let claims = try await Fetch.send(.GET, "\(address)/v1/stores/\(store.id)/claims", token: token)
        #expect(claims.status == 200 && claims.text.contains("round 2"), "\(claims.text)")
      }
      let metrics = try await Fetch.text(address + "/metrics", token: admin)
      #expect(metrics.contains("variorum_hub_stores_open 2\n"), "\(metrics)")
    }
  }

  @Test("A store that somebody follows stays open, and what finds no room is told to come again")
  func inUse() async throws {
    let fixture = try HubFixture()
    let (token, ada, ben) = (try fixture.token(), try fixture.store("ada"), try fixture.store("ben"))
    let hub = try fixture.hub { ($0.openStores, $0.heartbeatSeconds) = (1, 1) }
    try await withHub(hub) { address in
      try await fixture.sync(ada, address, token)
      let watcher = try await RawConnection(address)
      await watcher.send(
        "GET /v1/stores/\(ada.id)/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n")
      #expect(await watcher.has("\"arrival\":1,"))
      let claims = "\(address)/v1/stores/\(ben.id)/sync"
      let pushed = try Array(buffer: SyncFrames.encode(.hello(Self.hello(ben))))
      let type = [("Content-Type", SyncFrames.mediaType)]
      // It is not there, which needs no room.
      let looked = try await Fetch.send(
        .POST, claims, token: token, headers: type,
        body: pushed + Array(buffer: SyncFrames.encode(.state(ben.read { try $0.syncState(of: ben.id) }))))
      #expect(looked.status == 200)
      var options = fixture.options(token)
      options.sleep = { _ in }
      let remote = HubRemote(address: address, options: options)
      await expectFailure(.busy(seconds: 1)) { try await remote.sync(ben, SyncRequest()) }
      try ada.addClaims(1, "Ada adds")
      #expect(try await fixture.sync(ada, address, token).areEqual)
      #expect(await watcher.has("\"arrival\":2,"))
      watcher.close()
      // The hub finds out with the next heartbeat.
      while (try? await remote.sync(ben, SyncRequest()).areEqual) != true {}
      #expect(try await fixture.sync(ada, address, token).areEqual)
    }
  }

  @Test("The first pack of a writer makes a store, and nothing before it does")
  func made() async throws {
    let fixture = try HubFixture()
    let (token, ada) = (try fixture.token(), try fixture.store("ada"))
    let empty = try Store.create(at: fixture.path + "/empty/store.sqlite", environment: fixture.environment)
    func has(_ store: Store) -> Bool {
      FileManager.default.fileExists(atPath: "\(fixture.data)/stores/\(store.id)")
    }
    let hub = try fixture.hub()
    var options = fixture.options(token)
    options.wire = hub.wire
    let remote = HubRemote(address: "http://localhost", options: options)
    let request = { (store: Store) in
      SyncRequest(memory: RemoteRegistry(store).memory(of: try fixture.remote("http://localhost", of: store)))
    }
    #expect(try await remote.rehearse(ada, request(ada)).outgoing == 1)
    #expect(try await remote.sync(empty, request(empty)).areEqual)
    // What was remembered of a store that is not there holds as long as it does.
    #expect(try await remote.sync(empty, request(empty)).areEqual)
    #expect(!has(ada) && !has(empty))
    #expect(try await remote.sync(ada, request(ada)).there?.applied == 1)
    #expect(has(ada))
    try empty.write { try $0.becomeCurator(name: "Ben") }
    #expect(try await remote.sync(empty, request(empty)).there?.applied == 1)
    #expect(has(empty))
    await hub.close()
  }

  @Test("A hub that can write nothing beside its stores serves what it has")
  func unwritable() async throws {
    let fixture = try HubFixture()
    let (token, ada) = (try fixture.token(), try fixture.store("ada"))
    try await withHub(fixture.hub()) { address in try await fixture.sync(ada, address, token) }
    let path = "\(fixture.data)/stores/\(ada.id)"
    for name in ["cursors", "packs"] { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    // No file can take this name, nor lie below that one.
    try FileManager.default.createDirectory(atPath: path + "/cursors", withIntermediateDirectories: false)
    try Data().write(to: URL(fileURLWithPath: "\(path)/packs"))
    try await withHub(fixture.hub()) { address in
      let claims = try await Fetch.send(.GET, "\(address)/v1/stores/\(ada.id)/claims", token: token)
      #expect(claims.status == 200, "\(claims.text)")
      try ada.addClaims(1, "Ada adds")
      #expect(try await fixture.sync(ada, address, token).areEqual)
      // What is remembered holds while it runs.
      try ada.addClaims(1, "Ada adds more")
      #expect(try await fixture.sync(ada, address, token).there?.applied == 1)
      let packs = try await Fetch.send(.GET, "\(address)/v1/stores/\(ada.id)/packs", token: token)
      #expect(packs.status == 500, "\(packs.text)")
    }
    try await withHub(fixture.hub()) { address in
      let receipt = try await fixture.sync(ada, address, token)
      #expect(receipt.areEqual)
    }
  }

  @Test("Connections and open stores are no more than there are file descriptors for")
  func fitting() {
    let limits = HubLimits()
    let many = limits.fitting(descriptors: 1 << 20)
    #expect(many.connections == limits.connections && many.openStores == limits.openStores)
    for descriptors in [0, 64, 100, 128, 256, 1_024, 4_096] {
      let few = limits.fitting(descriptors: descriptors)
      #expect(few.connections >= 1 && few.openStores >= 1 && few.downloads >= 1)
      let sum = few.connections + few.openStores * Descriptors.perStore + few.downloads
      if descriptors >= 128 { #expect(sum < descriptors, "\(descriptors): \(few)") }
    }
    #expect(Problem(IdentityError.cannot(operation: "read", path: "x", code: EMFILE)).status.code == 503)
  }

  private static func hello(_ store: Store) throws -> SyncHello {
    SyncHello(store: store.id, digest: try store.digest(), direction: .both, cursor: nil)
  }
}

import AnnotationStore
import Foundation
import Hub
import SyncProtocol
import SyncTransports
import Testing

@Suite("Sync with a hub, over a socket", .timeLimit(.minutes(25)))
struct SyncTests {
  @Test("Two replicas meet, and a sync with nothing to do is one request")
  func converges() async throws {
    let fixture = try HubFixture()
    let (token, admin) = (try fixture.token(), try fixture.token(.admin))
    let ada = try fixture.store("ada")
    try ada.addClaims(3, "Ada says")
    let ben = try fixture.store("ben", replicaOf: ada.id)
    try ben.addClaims(2, "Ben says")
    try await withHub(fixture.hub()) { address in
      let look = try await HubRemote(address: address, options: fixture.options(token)).rehearse(ada, SyncRequest())
      #expect(look.outgoing == 4 && look.incoming.report == ReceiveReport())
      let first = try await fixture.sync(ada, address, token)
      #expect(first.sent.changes == 4 && first.there?.applied == 4 && first.areEqual)
      let second = try await fixture.sync(ben, address, token)
      #expect(second.received.changes == 4 && second.sent.changes == 3 && second.areEqual)
      #expect(try await fixture.sync(ada, address, token).received.changes == 3)
      #expect(try ada.digest() == ben.digest())

      let before = try await requests(address, admin)
      let idle = try await fixture.sync(ada, address, token)
      #expect(idle.areEqual && idle.sent.packs == 0 && idle.received.packs == 0)
      #expect(try await requests(address, admin) == before + 1)
      try ada.addClaims(1, "Ada adds")
      #expect(try await fixture.sync(ada, address, token).there?.applied == 1)
      #expect(try await requests(address, admin) == before + 2)
      // What somebody pushed is not sent back, now or with the next sync.
      #expect(try await fixture.sync(ada, address, token).received.packs == 0)
      try ben.addClaims(1, "Ben adds")
      let both = try await fixture.sync(ben, address, token)
      #expect(both.received.changes == 1 && both.sent.changes == 1 && both.areEqual)
    }
  }

  @Test("Push gives without taking, pull takes without giving, and a look changes nothing")
  func directions() async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    let other = try fixture.store("other", replicaOf: ada.id)
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      try other.addClaims(2, "Other says")
      let pushed = try await fixture.sync(other, address, token, .push)
      #expect(pushed.sent.changes == 3 && pushed.received.packs == 0)
      try ada.addClaims(1, "Ada adds")
      let request = SyncRequest(
        direction: .both, memory: RemoteRegistry(ada).memory(of: try fixture.remote(address, of: ada)))
      let before = try ada.digest()
      let preview = try await HubRemote(address: address, options: fixture.options(token)).rehearse(ada, request)
      #expect(preview.outgoing == 1 && preview.incoming.report.applied == 3)
      #expect(try ada.digest() == before)
      let pulled = try await fixture.sync(ada, address, token, .pull)
      #expect(pulled.received.changes == 3 && pulled.sent.packs == 0 && pulled.lackingThere == 1)
      #expect(try await fixture.sync(ada, address, token).there?.applied == 1)
      let last = try await fixture.sync(other, address, token)
      #expect(last.received.changes > 0 && last.areEqual)
    }
  }

  @Test("Many push at once: all are acknowledged, and all end equal")
  func concurrentPushes() async throws {
    let fixture = try HubFixture()
    let (token, admin) = (try fixture.token(), try fixture.token(.admin))
    let first = try fixture.store("0")
    let stores = [first] + (try (1..<8).map { try fixture.store("\($0)", replicaOf: first.id) })
    for (number, store) in stores.enumerated() { try store.addClaims(10, "replica \(number) says") }
    try await withHub(fixture.hub()) { address in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for store in stores {
          group.addTask {
            let receipt = try await fixture.sync(store, address, token)
            #expect(receipt.there?.applied == 11)
          }
        }
        try await group.waitForAll()
      }
      for store in stores { #expect(try await fixture.sync(store, address, token).areEqual) }
      #expect(try Set(stores.map { try $0.digest() }).count == 1)
      let text = try await metrics(address, admin)
      #expect(text.contains("variorum_hub_changes_applied_total 88\n"), "\(text)")
    }
  }

  @Test("A wiped hub is filled again by the next sync, and all notice by themselves")
  func wiped() async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    let ben = try fixture.store("ben", replicaOf: ada.id)
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      try await fixture.sync(ben, address, token)
      try await fixture.sync(ada, address, token)
    }
    try FileManager.default.removeItem(atPath: fixture.data + "/stores")
    try ben.addClaims(1, "Ben adds")
    try await withHub(fixture.hub()) { address in
      // The address is another one, what is remembered is the same.
      let receipt = try await fixture.sync(ben, address, token)
      #expect(receipt.there?.applied == 3 && receipt.areEqual)
      let taken = try await fixture.sync(ada, address, token)
      #expect(taken.received.changes == 1 && taken.sent.packs == 0 && taken.areEqual)
    }
  }

  @Test("A hub that was set back and went on is filled again, though its epoch is the same")
  func rolledBack() async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    let ben = try fixture.store("ben", replicaOf: ada.id)
    let cy = try fixture.store("cy", replicaOf: ada.id)
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
    }
    try fixture.saveHub()
    try ben.addClaims(4, "Ben says")
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ben, address, token)
      try await fixture.sync(ada, address, token)
    }
    try fixture.setHubBack(ada.id)
    try cy.addClaims(9, "Cy says")
    try await withHub(fixture.hub()) { address in
      // It goes on beyond the place at which the others were.
      try await fixture.sync(cy, address, token)
      let found = try await fixture.sync(ada, address, token)
      #expect(found.there?.applied == 5 && found.received.changes == 10 && found.areEqual)
      #expect(try await fixture.sync(ben, address, token).areEqual)
      #expect(try await fixture.sync(cy, address, token).areEqual)
      #expect(try Set([ada, ben, cy].map { try $0.digest() }).count == 1)
    }
  }

  @Test("What was pushed and lost with a hub that was set back goes there again", arguments: SyncDirection.allCases)
  func pushedAndLost(_ direction: SyncDirection) async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    try await withHub(fixture.hub()) { address in try await fixture.sync(ada, address, token) }
    try fixture.saveHub()
    try ada.addClaims(2, "Ada adds")
    try await withHub(fixture.hub()) { address in
      let (pushed, again) = (
        try await fixture.sync(ada, address, token, .push), try await fixture.sync(ada, address, token, .push)
      )
      #expect(pushed.there?.applied == 2 && again.sent.packs == 0)
    }
    try fixture.setHubBack(ada.id)
    try await withHub(fixture.hub()) { address in
      let receipt = try await fixture.sync(ada, address, token, direction)
      #expect(direction.pushes ? receipt.there?.applied == 2 : receipt.lackingThere == 2)
      #expect(try await fixture.sync(ada, address, token).areEqual)
      let ben = try fixture.store("ben", replicaOf: ada.id)
      #expect(try await fixture.sync(ben, address, token).received.changes == 3)
    }
  }

  @Test("After a push what others wrote still comes, and then nothing is left")
  func pushThenBoth() async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    let ben = try fixture.store("ben", replicaOf: ada.id)
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      try ben.addClaims(2, "Ben says")
      try await fixture.sync(ben, address, token)
      try ada.addClaims(2, "Ada adds")
      try await fixture.sync(ada, address, token, .push)
      let pulled = try await fixture.sync(ada, address, token, .pull)
      #expect(pulled.received.changes == 5 && pulled.report.applied == 3 && pulled.lackingThere == 0)
      let both = try await fixture.sync(ada, address, token)
      #expect(both.areEqual && both.sent.packs == 0 && both.received.packs == 0)
    }
  }

  @Test("A store that was set back asks for what it lost")
  func clientRolledBack() async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    try ada.addClaims(2, "Ada says")
    let copy = fixture.path + "/copy.sqlite"
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      try ada.backup(to: copy)
      try ada.addClaims(3, "Ada adds")
      try await fixture.sync(ada, address, token)
      let restored = try Store.open(at: copy, environment: fixture.environment)
      let receipt = try await fixture.sync(restored, address, token)
      #expect(receipt.received.changes == 3 && receipt.areEqual)
    }
  }

  @Test("More than goes into one request goes in several")
  func large() async throws {
    let fixture = try HubFixture()
    let token = try fixture.token()
    let ada = try fixture.store("ada")
    var random = SystemRandomNumberGenerator()
    for _ in 0..<24 {
      // Random digits do not compress to nothing.
      let text = (0..<62_000).map { _ in String(random.next(), radix: 36) }.joined()
      try ada.write { _ = try $0.addClaim(String(text.prefix(800_000))) }
    }
    let ben = try fixture.store("ben", replicaOf: ada.id)
    try await withHub(fixture.hub { $0.bodyBytes = 20 << 20 }) { address in
      let receipt = try await fixture.sync(ada, address, token)
      #expect(receipt.there?.applied == 25 && receipt.areEqual)
      #expect(try await fixture.sync(ben, address, token).received.changes == 25)
    }
  }

  private func requests(_ address: String, _ token: String) async throws -> Int {
    let lines = try await metrics(address, token).split(separator: "\n")
    return lines.filter { $0.hasPrefix("variorum_hub_requests_total{route=\"/v1/stores/{store}/sync\"") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
  }

  private func metrics(_ address: String, _ token: String) async throws -> String {
    try await Fetch.text("\(address)/metrics", token: token)
  }
}

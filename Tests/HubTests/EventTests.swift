import AnnotationStore
import Foundation
import Hub
import NIOCore
import NIOPosix
import SyncTransports
import Testing

@Suite("Following a hub, and keeping slow clients from it", .timeLimit(.minutes(25)))
struct EventTests {
  @Test("A commit is told to those who follow, and the stream ends with the hub")
  func events() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    let reader = try await withHub(fixture.hub { $0.heartbeatSeconds = 1 }) { address in
      try await fixture.sync(ada, address, token)
      let reader = try await EventReader(address, "/v1/stores/\(ada.id)", token)
      #expect(try await reader.next()?.contains("\"arrival\":1,") == true)
      try ada.addClaims(1, "Ada adds")
      try await fixture.sync(ada, address, token)
      while let block = try await reader.next() {
        if block.contains("\"arrival\":2,") { break }
        // A heartbeat may come between.
        #expect(block == ": here")
      }
      while try await reader.next() != ": here" {}
      return Unchecked(reader)
    }
    // Others may have been on their way.
    while let block = try await reader.value.next() { #expect(block == ": here") }
  }

  @Test("The stream ends when its token is revoked")
  func revoked() async throws {
    let fixture = try HubFixture()
    let (ada, token, other) = (try fixture.store("ada"), try fixture.token(), try fixture.token())
    try await withHub(fixture.hub { $0.heartbeatSeconds = 3_600 }) { address in
      try await fixture.sync(ada, address, token)
      let reader = try await EventReader(address, "/v1/stores/\(ada.id)", token)
      #expect(try await reader.next()?.contains("\"arrival\":1,") == true)
      _ = try fixture.tokens.revoke(String(token.split(separator: "_")[1]), nowMilliseconds: 1)
      try ada.addClaims(1, "Ada adds")
      try await fixture.sync(ada, address, other)
      #expect(try await reader.next() == nil)
    }
  }

  @Test("A replica that follows takes what another pushes")
  func following() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      let remote = HubRemote(address: address, options: fixture.options(token))
      var news = remote.news(of: ada.id, pace: WatchPace()).makeAsyncIterator()
      #expect(await news.next() != nil)
      let ben = try fixture.store("ben", replicaOf: ada.id)
      try await fixture.sync(ben, address, token)
      #expect(await news.next() != nil)
      #expect(try await fixture.sync(ada, address, token).received.changes == 1)
    }
  }

  @Test("Who sends by drips, or nothing, loses the connection")
  func slow() async throws {
    let fixture = try HubFixture()
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    let hub = try fixture.hub {
      ($0.graceSeconds, $0.idleSeconds) = (1, 1)
    }
    try await withHub(hub) { address in
      let port = try #require(URL(string: address)?.port)
      let head =
        "POST /v1/stores/\(ada.id)/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
        + "Content-Type: application/vnd.variorum.sync\r\nContent-Length: 1000\r\n\r\nxx"
      for text in [head, "GET /healthz HTTP/1.1\r\nHo", ""] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connect(host: "127.0.0.1", port: port).get()
        // The hub closes it; the test waits for nothing else. On a busy machine it may have done so by now.
        try? await channel.writeAndFlush(ByteBuffer(string: text))
        try await channel.closeFuture.get()
      }
      let answer = try await Fetch.send(.GET, address + "/healthz")
      #expect(answer.status == 200)
    }
  }

  private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
  }
}

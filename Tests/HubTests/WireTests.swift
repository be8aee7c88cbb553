import AnnotationStore
import Foundation
import HTTPTypes
import Hub
import NIOConcurrencyHelpers
import NIOCore
import SyncTransports
import Testing

@Suite("The wire to a hub, in one process", .timeLimit(.minutes(25)))
struct WireTests {
  /// Does something after each answer of a sync has left the hub, and before its client has it.
  private struct Meanwhile: HubWire {
    let wire: any HubWire
    let act: @Sendable () throws -> Void

    func send(_ request: HTTPRequest, body: HubBody?) async throws -> (head: HTTPResponse, body: HubBody) {
      let answer = try await wire.send(request, body: body)
      let bytes = try await answer.body.collect(upTo: 1 << 20)
      try act()
      return (answer.head, HubBody(bytes))
    }
  }

  @Test("What is written while a sync is under way is sent by the next")
  func writtenMeanwhile() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    try ada.addClaims(1, "Ada says")
    let hub = try fixture.hub()
    let remote = try fixture.remote("http://localhost", of: ada)
    var options = fixture.options(try fixture.token())
    func request() throws -> SyncRequest { SyncRequest(memory: RemoteRegistry(ada).memory(of: remote)) }
    let left = NIOLockedValueBox(2)
    options.wire = Meanwhile(wire: hub.wire) {
      let isDue = left.withLockedValue { left in
        defer { left -= 1 }
        return left > 0
      }
      if isDue { try ada.addClaims(1, "Ada says meanwhile") }
    }
    let first = try await HubRemote(address: "http://localhost", options: options).sync(ada, request())
    // The answers to the tips and to what was sent.
    #expect(first.sent.changes == 2 && !first.areEqual)
    let second = try await HubRemote(address: "http://localhost", options: options).sync(ada, request())
    #expect(second.there?.applied == 2 && second.areEqual)
    await hub.close()
  }

  @Test("An answer that nobody reads on gives its place back, and news come without a socket")
  func followed() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let hub = try fixture.hub { $0.watchers = 1 }
    var options = fixture.options(try fixture.token())
    options.wire = hub.wire
    let remote = HubRemote(address: "http://localhost", options: options)
    _ = try await remote.sync(ada, SyncRequest())
    // The second finds the place taken until the first is really gone.
    let pace = WatchPace(sleep: { _ in
      try Task.checkCancellation()
      await Task.yield()
    })
    for number in 0..<2 {
      var news = remote.news(of: ada.id, pace: pace).makeAsyncIterator()
      // One at the beginning, and one for what came.
      _ = await news.next()
      try ada.addClaims(1, "Ada says \(number)")
      _ = try await remote.sync(ada, SyncRequest())
      #expect(await news.next() != nil)
    }
    await hub.close()
  }

  @Test("A hub that was closed takes nothing more, and another may have its data")
  func closed() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let hub = try fixture.hub()
    var options = fixture.options(try fixture.token())
    options.wire = hub.wire
    options.sleep = { _ in }
    _ = try await HubRemote(address: "http://localhost", options: options).sync(ada, SyncRequest())
    #expect(throws: HubError.dataInUse(path: fixture.data)) { try fixture.hub() }
    await hub.close()
    await #expect(throws: RemoteError.hub("http://localhost", .busy(seconds: 5))) {
      try await HubRemote(address: "http://localhost", options: options).sync(ada, SyncRequest())
    }
    let other = try fixture.hub()
    options.wire = other.wire
    #expect(try await HubRemote(address: "http://localhost", options: options).sync(ada, SyncRequest()).areEqual)
    await other.close()
  }
}

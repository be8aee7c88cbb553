import AnnotationStore
import Foundation
import Hub
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SyncProtocol
import Testing

@testable import SyncTransports

@Suite("What a client tells of a hub that it cannot use", .timeLimit(.minutes(25)))
struct ClientTests {
  @Test("Nothing listens, no such name, no token, no secrets over plain HTTP")
  func unreachable() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let free = try await freePort()
    await expectFailure(.refused) { try await fixture.sync(ada, "http://127.0.0.1:\(free)", "x") }
    await expectFailure(.nameNotFound("hub.invalid")) { try await fixture.sync(ada, "https://hub.invalid", "x") }
    await expectFailure(.insecure) { try await fixture.sync(ada, "http://hub.invalid", "x") }
    await expectFailure(.noToken) {
      try await HubRemote(address: "https://hub.invalid", options: fixture.options(nil)).sync(ada, SyncRequest())
    }
  }

  @Test("A hub that is busy is asked again after the time that it names, and given up on in the end")
  func busy() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let token = try fixture.token()
    let waits = NIOLockedValueBox<[Duration]>([])
    try await withHub(fixture.hub { $0.syncs = 0 }) { address in
      var options = fixture.options(token)
      options.sleep = { wait in waits.withLockedValue { $0.append(wait) } }
      await expectFailure(.busy(seconds: 1)) {
        try await HubRemote(address: address, options: options).sync(ada, SyncRequest())
      }
    }
    let all = waits.withLockedValue { $0 }
    #expect(all.count == 3 && all.allSatisfy { (.seconds(1)...Duration.milliseconds(1_500)).contains($0) }, "\(all)")
  }

  @Test(
    "What is no hub is told from one, and what breaks off is tried again",
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", "is no hub", 1),
      ("HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example\r\nContent-Length: 0\r\n\r\n", "sends elsewhere", 1),
      ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "is no hub", 1),
      ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "failed with status 502", 4),
      ("HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", "takes no more for now", 4),
      ("HTTP/1.1 503 Not now\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", "takes no more for now", 4),
      (
        "HTTP/1.1 503 Not now\r\nRetry-After: Wed, 21 Oct 2099 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n",
        "takes no more for now", 1
      ),
      ("HTTP/1.1 429 Slow\r\nRetry-After: 900\r\nContent-Length: 0\r\n\r\n", "try again in 900 s", 1),
      ("", "broke off", 4), ("nonsense\r\n\r\n", "broke off", 4),
      (
        "HTTP/1.1 400 Bad\r\nContent-Length: 39\r\n\r\n{\"type\":\"urn:variorum:problem:version\"}", "is older", 1
      ), ("HTTP/1.1 507 Full\r\nContent-Length: 0\r\n\r\n", "has a full disk", 1),
    ] as [(String, String, Int)])
  func strangers(_ answer: String, _ message: String, _ tries: Int) async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let server = try await Stranger(answer)
    var options = fixture.options("token")
    options.sleep = { _ in }
    do {
      _ = try await HubRemote(address: server.address, options: options).sync(ada, SyncRequest())
      Issue.record("it synced with a stranger")
    } catch let error as RemoteError {
      #expect("\(error)".contains(message), "\(error)")
      #expect(server.requests == tries, "\(error): \(server.requests)")
    }
    try await server.close()
  }

  @Test("Tokens come from the environment, a file of one's own, or by asking")
  func credentials() throws {
    let fixture = try HubFixture()
    let path = fixture.path + "/token"
    try Data("secret\n".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    var options = fixture.options(nil)
    options.tokenFile = path
    #expect(throws: RemoteError.self) { try HubCredentials.token(for: "https://a", options) }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    #expect(try HubCredentials.token(for: "https://a", options) == "secret")
    options.environment["VARIORUM_TOKEN"] = "other"
    #expect(try HubCredentials.token(for: "https://a", options) == "other")
    options = fixture.options(nil)
    #expect(try HubCredentials.token(for: "https://a", options) == nil)
    options.askForToken = { " asked-for-\($0)\n" }
    #expect(try HubCredentials.token(for: "https://a", options) == "asked-for-https://a")
    options.askForToken = { _ in "a\r\nHeader: b" }
    #expect(throws: RemoteError.self) { try HubCredentials.token(for: "https://a", options) }
    options.askForToken = { _ in " " }
    #expect(try HubCredentials.token(for: "https://a", options) == nil)
    let text = "# mine\nhttps://hub.example.org one\nhttps://hub.example.org/two/ two\nhttps://hub.example.orgx three\n"
    #expect(HubCredentials.token(for: "https://hub.example.org", in: text) == "one")
    #expect(HubCredentials.token(for: "https://hub.example.org/two", in: text) == "two")
    #expect(HubCredentials.token(for: "https://hub.example.org/twofold", in: text) == "one")
    #expect(HubCredentials.token(for: "https://hub.example.or", in: text) == nil)
  }

  @Test("Proxies come from the environment, and no proxy is asked for what is excluded")
  func proxies() throws {
    func proxy(_ url: String, _ environment: [String: String]) throws -> String? {
      try HubProxy.proxy(for: #require(URL(string: url)), environment).map { "\($0.host):\($0.port)" }
    }
    #expect(try proxy("https://hub.example.org", ["HTTPS_PROXY": "http://proxy.example:3128"]) == "proxy.example:3128")
    #expect(try proxy("https://hub.example.org", ["https_proxy": "proxy.example:8"]) == "proxy.example:8")
    #expect(try proxy("http://hub.example.org", ["HTTP_PROXY": "http://proxy.example"]) == nil)
    #expect(try proxy("http://hub.example.org", ["http_proxy": "http://proxy.example"]) == "proxy.example:80")
    #expect(try proxy("https://hub.example.org", ["ALL_PROXY": "socks5://proxy.example"]) == "proxy.example:1080")
    for list in ["example.org", ".example.org", "x, hub.example.org", "*"] {
      #expect(try proxy("https://hub.example.org", ["HTTPS_PROXY": "http://p", "NO_PROXY": list]) == nil)
    }
    #expect(try proxy("http://127.0.0.1:80", ["http_proxy": "http://p"]) == nil)
    #expect(throws: HubFailure.self) { try proxy("https://a", ["HTTPS_PROXY": "ftp://p"]) }
  }

  @Test("A store's id may stand in the address, and another store is not mixed with it")
  func otherStore() async throws {
    let fixture = try HubFixture()
    let (ada, ben) = (try fixture.store("ada"), try fixture.store("ben"))
    let remote = HubRemote(address: "https://hub.example.org/\(ada.id)", options: fixture.options("x"))
    try await remote.check(ada)
    await #expect(throws: RemoteError.otherStores("https://hub.example.org", [ada.id], wanted: ben.id)) {
      try await remote.check(ben)
    }
  }

  private func freePort() async throws -> Int {
    let server = try await Stranger("")
    let port = server.port
    try await server.close()
    return port
  }
}

/// A server that answers every request with the same bytes and closes the connection.
final class Stranger: Sendable {
  private let channel: any Channel
  private let count = NIOLockedValueBox(0)
  let port: Int

  init(_ answer: String) async throws {
    let count = count
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.pipeline.addHandler(Handler(answer) { count.withLockedValue { $0 += 1 } })
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  var address: String { "http://127.0.0.1:\(port)" }
  var requests: Int { count.withLockedValue { $0 } }

  func close() async throws { try await channel.close() }

  private final class Handler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String
    private let counted: @Sendable () -> Void
    private let seen = NIOLockedValueBox(false)

    init(_ answer: String, counted: @escaping @Sendable () -> Void) {
      self.answer = answer
      self.counted = counted
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard
        !seen.withLockedValue({ seen in
          defer { seen = true }
          return seen
        })
      else { return }
      counted()
      let channel = context.channel
      channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in channel.close(promise: nil) }
    }
  }
}

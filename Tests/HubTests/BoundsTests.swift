import AnnotationStore
import Foundation
import Hub
import NIOCore
import SyncProtocol
import SyncTransports
import Testing

@Suite("What a hub bounds", .timeLimit(.minutes(25)))
struct BoundsTests {
  @Test("Who is refused is answered at once, and loses the connection where more is to come than is worth reading")
  func refused() async throws {
    let fixture = try HubFixture()
    let path = "/v1/stores/\(try fixture.store("ada").id)/sync"
    let head = { @Sendable (method: String, path: String, length: Int) in
      "\(method) \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"
    }
    try await withHub(fixture.hub { $0.drainSeconds = 1 }) { address in
      // Much is announced, and nothing is waited for.
      let large = try await RawConnection(address)
      await large.send(head("POST", path, 1 << 30) + "xx")
      #expect(await large.has("\r\n\r\n{") && large.text.hasPrefix("HTTP/1.1 401"), "\(large.text)")
      #expect(large.text.lowercased().contains("connection: close"))
      await large.end()
      // Little is announced, and does not come.
      for (method, path, status) in [("POST", path, 401), ("GET", "/healthz", 200)] {
        let late = try await RawConnection(address)
        await late.send(head(method, path, 1_000))
        #expect(await late.has("\r\n\r\n") && late.text.hasPrefix("HTTP/1.1 \(status)"), "\(late.text)")
        await late.end()
      }
      // Little is announced, and comes: the connection serves for more.
      let proper = try await RawConnection(address)
      await proper.send(head("POST", path, 5) + "hello")
      #expect(await proper.has("unauthorized"))
      await proper.send(head("GET", "/healthz", 0))
      #expect(await proper.has("HTTP/1.1 200"), "\(proper.text)")
    }
  }

  @Test("No message is read that is larger than its kind may be there, or not for its sender to send")
  func largeMessages() async throws {
    let fixture = try HubFixture()
    let (ada, writer, reader) = (try fixture.store("ada"), try fixture.token(), try fixture.token(.reader))
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, writer)
      let hello = try Self.hello(ada)
      let large: [UInt8] = [1, 0x80, 0, 0]
      let pack: [UInt8] = [0, 0x20, 0, 0, 0x82, 3]
      for (token, body, status, word) in [
        (reader, large + [0x85, 16], 413, "too-large"), (writer, hello + large + [0x82, 3], 413, "too-large"),
        (writer, hello + large + [0x82, 4], 413, "too-large"),
        (reader, hello + pack, 403, "read-only"), (writer, try Self.hello(ada, .pull) + pack, 400, "malformed"),
      ] as [(String, [UInt8], Int, String)] {
        let connection = try await RawConnection(address)
        await connection.send(Self.head(ada, token) + body)
        // Of the message itself nothing has come.
        #expect(await connection.has(word), "\(connection.text)")
        #expect(connection.text.hasPrefix("HTTP/1.1 \(status)"), "\(connection.text)")
      }
    }
  }

  @Test("What does not fit into the memory waits, and is told to come again in the end")
  func memory() async throws {
    let fixture = try HubFixture()
    let (ada, token, admin) = (try fixture.store("ada"), try fixture.token(), try fixture.token(.admin))
    let hub = try fixture.hub { ($0.memoryBytes, $0.patienceSeconds) = (40 << 20, 1) }
    try await withHub(hub) { address in
      try await fixture.sync(ada, address, token)
      // A state of 30 MiB is announced, and has its share of the memory.
      let announced = Self.head(ada, token) + (try Self.hello(ada)) + [1, 0xE0, 0, 0, 0x85, 1]
      let first = try await RawConnection(address)
      await first.send(announced)
      while try await !Fetch.text(address + "/metrics", token: admin).contains("memory_taken_bytes 31457280\n") {}
      let second = try await RawConnection(address)
      await second.send(announced)
      #expect(await second.has("urn:variorum:problem:busy") && second.text.hasPrefix("HTTP/1.1 503"), "\(second.text)")
      #expect(second.text.lowercased().contains("retry-after: 2"))
      // What is small needs no turn, and when the first has gone there is room again.
      #expect(try await fixture.sync(ada, address, token).areEqual)
      first.close()
      while try await !Fetch.text(address + "/metrics", token: admin).contains("memory_taken_bytes 0\n") {}
    }
  }

  @Test("A hub that is told to end finishes what is in flight, and takes nothing new")
  func ending() async throws {
    let fixture = try HubFixture()
    let (ada, token, admin) = (try fixture.store("ada"), try fixture.token(), try fixture.token(.admin))
    let ben = try fixture.store("ben", replicaOf: ada.id)
    let finishing = try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      // The digest that the hub has, so that it takes what follows.
      let hello = try Self.hello(ada)
      try ada.addClaims(1, "Ada adds")
      let pack = try ada.read { reader in
        let logs = try reader.logPositions().map { LogWant(replica: $0.replica, tips: $0.tips.map(\.id), have: []) }
        var plan = try OutgoingChanges(for: SyncWant(logs: logs), reader)
        return try plan.nextPack(of: ada.id, reader)?.bytes ?? []
      }
      let body =
        hello + Array(buffer: try SyncFrames.encode(.pack(pack))) + Array(buffer: try SyncFrames.encode(.end(packs: 1)))
      let connection = try await RawConnection(address)
      let (begun, rest) = (body.prefix(hello.count + pack.count / 2), body.dropFirst(hello.count + pack.count / 2))
      await connection.send(Self.head(ada, token, length: body.count) + begun)
      while try await !Fetch.text(address + "/metrics", token: admin).contains("syncs_in_flight 1\n") {}
      // The hub is told to end when this returns. It has heard it once nobody can connect any more.
      return Task {
        while let other = try? await RawConnection(address) { other.close() }
        await connection.send(Array(rest))
        await connection.end()
        return connection.text
      }
    }
    let answer = await finishing.value
    #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer.prefix(400))")
    try await withHub(fixture.hub()) { address in
      let taken = try await fixture.sync(ben, address, token)
      #expect(taken.received.changes == 2)
    }
  }

  private static func hello(_ store: Store, _ direction: SyncDirection = .both) throws -> [UInt8] {
    let hello = SyncHello(store: store.id, digest: try store.digest(), direction: direction, cursor: nil)
    return Array(buffer: try SyncFrames.encode(.hello(hello)))
  }

  /// The head of a sync whose body does not end soon.
  private static func head(_ store: Store, _ token: String, length: Int = 50_000_000) -> [UInt8] {
    Array(
      ("POST /v1/stores/\(store.id)/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
        + "Content-Type: \(SyncFrames.mediaType)\r\nContent-Length: \(length)\r\n\r\n").utf8)
  }

  @Test("A body may not take longer than any may, at whatever rate it comes")
  func longUpload() async throws {
    let fixture = try HubFixture()
    let (ada, token, admin) = (try fixture.store("ada"), try fixture.token(), try fixture.token(.admin))
    let hub = try fixture.hub { ($0.uploadSeconds, $0.bytesPerSecond) = (1, 0) }
    try await withHub(hub) { address in
      let connection = try await RawConnection(address)
      await connection.send(Self.head(ada, token))
      // A message of 512 bytes, of which each byte is a second of patience.
      await connection.send([0, 0, 2, 0])
      connection.drip()
      await connection.end()
      let metrics = try await Fetch.text(address + "/metrics", token: admin)
      #expect(metrics.contains("variorum_hub_slow_clients_cut_total 1\n"), "\(metrics)")
    }
  }
}

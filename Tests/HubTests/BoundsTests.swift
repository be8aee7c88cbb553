import AnnotationStore
import Foundation
import Hub
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

  @Test("A body may not take longer than any may, at whatever rate it comes")
  func longUpload() async throws {
    let fixture = try HubFixture()
    let (ada, token, admin) = (try fixture.store("ada"), try fixture.token(), try fixture.token(.admin))
    let hub = try fixture.hub { ($0.uploadSeconds, $0.bytesPerSecond) = (1, 0) }
    try await withHub(hub) { address in
      let connection = try await RawConnection(address)
      await connection.send(
        "POST /v1/stores/\(ada.id)/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
          + "Content-Type: \(SyncFrames.mediaType)\r\nContent-Length: 1000000\r\n\r\n")
      // A message of 512 bytes, of which each byte is a second of patience.
      await connection.send([0, 0, 2, 0])
      connection.drip()
      await connection.end()
      let metrics = try await Fetch.text(address + "/metrics", token: admin)
      #expect(metrics.contains("variorum_hub_slow_clients_cut_total 1\n"), "\(metrics)")
    }
  }
}

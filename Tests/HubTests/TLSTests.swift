import AnnotationStore
import Foundation
import Hub
import SyncTransports
import Testing

@Suite("A hub over TLS", .timeLimit(.minutes(25)))
struct TLSTests {
  @Test("Who trusts its authority syncs, who does not is told, and plain HTTP gets nothing")
  func trust() async throws {
    let fixture = try HubFixture()
    let files = try TestCertificates(in: fixture.path)
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    try await withHub(fixture.hub(tls: (files.certificate, files.key)), scheme: "https") { address in
      var options = fixture.options(token)
      options.certificateFile = files.authority
      let receipt = try await HubRemote(address: address, options: options).sync(ada, SyncRequest())
      #expect(receipt.there?.applied == 1 && receipt.areEqual)
      let untrusting = HubRemote(address: address, options: fixture.options(token))
      await #expect { try await untrusting.sync(ada, SyncRequest()) } throws: { error in
        if case RemoteError.hub(_, .tls) = error { "\(error)".contains("--ca-file") } else { false }
      }
      let plain = HubRemote(
        address: address.replacing("https", with: "http"), options: fixture.options(token))
      await #expect(throws: RemoteError.self) { try await plain.sync(ada, SyncRequest()) }
    }
  }

  @Test("A certificate for another machine is not trusted")
  func otherName() async throws {
    let fixture = try HubFixture()
    let files = try TestCertificates(in: fixture.path, for: [127, 0, 0, 2])
    let (ada, token) = (try fixture.store("ada"), try fixture.token())
    try await withHub(fixture.hub(tls: (files.certificate, files.key)), scheme: "https") { address in
      var options = fixture.options(token)
      options.certificateFile = files.authority
      await #expect { try await HubRemote(address: address, options: options).sync(ada, SyncRequest()) } throws: {
        if case RemoteError.hub(_, .tls) = $0 { true } else { false }
      }
    }
  }

  @Test("Files that are no certificate or not its key are refused at once")
  func files() throws {
    let fixture = try HubFixture()
    let files = try TestCertificates(in: fixture.path)
    try FileManager.default.createDirectory(atPath: fixture.path + "/other", withIntermediateDirectories: false)
    let other = try TestCertificates(in: fixture.path + "/other")
    for pair in [
      (files.key, files.key), (files.certificate, files.certificate), ("/nowhere", files.key),
      (files.certificate, other.key),
    ] {
      #expect(throws: HubError.self) { try fixture.hub(tls: pair) }
    }
  }
}

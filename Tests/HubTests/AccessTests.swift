import AnnotationStore
import Foundation
import Hub
import SyncProtocol
import SyncTransports
import Testing

@Suite("Who may use a hub", .timeLimit(.minutes(25)))
struct AccessTests {
  @Test("A token that is revoked ends at once, and one that is new begins at once")
  func revoked() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let token = try fixture.token()
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(ada, address, token)
      let id = String(token.split(separator: "_")[1])
      _ = try fixture.tokens.revoke(id, nowMilliseconds: 5)
      await expectFailure(.unauthorized) { try await fixture.sync(ada, address, token) }
      #expect(try await fixture.sync(ada, address, fixture.token()).areEqual)
    }
    #expect(throws: HubError.noToken("00000000")) { try fixture.tokens.revoke("00000000", nowMilliseconds: 1) }
  }

  @Test("A reader takes and does not send, a token for another store does neither, and nothing changes")
  func roles() async throws {
    let fixture = try HubFixture()
    let ada = try fixture.store("ada")
    let (writer, reader) = (try fixture.token(), try fixture.token(.reader))
    let other = try fixture.token(.writer, for: [fixture.store("other").id])
    try await withHub(fixture.hub()) { address in
      await expectFailure(.noStore) { try await fixture.sync(ada, address, reader) }
      #expect(!FileManager.default.fileExists(atPath: "\(fixture.data)/stores/\(ada.id)"))
      try await fixture.sync(ada, address, writer)
      try ada.addClaims(1, "Ada adds")
      await expectFailure(.readOnly) { try await fixture.sync(ada, address, reader) }
      #expect(try await fixture.sync(ada, address, reader, .pull).received.packs == 0)
      await #expect { try await fixture.sync(ada, address, other) } throws: { error in
        if case RemoteError.hub(_, .forbidden) = error { true } else { false }
      }
      #expect(try await fixture.sync(ada, address, writer).there?.applied == 1)
      let listed = HubRemote(address: address, options: fixture.options(writer))
      #expect(try await listed.stores() == [ada.id])
      #expect(try await HubRemote(address: address, options: fixture.options(other)).stores().isEmpty)
    }
  }

  @Test("The hub keeps no secret, and reads tokens from a file of its owner's alone")
  func kept() throws {
    let fixture = try HubFixture()
    let token = try fixture.token(.admin)
    let secret = String(try #require(token.split(separator: "_").last))
    let path = fixture.data + "/tokens.json"
    #expect(try !String(contentsOfFile: path, encoding: .utf8).contains(secret))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: HubError.self) { try fixture.hub() }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: HubError.self) { try fixture.hub() }
  }

  @Test("The data of a hub does not lie in a shared folder")
  func inAFolder() throws {
    let fixture = try HubFixture()
    let (ada, shared) = (try fixture.store("ada"), fixture.path + "/shared")
    try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
    _ = try FolderRemote(path: shared).sync(ada, SyncRequest())
    let data = shared + "/deep/hub"
    let refusal = { (error: any Error) in
      if case HubError.insideFolder(data, _) = error { "\(error)".contains("--data") } else { false }
    }
    let configuration = HubConfiguration(host: "::1", port: 0, dataDirectory: data)
    #expect(performing: { try Hub(configuration, logger: .init(label: "test")) }, throws: refusal)
    #expect(
      performing: {
        try TokenFile(dataDirectory: data)
          .create(name: "x", role: .reader, stores: nil, environment: fixture.environment)
      }, throws: refusal)
    #expect(!FileManager.default.fileExists(atPath: shared + "/deep"))
  }

  @Test("Without TLS a hub listens on this machine alone, and two do not share their data")
  func starting() throws {
    let fixture = try HubFixture()
    #expect(throws: HubError.insecure(host: "0.0.0.0")) {
      try Hub(
        HubConfiguration(host: "0.0.0.0", port: 0, dataDirectory: fixture.data), logger: .init(label: "test"))
    }
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1"] {
      #expect(HostName.isLoopback(host), "\(host)")
    }
    for host in [
      "", "127.example.org", "127.0.0.1.example.org", "127.", "127.1", "127.0.0.256", "128.0.0.1", "0.0.0.0", "::",
      "::2",
      "localhost.example.org", "127.0.0.1\0.example.org",
    ] { #expect(!HostName.isLoopback(host), "\(host)") }
    #expect(throws: HubError.insecure(host: "127.example.org")) {
      try Hub(
        HubConfiguration(host: "127.example.org", port: 0, dataDirectory: fixture.data), logger: .init(label: "test"))
    }
    let first = try fixture.hub()
    #expect(throws: HubError.dataInUse(path: fixture.data)) { try fixture.hub() }
    withExtendedLifetime(first) {}
    for text in ["", "localhost", ":80", "localhost:", "localhost:99999", "::1:80", "a:b"] {
      #expect(throws: HubError.address(text)) { try HubConfiguration.address(text) }
    }
    #expect(try HubConfiguration.address("[::1]:80").host == "::1")
  }
}

/// Expects that a hub could not be used for one reason.
func expectFailure<Value>(
  _ failure: HubFailure, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Value
) async {
  await #expect(sourceLocation: sourceLocation) { _ = try await body() } throws: { error in
    guard case RemoteError.hub(_, let found) = error else {
      Issue.record("\(error)", sourceLocation: sourceLocation)
      return false
    }
    return found == failure
  }
}

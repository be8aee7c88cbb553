import AnnotationStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SyncTransports
import Testing

@testable import Hub

@Suite("Records as JSON, by the router alone", .timeLimit(.minutes(25)))
struct RecordsTests {
  @Test("Pages have everything once, in order, and filters hold")
  func pages() async throws {
    let (fixture, store, token) = try await Self.filled()
    try await fixture.hub().application().test(.router) { client in
      var (seen, path, pages) = ([String](), "/v1/stores/\(store.id)/claims?limit=3", 0)
      while true {
        let page = try await Self.get(client, path, token)
        seen += try #require(page["items"] as? [[String: Any]]).compactMap { $0["id"] as? String }
        pages += 1
        guard let next = page["next"] as? String else { break }
        path = "/v1/stores/\(store.id)/claims?limit=3&cursor=\(next)"
      }
      let all = try store.read { reader in
        var filter = RecordFilter()
        filter.kinds = [.claim]
        return try reader.records(filter).map(\.id.description)
      }
      #expect(seen == all && pages == 4)
      for (query, count) in [("tag=blood", 2), ("text=number", 10), ("text=none", 0), ("status=accepted", 1)] {
        let page = try await Self.get(client, "/v1/stores/\(store.id)/claims?\(query)", token)
        #expect((page["items"] as? [Any])?.count == count, "\(query)")
      }
      // By what it is about, not by its place: claims of the same millisecond are in the order of their ids.
      let accepted = try await Self.get(client, "/v1/stores/\(store.id)/claims?status=accepted", token)
      let asked = try #require((accepted["items"] as? [[String: Any]])?.first?["id"] as? String)
      let notes = try await Self.get(client, "/v1/stores/\(store.id)/annotations?target=\(asked)", token)
      #expect((notes["items"] as? [[String: Any]])?.first?["body"] as? String == "Which cohort?")
    }
  }

  @Test("What is unchanged is not sent again, and what is long is compressed where that is accepted")
  func representations() async throws {
    let (fixture, store, token) = try await Self.filled()
    try await fixture.hub().application().test(.router) { client in
      let path = "/v1/stores/\(store.id)/claims"
      func get(_ headers: HTTPFields) async throws -> TestResponse {
        var headers = headers
        headers[.authorization] = "Bearer \(token)"
        return try await client.execute(uri: path, method: .get, headers: headers)
      }
      let plain = try await get([:])
      let tag = try #require(plain.headers[.eTag])
      #expect(plain.headers[.contentEncoding] == nil)
      #expect(try await get([.ifNoneMatch: tag]).status == .notModified)
      #expect(try await get([.ifNoneMatch: "\"x\", \(tag)"]).status == .notModified)
      #expect(try await get([.ifNoneMatch: "\"x\""]).status == .ok)
      let packed = try await get([.acceptEncoding: "br, gzip;q=0.5"])
      #expect(packed.headers[.contentEncoding] == "gzip")
      #expect(packed.body.readableBytes < plain.body.readableBytes / 2)
      #expect(packed.body.getBytes(at: 0, length: 2) == [0x1F, 0x8B])
      #expect(try await get([.acceptEncoding: "gzip;q=0"]).headers[.contentEncoding] == nil)
    }
  }

  @Test("Conflicts are listed with their values, by pages")
  func conflicts() async throws {
    let (fixture, store, token) = try await Self.filled(conflicts: 3)
    try await fixture.hub().application().test(.router) { client in
      let base = "/v1/stores/\(store.id)/conflicts"
      let first = try await Self.get(client, "\(base)?limit=2", token)
      let items = try #require(first["items"] as? [[String: Any]])
      #expect(items.count == 2 && (items[0]["values"] as? [Any])?.count == 2)
      let rest = try await Self.get(client, "\(base)?limit=2&cursor=\(try #require(first["next"] as? String))", token)
      #expect((rest["items"] as? [Any])?.count == 1 && rest["next"] is NSNull)
      let one = try await Self.get(client, "\(base)?record=\(try #require(items[0]["record"] as? String))", token)
      #expect((one["items"] as? [Any])?.count == 1)
      #expect((try await Self.get(client, "\(base)?type=life", token)["items"] as? [Any])?.isEmpty == true)
    }
  }

  private static func get(_ client: any TestClientProtocol, _ path: String, _ token: String) async throws -> [String:
    Any]
  {
    let answer = try await client.execute(uri: path, method: .get, headers: [.authorization: "Bearer \(token)"])
    #expect(answer.status == .ok, "\(path): \(String(buffer: answer.body))")
    return try #require(try JSONSerialization.jsonObject(with: Data(buffer: answer.body)) as? [String: Any])
  }

  /// A hub with ten claims, of which some differ on another replica.
  private static func filled(conflicts: Int = 0) async throws -> (HubFixture, Store, String) {
    let fixture = try HubFixture()
    let store = try fixture.store("ada")
    let claims = try (0..<10).map { number in
      try store.write { try $0.addClaim("Claim number \(number) of ten, which says something about LCN2.").id }
    }
    let token = try fixture.token()
    try await withHub(fixture.hub()) { address in
      try await fixture.sync(store, address, token)
      let ben = try fixture.store("ben", replicaOf: store.id)
      try await fixture.sync(ben, address, token)
      try store.write { writer in
        for claim in claims.prefix(conflicts) { _ = try writer.set(claim, "subject", to: .text("NCBIGene:3934")) }
        _ = try writer.set(claims[9], "status", to: .text("accepted"))
        for claim in claims.suffix(2) { _ = try writer.setElement(claim, "tags", "blood", isPresent: true) }
        _ = try writer.annotate(claims[9], body: "Which cohort?", motivation: .questioning)
      }
      try ben.write { writer in
        for claim in claims.prefix(conflicts) { _ = try writer.set(claim, "subject", to: .text("NCBIGene:3935")) }
      }
      try await fixture.sync(store, address, token)
      try await fixture.sync(ben, address, token)
      try await fixture.sync(store, address, token)
    }
    return (fixture, store, token)
  }
}

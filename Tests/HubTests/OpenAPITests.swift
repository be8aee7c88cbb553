import AnnotationStore
import Foundation
import HTTPTypes
import Hub
import HummingbirdTesting
import NIOCore
import SyncProtocol
import Testing
import Yams

@testable import Hub

/// What the description of the API says of one operation.
private struct Operation {
  var statuses: [Int: Set<String>] = [:]
}

@Suite("The description of the API and the hub agree", .timeLimit(.minutes(25)))
struct OpenAPITests {
  /// Answers that this test cannot provoke: a full disk, which Tests/Trials/disk.py makes.
  private static let unprovoked = "507"

  @Test("Over a socket: all that is described is answered so, and nothing is answered that is not described")
  func overASocket() async throws {
    let cases = try APICases()
    var seen: Set<String> = []
    let described = try Self.description()
    seen.formUnion(
      try await withHub(cases.fixture.hub()) { address in
        try await Self.fill(cases, address)
        var seen: Set<String> = []
        for item in try await Self.cases(cases, address) {
          let answer = try await Fetch.send(
            .init(rawValue: item.method), address + item.path, token: item.token, headers: item.headers, body: item.body
          )
          try Self.check(item, answer.status, answer.type, answer.body, described, &seen)
        }
        let events = try await EventReader(address, cases.base, cases.reader)
        #expect(events.status == 200 && events.type == "text/event-stream")
        seen.insert("GET /v1/stores/{store}/events 200 text/event-stream")
        return seen
      })
    seen.formUnion(try await Self.limited(cases, described))
    let all = Set(
      described.flatMap { name, operation in
        operation.statuses.flatMap { status, types in types.map { "\(name) \(status) \($0)" } }
      })
    let missing = all.subtracting(seen).filter { !$0.split(separator: " ").contains(Self.unprovoked[...]) }
    #expect(missing.isEmpty, "never answered: \(missing.sorted())")
  }

  @Test("Without a socket, by the router alone")
  func inProcess() async throws {
    let cases = try APICases()
    let described = try Self.description()
    let cursorAndHash = try await withHub(cases.fixture.hub()) { address in
      try await Self.fill(cases, address)
      return try await Self.cursorAndHash(cases, address)
    }
    let items = try cases.all(cursor: cursorAndHash.0, packHash: cursorAndHash.1)
    try await cases.fixture.hub().application().test(.router) { client in
      for item in items {
        var headers = HTTPFields()
        for (name, value) in item.headers { headers[try #require(HTTPField.Name(name))] = value }
        if let token = item.token { headers[.authorization] = "Bearer \(token)" }
        let answer = try await client.execute(
          uri: item.path, method: try #require(HTTPRequest.Method(item.method)), headers: headers,
          body: item.body.map { ByteBuffer(bytes: $0) })
        var seen: Set<String> = []
        let type = answer.headers[.contentType]?.split(separator: ";").first.map(String.init)
        try Self.check(item, Int(answer.status.code), type, Array(buffer: answer.body), described, &seen)
      }
    }
  }

  @Test("Nothing else is routed")
  func nothingElse() async throws {
    let cases = try APICases()
    let described = try Self.description()
    #expect(
      Set(described.keys.map { String($0.split(separator: " ")[1]) })
        == [
          "/healthz", "/readyz", "/metrics", "/v1/stores", "/v1/stores/{store}/sync", "/v1/stores/{store}/events",
          "/v1/stores/{store}/packs", "/v1/stores/{store}/packs/{hash}", "/v1/stores/{store}/claims",
          "/v1/stores/{store}/annotations", "/v1/stores/{store}/conflicts",
        ])
    try await cases.fixture.hub().application().test(.router) { client in
      let authorization: HTTPFields = [.authorization: "Bearer \(cases.admin)"]
      for name in described.keys {
        let path = String(name.split(separator: " ")[1]).replacing("{store}", with: cases.store.id.description)
          .replacing("{hash}", with: String(repeating: "0", count: 64))
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO"]
        where !name.hasPrefix(method + " ") {
          let answer = try await client.execute(
            uri: path, method: try #require(HTTPRequest.Method(method)), headers: authorization)
          #expect(answer.status == .methodNotAllowed && answer.headers[.allow] != nil, "\(method) \(path)")
        }
      }
      for (path, status) in [
        ("/", 404), ("/v1", 404), ("/v1/stores/", 404), ("/v1/stores/\(cases.store.id)", 404), ("/v2/stores", 404),
        ("\(cases.base)/sync/", 404), ("\(cases.base)/nothing", 404), ("\(cases.base)/../x", 400),
        ("/../etc/passwd", 400),
        ("/v1/stores/..%2F..%2Fetc/sync", 400), ("/v1/stores/%2e%2e/packs", 400), ("//healthz", 404),
        ("/healthz/", 404),
        ("/" + String(repeating: "a", count: 300), 400), ("\(cases.base)/packs/../../x", 400),
      ] {
        let answer = try await client.execute(uri: path, method: .get, headers: authorization)
        #expect(Int(answer.status.code) == status, "\(path) \(answer.status)")
        #expect(answer.headers[.contentType] == "application/problem+json")
      }
    }
  }

  // MARK: -

  /// What a hub answers that has no room.
  private static func limited(_ cases: APICases, _ described: [String: Operation]) async throws -> Set<String> {
    let hub = try cases.fixture.hub {
      ($0.syncs, $0.openStores) = (0, 0)
      $0.bodyBytes = .max
    }
    let hash = String(repeating: "0", count: 64)
    var seen = try await withHub(hub) { address in
      var seen: Set<String> = []
      // No store can be open.
      let stores = ["events", "packs", "packs/{hash}", "claims", "annotations", "conflicts"].map { name in
        APICase(
          pattern: "/v1/stores/{store}/\(name)", path: "\(cases.base)/\(name.replacing("{hash}", with: hash))",
          token: cases.reader, status: 503)
      }
      for item in stores + [
        APICase(pattern: "/readyz", path: "/readyz", status: 503),
        APICase(
          pattern: "/v1/stores/{store}/sync", method: "POST", path: cases.base + "/sync", token: cases.writer,
          headers: [("Content-Type", "application/vnd.variorum.sync")], body: [0], status: 503),
      ] {
        let answer = try await Fetch.send(
          .init(rawValue: item.method), address + item.path, token: item.token, headers: item.headers, body: item.body)
        try check(item, answer.status, answer.type, answer.body, described, &seen)
        if item.pattern != "/readyz" { #expect(answer.headers.first(name: "Retry-After") != nil) }
      }
      return seen
    }
    seen.formUnion(
      try await withHub(cases.fixture.hub { $0.bodyBytes = 100 }) { address in
        var seen: Set<String> = []
        let item = APICase(
          pattern: "/v1/stores/{store}/sync", method: "POST", path: cases.base + "/sync", token: cases.writer,
          headers: [("Content-Type", "application/vnd.variorum.sync")], body: [UInt8](repeating: 0, count: 101),
          status: 413)
        let answer = try await Fetch.send(
          .POST, address + item.path, token: item.token, headers: item.headers, body: item.body)
        try check(item, answer.status, answer.type, answer.body, described, &seen)
        return seen
      })
    return seen
  }

  /// Compares an answer with what had to come, and with what the description allows.
  private static func check(
    _ item: APICase, _ status: Int, _ type: String?, _ body: [UInt8], _ described: [String: Operation],
    _ seen: inout Set<String>
  ) throws {
    let name = "\(item.method) \(item.pattern)"
    let text = String(decoding: body.prefix(200), as: UTF8.self)
    #expect(status == item.status, "\(item.method) \(item.path): \(status) \(text)")
    let operation = try #require(described[name], "\(name) is not described")
    let types = try #require(operation.statuses[status], "\(name) \(status) is not described")
    #expect(types.contains(status == 304 ? "" : type ?? ""), "\(name) \(status): \(type ?? "no type")")
    seen.insert("\(name) \(status) \(status == 304 ? "" : type ?? "")")
    if type == "application/problem+json" {
      let problem = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
      #expect(problem["status"] as? Int == status)
      #expect((problem["type"] as? String)?.hasPrefix("urn:variorum:problem:") == true)
      #expect(Set(problem.keys) == ["type", "title", "status", "detail", "request"])
    } else if type == "application/json", status != 304 {
      let value = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
      #expect(value["schema"] as? Int == 1)
    }
  }

  private static func fill(_ cases: APICases, _ address: String) async throws {
    try await cases.fixture.sync(cases.store, address, cases.writer)
  }

  private static func cases(_ cases: APICases, _ address: String) async throws -> [APICase] {
    let (cursor, hash) = try await cursorAndHash(cases, address)
    return try cases.all(cursor: cursor, packHash: hash)
  }

  private static func cursorAndHash(_ cases: APICases, _ address: String) async throws -> (SyncCursor, String) {
    let text = try await Fetch.text("\(address)\(cases.base)/packs", token: cases.reader)
    let list = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let hash = try #require((list["packs"] as? [[String: Any]])?.first?["hash"] as? String)
    let cursor = SyncCursor(
      epoch: try #require((list["epoch"] as? String).flatMap { SyncEpoch(uuid: $0) }),
      arrival: UInt64(try #require(list["arrival"] as? Int)),
      digest: try #require((list["digest"] as? String).flatMap { StateDigest(hex: $0) }))
    return (cursor, hash)
  }

  /// The operations of Schema/hub.openapi.yaml: of each the statuses, with their media types.
  private static func description() throws -> [String: Operation] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Schema/hub.openapi.yaml")
    let yaml = try #require(try Yams.load(yaml: String(contentsOf: path, encoding: .utf8)) as? [String: Any])
    #expect(yaml["openapi"] as? String == "3.1.0")
    var operations: [String: Operation] = [:]
    for (path, item) in try #require(yaml["paths"] as? [String: [String: Any]]) {
      for (method, value) in item where method != "parameters" {
        let responses = try #require((value as? [String: Any])?["responses"] as? [String: [String: Any]])
        var operation = Operation()
        for (status, response) in responses {
          var response = response
          if let reference = response["$ref"] as? String {
            let name = try #require(reference.split(separator: "/").last.map(String.init))
            let components = yaml["components"] as? [String: [String: Any]]
            response = try #require(components?["responses"]?[name] as? [String: Any], "\(reference)")
          }
          let types = (response["content"] as? [String: Any])?.keys.map { $0 } ?? [""]
          operation.statuses[try #require(Int(status))] = Set(types)
        }
        operations["\(method.uppercased()) \(path)"] = operation
      }
    }
    return operations
  }
}

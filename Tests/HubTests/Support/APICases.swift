import AnnotationStore
import CRDT
import Foundation
import SyncProtocol
import SyncTransports

/// A request with the answer that it has to get.
struct APICase: Sendable {
  /// The path as the description of the API has it.
  var pattern: String
  var method = "GET"
  /// What stands in the path and behind it.
  var path: String
  var token: String?
  var headers: [(String, String)] = []
  var body: [UInt8]?
  var status: Int
}

/// A store with something in it, the tokens for it, and a request for every answer that a hub can give.
struct APICases {
  let fixture: HubFixture
  let store: Store
  let (reader, writer, admin, other): (String, String, String, String)
  let revoked: String

  init() throws {
    fixture = try HubFixture()
    store = try fixture.store("ada")
    try store.addClaims(3, "LCN2 is raised")
    (reader, writer, admin) = (
      try fixture.token(.reader), try fixture.token(.writer, for: [store.id]), try fixture.token(.admin)
    )
    other = try fixture.token(.writer, for: [try fixture.store("other").id])
    revoked = try fixture.token(.admin)
    let id = String(revoked.split(separator: "_")[1])
    _ = try fixture.tokens.revoke(id, nowMilliseconds: 1)
  }

  var base: String { "/v1/stores/\(store.id)" }
  private var absent: String { "/v1/stores/\(StoreID(uuidBytes: [UInt8](repeating: 7, count: 16), version: 4)!)" }

  func body(_ messages: [SyncMessage]) throws -> [UInt8] {
    try messages.flatMap { try Array(buffer: SyncFrames.encode($0)) }
  }

  func hello(_ direction: SyncDirection = .both, store id: StoreID? = nil, cursor: SyncCursor? = nil) throws
    -> SyncMessage
  {
    .hello(SyncHello(store: id ?? store.id, digest: try store.digest(), direction: direction, cursor: cursor))
  }

  /// The first pack of all that the store has.
  func pack() throws -> [UInt8] {
    try store.read { reader in
      let logs = try reader.logPositions().map { LogWant(replica: $0.replica, tips: $0.tips.map(\.id), have: []) }
      var plan = try OutgoingChanges(for: SyncWant(logs: logs), reader)
      return try plan.nextPack(of: store.id, reader)?.bytes ?? []
    }
  }

  /// What has to be asked of a hub that has the store already; `cursor` is where it stands.
  func all(cursor: SyncCursor, packHash: String) throws -> [APICase] {
    let type = ("Content-Type", SyncFrames.mediaType)
    let state = SyncMessage.state(try store.read { try $0.syncState(of: store.id) })
    func sync(_ status: Int, _ token: String?, _ body: [UInt8], at path: String? = nil, type: (String, String)? = type)
      -> APICase
    {
      APICase(
        pattern: "/v1/stores/{store}/sync", method: "POST", path: (path ?? base) + "/sync", token: token,
        headers: type.map { [$0] } ?? [], body: body, status: status)
    }
    let known = try hello(cursor: cursor)
    let pushes = try body([known, .pack(pack()), .end(packs: 1)])
    var broken = try pack()
    broken[broken.count - 1] ^= 1
    var foreign = SyncMessage.hello(
      SyncHello(store: store.id, digest: try store.digest(), direction: .both, cursor: nil))
    if case .hello(var hello) = foreign {
      hello.store = StoreID([UInt8](repeating: 9, count: 16)) ?? store.id
      foreign = .hello(hello)
    }
    return simple() + forStores(packHash) + [
      sync(200, writer, pushes), sync(200, reader, try body([known, .end(packs: 0)])),
      sync(200, writer, try body([hello(), state])),
      sync(400, writer, []), sync(400, writer, [0, 0, 0, 3] + Array("abc".utf8)),
      sync(413, writer, Array("nonsense".utf8)), sync(400, writer, try body([.end(packs: 0)])),
      sync(400, writer, try body([known])), sync(400, writer, Array(pushes.dropLast())),
      sync(400, writer, try body([known, .end(packs: 1)])), sync(400, writer, pushes, at: "/v1/stores/no-uuid"),
      sync(401, nil, pushes), sync(401, "variorum_00000000_00", pushes), sync(401, revoked, pushes),
      sync(403, reader, pushes), sync(403, other, pushes), sync(404, reader, try hello(at: absent), at: absent),
      sync(409, writer, try body([foreign, .end(packs: 0)])), sync(415, writer, pushes, type: nil),
      sync(415, writer, pushes, type: ("Content-Type", "text/plain")),
      sync(422, writer, try body([known, .pack(broken), .end(packs: 1)])),
    ]
  }

  private func hello(at path: String) throws -> [UInt8] {
    let id = path.split(separator: "/").last.flatMap { StoreID(uuid: $0) }
    return try body([hello(.pull, store: id), .end(packs: 0)])
  }

  private func simple() -> [APICase] {
    [
      APICase(pattern: "/healthz", path: "/healthz", status: 200),
      APICase(pattern: "/readyz", path: "/readyz", status: 200),
      APICase(pattern: "/metrics", path: "/metrics", token: admin, status: 200),
      APICase(pattern: "/metrics", path: "/metrics", status: 401),
      APICase(pattern: "/metrics", path: "/metrics", token: writer, status: 403),
      APICase(pattern: "/v1/stores", path: "/v1/stores", token: reader, status: 200),
      APICase(pattern: "/v1/stores", path: "/v1/stores", token: revoked, status: 401),
    ]
  }

  /// What all paths below a store answer alike, and what each answers for itself.
  private func forStores(_ hash: String) -> [APICase] {
    var cases: [APICase] = []
    for name in ["events", "packs", "claims", "annotations", "conflicts", "packs/{hash}"] {
      let pattern = "/v1/stores/{store}/\(name)"
      let path = name.replacing("{hash}", with: hash)
      if name != "events" {
        cases.append(APICase(pattern: pattern, path: "\(base)/\(path)", token: reader, status: 200))
      }
      cases += [
        APICase(pattern: pattern, path: "/v1/stores/no-uuid/\(path)", token: reader, status: 400),
        APICase(pattern: pattern, path: "\(base)/\(path)", status: 401),
        APICase(pattern: pattern, path: "\(base)/\(path)", token: other, status: 403),
        APICase(pattern: pattern, path: "\(absent)/\(path)", token: reader, status: 404),
      ]
    }
    let pack = "/v1/stores/{store}/packs/{hash}"
    let missing = String(repeating: "0", count: 64)
    cases += [
      APICase(pattern: pack, path: "\(base)/packs/short", token: reader, status: 400),
      APICase(pattern: pack, path: "\(base)/packs/\(missing)", token: reader, status: 404),
    ]
    for (range, status) in [("bytes=5-9", 206), ("bytes=5-", 206), ("bytes=-7", 206), ("bytes=99999999-", 416)] {
      cases.append(
        APICase(
          pattern: pack, path: "\(base)/packs/\(hash)", token: reader, headers: [("Range", range)], status: status))
    }
    for name in ["claims", "annotations", "conflicts"] {
      let pattern = "/v1/stores/{store}/\(name)"
      for query in ["limit=0", "limit=x", "unknown=1", "cursor=%21", "curator=zz", "limit=1&limit=2", "text=%FF"] {
        cases.append(APICase(pattern: pattern, path: "\(base)/\(name)?\(query)", token: reader, status: 400))
      }
      let anything = [("If-None-Match", "*")]
      cases.append(
        APICase(pattern: pattern, path: "\(base)/\(name)", token: reader, headers: anything, status: 304))
    }
    return cases
  }
}

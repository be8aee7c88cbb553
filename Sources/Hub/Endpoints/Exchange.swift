import AnnotationStore
import HTTPTypes
import Hummingbird
import Logging

/// One request that was let in, with all that answering it takes.
struct Exchange {
  let core: HubCore
  let request: Request
  let context: HubContext
  let body: BodyReader
  /// Who asks; `nil` where anybody may.
  let token: Token?

  /// Does what is asked for.
  func answer(_ route: Route) async throws -> Answer {
    switch route {
    case .health: return text("ok\n")
    case .readiness: return try readiness()
    case .metrics: return await metrics()
    case .stores: return try stores()
    case .sync(let id): return try await sync(id)
    case .events(let id): return try await events(try await store(id))
    case .packs(let id): return try await packs(try await store(id))
    case .pack(let id, let hash): return try await pack(hash, try await store(id))
    case .claims(let id): return try await records(.claim, try await store(id))
    case .annotations(let id): return try await records(.annotation, try await store(id))
    case .conflicts(let id): return try await conflicts(try await store(id))
    }
  }

  /// A store that is there.
  ///
  /// - Throws: ``Problem``: 404 where it is not.
  func store(_ id: StoreID, create: Bool = false) async throws -> ServedStore {
    guard let found = try await core.shelf.store(id, create: create) else {
      throw Problem(.notFound, "no-store", "the hub has no store of this id; the first push by a writer makes it")
    }
    return found
  }

  private func text(_ text: String) -> Answer { Answer(type: "text/plain; charset=utf-8", bytes: Array(text.utf8)) }

  private func readiness() throws -> Answer {
    guard let free = core.directory.freeBytes(), free > core.limits.bodyBytes else {
      throw Problem(.serviceUnavailable, "disk-full", "the hub's disk is full or not there")
    }
    return text("ready\n")
  }

  private func metrics() async -> Answer {
    let gauges = [
      ("stores_open", "Stores that are open.", await core.shelf.count),
      ("syncs_in_flight", "Syncs being done.", core.syncs.count),
      ("downloads_in_flight", "Packs being fetched.", core.downloads.count),
      ("memory_taken_bytes", "What requests send and are sent that is in memory.", core.memory.taken),
      ("watchers", "Clients that follow events.", core.watchers.count),
    ]
    return Answer(
      type: "text/plain; version=0.0.4; charset=utf-8",
      bytes: Array(core.metrics.text(gauges: gauges.map { (name: $0.0, help: $0.1, value: $0.2) }).utf8))
  }

  /// The stores that the bearer of the token may read, as far as they are there.
  private func stores() throws -> Answer {
    let ids = try core.directory.stores().filter { token?.isFor($0) ?? false }
    return Answer(
      type: Self.json,
      bytes: Array(
        JSONText.write(.map([.init("schema", .int(1)), .init("stores", .array(ids.map { .bytes($0.bytes) }))])).utf8))
  }

  static let json = "application/json"
}

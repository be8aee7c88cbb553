import AnnotationStore
import HTTPTypes
import Hummingbird

/// What the hub answers to: exactly what Schema/hub.openapi.yaml lists.
enum Route: Hashable, Sendable {
  case health, readiness, metrics, stores
  case sync(StoreID)
  case events(StoreID)
  case packs(StoreID)
  case pack(StoreID, PackHash)
  case claims(StoreID)
  case annotations(StoreID)
  case conflicts(StoreID)

  /// How the description of the API names it.
  var pattern: String {
    switch self {
    case .health: "/healthz"
    case .readiness: "/readyz"
    case .metrics: "/metrics"
    case .stores: "/v1/stores"
    case .sync: "/v1/stores/{store}/sync"
    case .events: "/v1/stores/{store}/events"
    case .packs: "/v1/stores/{store}/packs"
    case .pack: "/v1/stores/{store}/packs/{hash}"
    case .claims: "/v1/stores/{store}/claims"
    case .annotations: "/v1/stores/{store}/annotations"
    case .conflicts: "/v1/stores/{store}/conflicts"
    }
  }

  /// The one method that it has.
  var method: HTTPRequest.Method { if case .sync = self { .post } else { .get } }

  /// Finds the route of a path.
  ///
  /// - Throws: ``Problem`` where there is none, or a part of the path cannot be meant.
  init(path: String) throws(Problem) {
    guard path.utf8.count <= 256, !path.contains("%"), !path.split(separator: "/").contains(where: { $0 == ".." })
    else {
      throw Problem(.badRequest, "malformed", "the path has characters that no path of the hub has")
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
    switch parts {
    case ["healthz"]: self = .health
    case ["readyz"]: self = .readiness
    case ["metrics"]: self = .metrics
    case ["v1", "stores"]: self = .stores
    default:
      guard parts.count >= 4, parts[0] == "v1", parts[1] == "stores" else { throw Self.unknown }
      self = try Self.route(Array(parts[3...]), of: Self.store(parts[2]))
    }
  }

  private static let unknown = Problem(.notFound, "not-found", "the hub has nothing at this path")

  private static func store(_ text: String) throws(Problem) -> StoreID {
    guard text.utf8.count == 36, let id = StoreID(uuid: text) else {
      throw Problem(.badRequest, "malformed", "a store is named by its UUID")
    }
    return id
  }

  private static func route(_ parts: [String], of store: StoreID) throws(Problem) -> Route {
    switch parts {
    case ["sync"]: return .sync(store)
    case ["events"]: return .events(store)
    case ["packs"]: return .packs(store)
    case ["claims"]: return .claims(store)
    case ["annotations"]: return .annotations(store)
    case ["conflicts"]: return .conflicts(store)
    default:
      guard parts.count == 2, parts[0] == "packs" else { throw unknown }
      guard let hash = PackHash(hex: parts[1]) else {
        throw Problem(.badRequest, "malformed", "a pack is named by 64 hexadecimal digits")
      }
      return .pack(store, hash)
    }
  }
}

/// Holds what cannot be applied yet, and gives it back when the last thing that it waits for has come.
///
/// Each insertion and release costs time in proportion to the number of prerequisites concerned.
public struct CausalQueue<Element: Sendable>: Sendable {
  private struct Waiting {
    var element: Element
    var missing: Set<ChangeID>
  }

  private var waiting: [ChangeID: Waiting] = [:]
  private var dependents: [ChangeID: [ChangeID]] = [:]

  /// Makes an empty queue.
  public init() {}

  /// How many elements wait.
  public var count: Int { waiting.count }

  /// Whether `id` waits.
  public func contains(_ id: ChangeID) -> Bool { waiting[id] != nil }

  /// What is waited for and does not itself wait here, ascending.
  public var missing: [ChangeID] { dependents.keys.filter { waiting[$0] == nil }.sorted() }

  /// Lets `element` wait for `missing`, which must not be empty; one that waits already is left alone.
  public mutating func insert(_ element: Element, id: ChangeID, missing: some Sequence<ChangeID>) {
    guard waiting[id] == nil else { return }
    let missing = Set(missing)
    waiting[id] = Waiting(element: element, missing: missing)
    for prerequisite in missing { dependents[prerequisite, default: []].append(id) }
  }

  /// Notes that `id` was applied.
  ///
  /// - Returns: what waited for nothing else, ascending by id. The caller applies each and notes it in turn.
  public mutating func release(_ id: ChangeID) -> [(id: ChangeID, element: Element)] {
    var ready: [(id: ChangeID, element: Element)] = []
    for dependent in dependents.removeValue(forKey: id) ?? [] {
      waiting[dependent]?.missing.remove(id)
      if let entry = waiting[dependent], entry.missing.isEmpty {
        waiting[dependent] = nil
        ready.append((dependent, entry.element))
      }
    }
    return ready.sorted { $0.id < $1.id }
  }
}

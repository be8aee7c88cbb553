import GRDB
import Testing

@testable import AnnotationStore

/// Which forks are open follows from the changes and not from how they came: many at once or one by one.
@Suite("Laws of forked logs")
struct ForkLawTests {
  /// A change of a random history, with all that comes before it.
  private struct Step {
    var change: Change
    var encoded: EncodedChange
    var id: ChangeID
    var past: Set<ChangeID>
  }

  private let databases = [0, 1].compactMap { _ in try? MemoryReplica.database() }

  @Test("A fork is open until some change has all branches in its past, however the changes come")
  func randomForks() throws {
    for seed in 1...UInt64(60) {
      var generator = SplitMix64(seed: seed)
      let store = try #require(StoreID(uuidBytes: generator.bytes(16), version: 4))
      let replicas = try databases.map { try MemoryReplica(store: store, queue: $0, generator: &generator) }
      let steps = try Self.steps(store, &generator)
      for replica in replicas {
        var rest = steps[...]
        while !rest.isEmpty {
          let count = 1 + generator.below(generator.chance(percent: 30) ? 12 : 2)
          try replica.apply(rest.prefix(count).map { ($0.change, $0.encoded, $0.id) })
          rest = rest.dropFirst(count)
        }
        let kept = try Self.open(replica)
        #expect(kept == Self.open(steps), "seed \(seed)")
        try replica.rebuild()
        #expect(try Self.open(replica) == kept, "seed \(seed), rebuilt")
      }
    }
  }

  @Test("A fork that is open is not looked at again by what cannot join it")
  func untouchedFork() throws {
    var generator = SplitMix64(seed: 1)
    let store = try #require(StoreID(uuidBytes: generator.bytes(16), version: 4))
    let replica = try MemoryReplica(store: store, queue: databases[0], generator: &generator)
    let keys = (0..<3).compactMap { _ in ReplicaID(generator.bytes(32)) }
    var steps: [Step] = []
    for key in [keys[0], keys[0], keys[1]] {
      steps.append(try Self.step(store, key, after: nil, deps: key == keys[1] ? [steps[0]] : [], &generator))
    }
    try replica.apply(steps.map { ($0.change, $0.encoded, $0.id) })
    let field = hexadecimal(keys[0].bytes)
    #expect(try Self.open(replica).map(\.field) == [field])
    // What is written over a header is not read again.
    try replica.queue.write { try $0.run("UPDATE change SET header = x'' WHERE arrival <= 2") }
    let next = try Self.step(store, keys[2], after: nil, deps: [steps[2]], &generator)
    try replica.apply([(next.change, next.encoded, next.id)])
    #expect(try Self.open(replica).map(\.field) == [field])
  }

  /// A random history of a few logs that fork, and name each other.
  private static func steps(_ store: StoreID, _ generator: inout SplitMix64) throws -> [Step] {
    let keys = (0..<4).compactMap { _ in ReplicaID(generator.bytes(32)) }
    var steps: [Step] = []
    for _ in 0..<(6 + generator.below(24)) {
      let key = generator.pick(keys)
      let own = steps.filter { $0.change.replica == key }
      let isFork = generator.chance(percent: 15)
      let previous =
        own.isEmpty || isFork && generator.chance(percent: 30) ? nil : isFork ? generator.pick(own) : own.last
      let others = steps.isEmpty ? [] : (0..<generator.below(3)).map { _ in generator.pick(steps) }
      steps.append(try step(store, key, after: previous, deps: others, &generator))
    }
    return steps
  }

  private static func step(
    _ store: StoreID, _ key: ReplicaID, after previous: Step?, deps: [Step], _ generator: inout SplitMix64
  ) throws -> Step {
    let curator = RecordID(uuidBytes: generator.bytes(16), version: 4)
    let tag = Op(
      kind: "claim", record: try #require(curator), field: "tags", element: "t", action: .add)
    let named = Set(deps.map(\.id)).subtracting([previous?.id].compactMap { $0 })
    let change = Change(
      store: store, replica: key, sequence: (previous?.change.sequence ?? 0) + 1, previous: previous?.id,
      deps: named.sorted(), timeMilliseconds: 0, curator: previous == nil ? curator : nil, ops: [tag])
    let encoded = try change.encode(seed: generator.bytes(16))
    let past = ([previous].compactMap { $0 } + deps).reduce(into: Set([encoded.id])) { $0.formUnion($1.past) }
    return Step(change: change, encoded: encoded, id: encoded.id, past: past)
  }

  private struct Open: Hashable {
    var owner: String
    var field: String
    var readings: Int
  }

  /// The open forks by their definition.
  private static func open(_ steps: [Step]) -> [Open] {
    let logs = Dictionary(grouping: steps) { $0.change.replica }
    return logs.compactMap { key, log -> Open? in
      let followed = Set(log.compactMap(\.change.previous))
      let tips = log.map(\.id).filter { !followed.contains($0) }
      let isJoined = steps.contains { $0.past.isSuperset(of: tips) }
      let first = log.filter { $0.change.sequence == 1 }.min { $0.id < $1.id }
      guard tips.count > 1, !isJoined, let owner = first?.change.curator else { return nil }
      return Open(owner: owner.description, field: hexadecimal(key.bytes), readings: tips.count)
    }.sorted { $0.field < $1.field }
  }

  private static func open(_ replica: MemoryReplica) throws -> [Open] {
    try replica.queue.inDatabase {
      try $0.each("SELECT record, field, readings FROM conflict WHERE type = 'fork' ORDER BY field, record") { row in
        Open(
          owner: row.value(String.self, 0) ?? "", field: row.value(String.self, 1) ?? "",
          readings: row.value(Int.self, 2) ?? 0)
      }
    }
  }
}

import Foundation
import GRDB
import Testing

@testable import AnnotationStore

/// What the structure allows and the model dislikes is applied by rule: in whatever order such changes come, every
/// replica shows the same, and the same as a rebuild.
@Suite("Ops that the model dislikes")
struct FaultyOpsTests {
  private static let runs = ProcessInfo.processInfo.environment["VARIORUM_LAW_RUNS"].flatMap { Int($0) } ?? 30

  @Test("Random ops on few records give the same state in any order")
  func randomOps() throws {
    let databases = try (0..<3).map { _ in try MemoryReplica.database() }
    for seed in 1...UInt64(Self.runs) {
      var generator = SplitMix64(seed: seed)
      let store = try #require(StoreID(uuidBytes: generator.bytes(16), version: 4))
      let replicas = try databases.map { try MemoryReplica(store: store, queue: $0, generator: &generator) }
      let ops = RandomOps(&generator)
      for replica in replicas {
        _ = try replica.write { try $0.becomeCurator(name: "Curator") }
      }
      for _ in 0..<12 {
        let replica = generator.pick(replicas)
        _ = try? replica.write { try $0.append(try ops.op($0, &generator)) }
        if generator.chance(percent: 30) { _ = try generator.pick(replicas).receive(replica.log()) }
      }
      for _ in 0..<2 {
        for to in replicas { for from in replicas { _ = try to.receive(generator.shuffled(from.log())) } }
      }
      let states = try replicas.map { try $0.fingerprints() }
      #expect(Set(states).count == 1, "seed \(seed): replicas differ in \(Self.differing(states))")
      for (replica, state) in zip(replicas, states) {
        try replica.rebuild()
        let rebuilt = try replica.fingerprints()
        #expect(rebuilt == state, "seed \(seed): rebuilt differs in \(Self.differing([rebuilt, state]))")
        try StoreLawTests.checkElements(replica)
      }
      if Set(states).count > 1 { return }
    }
  }

  @Test("Elements that differ in NUL and U+FFFD share a row, which stays while any of them is there")
  func twinElements() throws {
    var generator = SplitMix64(seed: 1)
    let store = try #require(StoreID(uuidBytes: generator.bytes(16), version: 4))
    let replicas = try (0..<2).map { _ in
      try MemoryReplica(store: store, queue: MemoryReplica.database(), generator: &generator)
    }
    let claim = try replicas[0].write { transaction -> RecordID in
      try transaction.becomeCurator(name: "Curator")
      return try transaction.addClaim("A claim.").id
    }
    for (element, isPresent) in [("a\0b", true), ("a\u{FFFD}b", true), ("a\0b", false)] {
      try replicas[0].write { transaction in
        let cell = CellKey(record: RecordKey(kind: "claim", id: claim), field: "tags", element: element)
        try transaction.append(
          Op(
            kind: "claim", record: claim, field: "tags", element: element, action: isPresent ? .add : .remove,
            supersedes: transaction.live(in: cell).sorted()))
      }
    }
    // At once, where the other got them one by one.
    _ = try replicas[1].receive(replicas[0].log())
    for replica in replicas {
      let tags = try replica.queue.inDatabase { try ReadTransaction($0).record(claim)?.elements("tags") }
      #expect(tags == ["a\u{FFFD}b"])
    }
    #expect(try replicas[0].fingerprints() == replicas[1].fingerprints())
  }

  private static func differing(_ states: [[String]]) -> [String] {
    guard let first = states.first else { return [] }
    return first.indices.filter { index in states.contains { $0[index] != first[index] } }.map { index in
      String(first[index].prefix { $0 != " " })
    }
  }
}

/// Random ops of every action on a few records, values of any type in any field.
private struct RandomOps {
  private let records: [(Kind, RecordID)]

  init(_ generator: inout SplitMix64) {
    let kinds: [Kind] = [.claim, .claim, .annotation, .annotation, .link, .source]
    var records: [(Kind, RecordID)] = []
    for kind in kinds {
      let version: UInt8 = generator.chance(percent: 50) ? 4 : 8
      if let id = RecordID(uuidBytes: generator.bytes(16), version: version) { records.append((kind, id)) }
    }
    self.records = records
  }

  func op(_ transaction: WriteTransaction, _ generator: inout SplitMix64) throws -> Op {
    let (kind, id) = generator.pick(records)
    let key = RecordKey(kind: kind.rawValue, id: id)
    var op = Op(kind: kind.rawValue, record: id, action: Action(rawValue: UInt64(generator.below(9))))
    switch op.action {
    case .create:
      let values = kind.fields.filter { !$0.isSet }.filter { _ in generator.chance(percent: 60) }
      op.payload = .create(
        values: values.map { Op.FieldValue($0.name, value(in: $0, &generator)) },
        elements: kind.fields.filter(\.isSet).map { Op.FieldElements($0.name, ["a", "b\0", "b\u{FFFD}"]) })
      return op
    case .delete:
      op.payload = .saw(try live(CellKey(record: key, field: "statement"), transaction, &generator))
    case .restore: break
    case .add, .remove:
      op.field = generator.pick(kind.fields.filter(\.isSet).map(\.name) + ["unknown"])
      op.element = generator.pick(["a", "b\0", "b\u{FFFD}", "c"])
    default:
      let field = generator.pick(kind.fields.filter { !$0.isSet })
      op.field = field.name
      switch op.action {
      case .set: op.payload = .value(value(in: field, &generator))
      case .splice:
        op.payload = .splices(
          [Splice(position: generator.below(9), deleted: generator.below(9), inserted: 2)], inserted: .prose("é!"),
          areTyped: generator.below(2) == 0)
      case .restate:
        let earlier = try live(CellKey(record: key, field: field.name), transaction, &generator)
        op.payload = earlier.isEmpty ? .value(.inHeader(.null)) : .restates(earlier)
        if earlier.isEmpty { op.action = .set }
      default: break
      }
    }
    op.supersedes = try live(op.cell, transaction, &generator)
    return op
  }

  private func live(_ cell: CellKey, _ transaction: WriteTransaction, _ generator: inout SplitMix64) throws
    -> [ChangeID]
  {
    generator.subset(try transaction.live(in: cell).sorted(), percent: 70)
  }

  private func value(in field: Field, _ generator: inout SplitMix64) -> OpValue {
    if field.isProse { return .prose(generator.pick(["one two", "one\0two", ""])) }
    let other: [CBORValue] = [
      .null, .bool(true), .int(-7), .text("text"), .text("nul\0"), .array([.text("x")]), .array([.int(1)]),
      .map([.init("exact", .text("words"))]), .bytes([1, 2]),
    ]
    // Mostly records, so that what stands on what changes.
    if case .register(.record) = field.type, generator.chance(percent: 70) {
      return .inHeader(.bytes(generator.pick(records).1.bytes))
    }
    return generator.chance(percent: 50) ? .inHeader(generator.pick(other)) : .inBody(generator.pick(other))
  }
}

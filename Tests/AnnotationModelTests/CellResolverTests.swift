import AnnotationModel
import Testing

@Suite("Reading cells")
struct CellResolverTests {
  /// Ops of one cell by their changes, which counts how often they are looked up.
  private final class Counting: OpSource {
    var ops: [ChangeID: FoundOp] = [:]
    var lookups = 0
    let lastGraph = ProseGraphCache()
    let restated = RestateCache()

    func op(of change: ChangeID, in cell: CellKey) -> FoundOp? {
      lookups += 1
      return ops[change]
    }
  }

  @Test("Each of a long line of restatements is followed once, whichever is told first")
  func longLine() throws {
    let record = try #require(RecordID([UInt8](repeating: 1, count: 16)))
    let replica = try #require(ReplicaID([UInt8](repeating: 2, count: 32)))
    let cell = CellKey(record: RecordKey(kind: "claim", id: record), field: "status")
    let source = Counting()
    let length = 500
    let changes = try (0..<length).map { index in
      let bytes = [UInt8(index / 256), UInt8(index % 256)] + [UInt8](repeating: 0, count: 30)
      return try #require(ChangeID(bytes))
    }
    for (index, change) in changes.enumerated() {
      let payload: Op.Payload = index == 0 ? .value(.inHeader(.text("accepted"))) : .restates([changes[index - 1]])
      let op = Op(
        kind: "claim", record: record, field: "status", action: index == 0 ? .set : .restate, payload: payload)
      source.ops[change] = FoundOp(op: op, depth: UInt64(index), replica: replica, sequence: UInt64(index + 1))
    }
    for change in changes.reversed() {
      let reading = try CellResolver(source).reading([change], in: cell, isProse: false)
      #expect(reading.shown == AuthoredValue(value: .text("accepted"), change: changes[0]))
    }
    #expect(source.lookups <= 3 * length)
  }
}

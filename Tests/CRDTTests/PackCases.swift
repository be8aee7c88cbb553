@testable import CRDT

/// Logs and packs that tests and vectors are made of; nothing here is random.
enum PackCases {
  /// The `count` changes of replica `number` after `last`, each sealed.
  static func log(
    by number: UInt8 = 1, count: Int, after last: (id: ChangeID, sequence: UInt64)? = nil,
    text: (Int) -> String = { "note \($0) on LCN2 in ALS" }
  ) throws -> [PackedChange] {
    var changes: [PackedChange] = []
    var last = last
    for index in 0..<count {
      let create = Op(
        kind: "annotation", record: RecordID(high: UInt64(number), low: UInt64(index)), action: .create,
        payload: .create(
          values: [
            Op.FieldValue("target", .inHeader(.bytes(Fixture.claim.bytes))), Op.FieldValue("body", .prose(text(index))),
          ], elements: [Op.FieldElements("tags", ["als", "tag-\(index % 3)"])]))
      let change = Change(
        store: Fixture.store, replica: try Fixture.replica(number), sequence: (last?.sequence ?? 0) + 1,
        previous: last?.id, deps: [], timeMilliseconds: Fixture.time + Int64(index), curator: Fixture.curator,
        ops: [create])
      let encoded = try change.encode(seed: Fixture.seed)
      changes.append(PackedChange(id: encoded.id, encoded: encoded, seal: try Fixture.seal(encoded.id, by: number)))
      last = (encoded.id, change.sequence)
    }
    return changes
  }

  /// One change of replica `number`, sealed.
  static func change(by number: UInt8, deps: [ChangeID], ops: [Op] = []) throws -> PackedChange {
    let encoded = try Change(
      store: Fixture.store, replica: Fixture.replica(number), sequence: 1, previous: nil, deps: deps.sorted(),
      timeMilliseconds: Fixture.time, curator: Fixture.curator, ops: ops
    ).encode(seed: Fixture.seed)
    return PackedChange(id: encoded.id, encoded: encoded, seal: try Fixture.seal(encoded.id, by: number))
  }

  /// A pack of whole logs, one after the other, whose changes are given with the number of their replica.
  static func pack(_ logs: [(number: UInt8, changes: [PackedChange])]) throws -> [UInt8] {
    var writer = PackWriter(store: Fixture.store)
    for log in logs { try writer.append(log.changes, replica: Fixture.replica(log.number), after: nil) }
    return try writer.finish(compress: StoredFrame.compress).bytes
  }

  static func open(_ pack: [UInt8], expecting store: StoreID? = Fixture.store) throws(PackError) -> Pack {
    try Pack(opening: pack, expecting: store) { try StoredFrame.decompress($0, $1) }
  }

  /// All good changes in one pack, each a run of its own.
  static func everyGoodChange() throws -> (pack: [UInt8], changes: [PackedChange]) {
    var writer = PackWriter(store: Fixture.store)
    var changes: [PackedChange] = []
    for good in try GoodChange.all() {
      let change = try Change(decoding: good.encoded)
      let packed = PackedChange(id: good.encoded.id, encoded: good.encoded, seal: try Fixture.seal(good.encoded.id))
      try writer.append(
        [packed], replica: change.replica, after: change.previous.map { ($0, change.sequence - 1) })
      changes.append(packed)
    }
    return (try writer.finish(compress: StoredFrame.compress).bytes, changes)
  }

  /// Two logs that write in turn and name each other's changes, then a branch that forks one of them.
  static func conversation() throws -> (pack: [UInt8], order: [ChangeID]) {
    let (first, second) = (try log(by: 1, count: 4), try log(by: 2, count: 3))
    let answer = try change(by: 3, deps: [first[3].id, second[2].id, Fixture.id(9)])
    let delete = Op(
      kind: "annotation", record: Fixture.note, action: .delete, supersedes: [first[0].id, Fixture.id(9)],
      payload: .saw([first[0].id, first[1].id]))
    let other = try change(by: 4, deps: [answer.id], ops: [delete])
    let branch = try log(by: 1, count: 2, after: (first[1].id, 2), text: { "another \($0)" })
    var writer = PackWriter(store: Fixture.store)
    try writer.append(Array(first[..<2]), replica: Fixture.replica(1), after: nil)
    try writer.append(Array(second[..<1]), replica: Fixture.replica(2), after: nil)
    try writer.append(Array(first[2...]), replica: Fixture.replica(1), after: (first[1].id, 2))
    try writer.append(Array(second[1...]), replica: Fixture.replica(2), after: (second[0].id, 1))
    try writer.append([answer], replica: Fixture.replica(3), after: nil)
    try writer.append([other], replica: Fixture.replica(4), after: nil)
    try writer.append(branch, replica: Fixture.replica(1), after: (first[1].id, 2))
    let order = first[..<2] + second[..<1] + first[2...] + second[1...] + [answer, other] + branch
    return (try writer.finish(compress: StoredFrame.compress).bytes, order.map(\.id))
  }

  /// The pack with one of its streams replaced.
  static func replacing(_ stream: Int, of pack: [UInt8], _ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
    var streams = try PackFuzzing.streams(of: StoredFrame.contents(of: pack)).orThrow()
    change(&streams[stream])
    return PackFuzzing.rehashed(head: pack, contents: contents(streams))
  }

  static func contents(_ streams: [[UInt8]]) -> [UInt8] {
    streams.reduce(into: []) { $0 += PackNumber.encode(UInt64($1.count)) } + streams.flatMap { $0 }
  }
}

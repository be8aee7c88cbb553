import Testing

@testable import CRDT

@Suite("Packs")
struct PackTests {
  @Test("Every kind of change comes out as it went in")
  func everyGoodChange() throws {
    let (bytes, changes) = try PackCases.everyGoodChange()
    let pack = try PackCases.open(bytes)
    #expect(pack.refused.isEmpty && pack.store == Fixture.store)
    #expect(pack.entries.count == changes.count)
    for (entry, change) in zip(pack.entries, changes) {
      #expect(entry.id == change.id && entry.encoded == change.encoded)
      #expect(entry.seal == nil || entry.seal == change.seal)
      #expect(try Change(decoding: change.encoded) == entry.change)
    }
  }

  @Test("Logs come in the order in which they were appended, forks as runs of their own")
  func order() throws {
    let (bytes, order) = try PackCases.conversation()
    let pack = try PackCases.open(bytes)
    #expect(pack.entries.map(\.id) == order && pack.refused.isEmpty)
    #expect(pack.entries.map(\.run) == [0, 0, 1, 0, 0, 1, 1, 2, 3, 4, 4])
    #expect(pack.entries.map(\.sequence) == [1, 2, 1, 3, 4, 2, 3, 1, 1, 3, 4])
    #expect(pack.entries[0].replica == pack.entries[10].replica)
  }

  @Test("A log can be taken up anywhere")
  func start() throws {
    let log = try PackCases.log(count: 5)
    var writer = PackWriter(store: Fixture.store)
    #expect(writer.isEmpty)
    try writer.append(Array(log[2...]), replica: Fixture.replica(), after: (log[1].id, 2))
    #expect(writer.changeCount == 3)
    #expect(writer.byteCount == 64 + log[2...].reduce(0) { $0 + $1.encoded.byteCount })
    let (bytes, hash) = try writer.finish(compress: StoredFrame.compress)
    let pack = try PackCases.open(bytes)
    #expect(pack.entries.map(\.encoded) == log[2...].map(\.encoded) && pack.hash == hash)
    #expect(try PackHead(checking: bytes).hash == hash)
  }

  @Test("Nothing makes an empty pack")
  func empty() throws {
    var writer = PackWriter(store: Fixture.store)
    try writer.append([], replica: Fixture.replica(), after: nil)
    let pack = try PackCases.open(writer.finish(compress: StoredFrame.compress).bytes)
    #expect(pack.entries.isEmpty && pack.refused.isEmpty)
  }

  @Test("Only those seals are kept that a reader needs")
  func seals() throws {
    let text = String(repeating: "x", count: 100_000)
    let log = try PackCases.log(count: 36, text: { _ in text })
    var writer = PackWriter(store: Fixture.store)
    for (index, change) in log.enumerated() {
      let last = index == 0 ? nil : (id: log[index - 1].id, sequence: UInt64(index))
      try writer.append([change], replica: Fixture.replica(), after: last)
    }
    let pack = try PackCases.open(writer.finish(compress: StoredFrame.compress).bytes)
    #expect(pack.entries.count == log.count && pack.refused.isEmpty)
    let sealed = pack.entries.indices.filter { pack.entries[$0].seal != nil }
    #expect(sealed == [19, 35])
    let sizes = log.map(\.encoded.countedBytes)
    #expect(sizes[...19].reduce(0, +) <= Limits.sealedBytes && sizes[...20].reduce(0, +) > Limits.sealedBytes)
  }

  @Test("The size that limits count is told without decoding the body")
  func countedBytes() throws {
    for good in try GoodChange.all() {
      let change = try Change(decoding: good.encoded)
      var writer = PackItemWriter()
      let counted = try writer.write(
        good.encoded, after: change.previous.map { ($0, change.sequence - 1) },
        prefix: PackPrefix(store: change.store, replica: change.replica))
      #expect(counted == good.encoded.countedBytes, "\(good)")
    }
  }

  @Test("What does not belong there is not written")
  func unfit() throws {
    let log = try PackCases.log(count: 3)
    let foreign = try PackCases.log(by: 2, count: 1)
    var unsealed = log
    unsealed[2].seal = nil
    var bodiless = log
    bodiless[1].encoded.body = nil
    var garbled = log
    garbled[0].encoded.header = [0xFF]
    var garbledBody = log
    garbledBody[0].encoded.body?.append(0)
    let wrong: [(segment: [PackedChange], after: (id: ChangeID, sequence: UInt64)?, bad: Int)] = [
      (unsealed, nil, 2), ([log[0], log[2]], nil, 1), (log, (log[0].id, 1), 0), ([log[1]], (log[0].id, 2), 0),
      ([log[1]], (log[2].id, 1), 0), (foreign, nil, 0), (bodiless, nil, 1), (garbled, nil, 0), (garbledBody, nil, 0),
    ]
    let replica = try Fixture.replica()
    for (segment, after, bad) in wrong {
      var writer = PackWriter(store: Fixture.store)
      do throws(PackError) {
        try writer.append(segment, replica: replica, after: after)
        Issue.record("written: change \(bad)")
      } catch {
        guard case .unfit(segment[bad].id, _) = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
    var writer = PackWriter(store: Fixture.otherStore)
    #expect(throws: PackError.self) { try writer.append(log, replica: Fixture.replica(), after: nil) }
  }

  @Test("More than a pack may hold is not finished")
  func tooLarge() throws {
    let text = String(repeating: "x", count: 1_000_000)
    var writer = PackWriter(store: Fixture.store)
    for number in 1...5 as ClosedRange<UInt8> {
      try writer.append(
        PackCases.log(by: number, count: 1, text: { _ in text }), replica: Fixture.replica(number), after: nil)
    }
    #expect(throws: PackError.tooLarge("what the pack holds")) { try writer.finish { _ in [] } }
  }

  @Test("Numbers are written as they are read", arguments: 0...9)
  func numbers(_ following: Int) throws {
    let edge: UInt64 = following < 9 ? 1 << UInt64(7 * following) : .max
    for value in [edge &- 1, edge, edge &+ 1] {
      var bytes: [UInt8] = []
      bytes.append(packNumber: value)
      #expect(bytes == PackNumber.encode(value))
      var streams = [[UInt8]](repeating: [], count: PackStream.count)
      streams[PackStream.times] = bytes
      var reader = try PackStreamReader(PackCases.contents(streams))
      #expect(try reader.number(PackStream.times) == value)
      try reader.finish()
    }
  }

  @Test("Differences of times", arguments: [0, 1, -1, Limits.integer, -Limits.integer, .max, .min] as [Int64])
  func zigZag(_ value: Int64) { #expect(ZigZag.decode(ZigZag.encode(value)) == value) }
}

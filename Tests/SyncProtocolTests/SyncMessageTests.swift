import CRDT
import SyncProtocol
import Testing

@Suite("Sync messages")
struct SyncMessageTests {
  /// Messages of every kind, with none, one and several of everything.
  private static func messages(_ random: inout SplitMix64) -> [SyncMessage] {
    func tips(_ count: Int) -> [LogTip] {
      (0..<count).map { _ in LogTip(id: .random(&random), sequence: 1 + random.next() >> UInt64(11 + random.below(53)))
      }
      .sorted()
    }
    func positions(_ count: Int) -> [LogPosition] {
      (0..<count).map { _ in LogPosition(replica: .random(&random), tips: tips(1 + random.below(3))) }
        .sorted { $0.replica < $1.replica }
    }
    func wants(_ count: Int) -> [LogWant] {
      (0..<count).map { _ in
        let ids = (0...random.below(3)).map { _ in ChangeID.random(&random) }
        return LogWant(replica: .random(&random), tips: ids.sorted(), have: tips(random.below(9)))
      }.sorted { $0.replica < $1.replica }
    }
    return [0, 1, 5, 30].flatMap { count -> [SyncMessage] in
      [
        .state(SyncState(store: .random(&random), logs: positions(count), digest: .random(&random))),
        .want(SyncWant(logs: wants(count))), .pack(random.bytes(count * 10)), .end(packs: count * 100),
        .done(SyncDone(digest: .random(&random), lacking: positions(count))),
      ] + hubMessages(count, &random)
    }
  }

  private static func hubMessages(_ count: Int, _ random: inout SplitMix64) -> [SyncMessage] {
    let cursor = SyncCursor(epoch: .random(&random), arrival: random.next() >> 11, digest: .random(&random))
    var report = ReceiveReport()
    (report.applied, report.duplicate, report.conflictsOpened) = (count, random.below(300), random.below(300))
    for number in 0..<count {
      report.refuse(
        Refusal(
          replica: number.isMultiple(of: 2) ? nil : .random(&random), sequence: random.next() >> 11, count: number,
          reason: "reason \(number)", isForNow: number % 3 == 0))
    }
    report.refuse(unlisted: count)
    let direction = SyncDirection.allCases[random.below(3)]
    return [
      .hello(
        SyncHello(
          store: .random(&random), digest: .random(&random), direction: direction, cursor: count == 0 ? nil : cursor)),
      .answer(SyncAnswer(isConfirmed: count.isMultiple(of: 2), cursor: cursor)), .taken(report),
      .failure(SyncFailure(status: 500 + count, reason: "the disk is full")),
    ]
  }

  @Test("What is encoded is read again", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for message in Self.messages(&random) {
      #expect(try SyncMessage(decoding: message.encoded()) == message, "seed \(seed)")
    }
  }

  @Test("Whatever is accepted of spoilt messages is canonical", arguments: 0..<4 as Range<UInt64>)
  func mutations(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let corpus = try Self.messages(&random).map { try $0.encoded() }
    var mutator = Mutator(random: random)
    var (accepted, reasons) = (0, Set<String>())
    for _ in 0..<5_000 {
      let bytes = mutator.mutate(mutator.random.pick(corpus), other: mutator.random.pick(corpus))
      do throws(SyncError) {
        let message = try SyncMessage(decoding: bytes)
        #expect(try message.encoded() == bytes, "seed \(seed): \(hexadecimal(bytes))")
        accepted += 1
      } catch { reasons.insert("\(error)".prefix { $0 != "," }.description) }
    }
    #expect(accepted > 100, "seed \(seed)")
    #expect(reasons.count > 12, "seed \(seed): \(reasons.sorted())")
  }

  @Test("What is out of order is refused, on the way in and on the way out")
  func order() throws {
    var random = SplitMix64(seed: 1)
    let ids = (0..<3).map { _ in ChangeID.random(&random) }.sorted()
    let replicas = (0..<2).map { _ in ReplicaID.random(&random) }.sorted()
    func state(_ logs: [LogPosition]) -> SyncMessage {
      .done(SyncDone(digest: StateDigest(store: World(seed: 1).store, heads: []), lacking: logs))
    }
    func log(_ replica: Int, _ tips: [(Int, UInt64)]) -> LogPosition {
      LogPosition(replica: replicas[replica], tips: tips.map { LogTip(id: ids[$0.0], sequence: $0.1) })
    }
    let locator = (1...1_025 as ClosedRange<UInt64>).map { LogTip(id: ids[0], sequence: $0) }
    let bad: [SyncMessage] = [
      state([log(1, [(0, 1)]), log(0, [(0, 1)])]), state([log(0, [(0, 1)]), log(0, [(1, 1)])]), state([log(0, [])]),
      state([log(0, [(1, 1), (0, 1)])]), state([log(0, [(0, 1), (0, 1)])]), state([log(0, [(0, 2), (1, 1)])]),
      state([log(0, [(0, 0)])]), state([log(0, [(0, 1 << 53)])]),
      .want(SyncWant(logs: [LogWant(replica: replicas[0], tips: [], have: [])])),
      .want(SyncWant(logs: [LogWant(replica: replicas[0], tips: [ids[1], ids[0]], have: [])])),
      .want(SyncWant(logs: [LogWant(replica: replicas[0], tips: [ids[0], ids[0]], have: [])])),
      .want(SyncWant(logs: [LogWant(replica: replicas[0], tips: [ids[0]], have: locator)])),
      .want(SyncWant(logs: [LogWant(replica: replicas[0], tips: [ids[0]], have: [locator[1], locator[0]])])),
      .want(SyncWant(logs: [1, 0].map { LogWant(replica: replicas[$0], tips: [ids[0]], have: []) })),
      .end(packs: -1), .failure(SyncFailure(status: 600, reason: "")),
      .failure(SyncFailure(status: 500, reason: String(repeating: "é", count: 513))),
      .answer(
        SyncAnswer(
          isConfirmed: true,
          cursor: SyncCursor(epoch: .random(&random), arrival: 1 << 53, digest: .random(&random)))),
      .pack([UInt8](repeating: 0, count: SyncLimits.packBytes + 1)),
    ]
    for message in bad {
      #expect(throws: SyncError.self) { try message.encoded() }
      var session = SyncSession(ModelReplica(World(seed: 1)))
      #expect(throws: SyncError.self) { try session.receive(message) }
    }
    for (message, bytes) in [
      (SyncError.version(2), [0x85, 0x01, 0x02, 0x40, 0x40, 0x80]), (.unknownMessage(6), [0x81, 0x06]),
      (.inconsistent("an array of another length than expected"), [0x83, 0x02, 0x80, 0x80]),
    ] as [(SyncError, [UInt8])] {
      #expect(throws: message) { try SyncMessage(decoding: bytes) }
    }
  }

  @Test("Counts that nothing stands behind are refused", arguments: [2, 5] as [UInt8])
  func absurdCounts(_ code: UInt8) {
    let digest: [UInt8] = code == 5 ? [0x58, 0x20] + [UInt8](repeating: 7, count: 32) : []
    let head: [UInt8] = [code == 5 ? 0x83 : 0x82, code] + digest
    for count: [UInt8] in [[0x9A, 0xFF, 0xFF, 0xFF, 0xFF], [0x9B, 0x10, 0, 0, 0, 0, 0, 0, 0], [0x98, 0x20]] {
      #expect(throws: SyncError.self) { try SyncMessage(decoding: head + count) }
    }
    let tooLong = [UInt8](repeating: 0, count: SyncLimits.messageBytes + 1)
    #expect(throws: SyncError.tooLarge("a sync message")) { try SyncMessage(decoding: tooLong) }
  }

  @Test("The largest state that the limits allow fits into a message")
  func largest() throws {
    var replica = [UInt8](repeating: 0xFF, count: 32)
    let id = ChangeID.random
    var random = SplitMix64(seed: 3)
    let tip = LogTip(id: id(&random), sequence: UInt64(Limits.integer))
    let logs = try (0..<SyncLimits.idsInMessage).map { number in
      for byte in 0..<4 { replica[byte] = UInt8(truncatingIfNeeded: number >> (24 - 8 * byte)) }
      return LogPosition(replica: try #require(ReplicaID(replica)), tips: [tip])
    }
    let state = SyncState(store: .random(&random), logs: logs, digest: .random(&random))
    #expect(try SyncMessage.state(state).encoded().count <= SyncLimits.messageBytes)
    let wants = logs.prefix(SyncLimits.idsInMessage).map { LogWant(replica: $0.replica, tips: [tip.id], have: []) }
    #expect(try SyncMessage.want(SyncWant(logs: wants)).encoded().count <= SyncLimits.messageBytes)
    var more = state
    more.logs[0].tips.insert(LogTip(id: tip.id, sequence: 1), at: 0)
    #expect(throws: SyncError.tooLarge("the number of tips")) { try SyncMessage.state(more).encoded() }
  }
}

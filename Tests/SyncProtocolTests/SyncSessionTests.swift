import CRDT
import SyncProtocol
import Testing

@Suite("Sync sessions")
struct SyncSessionTests {
  private func replicas(_ count: Int, seed: UInt64 = 1) -> [ModelReplica] {
    let world = World(seed: seed)
    return (0..<count).map { _ in ModelReplica(world) }
  }

  @discardableResult
  private func sync(
    _ a: ModelReplica, _ b: ModelReplica, _ direction: SyncDirection = .both
  ) throws -> (SyncReceipt, SyncReceipt) {
    var (here, there) = (SyncSession(a, direction: direction), SyncSession(b))
    try synchronise(&here, &there)
    return (here.receipt, there.receipt)
  }

  @Test("Two replicas that wrote apart have the same afterwards, and are told so")
  func bothAhead() throws {
    let r = replicas(2)
    for _ in 0..<10 { r[0].write() }
    for _ in 0..<4 { r[1].write() }
    let (here, there) = try sync(r[0], r[1])
    #expect(r[0].contents.had == r[1].contents.had && r[0].contents.had.count == 14)
    #expect(here.areEqual && here.isComplete && there.areEqual && there.isComplete)
    #expect(here.digestHere == r[0].syncState().digest && here.digestThere == there.digestHere)
    #expect((here.changesSent, here.packsSent, here.bytesSent) == (10, 4, 320))
    #expect((there.packsReceived, there.bytesReceived, there.packsAnnounced) == (4, 320, 4))
    #expect(there.received.applied == 10 && here.received.applied == 4 && here.received.duplicate == 0)
  }

  @Test("Nothing flows against the direction")
  func directions() throws {
    for direction in SyncDirection.allCases {
      let r = replicas(2)
      r[0].write()
      r[1].write()
      let (here, there) = try sync(r[0], r[1], direction)
      #expect(r[0].contents.had.count == (direction == .push ? 1 : 2))
      #expect(r[1].contents.had.count == (direction == .pull ? 1 : 2))
      #expect(here.isComplete == (direction == .both) && here.areEqual == (direction == .both))
      #expect(here.lackingHere.map(\.replica) == (direction == .push ? [r[1].key] : []))
      #expect(here.lackingThere.map(\.replica) == (direction == .pull ? [r[0].key] : []))
      #expect(here.lackingThere == there.lackingHere && there.lackingThere == here.lackingHere)
    }
  }

  @Test("Where nothing is new one round trip tells all, and little")
  func equal() throws {
    let r = replicas(2)
    r[0].write()
    try sync(r[0], r[1])
    var (a, b) = (SyncSession(r[0]), SyncSession(r[1]))
    let state = try #require(try a.nextMessage())
    try b.receive(state)
    var bytes = 0
    while let message = try b.nextMessage() {
      if case .state = message {} else { bytes += try message.encoded().count }
      try a.receive(message)
    }
    #expect(a.receipt.isComplete && a.receipt.areEqual && bytes < 50)
    while let message = try a.nextMessage() { try b.receive(message) }
    #expect(a.isFinished && b.isFinished && b.receipt.areEqual)
    var wire = Wire()
    var (c, d) = (SyncSession(r[0]), SyncSession(r[1]))
    try wire.run(&c, &d)
    #expect(wire.log.sorted() == ["a1", "a2", "a4", "a5", "b1", "b2", "b4", "b5"])
  }

  @Test("An empty replica takes all, from one that has nothing too")
  func empty() throws {
    let r = replicas(3)
    for _ in 0..<20 { r[0].write() }
    #expect(try sync(r[1], r[0], .pull).0.areEqual)
    #expect(r[1].contents.had == r[0].contents.had)
    let nothing = replicas(2, seed: 2)
    #expect(try sync(nothing[0], nothing[1]).0.areEqual)
  }

  @Test("Replicas of different stores part at once")
  func otherStore() throws {
    let (a, b) = (replicas(1, seed: 1)[0], replicas(1, seed: 2)[0])
    a.write()
    #expect(throws: SyncError.otherStore(here: b.world.store, there: a.world.store)) { try sync(a, b) }
    #expect(b.contents.had.isEmpty)
  }

  @Test("Messages out of order and packs that nobody asked for end the session")
  func outOfOrder() throws {
    let r = replicas(2)
    r[0].write()
    let state = SyncMessage.state(r[0].syncState())
    let done = SyncMessage.done(SyncDone(digest: r[0].syncState().digest))
    let correct: [SyncMessage] = [state, .want(SyncWant()), .end(packs: 0), done]
    for place in correct.indices {
      for (number, wrong) in correct.enumerated() where number != place {
        var session = SyncSession(r[1], direction: .push)
        for message in correct.prefix(place) {
          while try session.nextMessage() != nil {}
          try session.receive(message)
        }
        #expect(throws: SyncError.self) { try session.receive(wrong) }
      }
    }
    var session = SyncSession(r[1], direction: .push)
    try session.receive(state)
    while try session.nextMessage() != nil {}
    try session.receive(.want(SyncWant()))
    let pack = try #require(try r[0].outgoingAll())
    #expect(throws: SyncError.unwantedPack) { try session.receive(.pack(pack)) }
    #expect(r[1].contents.had.isEmpty)
  }

  @Test("Wants and states that nobody can meet are answered with nothing")
  func hostile() throws {
    let r = replicas(2)
    for _ in 0..<5 { r[0].write() }
    var random = SplitMix64(seed: 7)
    let foreign = LogPosition(replica: .random(&random), tips: [LogTip(id: .random(&random), sequence: 1 << 50)])
    let tips = r[0].syncState().logs[0].tips + [LogTip(id: .random(&random), sequence: 77)]
    let logs = [foreign, LogPosition(replica: r[0].key, tips: tips)].sorted { $0.replica < $1.replica }
    var session = SyncSession(r[0])
    var sent: [SyncMessage] = []
    func drain() throws { while let message = try session.nextMessage() { sent.append(message) } }
    try drain()
    try session.receive(.state(SyncState(store: r[0].world.store, logs: logs, digest: .random(&random))))
    try drain()
    try session.receive(
      .want(
        SyncWant(
          logs: logs.map {
            LogWant(
              replica: $0.replica, tips: [ChangeID.random(&random)],
              have: [LogTip(id: $0.tips[0].id, sequence: 3), LogTip(id: .random(&random), sequence: 1 << 52)])
          })))
    try drain()
    try session.receive(.pack([1, 2, 3]))
    try session.receive(.pack(random.bytes(64)))
    try session.receive(.end(packs: 1 << 40))
    try drain()
    try session.receive(.done(SyncDone(digest: .random(&random), lacking: logs)))
    #expect(session.isFinished && !session.receipt.isComplete && !session.receipt.areEqual)
    #expect(session.receipt.packsSent == 0 && session.receipt.received.refused.map(\.reason) == ["not a pack"])
    #expect(session.receipt.lackingHere.flatMap(\.tips).count == 2)
    #expect(sent.count == 4)
  }

  @Test("Both branches of a forked log are kept, whoever had which")
  func forks() throws {
    for shared in [0, 1, 5, 40] {
      for pairing in 0..<16 {
        let world = World(seed: UInt64(shared))
        let key = world.newReplica()
        let trunk = world.write(key, after: nil, count: shared)
        let branches = [3, 9].map { world.write(key, after: trunk.last, count: $0) }
        let sides = [pairing & 3, pairing >> 2].map { has in
          let side = ModelReplica(world)
          side.take(trunk)
          for branch in 0..<2 where has & 1 << branch != 0 { side.take(branches[branch]) }
          return side
        }
        let union = sides[0].contents.had.union(sides[1].contents.had)
        let (here, there) = try sync(sides[0], sides[1])
        #expect(sides.allSatisfy { $0.contents.had == union }, "pairing \(pairing) after \(shared)")
        #expect(here.areEqual && here.isComplete && there.areEqual && there.isComplete)
        let duplicates = here.received.duplicate + there.received.duplicate
        #expect(duplicates <= 2 * 9 + 2, "pairing \(pairing) after \(shared): \(duplicates) came twice")
      }
    }
  }

  @Test("What is lost is told, and the next session brings it", arguments: [false, true])
  func loss(keepsWhatIsBeyondGaps: Bool) throws {
    let world = World(seed: 9)
    let a = ModelReplica(world)
    let b = ModelReplica(world, keepsWhatIsBeyondGaps: keepsWhatIsBeyondGaps)
    for _ in 0..<9 { a.write() }
    var (here, there) = (SyncSession(a), SyncSession(b))
    var number = 0
    while !(here.isFinished && there.isFinished) {
      while let message = try here.nextMessage() {
        if case .pack = message { number += 1 }
        if case .pack = message, number == 2 { continue }
        try there.receive(message)
      }
      while let message = try there.nextMessage() { try here.receive(message) }
    }
    #expect(there.receipt.packsAnnounced == 3 && there.receipt.packsReceived == 2)
    #expect(!here.receipt.areEqual && !here.receipt.isComplete && !there.receipt.isComplete)
    #expect(here.receipt.lackingThere == a.syncState().logs)
    let again = try sync(a, b)
    #expect(again.0.areEqual && again.0.isComplete && b.contents.had == a.contents.had)
  }

  @Test("What is written while a session runs makes digests differ, not the session incomplete")
  func writtenMeanwhile() throws {
    let r = replicas(2)
    r[0].write()
    r[1].write()
    var (a, b) = (SyncSession(r[0]), SyncSession(r[1]))
    try b.receive(try #require(try a.nextMessage()))
    r[1].write()
    try synchronise(&a, &b)
    #expect(!a.receipt.areEqual)
    #expect(a.receipt.lackingHere.isEmpty && a.receipt.lackingThere.isEmpty && a.receipt.isComplete)
    #expect(try sync(r[0], r[1]).0.areEqual)
  }

  @Test("Two sessions whose first messages went elsewhere do not wait for ever")
  func stalled() throws {
    let r = replicas(2)
    var (a, b) = (SyncSession(r[0]), SyncSession(r[1]))
    _ = (try a.nextMessage(), try b.nextMessage())
    #expect(throws: SyncError.stalled) { try synchronise(&a, &b) }
  }

  @Test("Of thousands of logs only those that differ are looked at")
  func manyLogs() throws {
    let world = World(seed: 11)
    let (a, b) = (ModelReplica(world), ModelReplica(world))
    a.changesInPack = 1_000
    b.changesInPack = 1_000
    for _ in 0..<5_000 {
      let log = world.write(world.newReplica(), after: nil, count: 4)
      a.take(log)
      b.take(Array(log.prefix(3)))
    }
    #expect(try sync(a, b).0.areEqual)
    #expect(b.locators == 5_000 && a.locators == 0 && b.lookUps == 10_000 && a.lookUps == 5_000)
    #expect(a.stepsBack == 5_000 && b.contents.had == a.contents.had)
    let (before, asked) = (a.lookUps, b.lookUps)
    b.take(world.write(world.newReplica(), after: nil, count: 2))
    let (here, there) = try sync(a, b)
    #expect(here.areEqual && there.changesSent == 2)
    #expect(a.lookUps - before == 2 && b.lookUps == asked && a.stepsBack == 5_000)
  }
}

extension ModelReplica {
  fileprivate func outgoingAll() throws -> [UInt8]? {
    let wants = syncState().logs.map { LogWant(replica: $0.replica, tips: $0.tips.map(\.id).sorted(), have: []) }
    var plan = try outgoing(for: SyncWant(logs: wants))
    return nextPack(&plan)?.bytes
  }
}

import CRDT
import SyncProtocol
import Testing

@Suite("Sync plans")
struct SyncPlanTests {
  private static func parent(_ world: World) -> SyncPlan.Back {
    { change, _ in world.previous(of: change.id).map(world.tip) ?? change }
  }

  /// The changes of a run, the last one first.
  private static func changes(of run: LogRun, _ world: World) -> [ChangeID] {
    Array(sequence(first: run.through.id) { world.previous(of: $0) }.prefix { $0 != run.after?.id })
  }

  @Test("The tips that are lacking are found, and only what differs is looked up")
  func lacking() {
    var random = SplitMix64(seed: 1)
    let replicas = (0..<4).map { _ in ReplicaID.random(&random) }.sorted()
    let tips = (1...6 as ClosedRange<UInt64>).map { LogTip(id: .random(&random), sequence: $0) }
    let mine = [LogPosition(replica: replicas[0], tips: [tips[0]]), LogPosition(replica: replicas[2], tips: [tips[2]])]
    let theirs = [
      LogPosition(replica: replicas[0], tips: [tips[0]]), LogPosition(replica: replicas[1], tips: [tips[1]]),
      LogPosition(replica: replicas[2], tips: [tips[2], tips[3], tips[4]]),
      LogPosition(replica: replicas[3], tips: [tips[5]]),
    ]
    var asked: [ChangeID] = []
    let lacking = SyncPlan.lacking(mine: mine, theirs: theirs) { id in
      asked.append(id)
      return id == tips[3].id || id == tips[5].id
    }
    #expect(
      lacking == [
        LogPosition(replica: replicas[1], tips: [tips[1]]), LogPosition(replica: replicas[2], tips: [tips[4]]),
      ])
    #expect(asked == [tips[1].id, tips[3].id, tips[4].id, tips[5].id])
  }

  @Test("A want holds no more ids than a message may")
  func wantLimit() {
    var random = SplitMix64(seed: 2)
    let lacking = (0..<5).map { _ in
      LogPosition(
        replica: .random(&random),
        tips: (1...3 as ClosedRange<UInt64>).map { LogTip(id: .random(&random), sequence: $0) })
    }.sorted { $0.replica < $1.replica }
    let have = (1...2_000 as ClosedRange<UInt64>).map { LogTip(id: .random(&random), sequence: $0) }
    let whole = SyncPlan.want(lacking) { _ in have.reversed() }
    #expect(whole.logs.map(\.replica) == lacking.map(\.replica))
    #expect(whole.logs.allSatisfy { $0.have == Array(have.suffix(SyncLimits.idsInLocator)) && $0.tips.count == 3 })
    let cut = SyncPlan.want(lacking, idLimit: 14) { _ in Array(have.prefix(2)) }
    #expect(cut.logs.map(\.tips.count) == [3, 3, 2])
    #expect(SyncPlan.want(lacking, idLimit: 2) { _ in Array(have.prefix(2)) }.isEmpty)
  }

  @Test("What a bundle says of thousands of logs fits into a message, and each locator reaches back to its beginning")
  func knownLimit() throws {
    var random = SplitMix64(seed: 5)
    let logs = (0..<14_000).map { _ in
      LogPosition(replica: .random(&random), tips: [LogTip(id: .random(&random), sequence: 20)])
    }.sorted { $0.replica < $1.replica }
    let older = (1...19 as ClosedRange<UInt64>).map { LogTip(id: .random(&random), sequence: $0) }
    let tips = Dictionary(uniqueKeysWithValues: logs.map { ($0.replica, $0.tips) })
    let known = SyncPlan.known(logs) { older + (tips[$0] ?? []) }
    #expect(known.count == logs.count)
    #expect(known.allSatisfy { $0.have.first == older[0] && $0.have.last?.sequence == 20 && $0.have.count >= 17 })
    let encoded = try SyncMessage.want(SyncWant(logs: known)).encoded()
    #expect(try SyncMessage(decoding: encoded) == .want(SyncWant(logs: known)))
    // With room for less than a tip of each log, the ids that are wanted still stand.
    let short = SyncPlan.known(Array(logs.prefix(10)), idLimit: 15) { older + (tips[$0] ?? []) }
    #expect(short.map(\.have.count).reduce(0, +) == 5 && short.allSatisfy { $0.have.allSatisfy { $0.sequence == 20 } })
    let few = SyncPlan.known(Array(logs.prefix(2))) { older + (tips[$0] ?? []) }
    #expect(few.allSatisfy { $0.have.count == 20 })
  }

  @Test("A log that did not fork is located and sent in logarithmically many steps")
  func unforked() throws {
    let world = World(seed: 3)
    let replica = ModelReplica(world)
    let log = world.write(replica.key, after: nil, count: 10_000)
    replica.take(log)
    let locator = try replica.locator(of: replica.key)
    #expect(locator.count == 15)
    #expect(locator.map(\.sequence).suffix(5) == [9_985, 9_993, 9_997, 9_999, 10_000])
    #expect(locator.first?.sequence == 1)
    #expect(replica.stepsBack == 14)
    let behind = ModelReplica(world)
    behind.take(Array(log.prefix(6_000)))
    let want = LogWant(replica: replica.key, tips: [log[9_999]], have: try behind.locator(of: replica.key))
    let runs = try SyncPlan.runs(for: want, find: { replica.find($0, in: replica.key) }, back: replica.back)
    #expect(runs == [LogRun(replica: replica.key, after: world.tip(log[5_999]), through: world.tip(log[9_999]))])
    #expect(replica.stepsBack == 15)
  }

  @Test("What is not here, of another log or had already is passed over")
  func nothingToSend() throws {
    let world = World(seed: 4)
    let (replica, other) = (ModelReplica(world), ModelReplica(world))
    let log = world.write(replica.key, after: nil, count: 3)
    let foreign = world.write(other.key, after: nil, count: 3)
    replica.take(log + foreign)
    let unknown = world.write(replica.key, after: log[2])
    func runs(_ tips: [ChangeID], have: [LogTip] = []) throws -> [LogRun] {
      let want = LogWant(replica: replica.key, tips: tips.sorted(), have: have)
      return try SyncPlan.runs(for: want, find: { replica.find($0, in: replica.key) }, back: replica.back)
    }
    #expect(try runs([unknown, foreign[2]]).isEmpty)
    #expect(try runs([log[2]], have: [world.tip(log[2])]).isEmpty)
    let whole = LogRun(replica: replica.key, after: nil, through: world.tip(log[2]))
    #expect(try runs([log[1], log[2], log[0]]) == [whole])
    #expect(try runs([log[2]], have: [LogTip(id: log[0], sequence: 2), LogTip(id: unknown, sequence: 3)]) == [whole])
  }

  @Test("A way back that does not lead back is an error and no loop")
  func loop() {
    let world = World(seed: 5)
    let key = world.newReplica()
    let tip = LogTip(id: world.write(key, after: nil), sequence: 9)
    #expect(throws: SyncError.self) { try SyncPlan.locator(from: [tip]) { change, _ in change } }
    let ahead: SyncPlan.Back = { change, _ in LogTip(id: change.id, sequence: 10) }
    let want = LogWant(replica: key, tips: [tip.id], have: [])
    #expect(throws: SyncError.self) { try SyncPlan.runs(for: want, find: { _ in tip }, back: ahead) }
  }

  @Test("Runs of random forked logs hold what a plain walk finds, each change once", arguments: 0..<40 as Range<UInt64>)
  func randomForks(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let world = World(seed: seed)
    let replica = ModelReplica(world)
    var log: [ChangeID] = []
    for _ in 0...random.below(150) {
      let isFork = random.chance(percent: 8)
      log.append(world.write(replica.key, after: isFork ? (log.isEmpty ? nil : random.pick(log)) : log.last))
      replica.take([log[log.count - 1]])
    }
    for _ in 0..<20 {
      let other = ModelReplica(world)
      for id in random.subset(log, percent: 3) { other.take(sequence(first: id) { world.previous(of: $0) }.reversed()) }
      let have =
        try random.chance(percent: 80)
        ? other.locator(of: replica.key) : random.subset(log, percent: 10).map(world.tip).sorted()
      let tips =
        random.chance(percent: 70)
        ? replica.syncState().logs[0].tips.map(\.id) : random.subset(log, percent: 10)
      let want = LogWant(replica: replica.key, tips: tips.sorted(), have: have)
      var expected = Set<ChangeID>()
      for tip in tips {
        let had = Set(have.map(\.id))
        expected.formUnion(sequence(first: tip) { world.previous(of: $0) }.prefix { !had.contains($0) })
      }
      let find: (ChangeID) -> LogTip? = { replica.find($0, in: replica.key) }
      for back in [replica.back, Self.parent(world)] as [SyncPlan.Back] {
        let runs = try SyncPlan.runs(for: want, find: find, back: back)
        var sent = Set(have.map(\.id))
        for run in runs {
          #expect(run.after.map { sent.contains($0.id) } ?? true, "seed \(seed): a run before what it stands on")
          let changes = Self.changes(of: run, world)
          #expect(sent.isDisjoint(with: changes), "seed \(seed): sent twice")
          sent.formUnion(changes)
        }
        #expect(sent.subtracting(have.map(\.id)) == expected, "seed \(seed)")
      }
    }
  }

  @Test("A locator finds common ground at most about twice as far back as it lies", arguments: 0..<20 as Range<UInt64>)
  func locatorDistance(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let world = World(seed: seed)
    let replica = ModelReplica(world)
    let log = world.write(replica.key, after: nil, count: 1 + random.below(300))
    replica.take(log)
    let fork = random.below(log.count)
    replica.take(world.write(replica.key, after: log[fork], count: random.below(40)))
    let locator = try replica.locator(of: replica.key)
    #expect(try SyncPlan.locator(from: replica.syncState().logs[0].tips, back: Self.parent(world)) == locator)
    #expect(Set(locator).isSuperset(of: replica.syncState().logs[0].tips) && locator.contains { $0.sequence == 1 })
    for shared in log.indices {
      let found = locator.last { tip in log[...shared].contains(tip.id) }
      let (exact, near) = (UInt64(shared + 1), found?.sequence ?? 0)
      let tip = replica.syncState().logs[0].tips.map(\.sequence).max() ?? 0
      #expect(tip - near <= 2 * (tip - exact) + 1, "seed \(seed), up to \(exact)")
    }
    #expect(try SyncPlan.locator(from: replica.syncState().logs[0].tips, limit: 2, back: replica.back).count <= 2)
  }
}

import CRDT
import SyncProtocol
import Testing

/// Whole topologies from a seed: up to six replicas that write, sync over bad wires, and are copied and restored, which
/// forks their logs.
@Suite("Convergence")
struct ConvergenceTests {
  private struct Topology {
    let seed: UInt64
    var random: SplitMix64
    let world: World
    var replicas: [ModelReplica]
    var snapshots: [(replica: Int, contents: ModelReplica.Contents)] = []
    var forks = 0
    var waited = 0

    init(seed: UInt64) {
      self.seed = seed
      var random = SplitMix64(seed: seed)
      let world = World(seed: seed)
      let keeps = random.chance(percent: 50)
      replicas = (0..<2 + random.below(5)).map { _ in ModelReplica(world, keepsWhatIsBeyondGaps: keeps) }
      (self.random, self.world) = (random, world)
    }

    mutating func step() throws {
      let index = random.below(replicas.count)
      switch random.below(100) {
      case 0..<55: for _ in 0...random.below(6) { replicas[index].write() }
      case 55..<85: try session(index, random.below(replicas.count), isBad: random.chance(percent: 40))
      case 85..<92: snapshots.append((index, replicas[index].contents))
      default:
        guard !snapshots.isEmpty else { return }
        let (replica, contents) = random.pick(snapshots)
        if replicas[replica].contents.last != contents.last { forks += 1 }
        replicas[replica].contents = contents
      }
      waited = max(waited, replicas.map(\.contents.state.waitingCount).max() ?? 0)
    }

    mutating func session(_ left: Int, _ right: Int, isBad: Bool) throws {
      guard left != right else { return }
      let direction: SyncDirection = isBad ? random.pick(SyncDirection.allCases) : .both
      let (a, b) = (replicas[left], replicas[right])
      let union = a.contents.had.union(b.contents.had)
      let lacked = (union.count - a.contents.had.count, union.count - b.contents.had.count)
      let isForked = (a.syncState().logs + b.syncState().logs).contains { $0.tips.count > 1 } || forks > 0
      var wire = Wire(random: SplitMix64(seed: random.next()))
      if isBad { (wire.lossPercent, wire.doublingPercent, wire.isShuffling) = (random.below(50), 20, true) }
      var (here, there) = (SyncSession(a, direction: direction), SyncSession(b))
      try wire.run(&here, &there)
      guard !isBad else { return }
      #expect(a.contents.had.isSuperset(of: union) && b.contents.had.isSuperset(of: union), "seed \(seed)")
      #expect(here.receipt.isComplete && there.receipt.isComplete, "seed \(seed)")
      guard !a.keepsWhatIsBeyondGaps else { return }
      #expect(here.receipt.areEqual && there.receipt.areEqual && a.contents.had.count == union.count, "seed \(seed)")
      guard !isForked else { return }
      #expect((here.receipt.changesSent, there.receipt.changesSent) == (lacked.1, lacked.0), "seed \(seed)")
    }

    /// Whether all have the same.
    var hasConverged: Bool { Set(replicas.map { $0.syncState() }).count == 1 }

    /// Sessions along a random tree, towards its root and back again, in which each replica takes part.
    mutating func connect() throws {
      let order = random.shuffled(Array(replicas.indices))
      let edges = order.indices.dropFirst().map { (order[$0], order[random.below($0)]) }
      for (child, parent) in edges.reversed() { try session(child, parent, isBad: false) }
      for (child, parent) in edges { try session(parent, child, isBad: false) }
    }
  }

  @Test("Any connected sequence of sessions ends in one state", arguments: [0, 1, 2, 3] as [UInt64])
  func randomTopologies(_ block: UInt64) throws {
    var (forks, waited, repeats) = (0, 0, 0)
    for seed in block * 60..<block * 60 + 60 {
      var topology = Topology(seed: seed)
      for _ in 0..<40 { try topology.step() }
      let all = topology.replicas.reduce(Set<ChangeID>()) { $0.union($1.contents.had) }
      try topology.connect()
      // What was kept beyond a gap that is closed now is new to everybody else, and may close the next gap.
      var rounds = 1
      while !topology.hasConverged, topology.replicas[0].keepsWhatIsBeyondGaps, rounds < 10 {
        try topology.connect()
        rounds += 1
      }
      #expect(topology.hasConverged, "seed \(seed)")
      #expect(topology.replicas.allSatisfy { $0.contents.had.isSuperset(of: all) }, "seed \(seed)")
      repeats += rounds - 1
      forks += topology.forks
      waited += topology.waited
    }
    #expect(repeats < 6, "sessions have to be run again too often: \(repeats) times")
    #expect(forks > 20 && waited > 20, "too few forks, \(forks), or changes that waited, \(waited)")
  }
}

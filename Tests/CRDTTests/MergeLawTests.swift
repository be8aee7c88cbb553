import CRDT
import Testing

@Suite("Laws of the merge")
struct MergeLawTests {
  /// All orders, really delivered: the leaves of a tree of deliveries. The one program left out here takes longer for
  /// its many live ops; the `laws` executable of the benchmarks runs it too.
  @Test("Every order of three replicas' four changes reaches one state", arguments: [0, 1, 3, 4, 5])
  func everyInterleaving(_ index: Int) throws {
    let program = Program.representative[index]
    let built = try #require(program.built(seed: UInt64(index)), "\(program.name)")
    let plain = Dictionary(uniqueKeysWithValues: built.changes.joined().map { ($0.id, $0.change) })
    let oracle = Oracle(store: built.store, changes: plain)
    var expected: Observation?
    let count = Interleavings.forEach(built) { state in
      guard let expected else {
        expected = Observation(state)
        return oracle.difference(from: state, received: plain.count) == nil
      }
      return Observation(state) == expected
    }
    let hasSightings = program.replicas.joined().contains { !$0.sees.isEmpty }
    if !hasSightings { #expect(count == 34_650, "\(program.name) stopped early: its orders differ") }
    #expect(Interleavings.differenceAlongIdeals(built) == nil, "\(program.name)")
  }

  /// Logs of two, two and one change: 1,024 assignments under each pattern of who has seen whom. The merge looks at one
  /// record's cells at a time and at no value, so four letters stand for all ops; `Interleavings` says why the ideals
  /// stand for all orders. The `laws` executable does the same for two changes more.
  @Test("Every small program merges the same in every order")
  func everySmallProgram() throws {
    var checked = 0
    var failure: String?
    Program.forEachAssignment(lengths: [2, 2, 1]) { program in
      guard let built = program.built(seed: UInt64(checked)) else {
        failure = "\(program.name) cannot be built"
        return false
      }
      failure = Interleavings.differenceAlongIdeals(built).map { "\(program.name): \($0)" }
      checked += 1
      return failure == nil
    }
    #expect(failure == nil)
    #expect(checked == 4 * 1_024)
  }

  @Test("Programs of three times four changes merge the same in every order")
  func randomPrograms() throws {
    for seed in 0..<40 as Range<UInt64> {
      let program = Program.random(seed: seed)
      guard let built = program.built(seed: seed) else { continue }
      #expect(Interleavings.differenceAlongIdeals(built) == nil, "\(program.name)")
    }
  }

  @Test("Random histories obey the laws in every order of arrival")
  func randomHistories() {
    var tally = HistoryLaws.Tally()
    for seed in 0..<2_000 as Range<UInt64> {
      do throws(HistoryLaws.Violation) { tally = tally + (try HistoryLaws.check(seed: seed, maximumSteps: 24)) } catch {
        Issue.record("\(error)")
        return
      }
    }
    #expect(tally.runs == 2_000)
    #expect(tally.forked > 50, "the generator forks too few logs: \(tally)")
    #expect(tally.waited > 5_000, "the generator lets too few changes wait: \(tally)")
  }
}

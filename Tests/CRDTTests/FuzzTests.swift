import CRDT
import Testing

@Suite("Mutated input")
struct FuzzTests {
  /// The `fuzz` executable of the benchmarks does the same for millions, and watches memory.
  @Test("Nothing crashes, and what is accepted is canonical and consistent", arguments: [1, 2] as [UInt64])
  func mutations(_ seed: UInt64) throws {
    var fuzzing = Fuzzing(seed: seed, extra: try GoodChange.all().map(\.encoded))
    var outcomes: [String: Int] = [:]
    do throws(Fuzzing.Violation) {
      for _ in 0..<10_000 {
        let (target, outcome) = try fuzzing.step()
        outcomes["\(target) \(outcome)", default: 0] += 1
      }
    } catch { Issue.record("seed \(seed): \(error)") }
    for target in Fuzzing.Target.allCases {
      #expect(
        outcomes["\(target) accepted", default: 0] > 20, "too few are accepted: \(outcomes.sorted { $0.key < $1.key })")
    }
    #expect(outcomes.count > 20, "too few reasons are reached: \(outcomes.sorted { $0.key < $1.key })")
  }
}

import Foundation
import Simulation
import Testing

@Suite("The simulation, in few seeds; Tests/Simulation/run.sh runs any number", .serialized, .timeLimit(.minutes(25)))
struct SimulationTests {
  @Test("Whole histories with faults end the same everywhere", arguments: [UInt64(1), 101, 201, 301])
  func seeds(first: UInt64) throws {
    let simulation = Simulation(directory: Simulation.fastDirectory)
    for seed in first..<(first + 7) { _ = try simulation.run(seed: seed) }
  }

  @Test("They do where they also meet at a hub, over a wire that cuts, holds, loses, repeats and reorders")
  func hub() async throws {
    let tally = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Tally, any Error>) in
      // The world's thread waits for tasks, so it is none of theirs.
      Thread.detachNewThread {
        done.resume(
          with: Result {
            let simulation = Simulation(directory: Simulation.fastDirectory, withHub: true)
            var tally = Tally()
            for seed in UInt64(1)...10 { tally += try simulation.run(seed: seed) }
            return tally
          })
      }
    }
    #expect(tally.counts["fault: requests to the hub came in another order", default: 0] > 0)
    #expect(tally.counts["fault: request to the hub came twice", default: 0] > 0)
  }

  @Test("A machine that stops at any write, sync or truncation keeps what was acknowledged", arguments: [UInt64(2), 3])
  func everyStop(seed: UInt64) throws {
    let stops = try Simulation(directory: Simulation.fastDirectory).sweep(seed: seed)
    #expect(stops > 30)
  }
}

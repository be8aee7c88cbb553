import Simulation
import Testing

@Suite("The simulation, in few seeds; Tests/Simulation/run.sh runs any number", .serialized, .timeLimit(.minutes(10)))
struct SimulationTests {
  @Test("Whole histories with faults end the same everywhere", arguments: [UInt64(1), 101, 201, 301])
  func seeds(first: UInt64) throws {
    let simulation = Simulation(directory: Simulation.fastDirectory)
    for seed in first..<(first + 25) { _ = try simulation.run(seed: seed) }
  }

  @Test("A machine that stops at any write, sync or truncation keeps what was acknowledged", arguments: [UInt64(1), 2])
  func everyStop(seed: UInt64) throws {
    let stops = try Simulation(directory: Simulation.fastDirectory).sweep(seed: seed)
    #expect(stops > 60)
  }
}

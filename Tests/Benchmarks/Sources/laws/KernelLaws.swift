import CRDT

/// The kernel's part: the state in memory against the oracle, in every order for small programs and in random orders
/// for whole histories.
struct KernelLaws {
  let runs: Int
  let seed: UInt64

  /// Runs all of it and prints what was done.
  ///
  /// - Returns: whether every law held.
  func run() -> Bool {
    let clock = ContinuousClock()
    for check in [everyInterleaving, everySmallProgram, randomPrograms, randomHistories] {
      var outcome: Result<String, Failure> = .success("")
      let elapsed = clock.measure { outcome = Result(catching: check) }
      switch outcome {
      case .success(let what): print("ok    \(what), \(elapsed.seconds) s")
      case .failure(let failure):
        print("FAILS \(failure.what)")
        return false
      }
    }
    return true
  }

  private struct Failure: Error { let what: String }

  private func everyInterleaving() throws(Failure) -> String {
    var orders = 0
    for (index, program) in Program.representative.enumerated() {
      guard let built = program.built(seed: UInt64(index)) else { throw Failure(what: "\(program.name): not built") }
      let plain = Dictionary(uniqueKeysWithValues: built.changes.joined().map { ($0.id, $0.change) })
      let oracle = Oracle(store: built.store, changes: plain)
      var difference: String?
      orders += Interleavings.forEach(built) { state in
        difference = oracle.difference(from: state, received: plain.count)
        return difference == nil
      }
      if let what = difference ?? Interleavings.differenceAlongIdeals(built) {
        throw Failure(what: "\(program.name): \(what)")
      }
    }
    return "every interleaving of \(Program.representative.count) programs of 3 replicas x 4 changes: \(orders) orders"
  }

  private func everySmallProgram() throws(Failure) -> String {
    var checked = 0
    var difference: String?
    Program.forEachAssignment(lengths: [2, 2, 2]) { program in
      guard let built = program.built(seed: UInt64(checked)) else { return false }
      difference = Interleavings.differenceAlongIdeals(built).map { "\(program.name): \($0)" }
      checked += 1
      return difference == nil
    }
    if let difference { throw Failure(what: difference) }
    return "every order of all \(checked) programs of 3 replicas x 2 changes"
  }

  private func randomPrograms() throws(Failure) -> String {
    var checked = 0
    for number in 0..<UInt64(max(1, runs / 20)) {
      let program = Program.random(seed: seed &+ number)
      guard let built = program.built(seed: number) else { continue }
      if let what = Interleavings.differenceAlongIdeals(built) { throw Failure(what: "\(program.name): \(what)") }
      checked += 1
    }
    return "every order of \(checked) random programs of 3 replicas x 4 changes"
  }

  private func randomHistories() throws(Failure) -> String {
    var tally = HistoryLaws.Tally()
    for number in 0..<UInt64(runs) {
      do throws(HistoryLaws.Violation) { tally = tally + (try HistoryLaws.check(seed: seed &+ number)) } catch {
        throw Failure(what: "\(error); again with: laws 1 \(error.seed)")
      }
    }
    return "\(tally.runs) random histories of \(tally.changes) changes, \(tally.forked) with a forked log, "
      + "\(tally.waited) waits"
  }
}

extension Duration {
  /// Whole seconds and tenths.
  var seconds: String {
    let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
    return "\(tenths / 10).\(tenths % 10)"
  }
}

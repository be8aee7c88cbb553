import CRDT
import Foundation

// fuzz [COUNT [SEED]]: mutated inputs for all that decodes, then inputs made to take memory and time. Exits 1 where
// something that was accepted is not what it should be, or where more memory or time is taken than is allowed.
let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
guard arguments.count <= 2, !arguments.contains(nil) else {
  FileHandle.standardError.write(Data("usage: fuzz [COUNT [SEED]]\n".utf8))
  exit(2)
}
let count = Int(clamping: (arguments.first ?? nil) ?? 10_000_000)
let seed = (arguments.dropFirst().first ?? nil) ?? 1
exit(FuzzRun(count: count, seed: seed).run() && FuzzRun.checkBombs() ? 0 : 1)

/// The two parts of the run.
struct FuzzRun {
  let count: Int
  let seed: UInt64

  /// Tries mutated inputs and prints how many were accepted and why the others were refused.
  func run() -> Bool {
    var fuzzing = Fuzzing(seed: seed)
    var outcomes: [String: Int] = [:]
    let warmUp = min(count, 10_000)
    var slowest = Duration.zero
    var peakBefore = 0
    let clock = ContinuousClock()
    let start = clock.now
    do throws(Fuzzing.Violation) {
      for number in 0..<count {
        if number == warmUp {
          Memory.forgetPeak()
          peakBefore = Memory.peak
        }
        let before = clock.now
        let (target, outcome) = try fuzzing.step()
        slowest = max(slowest, clock.now - before)
        outcomes["\(target) \(outcome)", default: 0] += 1
      }
    } catch {
      print("FAILS seed \(seed): \(error)")
      return false
    }
    let accepted = outcomes.filter { $0.key.hasSuffix(" accepted") }.values.reduce(0, +)
    print(
      "\(count) mutated inputs, seed \(seed): \(accepted) accepted, \(count - accepted) refused, in \(clock.now - start)"
    )
    for (outcome, number) in outcomes.sorted(by: { $0.key < $1.key }) { print("  \(outcome): \(number)") }
    let growth = Memory.peak - peakBefore
    let allowed = Bomb.bytesPerByte * fuzzing.largestInput + Bomb.bytesBesides
    print(
      "  largest input \(fuzzing.largestInput) bytes, peak memory grew by \(growth) bytes of \(allowed) allowed, "
        + "slowest \(slowest)")
    return count <= warmUp || growth <= allowed
  }

  /// Tries the inputs that are made to hurt, and prints what each took.
  static func checkBombs() -> Bool {
    var holds = true
    for bomb in Bomb.all {
      Memory.forgetPeak()
      let before = Memory.peak
      let elapsed = ContinuousClock().measure { bomb.run() }
      let growth = max(0, Memory.peak - before)
      let allowed = Bomb.bytesPerByte * bomb.size + Bomb.bytesBesides
      let isFine = growth <= allowed && elapsed < .seconds(5) && bomb.size > 0
      print("\(isFine ? "ok   " : "FAILS") \(bomb.name): \(bomb.size) bytes took \(growth) bytes and \(elapsed)")
      holds = holds && isFine
    }
    return holds
  }
}

import Foundation
import Simulation

// simulate COUNT [FIRST-SEED] [--first] [--sweep] [--hub]: runs seeds, prints what was seen, and ends with 1 where one fails; with
// --first at the first that does, as it is. With --sweep each seed stops the machine at every single call to the disk;
// with --hub the machines also meet at a hub, which is wiped and set back, and the wire to which does as it likes.
let isFirstEnough = CommandLine.arguments.contains("--first")
let isSweep = CommandLine.arguments.contains("--sweep")
let numbers = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }.map { UInt64($0) }
guard (1...2).contains(numbers.count), let count = numbers[0], let first = numbers.count > 1 ? numbers[1] : 1 else {
  FileHandle.standardError.write(Data("usage: simulate COUNT [FIRST-SEED] [--first] [--sweep] [--hub]\n".utf8))
  exit(2)
}
let simulation = Simulation(
  directory: Simulation.fastDirectory, withHub: CommandLine.arguments.contains("--hub"))
if isSweep {
  for seed in first..<(first + count) { print("seed \(seed): \(try simulation.sweep(seed: seed)) stops, all well") }
  exit(0)
}
let begin = ContinuousClock.now
var tally = Tally()
var (done, failures): (UInt64, Int) = (0, 0)
for seed in first..<(first + count) {
  done += 1
  do throws(Simulation.Failure) { tally += try simulation.run(seed: seed, shrinks: !isFirstEnough) } catch {
    print("FAILED \(error)")
    failures += 1
    // Who sees so many has enough to do.
    if failures == 10 || isFirstEnough { break }
  }
  if done % 1_000 == 0 { print("\(done) seeds, \(failures) failed, \(ContinuousClock.now - begin)") }
}
for line in tally.lines { print(line) }
print("\(done) seeds from \(first): \(failures) failed, in \(ContinuousClock.now - begin)")
exit(failures == 0 ? 0 : 1)

import Foundation

// laws [RUNS [SEED]]: the laws of the merge in a release build; exits 1 where one does not hold.
let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
guard arguments.count <= 2, !arguments.contains(nil) else {
  FileHandle.standardError.write(Data("usage: laws [RUNS [SEED]]\n".utf8))
  exit(2)
}
let runs = Int(clamping: (arguments.first ?? nil) ?? 100_000)
let seed = (arguments.dropFirst().first ?? nil) ?? 1
exit(KernelLaws(runs: runs, seed: seed).run() ? 0 : 1)

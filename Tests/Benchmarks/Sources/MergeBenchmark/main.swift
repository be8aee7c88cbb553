import AnnotationStore
import Foundation
import SyncProtocol
import SyncTransports

// MergeBenchmark [annotations] [rounds] [--folder|--registers]: what merging costs, against plain SQLite in the same run.
//   - an empty replica receives everything, as one bulk import left it and with a change for each annotation
//   - the bytes of packs against the canonical bytes under zstd
//   - 100 changes each way between two large stores, and between two of 1,000
//   - a folder that 50 replicas wrote the annotations to
//   - 10 replicas set 1,000 registers apart, all merge, and all list all ten values

let isFolderOnly = CommandLine.arguments.contains("--folder")
let isRegistersOnly = CommandLine.arguments.contains("--registers")
let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }
let count = arguments.first.flatMap { Int($0) } ?? 100_000
let rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? 3

let root = FileManager.default.temporaryDirectory.path + "/variorum-merge-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: root) }

for round in 1...rounds {
  let world = try World(root + "/\(round)")
  defer { world.remove() }
  print("round \(round)")
  if isFolderOnly {
    try measureFolder(world, replicas: 50, annotations: count, round: round)
    continue
  }
  if isRegistersOnly {
    try measureRegisters(world, replicas: 10, registers: 1_000)
    continue
  }
  try measureReceiving(world, annotations: count, round: round)
  try measureSmallSyncs(world, annotations: count, round: round)
  try measureFolder(world, replicas: 50, annotations: count, round: round)
  try measureRegisters(world, replicas: 10, registers: 1_000)
}

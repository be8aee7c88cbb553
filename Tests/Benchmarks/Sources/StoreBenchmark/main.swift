import AnnotationStore
import Foundation

// StoreBenchmark [annotations] [rounds] [keep-directory]: a bulk import and single durable writes, against plain SQLite
// in the same run. Prints medians of the pairs and the ratio.

let arguments = CommandLine.arguments.dropFirst()
let count = arguments.first.flatMap { Int($0) } ?? 100_000
let rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? 3
let keep = arguments.dropFirst(2).first
let claimCount = max(1, count / 5)

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let duration = try clock.measure(body)
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func megabytes(_ path: String) -> Double {
  let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  return Double(size) / 1e6
}

func format(_ value: Double) -> String { String(format: "%.3f", value) }

func run(round: Int, in directory: String) throws -> (bulk: Double, file: Double, single: Double) {
  let environment = StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state"))
  let store = try Store.create(at: directory + "/ours/store.sqlite", environment: environment)
  var claims: [RecordID] = []
  let curator = try store.write { try $0.becomeCurator(name: "Benchmark").id }
  try store.write { transaction in
    for index in 0..<claimCount { claims.append(try transaction.addClaim("LCN2 claim number \(index)").id) }
  }
  let targets = claims.map(\.description)
  try store.checkpoint()
  let before = megabytes(store.path)

  var rows = Rows(seed: UInt64(round))
  let input = (0..<count).map { _ in rows.next(targets: claimCount) }
  let plain = try PlainStore(path: directory + "/plain.sqlite")
  let plainSeconds = try seconds {
    try plain.insert(input.lazy.map { (targets[$0.target], $0.body, $0.tags) }, curator: curator.description)
  }
  let ourSeconds = try seconds {
    try store.write { transaction in
      for row in input { try transaction.annotate(claims[row.target], body: row.body, tags: row.tags) }
    }
  }
  try store.checkpoint()
  try plain.checkpoint()
  let ourFile = megabytes(store.path) - before
  var ourSingles: [Double] = []
  var plainSingles: [Double] = []
  for _ in 0..<1_000 {
    let row = rows.next(targets: claimCount)
    plainSingles.append(
      try seconds { try plain.insert([(targets[row.target], row.body, row.tags)], curator: curator.description) })
    ourSingles.append(
      try seconds { try store.write { _ = try $0.annotate(claims[row.target], body: row.body, tags: row.tags) } })
  }
  try plain.close()
  let plainFile = megabytes(plain.path)
  print(
    "round \(round): bulk \(format(ourSeconds)) s against \(format(plainSeconds)) s [\(format(ourSeconds / plainSeconds))];",
    "file \(format(ourFile)) MB against \(format(plainFile)) MB [\(format(ourFile / plainFile))];",
    "one durable annotation \(format(median(ourSingles) * 1e3)) ms against \(format(median(plainSingles) * 1e3)) ms",
    "[\(format(median(ourSingles) / median(plainSingles)))]")
  return (ourSeconds / plainSeconds, ourFile / plainFile, median(ourSingles) / median(plainSingles))
}

let root =
  keep ?? FileManager.default.temporaryDirectory.path
  + "/variorum-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
var results: [(bulk: Double, file: Double, single: Double)] = []
for round in 1...rounds {
  let directory = "\(root)/\(round)"
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  results.append(try run(round: round, in: directory))
  if keep == nil { try FileManager.default.removeItem(atPath: directory) }
}
print("\(count) annotations, medians of \(rounds) rounds, ratio to plain SQLite:")
print("  bulk import          \(format(median(results.map(\.bulk))))")
print("  file                 \(format(median(results.map(\.file))))")
print("  one durable write    \(format(median(results.map(\.single))))")
if keep == nil { try? FileManager.default.removeItem(atPath: root) }

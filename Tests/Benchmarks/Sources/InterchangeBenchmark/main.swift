import AnnotationStore
import Foundation
import Interchange

// InterchangeBenchmark [annotations] [rounds]: export and import of annotations, in each format that carries them whole,
// against plain SQLite with the same JSON encoder, in the same run. Prints seconds, megabytes, ratios, and on Linux the
// peak of resident memory while each ran, with what the process held before.

let arguments = CommandLine.arguments.dropFirst()
let count = arguments.first.flatMap { Int($0) } ?? 100_000
let rounds = arguments.dropFirst().first.flatMap { Int($0) } ?? 3
let formats = Format.allCases.filter {
  $0.isImported && $0.exportedKinds.contains(.annotation) && $0.exportedKinds.contains(.claim)
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let duration = try ContinuousClock().measure(body)
  return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func format(_ value: Double) -> String { String(format: "%.2f", value) }

func megabytes(_ path: String) -> Double {
  let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  return Double(size) / 1e6
}

/// A figure of this process's memory in megabytes, as Linux tells it; `nil` elsewhere.
func memory(_ name: String) -> Double? {
  let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n") ?? []
  let figure = lines.first { $0.hasPrefix("\(name):") }?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
  return figure.flatMap { Double($0) }.map { $0 / 1e3 }
}

/// Runs a body; tells the peak of memory while it ran.
func peak(_ body: () throws -> Void) rethrows -> String {
  // Sets the mark of the highest resident memory back to what is resident now.
  try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
  let before = memory("VmRSS")
  try body()
  guard let before, let highest = memory("VmHWM") else { return "" }
  return String(format: "peak %.0f MB of which %.0f before", highest, before)
}

/// Reads a file in pieces.
func input(_ path: String, _ format: Format) throws -> ImportFile {
  let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
  return ImportFile(name: path, format: format) {
    try file.read(upToCount: ImportFile.pieceSize).map { Array($0) }
  }
}

func store(_ name: String, in directory: String) throws -> (Store, RecordID) {
  let environment = StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state"))
  let store = try Store.create(at: "\(directory)/\(name)/store.sqlite", environment: environment)
  return (store, try store.write { try $0.becomeCurator(name: "Benchmark").id })
}

func run(round: Int, in directory: String) throws -> [String: [Double]] {
  let (ours, curator) = try store("ours", in: directory)
  var claims: [RecordID] = []
  try ours.write { transaction in
    for index in 0..<max(1, count / 5) { claims.append(try transaction.addClaim("LCN2 claim number \(index)").id) }
  }
  var rows = Rows(seed: UInt64(round))
  let made = (0..<count).map { _ in rows.next(targets: claims.count) }
  try ours.write { transaction in
    for row in made { try transaction.annotate(claims[row.target], body: row.body, tags: row.tags) }
  }
  let plain = try PlainStore(path: directory + "/plain.sqlite")
  let targets = claims.map(\.description)
  try plain.insert(made.lazy.map { (targets[$0.target], $0.body, $0.tags) }, curator: curator.description)

  var results: [String: [Double]] = [:]
  let file = directory + "/plain.jsonl"
  let plainOut = try seconds { try plain.export(to: file) }
  let other = try PlainStore(path: directory + "/plain2.sqlite")
  let plainIn = try seconds { try other.take(file, curator: curator.description) }
  let sizes = "out \(format(plainOut)) s, in \(format(plainIn)) s, \(format(megabytes(file))) MB"
  print("round \(round): plain SQLite: \(sizes)")
  for kind in formats {
    let path = "\(directory)/ours.\(kind.rawValue)"
    var (out, back) = (0.0, 0.0)
    let outPeak = try peak { out = try seconds { _ = try Exporter().run(kind, from: ours, to: path) } }
    let (empty, _) = try store("empty-\(kind.rawValue)", in: directory)
    let backPeak = try peak { back = try seconds { _ = try Importer().run([try input(path, kind)], into: empty) } }
    let records = try empty.read { try $0.status() }.digest
    print(
      "  \(kind.rawValue): out \(format(out)) s [\(format(out / plainOut))], \(outPeak); in \(format(back)) s",
      "[\(format(back / plainIn))], \(backPeak); \(format(megabytes(path))) MB, digest \(records.hex.prefix(8))")
    results[kind.rawValue] = [out / plainOut, back / plainIn]
  }
  return results
}

let root =
  FileManager.default.temporaryDirectory.path + "/variorum-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
defer { try? FileManager.default.removeItem(atPath: root) }
var all: [[String: [Double]]] = []
for round in 1...rounds {
  let directory = "\(root)/\(round)"
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  all.append(try run(round: round, in: directory))
  try FileManager.default.removeItem(atPath: directory)
}
print("\(count) annotations on \(max(1, count / 5)) claims, medians of \(rounds) rounds, ratio to plain SQLite:")
for kind in formats {
  let (out, back) = (all.compactMap { $0[kind.rawValue]?[0] }, all.compactMap { $0[kind.rawValue]?[1] })
  print("  \(kind.rawValue): export \(format(median(out))), import \(format(median(back)))")
}

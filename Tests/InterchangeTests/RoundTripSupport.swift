import AnnotationStore
import Foundation
import Testing

@testable import Interchange

extension Workplace {
  /// The bytes that an export gives, with what was told of it.
  func exported(_ format: Format) throws -> (text: String, report: ExportReport) {
    var bytes: [UInt8] = []
    let report = try Exporter().run(format, from: store) { bytes += $0 }
    return (String(decoding: bytes, as: UTF8.self), report)
  }

  /// A store that holds what a text of this format says.
  static func holding(_ text: String, _ format: Format) throws -> Workplace {
    let place = try Workplace()
    _ = try Importer().run(file: "import", bytes: Array(text.utf8), format: format, into: place.store)
    return place
  }
}

/// The seed of a random test: that of `VARIORUM_FUZZ_SEED`, or a new one; printed, so that a failure can be run again.
func seed(of test: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["VARIORUM_FUZZ_SEED"].flatMap { UInt64($0) }
  let seed = given ?? UInt64.random(in: 0...UInt64.max)
  print("\(test): VARIORUM_FUZZ_SEED=\(seed)")
  return seed
}

/// Compares a text with a file of Golden; with VARIORUM_WRITE_GOLDEN set it is written first.
func expectGolden(_ text: String, _ name: String) throws {
  let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
  let file = folder.appendingPathComponent("Golden/\(name)")
  if ProcessInfo.processInfo.environment["VARIORUM_WRITE_GOLDEN"] != nil {
    try Data(text.utf8).write(to: file)
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  #expect(text.utf8.elementsEqual(golden.utf8), "\(name) differs; VARIORUM_WRITE_GOLDEN=1 writes it anew")
}

import AnnotationStore
import Foundation
import Testing

@testable import Interchange

extension Workplace {
  /// What an export gives, with what was told of it.
  func exported(_ format: Format) throws -> (text: String, report: ExportReport) { try store.exported(format) }

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

import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// A store of its own, with keys of its own, in a directory that goes with it.
final class Workplace {
  let directory: URL
  let store: Store
  let curator: RecordID

  /// - Parameter start: the first millisecond of its clock.
  init(curator name: String = "Ada", orcid: ORCID? = nil, startingAt start: Int64 = 1_760_000_000_000) throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("import-\(UUID().uuidString)")
    let clock = Clock(start)
    let environment = StoreEnvironment(
      stateDirectory: StateDirectory(path: directory.appendingPathComponent("state").path),
      nowMilliseconds: { clock.next() })
    store = try Store.create(at: directory.appendingPathComponent("store.sqlite").path, environment: environment)
    curator = try store.write { try $0.becomeCurator(name: name, orcid: orcid).id }
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Milliseconds that always go on.
  private final class Clock: @unchecked Sendable {
    private let lock = NSLock()
    private var now: Int64

    init(_ start: Int64) { now = start }

    func next() -> Int64 {
      lock.withLock {
        now += 1
        return now
      }
    }
  }

  @discardableResult
  func take(
    _ text: String, _ name: String = "claims.tsv", skipsInvalid: Bool = false, isDryRun: Bool = false
  ) throws -> ImportReport {
    try Importer(.init(skipsInvalid: skipsInvalid, isDryRun: isDryRun))
      .run(file: name, bytes: Array(text.utf8), into: store)
  }

  /// The message with which an import is refused.
  func refusal(_ text: String, _ name: String = "claims.tsv") -> String {
    do {
      try take(text, name)
      return "accepted"
    } catch { return "\(error)" }
  }

  func all(_ kind: Kind) throws -> [Record] {
    try store.read { reader in
      var filter = RecordFilter()
      filter.kinds = [kind]
      filter.isReversed = true
      return try reader.records(filter)
    }
  }

  /// The log and all that lies in the state directory, by name and content.
  func everything() throws -> [String] {
    var lines = [try store.read { try "\($0.status())" }]
    let state = directory.appendingPathComponent("state").path
    for name in (FileManager.default.enumerator(atPath: state)?.allObjects as? [String] ?? []).sorted() {
      let data = FileManager.default.contents(atPath: state + "/" + name)
      lines.append("\(name) \(data.map { $0.base64EncodedString() } ?? "")")
    }
    return lines
  }

  /// A file of Examples/lcn2-als.
  static func example(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("Examples/lcn2-als/\(name)"), encoding: .utf8)
  }
}

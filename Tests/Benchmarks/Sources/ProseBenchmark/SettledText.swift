import AnnotationStore
import Foundation

/// What it takes to read a text from a store where nobody edits it at the same time: a column of its row.
struct SettledText {
  /// The time of one read, the median, in milliseconds.
  let milliseconds: Double
  /// What one takes in memory, in bytes.
  let bytes: Int

  /// Writes a text into a note of a new store, and reads it so many times, all of which are kept.
  init(_ text: String, reads count: Int) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "variorum-prose-\(UUID())").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let environment = StoreEnvironment(stateDirectory: StateDirectory(path: directory + "/state"))
    let store = try Store.create(at: directory + "/store.sqlite", environment: environment)
    try store.write { try $0.becomeCurator(name: "Benchmark") }
    let note = try store.write { try $0.annotate(try $0.addClaim("Paper").id, body: text) }
    var texts: [String] = []
    var times: [Duration] = []
    let before = residentBytes()
    for _ in 0..<count {
      let start = ContinuousClock.now
      guard let read = try store.read({ try $0.existing(note).text("body") }), read.utf8.count == text.utf8.count else {
        throw Unread()
      }
      times.append(start.duration(to: .now))
      texts.append(read)
    }
    bytes = (residentBytes() - before) / texts.count
    let median = times.sorted()[count / 2].components
    milliseconds = Double(median.seconds) * 1e3 + Double(median.attoseconds) / 1e15
  }

  private struct Unread: Error {}
}

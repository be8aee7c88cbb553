import Foundation
import Testing

@testable import ProseCRDT

@Suite("The event graph says what the plainest replay says")
struct EventGraphTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let runs = environment["VARIORUM_PROSE_RUNS"].flatMap { Int($0) } ?? 100
  private static let seed = environment["VARIORUM_PROSE_SEED"].flatMap { UInt64($0) }

  /// The seeds to run: one, or so many from 1 on.
  private static var seeds: ClosedRange<UInt64> { seed.map { $0...$0 } ?? 1...UInt64(max(runs, 1)) }

  /// Runs `check` for each seed and stops at the first that fails.
  static func forEachSeed(_ check: (inout HistoryRandom) throws -> Void) throws {
    for seed in seeds {
      var random = HistoryRandom(seed: seed)
      do { try check(&random) } catch {
        Issue.record("VARIORUM_PROSE_SEED=\(seed): \(error)")
        return
      }
    }
  }

  private struct Mismatch: Error, CustomStringConvertible {
    var description: String
  }

  static func expect<Value: Equatable>(_ got: Value, _ wanted: Value, _ what: String) throws {
    if got != wanted { throw Mismatch(description: "\(what): got \(got), wanted \(wanted)") }
  }

  /// Equal byte for byte: strings compare canonically equivalent ones as equal.
  static func expect(text got: String, _ wanted: String, _ what: String) throws {
    try expect(Array(got.utf8), Array(wanted.utf8), what)
  }

  @Test("in text, layout, splices, common and joined versions")
  func oracle() throws {
    try Self.forEachSeed { random in
      let history = RandomHistory(&random, size: 8 + random.below(50))
      var oracle = FugueOracle()
      for op in history.ops {
        try Self.expect(op.start, oracle.events.count, "number of events")
        _ =
          op.isTyped
          ? oracle.append(sequence: op.splices, parents: op.parents, order: op.order)
          : oracle.append(op.splices, parents: op.parents, order: op.order)
      }
      let graph = history.graph
      try Self.expect(graph.eventCount, oracle.events.count, "number of events")
      try Self.expect(graph.heads, oracle.joined(history.versions), "heads")
      for version in history.versions {
        try Self.expect(text: graph.text(at: version), oracle.text(at: version), "text at \(version)")
        let walked = graph.replay(to: version, movingAtMost: random.below(30)).string
        try Self.expect(text: walked, oracle.text(at: version), "text at \(version), walked from somewhere on")
      }
      for _ in 0..<4 {
        let asked = (0..<1 + random.below(4)).map { _ in history.versions[random.below(history.versions.count)] }
        try Self.compare(graph, oracle, asked)
      }
    }
  }

  private static func compare(_ graph: EventGraph, _ oracle: FugueOracle, _ asked: [[Int]]) throws {
    try expect(graph.joined(asked), oracle.joined(asked), "joined \(asked)")
    for isAttributed in [true, false] {
      let runs = graph.layout(of: asked, attributed: isAttributed)
      let wanted = oracle.layout(of: asked, attributed: isAttributed)
      try expect(runs, wanted, "layout of \(asked), attributed: \(isAttributed)")
      try expect(runs.map { Array($0.text.utf8) }, wanted.map { Array($0.text.utf8) }, "bytes of the layout")
    }
    let (from, to) = (asked[0], asked[asked.count - 1])
    try expect(graph.common(from, to), oracle.common(from, to), "common \(from) \(to)")
    try expect(graph.splices(from: from, to: to), oracle.splices(from: from, to: to), "splices \(from) \(to)")
    let past = oracle.past(of: from)
    for event in 0..<graph.eventCount {
      try expect(graph.isAncestor(event, of: from), past.contains(event), "\(event) ancestor of \(from)")
    }
  }

  @Test("and an op does what its splices do to the text it was made in")
  func splicesAsApplied() throws {
    try Self.forEachSeed { random in
      let history = RandomHistory(&random, size: 8 + random.below(60))
      for (op, version) in zip(history.ops, history.versions.dropFirst()) {
        let before = history.graph.text(at: history.graph.joined([op.parents]))
        var after = before
        if op.isTyped {
          for splice in op.splices { after = TextEdit.apply([splice], to: after) }
        } else {
          after = TextEdit.apply(op.splices, to: before)
        }
        try Self.expect(text: history.graph.text(at: version), after, "\(op)")
      }
    }
  }

  @Test("whatever the order of appending")
  func orderOfAppending() throws {
    try Self.forEachSeed { random in
      let history = RandomHistory(&random, size: 8 + random.below(120))
      let (graph, numbers) = try Self.reordered(history, &random)
      try Self.expect(graph.eventCount, history.graph.eventCount, "number of events")
      for version in history.versions {
        let moved = version.map { numbers[$0] }.sorted()
        try Self.expect(text: graph.text(at: moved), history.graph.text(at: version), "text at \(version)")
      }
      try Self.expect(graph.heads, history.graph.heads.map { numbers[$0] }.sorted(), "heads")
    }
  }

  /// The same history appended in another causal order, with the new number of each event.
  private static func reordered(
    _ history: RandomHistory, _ random: inout HistoryRandom
  ) throws -> (EventGraph, [Int]) {
    var graph = EventGraph()
    var numbers = [Int](repeating: -1, count: history.graph.eventCount)
    var left = Array(history.ops.indices)
    while !left.isEmpty {
      let ready = left.indices.filter { history.ops[left[$0]].parents.allSatisfy { numbers[$0] >= 0 } }
      let index = left.remove(at: ready[random.below(ready.count)])
      let op = history.ops[index]
      let end = index + 1 < history.ops.count ? history.ops[index + 1].start : history.graph.eventCount
      let start = graph.eventCount
      let parents = op.parents.map { numbers[$0] }.sorted()
      _ = graph.append(op.splices, areTyped: op.isTyped, parents: parents, order: op.order)
      try expect(graph.eventCount - start, end - op.start, "events of op \(index)")
      for event in op.start..<end { numbers[event] = start + event - op.start }
    }
    return (graph, numbers)
  }

  @Test("and layouts and splices say what the texts are")
  func layoutsAndTexts() throws {
    try Self.forEachSeed { random in
      let history = RandomHistory(&random, size: 8 + random.below(120))
      let graph = history.graph
      for _ in 0..<4 {
        let asked = (0..<1 + random.below(5)).map { _ in history.versions[random.below(history.versions.count)] }
        let texts = asked.map { graph.text(at: $0) }
        for isAttributed in [false, true] {
          let runs = graph.layout(of: asked, attributed: isAttributed)
          for (index, text) in texts.enumerated() {
            let joined = runs.filter { $0.visibility >> UInt64(index) & 1 == 1 }.map(\.text).joined()
            try Self.expect(text: joined, text, "layout of \(asked) at \(index)")
          }
        }
        let splices = graph.splices(from: asked[0], to: asked[asked.count - 1])
        let edited = TextEdit.apply(splices.map(\.splice), to: texts[0])
        try Self.expect(text: edited, texts[texts.count - 1], "splices from \(asked[0])")
        for splice in splices {
          let count = splice.sources.reduce(0) { $0 + $1.count }
          try Self.expect(count, splice.splice.inserted.unicodeScalars.count, "sources of \(splice)")
        }
      }
    }
  }
}

import Foundation
import Testing

@testable import AnnotationModel

/// The meaning of prose ops, in vectors that another language can check itself with (Schema/prose.md), and at random: the
/// resolver against the definition, scalar by scalar.
///
/// `VARIORUM_WRITE_VECTORS=1` writes the vectors anew. `VARIORUM_LAW_RUNS` sets the number of random histories,
/// `VARIORUM_LAW_SEED` the first seed.
@Suite("What ops make of a text")
struct ProseVectorTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Schema/vectors/prose.jsonl").standardizedFileURL
  private static let environment = ProcessInfo.processInfo.environment
  private static let runs = environment["VARIORUM_LAW_RUNS"].flatMap { Int($0) } ?? 70
  private static let firstSeed = environment["VARIORUM_LAW_SEED"].flatMap { UInt64($0) } ?? 1

  /// What a history shows, read in one go, and grown op by op as a store does.
  private func check(_ vector: ProseVector) throws {
    let source = VectorSource(vector.entries)
    let live = vector.live.map(ProseVector.change)
    let reading = try ProseResolver(source, vector.cell).reading(live)
    #expect(reading.text.map { Array($0.utf8) } == vector.text.map { Array($0.utf8) }, "\(vector.name)")
    #expect(reading.shown?.value.text == reading.text, "\(vector.name): another text is shown than is read")
    let words = try ProseResolver(source, vector.cell).attribution(of: live).map(\.text).joined()
    #expect(Array(words.utf8) == Array((reading.text ?? words).utf8), "\(vector.name): its words are not its text")
    let scalars = Array((reading.text ?? "").unicodeScalars)
    for contention in reading.contentions {
      let marked = String(String.UnicodeScalarView(scalars[contention.range.clamped(to: scalars.indices)]))
      #expect(Array(marked.utf8) == Array(contention.merged.utf8), "\(vector.name): other words are marked")
    }
    let grown = VectorSource(vector.entries)
    for op in vector.ops { _ = try ProseResolver(grown, vector.cell).reading([ProseVector.change(op.id)]) }
    let again = try ProseResolver(grown, vector.cell).reading(live)
    #expect(again == reading, "\(vector.name): read op by op it is another")
  }

  @Test("The vectors of Schema/vectors/prose.jsonl")
  func vectors() throws {
    if Self.environment["VARIORUM_WRITE_VECTORS"] == "1" { try write() }
    let lines = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count >= 60)
    for line in lines {
      let vector = try JSONDecoder().decode(ProseVector.self, from: Data(line.utf8))
      try check(vector)
      let shown = ProseOracle(vector.entries, in: vector.cell).shown(vector.live.map(ProseVector.change))
      #expect(shown.map { Array($0.utf8) } == vector.text.map { Array($0.utf8) }, "\(vector.name), by definition")
    }
  }

  private func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let histories = (1...40).map { RandomProse.vector(seed: $0, steps: 6 + Int($0) / 4) }
    let typed = (41...60).map { RandomProse.vector(seed: $0, steps: 6 + Int($0) / 6, types: true) }
    let lines = try (histories + typed).map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: Self.file)
  }

  @Test("Random histories show what the definition says")
  func randomHistories() throws {
    for seed in Self.firstSeed..<(Self.firstSeed + UInt64(Self.runs)) {
      try check(RandomProse.vector(seed: seed, steps: 4 + Int(seed % 30), types: seed % 2 == 0))
    }
  }

  @Test("Texts brought back beyond measure are not merged, in whatever order that is found out")
  func beyondReach() throws {
    for seed in 1...UInt64(100) {
      let vector = RandomProse.vector(seed: seed, steps: 30)
      let live = vector.live.map(ProseVector.change)
      let reading = try ProseResolver(VectorSource(vector.entries), vector.cell, restatedLimit: 60).reading(live)
      let grown = VectorSource(vector.entries)
      for op in vector.ops {
        _ = try ProseResolver(grown, vector.cell, restatedLimit: 60).reading([ProseVector.change(op.id)])
      }
      #expect(try ProseResolver(grown, vector.cell, restatedLimit: 60).reading(live) == reading, "seed \(seed)")
      #expect((reading.text == nil) == (vector.text == nil), "seed \(seed)")
    }
  }

  @Test("A text that is brought back a thousand times at once is read in bounded time and memory")
  func manyRestatements() throws {
    var vector = RandomProse.vector(seed: 3, steps: 0)
    let replica = vector.ops[0].replica
    func id(_ number: Int) -> String { String(repeating: "0", count: 56) + String(0x1000_0000 + number, radix: 16) }
    vector.ops[0].text = String(repeating: "LCN2 rises. ", count: 2_000)
    let (create, count) = (vector.ops[0].id, vector.ops[0].text?.unicodeScalars.count ?? 0)
    vector.ops.append(
      .init(
        id: id(0), depth: 2, replica: replica, sequence: 2, action: "splice", supersedes: [create],
        splices: [[0, count, 0]]))
    for number in 1...1_000 {
      vector.ops.append(
        .init(
          id: id(number), depth: 3, replica: replica, sequence: UInt64(number) + 2, action: "splice",
          supersedes: [id(0)], text: "\(number) ", splices: [[0, 0, "\(number) ".unicodeScalars.count]]))
      vector.ops.append(
        .init(
          id: id(number + 20_000), depth: 4, replica: replica, sequence: UInt64(number) + 20_000, action: "restate",
          supersedes: [id(number)], restates: [create]))
    }
    let live = (1...1_000).map { ProseVector.change(id($0 + 20_000)) }
    let reading = try ProseResolver(VectorSource(vector.entries), vector.cell, restatedLimit: 1 << 18).reading(live)
    #expect(reading.text == vector.ops[0].text)
    #expect(reading.contentions.count == 1)
  }

  @Test("A thousand edits of one text at once are merged, and the highest told")
  func manySides() throws {
    var vector = RandomProse.vector(seed: 3, steps: 0)
    func id(_ number: Int) -> String { String(repeating: "0", count: 56) + String(0x1000_0000 + number, radix: 16) }
    vector.ops[0].text = String(repeating: "LCN2 rises. ", count: 2_000)
    for number in 1...1_000 {
      vector.ops.append(
        .init(
          id: id(number), depth: 2, replica: vector.ops[0].replica, sequence: UInt64(number) + 1, action: "splice",
          supersedes: [vector.ops[0].id], text: "x", splices: [[number * 24, 0, 1]]))
    }
    let live = (1...1_000).map { ProseVector.change(id($0)) }
    let reading = try ProseResolver(VectorSource(vector.entries), vector.cell).reading(live)
    #expect(reading.text?.unicodeScalars.count == 25_000)
    #expect(reading.sides.candidates.count == 32 && reading.contentions.isEmpty)
  }
}

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
    for contention in reading.contentions {
      expect(contention.merged, at: contention.range, of: reading.text, "\(vector.name): other words are marked")
      for side in contention.sides {
        let text = reading.sides.candidates[side.index].authored.value.text
        expect(side.text, at: side.range, of: text, "\(vector.name): other words of side \(side.index) are marked")
      }
    }
    let grown = VectorSource(vector.entries)
    for op in vector.ops { _ = try ProseResolver(grown, vector.cell).reading([ProseVector.change(op.id)]) }
    let again = try ProseResolver(grown, vector.cell).reading(live)
    #expect(again == reading, "\(vector.name): read op by op it is another")
  }

  private func expect(_ words: String, at range: Range<Int>?, of text: String?, _ comment: Comment) {
    guard let range else { return }
    let scalars = Array((text ?? "").unicodeScalars)
    let marked = String(String.UnicodeScalarView(scalars[range.clamped(to: scalars.indices)]))
    #expect(Array(marked.utf8) == Array(words.utf8), comment)
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

  @Test(
    "Texts brought back beyond measure are not merged, in whatever order that is found out", arguments: [20, 60, 200])
  func beyondReach(limit: Int) throws {
    for seed in Self.firstSeed..<(Self.firstSeed + UInt64(Self.runs) / 3) {
      let vector = RandomProse.vector(seed: seed, steps: 30, types: seed % 3 == 0)
      let oracle = ProseOracle(vector.entries, in: vector.cell)
      // What is live, and each change as it left the text.
      let versions = [vector.live.map(ProseVector.change)] + vector.ops.map { [ProseVector.change($0.id)] }
      let readings = try versions.map { version in
        let reading = try Self.reading(version, VectorSource(vector.entries), vector, limit)
        #expect(!reading.isConflict || !reading.sides.candidates.isEmpty, "seed \(seed): a conflict between nothing")
        #expect(Self.bytes(reading.text) == Self.bytes(oracle.shown(version, limit: limit)), "seed \(seed)")
        return reading
      }
      // One after the other as a history is told, and the newest first.
      let (forward, backward) = (VectorSource(vector.entries), VectorSource(vector.entries))
      let told = Array(zip(versions, readings))
      for (version, reading) in told[1...] + told[..<1] {
        #expect(try Self.reading(version, forward, vector, limit) == reading, "seed \(seed)")
      }
      for (version, reading) in told.reversed() {
        #expect(try Self.reading(version, backward, vector, limit) == reading, "seed \(seed)")
      }
      try checkKnown(
        vector, readings: Dictionary(uniqueKeysWithValues: zip(vector.ops.map(\.id), readings.dropFirst())), limit)
    }
  }

  @Test("A conflict beyond reach has something to look at; where nobody gives a text there is none")
  func absentBeyondReach() throws {
    var vector = RandomProse.vector(seed: 3, steps: 0)
    let create = vector.ops[0]
    func add(
      _ id: Character, _ action: String, depth: UInt64, over: String, _ text: String? = nil, _ back: String? = nil
    ) {
      vector.ops.append(
        .init(
          id: String(repeating: id, count: 64), depth: depth, replica: create.replica, sequence: depth, action: action,
          supersedes: [over], text: text, restates: back.map { [$0] }))
    }
    func id(_ digit: Character) -> String { String(repeating: digit, count: 64) }
    add("1", "set", depth: 2, over: create.id)
    add("2", "restate", depth: 3, over: id("1"), nil, create.id)
    add("3", "set", depth: 4, over: id("2"))
    add("4", "set", depth: 4, over: id("2"))
    add("5", "set", depth: 4, over: id("2"), "Iron rises.")
    func reading(_ live: [Character]) throws -> ProseReading {
      try Self.reading(live.map { ProseVector.change(id($0)) }, VectorSource(vector.entries), vector, 1)
    }
    let absent = try reading(["3", "4"])
    #expect(absent.text == nil && !absent.isConflict)
    let both = try reading(["3", "5"])
    #expect(both.text == "Iron rises." && both.isConflict && both.sides.candidates.count == 1)
  }

  /// An edit of one change, read from the text that was shown before it as a store does.
  private func checkKnown(_ vector: ProseVector, readings: [String: ProseReading], _ limit: Int) throws {
    for op in vector.ops where op.action == "splice" && op.supersedes.count == 1 {
      let before = vector.ops.first { $0.id == op.supersedes[0] }
      guard let before, before.action != "action-99", let base = readings[before.id] else { continue }
      let known = KnownText(change: ProseVector.change(before.id), text: base.text)
      let source = VectorSource(vector.entries)
      let live = [ProseVector.change(op.id)]
      let reading = try ProseResolver(source, vector.cell, restatedLimit: limit).reading(live, knowing: known)
      #expect(reading == readings[op.id], "\(vector.name): \(op.id) read from the text before it")
    }
  }

  private static func reading(
    _ live: [ChangeID], _ source: VectorSource, _ vector: ProseVector, _ limit: Int
  ) throws -> ProseReading {
    try ProseResolver(source, vector.cell, restatedLimit: limit).reading(live)
  }

  private static func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }

  @Test("A text that two bring back to each other again and again does not double each time")
  func nestedRestatements() throws {
    var vector = RandomProse.vector(seed: 3, steps: 0)
    let create = vector.ops[0]
    func id(_ number: Int) -> String { String(repeating: "0", count: 56) + String(0x1000_0000 + number, radix: 16) }
    var (text, depth, count) = ([create.id], UInt64(1), 0)
    func write(_ action: String, over: [String], _ said: String? = nil, restates: [String]? = nil) -> String {
      count += 1
      vector.ops.append(
        .init(
          id: id(count), depth: depth, replica: create.replica, sequence: UInt64(count) + 1, action: action,
          supersedes: over, text: said,
          splices: action == "splice" ? said.map { [[0, 1 << 30, $0.count]] } ?? [] : nil,
          restates: restates))
      return id(count)
    }
    for round in 0..<60 {
      // Each replaces it all, takes that back, and puts a letter before it; then both are merged and accepted.
      depth += 1
      let edits = ["x", "y"].map { write("splice", over: text, "\($0)\(round)") }
      depth += 1
      let undone = edits.map { write("restate", over: [$0], restates: text) }
      depth += 1
      text = [write("splice", over: undone)]
    }
    let live = text.map(ProseVector.change)
    for limit in [1 << 12, 1 << 16] {
      let reading = try Self.reading(live, VectorSource(vector.entries), vector, limit)
      #expect((reading.text?.unicodeScalars.count ?? 0) <= limit)
      let grown = VectorSource(vector.entries)
      for op in vector.ops { _ = try Self.reading([ProseVector.change(op.id)], grown, vector, limit) }
      #expect(try Self.reading(live, grown, vector, limit) == reading)
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

import Foundation
import Testing

@testable import AnnotationStore
@testable import Interchange

@Suite("JSON Lines that are merged with what is here")
struct JSONLinesMergingTests {
  @Test(
    "Replicas that never met meet in whoever imports their files, in any order",
    arguments: 101...103 as ClosedRange<UInt64>)
  func meeting(_ seed: UInt64) throws {
    let laptops = try Laptops(seed: seed, count: 3)
    try laptops.curate(steps: 40)
    try laptops.writeApart(steps: 40)
    let files = try laptops.stores.map(JSONLinesTests.exported)
    try laptops.merge()
    let all = try Self.writes(laptops.ada)
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
      let place = try Workplace(curator: "Zoe")
      for number in order { _ = try Importer().run(file: "\(number).jsonl", bytes: files[number], into: place.store) }
      #expect(try Self.writes(place.store) == all, "seed \(seed), \(order)")
    }
  }

  /// Everything that was written to any record, by whom and when.
  private static func writes(_ store: Store) throws -> [String] {
    try store.read { reader in
      let transcripts = TranscriptReader(reader)
      var writes: [String] = []
      try reader.forEachRecord { record in
        guard record.text("name") != "Zoe" else { return }
        for entry in try transcripts.transcript(of: record.key).transcript.entries {
          var entry = entry
          // The numbers differ with the order in which the writes came.
          entry.over = [entry.over.count]
          if case .restated(let places) = entry.content { entry.content = .restated([places.count]) }
          if case .seen(let places, let records) = entry.content {
            entry.content = .seen(entries: [places.count], records: records)
          }
          if case .fields(let fields) = entry.content {
            let sorted = fields.map { "\($0)=\($1)" }.sorted()
            entry.content = .nothing
            writes.append("\(record.key) \(entry) \(sorted)")
          } else {
            writes.append("\(record.key) \(entry)")
          }
        }
      }
      return writes.sorted()
    }
  }

  @Test("An edit of a merged text comes to the same where it is merged in another order", arguments: 0..<8)
  func rebased(_ seed: UInt64) throws {
    let laptops = try Laptops(seed: seed)
    let (ada, ben) = (laptops.ada, laptops.ben)
    let claim = try ada.write { try $0.addClaim("X").id }
    try laptops.merge()
    try ada.write { try $0.set(claim, "statement", to: .text("X a")) }
    try ben.write { try $0.set(claim, "statement", to: .text("X b")) }
    let early = try JSONLinesTests.exported(ben)
    try laptops.merge()
    try ada.write { try $0.set(claim, "statement", to: .text("X b")) }
    try laptops.merge()
    try ben.write { try $0.set(claim, "statement", to: .text("X b c")) }
    try laptops.merge()
    let late = try JSONLinesTests.exported(ada)
    for files in [[early, late], [late], [late, early, late]] {
      let place = try Workplace(curator: "Zoe")
      for file in files { _ = try Importer().run(file: "all.jsonl", bytes: file, into: place.store) }
      #expect(try place.store.read { try $0.record(claim)?.text("statement") } == "X b c", "seed \(seed)")
      #expect(try place.store.read { try $0.history(of: claim).count } == 5, "seed \(seed)")
    }
  }

  @Test("So does one that was typed", arguments: 0..<4)
  func rebasedTyping(_ seed: UInt64) throws {
    let laptops = try Laptops(seed: seed)
    let (ada, ben) = (laptops.ada, laptops.ben)
    let claim = try ada.write { try $0.addClaim("X").id }
    try laptops.merge()
    try ada.write { try $0.set(claim, "statement", to: .text("X a")) }
    try ben.write { try $0.set(claim, "statement", to: .text("X b")) }
    let early = try JSONLinesTests.exported(ben)
    try laptops.merge()
    let version = try ada.read { try $0.proseVersion(of: claim, "statement") }
    var typing = Typing()
    typing.replace(0, at: version.text.unicodeScalars.count, with: " c")
    typing.replace(1, at: 0, with: "Y")
    try ada.write { try $0.edit(version, typing: typing) }
    let place = try Workplace(curator: "Zoe")
    for file in [early, try JSONLinesTests.exported(ada)] {
      _ = try Importer().run(file: "all.jsonl", bytes: file, into: place.store)
    }
    let texts = try [ada, place.store].map { store in try store.read { try $0.record(claim)?.text("statement") } }
    #expect(texts[0] == texts[1] && texts[0]?.hasPrefix("Y") == true, "seed \(seed)")
  }

  @Test("A record that was imported apart, and so has two creates, comes back as it is shown")
  func twoCreates() throws {
    let origin = try Workplace(curator: "Zoe")
    let claim = try origin.store.write { try $0.addClaim("LCN2 is raised.").id }
    let file = try JSONLinesTests.exported(origin.store)
    let laptops = try Laptops(seed: 0)
    _ = try Importer().run(file: "all.jsonl", bytes: file, into: laptops.ada)
    for number in 0..<20 { try laptops.ben.write { try $0.addClaim("Number \(number)") } }
    _ = try Importer().run(file: "all.jsonl", bytes: file, into: laptops.ben)
    try laptops.ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    try laptops.merge()
    let whole = try JSONLinesTests.exported(laptops.ada)
    let place = try Workplace(curator: "Yan")
    let report = try Importer().run(file: "all.jsonl", bytes: whole, into: place.store)
    #expect(report.problems.count == 0)
    let records = try [laptops.ada, place.store].map { store in try store.read { try $0.record(claim) } }
    #expect(records[0]?.fields == records[1]?.fields)
    let conflicts = try [laptops.ada, place.store].map { store in
      try store.read { try $0.conflicts(of: claim).map(\.field) }
    }
    #expect(conflicts[0] == ["status"] && conflicts[0] == conflicts[1])
  }

  @Test("One paper made apart is merged in any order, and what its makers write later is not in conflict with it")
  func papers() throws {
    let doi = DerivedID.SourceIdentifier.doi(try DOI(parsing: "10.1000/1"))
    let (ada, ben) = (try Workplace(curator: "Ada"), try Workplace(curator: "Ben", startingAt: 1_770_000_000_000))
    let source = try ada.store.write { try $0.addSource(doi, ["title": .text("Iron")]).id }
    try ben.store.write { try $0.addSource(doi) }
    let files = try [ada, ben].map { try JSONLinesTests.exported($0.store) }
    try ada.store.write { try $0.set(source, "title", to: .text("Iron 2")) }
    let later = try JSONLinesTests.exported(ada.store)
    for order in [[0, 1], [1, 0]] {
      let place = try Workplace(curator: "Zoe")
      for number in order { _ = try Importer().run(file: "all.jsonl", bytes: files[number], into: place.store) }
      #expect(try place.store.read { try $0.record(source)?.text("title") } == "Iron")
      let report = try Importer().run(file: "all.jsonl", bytes: later, into: place.store)
      #expect(report.mergedCount == 1 && report.differences.count == 0)
      #expect(try place.store.read { try $0.record(source)?.text("title") } == "Iron 2")
      #expect(try place.store.read { try $0.conflicts().isEmpty })
    }
  }

  @Test("A record twice in one file is written once, its delete too; one of another make is told")
  func twice() throws {
    let laptops = try Laptops(seed: 0)
    let claim = try laptops.ada.write { try $0.addClaim("LCN2 is raised.", sets: ["tags": ["b", "a"]]).id }
    try laptops.ada.write { try $0.delete(claim) }
    let file = String(decoding: try JSONLinesTests.exported(laptops.ada), as: UTF8.self)
    let place = try Workplace(curator: "Zoe")
    try place.take(file + file.replacing("[\"a\",\"b\"]", with: "[\"b\",\"a\"]"), "a.jsonl")
    #expect(try place.store.read { try $0.history(of: claim).map(\.action) } == [.create, .delete])
    try place.take(file, "a.jsonl")
    #expect(try place.store.read { try $0.history(of: claim).count } == 2)
    let report = try place.take(
      file.replacing("LCN2 is", with: "LCN3 is").replacing("\"action\":\"delete\"", with: "\"action\":\"restore\"")
        .replacing(",\"saw\":{\"entries\":[0],\"records\":[]}", with: "").replacing("\"deleted\":true,", with: ""),
      "a.jsonl")
    #expect(report.deleted.count == 1 && report.mergedCount == 0)
  }

  @Test("A text changed by hand beside its history is told, and the history taken")
  func changedText() throws {
    let laptops = try Laptops(seed: 0)
    let claim = try laptops.ada.write { try $0.addClaim("LCN2 is raised.").id }
    try laptops.ada.write { try $0.set(claim, "statement", to: .text("LCN2 is not raised.")) }
    let file = String(decoding: try JSONLinesTests.exported(laptops.ada), as: UTF8.self)
    let place = try Workplace(curator: "Zoe")
    let report = try place.take(
      file.replacing("\"statement\":\"LCN2 is not", with: "\"statement\":\"LCN2 was not"), "a.jsonl")
    #expect(report.leftOut.first.contains { $0.contains("is not what its history comes to") })
    #expect(try place.store.read { try $0.record(claim)?.text("statement") } == "LCN2 is not raised.")
  }

  @Test("Histories of any length within the limits are read, and their cost is bounded by these")
  func long() throws {
    let laptops = try Laptops(seed: 0)
    let note = try laptops.ada.write { try $0.annotate($0.addClaim("LCN2").id, body: "a") }
    var typing = Typing()
    for place in 0..<51_000 { typing.replace(0, at: place % 2 == 0 ? 0 : 1, with: "b") }
    let version = try laptops.ada.read { try $0.proseVersion(of: note, "body") }
    try laptops.ada.write { try $0.edit(version, typing: typing) }
    let file = try JSONLinesTests.exported(laptops.ada)
    let place = try Workplace(curator: "Zoe")
    _ = try Importer().run(file: "all.jsonl", bytes: file, into: place.store)
    JSONLinesTests.expectSame(file, try JSONLinesTests.exported(place.store), "long")

    let id = "7f3b9c1e-5d2a-4f6b-8a1c-2e4d6f8a0b1c"
    let author = "\"curator\":\"\(id)\",\"at\":\"2026-01-01T00:00:00Z\""
    let create = "{\"action\":\"create\",\"fields\":{\"statement\":\"a\",\"status\":\"proposed\"},\(author)}"
    func set(_ number: Int) -> String { "{\"action\":\"set\",\"field\":\"via\",\"value\":\"\(number)\",\(author)}" }
    let hostile = [
      ([String](repeating: create, count: 1_001), "more than 1,000 creates"),
      ([create] + (0..<501).map(set), "more than 500 writes beside each other"),
    ]
    for (history, says) in hostile {
      let line =
        "{\"kind\":\"claim\",\"id\":\"\(id)\",\"statement\":\"a\",\"status\":\"proposed\",\(author.replacing("\"at\"", with: "\"created\""))"
        + ",\"history\":[\(history.joined(separator: ","))]}"
      let message = place.refusal(line, "a.jsonl")
      #expect(message.contains(says), "\(message)")
    }
  }
}

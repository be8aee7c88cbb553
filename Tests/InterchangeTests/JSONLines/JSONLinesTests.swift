import Foundation
import Testing

@testable import AnnotationStore
@testable import Interchange

@Suite("Records as JSON Lines")
struct JSONLinesTests {
  /// How many random stores; VARIORUM_ROUND_TRIPS says another number.
  static let seeds = ProcessInfo.processInfo.environment["VARIORUM_ROUND_TRIPS"].flatMap { UInt64($0) } ?? 4

  @Test("Random stores come back in the same bytes, and what they come to later as well", arguments: 1...seeds)
  func roundTrip(_ seed: UInt64) throws {
    let laptops = try Laptops(seed: seed, count: 2 + Int(seed % 2))
    let place = try Workplace(curator: "Zoe")
    // What is here already is merged with what comes: the file is read once in the middle, and twice in the end.
    for steps in [80, 60] {
      try laptops.curate(steps: steps)
      let file = try Self.exported(laptops.ada)
      Self.expectSame(file, try Self.exported(laptops.ben), "seed \(seed): replicas")
      let report = try Importer().run(file: "all.jsonl", bytes: file, into: place.store)
      Self.expectSame(file, try Self.exported(place.store), "seed \(seed), after \(steps)")
      #expect(report.problems.count == 0 && report.leftOut.count == 0, "seed \(seed)")
      let before = try place.store.read { try $0.status() }.digest
      let repeated = try Importer().run(file: "all.jsonl", bytes: file, into: place.store)
      #expect(repeated.isWithoutEffect, "seed \(seed)")
      let after = try place.store.read { try $0.status() }.digest
      #expect(after == before, "seed \(seed)")
    }
    let there = try laptops.ada.read { try $0.conflicts().count }
    #expect(try place.store.read { try $0.conflicts().count } == there)
  }

  /// Compares two files, the curator who imports aside.
  static func expectSame(_ first: [UInt8], _ second: [UInt8], _ what: String) {
    let (lines, others) = (lines(first), lines(second))
    #expect(lines.count == others.count, "\(what)")
    for (one, other) in zip(lines, others) where one != other { return #expect(one == other, "\(what)") }
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter { !$0.contains("\"Zoe\"") }
  }

  static func exported(_ store: Store) throws -> [UInt8] { Array(try store.exported(.jsonl).text.utf8) }

  @Test("The curated example is to the byte what it was")
  func golden() throws {
    let text = try CuratedExample().ada.exported(.jsonl).text
    try Golden.expect(text, "example.jsonl")
    let place = try Workplace(curator: "Zoe")
    _ = try Importer().run(file: "example.jsonl", bytes: Array(text.utf8), into: place.store)
    Self.expectSame(Array(text.utf8), try Self.exported(place.store), "imported")
  }

  @Test("A conflict comes back as one, a decision with its reason, a delete that had not seen all")
  func conflicts() throws {
    let laptops = try Laptops(seed: 0)
    let (ada, ben) = (laptops.ada, laptops.ben)
    let claim = try ada.write { try $0.addClaim("LCN2 is raised.", ["status": .text("proposed")]).id }
    let decided = try ada.write { try $0.addClaim("Iron is low.").id }
    let deleted = try ada.write { try $0.addClaim("Nothing.").id }
    try laptops.merge()
    try ada.write { try $0.set(claim, "status", to: .text("accepted")) }
    try ben.write { try $0.set(claim, "status", to: .text("rejected")) }
    try ada.write { try $0.set(decided, "via", to: .text("Ada")) }
    try ben.write { try $0.set(decided, "via", to: .text("Ben")) }
    try ada.write { try $0.delete(deleted) }
    let note = try ben.write { try $0.annotate(deleted, body: "Wait.") }
    try laptops.merge()
    let values = try #require(try ada.read { try $0.conflict(of: decided, in: "via") }).values
    try ada.write { try $0.resolve(decided, "via", .take(values[1].change), because: "He was there.") }
    let place = try Workplace(curator: "Zoe")
    _ = try Importer().run(file: "all.jsonl", bytes: Self.exported(ada), into: place.store)
    try place.store.read { reader in
      let status = try #require(try reader.conflict(of: claim, in: "status"))
      let there = try #require(try ada.read { try $0.conflict(of: claim, in: "status") })
      #expect(status.values.map(\.content) == there.values.map(\.content))
      #expect(status.values.map(\.curator) == there.values.map(\.curator))
      #expect(status.values.map(\.atMilliseconds) == there.values.map(\.atMilliseconds))
      #expect(status.base?.content == .text("proposed"))
      let decision = try #require(try reader.decisions(of: decided).first)
      #expect(decision.reason == "He was there." && decision.overruled.map(\.content) == [values[0].content])
      let target = try #require(try reader.conflict(of: deleted, in: ""))
      #expect(target.type == .target && target.values.contains { $0.content == .record(note) })
    }
  }

  @Test(
    "Whether a record is deleted comes back in conflict, and why it was decided; so do decisions of a text made apart")
  func lives() throws {
    let laptops = try Laptops(seed: 0)
    let (ada, ben) = (laptops.ada, laptops.ben)
    let claims = try ada.write { writer in try (0..<3).map { try writer.addClaim("LCN2 is raised \($0).").id } }
    let (contested, decided, text) = (claims[0], claims[1], claims[2])
    try laptops.merge()
    // One restores what the other deleted again.
    try ada.write { try $0.delete(contested) }
    try laptops.merge()
    for store in laptops.stores { try store.write { try $0.restore(contested) } }
    try ben.write { try $0.delete(contested) }
    try ada.write { try $0.delete(decided) }
    try ben.write { try $0.set(decided, "via", to: .text("Ben")) }
    try ada.write { try $0.set(text, "statement", to: .text("LCN2 is not raised 2.")) }
    try ben.write { try $0.set(text, "statement", to: .text("LCN2 is never raised 2.")) }
    try laptops.merge()
    try ada.write { try $0.resolve(decided, "", .restore, because: "It was used.") }
    try ada.write { try $0.resolve(text, "statement", .accept, because: "Both.") }
    let side = try #require(try ben.read { try $0.conflict(of: text, in: "statement") }).values[0].change
    try ben.write { try $0.resolve(text, "statement", .take(side), because: "One.") }
    try laptops.merge()
    let place = try Workplace(curator: "Zoe")
    let file = try Self.exported(ada)
    _ = try Importer().run(file: "all.jsonl", bytes: file, into: place.store)
    for store in [ada, place.store] {
      let types = try store.read { try $0.conflicts(of: contested).map(\.type) }
      let isDeleted = try store.read { try $0.record(contested)?.isDeleted }
      #expect(types == [.life] && isDeleted == false)
      let reasons = try store.read { reader in
        try [decided, text].map { try Set(reader.decisions(of: $0).map(\.reason)) }
      }
      #expect(reasons == [["It was used."], ["Both.", "One."]])
    }
    Self.expectSame(file, try Self.exported(place.store), "lives")
  }

  @Test("Who agrees with a value stays named beside who wrote it first")
  func agreement() throws {
    let laptops = try Laptops(seed: 0)
    let claim = try laptops.ada.write { try $0.addClaim("LCN2 is raised.").id }
    try laptops.merge()
    for store in laptops.stores { try store.write { try $0.set(claim, "via", to: .text("A review")) } }
    try laptops.merge()
    let place = try Workplace(curator: "Zoe")
    _ = try Importer().run(file: "all.jsonl", bytes: Self.exported(laptops.ada), into: place.store)
    let writers = try place.store.read { try $0.history(of: claim).filter { $0.field == "via" }.map(\.curator) }
    #expect(Set(writers).count == 2)
    #expect(try place.store.read { try $0.conflicts().isEmpty })
  }

  @Test("A history that is wrong, or that comes to something else than its line, is refused by its number")
  func wrongHistories() throws {
    let laptops = try Laptops(seed: 0)
    let claim = try laptops.ada.write { try $0.addClaim("LCN2 is raised.", sets: ["tags": ["blood"]]).id }
    try laptops.ada.write { try $0.set(claim, "via", to: .text("A review")) }
    try laptops.ada.write { try $0.setElement(claim, "tags", "csf", isPresent: true) }
    try laptops.ada.write { try $0.set(claim, "statement", to: .text("LCN2 is not raised.")) }
    let file = String(decoding: try Self.exported(laptops.ada), as: UTF8.self)
    let cases: [(from: String, to: String, says: String)] = [
      ("\"via\":\"A review\"", "\"via\":\"A book\"", "column \"via\": is not what the history comes to"),
      ("\"tags\":[\"blood\",\"csf\"]", "\"tags\":[\"blood\"]", "column \"tags\": is not what the history comes to"),
      ("\"status\":\"proposed\",\"tags\"", "\"deleted\":true,\"status\":\"proposed\",\"tags\"", "column \"deleted\""),
      ("\"over\":[0]", "\"over\":[7]", "number 1: over: expected the numbers of earlier entries"),
      ("\"over\":[0]", "\"over\":0", "number 1: over: expected a list"),
      ("\"action\":\"set\"", "\"action\":\"put\"", "number 2: action: expected one of create, set"),
      ("\"action\":\"set\"", "\"action\":\"add\"", "number 2: value: is no part of add"),
      (
        "\"history\":[",
        "\"history\":[{\"action\":\"restore\",\"curator\":\"7f3b9c1e-5d2a-4f6b-8a1c-2e4d6f8a0b1c\","
          + "\"at\":\"2026-01-01T00:00:00Z\"},", "number 0: comes before the create"
      ),
      ("[7,0,\" not\"]", "[7,-1,\" not\"]", "splices overlap"),
      ("[7,0,\" not\"]", "[7,\" not\"]", "number 1: edits: expected lists"),
      ("\"over\":[0]", "\"overr\":[0]", "number 1: overr: is no part of splice"),
    ]
    for (from, to, says) in cases {
      #expect(file.contains(from), "\(from)")
      let place = try Workplace()
      let before = try place.everything()
      let wrong = file.split(separator: "\n").map { line in
        String(line.contains("\"claim\"") ? line.replacing(from, with: to, maxReplacements: 1) : line)
      }
      let message = place.refusal(wrong.joined(separator: "\n"), "a.jsonl")
      #expect(message.contains(says), "\(to): \(message)")
      #expect(try place.everything() == before)
    }
    // A field changed by hand, its history left out, is told as another value, and nothing is overwritten.
    let line = try #require(file.split(separator: "\n").first { $0.contains("\"claim\"") })
    let start = try #require(line.range(of: ",\"history\":")?.lowerBound)
    let report = try Importer().run(
      file: "b.jsonl", bytes: Array((line[..<start] + "}").replacing("A review", with: "A book").utf8),
      into: laptops.ada)
    #expect(report.differences.first.map(\.field) == ["via"] && report.mergedCount == 0)
  }

  @Test("Some records bring along what they name")
  func partial() throws {
    let laptops = try Laptops(seed: 9)
    try laptops.curate(steps: 80)
    var filter = RecordFilter()
    filter.kinds = [.annotation]
    let bytes = try Array(laptops.ada.exported(.jsonl, .init(filter: filter)).text.utf8)
    let place = try Workplace()
    let report = try Importer().run(file: "some.jsonl", bytes: bytes, into: place.store)
    #expect(report.created[.annotation] > 0 && report.created[.claim] > 0 && report.problems.count == 0)
  }

  @Test("Replies may stand before what they answer, thousands of them in a row")
  func reversed() throws {
    func id(_ number: Int) -> String { "7f3b9c1e-5d2a-4f6b-8a1c-\(String(format: "%012x", number))" }
    let claim = "{\"kind\":\"claim\",\"id\":\"\(id(0))\",\"statement\":\"a\",\"status\":\"proposed\"}"
    let replies = (1...1500).reversed().map {
      "{\"kind\":\"annotation\",\"id\":\"\(id($0))\",\"target\":\"\(id($0 - 1))\",\"motivation\":\"replying\",\"body\":\"b\"}"
    }
    let place = try Workplace()
    let report = try place.take((replies + [claim]).joined(separator: "\n"), "a.jsonl")
    #expect(report.created[.annotation] == 1500 && report.problems.count == 0)
    // One fault is told as one, with those that stand on it, and nothing of what is sound.
    let wrong = claim.replacing("proposed", with: "odd")
    let message = place.refusal(
      [replies[1499], wrong, replies[5]].joined(separator: "\n").replacing("7f3b", with: "8f3b"), "b.jsonl")
    #expect(message.contains("3 problems") && message.contains("which is not taken"), "\(message)")
  }

  @Test("What is wrong is refused by line and column, and nothing is imported")
  func faults() throws {
    let id = "7f3b9c1e-5d2a-4f6b-8a1c-2e4d6f8a0b1c"
    let cases: [(line: String, says: String)] = [
      ("{\"kind\":\"claim\"", "line 2, column 16"),
      ("[]", "line 2: not valid JSON Lines: expected an object"),
      ("{\"id\":\"\(id)\"}", "line 2, column \"kind\": missing"),
      ("{\"kind\":\"clam\",\"id\":\"\(id)\"}", "\"clam\" is no kind of record"),
      ("{\"kind\":\"claim\",\"id\":\"x\"}", "column \"id\": expected a UUID"),
      ("{\"kind\":\"claim\",\"id\":\"\(id)\",\"status\":\"proposed\"}", "column \"statement\": missing"),
      ("{\"kind\":\"claim\",\"id\":\"\(id)\",\"statement\":\"a\",\"status\":\"odd\"}", "column \"status\""),
      ("{\"kind\":\"claim\",\"id\":\"\(id)\",\"statement\":\"a\",\"status\":\"proposed\",\"mood\":1}", "no such field"),
      ("{\"kind\":\"claim\",\"id\":\"\(id)\",\"statement\":1,\"status\":\"proposed\"}", "expected a text"),
      ("{\"kind\":\"annotation\",\"id\":\"\(id)\",\"created\":\"now\"}", "expected a time such as"),
      (
        "{\"kind\":\"annotation\",\"id\":\"\(id)\",\"target\":\"7f3b9c1e-0000-4f6b-8a1c-2e4d6f8a0b1c\","
          + "\"motivation\":\"commenting\",\"body\":\"a\"}", "neither in the file nor in the store"
      ),
      ("{\"variorum\":2}", "newer version"),
    ]
    for (line, says) in cases {
      let place = try Workplace()
      let before = try place.everything()
      let message = place.refusal(JSONLinesWriter.header + "\n" + line + "\n", "a.jsonl")
      #expect(message.contains(says), "\(line): \(message)")
      #expect(try place.everything() == before)
    }
  }

  @Test("Mutated files are read or refused, and never crash")
  func fuzz() throws {
    let laptops = try Laptops(seed: 77)
    try laptops.curate(steps: 60)
    let bytes = try Self.exported(laptops.ada)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<800 {
      var mutated = bytes
      for _ in 0..<(1 + random.next() % 4) {
        let place = Int(random.next() % UInt64(mutated.count))
        switch random.next() % 3 {
        case 0: mutated[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: mutated.remove(at: place)
        default: mutated.insert(mutated[Int(random.next() % UInt64(mutated.count))], at: place)
        }
      }
      _ = try? Format.parse(mutated, name: "a.jsonl", as: .jsonl)
    }
    #expect(try Format.parse(bytes, name: "a.jsonl").records.count > 20)
  }
}

@Suite("Moments as text")
struct TimestampTests {
  @Test("What is written is read again, and other spellings are understood")
  func moments() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let moment = Int64(random.next() % 253_402_300_800_000) - 62_135_596_800_000 / 2
      #expect(Timestamp.milliseconds(Timestamp.text(moment)) == moment, "\(moment)")
    }
    #expect(Timestamp.text(0) == "1970-01-01T00:00:00Z" && Timestamp.text(-1) == "1969-12-31T23:59:59.999Z")
    #expect(Timestamp.text(1_709_164_800_000) == "2024-02-29T00:00:00Z")
    #expect(Timestamp.milliseconds("2024-02-29T01:30:00+01:30") == 1_709_164_800_000)
    #expect(Timestamp.milliseconds("2024-02-29T00:00:00.0004999Z") == 1_709_164_800_000)
    for moment in [Int64(1) << 53, -(1 << 53)] {
      #expect(Timestamp.milliseconds(Timestamp.text(moment)) == moment, "\(moment)")
    }
    for wrong in ["", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-02-29", "2024-02-29T00:00:00.Z", "x"] {
      #expect(Timestamp.milliseconds(wrong) == nil, "\(wrong)")
    }
  }
}

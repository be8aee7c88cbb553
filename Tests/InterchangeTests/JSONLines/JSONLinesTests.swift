import AnnotationStore
import Foundation
import Testing

@testable import Interchange

@Suite("Records as JSON Lines")
struct JSONLinesTests {
  /// How many random stores; VARIORUM_ROUND_TRIPS says another number.
  static let seeds = ProcessInfo.processInfo.environment["VARIORUM_ROUND_TRIPS"].flatMap { UInt64($0) } ?? 6

  @Test("Random stores come back in the same bytes", arguments: 1...seeds)
  func roundTrip(_ seed: UInt64) throws {
    let laptops = try TwoLaptops(seed: seed)
    try laptops.curate(steps: 120)
    let first = try Self.exported(laptops.ada)
    Self.expectSame(first, try Self.exported(laptops.ben), "seed \(seed): replicas")
    let place = try Workplace(curator: "Cleo")
    let report = try Importer().run(file: "all.jsonl", bytes: first, into: place.store)
    let second = try Self.exported(place.store)
    Self.expectSame(first, second, "seed \(seed)")
    #expect(report.problems.count == 0 && report.leftOut.count == 0, "seed \(seed)")
    let before = try place.store.read { try $0.status() }.digest
    let repeated = try Importer().run(file: "all.jsonl", bytes: first, into: place.store)
    #expect(repeated.created.total == 0, "seed \(seed)")
    #expect(try repeated.isWithoutEffect == (place.store.read { try $0.status() }.digest == before), "seed \(seed)")
  }

  /// Compares two files, the curator who imports aside.
  private static func expectSame(_ first: [UInt8], _ second: [UInt8], _ what: String) {
    let (lines, others) = (lines(first), lines(second))
    #expect(lines.count == others.count, "\(what)")
    for (one, other) in zip(lines, others) where one != other { return #expect(one == other, "\(what)") }
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init).filter { !$0.contains("\"Cleo\"") }
  }

  private static func exported(_ store: Store) throws -> [UInt8] { Array(try store.exported(.jsonl).text.utf8) }

  @Test("The curated example is to the byte what it was")
  func golden() throws {
    let text = try CuratedExample().ada.exported(.jsonl).text
    try Golden.expect(text, "example.jsonl")
    let place = try Workplace(curator: "Cleo")
    _ = try Importer().run(file: "example.jsonl", bytes: Array(text.utf8), into: place.store)
    Self.expectSame(Array(text.utf8), try Self.exported(place.store), "imported")
  }

  @Test("A conflict comes back as one, a decision with its reason, a delete that had not seen all")
  func conflicts() throws {
    let laptops = try TwoLaptops(seed: 0)
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
    let place = try Workplace(curator: "Cleo")
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

  @Test("Some records bring along what they name")
  func partial() throws {
    let laptops = try TwoLaptops(seed: 9)
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
    let laptops = try TwoLaptops(seed: 77)
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

import AnnotationStore
import Foundation
import SyncTransports
import Testing

@testable import Interchange

/// The merge of a sheet against a naive oracle: of each cell what was exported, what stands here, what the sheet says.
@Suite struct SheetLawTests {
  private static let statuses = Vocabulary.status
  private static let curies = ["NCBIGene:3934", "NCBIGene:4318", "GO:0005125"]
  private static let tags = ["a", "b", "c;d", "MARCH1", "007"]
  private static let words = ["LCN2", "rises", "falls", "in", "serum", "\"early\"", "=x", "β", "1-2", "often"]

  /// What may stand in a register or a set of a claim, to be drawn from.
  private struct Drawing {
    var generator: SeededGenerator

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    mutating func pick<Element>(_ items: [Element]) -> Element {
      items[Int.random(in: 0..<items.count, using: &generator)]
    }
    mutating func text() -> String {
      (0..<Int.random(in: 2...7, using: &generator)).map { _ in pick(words) }.joined(separator: " ")
    }
    mutating func tagSet() -> [String] { tags.filter { _ in chance(40) } }
  }

  /// A register of a claim by its column, and the texts it may get; an empty one clears it.
  private static let registers: [(column: String, texts: [String])] = [
    ("status", statuses), ("subject", curies + [""]), ("object", curies + [""]), ("negated", ["true", "false", ""]),
    ("via", ["Wang", "Li", ""]),
  ]

  private static func value(_ column: String, _ text: String) -> CBORValue? {
    text.isEmpty ? nil : column == "negated" ? .bool(text == "true") : .text(text)
  }

  private static func shown(_ record: Record, _ column: String) -> String {
    column == "negated" ? record.flag(column).map { "\($0)" } ?? "" : record.text(column) ?? ""
  }

  @Test(arguments: 0..<12)
  func eachCellIsMergedByItself(_ round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max) &+ UInt64(round)
    var draw = Drawing(generator: SeededGenerator(seed: seed))
    let place = try Workplace()
    let ids = try (0..<8).map { _ in
      try place.store.write { try $0.addClaim(draw.text(), sets: ["tags": draw.tagSet()]).id }
    }
    let ben = try place.replica()
    for id in ids where draw.chance(40) { _ = try Self.write(ben, id, &draw) }
    for id in ids where draw.chance(40) { _ = try Self.write(place.store, id, &draw) }
    _ = try DirectMerge.merge(ben, into: place.store, both: true)
    // A cell that was torn when it was exported is not edited from there.
    let torn = Set(try place.store.read { try $0.conflicts() }.map { "\($0.record.id) \($0.field)" })
    let base = try ids.map { try place.record($0) }
    var desk = try Desk(place.store)
    var written: [String: Set<String>] = [:]
    for id in ids + ids where draw.chance(60) {
      guard let (column, text) = try Self.write(draw.chance(50) ? ben : place.store, id, &draw) else { continue }
      written["\(id) \(column)", default: []].insert(text)
    }
    _ = try DirectMerge.merge(ben, into: place.store, both: true)
    let here = try ids.map { try place.record($0) }
    let tornSince = Set(try place.store.read { try $0.conflicts() }.map { "\($0.record.id) \($0.field)" })
    var sheet: [String: String] = [:]
    for id in ids {
      for (column, texts) in Self.registers where draw.chance(30) && !torn.contains("\(id) \(column)") {
        let text = draw.pick(texts)
        desk[id, column] = text
        sheet["\(id) \(column)"] = text
      }
    }
    try desk.give(place.store)
    let open = Set(try place.store.read { try $0.conflicts() }.map { "\($0.record.id) \($0.field)" })
    for ((old, mine), id) in zip(zip(base, here), ids) {
      let now = try place.record(id)
      for (column, _) in Self.registers {
        let cell = "\(id) \(column)"
        let (was, current) = (Self.shown(old, column), Self.shown(mine, column))
        let given = sheet[cell] ?? was
        let name =
          "seed \(seed): \(column) was \(was), is \(current), in the sheet \(given), written \(written[cell] ?? [])"
        if given == was || written[cell]?.contains(given) == true {
          // Nothing to take, or taken before.
          #expect(Self.shown(now, column) == current && open.contains(cell) == tornSince.contains(cell), "\(name)")
        } else if written[cell] == nil {
          #expect(Self.shown(now, column) == given && !open.contains(cell), "\(name)")
        } else {
          #expect(open.contains(cell), "\(name)")
        }
      }
    }
    let report = try place.store.verify()
    #expect(report.isSound, "seed \(seed): \(report.problems)")
    #expect(try desk.give(place.store).changes.isEmpty, "seed \(seed): a second time it is there already")
  }

  /// Writes to a register, a tag and perhaps the statement; the register's column and text where it was another.
  private static func write(_ store: Store, _ id: RecordID, _ draw: inout Drawing) throws -> (String, String)? {
    let (column, texts) = draw.pick(registers)
    let (text, tag, statement, other) = (draw.pick(texts), draw.pick(tags), draw.text(), draw.chance(30))
    let isTorn = try store.read { try $0.conflicts(of: id) }.contains { $0.field == column }
    return try store.write { transaction in
      _ = try transaction.setElement(id, "tags", tag, isPresent: other)
      if other { _ = try transaction.set(id, "statement", to: .text(statement)) }
      if isTorn { return nil }
      return try transaction.set(id, column, to: value(column, text)) ? (column, text) : nil
    }
  }

  /// Sets and texts never conflict by themselves: an element is there as the sheet says, and what others added besides.
  @Test(arguments: 0..<8)
  func setsAreMergedElementByElement(_ round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max) &+ UInt64(round)
    var draw = Drawing(generator: SeededGenerator(seed: seed))
    let place = try Workplace()
    let base = Set(draw.tagSet())
    let claim = try place.claim(tags: Array(base))
    let ben = try place.replica()
    var desk = try Desk(place.store)
    let (theirs, sheet) = (Set(draw.tagSet()), Set(draw.tagSet()))
    for tag in Self.tags where theirs.contains(tag) != base.contains(tag) {
      _ = try ben.write { try $0.setElement(claim, "tags", tag, isPresent: theirs.contains(tag)) }
    }
    _ = try DirectMerge.merge(ben, into: place.store)
    desk[claim, "tags"] = SheetText.list(sheet.sorted())
    try desk.give(place.store)
    let expected = Self.tags.filter { tag in
      sheet.contains(tag) == base.contains(tag) ? theirs.contains(tag) : sheet.contains(tag)
    }
    #expect(try Set(place.record(claim).elements("tags")) == Set(expected), "seed \(seed)")
    #expect(try desk.give(place.store).changes.isEmpty && place.store.read { try $0.conflicts() }.isEmpty)
  }

  @Test(arguments: 0..<6)
  func whatIsExportedComesBackWithoutAChange(_ round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max) &+ UInt64(round)
    var draw = Drawing(generator: SeededGenerator(seed: seed))
    let place = try Workplace()
    let ids = try (0..<20).map { number in
      try place.store.write { transaction in
        var values: [String: CBORValue] = ["status": .text(draw.pick(Self.statuses))]
        if draw.chance(40) { values["subject"] = .text(draw.pick(Self.curies)) }
        if draw.chance(40) {
          values["selector"] = Selector(exact: draw.text(), prefix: draw.chance(50) ? draw.text() : nil).value
        }
        var source: RecordID?
        if draw.chance(60) {
          source = try transaction.addSource(.pmid(PMID(parsing: "\(10_000 + number)")), ["title": .text(draw.text())])
            .id
        }
        let claim = try transaction.addClaim(
          draw.text() + (draw.chance(20) ? "\n\t" + draw.text() : ""), source: source, isImported: draw.chance(50),
          values,
          sets: ["tags": draw.tagSet(), "entities": Self.curies.filter { _ in draw.chance(30) }]
        ).id
        if draw.chance(50) {
          _ = try transaction.assess(
            claim, stance: draw.pick(Vocabulary.stance), body: draw.chance(50) ? draw.text() : nil)
        }
        return claim
      }
    }
    let ben = try place.replica()
    for id in ids where draw.chance(50) { _ = try Self.write(ben, id, &draw) }
    for id in ids where draw.chance(50) { _ = try Self.write(place.store, id, &draw) }
    _ = try DirectMerge.merge(ben, into: place.store, both: true)
    for kind in SheetLayout.kinds {
      for format in [Format.tsv, .xlsx] {
        let export = try Desk.export(place.store, kind, as: format)
        // Either replica knows what was exported from the other.
        for store in [place.store, ben] {
          let report = try Importer().run(file: "s.\(format.rawValue)", bytes: export.bytes, into: store)
          #expect(report.told.isEmpty && report.changes.isEmpty, "seed \(seed) \(kind) \(format)")
          #expect(report.sheet?.sameCount == export.report.written[kind] && report.sheet?.knowsExported == true)
        }
      }
    }
  }
}

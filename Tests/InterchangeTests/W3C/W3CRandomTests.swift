import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// Random stores: what is exported, imported into an empty store and exported again is the same to the byte.
@Suite struct W3CRandomTests {
  private static let words = [
    "iron", "é", "e\u{301}", "𝄞", "\"q\"", "a\\b", "\n", "\t", "<b>", "{}", "%", "#", "ß", "\u{200D}", "x", "\u{7F}",
  ]

  @Test func randomStoresRoundTrip() throws {
    let seed =
      ProcessInfo.processInfo.environment["VARIORUM_FUZZ_SEED"].flatMap { UInt64($0) }
      ?? UInt64.random(in: 0...UInt64.max)
    print("W3C random stores: VARIORUM_FUZZ_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    for round in 0..<6 {
      let first = try Workplace(curator: "Ada")
      try Self.fill(first, &random)
      let second = try Workplace(curator: "Ben", startingAt: 1_770_000_000_000)
      let (text, report) = try first.annotations()
      #expect(report.leftOut.isEmpty)
      try second.take(text, "a.jsonld")
      let lines = try first.annotationLines()
      #expect(lines.count == report.written.total && lines.count > 40)
      let again = try second.othersLines()
      #expect(
        lines == again, "seed \(seed), round \(round): \(Set(lines).symmetricDifference(again).sorted().prefix(2))")
    }
  }

  private static func text(_ random: inout SeededGenerator) -> String {
    "t"
      + (0..<Int.random(in: 1...8, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined(
        separator: " ")
  }

  private static func label(_ random: inout SeededGenerator) -> String {
    "l\(Int.random(in: 0..<50, using: &random)) é"
  }

  private static func curie(_ random: inout SeededGenerator) -> String {
    ["MONDO:000", "NCBIGene:", "a_b:#?%<", "ECO:é"].randomElement(using: &random).map {
      $0 + "\(Int.random(in: 0..<90, using: &random))"
    } ?? "A:1"
  }

  /// A random value of a field, or none.
  private static func value(_ field: Field, _ records: [Kind: [RecordID]], _ random: inout SeededGenerator) -> NewValue?
  {
    if !field.isRequired, Bool.random(using: &random) { return nil }
    switch field.type {
    case .prose: return .value(.text(text(&random)))
    case .set(let type):
      let count = Int.random(in: 1...3, using: &random)
      let elements: [String] = (0..<count).map { _ in
        switch type {
        case .curie: curie(&random)
        case .qualifier: "role \(Int.random(in: 0..<9, using: &random))=\(curie(&random))"
        case .label: label(&random)
        }
      }
      return .elements(Array(Set(elements)))
    case .register(let type): return register(type, records, &random).map { .value($0) }
    }
  }

  private static func register(
    _ type: ValueType, _ records: [Kind: [RecordID]], _ random: inout SeededGenerator
  ) -> CBORValue? {
    switch type {
    case .text: return .text(label(&random))
    case .texts: return .array([.text(label(&random)), .text(label(&random))])
    case .selector:
      var selector = Selector(exact: Bool.random(using: &random) ? text(&random) : nil, prefix: "before ", suffix: nil)
      if Bool.random(using: &random) { (selector.start, selector.end) = (3, 3 + Int.random(in: 0...9, using: &random)) }
      if Bool.random(using: &random) { selector.name = "paper.txt" }
      return selector.value
    case .record(let kinds):
      let all = kinds.flatMap { records[$0] ?? [] }
      return all.randomElement(using: &random).map { .bytes($0.bytes) }
    case .choice(let words): return words.randomElement(using: &random).map { .text($0) }
    case .flag: return .bool(Bool.random(using: &random))
    case .curie: return .text(curie(&random))
    case .date: return .text("2020-0\(Int.random(in: 1...9, using: &random))")
    case .name: return .text(label(&random))
    case .json: return .text(#"{"bioc":{"n":\#(Int.random(in: 0..<9, using: &random))},"id":"https://x.org/i"}"#)
    case .doi, .pmid, .pmcid, .orcid, .url: return nil
    }
  }

  private static func fill(_ place: Workplace, _ random: inout SeededGenerator) throws {
    var records: [Kind: [RecordID]] = [.curator: [place.curator]]
    for kind in Kind.inOrderOfReference {
      for number in 0..<10 {
        try place.store.write { transaction in
          var values = kind.fields.map { ($0.name, value($0, records, &random)) }
          let id: RecordID
          switch kind {
          case .source:
            let identifier: DerivedID.SourceIdentifier =
              switch number % 4 {
              case 0: .doi(try DOI(parsing: "10.1234/a<b>#\(number)"))
              case 1: .pmid(try PMID(parsing: "12\(number)"))
              case 2: .pmcid(try PMCID(parsing: "PMC34\(number)"))
              default: .url(try WebAddress(parsing: "https://x.org/a?b=\(number)#c"))
              }
            id = DerivedID.source(identifier)
            values.append((identifier.field, .value(.text(identifier.text))))
          case .term:
            let curie = try CURIE(parsing: "T:\(number)%")
            id = DerivedID.term(curie)
            values.removeAll { $0.0 == "curie" }
            values.append(("curie", .value(.text(curie.text))))
          default: id = transaction.newRecordID()
          }
          values.removeAll { $0.1 == nil }
          if try transaction.createChecked(kind, id, values) { records[kind, default: []].append(id) }
        }
      }
    }
    try place.store.write { transaction in
      for claim in records[.claim]?.prefix(3) ?? [] { try transaction.set(claim, "status", to: .text("rejected")) }
    }
  }
}

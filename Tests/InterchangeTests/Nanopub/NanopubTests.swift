import AnnotationStore
import Foundation
import Testing

@testable import Interchange

/// Nanopublications out and in; the trusty URIs and signatures of others hold here, and ours hold there
/// (Tests/Interop/nanopub_reads.py).
@Suite struct NanopubTests {
  private static func options(signed: Bool = true) throws -> Exporter.Options {
    var options = Exporter.Options()
    options.nanopub = try NanopubOptions(key: signed ? NanopubKey(Golden.text("nanopub-test-key.pem")) : nil)
    return options
  }

  @Test func writesTheExample() throws {
    let example = try CuratedExample()
    let (text, report) = try example.ada.exported(.nanopub, Self.options())
    try Golden.expect(text, "example.trig")
    #expect(report.written[.claim] == 1)
    let left = report.leftOut.map { "\($0.what): \($0.count)" }
    #expect(left.count == 3 && left.contains { $0.hasPrefix("a claim in conflict") && $0.hasSuffix(": 1") }, "\(left)")
    #expect(left.contains { $0.hasPrefix("a claim that is not accepted") && $0.hasSuffix(": 33") }, "\(left)")
    #expect(left.contains("a link of a claim to another record: 1"), "\(left)")
  }

  @Test func licenceAndKeyAreChecked() throws {
    #expect(throws: InterchangeError.badLicense("CC BY")) { try NanopubOptions(license: "CC BY") }
    #expect(throws: InterchangeError.self) {
      try NanopubKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    }
    let pem = try Golden.text("nanopub-test-key.pem")
    let bare = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    #expect(try NanopubKey(bare).publicKey == NanopubKey(pem).publicKey)
  }

  @Test func readsWhatThePythonPackageMade() throws {
    let draft = try read(Golden.text("nanopub-python.trig"), "x.trig")
    #expect(draft.problems.isEmpty && draft.leftOut.isEmpty, "\(draft.problems) \(draft.leftOut)")
    let claims = draft.records.filter { $0.kind == .claim }
    #expect(
      claims.map { $0.fields["statement"] } == [
        .text("LCN2 is raised in blood, \"as they say\";\nat\\least"), .text("Λιποκαλίνη-2 αυξάνεται 🧬"),
        .text("LCN2 biolink:biomarker_for MONDO:0004976"),
      ])
    #expect(claims.allSatisfy { $0.fields["status"] == .text("proposed") && $0.curator != nil })
    let last = try #require(claims.last)
    #expect(last.fields["subject"] == .text("NCBIGene:3934") && last.fields["object"] == .text("MONDO:0004976"))
    #expect(last.createdMilliseconds == 1_709_204_400_000)
    let source = try #require(draft.records.first { $0.kind == .source && $0.fields["doi"] != nil })
    #expect(last.fields["source"] == .record(source.id))
    let evidence = try #require(draft.records.first { $0.kind == .evidence })
    #expect(evidence.fields["eco"] == .text("ECO:0000033") && evidence.fields["target"] == .record(last.id))
    let person = try #require(draft.records.first { $0.kind == .curator })
    #expect(person.fields["orcid"] == .text("0000-0002-1825-0097"))
  }

  @Test(arguments: [
    ("LCN2 is raised", "LCN2 is lowered", "the trusty URI does not match"),
    ("sub:assertion {", "sub:assertion { sub:x sub:y [] . ", "has a trusty URI and blank nodes"),
    ("np:hasProvenance sub:provenance", "np:hasProvenance sub:nothing", "np:hasProvenance does not name one graph"),
  ])
  func refusesWhatWasAltered(_ old: String, _ new: String, _ message: String) throws {
    let text = try Golden.text("nanopub-python.trig")
    let draft = try read(text.replacingOccurrences(of: old, with: new), "x.trig")
    #expect(!draft.problems.isEmpty && draft.problems.allSatisfy { $0.message.contains(message) }, "\(draft.problems)")
    #expect(draft.problems.allSatisfy { $0.place.line > 1 && $0.place.column != nil })
  }

  /// A signature is checked for itself: here the hash is right and another key's owner is named.
  @Test func refusesASignatureThatIsNot() throws {
    let original = try #require(NanopubParser.single(try CuratedExample().ada.exported(.nanopub, Self.options()).text))
    #expect(original.fault == nil)
    var quads = original.quads
    let index = try #require(quads.firstIndex { $0.predicate == RDF.npx("hasAlgorithm") })
    quads.insert(
      RDFQuad(
        graph: quads[index].graph, subject: quads[index].subject, predicate: RDF.rdfs("comment"), object: .text("x")),
      at: index)
    let code = try #require(TrustyURI.code(of: original.iri))
    let other = try #require(TrustyURI.code(for: quads, placeholder: code))
    let moved = TriGText.write(quads).replacingOccurrences(of: code, with: other)
    let fault = try #require(NanopubParser.single(moved)?.fault)
    #expect(fault.hasPrefix("the signature does not match"), "\(fault)")
  }

  @Test func aFileWithoutOneIsRefused() {
    #expect(refusal("<a:g> { <a:s> <a:p> 1 }", "x.trig").contains("np:Nanopublication"))
    #expect(Format.detect(name: "-", start: Array("@prefix np: <x:> .".utf8)) == .nanopub)
  }

  // MARK: - There and back

  @Test func othersComeOutAsTheyCameIn() throws {
    let work = try Workplace()
    try work.take(Golden.text("nanopub-python.trig"), "x.trig")
    let claims = try work.all(.claim)
    #expect(claims.count == 3)
    try work.store.write { for claim in claims { try $0.set(claim.id, "status", to: .text("accepted")) } }
    let first = try work.store.exported(.nanopub)
    #expect(first.report.leftOut.isEmpty, "\(first.report.leftOut)")
    func statements(_ text: String) throws -> Set<RDFQuad> { Set(try TriGTests.quads(text)) }
    #expect(try statements(first.text) == statements(Golden.text("nanopub-python.trig")))
    // What is changed here is published anew, by whoever does it, and says what it came from.
    let changed = try #require(claims.first { $0.text("subject") == "NCBIGene:3934" })
    try work.store.write { try $0.set(changed.id, "statement", to: .text("LCN2 tells who has ALS.")) }
    let second = try work.store.exported(.nanopub).text
    let parts = second.components(separatedBy: "@prefix this:").filter { $0.contains("LCN2 tells") }
    let own = try #require(parts.count == 1 ? NanopubParser.single("@prefix this:" + parts[0]) : nil)
    #expect(own.fault == nil && own.objects(own.pubinfo, own.iri, RDF.prov("wasDerivedFrom")).count == 1)
    #expect(own.objects(own.pubinfo, own.iri, RDF.dct("creator")) == [.iri(IRI("urn:uuid:\(work.curator)"))])
  }

  /// Export, import into an empty store, export: the same bytes, and the same again from the fields alone.
  @Test func randomStoresComeBack() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("nanopub: seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for round in 0..<6 {
      let first = try Workplace()
      try RandomClaims.fill(first.store, count: 8, with: &random)
      let signed = try Self.options(signed: round % 2 == 0)
      let written = try first.store.exported(.nanopub, signed)
      #expect(written.report.written[.claim] == 8, "seed \(seed), round \(round)")
      let second = try Workplace(curator: "Ben")
      let report = try second.take(written.text, "x.trig")
      #expect(report.created[.claim] == 8 && report.leftOut.count == 0, "seed \(seed), round \(round)")
      #expect(try second.store.exported(.nanopub).text == written.text, "seed \(seed), round \(round)")
      for kind in [Kind.claim, .assessment, .evidence] {
        let expected = try first.all(kind).map(RandomClaims.content).sorted()
        let found = try second.all(kind).map(RandomClaims.content).sorted()
        #expect(found == expected, "seed \(seed), round \(round)")
      }
    }
  }
}

/// Accepted claims with whatever a nanopublication carries.
enum RandomClaims {
  static func fill(_ store: Store, count: Int, with random: inout SeededGenerator) throws {
    let texts = ["LCN2 \"rises\"", "é 𝄞\nline", "a\\b", "<script>", "\u{202E}x", "one\r\ntwo", " spaced "]
    let curies = ["NCBIGene:3934", "MONDO:0004976", "RO:0002206", "x:y%z", "biolink:affects", "UBERON:0000178"]
    func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
    func maybe<T>(_ value: @autoclosure () throws -> T) rethrows -> T? {
      Bool.random(using: &random) ? try value() : nil
    }
    try store.write { transaction in
      _ = try transaction.addTerm(CURIE(parsing: "NCBIGene:3934"), label: "LCN2")
      let sources = try [
        transaction.addSource(.doi(DOI(parsing: "10.1234/a<b>#c?d")), ["title": .text("T \"q\"")]).id,
        transaction.addSource(.pmid(PMID(parsing: "123"))).id,
        transaction.addSource(.url(WebAddress(parsing: "https://example.org/a?b=c"))).id,
      ]
      for index in 0..<count {
        var values: [String: CBORValue] = ["status": .text("accepted")]
        for field in ["subject", "predicate", "object"] { values[field] = maybe(.text(pick(curies))) }
        if Bool.random(using: &random) { values["negated"] = .bool(true) }
        let quote = Selector(exact: pick(texts), prefix: maybe(pick(texts)), suffix: maybe(pick(texts)))
        values["selector"] = maybe(quote.value)
        let sets = [
          "qualifiers": [maybe("tissue=\(pick(curies))"), maybe("role \(index)=\(pick(curies))")].compactMap { $0 },
          "entities": [maybe(pick(curies))].compactMap { $0 }, "tags": [maybe("t \(index)")].compactMap { $0 },
        ]
        let claim = try transaction.addClaim(
          "\(pick(texts)) \(index)", source: maybe(sources[index % 3]), values, sets: sets
        ).id
        var targets = [claim]
        if let assessment = try maybe(
          transaction.assess(claim, stance: pick(Vocabulary.stance), body: maybe(pick(texts))))
        {
          targets.append(assessment.id)
        }
        for target in targets {
          guard Bool.random(using: &random) else { continue }
          let evidence = WriteTransaction.NewEvidence(
            direction: pick(Vocabulary.direction), eco: try maybe(CURIE(parsing: "ECO:0000033")),
            source: maybe(sources[0]), selector: maybe(quote), strength: maybe(pick(Vocabulary.strength)))
          try transaction.addEvidence(to: target, evidence)
        }
      }
    }
  }

  /// What a record says, without what an export may not know: its origin, and ids of evidence.
  static func content(_ record: Record) -> String {
    let fields = record.fields.filter { $0.key != "origin" }
      .map { "\($0.key)=\(JSONText.write($0.value.value))" }.sorted()
    return ([record.kind.rawValue, "\(record.curator)", "\(record.createdMilliseconds)"] + fields).joined(
      separator: "|")
  }
}

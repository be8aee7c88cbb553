import AnnotationStore
import Foundation
import Testing

@testable import Interchange

@Suite struct ImporterTests {
  static let claims = """
    statement\tsource\tsubject\tnegated\ttissue\tqualifier:stage\tentities\ttags\tquote\tnote
    A raises B.\tDOI:10.1234/A\tNCBIGene:3934\ttrue\tUBERON:0000955\tHP:1\tMONDO:1;MONDO:2\tx;y\tso it is\tLook again.
    C lowers D.\tPMID:123\tNCBIGene:1\t\t\t\t\tx\t\t
    Nobody says where.\t\t\t\t\t\t\t\t\t
    """

  @Test func aTableOfClaimsBecomesRecords() throws {
    let place = try Workplace()
    let report = try place.take(Self.claims)
    #expect(
      report.created.ordered.map { "\($0.kind.rawValue) \($0.count)" } == ["source 2", "claim 3", "annotation 1"])
    #expect(report.impliedSources.first.map(\.identifier) == ["10.1234/a", "123"])
    #expect(report.sources.count == 2 && report.there.total == 0 && report.changes.count == 1)
    let claims = try place.all(.claim)
    let first = try #require(claims.first { $0.text("statement") == "A raises B." })
    let source = DerivedID.source(.doi(try DOI(parsing: "10.1234/a")))
    #expect(first.id == DerivedID.claim(source: source, statement: "A raises B."))
    #expect(first.reference("source") == source && first.flag("negated") == true && first.text("status") == "proposed")
    #expect(first.elements("qualifiers") == ["stage=HP:1", "tissue=UBERON:0000955"])
    #expect(first.elements("entities") == ["MONDO:1", "MONDO:2"] && first.elements("tags") == ["x", "y"])
    #expect(first.selector?.exact == "so it is")
    let note = try #require(try place.all(.annotation).first)
    #expect(note.reference("target") == first.id && note.text("body") == "Look again.")
    #expect(note.text("motivation") == "commenting" && note.curator == place.curator)
    let free = try #require(claims.first { $0.text("statement") == "Nobody says where." })
    #expect(free.id.uuidVersion == 4 && free.reference("source") == nil)
  }

  @Test func twiceCreatesNothing() throws {
    let place = try Workplace()
    try place.take(Self.claims)
    let before = try place.everything()
    let again = try place.take(Self.claims)
    #expect(again.isWithoutEffect && again.changes.isEmpty && again.differingCount == 0)
    #expect(again.there.ordered.map { "\($0.kind.rawValue) \($0.count)" } == ["claim 3", "annotation 1"])
    #expect(try place.everything() == before)
    let doubled = try Workplace()
    let rows = Self.claims.split(separator: "\n").dropFirst().joined(separator: "\n")
    let report = try doubled.take(Self.claims + "\n" + rows)
    #expect(report.created[.claim] == 3 && report.there[.claim] == 3 && report.created[.annotation] == 1)
  }

  @Test(.enabled(if: SharedData.paperRecord != nil, "needs the paper record; set VARIORUM_SHARED"))
  func theRealRecordIsImported() throws {
    let data = try #require(SharedData.paperRecord)
    let place = try Workplace()
    let text = String(decoding: data, as: UTF8.self)
    let report = try place.take(text, "PMC12528097.md")
    #expect(report.created.ordered.map { "\($0.kind.rawValue) \($0.count)" } == ["source 1", "claim 3", "term 13"])
    #expect(report.leftOut.count == 7 && report.impliedSources.count == 0)
    let source = try #require(try place.all(.source).first)
    #expect(source.text("doi") == "10.3389/fnagi.2025.1672903" && source.text("pmcid") == "PMC12528097")
    #expect(source.texts("authors") == ["Zhuoya Wang", "Wen Cao", "Dongsheng Fan"])
    #expect(source.elements("entities").contains("NCBIGene:3934"))
    #expect(try place.all(.claim).allSatisfy { $0.text("via") != nil && $0.reference("source") == source.id })
    let before = try place.everything()
    #expect(try place.take(text, "PMC12528097.md").isWithoutEffect)
    #expect(try place.everything() == before)
  }

  @Test func theExamplesAreImported() throws {
    let place = try Workplace()
    let names = ["paper.csl.json", "references.bib", "terms.tsv", "claims-ada.tsv", "claims-ben.tsv"]
    let files = try names.map { ImportFile(name: $0, bytes: Array(try Workplace.example($0).utf8)) }
    let report = try Importer().run(files, into: place.store)
    #expect(report.created[.source] == 10 && report.created[.claim] == 35 && report.there[.claim] == 2)
    #expect(report.impliedSources.count == 0 && report.problems.count == 0)
    let again = try Importer().run(
      try names.map { ImportFile(name: $0, bytes: Array(try Workplace.example($0).utf8)) }, into: place.store)
    #expect(again.isWithoutEffect && again.changes.isEmpty)
  }

  @Test func anotherCuratorAddsNotesAndTagsToASharedClaim() throws {
    let place = try Workplace()
    try place.take("statement\tsource\ttags\tnote\nA.\tDOI:10.1234/a\tx\tSame.\n")
    try place.store.write { try $0.becomeCurator(name: "Ben") }
    let report = try place.take("statement\tsource\ttags\tnote\nA.\tDOI:10.1234/a\ty\tSame.\n")
    #expect(report.created.ordered.map(\.kind) == [.annotation] && report.filledCount == 1)
    #expect(try place.all(.claim).first?.elements("tags") == ["x", "y"])
  }

  @Test func oneBadRowRefusesAll() throws {
    let place = try Workplace()
    let before = try place.everything()
    let text = "statement\tsource\tsubject\tstatus\nfine\tDOI:10.1234/a\t\t\nbad\tPMID:x\tNCBIGene\tacepted\n"
    let message = place.refusal(text)
    #expect(
      message == """
        nothing was imported, for 3 problems in what was given:
          claims.tsv: line 3, column "subject": not a CURIE: "NCBIGene" has no ':' (expected PREFIX:REFERENCE, for \
        example NCBIGene:3934)
          claims.tsv: line 3, column "status": unknown status "acepted" (did you mean accepted? known: proposed, \
        under-review, accepted, rejected)
          claims.tsv: line 3, column "source": not a PMID: "PMID:x" has something other than digits (expected digits, \
        for example 31234567)
        """)
    #expect(try place.everything() == before)
  }

  @Test func skippingKeepsTheGoodRows() throws {
    let place = try Workplace()
    let text = "statement\tsource\nfine\tDOI:10.1234/a\nfew\nbad\tPMID:x\n\tDOI:10.1234/b\ngood\tDOI:10.1234/a\n"
    let report = try place.take(text, skipsInvalid: true)
    #expect(report.created[.claim] == 2 && report.created[.source] == 1 && report.skippedCount == 3)
    #expect(report.problems.first.map(\.place.line) == [3, 4, 5])
  }

  @Test func aDryRunLeavesNoTrace() throws {
    let place = try Workplace()
    let before = try place.everything()
    let report = try place.take(Self.claims, isDryRun: true)
    #expect(report.isDryRun && report.created[.claim] == 3 && report.changes.isEmpty)
    #expect(try place.everything() == before)
    // A copy gets a key of its own before it writes, and none where nothing is written.
    let copy = place.directory.appendingPathComponent("copy.sqlite").path
    try place.store.backup(to: copy)
    let opened = try Store.open(
      at: copy,
      environment: StoreEnvironment(stateDirectory: StateDirectory(path: place.directory.path + "/state")))
    _ = try Importer(.init(isDryRun: true)).run(file: "a.tsv", bytes: Array(Self.claims.utf8), into: opened)
    #expect(try place.everything() == before)
    #expect(try opened.read { try $0.status().changes } == place.store.read { try $0.status().changes })
  }

  @Test func absentFieldsAreFilledIn() throws {
    let place = try Workplace()
    try place.take("statement\tsource\nA.\tPMID:77\n")
    let bib = "@article{k, title={T}, pmid={77}, doi={10.1234/Q}, author={Ada Lovelace}, year=2020}"
    let report = try place.take(bib, "k.bib")
    #expect(report.created.total == 0 && report.there[.source] == 1 && report.filledCount == 4)
    let source = try #require(try place.all(.source).first)
    #expect(source.text("doi") == "10.1234/q" && source.text("title") == "T" && source.text("issued") == "2020")
    #expect(try place.take(bib, "k.bib").isWithoutEffect)
    // Now it is found by either identifier.
    #expect(try place.take("statement\tsource\nB.\tDOI:10.1234/q\n").created.ordered.map(\.kind) == [.claim])
  }

  @Test func nothingIsOverwritten() throws {
    let place = try Workplace()
    try place.take("@misc{k, doi={10.1234/a}, title={One}, year=2020}", "k.bib")
    let id = try #require(try place.all(.source).first?.id)
    try place.store.write { _ = try $0.set(id, "issued", to: nil) }
    let report = try place.take("@misc{k, doi={10.1234/a}, title={Two}, year=2020, url={https://x.org}}", "k.bib")
    #expect(report.differingCount == 1 && report.filledCount == 1)
    let differences = report.differences.first.map { "\($0.field)" }
    #expect(differences == ["title", "issued"])
    #expect(report.differences.first.map(\.here) == [.text("One"), nil])
    #expect(report.differences.first.map(\.given) == [.text("Two"), .text("2020")])
    let source = try #require(try place.all(.source).first)
    #expect(source.text("title") == "One" && source.text("issued") == nil && source.text("url") == "https://x.org")
  }

  @Test func aRemovedElementStaysRemoved() throws {
    let place = try Workplace()
    try place.take(Self.claims)
    let id = try #require(try place.all(.claim).first { $0.text("statement") == "A raises B." }?.id)
    try place.store.write { _ = try $0.setElement(id, "tags", "x", isPresent: false) }
    let report = try place.take(Self.claims)
    #expect(report.isWithoutEffect && report.differences.first.map(\.given) == [.text("x")])
  }

  @Test func whatIsDeletedIsLeft() throws {
    let place = try Workplace()
    try place.take(Self.claims)
    let note = try #require(try place.all(.annotation).first?.id)
    let free = try #require(try place.all(.claim).first { $0.reference("source") == nil }?.id)
    try place.store.write { transaction in
      try transaction.delete(note)
      try transaction.delete(free)
    }
    let report = try place.take(Self.claims)
    #expect(report.isWithoutEffect && report.deleted.first.map(\.id) == [note, free])
    let source = try #require(try place.all(.source).first { $0.text("pmid") == "123" }?.id)
    try place.store.write { try $0.delete(source) }
    #expect(try place.take(Self.claims).isWithoutEffect)
    let refusal = place.refusal("statement\tsource\nNew.\tPMID:123\n")
    #expect(refusal.contains("line 2, column \"source\": source s:\(source.hex.prefix(6)) is deleted"))
  }

  @Test func whatWasEditedIsNotMadeAgain() throws {
    let place = try Workplace()
    let claims = Self.claims + "\nNobody says this either.\t\t\t\t\t\t\t\t\t"
    try place.take(claims)
    let note = try #require(try place.all(.annotation).first?.id)
    let free = try place.all(.claim).filter { $0.reference("source") == nil }
    let source = try #require(try place.all(.source).first?.id)
    try #require(free.count == 2)
    try place.store.write { transaction in
      try transaction.set(note, "body", to: .text("Look once more."))
      try transaction.set(note, "motivation", to: .text("questioning"))
      try transaction.set(free[0].id, "statement", to: .text("Somebody says where."))
      try transaction.set(free[1].id, "source", to: .bytes(source.bytes))
    }
    let before = try place.everything()
    let again = try place.take(claims)
    #expect(again.isWithoutEffect && again.there[.claim] == 4 && again.there[.annotation] == 1)
    #expect(Set(again.differences.first.map(\.field)) == ["body", "motivation", "statement"])
    #expect(try place.everything() == before)
    // What it says now is recognised as well, and so is what was made so, edited and deleted.
    #expect(try place.take("statement\nSomebody says where.\n").isWithoutEffect)
    try place.store.write { try $0.delete(note) }
    #expect(try place.take(claims).deleted.first.map(\.id) == [note])
  }

  @Test func whatWasEditedOfAnotherToolIsNotMadeAgain() throws {
    let place = try Workplace()
    let file = """
      {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "motivation": "commenting",
       "body": {"type": "TextualBody", "value": "Look."}, "target": "https://example.org/paper"}
      """
    #expect(try place.take(file, "notes.jsonld").created[.annotation] == 1)
    let note = try #require(try place.all(.annotation).first?.id)
    try place.store.write { _ = try $0.set(note, "body", to: .text("Look again.")) }
    let again = try place.take(file, "notes.jsonld")
    #expect(again.isWithoutEffect && again.differences.first.map(\.field) == ["body"])
  }

  @Test func annotationsFindTheirTargets() throws {
    let place = try Workplace()
    try place.take(Self.claims)
    let claim = try #require(try place.all(.claim).first { $0.text("statement") == "A raises B." })
    let short = try place.store.read { try $0.shortID(claim.id, .claim) }
    let text = "target\tbody\tmotivation\ttags\n\(short)\tWhy?\tquestioning\ta;b\n\(claim.id)\tLook again.\t\t\n"
    let report = try place.take(text, "notes.tsv")
    #expect(report.created[.annotation] == 1 && report.there[.annotation] == 1)
    #expect(try place.take(text, "notes.tsv").isWithoutEffect)
    let bad = "target\tbody\tmotivation\nc:000000\tx\t\n\(short)\ty\tasking\nwhat\tz\t\n"
    let message = place.refusal(bad, "notes.tsv")
    #expect(message.contains("line 2, column \"target\": no record has the id c:000000"))
    #expect(message.contains("line 3, column \"motivation\": not a motivation: \"asking\""))
    #expect(message.contains("line 4, column \"target\": \"what\" is no id"))
  }

  @Test func sourcesAreNamedInManyWays() throws {
    let place = try Workplace()
    try place.take("@misc{k, doi={10.1234/a}, pmid={5}, pmcid={PMC6}, title={One}}", "k.bib")
    let source = try #require(try place.all(.source).first)
    let short = try place.store.read { try $0.shortID(source.id, .source) }
    let names = [
      "doi: 10.1234/A", "10.1234/a", "https://doi.org/10.1234/a", "PMID:5", "https://pubmed.ncbi.nlm.nih.gov/5/",
      "PMC6", "pmcid:PMC6", short, "\(source.id)",
    ]
    let rows = names.enumerated().map { "claim \($0)\t\($1)" }
    let report = try place.take((["statement\tsource"] + rows).joined(separator: "\n"))
    #expect(report.created.ordered.map { "\($0.kind.rawValue) \($0.count)" } == ["claim \(names.count)"])
    #expect(place.refusal("statement\tsource\nx\t31234567\n").contains("a PubMed id is written PMID:31234567"))
    #expect(place.refusal("statement\tsource\nx\tSmith 2020\n").contains("names no source (expected DOI:10"))
    #expect(try place.take("statement\tsource\nx\thttps://x.org/p\n").impliedSources.first.map(\.field) == ["url"])
  }

  @Test func twoPapersThatShareOneIdentifierStayApart() throws {
    let place = try Workplace()
    let report = try place.take(
      "@misc{a, doi={10.1234/a}, pmid={5}}\n@misc{b, doi={10.1234/b}, pmid={5}}", "k.bib")
    #expect(report.created[.source] == 2)
  }

  @Test func aLongTableIsStreamed() throws {
    let place = try Workplace()
    try place.take(Self.claims)
    let claim = try #require(try place.all(.claim).first?.id)
    var row = 0
    let file = ImportFile(name: "notes.tsv") {
      guard row < 20_000 else { return nil }
      var piece = row == 0 ? "target\tbody\ttags\n" : ""
      for _ in 0..<500 {
        row += 1
        piece += "\(claim)\tnote number \(row)\ta;b;c\n"
      }
      return Array(piece.utf8)
    }
    var done = 0
    let report = try Importer().run([file], into: place.store) { bytes in
      #expect(bytes > done)
      done = bytes
    }
    #expect(report.created[.annotation] == 20_000 && report.changes.count < 200 && done > 900_000)
    #expect(try place.store.verify().isSound)
  }

  @Test func whatSpoilsTheRestOfAFileRefusesAll() throws {
    let place = try Workplace()
    let before = try place.everything()
    #expect(throws: InterchangeError.inFile(name: "a.tsv", .invalidUTF8(offset: 14, line: 3))) {
      _ = try Importer(.init(skipsInvalid: true))
        .run(file: "a.tsv", bytes: Array("statement\nA.\n ".utf8) + [0xFF], into: place.store)
    }
    #expect(try place.everything() == before)
  }

  @Test func recordsThatNoChangeCouldHoldAreRefused() throws {
    let place = try Workplace()
    let long = String(repeating: "x", count: 1 << 20)
    #expect(place.refusal("statement\tquote\n\(long)\t\(long)\n").contains("more than 1536 KiB"))
    let element = "C:" + String(repeating: "\u{1F600}", count: 256)
    #expect(place.refusal("statement\tentities\nx\t\(element)\n").contains("at most 1024"))
    #expect(try place.take("statement\tquote\n\(long)\tx\n").created[.claim] == 1)
  }

  @Test func aLongTextAfterManyShortOnesIsSealed() throws {
    let place = try Workplace()
    let short = (0..<1000).map { "\($0) " + String(repeating: "s", count: 1000) }
    let text = (["statement"] + short + [String(repeating: "x", count: 1 << 20)]).joined(separator: "\n")
    #expect(try place.take(text).created[.claim] == 1001)
    #expect(try place.store.verify().isSound)
  }

  @Test func somebodyMustBeWriting() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("import-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let store = try Store.create(
      at: directory.path + "/s.sqlite",
      environment: StoreEnvironment(stateDirectory: StateDirectory(path: directory.path + "/state")))
    #expect(throws: StoreError.noCurator) {
      _ = try Importer().run(file: "a.tsv", bytes: Array(Self.claims.utf8), into: store)
    }
  }
}

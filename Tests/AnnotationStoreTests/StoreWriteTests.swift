import Foundation
import Testing

@testable import AnnotationStore

@Suite("Writing through the library")
struct StoreWriteTests {
  private let directory: TemporaryDirectory
  private let store: Store

  init() throws {
    directory = try TemporaryDirectory()
    store = try directory.store()
  }

  private struct Stop: Error {}

  @Test("A transaction that throws writes nothing, however much it wrote")
  func rollback() throws {
    let kept = try store.add("kept").value
    let before = try store.read { try $0.status() }
    #expect(throws: Stop.self) {
      try store.write { transaction in
        for number in 1...300 { try transaction.addClaim("claim \(number) " + String(repeating: "x", count: 500)) }
        try transaction.set(kept, "status", to: .text("accepted"))
        try transaction.becomeCurator(name: "Somebody else")
        #expect(transaction.changes.count > 1)
        throw Stop()
      }
    }
    let after = try store.read { try $0.status() }
    #expect(after.digest == before.digest && after.changes == before.changes && after.curator == before.curator)
    #expect(try store.read { try $0.existing(kept) }.text("status") == "proposed")
    #expect(try store.statements() == ["kept"])
    try expectSound(store)
  }

  @Test("Nothing is written after SQLite has ended the transaction, as it does where the disk is full")
  func endedBySQLite() throws {
    let outcome = Result {
      try store.write { transaction in
        try transaction.addClaim("before")
        _ = try transaction.reader()
        try transaction.db.run("ROLLBACK")
        try transaction.addClaim("after")
        #expect(throws: (any Error).self) { try transaction.reader() }
      }
    }
    #expect(throws: StoreError.self) { try outcome.get() }
    #expect(try store.statements() == [])
    #expect(try store.add("then").notice == nil)
    try expectSound(store)
  }

  @Test("A transaction that has ended writes nothing, and says so")
  func over() throws {
    let kept = try store.add("kept").value
    let late = try store.write { $0 }
    #expect(throws: StoreError.over) { try late.set(kept, "status", to: .text("accepted")) }
    #expect(throws: StoreError.over) { try late.reader() }
    var rolledBack: WriteTransaction?
    #expect(throws: Stop.self) {
      try store.write {
        rolledBack = $0
        throw Stop()
      }
    }
    #expect(throws: StoreError.over) { try rolledBack?.addClaim("late") }
    #expect(try store.statements() == ["kept"])
  }

  @Test("A transaction within one of its sort is an error, and one of the other sort is not")
  func nested() throws {
    let other = try directory.store("other")
    try store.read { _ in
      #expect(throws: StoreError.nested) { try store.read { _ in } }
      try other.read { _ in }
      try store.write { try $0.addClaim("from within a read") }
    }
    try store.write { _ in
      #expect(throws: StoreError.nested) { try store.write { _ in } }
      let statements = try store.statements()
      #expect(statements == ["from within a read"])
    }
  }

  @Test("What is refused of a curator leaves the writer who it was, and a claim says each thing once")
  func refusedVerbs() throws {
    let before = try store.read { try $0.currentCurator() }
    try store.write { transaction in
      #expect(throws: (any Error).self) { try transaction.becomeCurator(name: "Somebody else", affiliation: "") }
      #expect(throws: ModelError.self) { try transaction.addClaim("a", ["statement": .text("b")]) }
      #expect(throws: ModelError.self) { try transaction.addClaim("a", ["source": .bytes([])]) }
      try transaction.addClaim("kept")
    }
    #expect(try store.read { try $0.currentCurator() } == before)
    #expect(try store.statements() == ["kept"])
  }

  @Test("A refused write within a transaction that goes on leaves the rest whole")
  func refusedInside() throws {
    let commit = try store.commit { transaction in
      let claim = try transaction.addClaim("kept").id
      #expect(throws: ModelError.self) { try transaction.set(claim, "status", to: .text("splendid")) }
      #expect(throws: StoreError.self) { try transaction.annotate(RecordID(derivedFrom: .text("none")), body: "x") }
      return claim
    }
    let claim = try store.read { try $0.existing(commit.value) }
    #expect(claim.text("statement") == "kept" && claim.text("status") == "proposed")
    try expectSound(store)
  }

  @Test("What is written reads back typed")
  func typedReads() throws {
    let (paper, claim, quote) = try store.write { transaction in
      let paper = try transaction.addSource(
        .doi(try DOI(parsing: "10.3389/FNAGI.2025.1672903")),
        ["title": .text("A title"), "authors": .array([.text("Wang Z"), .text("Cao W")]), "retracted": .bool(false)],
        entities: [try CURIE(parsing: "NCBIGene:3934")]
      ).id
      var quote = Selector(exact: "e\u{301}levated \u{0}", prefix: "was ")
      quote.start = 4
      quote.end = 15
      let claim = try transaction.addClaim(
        "LCN2 is raised.", source: paper, ["selector": quote.value, "negated": .bool(true)],
        sets: ["tags": ["b", "a", "b"], "qualifiers": ["tissue=UBERON:0002240"]]
      ).id
      return (paper, claim, quote)
    }
    let source = try store.read { try $0.existing(paper) }
    #expect(source.text("doi") == "10.3389/fnagi.2025.1672903")
    #expect(source.texts("authors") == ["Wang Z", "Cao W"])
    #expect(source.flag("retracted") == false)
    #expect(source.elements("entities") == ["NCBIGene:3934"])
    let read = try store.read { try $0.existing(claim) }
    #expect(read.reference("source") == paper)
    #expect(read.selector == quote)
    #expect(read.flag("negated") == true)
    #expect(read.elements("tags") == ["a", "b"])
    #expect(read.elements("qualifiers") == ["tissue=UBERON:0002240"])
    #expect(read.text("status") == "proposed")
    #expect(try store.read { try $0.currentCurator() } == read.curator)
    #expect(try store.read { try $0.record(RecordID(derivedFrom: .null)) } == nil)
    #expect(throws: StoreError.self) { try store.read { try $0.existing(RecordID(derivedFrom: .null)) } }
    try expectSound(store)
  }

  @Test("Adding the same thing again creates nothing and writes nothing")
  func derivedIDs() throws {
    let curie = try CURIE(parsing: "MONDO:0004976")
    let first = try store.write { transaction in
      let paper = try transaction.addSource(.pmid(try PMID(parsing: "41000001"))).id
      let claim = try transaction.addClaim("LCN2 is raised.", source: paper, isImported: true).id
      let other = try transaction.addClaim("LCN2 is not raised.", source: paper, isImported: true).id
      return [
        paper, claim, other, try transaction.addLink("contradicts", from: claim, to: other).id,
        try transaction.addTerm(curie, label: "ALS").id,
        try transaction.assess(claim, stance: "supports", body: "Yes.").id,
      ]
    }
    // In one transaction and in the next: what waits to be written is known too.
    for _ in 1...2 {
      let again = try store.commit { transaction -> [Added] in
        let paper = try transaction.addSource(.pmid(try PMID(parsing: "41000001")), ["title": .text("late")])
        let claim = try transaction.addClaim("LCN2 is raised.", source: paper.id, isImported: true)
        let other = try transaction.addClaim("LCN2 is not raised.", source: paper.id, isImported: true)
        return [
          paper, claim, other, try transaction.addLink("contradicts", from: claim.id, to: other.id),
          try transaction.addTerm(curie, label: "Amyotrophic lateral sclerosis"),
          try transaction.assess(claim.id, stance: "supports", body: "Yes."),
        ]
      }
      #expect(again.value.map(\.id) == first)
      #expect(again.value.allSatisfy { !$0.isNew })
      #expect(again.changes == [])
    }
    let twice = try store.write { transaction in
      let one = try transaction.addTerm(try CURIE(parsing: "ECO:0000006"), label: "one")
      return (one, try transaction.addTerm(try CURIE(parsing: "ECO:0000006"), label: "two"))
    }
    #expect(twice.0.isNew && !twice.1.isNew && twice.0.id == twice.1.id)
    #expect(try store.read { try $0.existing(twice.0.id) }.text("label") == "one")
    #expect(first.allSatisfy { $0.uuidVersion == 8 })
    // The other order, type or person is another record.
    let others = try store.write { transaction in
      let flipped = try transaction.addLink("contradicts", from: first[2], to: first[1])
      let typed = try transaction.addLink("refines", from: first[1], to: first[2])
      try transaction.becomeCurator(name: "Bob")
      return [flipped, typed, try transaction.assess(first[1], stance: "disputes")]
    }
    #expect(others.allSatisfy(\.isNew) && Set(others.map(\.id) + first).count == 9)
    try expectSound(store)
  }

  @Test("Assessing again changes the assessment, and takes a delete back")
  func assessAgain() throws {
    let claim = try store.add("LCN2 is raised.").value
    let first = try store.write { try $0.assess(claim, stance: "supports", body: "Seen.") }
    let second = try store.write { try $0.assess(claim, stance: "disputes") }
    #expect(first.isNew && !second.isNew && first.id == second.id)
    var record = try store.read { try $0.existing(first.id) }
    #expect(record.text("stance") == "disputes" && record.text("body") == "Seen.")
    try store.write { try $0.delete(first.id) }
    try store.write { try $0.assess(claim, stance: "uncertain", body: "Not seen.") }
    record = try store.read { try $0.existing(first.id) }
    #expect(!record.isDeleted && record.text("stance") == "uncertain" && record.text("body") == "Not seen.")
    try expectSound(store)
  }

  @Test("Fields that never change are refused, and so is what is no field")
  func immutable() throws {
    let ids = try store.write { transaction -> [String: RecordID] in
      let paper = try transaction.addSource(.doi(try DOI(parsing: "10.1000/1")), ["pmid": .text("123")]).id
      let claim = try transaction.addClaim("A").id
      return [
        "source": paper, "claim": claim, "annotation": try transaction.annotate(claim, body: "x"),
        "assessment": try transaction.assess(claim, stance: "supports").id,
        "evidence": try transaction.addEvidence(to: claim, .init(direction: "supports")),
        "link": try transaction.addLink("refines", from: claim, to: paper).id,
        "term": try transaction.addTerm(try CURIE(parsing: "A:1"), label: "a").id,
        "curator": try transaction.becomeCurator(name: "Eve", orcid: try ORCID(parsing: "0000-0002-1825-0097")).id,
      ]
    }
    let immutable = [
      ("source", "doi", "10.1000/2"), ("annotation", "target", nil), ("assessment", "claim", nil),
      ("evidence", "target", nil), ("link", "type", "supports"), ("link", "from", nil), ("link", "to", nil),
      ("term", "curie", "A:2"), ("curator", "orcid", "0000-0001-5109-3700"),
    ]
    let before = try store.read { try $0.status().digest }
    for (kind, field, value) in immutable {
      let id = try #require(ids[kind])
      let expected = ModelError.immutable(kind: try #require(Kind(rawValue: kind)), field: field)
      let value = value.map(CBORValue.text) ?? .bytes(id.bytes)
      #expect(throws: StoreError.model(expected), "\(kind).\(field)") {
        try store.write { try $0.set(id, field, to: value) }
      }
    }
    let (claim, paper) = (try #require(ids["claim"]), try #require(ids["source"]))
    #expect(throws: StoreError.model(.unknownField(kind: .claim, field: "statment"))) {
      try store.write { try $0.set(claim, "statment", to: .text("x")) }
    }
    #expect(throws: StoreError.model(.required(kind: .claim, field: "status"))) {
      try store.write { try $0.set(claim, "status", to: nil) }
    }
    #expect(throws: StoreError.model(.notASet(field: "tags", isSet: true))) {
      try store.write { try $0.set(claim, "tags", to: .text("x")) }
    }
    #expect(throws: StoreError.self) { try store.write { try $0.setElement(claim, "via", "x", isPresent: true) } }
    #expect(throws: StoreError.self) { try store.write { try $0.set(paper, "retracted", to: .text("perhaps")) } }
    let nobody = RecordID(derivedFrom: .text("nobody"))
    #expect(throws: StoreError.noRecord(nobody.description)) {
      try store.write { try $0.set(claim, "source", to: .bytes(nobody.bytes)) }
    }
    #expect(throws: StoreError.wrongKind(claim, is: .claim, wanted: [.source])) {
      try store.write { try $0.set(claim, "source", to: .bytes(claim.bytes)) }
    }
    #expect(throws: StoreError.self) {
      try store.write { try $0.set(claim, "selector", to: Selector(exact: "").value) }
    }
    #expect(throws: StoreError.self) { try store.write { try $0.set(paper, "title", to: .text(" ")) } }
    #expect(try store.read { try $0.status().digest } == before)
    // What the id was not derived from may change.
    #expect(try store.write { try $0.set(paper, "pmid", to: .text("124")) })
    try expectSound(store)
  }

  @Test("Elements of a set come, go and come again")
  func setElements() throws {
    let claim = try store.commit { try $0.addClaim("A", sets: ["tags": ["x"]]).id }.value
    func set(_ element: String, _ isPresent: Bool) throws -> Bool {
      try store.write { try $0.setElement(claim, "tags", element, isPresent: isPresent) }
    }
    #expect(try !set("x", true))
    #expect(try !set("y", false))
    #expect(try !set(" x ", true), "spaces around an element are none of it")
    #expect(try set("y", true))
    #expect(try set("x", false))
    #expect(try !set("x", false))
    #expect(try store.read { try $0.existing(claim) }.elements("tags") == ["y"])
    #expect(try set("x", true))
    // é as one scalar and as two are two tags: identifiers are compared as bytes.
    #expect(try set("\u{e9}", true) && set("e\u{301}", true))
    let tags = try store.read { try $0.existing(claim) }.elements("tags")
    #expect(tags.map { Array($0.utf8) } == ["e\u{301}", "x", "y", "\u{e9}"].map { Array($0.utf8) })
    for wrong in ["", " ", "a\u{0}b", "a\nb", String(repeating: "x", count: 1025)] {
      #expect(throws: StoreError.self, "\(wrong.prefix(10))") { _ = try set(wrong, true) }
    }
    try expectSound(store)
  }

  @Test(
    "Prose is kept byte for byte",
    arguments: [
      "a\u{0}b", "\u{0}", "\u{e9} e\u{301} \u{1F468}\u{200D}\u{1F469}", "\r\n line \r and \n", " spaces around ",
      "\u{FEFF}x", "\u{202E}x",
      "'; DROP TABLE claim; --",
    ])
  func prose(_ text: String) throws {
    let claim = try store.add(text).value
    // Both ways through splices, and to the other form of the same letters.
    let texts = [text, "x" + text + "\u{0}y", text.precomposedStringWithCanonicalMapping]
    for (index, text) in texts.enumerated() {
      if index > 0 { try store.write { try $0.set(claim, "statement", to: .text(text)) } }
      #expect(try logged(claim) == Array(text.utf8))
      // The typed tables show a NUL as U+FFFD: SQLite's text functions would end there.
      let shown = try store.read { try $0.existing(claim) }.text("statement")
      #expect(shown.map { Array($0.utf8) } == Array(text.replacing("\u{0}", with: "\u{FFFD}").utf8))
    }
    #expect(try store.rebuild().differences == [])
    try expectSound(store)
  }

  /// The statement as the log has it.
  private func logged(_ claim: RecordID) throws -> [UInt8]? {
    try store.pool.read { db in
      let log = LogReader(db)
      let cell = CellKey(record: RecordKey(kind: "claim", id: claim), field: "statement")
      let reading = try CellResolver(log).reading(try log.live(in: cell), in: cell, isProse: true)
      return reading.shown?.value.text.map { Array($0.utf8) }
    }
  }

  @Test("1 MiB of prose is written and edited, more is refused, and so is none")
  func proseLimit() throws {
    let most = String(repeating: "0123456789abcdef", count: 1 << 16)
    let claim = try store.add(most).value
    #expect(try store.read { try $0.existing(claim) }.text("statement") == most)
    let edited = "X" + most.dropFirst().dropLast() + "Y"
    try store.write { try $0.set(claim, "statement", to: .text(edited)) }
    #expect(try store.read { try $0.existing(claim) }.text("statement") == edited)
    let other = String(repeating: "\u{e9}", count: 1 << 19)
    try store.write { try $0.set(claim, "statement", to: .text(other)) }
    #expect(try store.read { try $0.existing(claim) }.text("statement") == other)
    let before = try store.read { try $0.status().digest }
    for wrong in [most + "x", "", " \n\t"] {
      #expect(throws: StoreError.self) { try store.add(wrong) }
      #expect(throws: StoreError.self) { try store.write { try $0.set(claim, "statement", to: .text(wrong)) } }
      #expect(throws: StoreError.self) { try store.write { try $0.annotate(claim, body: wrong) } }
      #expect(throws: StoreError.self) { try store.write { try $0.assess(claim, stance: "supports", body: wrong) } }
    }
    #expect(try store.read { try $0.status().digest } == before)
    try expectSound(store)
  }

  @Test("Nobody writes before saying who")
  func noCurator() throws {
    let fresh = try Store.create(at: directory.storePath("fresh"), environment: directory.environment())
    #expect(throws: StoreError.noCurator) { try fresh.add("A") }
    #expect(try fresh.read { try $0.status() }.changes == 0)
    try expectSound(fresh)
  }

  @Test("What is deleted is neither written to nor written on until it is restored")
  func deleted() throws {
    let claim = try store.add("A").value
    #expect(throws: StoreError.notDeleted(claim, .claim)) { try store.write { try $0.restore(claim) } }
    try store.write { try $0.delete(claim) }
    let error = StoreError.deleted(claim, .claim)
    #expect(error.description == "claim c:\(claim) is deleted (variorum restore c:\(claim) takes that back)")
    #expect(throws: error) { try store.write { try $0.set(claim, "status", to: .text("accepted")) } }
    #expect(throws: error) { try store.write { try $0.setElement(claim, "tags", "x", isPresent: true) } }
    #expect(throws: error) { try store.write { try $0.annotate(claim, body: "x") } }
    #expect(throws: error) { try store.write { try $0.assess(claim, stance: "supports") } }
    #expect(throws: error) { try store.write { try $0.delete(claim) } }
    // Within one transaction too.
    try store.write {
      try $0.restore(claim)
      try $0.set(claim, "status", to: .text("accepted"))
      try $0.delete(claim)
      try $0.restore(claim)
    }
    #expect(try store.read { try $0.existing(claim) }.text("status") == "accepted")
    try expectSound(store)
  }
}

import Foundation
import Testing

@testable import AnnotationStore

@Suite("Filters and search")
struct StoreSearchTests {
  private let directory: TemporaryDirectory
  private let store: Store
  private let clock: Mutex<Int64>
  private var ids: [String: RecordID] = [:]

  /// Two papers of which one has a second record, claims on them, and what stands on those; a minute apart each.
  init() throws {
    directory = try TemporaryDirectory()
    let clock = Mutex<Int64>(1_000_000)
    self.clock = clock
    var environment = directory.environment()
    environment.nowMilliseconds = {
      clock.value += 60_000
      return clock.value
    }
    let store = try Store.create(at: directory.storePath(), environment: environment)
    self.store = store
    ids["ada"] = try store.write { try $0.becomeCurator(name: "Ada").id }
    let paper = try store.write {
      try $0.addSource(
        .doi(try DOI(parsing: "10.1000/1")), ["title": .text("Iron in motor neurons")],
        entities: [try CURIE(parsing: "MONDO:0004976")]
      ).id
    }
    let twin = try store.write { try $0.addSource(.pmid(try PMID(parsing: "1"))).id }
    let other = try store.write { try $0.addSource(.pmid(try PMID(parsing: "2")), ["title": .text("Zinc")]).id }
    ids["same"] = try store.write { try $0.addLink("same-as", from: twin, to: paper).id }
    let (first, second, third) = try (
      store.write {
        try $0.addClaim(
          "LCN2 is raised in the spinal cord.", source: paper,
          ["subject": .text("NCBIGene:3934"), "status": .text("accepted")], sets: ["tags": ["key", "100%"]]
        ).id
      },
      store.write {
        try $0.addClaim("Ferritin is lowered.", source: twin, sets: ["qualifiers": ["tissue=UBERON:0002240"]]).id
      },
      store.write { try $0.addClaim("Zinc does nothing.", source: other, sets: ["entities": ["CHEBI:27363"]]).id }
    )
    (ids["paper"], ids["twin"], ids["other"]) = (paper, twin, other)
    (ids["first"], ids["second"], ids["third"]) = (first, second, third)
    ids["note"] = try store.write { try $0.annotate(first, body: "\"Raised\" in mice AND men", tags: ["key"]) }
    ids["bob"] = try store.write { try $0.becomeCurator(name: "Bob").id }
    ids["assessment"] = try store.write { try $0.assess(first, stance: "disputes", body: "Not seen.").id }
    ids["evidence"] = try store.write {
      try $0.addEvidence(to: third, .init(direction: "supports", eco: try CURIE(parsing: "ECO:0000006"), source: paper))
    }
    ids["term"] = try store.write { try $0.addTerm(try CURIE(parsing: "NCBIGene:3934"), label: "lipocalin 2").id }
  }

  /// The names of what a filter finds, sorted.
  private func found(_ change: (inout RecordFilter) throws -> Void) throws -> [String] {
    var filter = RecordFilter()
    try change(&filter)
    let found = try store.read { reader in
      let records = try reader.records(filter)
      #expect(try reader.count(filter) == records.count)
      return records.map(\.id)
    }
    return found.map { id in ids.first { $0.value == id }?.key ?? id.description }.sorted()
  }

  private func id(_ name: String) throws -> RecordID { try #require(ids[name]) }

  @Test("An identifier that two sources carry tells both, and how to say that they are one paper")
  func severalCarry() throws {
    let (paper, twin) = (try id("paper"), try id("twin"))
    let (one, other) = try store.read { (try $0.shortID(paper, .source), try $0.shortID(twin, .source)) }
    try store.write { _ = try $0.set(paper, "pmid", to: .text("1")) }
    func message() -> String {
      do { return try store.read { "\(try $0.source(named: "PMID:1"))" } } catch { return "\(error)" }
    }
    // They are linked already.
    let told = "several sources carry \"PMID:1\": \"Iron in motor neurons\" \(one), \(other) (give the id"
    #expect(message() == told + ")")
    try store.write { try $0.delete(try id("same")) }
    #expect(message() == told + "; if they are one paper: variorum link \(one) same-as \(other))")
    #expect(throws: StoreError.model(.unlike(from: .source, to: .claim))) {
      try store.write { try $0.addLink("same-as", from: paper, to: try id("first")) }
    }
  }

  @Test("Each condition alone")
  func conditions() throws {
    #expect(try found { _ in } == ids.keys.sorted())
    #expect(try found { $0.kinds = [.claim, .link] } == ["first", "same", "second", "third"])
    #expect(try found { $0.statuses = ["accepted"] } == ["first"])
    #expect(try found { $0.statuses = ["proposed"] } == ["second", "third"])
    #expect(try found { $0.statuses = ["proposed", "accepted"] } == ["first", "second", "third"])
    #expect(try found { $0.stance = "disputes" } == ["assessment", "first"])
    #expect(try found { $0.stance = "supports" } == [])
    #expect(try found { $0.tags = ["key"] } == ["first", "note"])
    #expect(try found { $0.tags = ["100%"] } == ["first"])
    #expect(try found { $0.tags = ["KEY"] } == [])
    #expect(try found { $0.tags = ["key", "100%"] } == ["first"])
    #expect(try found { $0.entities = ["MONDO:0004976"] } == ["paper"])
    #expect(try found { $0.entities = ["NCBIGene:3934"] } == ["first", "term"])
    #expect(try found { $0.entities = ["UBERON:0002240"] } == ["second"])
    #expect(try found { $0.entities = ["CHEBI:27363"] } == ["third"])
    #expect(try found { $0.entities = ["ECO:0000006"] } == ["evidence"])
    #expect(try found { $0.target = try id("first") } == ["assessment", "note"])
    #expect(try found { $0.target = try id("paper") } == ["same"])
    #expect(try found { $0.curator = try id("bob") } == ["assessment", "bob", "evidence", "term"])
    let group = ["assessment", "evidence", "first", "note", "paper", "second", "twin"]
    #expect(try found { $0.source = try id("paper") } == group)
    #expect(try found { $0.source = try id("twin") } == group)
    #expect(try found { $0.source = try id("other") } == ["evidence", "other", "third"])
    try store.write { try $0.delete(try id("same")) }
    #expect(try found { $0.source = try id("twin") } == ["second", "twin"])
    #expect(try found { $0.isDeleted = true } == ["same"])
  }

  @Test("Conditions together, times, limits and orders")
  func together() throws {
    let created = try store.read { try $0.existing(try id("second")) }.createdMilliseconds
    #expect(try found { ($0.kinds, $0.sinceMilliseconds) = ([.claim], created) } == ["second", "third"])
    #expect(try found { ($0.kinds, $0.untilMilliseconds) = ([.claim], created) } == ["first"])
    #expect(try found { ($0.sinceMilliseconds, $0.untilMilliseconds) = (created, created + 1) } == ["second"])
    #expect(try found { ($0.tags, $0.kinds) = (["key"], [.annotation]) } == ["note"])
    #expect(try found { ($0.tags, $0.statuses) = (["key"], ["proposed"]) } == [])
    #expect(try found { ($0.words, $0.curator) = ("zinc", try id("bob")) } == [])
    func order(_ order: RecordFilter.Order, _ reversed: Bool = false, limit: Int? = nil) throws -> [String] {
      var filter = RecordFilter()
      (filter.kinds, filter.order, filter.isReversed, filter.limit) = ([.claim], order, reversed, limit)
      let found = try store.read { reader in
        #expect(try reader.count(filter) == 3)
        return try reader.records(filter).map(\.id)
      }
      return found.map { id in ids.first { $0.value == id }?.key ?? "" }
    }
    #expect(try order(.created) == ["third", "second", "first"])
    #expect(try order(.created, true) == ["first", "second", "third"])
    #expect(try order(.created, limit: 2) == ["third", "second"])
    #expect(try order(.created, limit: 0) == [])
    #expect(try order(.text) == ["second", "first", "third"])
    #expect(try order(.text, true) == ["third", "first", "second"])
    let byID = try ["first", "second", "third"].sorted { try id($0).description < id($1).description }
    #expect(try order(.id) == byID)
    try store.write { try $0.set(try id("first"), "status", to: .text("rejected")) }
    #expect(try order(.modified) == ["first", "third", "second"])
  }

  @Test("Orphans stand on a deleted record")
  func orphans() throws {
    #expect(try found { $0.isOrphaned = true } == [])
    try store.write { try $0.delete(try id("first")) }
    #expect(try found { $0.isOrphaned = true } == ["assessment", "note"])
    #expect(try found { $0.isDeleted = true } == ["first"])
    #expect(try found { $0.stance = "disputes" } == ["assessment"])
    #expect(try found { $0.isInConflict = true } == [])
  }

  @Test(
    "What people type is looked for, whatever it means to FTS5",
    arguments: [
      ("raised", ["first", "note"]), ("RAISED spinal", ["first"]), ("rais*", ["first", "note"]), ("rais", []),
      ("\"spinal cord\"", ["first"]), ("\"cord spinal\"", []), ("cord spinal", ["first"]), ("mice AND men", ["note"]),
      ("raised OR zinc", []), ("NOT", ["assessment"]), ("AND", ["note"]), ("NEAR(raised spinal)", []),
      ("statement:raised", []),
      ("text:raised", []), ("\"unclosed cord", []), ("\"spinal cord", ["first"]), ("raised \"", ["first", "note"]),
      ("(raised", ["first", "note"]),
      ("raised)", ["first", "note"]), ("raised - ^", ["first", "note"]), ("^raised", ["first", "note"]),
      ("+ {raised}", ["first", "note"]),
      ("'; DROP TABLE claim; --", []), ("", []), ("\"\"", []), ("*", []), ("\" \"", []), ("\u{0}", []),
      ("rai\u{0}sed", ["first", "note"]),
      ("lipocalin", ["term"]), ("iron", ["paper"]), ("Ferritin.", ["second"]), ("nothing zinc", ["third"]),
      ("bob", ["bob"]),
    ])
  func words(_ typed: String, _ expected: [String]) throws {
    #expect(try found { $0.words = typed } == expected)
  }

  @Test(
    "What is a name also finds what it names, and what carries a term",
    arguments: [
      ("10.1000/1", ["paper"]), ("https://doi.org/10.1000/1", ["paper"]), ("PMID:2", ["other"]),
      ("2", ["other", "term"]), ("0000-0002-1825-0097", ["eve"]), ("MONDO:0004976", ["paper"]),
      ("NCBIGene:3934", ["first", "term"]), ("UBERON:0002240", ["second"]), ("ECO:0000006", ["evidence"]),
      (" \"Lipocalin 2\" ", ["first", "term"]),
      ("ngal", ["first", "term"]), ("siderocalin", ["first", "term"]), ("raised NCBIGene:3934", []), ("10.1000/2", []),
      ("", []),
    ])
  func names(_ typed: String, _ expected: [String]) throws {
    let orcid = try ORCID(parsing: "0000-0002-1825-0097")
    let eve = try store.write { try $0.becomeCurator(name: "Eve", orcid: orcid).id }
    for synonym in ["NGAL", "Siderocalin"] {
      try store.write { try $0.setElement(try id("term"), "synonyms", synonym, isPresent: true) }
    }
    let names = try found { ($0.words, $0.name) = (typed, typed) }.map { $0 == eve.description ? "eve" : $0 }
    #expect(names.sorted() == expected)
    var filter = RecordFilter()
    (filter.words, filter.name, filter.order) = ("lipocalin 2", "lipocalin 2", .relevance)
    #expect(try store.read { try $0.records(filter) }.map(\.id) == [try id("term"), try id("first")])
  }

  @Test(
    "A word in a script without spaces is found inside a text, beside others",
    arguments: [
      ("血液", ["third"]), ("铁蛋白", ["third"]), ("血液 铁蛋白", ["third"]), ("\"血液中 LCN2\"", []),
      ("lcn2 血液", ["third"]), ("lcn2水平", ["third"]), ("zinc 血液", []), ("铜", []),
    ])
  func unspaced(_ typed: String, _ expected: [String]) throws {
    try store.write { try $0.set(try id("third"), "statement", to: .text("铁蛋白与LCN2水平在血液中升高。 LCN2!")) }
    #expect(try found { $0.words = typed } == expected)
  }

  @Test("The index follows edits, deletes and undo")
  func indexFollows() throws {
    let first = try id("first")
    try store.write { try $0.set(first, "statement", to: .text("LCN2 is lowered in the spinal cord.")) }
    #expect(try found { $0.words = "raised" } == ["note"])
    #expect(try found { $0.words = "lowered" } == ["first", "second"])
    try store.write { try $0.delete(first) }
    #expect(try found { $0.words = "lowered" } == ["second"])
    try store.write { try $0.restore(first) }
    try store.write { try $0.set(first, "via", to: .text("a quokka")) }
    #expect(try found { $0.words = "quokka cord" } == ["first"])
    _ = try store.write { try $0.undo() }
    #expect(try found { $0.words = "quokka" } == [])
    #expect(try found { $0.words = "cord" } == ["first"])
    try expectSound(store)
  }

  @Test("After a large transaction, whose words the index gives back, writes and searches go on")
  func afterLarge() throws {
    let reader = try directory.open()
    let many = try store.write { transaction in
      try (0..<1_100).map { try transaction.addClaim("Vole \($0) word\($0)").id }
    }
    #expect(try found { $0.words = "vole word1099" } == [many[1_099].description])
    let late = try store.write { try $0.addClaim("Vole, the last").id }
    #expect(try found { $0.words = "vole last" } == [late.description])
    var filter = RecordFilter()
    filter.words = "vole"
    #expect(try reader.read { try $0.count(filter) } == 1_101)
    try expectSound(store)
  }

  @Test("A short id has at least 6 digits, and one more than it shares with its neighbours", arguments: 0..<32)
  func shortIDs(shared: Int) throws {
    let first = try id("first")
    var neighbour = first.bytes
    neighbour[shared / 2] ^= shared % 2 == 0 ? 0x80 : 0x08
    let other = try #require(RecordID(neighbour))
    try store.pool.write { try $0.run("INSERT INTO record (id, kind) VALUES (?, 'claim')", Blob(neighbour)) }
    let short = try store.read { reader in try [first, other].map { try reader.shortID($0, .claim) } }
    #expect(short == [first, other].map { "c:\($0.hex.prefix(max(6, shared + 1)))" })
  }

  @Test("Diacritics and case do not count; the best match comes first")
  func matching() throws {
    let (accented, twice) = try store.write {
      (
        try $0.addClaim("Une prote\u{301}ine rare rare rare").id,
        try $0.addClaim("rare among many other words, and long").id
      )
    }
    #expect(try store.read { try $0.existing(accented) }.kind == .claim)
    for typed in ["prot\u{e9}ine", "PROTEINE", "prote\u{301}*"] {
      #expect(try found { $0.words = typed } == [accented.description])
    }
    var filter = RecordFilter()
    (filter.words, filter.order) = ("rare", .relevance)
    #expect(try store.read { try $0.records(filter) }.map(\.id) == [accented, twice])
  }
}

import AnnotationStore
import Foundation
import Testing

/// One wrong command line, and how it is to be refused.
struct WrongInput: Sendable, CustomStringConvertible {
  /// The arguments: CLAIM, NOTE, SOURCE and GONE stand for records that are there, GONE for one that is deleted; DIGITS and
  /// UUID for the claim's id without its letter, short and whole. The message may have them, too.
  let arguments: [String]
  let status: Int32
  let message: String
  var input: [UInt8] = []

  var description: String { arguments.map { $0.count > 40 ? $0.prefix(40) + "…" : $0 }.joined(separator: " ") }

  init(_ arguments: String..., status: Int32 = 4, says message: String, input: [UInt8] = []) {
    self.arguments = arguments
    self.status = status
    self.message = message
    self.input = input
  }
}

@Suite("Input that is wrong")
struct WrongInputTests {
  static let ids: [WrongInput] = [
    WrongInput("note", "xyz", "a", says: "is no id"), WrongInput("note", "c:12345", "a", says: "at least 6 characters"),
    WrongInput("note", "q:123456", "a", says: "is no id"), WrongInput("note", "c:00000g", "a", says: "is no id"),
    WrongInput("note", "00000000-0000-0000-0000-00000000000", "a", says: "no record has the id"),
    WrongInput("note", "00000000-0000-4000-8000-000000000000", "a", says: "no record has the id"),
    WrongInput("delete", "t:DIGITS", says: "hint: did you mean c:DIGITS?"),
    WrongInput("note", "n:DIGITS", "a", says: "no record has the id n:DIGITS"),
    WrongInput("note", "n:UUID", "a", says: "hint: did you mean c:DIGITS?"),
    WrongInput("tag", "c:000000", "a", says: "no record has the id c:000000"),
    WrongInput("assess", "SOURCE", "supports", says: "is a source, and a claim is wanted here"),
    WrongInput("reply", "CLAIM", "a", says: "and an annotation is wanted here"),
    WrongInput("tag", "SOURCE", "a", says: "a claim or an annotation is wanted here"),
    WrongInput("add", "claim", "a", "--source", "CLAIM", says: "a source is wanted here"),
    WrongInput("edit", "CLAIM", "--set", "source=CLAIM", says: "a source is wanted here"),
    WrongInput("link", "CLAIM", "refines", "CLAIM", says: "not linked to itself"),
    WrongInput("undo", "12", says: "no change has the id 12"),
    WrongInput("undo", "zzzzzzzz", says: "variorum log shows them"),
    WrongInput("restore", "CLAIM", says: "is not deleted"),
  ]

  static let deleted: [WrongInput] = [
    WrongInput("note", "GONE", "a", says: "is deleted"), WrongInput("assess", "GONE", "supports", says: "is deleted"),
    WrongInput("tag", "GONE", "a", says: "variorum restore"),
    WrongInput("link", "CLAIM", "refines", "GONE", says: "is deleted"),
    WrongInput("link", "GONE", "refines", "CLAIM", says: "is deleted"),
    WrongInput("delete", "GONE", says: "is deleted"),
    WrongInput("link", "CLAIM", "same-as", "SOURCE", says: "a claim is never the same-as a source"),
    WrongInput("edit", "GONE", "--body", "b", says: "is deleted"),
    WrongInput("delete", "CLAIM", "GONE", says: "is deleted"),
    WrongInput("restore", "GONE", "CLAIM", says: "is not deleted"),
    WrongInput("add", "claim", "a", "--source", "10.1000/gone", says: "hint: variorum restore s:"),
    WrongInput("assess", "CLAIM", "supports", "--from-source", "doi:10.1000/Gone", says: "is deleted"),
    WrongInput("edit", "CLAIM", "--set", "source=10.1000/gone", says: "is deleted"),
  ]

  static let words: [WrongInput] = [
    WrongInput("assess", "CLAIM", "suports", says: "did you mean supports?"),
    WrongInput("assess", "CLAIM", "maybe", says: "known: supports, disputes, uncertain"),
    WrongInput("assess", "CLAIM", "supports", "--direction", "up", says: "known: supports, disputes, neutral"),
    WrongInput("assess", "CLAIM", "supports", "--strength", "strng", says: "did you mean strong?"),
    WrongInput("link", "CLAIM", "refine", "NOTE", says: "did you mean refines?"),
    WrongInput("note", "CLAIM", "a", "--motivation", "comenting", says: "did you mean commenting?"),
    WrongInput("add", "claim", "a", "--status", "done", says: "known: proposed"),
    WrongInput("edit", "CLAIM", "--set", "status=acepted", says: "did you mean accepted?"),
    WrongInput("edit", "CLAIM", "--set", "statsu=accepted", says: "did you mean status?"),
    WrongInput("edit", "CLAIM", "--unset", "vai", says: "did you mean via?"),
    WrongInput("edit", "CLAIM", "--add", "tag=a", says: "did you mean tags?"),
    WrongInput("edit", "CLAIM", "--set", "negated=yes", says: "known: true, false"),
    WrongInput("edit", "CLAIM", "--set", "tags=a", says: "tags is a set"),
    WrongInput("edit", "CLAIM", "--add", "via=a", says: "via is no set"),
    WrongInput("edit", "CLAIM", "--unset", "statement", says: "a claim needs statement"),
    WrongInput("edit", "CLAIM", "--unset", "status", says: "a claim needs status"),
    WrongInput("edit", "NOTE", "--set", "target=CLAIM", says: "never changes"),
    WrongInput("edit", "SOURCE", "--set", "doi=10.1000/b", says: "never changes"),
    WrongInput("edit", "CLAIM", "--set", "origin={}", says: "origin keeps what a file said, and only an import"),
    WrongInput("edit", "CLAIM", "--set", "orign={}", says: "qualifiers, entities, tags\n"),
    WrongInput("edit", "CLAIM", "--unset", "origin", says: "only an import writes it"),
    // The first of these is right, and is not done either.
    WrongInput("edit", "CLAIM", "--set", "status=accepted", "--set", "object=nothing", says: "not a CURIE"),
  ]

  static let identifiers: [WrongInput] = [
    WrongInput("add", "source", "--doi", "10.1", says: "not a DOI"),
    WrongInput("add", "source", "--doi", "", says: "not a DOI"),
    WrongInput("add", "source", "--pmid", "12a", says: "not a PMID"),
    WrongInput("add", "source", "--pmcid", "12", says: "not a PMCID"),
    WrongInput("add", "source", "--url", "example.org", says: "not a web address"),
    WrongInput("add", "source", "--doi", "10.1000/x", "--pmid", "x", says: "not a PMID"),
    WrongInput("add", "source", "--doi", "10.1000/x", "--issued", "2025-02-30", says: "not a date"),
    WrongInput("add", "source", "--doi", "10.1000/x\u{7}", says: "not a DOI"),
    WrongInput("add", "source", "--doi", "10.1000/x", "--entity", "LCN2", says: "not a CURIE"),
    WrongInput("add", "source", "--doi", "10.1000/x", "--author", "", says: "author is empty"),
    WrongInput("add", "claim", "a", "--subject", "NCBIGene", says: "not a CURIE"),
    WrongInput("add", "claim", "a", "--qualifier", "UBERON:1", says: "expected ROLE=CURIE"),
    WrongInput("add", "claim", "a", "--tag", "a\tb", says: "control character (U+0009) at character 2"),
    WrongInput("add", "claim", "a", "--tag", "a\u{202E}b", says: "bidirectional override"),
    WrongInput("add", "term", "LCN2", "lipocalin", says: "not a CURIE"),
    WrongInput("add", "term", "A:1", "a\u{1B}[31m", says: "control character"),
    WrongInput("add", "term", "A:1", "a", "--synonym", "", says: "synonyms is empty"),
    WrongInput("assess", "CLAIM", "supports", "--evidence", "ECO", says: "not a CURIE"),
    WrongInput(
      "assess", "CLAIM", "supports", "--from-source", "doi:10.1000/NONE",
      says: "hint: variorum add source --doi \"10.1000/none\" adds it; variorum list sources shows them"),
    WrongInput("add", "claim", "a", "--source", "41000001", says: "variorum add source --pmid \"41000001\" adds it"),
    WrongInput("init", "--curator", "Bo", "--orcid", "0000-0002-1825-0090", says: "checksum"),
    WrongInput("init", "--curator", " ", says: "empty"),
  ]

  static let prose: [WrongInput] = [
    WrongInput("add", "claim", "", says: "nothing written"),
    WrongInput("note", "CLAIM", " \n\t", says: "nothing written"),
    WrongInput("note", "CLAIM", "-", says: "nothing written"),
    WrongInput("edit", "CLAIM", "--body", "", says: "nothing written"),
    WrongInput("note", "CLAIM", "-", says: "at most 1048576", input: [UInt8](repeating: 0x61, count: 1_048_577)),
    WrongInput("note", "CLAIM", "-", says: "more than 1048576", input: [UInt8](repeating: 0x61, count: 2_000_000)),
    WrongInput("note", "CLAIM", "-", says: "not UTF-8: byte 3", input: [0x61, 0x62, 0xFF, 0x63]),
    WrongInput("note", "CLAIM", "--body-file", "-", says: "not UTF-8: byte 1", input: [0xC3]),
    WrongInput("edit", "CLAIM", "--body", "-", says: "not UTF-8", input: [0xED, 0xA0, 0x80]),
    WrongInput("note", "CLAIM", "a", "--quote", "", says: "exact is empty"),
    WrongInput("edit", "CLAIM", "--set", "statement=", says: "statement is empty"),
  ]

  static let usage: [WrongInput] = [
    WrongInput("noet", "CLAIM", "a", status: 2, says: "did you mean variorum note?"),
    WrongInput("frobnicate", status: 2, says: "unknown verb \"frobnicate\""),
    WrongInput("add", "calim", "a", status: 2, says: "did you mean variorum add claim?"),
    WrongInput("note", status: 2, says: "Missing expected argument '<record>'"),
    WrongInput("note", "CLAIM", "a", "--bdoy", "b", status: 2, says: "did you mean '--body'?"),
    WrongInput("note", "CLAIM", "a", "--body", "b", status: 2, says: "given twice"),
    WrongInput("note", "CLAIM", "--body", "a", "--body-file", "b", status: 2, says: "given twice"),
    WrongInput("add", "claim", "a", "--body", "b", status: 2, says: "given twice"),
    WrongInput("add", "claim", status: 2, says: "give --body TEXT, --body-file FILE or -"),
    WrongInput("note", "CLAIM", "a", "--prefix", "b", status: 2, says: "--quote"),
    WrongInput("note", "CLAIM", status: 2, says: "--body TEXT"),
    WrongInput("assess", "CLAIM", status: 2, says: "no stance is given"),
    WrongInput("assess", "CLAIM", "supports", "--stance", "disputes", status: 2, says: "two stances"),
    WrongInput("add", "source", "--title", "a", status: 2, says: "--doi, --pmid, --pmcid or --url"),
    WrongInput("edit", "CLAIM", "--set", "status", status: 2, says: "FIELD=VALUE"),
    WrongInput("edit", "SOURCE", status: 2, says: "--set FIELD=VALUE"),
    WrongInput("edit", "CLAIM", "--body", "b", "--set", "statement=c", status: 2, says: "statement is given twice"),
    WrongInput("edit", "NOTE", "--body", "b", "--unset", "body", status: 2, says: "the field body is given twice"),
    WrongInput(
      "edit", "CLAIM", "--set", "status=accepted", "--set", "status=rejected", status: 2, says: "status is given twice"),
    WrongInput("edit", "CLAIM", "--set", "via=a", "--unset", "via", status: 2, says: "the field via is given twice"),
    WrongInput("edit", "CLAIM", "--add", "tags=a", "--remove", "tags=a", status: 2, says: "tags=a is given twice"),
    WrongInput("edit", "CLAIM", "--add", "tags=a", "--add", "tags=a", status: 2, says: "tags=a is given twice"),
    WrongInput("tag", "CLAIM", status: 2, says: "Missing expected argument '<tags> ...'"),
    WrongInput("delete", status: 2, says: "Missing expected argument '<records> ...'"),
    WrongInput("note", "CLAIM", "--body-file", "nowhere", status: 1, says: "cannot read nowhere"),
    WrongInput("--store", "nowhere", "note", "CLAIM", "a", status: 1, says: "variorum init"),
  ]

  @Test(
    "is refused by one message, the right exit code, and nothing changed",
    arguments: [ids, deleted, words, identifiers, prose, usage])
  func refused(cases: [WrongInput]) throws {
    let harness = try CommandLineHarness()
    var records = [
      "CLAIM": try harness.succeed(["add", "claim", "A claim"]).shortID,
      "SOURCE": try harness.succeed(["add", "source", "--doi", "10.1000/a"]).shortID,
      "GONE": try harness.succeed(["add", "claim", "Gone"]).shortID,
    ]
    let claim = records["CLAIM"] ?? ""
    records["NOTE"] = try harness.succeed(["note", claim, "A note"]).shortID
    records["DIGITS"] = String(claim.dropFirst(2))
    records["UUID"] = try harness.record(claim).id.description
    let gone = try harness.succeed(["add", "source", "--doi", "10.1000/gone"]).shortID
    try harness.succeed(["delete", records["GONE"] ?? "", gone])
    func filled(_ word: String) -> String { records.reduce(word) { $0.replacing($1.key, with: $1.value) } }
    let before = try harness.fingerprint()
    for wrong in cases {
      let arguments = wrong.arguments.map(filled)
      let output = try harness.run(arguments, input: wrong.input)
      #expect(output.status == wrong.status, "\(wrong.description): \(output.stderr)")
      #expect(output.stderr.contains(filled(wrong.message)), "\(wrong.description): \(output.stderr)")
      #expect(output.stderr.hasPrefix("error: "), "\(wrong.description): \(output.stderr)")
      #expect(output.stdout.isEmpty, "\(wrong.description)")
      let json = try harness.run(arguments + ["--json"], input: wrong.input)
      #expect(json.status == wrong.status, "\(wrong.description) --json: \(json.stderr)")
      let error = json.errorObjects.first?["error"] as? [String: Any]
      #expect(json.stderr.split(separator: "\n").count == 1, "\(json.stderr)")
      #expect(error?["code"] as? Int == Int(wrong.status), "\(json.stderr)")
      #expect((error?["message"] as? String)?.isEmpty == false)
      #expect(json.stdout.isEmpty)
    }
    #expect(try harness.fingerprint() == before)
  }

  @Test("Arguments that are not UTF-8")
  func arguments() throws {
    let harness = try CommandLineHarness()
    let claim = try harness.succeed(["add", "claim", "A claim"]).shortID
    let before = try harness.fingerprint()
    // Foundation would repair the argument, so a shell makes it.
    let environment = try harness.editor("exec \"$VARIORUM\" note \(claim) \"$(printf 'caf\\351')\"")
    let script = try #require(environment["EDITOR"])
    let output = try harness.run(["note", claim, "x"], through: script)
    #expect(output.status == 4)
    #expect(output.stderr.contains("argument 3 is not UTF-8"))
    #expect(try harness.fingerprint() == before)
  }

  @Test("An ambiguous prefix lists the candidates")
  func ambiguous() throws {
    let harness = try CommandLineHarness()
    let store = try harness.store()
    // Two sources whose derived ids share their first 6 digits, found by trying.
    var seen: [String: String] = [:]
    var pair: (String, String, String)?
    var number = 1
    while pair == nil, number < 200_000 {
      let prefix = String(DerivedID.source(.pmid(try PMID(parsing: "\(number)"))).hex.prefix(6))
      if let other = seen[prefix] { pair = (prefix, other, "\(number)") }
      seen[prefix] = "\(number)"
      number += 1
    }
    let (prefix, one, two) = try #require(pair)
    try store.write { tx in for pmid in [one, two] { try tx.addSource(.pmid(try PMID(parsing: pmid))) } }
    let before = try harness.fingerprint()
    let output = try harness.run(["note", "s:" + prefix, "a"])
    #expect(output.status == 4)
    #expect(output.stderr.contains("several ids begin with s:\(prefix)"))
    #expect(output.stderr.split(separator: "s:\(prefix)").count >= 4)
    #expect(try harness.fingerprint() == before)
    // What is told of one of them names it alone.
    let id = DerivedID.source(.pmid(try PMID(parsing: one)))
    let short = try store.read { try $0.shortID(id, .source) }
    try harness.succeed(["delete", short])
    let deleted = try harness.run(["note", short, "a"])
    #expect(short.utf8.count > 8)
    #expect(deleted.stderr.contains("source \(short) is deleted\nhint: variorum restore \(short) takes that back"))
  }

  @Test("A store that is none, is newer, or lies in a directory without one")
  func stores() throws {
    let harness = try CommandLineHarness()
    try harness.file("text.sqlite", "This is no store, but long enough to be looked at as one, if only just so.\n".utf8)
    try harness.file("empty.sqlite", [])
    for name in ["text.sqlite", "empty.sqlite"] {
      let output = try harness.run(["add", "claim", "x", "--store", name])
      #expect(output.status == 1)
      #expect(output.stderr.contains("is not a Variorum store"))
    }
    let bare = try CommandLineHarness(curator: nil)
    let output = try bare.run(["add", "claim", "x"])
    #expect(output.status == 1)
    #expect(output.stderr.contains("variorum init --curator NAME makes one here"))
    let named = try bare.run(["add", "claim", "x"], environment: ["VARIORUM_STORE": bare.directory])
    #expect(named.status == 1)
    #expect(named.stderr.contains("no store at"))
  }

  @Test("A store that cannot be written", .enabled(if: geteuid() != 0, "root may write anything"))
  func readOnly() throws {
    let harness = try CommandLineHarness()
    let before = try harness.fingerprint()
    let directory = harness.directory + "/.variorum"
    for (path, mode) in [(directory + "/store.sqlite", 0o400), (directory, 0o500)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    let output = try harness.run(["add", "claim", "x"])
    for (path, mode) in [(directory, 0o700), (directory + "/store.sqlite", 0o600)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
    #expect(output.status == 1)
    #expect(output.stderr.contains("cannot be written"))
    #expect(try harness.fingerprint() == before)
  }

  @Test("A store that may not be looked at is not none", .enabled(if: geteuid() != 0, "root may read anything"))
  func closed() throws {
    let harness = try CommandLineHarness()
    let directory = harness.directory + "/.variorum"
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: directory)
    let outputs = try [["list"], ["list", "--store", "."], ["list", "--store", ".variorum"]].map { try harness.run($0) }
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
    for output in outputs {
      #expect(output.status == 1)
      #expect(output.stderr.contains("store.sqlite cannot be read"), "\(output.stderr)")
    }
    let noCopy = try harness.run(["verify"], environment: ["TMPDIR": "/nonexistent"])
    #expect(noCopy.status == 1)
    #expect(noCopy.stderr.contains("no copy to compare with can be made in /nonexistent"), "\(noCopy.stderr)")
  }
}

import AnnotationStore
import Foundation
import Testing

@Suite("Writing on records")
struct WritingTests {
  private let harness: CommandLineHarness
  private let claim: String

  init() throws {
    harness = try CommandLineHarness()
    claim = try harness.succeed(["add", "claim", "LCN2 is raised."]).shortID
  }

  @Test("A note, given in any way")
  func note() throws {
    let direct = try harness.succeed(["note", claim, "Only in mice.", "--tag", "check", "--motivation", "questioning"])
    let record = try harness.record(direct.shortID)
    #expect(record.text("body") == "Only in mice.")
    #expect(record.text("motivation") == "questioning")
    #expect(record.elements("tags") == ["check"])
    #expect(direct.stderr == "next: variorum show \(claim)\n")
    try harness.file("note.md", "One\n\nTwo\n".utf8)
    let others = [
      try harness.succeed(["note", claim, "--body", "One\n\nTwo"]),
      try harness.succeed(["note", claim, "--body-file", "note.md"]),
      try harness.succeed(["note", claim, "--body-file", "-"], input: Array("One\n\nTwo\n".utf8)),
      try harness.succeed(["note", claim, "-"], input: Array("One\n\nTwo\r\n".utf8)),
      try harness.succeed(["note", claim], environment: try harness.editor("printf 'One\\n\\nTwo\\n' > \"$1\"")),
    ]
    for output in others { #expect(try harness.record(output.shortID).text("body") == "One\n\nTwo") }
  }

  @Test("A reply answers a note, with a quote of it")
  func reply() throws {
    let note = try harness.succeed(["note", claim, "Only in mice."]).shortID
    let output = try harness.succeed(["reply", note, "Which?", "--quote", "mice"])
    let record = try harness.record(output.shortID)
    #expect(record.text("motivation") == "replying")
    #expect(record.reference("target") == (try harness.record(note).id))
    #expect(record.selector?.exact == "mice")
  }

  @Test("An assessment with its evidence is one change")
  func assess() throws {
    let source = try harness.succeed(["add", "source", "--pmid", "41000001"]).shortID
    let before = try harness.store().read { try $0.status().changes }
    let output = try harness.succeed([
      "assess", claim, "disputes", "--body", "Not in CSF.", "--evidence", "ECO:0000006", "--from-source", source,
      "--quote", "no change", "--strength", "strong",
    ])
    #expect(try harness.store().read { try $0.status().changes } == before + 1)
    #expect(output.lines.count == 2)
    let assessment = try harness.record(output.shortID)
    #expect(assessment.text("stance") == "disputes")
    #expect(assessment.text("body") == "Not in CSF.")
    let evidence = try harness.record(String(output.lines[1].prefix { $0 != " " }))
    #expect(evidence.reference("target") == assessment.id)
    #expect(evidence.text("direction") == "disputes")
    #expect(evidence.text("eco") == "ECO:0000006")
    #expect(evidence.text("strength") == "strong")
    #expect(evidence.selector?.exact == "no change")
    #expect(evidence.reference("source") == (try harness.record(source).id))
  }

  @Test("One assessment a person: saying it again changes it, saying the same writes nothing")
  func assessAgain() throws {
    let first = try harness.succeed(["assess", claim, "supports"]).shortID
    let second = try harness.succeed(["assess", claim, "--stance", "uncertain", "--direction", "supports", "--json"])
    let object = try #require(second.objects.first)
    #expect(try harness.record(first).id.description == object["id"] as? String)
    #expect(try harness.record(first).text("stance") == "uncertain")
    let evidence = try harness.record(try #require(object["evidence"] as? String))
    #expect(evidence.text("direction") == "supports")
    let before = try harness.fingerprint()
    #expect(try harness.succeed(["assess", claim, "uncertain"]).stdout.contains("unchanged"))
    #expect(try harness.fingerprint() == before)
  }

  @Test("Where the stance is uncertain the evidence is neutral")
  func neutral() throws {
    let output = try harness.succeed(["assess", claim, "uncertain", "--evidence", "ECO:0000006", "--json"])
    let evidence = try harness.record(try #require(output.objects.first?["evidence"] as? String))
    #expect(evidence.text("direction") == "neutral")
  }

  @Test("Tags are put on and taken off")
  func tag() throws {
    try harness.succeed(["tag", claim, "b", "a"])
    #expect(try harness.record(claim).elements("tags") == ["a", "b"])
    #expect(try harness.succeed(["tag", claim, "a", "--remove"]).stdout.contains("took off a"))
    #expect(try harness.record(claim).elements("tags") == ["b"])
    let before = try harness.fingerprint()
    #expect(try harness.succeed(["tag", claim, "b"]).stdout.contains("unchanged"))
    #expect(try harness.succeed(["tag", claim, "x", "--remove"]).stdout.contains("unchanged"))
    #expect(try harness.fingerprint() == before)
  }

  @Test("A link is made once")
  func link() throws {
    let other = try harness.succeed(["add", "claim", "LCN2 is raised in mice."]).shortID
    let output = try harness.succeed(["link", other, "refines", claim])
    #expect(output.stdout.contains("\(other) refines \(claim)"))
    #expect(try harness.succeed(["link", other, "refines", claim]).shortID == output.shortID)
    let edited = try harness.run(["edit", output.shortID])
    #expect(edited.status == 2)
    #expect(edited.stderr.contains("a link has nothing that could be edited"))
    try harness.succeed(["delete", output.shortID])
    #expect(try harness.run(["link", other, "refines", claim]).status == 4)
  }

  @Test("Deleted records are named with what stands on them, and come back")
  func delete() throws {
    try harness.succeed(["note", claim, "a note"])
    let other = try harness.succeed(["add", "claim", "Other"]).shortID
    let before = try harness.store().read { try $0.status().changes }
    let output = try harness.succeed(["delete", claim, other, claim])
    #expect(output.lines.count == 2)
    #expect(output.lines[0].contains("orphaned: 1 annotation"))
    #expect(output.stderr.contains("variorum restore \(claim) \(other)"))
    #expect(try harness.store().read { try $0.status().changes } == before + 1)
    #expect(try harness.record(claim).isDeleted)
    try harness.succeed(["restore", claim, other])
    #expect(try !harness.record(claim).isDeleted && !harness.record(other).isDeleted)
  }

  @Test("Whoever writes is not deleted, and what is named beside them neither, until somebody else writes")
  func deleteCurator() throws {
    let curator = try #require(try harness.succeed(["list", "curators"]).lines.first?.prefix { $0 != "\t" })
    let refused = try harness.run(["delete", claim, String(curator)])
    #expect(refused.status == 4)
    #expect(refused.stderr.contains("in whose name is written here\nhint: variorum init --curator NAME first"))
    #expect(try !harness.record(claim).isDeleted && !harness.record(String(curator)).isDeleted)
    try harness.succeed(["init", "--curator", "Ben Ortiz"])
    try harness.succeed(["delete", String(curator)])
    #expect(try harness.record(String(curator)).isDeleted)
  }
}

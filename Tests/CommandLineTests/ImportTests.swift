import AnnotationStore
import Foundation
import Testing

@Suite("variorum import")
struct ImportTests {
  static let table = "statement\tsource\ttags\tnote\nA raises B.\tDOI:10.1234/A\tx;y\tLook.\nC.\t10.1234/a\t\t\n"

  @Test("Takes a table in, tells what came of it and what to type next; a second time there is nothing new")
  func takesIn() throws {
    let harness = try CommandLineHarness()
    try harness.file("claims.tsv", Self.table.utf8)
    let output = try harness.run(["import", "claims.tsv"])
    #expect(output.status == 0)
    #expect(output.stdout == "imported claims.tsv: 1 source, 2 claims, 1 annotation\n")
    #expect(output.stderr.contains("sources known by nothing but their identifier: DOI:10.1234/a\n"))
    let next = try #require(output.stderr.split(separator: "\n").first { $0.hasPrefix("next: variorum list claims") })
    let listed = try harness.succeed(next.split(separator: " ").dropFirst(2).map(String.init))
    #expect(listed.lines.count == 2)
    let before = try harness.fingerprint()
    let again = try harness.succeed(["import", "claims.tsv"])
    #expect(again.stdout == "nothing new in claims.tsv\n  already there: 2 claims, 1 annotation\n")
    #expect(try harness.fingerprint() == before)
  }

  @Test("Tells scripts the counts")
  func json() throws {
    let harness = try CommandLineHarness()
    let output = try harness.succeed(["import", "-", "--json", "--format", "tsv"], input: Array(Self.table.utf8))
    let object = try #require(output.objects.first)
    #expect(output.objects.count == 1 && output.stderr.isEmpty)
    #expect(object["schema"] as? Int == 1 && object["dry_run"] as? Bool == false)
    #expect(object["created"] as? [String: Int] == ["source": 1, "claim": 2, "annotation": 1])
    let change = try #require((object["changes"] as? [String])?.last)
    #expect(try harness.store().read { try $0.status().heads.map(\.hex) } == [change])
    let source = try #require((object["sources"] as? [String])?.first)
    #expect(try harness.record(source).text("doi") == "10.1234/a")
  }

  @Test("What is exported as JSON Lines comes in elsewhere, and goes out the same")
  func jsonLines() throws {
    let (harness, other) = (try CommandLineHarness(), try CommandLineHarness(curator: "Cleo"))
    try harness.file("claims.tsv", Self.table.utf8)
    try harness.succeed(["import", "claims.tsv"])
    let told = try harness.succeed(["export", "--format", "jsonl", "-o", "all.jsonl"])
    #expect(told.stdout.hasSuffix("/all.jsonl  1 source, 2 claims, 1 annotation, 1 curator\n"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: harness.directory + "/all.jsonl"))
    let taken = try other.succeed(["import", "-"], input: Array(bytes))
    #expect(taken.stdout.contains("1 source, 2 claims, 1 annotation, 1 curator"))
    let again = try other.succeed(["export", "--format", "jsonl", "--json"]).lines.filter { !$0.contains("Cleo") }
    #expect(again == String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init))
    #expect(try harness.run(["export", "--format", "jsonl", "--limit", "3"]).status == 2)
    #expect(try harness.run(["export", "--format", "paper"]).stderr.contains("known: jsonl"))
    #expect(try harness.succeed(["formats", "--json"]).objects.contains { $0["format"] as? String == "jsonl" })
  }

  @Test("JSON Lines are merged with what is here: what both wrote is in conflict, and the next command is told")
  func mergesJSONLines() throws {
    let harness = try CommandLineHarness()
    let claim = try harness.succeed(["add", "claim", "LCN2 is raised."]).shortID
    try harness.succeed(["export", "--format", "jsonl", "-o", "base.jsonl"])
    try harness.succeed(["init", "other", "--curator", "Cleo"])
    let other = ["--store", "other"]
    try harness.succeed(["import", "base.jsonl"] + other)
    try harness.succeed(["edit", claim, "--set", "status=rejected"] + other)
    try harness.succeed(["export", "--format", "jsonl", "-o", "all.jsonl"] + other)
    try harness.succeed(["edit", claim, "--set", "status=accepted"])
    let told = try harness.succeed(["import", "all.jsonl"])
    #expect(
      told.lines.suffix(2) == [
        "  merged: 1 write to records that were there already", "  conflicts: 1 opened, 0 closed",
      ])
    #expect(told.stderr.contains("next: variorum conflicts shows what is to be decided\n"))
    let conflict = try #require(try harness.succeed(["conflicts", "--json"]).objects.first)
    #expect(
      (conflict["values"] as? [[String: Any]])?.compactMap { $0["value"] as? String } == ["rejected", "accepted"])
  }

  @Test("A pipe is read as well, and several files are one transaction")
  func severalFiles() throws {
    let harness = try CommandLineHarness()
    try harness.file("k.bib", "@misc{k, doi={10.1234/a}, title={T}}".utf8)
    try harness.file("bad.tsv", "statement\tsubject\nx\tNCBIGene\n".utf8)
    let before = try harness.fingerprint()
    let refused = try harness.run(["import", "k.bib", "bad.tsv"])
    #expect(refused.status == 4 && refused.stdout.isEmpty)
    #expect(refused.stderr.contains("bad.tsv: line 2, column \"subject\": not a CURIE"))
    #expect(refused.stderr.hasSuffix("hint: correct the file, or import the rest with --skip-invalid\n"))
    #expect(try harness.fingerprint() == before)
    let skipped = try harness.succeed(["import", "k.bib", "bad.tsv", "--skip-invalid"])
    #expect(skipped.stdout == "imported k.bib, bad.tsv: 1 source\n")
    #expect(skipped.stderr.contains("left out 1 row or entry, not valid:\n"))
  }

  @Test("A dry run tells what would come of it and writes nothing")
  func dryRun() throws {
    let harness = try CommandLineHarness()
    try harness.file("claims.tsv", Self.table.utf8)
    let before = try harness.fingerprint()
    let output = try harness.succeed(["import", "claims.tsv", "--dry-run"])
    #expect(output.stdout == "would import claims.tsv: 1 source, 2 claims, 1 annotation\n")
    #expect(output.stderr.contains("next: the same without --dry-run imports it\n"))
    #expect(try harness.fingerprint() == before)
    // Where there is nothing to import, nothing is said of importing it.
    try harness.succeed(["import", "claims.tsv"])
    let again = try harness.succeed(["import", "claims.tsv", "--dry-run"])
    #expect(again.stdout.hasPrefix("nothing new in claims.tsv\n") && !again.stderr.contains("without --dry-run"))
  }

  @Test("What is here stays as it is, and what was deleted stays deleted")
  func staysAsItIs() throws {
    let harness = try CommandLineHarness()
    try harness.file("k.bib", "@misc{k, doi={10.1234/a}, title={One}}".utf8)
    try harness.succeed(["import", "k.bib"])
    try harness.file("k.bib", "@misc{k, doi={10.1234/a}, title={Two}, year=2020}".utf8)
    let output = try harness.succeed(["import", "k.bib"])
    #expect(output.stdout.contains("no new record\n  already there: 1 source\n  filled in: 1 field "))
    #expect(output.stderr.contains(".title: here \"One\", in the file \"Two\"\n"))
    #expect(output.stderr.contains("--set title=Two\n"))
    let source = try #require(
      try harness.store().read { reader in
        var filter = RecordFilter()
        filter.kinds = [.source]
        return try reader.records(filter).first
      })
    #expect(source.text("title") == "One" && source.text("issued") == "2020")
    try harness.succeed(["delete", source.id.description])
    let left = try harness.succeed(["import", "k.bib"])
    #expect(left.stdout == "nothing new in k.bib\n")
    #expect(left.stderr.contains("deleted here, and left so: source s:"))
    #expect(left.stderr.contains("next: variorum restore s:"))
  }

  @Test("What differs is told as people read it, with a command that can be typed as it stands")
  func differencesToType() throws {
    let harness = try CommandLineHarness()
    try harness.file("k.bib", "@misc{k, doi={10.1234/a}, author={Li, Yi}}".utf8)
    try harness.succeed(["import", "k.bib"])
    try harness.file("k.bib", "@misc{k, doi={10.1234/a}, author={O'Neil, Ed and Li, Yi}}".utf8)
    let output = try harness.succeed(["import", "k.bib"])
    #expect(output.stderr.contains(".authors: here \"Li, Yi\", in the file \"O'Neil, Ed; Li, Yi\"\n"))
    let command = try #require(output.stderr.split(separator: "\n").first { $0.hasPrefix("next: variorum edit s:") })
    try harness.file("typed.sh", "\"$VARIORUM\" \(command.dropFirst("next: variorum ".count))\n".utf8)
    #expect(try harness.run(["typed.sh"], through: "/bin/sh").status == 0)
    let json = try harness.succeed(["import", "k.bib", "--json"])
    #expect(json.objects.first?["differing"] as? Int == 0)
    try harness.file("k.bib", "@misc{k, doi={10.1234/a}, author={Li, Yi}}".utf8)
    let differing =
      try harness.succeed(["import", "k.bib", "--json"]).objects.first?["differences"] as? [[String: Any]]
    #expect(differing?.first?["given"] as? [String] == ["Li, Yi"])
  }

  @Test(
    "Input that is wrong is refused with the remedy and the right exit code",
    arguments: [
      (["import", "nope.tsv"], 1, "\"nope.tsv\" cannot be read: No such file or directory"),
      (["import", "."], 1, "\".\" is a directory"), (["import", "empty.tsv"], 4, "empty.tsv: the file is empty"),
      (["import", "notes.txt"], 4, "cannot tell the format of notes.txt"),
      (["import", "latin1.tsv"], 4, "latin1.tsv: not valid UTF-8 at byte 11, line 2"),
      (["import", "header.tsv"], 4, "header.tsv: line 1: unknown column \"sorce\"; did you mean \"source\"?"),
      (["import", "row.tsv"], 4, "row.tsv: line 2, column \"source\": the row has 1 cells and the header 2"),
      (["import", "row.tsv", "--format", "cvs"], 2, "did you mean csv?"),
      (["import", "-", "-"], 2, "- stands there twice"), (["import"], 2, "file"),
    ] as [([String], Int32, String)])
  func refuses(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let harness = try CommandLineHarness()
    try harness.file("empty.tsv", "".utf8)
    try harness.file("notes.txt", "hello".utf8)
    try harness.file("latin1.tsv", Array("statement\n".utf8) + [0xE9])
    try harness.file("header.tsv", "statement\tsorce\nx\ty\n".utf8)
    try harness.file("row.tsv", "statement\tsource\nx\n".utf8)
    let before = try harness.fingerprint()
    let output = try harness.run(arguments)
    #expect(output.status == status && output.stdout.isEmpty)
    #expect(output.stderr.contains(message), "\(output.stderr)")
    #expect(try harness.fingerprint() == before)
    let json = try harness.run(arguments + ["--json"])
    #expect(json.status == status && json.errorObjects.count == 1 && json.stdout.isEmpty)
  }
}

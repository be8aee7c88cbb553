import Foundation
import Testing

/// `clone`, by what it puts out and leaves behind.
@Suite struct CloneTests {
  @Test func aCloneHasAllAndIsWrittenApart() throws {
    let harness = try CommandLineHarness()
    let claim = try harness.succeed(["add", "claim", "LCN2 is raised in ALS."]).shortID
    let output = try harness.succeed(["clone", ".", "ben", "--curator", "Ben Ortiz", "--orcid", "0000-0002-1694-233X"])
    #expect(
      output.stdout == """
        made the store ben/.variorum/store.sqlite, a replica of .
          1 claim, 2 curators

        """)
    #expect(output.stderr == "next: cd ben && variorum list claims\n")
    try harness.succeed(["note", claim, "Ben's.", "--store", "ben"])
    let log = try harness.succeed(["log", "--store", "ben", "--limit", "1"])
    #expect(log.stdout.contains("Ben Ortiz"))
    #expect(try harness.succeed(["list", "annotations"]).lines.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: harness.directory + "/ben") == [".variorum"])
  }

  @Test func withoutACuratorItSaysHowToNameOne() throws {
    let harness = try CommandLineHarness()
    let output = try harness.succeed(["clone", ".", "copy"])
    #expect(output.stderr == "next: cd copy && variorum init --curator NAME\n")
    let refused = try harness.run(["add", "claim", "Nobody's.", "--store", "copy"])
    #expect(refused.status == 1 && refused.stderr.contains("nobody has said who is writing"))
    // With nobody who has written, both say the same.
    let digests = try [".", "copy"].map {
      try harness.succeed(["status", "--json", "--store", $0]).objects.first?["digest"] as? String
    }
    #expect(digests[0] == digests[1])
  }

  @Test func aBundleIsCloned() throws {
    let harness = try CommandLineHarness()
    try harness.succeed(["add", "claim", "LCN2 is raised in ALS."])
    try harness.succeed(["bundle", "create", "all.bundle"])
    let object = try #require(try harness.succeed(["clone", "all.bundle", "copy", "--json"]).objects.first)
    #expect((object["received"] as? [String: Any])?["applied"] as? Int == 2)
    #expect((object["digests"] as? [String: Any])?["equal"] as? Bool == true)
    try harness.succeed(["verify", "--store", "copy"])
  }

  @Test func whereItFailsNothingIsLeft() throws {
    let harness = try CommandLineHarness()
    try harness.succeed(["bundle", "create", "all.bundle"])
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: harness.directory + "/all.bundle")))
    try harness.file("cut.bundle", whole.dropLast())
    let cut = try harness.run(["clone", "cut.bundle", "copy"])
    #expect(cut.status == 1 && cut.stderr.contains("ends before its end"))
    let unnamed = try harness.run(["clone", ".", "copy", "--orcid", "0000-0002-1694-233X"])
    #expect(unnamed.status == 2)
    let badName = try harness.run(["clone", ".", "copy", "--curator", ""])
    #expect(badName.status == 4)
    let nowhere = try harness.run(["clone", "nowhere", "copy"])
    #expect(nowhere.status == 1 && nowhere.stderr.contains("no store at"))
    #expect(!FileManager.default.fileExists(atPath: harness.directory + "/copy"))
  }

  @Test func aStoreThatIsThereIsNotTouched() throws {
    let harness = try CommandLineHarness()
    try harness.succeed(["init", "other", "--curator", "Cy Young"])
    let before = try harness.store("other/.variorum/store.sqlite").id
    let output = try harness.run(["clone", ".", "other"])
    #expect(output.status == 1 && output.stderr.contains("there is a store at other/.variorum already"))
    #expect(try harness.store("other/.variorum/store.sqlite").id == before)
  }
}

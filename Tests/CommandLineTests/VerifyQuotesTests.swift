import AnnotationStore
import Foundation
import Testing

@Suite("variorum verify quotes")
struct VerifyQuotesTests {
  private static let text = "LCN2 is raised in the spinal\ncord of ALS patients. Nothing else was seen."

  private static func harness() throws -> CommandLineHarness {
    let harness = try CommandLineHarness()
    try harness.file("paper.txt", text.utf8)
    for (statement, quote) in [
      ("A.", "LCN2 is raised"), ("B.", "in the spinal cord"), ("C.", "cord of ALS patient. Nothing more was seen"),
    ] {
      _ = try harness.succeed(["add", "claim", statement, "--quote", quote])
    }
    return harness
  }

  @Test("Tells what became of each quote; nothing is changed, and what to type is told to scripts as well")
  func tells() throws {
    let harness = try Self.harness()
    let before = try harness.fingerprint()
    let output = try harness.succeed(["verify", "quotes", "--text", "paper.txt"])
    let states = output.lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(Set(states.map { $0.dropFirst().prefix(2).joined(separator: " ") }).count == 3)
    #expect(states.contains { $0[1] == "exact" && $0[2] == "0-14" })
    #expect(states.contains { $0[1] == "normalised" && $0[2] == "15-33" })
    #expect(output.stderr == "1 exact, 1 normalised, 1 altered\n")
    let objects = try harness.succeed(["verify", "quotes", "--text", "-", "--json"], input: Array(Self.text.utf8))
      .objects
    let altered = try #require(objects.first { $0["status"] as? String == "altered" })
    #expect(altered["found"] as? String == "cord of ALS patients. Nothing else was seen")
    #expect(objects.count == 3 && altered["edits"] as? Int == 4 && altered["start"] as? Int == 29)
    #expect(try harness.fingerprint() == before)
  }

  @Test("Under --check a quote that needs a look is exit code 1; verify alone still checks the log")
  func checks() throws {
    let harness = try Self.harness()
    let failed = try harness.run(["verify", "quotes", "--text", "paper.txt", "--check"])
    #expect(failed.status == 1 && failed.stderr.contains("1 quote needs a look"))
    try harness.file("other.txt", "LCN2 is raised in the spinal cord of ALS patient. Nothing more was seen".utf8)
    #expect(try harness.run(["verify", "quotes", "--text", "other.txt", "--check"]).status == 0)
    #expect(try harness.succeed(["verify", "--json"]).objects.first?["sound"] as? Bool == true)
    try harness.file("latin.txt", [0x61, 0xE9, 0x62])
    #expect(try harness.run(["verify", "quotes", "--text", "latin.txt"]).status == 4)
    let none = try harness.run(["verify", "quotes", "--text", "none.txt"])
    #expect(none.status == 1 && none.stderr.contains("cannot be read"))
  }
}

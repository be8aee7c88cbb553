import Foundation
import Testing

@testable import AnnotationStore

@Suite("Texts that are edited apart")
struct ProseTests {
  private let harness: CommandLineHarness
  private let claim: String
  private let copy = ["--store", "b.sqlite"]

  private static let text = "LCN2 is raised in the serum of patients with ALS."

  init() throws {
    harness = try CommandLineHarness()
    claim = try harness.succeed(["add", "claim", Self.text]).shortID
    try harness.copyStore(to: "b.sqlite")
    try harness.succeed(["init", "--curator", "Ben Ortiz"] + copy)
  }

  private func statement() throws -> String { try harness.record(claim).text("statement") ?? "" }

  /// One edits it here, the other there, and what was written there comes here.
  private func edit(here: [String: String], there: [String: String]) throws {
    func text(_ edits: [String: String]) -> String {
      edits.reduce(Self.text) { $0.replacing($1.key, with: $1.value) }
    }
    // More edits here, so that what is causally deeper, and first in the list, is Ada's.
    for tag in ["blood", "serum"] { try harness.succeed(["tag", claim, tag]) }
    try harness.succeed(["edit", claim, "--body", text(here)])
    try harness.succeed(["edit", claim, "--body", text(there)] + copy)
    try harness.take(from: "b.sqlite")
  }

  @Test("Different words merge, and there is nothing to decide")
  func merges() throws {
    try edit(here: ["serum": "plasma"], there: ["patients": "people", "raised": "elevated"])
    #expect(try statement() == "LCN2 is elevated in the plasma of people with ALS.")
    #expect(try harness.succeed(["conflicts"]).stderr == "no conflicts are open\n")
    #expect(try harness.run(["status", "--check", "--strict"]).status == 0)
    let shown = try harness.succeed(["diff", claim]).stdout
    #expect(
      shown.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
        "LCN2 is [-raised-] {+elevated+} in the [-serum-] {+plasma+} of [-patients-] {+people+} with ALS."), "\(shown)")
    let blame = try harness.succeed(["blame", claim, "--json"]).objects.first { $0["field"] as? String == "statement" }
    let words = try #require(blame?["words"] as? [[String: Any]])
    #expect(words.compactMap { $0["text"] as? String }.joined() == (try statement()))
    #expect(
      words.compactMap { $0["text"] as? String } == [
        "LCN2 is ", "elevated ", "in the ", "plasma ", "of ", "people ", "with ALS.",
      ])
    #expect(Set(words.compactMap { $0["curator"] as? String }).count == 2)
    let rows = try harness.succeed(["blame", claim]).stdout.split(separator: "\n").map(String.init)
    #expect(rows.contains { $0.contains("plasma") && $0.contains("Ada Nowak") }, "\(rows)")
    #expect(rows.contains { $0.contains("people") && $0.contains("Ben Ortiz") }, "\(rows)")
  }

  @Test("Where both changed the same words, each side and the merge are shown, the words in question marked")
  func conflict() throws {
    try edit(here: ["raised": "elevated"], there: ["raised": "increased", "patients": "people"])
    let merged = try statement()
    let told = try harness.succeed(["conflicts"]).stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(told.contains("before LCN2 is >>raised<< in the serum of patients with ALS."), "\(told)")
    #expect(told.contains("1 LCN2 is >>elevated<< in the serum of patients with ALS. Ada Nowak"), "\(told)")
    #expect(told.contains("2 LCN2 is >>increased<< in the serum of people with ALS. Ben"))
    #expect(told.contains(">><<") == false && told.contains("<< in the serum of people with ALS."), "\(told)")
    #expect(told.contains("variorum resolve \(claim).statement --accept --because"))
    let object = try #require(try harness.succeed(["conflicts", "--json"]).objects.first)
    #expect(object["type"] as? String == "prose" && object["merged"] as? String == merged)
    let contention = try #require((object["contentions"] as? [[String: Any]])?.first)
    #expect(contention["base"] as? String == "raised")
    #expect(
      (contention["sides"] as? [[String: Any]])?.compactMap { $0["text"] as? String } == ["elevated", "increased"])
    #expect(try harness.run(["status", "--check"]).status == 0)
    #expect(try harness.run(["status", "--check", "--strict"]).status == 3)
    #expect(try harness.succeed(["status"]).stdout.contains("1 text to look at"))
    #expect(try harness.succeed(["show", claim]).stdout.contains("MERGED, TO LOOK AT"))
    #expect(try harness.run(["status", "--strict"]).status == 2)
  }

  @Test(
    "It is settled by accepting the merge, taking a side, a text of one's own, the editor or an edit",
    arguments: ["accept", "take", "value", "edit", "all", "plain"])
  func settle(_ way: String) throws {
    try edit(here: ["raised": "elevated"], there: ["raised": "increased"])
    let merged = try statement()
    let place = "\(claim).statement"
    switch way {
    case "accept":
      let output = try harness.succeed(["resolve", place, "--accept", "--because", "Both say it."])
      #expect(output.stdout.contains("accepted the merged statement"))
      #expect(try harness.succeed(["log", claim, "--limit", "1"]).stdout.contains("accepted the merged statement"))
      #expect(try statement() == merged)
    case "take":
      try harness.succeed(["resolve", place, "--take", "2"])
      #expect(try statement() == Self.text.replacing("raised", with: "increased"))
    case "value":
      try harness.succeed(["resolve", claim, "--value", "LCN2 is higher in ALS."])
      #expect(try statement() == "LCN2 is higher in ALS.")
    case "edit":
      // The editor begins with the merge.
      let editor = try harness.editor(
        "grep -q elevated \"$1\" && grep -q increased \"$1\" && sed -i 's/serum/blood/' \"$1\"")
      try harness.succeed(["resolve", place, "--edit"], environment: editor)
      #expect(try statement() == merged.replacing("serum", with: "blood"))
    case "all":
      let planned = try harness.succeed(["resolve", "--all", "--take", "merged", "--dry-run"]).stdout
      #expect(planned.hasPrefix("would decide 1 conflict\n") && planned.contains("\(place)  as merged: LCN2 is"))
      try harness.succeed(["resolve", "--all", "--take", "merged"])
      #expect(try statement() == merged)
    default:
      let output = try harness.succeed(["edit", claim, "--body", merged.replacing("serum", with: "blood")])
      #expect(output.stderr.contains("statement was merged from several edits; yours settles it"))
      #expect(try statement() == merged.replacing("serum", with: "blood"))
    }
    #expect(try harness.succeed(["conflicts", "--json"]).objects.isEmpty)
    try harness.succeed(["undo"])
    #expect(try statement() == merged)
    #expect(try harness.succeed(["conflicts", "--json"]).objects.count == 1)
    #expect(try harness.run(["verify"]).status == 0)
  }

  @Test("A merge is accepted only of a text")
  func wrong() throws {
    try harness.succeed(["edit", claim, "--set", "status=accepted"])
    try harness.succeed(["edit", claim, "--set", "status=rejected"] + copy)
    try harness.take(from: "b.sqlite")
    let output = try harness.run(["resolve", claim, "--accept"])
    #expect(output.status == 4 && output.stderr.contains("no merged text"), "\(output.stderr)")
    #expect(try harness.run(["resolve", claim, "--accept", "--take", "1"]).status == 2)
    #expect(try harness.run(["resolve", claim, "--take", "merged"]).status == 2)
  }

  @Test("diff shows what differs between any two moments")
  func diff() throws {
    #expect(try harness.succeed(["diff", claim]).stderr == "nothing differs\n")
    func change(_ arguments: [String]) throws -> String {
      try #require(try harness.succeed(arguments + ["--json"]).objects.first?["change"] as? String)
    }
    let first = try change(["edit", claim, "--set", "status=accepted", "--add", "tags=iron"])
    let second = try change(["edit", claim, "--body", Self.text.replacing("ALS", with: "sporadic ALS")])
    try harness.succeed(["delete", claim])
    let all = try harness.succeed(["diff", claim]).stdout
    for part in ["proposed → accepted", "+ iron", "{+sporadic +}", "life", "deleted"] {
      #expect(all.replacing("{+sporadic+} ", with: "{+sporadic +}").contains(part), "\(part) in \(all)")
    }
    let texts = try harness.succeed(["diff", claim, "--from", first, "--to", second, "--json"]).objects.first
    let fields = try #require(texts?["fields"] as? [[String: Any]])
    #expect(fields.compactMap { $0["field"] as? String } == ["statement"])
    let words = try #require(fields.first?["words"] as? [[String: String]])
    #expect(words.map { $0["same"] ?? $0["added"] ?? "" }.joined() == Self.text.replacing("ALS", with: "sporadic ALS"))
    #expect(try harness.run(["diff", claim, "--from", "ffffffff"]).status == 4)
    let note = try harness.succeed(["note", claim.replacing("c:", with: "c:"), "--body", "x"] + copy).shortID
    #expect(try harness.run(["diff", note]).status == 4)
  }
}

import Foundation
import Testing

@Suite("variorum resolve")
struct ResolveTests {
  private let world: ReadingWorld
  private var harness: CommandLineHarness { world.harness }
  private var status: String { "\(world["claim"]).status" }

  init() throws {
    world = try ReadingWorld()
    try world.disagree()
  }

  private func conflicts() throws -> [[String: Any]] { try harness.succeed(["conflicts", "--json"]).objects }

  private func status(_ text: String) throws -> Bool { try harness.record(world["claim"]).text("status") == text }

  @Test("A value is taken; log, blame and show tell it as a decision, and an undo brings the conflict back")
  func take() throws {
    let output = try harness.succeed(["resolve", status, "--take", "2", "--because", "Two cohorts."])
    #expect(output.lines.first == "\(world["claim"])  decided status=rejected over accepted: Two cohorts.")
    #expect(
      output.stderr.contains("next: variorum undo takes it back\nnext: variorum conflicts shows the 2 that are left"))
    #expect(try status("rejected"))
    let log = try harness.succeed(["log", world["claim"], "--limit", "1"]).stdout
    #expect(log.contains("claim decided status=rejected over accepted: Two cohorts."))
    let op = try harness.succeed(["log", world["claim"], "--limit", "1", "--json"]).objects.first?["ops"]
    let told = (op as? [[String: Any]])?.first
    #expect(told?["reason"] as? String == "Two cohorts." && told?["over"] as? [String] == ["accepted"])
    let blame = try harness.succeed(["blame", world["claim"], "--json"]).objects
      .first { $0["field"] as? String == "status" }
    #expect((blame?["decision"] as? [String: Any])?["reason"] as? String == "Two cohorts.")
    #expect(try world.told("show", world["claim"]).contains("Decided     status=rejected over accepted: Two cohorts."))
    #expect(try harness.succeed(["undo"]).stdout.contains("status is in conflict again"))
    #expect(try conflicts().count == 3)
    #expect(try world.told("conflicts", status).contains("before  under-review"))
  }

  @Test(
    "Every way to decide a value",
    arguments: [
      (["--take", "1"], "accepted"), (["--take-from", "Ben Ortiz"], "rejected"), (["--take", "theirs"], "accepted"),
      (["--take", "mine"], "rejected"), (["--value", "under-review"], "under-review"),
      (["--value", "accepted"], "accepted"),
    ])
  func ways(_ arguments: [String], _ value: String) throws {
    try world.ben()
    let object = try harness.succeed(["resolve", world["claim"]] + arguments + ["--json"]).objects.first
    #expect(object?["kind"] as? String == "claim" && (object?["change"] as? String)?.count == 64)
    #expect(try status(value))
    #expect(try conflicts().count == 2)
  }

  @Test("The editor begins with what is shown")
  func edit() throws {
    let editor = try harness.editor(
      "grep -q no \"$1\" && grep -q promising \"$1\" && echo 'LCN2 is a possible therapeutic target.' > \"$1\"")
    try harness.succeed(["resolve", world["target"], "--edit"], environment: editor)
    #expect(try harness.record(world["target"]).text("statement") == "LCN2 is a possible therapeutic target.")
    #expect(try harness.temporaryFiles().isEmpty)
  }

  @Test("A life is decided", arguments: ["--restore", "--delete"])
  func life(_ decision: String) throws {
    try harness.succeed(["resolve", world["note"], decision, "--because", "It was answered."])
    #expect(try harness.record(world["note"]).isDeleted == (decision == "--delete"))
    let told = decision == "--delete" ? "that it stays deleted" : "that it lives"
    #expect(try world.told("show", world["note"]).contains("Decided     \(told): It was answered."))
    #expect(try conflicts().count == 2)
    try harness.succeed(["undo"])
    #expect(try conflicts().count == 3)
  }

  @Test("All by a rule: one commit, what it leaves is said, and a dry run writes nothing")
  func all() throws {
    let before = try harness.fingerprint()
    let planned = try harness.succeed(["resolve", "--all", "--take", "theirs", "--dry-run"]).stdout
    #expect(planned.hasPrefix("would decide 2 conflicts\n") && planned.contains("left 1 conflict\n"))
    let none = try harness.succeed(["resolve", "--all", "--take", "merged", "--field", "status", "--dry-run"])
    #expect(none.stdout.hasPrefix("would decide 0 conflicts\nleft 1 conflict\n") && none.stderr.isEmpty)
    #expect(try harness.fingerprint() == before)
    let changes = try harness.store().read { try $0.status().changes }
    let object = try harness.succeed(["resolve", "--all", "--take", "theirs", "--because", "Ben knows.", "--json"])
      .objects.first
    #expect((object?["decided"] as? [Any])?.count == 2 && (object?["left"] as? [Any])?.count == 1)
    #expect(try harness.store().read { try $0.status().changes } == changes + 1)
    #expect(try status("rejected"))
    let one = try harness.succeed(["resolve", "--all", "--take", "newest", "--field", "status"])
    #expect(one.stderr.contains("no such conflicts are open"))
  }

  @Test("With what conflicts showed, a decision is made only where that is still live")
  func expect() throws {
    let digest = try #require(try harness.succeed(["conflicts", status, "--json"]).objects.first?["digest"] as? String)
    try harness.succeed(["edit", world["claim"], "--set", "via=somebody"])
    try harness.succeed(["resolve", status, "--take", "1", "--expect", String(digest.prefix(16))])
    #expect(try status("accepted"))
  }

  @Test("A write into a conflict is refused with the command to type")
  func refusedWrites() throws {
    let output = try harness.run(["edit", world["claim"], "--set", "status=proposed"])
    #expect(output.status == 4 && output.stderr.contains("hint: variorum resolve \(status)\n"), "\(output.stderr)")
  }

  // MARK: - On a terminal

  /// Goes through the values in conflict, and types these lines.
  private func answer(_ lines: String...) throws -> String? {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return nil }
    let input = lines.map { $0 + "\n" }.joined()
    let output = try harness.runOnTerminal(
      ["resolve", "--type", "register", "--type", "prose"], environment: [:], input: Array(input.utf8))
    #expect(output.status == 0, "\(output.stdout)")
    return output.stdout.replacing("\r\n", with: "\n")
  }

  @Test("One after the other, each decided at once, with help, history, undo and reasons")
  func session() throws {
    guard let told = try answer("?", "l", "w", "1", "First.", "u", "2", "Second.", "s") else { return }
    #expect(told.contains("(1 of 2)") && told.contains("(2 of 2)"))
    #expect(told.contains("w  show the record") && told.contains("History") && told.contains("Created by"))
    #expect(told.contains("1 decided; 2 are left"), "\(told)")
    let reasons = try harness.succeed(["log", "--json"]).lines.filter { $0.contains("\"reason\"") }
    #expect(reasons.count == 2)
    #expect(try conflicts().count == 2)
  }

  @Test("What was decided stays decided when the input ends")
  func inputEnds() throws {
    guard let told = try answer("s", "s") else { return }
    #expect(told.contains("0 decided; 3 are left"))
    _ = try answer("q")
    #expect(try conflicts().count == 3)
    _ = try answer("2", "")
    #expect(try conflicts().count == 2)
  }

  @Test("Authors are combined: those of the first in their order, then what the other adds")
  func combineAuthors() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
    let harness = try CommandLineHarness()
    let source = try harness.succeed(["add", "source", "--doi", "10.1000/1", "--title", "T"]).shortID
    try harness.copyStore(to: "b.sqlite")
    try harness.succeed(["edit", source, "--set", "authors=Nowak A; Ortiz B"])
    try harness.succeed(["edit", source, "--set", "authors=Ortiz B; Young C", "--store", "b.sqlite"])
    try harness.take(from: "b.sqlite")
    let first = try harness.record(source).texts("authors")
    let output = try harness.runOnTerminal(
      ["resolve"], environment: [:], input: Array("?\nc\nBoth lists.\n".utf8))
    #expect(output.stdout.contains("c combine") && output.stdout.contains("then what the others add"))
    let combined = first + ["Nowak A", "Young C"].filter { !first.contains($0) }
    #expect(try harness.record(source).texts("authors") == combined, "\(output.stdout)")
  }

  @Test("Where no forked log is open there is nothing to close")
  func forks() throws {
    #expect(try harness.succeed(["resolve", "--forks"]).stderr == "no forked log is open\n")
    #expect(try harness.run(["resolve", "--forks", "--take", "1"]).status == 2)
  }

  @Test("Texts are combined in the editor, and the marks must go")
  func combine() throws {
    let target = try #require(try conflicts().firstIndex { $0["type"] as? String == "prose" })
    let skips = Array(repeating: "s\n", count: target).joined()
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
    func combine(_ script: String) throws -> String {
      try harness.runOnTerminal(
        ["resolve"], environment: try harness.editor(script), input: Array((skips + "c\nBoth.\nq\n").utf8)
      ).stdout
    }
    let refused = try combine("cp \"$1\" seen; echo more >> \"$1\"")
    #expect(refused.contains("still stands in the text"), "\(refused)")
    let seen = try harness.text(harness.directory + "/seen")
    #expect(
      seen
        == """
        <<<<<<< 1: Ada Nowak
        LCN2 is a promising therapeutic target.
        ======= 2: Ben Ortiz
        LCN2 is no therapeutic target.
        >>>>>>>

        """)
    _ = try combine("echo 'LCN2 is a target.' > \"$1\"")
    #expect(try harness.record(world["target"]).text("statement") == "LCN2 is a target.")
  }
}

/// What is refused, in one world for all cases.
@Suite("variorum resolve, asked wrongly")
struct ResolveWrongTests {
  @Test(
    "What is asked wrongly writes nothing and is told",
    arguments: [
      ([], 2, "no decision is given"), (["STATUS"], 2, "--take N"), (["--take", "1"], 2, "give RECORD"),
      (["STATUS", "--take", "3"], 4, "there is no value 3: it has 2"), (["STATUS", "--take", "0"], 4, "no value 0"),
      (["STATUS", "--take", "first"], 2, "newest, mine or theirs"),
      (["STATUS", "--take", "1", "--restore"], 2, "several decisions"),
      (["STATUS", "--take-from", "Cleo"], 4, "no curator is"),
      (["STATUS", "--value", "acepted"], 4, "did you mean accepted?"),
      (["STATUS", "--restore"], 4, "values are in conflict here"),
      (["NOTE", "--take", "1"], 4, "--restore or --delete"),
      (["NOTE", "--edit"], 4, "--restore or --delete"), (["CLAIM.via", "--take", "1"], 4, "is not in conflict"),
      (["CLAIM.vai", "--take", "1"], 4, "did you mean via?"), (["c:ffffff", "--take", "1"], 4, "no record has the id"),
      (["STATUS", "--take", "1", "--expect", "0123456789abcdef"], 4, "is not what you were shown"),
      (["STATUS", "--take", "1", "--expect", ""], 2, "--expect takes 16 or more hexadecimal digits"),
      (["STATUS", "--take", "1", "--expect", "0123456789abcde"], 2, "and not \"0123456789abcde\""),
      (["STATUS", "--take", "1", "--expect", "0123456789abcdeg"], 2, "--expect takes 16 or more hexadecimal digits"),
      (["--all", "--take", "1"], 2, "--take newest"), (["--all", "STATUS", "--take", "mine"], 2, "--all goes without"),
      (["STATUS", "--take", "1", "--because", "..."], 2, "write why in place of the dots"),
      (["STATUS", "--take", "1", "--dry-run"], 2, "--dry-run goes with --all"),
      (["STATUS", "--take", "1", "--field", "via"], 2, "filters go with --all"),
    ])
  func wrong(_ arguments: [String], _ code: Int32, _ message: String) throws {
    let world = try DisagreeingWorld.shared.get()
    let before = try world.harness.fingerprint()
    let names = ["STATUS": "\(world["claim"]).status", "NOTE": world["note"]]
    let arguments = arguments.map { names[$0] ?? $0.replacing("CLAIM", with: world["claim"]) }
    let output = try world.harness.run(["resolve"] + arguments)
    #expect(output.status == code && output.stderr.contains(message), "\(output.stderr)")
    #expect(try world.harness.fingerprint() == before)
  }
}

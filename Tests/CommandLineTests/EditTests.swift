import AnnotationStore
import Foundation
import Testing

@Suite("variorum edit and undo")
struct EditTests {
  private let harness: CommandLineHarness
  private let claim: String

  init() throws {
    harness = try CommandLineHarness()
    claim = try harness.succeed(["add", "claim", "LCN2 is raised.", "--tag", "a", "--via", "somebody"]).shortID
  }

  @Test("Several options make one change")
  func options() throws {
    let source = try harness.succeed(["add", "source", "--doi", "10.1000/a"]).shortID
    let before = try harness.store().read { try $0.status().changes }
    let output = try harness.succeed([
      "edit", claim, "--set", "status=accepted", "--set", "source=\(source)", "--unset", "via", "--add", "tags=b",
      "--remove", "tags=a", "--set", "object=MONDO:0004976",
    ])
    #expect(output.stdout.contains("status=accepted"))
    let record = try harness.record(claim)
    #expect(record.text("status") == "accepted")
    #expect(record.reference("source") == (try harness.record(source).id))
    #expect(record.text("via") == nil)
    #expect(record.elements("tags") == ["b"])
    #expect(record.text("object") == "MONDO:0004976")
    #expect(try harness.store().read { try $0.status().changes } == before + 1)
  }

  @Test("A list of texts is split at semicolons")
  func authors() throws {
    let source = try harness.succeed(["add", "source", "--doi", "10.1000/a"]).shortID
    try harness.succeed(["edit", source, "--set", "authors=Wang, Z; Li, Y"])
    #expect(try harness.record(source).texts("authors") == ["Wang, Z", "Li, Y"])
  }

  @Test("The prose opens in the editor, and its last line break does not count")
  func editor() throws {
    let output = try harness.succeed(
      ["edit", claim], environment: try harness.editor("sed -i 's/raised/lowered/' \"$1\""))
    #expect(output.stdout.contains("edited statement"))
    #expect(try harness.record(claim).text("statement") == "LCN2 is lowered.")
    let before = try harness.fingerprint()
    #expect(
      try harness.succeed(["edit", claim], environment: try harness.editor("echo >> \"$1\"")).stdout.contains(
        "unchanged"))
    #expect(try harness.succeed(["edit", claim, "--body", "LCN2 is lowered."]).stdout.contains("unchanged"))
    #expect(try harness.fingerprint() == before)
    #expect(try harness.temporaryFiles().isEmpty)
  }

  @Test("VISUAL goes before EDITOR")
  func visual() throws {
    var environment = try harness.editor("exit 1")
    environment["VISUAL"] = try harness.editor("echo Visual > \"$1\"")["EDITOR"]
    try harness.succeed(["edit", claim], environment: environment)
    #expect(try harness.record(claim).text("statement") == "Visual")
  }

  @Test("A text that cannot be kept is not lost")
  func draft() throws {
    let environment = try harness.editor("printf 'fine\\377' > \"$1\"")
    let output = try harness.run(["edit", claim], environment: environment)
    #expect(output.status == 4)
    #expect(output.stderr.contains("byte 5"))
    let files = try harness.temporaryFiles()
    #expect(files.count == 1)
    #expect(output.stderr.contains("your text is kept in \(files.first ?? "?")"))
  }

  @Test("What was written while the editor was open is merged, and not overwritten")
  func meanwhile() throws {
    let store = try harness.store()
    let id = try harness.record(claim).id
    let output: CommandLineHarness.Output
    do {
      // The editor waits until the other write is there.
      let go = harness.directory + "/go"
      let environment = try harness.editor(
        "touch '\(go).open'; while [ ! -e '\(go)' ]; do sleep 0.05; done; sed -i 's/raised/elevated/' \"$1\"")
      let writer = Thread {
        while !FileManager.default.fileExists(atPath: go + ".open") { Thread.sleep(forTimeInterval: 0.02) }
        _ = try? store.write { try $0.set(id, "statement", to: .text("Serum LCN2 is raised.")) }
        try? Data().write(to: URL(fileURLWithPath: go))
      }
      writer.start()
      output = try harness.succeed(["edit", claim], environment: environment)
    }
    #expect(output.stderr.contains("somebody else changed statement while you wrote; both edits are in it now"))
    #expect(try harness.record(claim).text("statement") == "Serum LCN2 is elevated.")
    #expect(try harness.succeed(["conflicts", "--json"]).objects.isEmpty)
    #expect(try harness.temporaryFiles().isEmpty)
  }

  @Test("An editor that fails, or leaves nothing, writes nothing")
  func editorFails() throws {
    let before = try harness.fingerprint()
    let failed = try harness.run(["edit", claim], environment: try harness.editor("exit 3"))
    #expect(failed.status == 1)
    #expect(failed.stderr.contains("status 3"))
    let empty = try harness.run(["note", claim], environment: try harness.editor("true"))
    #expect(empty.status == 1)
    #expect(empty.stderr.contains("nothing written"))
    #expect(try harness.run(["note", claim]).status == 2)
    #expect(try harness.fingerprint() == before)
    #expect(try harness.temporaryFiles().isEmpty)
  }

  @Test("Undo takes the last write back, and undoing that takes it back again")
  func undo() throws {
    try harness.succeed(["edit", claim, "--set", "status=accepted", "--add", "tags=b"])
    let undone = try harness.succeed(["undo"])
    #expect(undone.stdout.contains("status is again: proposed"))
    #expect(undone.stdout.contains("took b out of tags"))
    #expect(try harness.record(claim).text("status") == "proposed")
    #expect(undone.stderr.hasSuffix("takes the undo back\n"))
    let command = undone.stderr.split(separator: " ").dropFirst().prefix(3).map(String.init)
    #expect(command.first == "variorum")
    try harness.succeed(Array(command.dropFirst()))
    #expect(try harness.record(claim).text("status") == "accepted")
    #expect(try harness.record(claim).elements("tags") == ["a", "b"])
  }

  @Test("Undo of a named change leaves what was written to since, and says so")
  func undoNamed() throws {
    let edit = try harness.succeed(["edit", claim, "--set", "status=accepted", "--set", "negated=true", "--json"])
    let change = try #require(edit.objects.first?["change"] as? String)
    try harness.succeed(["edit", claim, "--set", "status=rejected"])
    let undone = try harness.succeed(["undo", String(change.prefix(8)), "--json"])
    let object = try #require(undone.objects.first)
    #expect(object["undone"] as? [String] == [change])
    let left = try #require((object["left"] as? [[String: Any]])?.first)
    #expect(left["field"] as? String == "status")
    #expect(left["reason"] as? String == "it was written to since")
    #expect(try harness.record(claim).text("status") == "rejected")
  }
}

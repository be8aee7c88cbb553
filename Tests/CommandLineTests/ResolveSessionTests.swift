import Foundation
import Testing

/// What must not be lost or told wrongly while somebody decides on the terminal.
@Suite("variorum resolve, on a terminal", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
struct ResolveSessionTests {
  private let world: ReadingWorld
  private var harness: CommandLineHarness { world.harness }

  init() throws {
    world = try ReadingWorld()
    try world.disagree()
  }

  private func session(_ place: String, typing input: String, editor script: String = "true") throws -> String {
    let output = try harness.runOnTerminal(
      ["resolve", place], environment: try harness.editor(script), input: Array(input.utf8))
    #expect(output.status == 0, "\(output.stdout)")
    return output.stdout.replacing("\r\n", with: "\n")
  }

  @Test("The end of the input at the reason goes back to the question, and what was written in the editor stays")
  func back() throws {
    let told = try session(world["target"], typing: "e\n\u{04}s\n", editor: "echo 'A text of my own.' > \"$1\"")
    #expect(told.contains("not decided") && told.contains("your text is kept in"), "\(told)")
    #expect(told.contains("0 decided; 3 are left"))
    #expect(try harness.temporaryFiles().map(harness.text) == ["A text of my own.\n"])
  }

  @Test("Where somebody decides meanwhile, that is told, and what was written in the editor stays")
  func meanwhile() throws {
    let place = world["target"]
    let told = try session(
      place, typing: "e\nMine.\n",
      editor: "\"$VARIORUM\" resolve \(place) --accept --because 'It reads well.' && echo 'A text of my own.' > \"$1\"")
    #expect(told.contains("your text is kept in"), "\(told)")
    #expect(told.contains("\(place).statement is no conflict any more: Ada Nowak accepted the merged statement"))
    #expect(told.contains("0 decided; 2 are left"))
    #expect(try harness.temporaryFiles().map(harness.text) == ["A text of my own.\n"])
  }

  @Test("A reason that is not UTF-8 is asked for again")
  func encoding() throws {
    let output = try harness.runOnTerminal(
      ["resolve", "\(world["claim"]).status"], environment: [:],
      input: Array("1\n".utf8) + [0x63, 0x61, 0x66, 0xE9, 0x0A] + Array("café\n".utf8))
    #expect(output.stdout.contains("that was not UTF-8"))
    let log = try harness.succeed(["log", world["claim"], "--limit", "1"]).stdout
    #expect(log.contains("over rejected: café"), "\(log)")
  }

  @Test("A restore without a reason is a decision all the same, and how it stands is told at each undo")
  func restore() throws {
    let note = world["note"]
    #expect(try harness.succeed(["resolve", note, "--restore"]).stdout.contains("decided that it lives"))
    #expect(try world.told("show", note).contains("Decided     that it lives"))
    #expect(try harness.succeed(["undo"]).stdout.contains("is in conflict again"))
    try harness.succeed(["resolve", note, "--delete"])
    #expect(try harness.succeed(["undo"]).stdout.contains("is in conflict again"))
    let again = try harness.succeed(["undo"]).stdout
    #expect(again.contains("deleted the annotation again"), "\(again)")
    #expect(try harness.record(note).isDeleted)
  }

  @Test("What stands on a record is not orphaned while it is in conflict whether that is deleted")
  func orphaned() throws {
    func orphaned() throws -> Int { try harness.succeed(["list", "annotations", "--orphaned"]).lines.count }
    let before = try orphaned()
    try harness.succeed(["resolve", world["note"], "--delete"])
    #expect(try orphaned() == before + 2)
  }

  @Test("A quote that is left as it is in the editor keeps the words around it")
  func quote() throws {
    let claim = try #require(
      try harness.succeed(["add", "claim", "Alpha", "--quote", "the quote", "--prefix", "before ", "--json"]).objects
        .first?["id"] as? String)
    let before = try #require(try harness.record(claim).fields["selector"])
    try harness.copyStore(to: "c.sqlite")
    try harness.succeed(["init", "--curator", "Cleo", "--store", "c.sqlite"])
    try harness.succeed(["edit", claim, "--set", "selector=another", "--store", "c.sqlite"])
    try harness.succeed(["edit", claim, "--set", "selector=other"])
    try harness.succeed(["undo"])
    try harness.take(from: "c.sqlite")
    let shown = try harness.record(claim).fields["selector"]
    try harness.succeed(["resolve", "\(claim).selector", "--edit"], environment: try harness.editor("true"))
    #expect(try harness.record(claim).fields["selector"] == shown)
    #expect(shown == before || shown?.value != before.value)
    #expect(try harness.succeed(["conflicts", claim, "--json"]).objects.isEmpty)
  }
}

@Suite("Texts that look like options, and commands to be copied")
struct DashedTextTests {
  @Test(
    "A text that begins with a dash is refused with the way to give it, and not taken for -h",
    arguments: [
      ["note", "CLAIM", "-high levels in mice"], ["add", "claim", "-helix"], ["add", "claim", "-5 degrees"],
    ])
  func dashes(_ arguments: [String]) throws {
    let world = try DisagreeingWorld.shared.get()
    let before = try world.harness.fingerprint()
    let output = try world.harness.run(arguments.map { $0.replacing("CLAIM", with: world["claim"]) })
    #expect(output.status == 2 && output.stderr.contains("a text that begins with - stands behind --"))
    #expect(output.stdout.isEmpty && !output.stderr.contains("OVERVIEW"))
    #expect(try world.harness.fingerprint() == before)
  }

  @Test("Behind -- it is a text")
  func behindDashes() throws {
    let world = try ReadingWorld()
    let output = try world.harness.succeed(["note", world["claim"], "--json", "--", "-high levels in mice"])
    let note = try #require(output.objects.first?["id"] as? String)
    #expect(try world.harness.record(note).text("body") == "-high levels in mice")
  }

  @Test("On a narrow terminal the commands that decide are put out whole")
  func narrow() throws {
    let world = try DisagreeingWorld.shared.get()
    guard let told = try world.toldOnTerminal("conflicts", columns: 40) else { return }
    #expect(told.replacing("\n", with: "").contains("--take 1 --because \"...\""), "\(told)")
  }

  @Test("What an export puts out on a terminal does not act on it, and in a file it is as it was written")
  func export() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
    let world = try ReadingWorld()
    try world.harness.succeed(["note", world["claim"], "--body", "a\u{1B}[31mred\u{9B}\u{202E}"])
    let arguments = ["export", "--format", "w3c"]
    let told = try world.harness.runOnTerminal(arguments, environment: [:]).stdout
    #expect(told.contains("red\\u{9B}\\u{202E}") && !told.unicodeScalars.contains("\u{202E}"))
    #expect(try world.harness.succeed(arguments).stdout.unicodeScalars.contains("\u{202E}"))
  }
}

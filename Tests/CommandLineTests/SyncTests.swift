import Foundation
import Testing

/// `remote`, `sync`, `push`, `pull` and `clone` of a folder, by what they put out and what the stores say afterwards.
@Suite struct SyncTests {
  /// Ada's store with a claim, and a folder; the store knows it as `team`, and nothing is in it.
  private struct World {
    let harness: CommandLineHarness
    let claim: String

    init() throws {
      harness = try CommandLineHarness(curator: nil)
      try harness.succeed(["init", "ada", "--curator", "Ada Nowak"])
      claim = try harness.succeed(["add", "claim", "LCN2 is raised in ALS.", "--store", "ada"]).shortID
      try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: false)
      try ada("remote", "add", "team", "shared")
    }

    var shared: String { harness.directory + "/shared" }

    @discardableResult
    func ada(_ arguments: String...) throws -> CommandLineHarness.Output {
      try harness.succeed(arguments + ["--store", "ada"])
    }

    @discardableResult
    func ben(_ arguments: String...) throws -> CommandLineHarness.Output {
      try harness.succeed(arguments + ["--store", "ben"])
    }

    func run(_ arguments: String...) throws -> CommandLineHarness.Output {
      try harness.run(arguments + ["--store", "ada"])
    }

    func digest(_ store: String) throws -> String {
      try #require(try harness.succeed(["status", "--json", "--store", store]).objects.first?["digest"] as? String)
    }
  }

  @Test func twoMeetThroughAFolder() throws {
    let world = try World()
    let sent = try world.ada("sync")
    #expect(sent.lines.first?.hasPrefix("Sent        2 changes in 1 pack, ") == true, "\(sent.stdout)")
    #expect(sent.stdout.contains("Received    nothing\n"))
    #expect(sent.stdout.contains("\(try world.digest("ada").prefix(32)) here and in the folder: equal\n"))
    let cloned = try world.harness.succeed(["clone", "shared", "ben", "--curator", "Ben Ortiz"])
    #expect(cloned.stdout == "made the store ben/.variorum/store.sqlite, a replica of shared\n  1 claim, 2 curators\n")
    #expect(cloned.stderr.contains("it is the remote origin"))
    try world.ben("note", world.claim, "In plasma?")
    #expect(try world.ben("push").stdout.hasPrefix("Sent        2 changes"))
    let pulled = try world.ada("pull", "team")
    #expect(pulled.lines.first?.hasSuffix(": 2 new") == true && !pulled.stdout.contains("Sent"))
    #expect(pulled.stdout.contains("here and in the folder: equal\n"))
    #expect(try world.digest("ada") == world.digest("ben"))
    try world.ben("verify")
    let quiet = try world.ada("sync")
    #expect(quiet.stdout.hasPrefix("Sent        nothing\nReceived    nothing\n") && quiet.stderr.isEmpty)
  }

  @Test func scriptsGetOneObjectARemote() throws {
    let world = try World()
    let object = try #require(try world.ada("sync", "--json").objects.first)
    #expect(object["schema"] as? Int == 1 && object["remote"] as? String == "team")
    #expect(object["kind"] as? String == "folder" && object["address"] as? String == world.shared)
    #expect((object["sent"] as? [String: Any])?["changes"] as? Int == 2)
    #expect((object["digests"] as? [String: Any])?["equal"] as? Bool == true)
    #expect((object["findings"] as? [Any])?.isEmpty == true)
    try FileManager.default.createDirectory(
      atPath: world.harness.directory + "/stick", withIntermediateDirectories: false)
    try world.ada("remote", "add", "stick", "stick")
    let all = try world.ada("sync", "--all", "--json").objects
    #expect(all.map { $0["remote"] as? String } == ["stick", "team"])
    let told = try world.ada("sync", "--all").stdout
    #expect(told.contains("stick  \(world.harness.directory)/stick\nSent        nothing\n"))
  }

  @Test func aDryRunTellsAndWritesNothing() throws {
    let world = try World()
    #expect(try world.ada("sync", "--dry-run").stdout.hasSuffix("Would go    2 changes\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.shared).isEmpty)
    try world.ada("sync")
    try world.harness.succeed(["clone", "shared", "ben", "--curator", "Ben Ortiz"])
    try world.ada("note", world.claim, "One.")
    try world.ada("sync")
    let before = try world.digest("ben")
    let output = try world.ben("sync", "--dry-run")
    #expect(output.stdout.contains("Would come  1 change\n") && output.stdout.contains("Would go    1 change\n"))
    let object = try #require(try world.ben("sync", "--dry-run", "--json").objects.first)
    #expect(object["dry_run"] as? Bool == true && (object["sending"] as? [String: Any])?["changes"] as? Int == 1)
    #expect(try world.ben("pull", "--dry-run").stdout.contains("Would go") == false)
    #expect(try world.digest("ben") == before)
    let shown = try world.ben("remote", "show", "origin")
    #expect(shown.stdout.hasPrefix("Remote      origin\nAddress     \(world.shared)"))
    #expect(shown.stdout.contains("Would come  1 change\n"))
  }

  @Test func openConflictsAreTheExitCodeOfACheck() throws {
    let world = try World()
    try world.ada("sync", "--check")
    try world.harness.succeed(["clone", "shared", "ben", "--curator", "Ben Ortiz"])
    try world.ada("edit", world.claim, "--set", "status=accepted")
    try world.ben("edit", world.claim, "--set", "status=rejected")
    try world.ben("sync", "--check")
    let output = try world.run("sync", "--check")
    #expect(output.status == 3 && output.stdout.contains("Conflicts   1 opened, 0 closed\n"))
    #expect(output.stderr.contains("next: variorum conflicts"))
    try world.ada("resolve", world.claim + ".status", "--take", "1", "--because", "Two cohorts.")
    try world.ada("sync", "--check")
    #expect(try world.ben("sync").stdout.contains("Conflicts   0 opened, 1 closed\n") == false)
    #expect(try world.digest("ada") == world.digest("ben"))
  }

  @Test func remotesAreNamedListedRenamedAndForgotten() throws {
    let world = try World()
    #expect(try world.ada("remote", "list").stdout == "team\tfolder\t\(world.shared)\n")
    let added = try world.ada("remote", "add", "stick", "nowhere")
    #expect(added.stdout == "stick  added \(world.harness.directory)/nowhere\n")
    #expect(added.stderr.contains("note: \(world.harness.directory)/nowhere is not there now\n"))
    #expect(try world.ada("remote", "list", "--json").objects.map { $0["remote"] as? String } == ["stick", "team"])
    #expect(try world.ada("remote", "rename", "stick", "usb").stdout == "usb  renamed from stick\n")
    for (arguments, status, message, hint) in [
      (["sync"], Int32(2), "there are several remotes: team, usb", "say which, or --all"),
      (["sync", "usv"], 4, "no remote is named \"usv\"", "did you mean usb?"),
      (["sync", "usb"], 1, "nowhere is not there", "plug in or mount"),
      (["remote", "add", "usb", "elsewhere"], 1, "there is a remote usb already", "variorum remote list"),
      (["remote", "add", "a b", "elsewhere"], 4, "is no name for a remote", "letters, digits"),
      (["remote", "add", "x", "https://ada:pw@h.org"], 4, "a user name or password stands in it", "leave it out"),
      (["remote", "add", "x", "ada"], 1, "lies in the shared folder", "move the store out of it"),
      (["remote", "remove", "x"], 4, "no remote is named \"x\"", "variorum remote list"),
      (["sync", "--all", "team"], 2, "--all is every remote", "leave the name out"),
      (["sync", "--watch", "--dry-run"], 2, "--watch goes on syncing", "writes nothing"),
      (["remote", "lsit"], 2, "does not know \"lsit\"", "did you mean variorum remote list?"),
    ] {
      let output = try world.harness.run(arguments + ["--store", "ada"])
      #expect(output.status == status && output.stdout.isEmpty, "\(arguments)")
      #expect(output.stderr.contains(message) && output.stderr.contains(hint), "\(arguments): \(output.stderr)")
      #expect(!output.stderr.contains("pw@"))
    }
    let removed = try world.ada("remote", "remove", "usb").stdout
    #expect(removed == "usb  removed; what lies at \(world.harness.directory)/nowhere stays\n")
    try world.ada("sync")
  }

  @Test func aFolderThatFailsDoesNotKeepTheOthersFromTheirTurn() throws {
    let world = try World()
    try world.ada("remote", "add", "gone", "gone")
    let output = try world.run("sync", "--all")
    #expect(output.status == 1 && output.stderr.contains("gone is not there"))
    #expect(output.stdout.contains("here and in the folder: equal\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: world.shared).count == 1)
  }

  @Test func whatIsDamagedIsNamedOnceAndRepaired() throws {
    let world = try World()
    try world.ada("sync")
    let name = try #require(FileManager.default.subpaths(atPath: world.shared)?.first { $0.hasSuffix(".vpk") })
    let file = URL(fileURLWithPath: "\(world.shared)/\(name)")
    let whole = try Data(contentsOf: file)
    try whole.dropLast(3).write(to: file)
    let first = try world.ada("pull")
    #expect(first.stderr.hasPrefix("note: \(name) was passed over: it is damaged or incomplete"))
    #expect(first.stdout.contains("Lacking     the folder lacks 2 changes of this store\n"))
    #expect(try world.ada("pull").stderr.isEmpty)
    let repaired = try world.ada("sync", "--repair", "--json")
    #expect((repaired.objects.first?["findings"] as? [Any])?.count == 1)
    #expect(try Data(contentsOf: file) == whole)
  }

  @Test func noStoreIsMadeInAFolder() throws {
    let world = try World()
    try world.ada("sync")
    for arguments in [["init", "shared/deeper", "--curator", "X"], ["clone", "ada", "shared/deeper"]] {
      let output = try world.harness.run(arguments)
      #expect(
        output.status == 1 && output.stderr.contains("lies in the shared folder"), "\(arguments): \(output.stderr)")
    }
    #expect(!FileManager.default.fileExists(atPath: world.shared + "/deeper"))
  }

  @Test func aCloneNamesItsDirectoryItself() throws {
    let world = try World()
    try world.ada("sync")
    let refused = try world.harness.run(["clone", "shared"])
    #expect(refused.status == 2 && refused.stderr.contains("shared is there already"))
    try FileManager.default.createDirectory(atPath: world.harness.directory + "/in", withIntermediateDirectories: false)
    let output = try world.harness.run(["clone", "../shared"], inside: "in")
    #expect(output.status == 0 && output.stderr.contains("cd shared && variorum init --curator NAME"))
    #expect(try world.digest("in/shared") == world.digest("ada"))
  }

  @Test(.timeLimit(.minutes(25))) func watchingFollowsUntilItIsEnded() throws {
    let world = try World()
    try world.ada("sync")
    try world.harness.succeed(["clone", "shared", "ben", "--curator", "Ben Ortiz"])
    // One that fails keeps no other from its turn.
    try world.ada("remote", "add", "adrift", "adrift")
    let script = try world.harness.file(
      "watch.sh",
      """
      #!/bin/sh
      "$VARIORUM" sync --watch --all --interval 0.1 --store ada > told 2> errors &
      pid=$!
      "$VARIORUM" note \(world.claim) "From afar." --store ben > /dev/null 2>&1
      "$VARIORUM" sync --store ben > /dev/null
      until grep -q "2 new" told; do :; done
      "$VARIORUM" note \(world.claim) "And back." --store ada > /dev/null 2>&1
      until grep -q "Sent        1 change" told; do :; done
      kill -INT $pid
      wait $pid
      """.utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    let output = try world.harness.run([], through: script)
    #expect(output.status == 0, "\(output.stderr)")
    let errors = try world.harness.text(world.harness.directory + "/errors")
    #expect(errors.hasPrefix("following adrift, team; Ctrl-C ends it\n"))
    #expect(errors.components(separatedBy: "adrift is not there").count == 2, "\(errors)")
    #expect(try world.ben("sync").stdout.contains(": 1 new\n"))
    #expect(try world.digest("ada") == world.digest("ben"))
  }
}

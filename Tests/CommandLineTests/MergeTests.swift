import Foundation
import Testing

/// `merge`, by what it puts out and what the stores say afterwards.
@Suite struct MergeTests {
  /// Ada's store with one claim, and Ben's clone of it in `ben`.
  private struct Pair {
    let harness: CommandLineHarness
    let claim: String

    init() throws {
      harness = try CommandLineHarness()
      claim = try harness.succeed(["add", "claim", "LCN2 is raised in ALS."]).shortID
      try harness.succeed(["clone", ".", "ben", "--curator", "Ben Ortiz"])
    }

    @discardableResult
    func ben(_ arguments: String...) throws -> CommandLineHarness.Output {
      try harness.succeed(arguments + ["--store", "ben"])
    }

    /// Both set the claim's status, differently.
    func disagree() throws {
      try harness.succeed(["edit", claim, "--set", "status=accepted"])
      try ben("edit", claim, "--set", "status=rejected")
    }

    func digest(_ store: String = ".") throws -> String {
      let status = try harness.succeed(["status", "--json", "--store", store]).objects.first
      return try #require(status?["digest"] as? String)
    }
  }

  @Test func aReceiptTellsWhatCameAndWhatTheOtherLacks() throws {
    let pair = try Pair()
    try pair.disagree()
    try pair.ben("note", pair.claim, "In plasma?")
    let output = try pair.harness.succeed(["merge", "ben"])
    // Ben's change as a curator, his edit and his note.
    #expect(output.lines.first?.hasPrefix("Received    3 changes in 1 pack, ") == true, "\(output.stdout)")
    #expect(output.lines.first?.hasSuffix(": 3 new") == true)
    #expect(output.stdout.contains("Conflicts   1 opened, 0 closed\n"))
    #expect(output.stdout.contains("\(try pair.digest().prefix(32)) here\n"))
    #expect(output.stdout.contains("\(try pair.digest("ben").prefix(32)) in the other store\n"))
    #expect(output.stdout.contains("Lacking     the other store lacks 1 change of this store\n"))
    #expect(output.stderr.contains("next: variorum conflicts\n"))
    #expect(output.stderr.contains("next: variorum merge ben --both"))
    let again = try pair.harness.succeed(["merge", "ben"])
    #expect(again.lines.first == "Received    nothing")
    #expect(again.stdout.contains("Conflicts   none opened, none closed\n"))
  }

  @Test func bothWaysEndsEqual() throws {
    let pair = try Pair()
    try pair.disagree()
    let output = try pair.harness.succeed(["merge", "ben", "--both"])
    #expect(output.stdout.contains("Sent        1 change in 1 pack, "))
    #expect(output.stdout.contains("            there: 1 opened, 0 closed\n"))
    #expect(output.stdout.contains("here and in the other store: equal\n"))
    #expect(!output.stdout.contains("Lacking"))
    #expect(try pair.digest() == pair.digest("ben"))
    let verified = try pair.ben("verify")
    #expect(verified.stdout.hasPrefix("sound"))
  }

  @Test func theReverseAlsoEndsEqual() throws {
    let pair = try Pair()
    try pair.disagree()
    try pair.harness.succeed(["merge", "ben"])
    let output = try pair.ben("merge", pair.harness.directory)
    #expect(output.stdout.contains("equal\n"))
    #expect(try pair.digest() == pair.digest("ben"))
  }

  @Test func scriptsGetOneObject() throws {
    let pair = try Pair()
    try pair.disagree()
    let output = try pair.harness.succeed(["merge", "ben", "--json"])
    #expect(output.stderr.isEmpty)
    #expect(output.objects.count == 1)
    let object = try #require(output.objects.first)
    #expect(object["schema"] as? Int == 1)
    let received = try #require(object["received"] as? [String: Any])
    #expect(received["applied"] as? Int == 2 && received["duplicate"] as? Int == 0)
    #expect(received["waiting"] as? Int == 0 && (received["refused"] as? [Any])?.isEmpty == true)
    #expect((object["sent"] as? [String: Any])?["changes"] as? Int == 0)
    #expect((object["conflicts"] as? [String: Any])?["opened"] as? Int == 1)
    let digests = try #require(object["digests"] as? [String: Any])
    #expect(digests["equal"] as? Bool == false)
    #expect(try digests["here"] as? String == pair.digest())
    let lacking = try #require(object["lacking"] as? [String: Any])
    #expect((lacking["there"] as? [String: Any])?["changes"] as? Int == 1)
  }

  @Test func aDryRunTellsAndChangesNothing() throws {
    let pair = try Pair()
    try pair.disagree()
    try pair.ben("note", pair.claim, "In plasma?")
    let before = try pair.harness.fingerprint()
    let output = try pair.harness.succeed(["merge", "ben", "--dry-run"])
    #expect(
      output.stdout == """
        Would come  3 changes
                    3 by Ben Ortiz
        New         1 annotation, 1 curator
        Written to  \(pair.claim) LCN2 is raised in ALS.
        Conflicts   1 would open
                    \(pair.claim).status, register

        """)
    #expect(output.stderr == "next: variorum merge ben takes it in\n")
    let object = try #require(try pair.harness.succeed(["merge", "ben", "--dry-run", "--json"]).objects.first)
    #expect(object["dry_run"] as? Bool == true)
    #expect((object["conflicts"] as? [[String: Any]])?.first?["field"] as? String == "status")
    #expect((object["touched"] as? [Any])?.count == 1)
    #expect(try pair.harness.fingerprint() == before)
    let status = try pair.harness.succeed(["status", "--check"])
    #expect(status.stdout.contains("none"))
  }

  @Test func whatCannotBeMergedIsRefused() throws {
    let pair = try Pair()
    let harness = pair.harness
    try harness.succeed(["init", "other", "--curator", "Cy Young"])
    try harness.file("notes.txt", "no store".utf8)
    try harness.succeed(["bundle", "create", "all.bundle"])
    let before = try harness.fingerprint()
    for (path, message, hint) in [
      (".", "is this store itself", "give the path of another one"),
      ("nowhere", "no store at", "give the path of a store.sqlite"),
      ("", "the path of the other store is empty", "give a store.sqlite"),
      ("notes.txt", "is not a Variorum store", "give the path of a store.sqlite"),
      ("all.bundle", "is a bundle and no store", "variorum bundle apply"),
      ("other", "it belongs to the store", "variorum import --from-store"),
    ] {
      let output = try harness.run(["merge", path])
      #expect(output.status == (path.isEmpty ? 2 : 1), "\(path)")
      #expect(output.stdout.isEmpty)
      #expect(output.stderr.contains(message) && output.stderr.contains("hint: \(hint)"), "\(path): \(output.stderr)")
    }
    let output = try harness.run(["merge", "other", "--json"])
    #expect((output.errorObjects.first?["error"] as? [String: Any])?["kind"] as? String == "other-store")
    #expect(try harness.fingerprint() == before)
  }

  @Test func aBackupMergesAsAnyReplicaDoes() throws {
    let pair = try Pair()
    try pair.harness.succeed(["backup", "copy.sqlite"])
    try pair.harness.succeed(["note", pair.claim, "After the backup.", "--store", "copy.sqlite"])
    let output = try pair.harness.succeed(["merge", "copy.sqlite"])
    #expect(output.stdout.contains(": 1 new\n"))
    #expect(output.stdout.contains("equal\n"))
  }

  /// A store that was put back to an earlier state, and then meets what it wrote after that.
  @Test func ownChangesThatComeBackRetireTheKey() throws {
    let pair = try Pair()
    let harness = pair.harness
    let path = harness.directory + "/.variorum/store.sqlite"
    let file = URL(fileURLWithPath: path)
    let earlier = try Data(
      contentsOf: try { () -> URL in
        try harness.succeed(["backup", "earlier.sqlite"])
        return URL(fileURLWithPath: harness.directory + "/earlier.sqlite")
      }())
    try harness.succeed(["note", pair.claim, "Lost with the disk, had Ben not taken it."])
    try pair.ben("merge", harness.directory)
    let replica = try #require(
      try harness.succeed(["status", "--json"]).objects.first?["replica"] as? String)
    // In place, so that inode and birth time stay, as a snapshot of a virtual machine leaves them.
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: earlier)
    try handle.close()
    let output = try harness.succeed(["merge", "ben"])
    #expect(output.stderr.contains("note: Changes of this store's own log (replica \(replica.prefix(12)))"))
    #expect(output.stdout.contains("equal\n"))
    let written = try harness.succeed(["note", pair.claim, "With a new key."])
    #expect(!written.stderr.contains("error"))
    let now = try harness.succeed(["status", "--json"]).objects.first?["replica"] as? String
    #expect(now != replica)
  }

  @Test func aProgressBarIsDrawnOnATerminalOnly() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
    let pair = try Pair()
    try pair.ben("note", pair.claim, "In plasma?")
    let told = try pair.harness.runOnTerminal(["merge", "ben"], environment: [:]).stdout
    // Drawn, and taken away again before the receipt.
    let bar = try #require(told.range(of: "#] 100% merged"), "\(told)")
    #expect(told[bar.upperBound...].contains("\u{1B}[K") && told[bar.upperBound...].contains("Received"))
    try pair.ben("note", pair.claim, "And in serum?")
    let piped = try pair.harness.succeed(["merge", "ben"])
    #expect(!(piped.stdout + piped.stderr).contains("merged") && !piped.stderr.contains("\r"))
  }
}

import AnnotationStore
import Crypto
import Foundation
import Testing

/// `bundle`, by what its verbs put out and what the stores say afterwards.
@Suite struct BundleTests {
  /// Ada's store with a claim and Ben's clone of it; both have written since.
  private struct World {
    let harness: CommandLineHarness
    let claim: String

    init() throws {
      harness = try CommandLineHarness()
      claim = try harness.succeed(["add", "claim", "LCN2 is raised in ALS."]).shortID
      try harness.succeed(["clone", ".", "ben", "--curator", "Ben Ortiz"])
      try harness.succeed(["edit", claim, "--set", "status=accepted"])
      try harness.succeed(["edit", claim, "--set", "status=rejected", "--store", "ben"])
    }

    func replica(_ store: String) throws -> String {
      try #require(try harness.succeed(["status", "--json", "--store", store]).objects.first?["replica"] as? String)
    }

    func digest(_ store: String) throws -> String {
      try #require(try harness.succeed(["status", "--json", "--store", store]).objects.first?["digest"] as? String)
    }

    /// A bundle of Ben's whose pack has the byte at a place in it changed; the hash of the file is right.
    func refusable(_ name: String, at place: Int, _ value: UInt8) throws {
      try harness.succeed(["bundle", "create", "whole.bundle", "--store", "ben"])
      var bytes = try self.bytes("whole.bundle")
      let pack = try #require(bytes.indices.dropLast(4).first { bytes[$0...].starts(with: [0x89, 0x56, 0x50, 0x4B]) })
      bytes[pack + place] = value
      let contents = bytes.dropLast(32)
      try harness.file(name, contents + SHA256.hash(data: contents))
    }

    func bytes(_ name: String) throws -> [UInt8] {
      Array(try Data(contentsOf: URL(fileURLWithPath: harness.directory + "/" + name)))
    }
  }

  @Test func aBundleCarriesChangesAndTellsWhose() throws {
    let world = try World()
    let made = try world.harness.succeed(["bundle", "create", "ben.bundle", "--store", "ben"])
    // Ada's two, Ben's first as a curator and his edit.
    #expect(made.stdout.hasPrefix("ben.bundle  4 changes, "), "\(made.stdout)")
    let shown = try world.harness.succeed(["bundle", "inspect", "ben.bundle", "--store", "ben"])
    #expect(shown.stdout.contains("Holds       4 changes in 1 pack\n"))
    #expect(shown.stdout.contains("\(try world.replica("ben").prefix(12))\t2\t1–2\t1–2\tBen Ortiz\n"))
    let verified = try world.harness.succeed(["bundle", "verify", "ben.bundle"])
    #expect(verified.stdout == "sound: 4 changes in 2 logs\n")
    let preview = try world.harness.succeed(["bundle", "apply", "ben.bundle", "--dry-run"])
    #expect(preview.stdout.contains("Would come  2 changes\n") && preview.stdout.contains("1 would open\n"))
    let applied = try world.harness.succeed(["bundle", "apply", "ben.bundle"])
    #expect(applied.stdout.contains(": 2 new, 2 known already\n"), "\(applied.stdout)")
    #expect(applied.stdout.contains("Conflicts   1 opened, 0 closed\n"))
    #expect(applied.stdout.contains("Lacking     the maker's store lacks 1 change of this store\n"))
    #expect(applied.stderr.contains("next: variorum bundle create BACK --for ben.bundle"))
    let again = try world.harness.succeed(["bundle", "apply", "ben.bundle", "--json"])
    let received = try #require(again.objects.first?["received"] as? [String: Any])
    #expect(received["applied"] as? Int == 0 && received["duplicate"] as? Int == 4)
  }

  @Test func anAnswerHoldsWhatTheMakerLacked() throws {
    let world = try World()
    try world.harness.succeed(["bundle", "create", "ben.bundle", "--store", "ben"])
    try world.harness.succeed(["bundle", "apply", "ben.bundle"])
    let made = try world.harness.succeed(["bundle", "create", "back.bundle", "--for", "ben.bundle", "--json"])
    #expect(made.objects.first?["changes"] as? Int == 1)
    let applied = try world.harness.succeed(["bundle", "apply", "back.bundle", "--store", "ben"])
    #expect(applied.stdout.contains("equal\n"))
    #expect(try world.digest(".") == world.digest("ben"))
  }

  @Test func thinnedChangesWaitForWhatTheyName() throws {
    let world = try World()
    let harness = world.harness
    try harness.succeed(["bundle", "create", "all.bundle"])
    try harness.succeed(["merge", "ben", "--both"])
    try harness.succeed(["note", world.claim, "After the merge."])
    let ben = String(try world.replica("ben").prefix(8))
    let made = try harness.succeed(["bundle", "create", "thin.bundle", "--since", ben, "--json"])
    // Ben has written nothing since the merge, so that only what he had when he wrote last is left out.
    #expect(made.objects.first?["changes"] as? Int == 2)
    let applied = try harness.succeed(["bundle", "apply", "thin.bundle", "--store", "ben"])
    #expect(applied.stdout.contains(": 1 new, 1 known already\n"))
    try harness.succeed(["clone", "all.bundle", "cy", "--curator", "Cy Young"])
    let early = try harness.succeed(["bundle", "apply", "thin.bundle", "--store", "cy"])
    #expect(early.stdout.contains("Waiting     1 change, for others that are not here yet\n"), "\(early.stdout)")
    let doctor = try harness.succeed(["doctor", "--store", "cy"])
    #expect(doctor.stdout.contains("1 change waits for others that have not come (merge with whoever has them)\n"))
    #expect(!doctor.stdout.contains("nothing needs to be done"))
    let cloned = try harness.succeed(["clone", "thin.bundle", "dee"])
    #expect(cloned.stdout.contains("  2 changes wait for others that the bundle leaves out\n"), "\(cloned.stdout)")
    try harness.succeed(["bundle", "create", "ben.bundle", "--store", "ben"])
    let late = try harness.succeed(["bundle", "apply", "ben.bundle", "--store", "cy"])
    #expect(late.stdout.contains("1 of them had waited"), "\(late.stdout)")
  }

  @Test func whatIsMeantByAReplicaMustBeClear() throws {
    let world = try World()
    for text in ["zzzzzz", "ab"] {
      let output = try world.harness.run(["bundle", "create", "x.bundle", "--since", text])
      #expect(output.status == 1 && output.stderr.contains("no replica begins with \(text)"))
    }
    let both = try world.harness.run(["bundle", "create", "x.bundle", "--since", "abcdef", "--for", "y"])
    #expect(both.status == 2)
    #expect(!FileManager.default.fileExists(atPath: world.harness.directory + "/x.bundle"))
  }

  /// Cut off and damaged at many places: never a crash, never more than was there, and always told.
  @Test func aDamagedBundleGivesWhatIsWhole() throws {
    let world = try World()
    let harness = world.harness
    try harness.succeed(["bundle", "create", "ben.bundle", "--store", "ben"])
    let whole = try world.bytes("ben.bundle")
    var cases = [whole.count - 1, whole.count - 33, whole.count / 2, 200, 20, 3, 0].map { Array(whole.prefix($0)) }
    for place in [9, 40, whole.count / 2, whole.count - 40, whole.count - 5] {
      var bytes = whole
      bytes[place] ^= 0x40
      cases.append(bytes)
    }
    for (index, bytes) in cases.enumerated() {
      try harness.file("bad.bundle", bytes)
      let verified = try harness.run(["bundle", "verify", "bad.bundle"])
      #expect(verified.status == 1, "case \(index): \(verified.stdout)")
      #expect(verified.stderr.contains("error:") && verified.stderr.contains("hint:"), "case \(index)")
      let applied = try harness.run(["bundle", "apply", "bad.bundle"])
      #expect(applied.status == 1, "case \(index): \(applied.stdout)")
      #expect(applied.stderr.contains("bad.bundle"), "case \(index): \(applied.stderr)")
    }
    try harness.file("bad.bundle", whole.dropLast())
    let cut = try harness.run(["bundle", "apply", "bad.bundle"])
    #expect(cut.stderr.contains("ends before its end") && cut.stdout.contains("known already"), "\(cut.stdout)")
    try harness.succeed(["verify"])
  }

  @Test func aRefusedPackIsToldBeforeAndWhenItIsTaken() throws {
    let world = try World()
    let harness = world.harness
    try world.refusable("bad.bundle", at: 60, 0xFF)
    for arguments in [["--dry-run"], []] {
      let output = try harness.run(["bundle", "apply", "bad.bundle"] + arguments)
      #expect(output.status == 1, "\(arguments)")
      #expect(output.stdout.contains("Refused     a pack: it is damaged"), "\(output.stdout)")
      #expect(output.stderr.contains("1 run of changes refused; all others"), "\(output.stderr)")
    }
    let rehearsed = try harness.run(["bundle", "apply", "bad.bundle", "--dry-run", "--json"])
    let received = try #require(rehearsed.objects.first?["received"] as? [String: Any])
    #expect(rehearsed.status == 1 && (received["refused"] as? [Any])?.count == 1)
    let cloned = try harness.run(["clone", "bad.bundle", "copy", "--curator", "Cy Young"])
    #expect(cloned.status == 1 && cloned.stdout.contains("made the store copy/.variorum/store.sqlite"))
    #expect(cloned.stdout.contains("refused: a pack: it is damaged"))
    #expect(cloned.stderr.contains("the replica in copy is made, and has all others"), "\(cloned.stderr)")
    #expect(cloned.stderr.contains("variorum bundle apply bad.bundle --store copy"))
    try harness.succeed(["bundle", "apply", "whole.bundle", "--store", "copy"])
  }

  @Test func aPackOfANewerVersionIsToldAsANewerStore() throws {
    let world = try World()
    try world.refusable("new.bundle", at: 8, 2)
    for arguments in [["apply"], ["apply", "--dry-run"], ["verify"]] {
      let output = try world.harness.run(["bundle"] + arguments + ["new.bundle"])
      #expect(output.status == 1 && output.stderr.contains("install the newer variorum"), "\(output.stderr)")
      let json = try world.harness.run(["bundle"] + arguments + ["new.bundle", "--json"])
      #expect((json.errorObjects.last?["error"] as? [String: Any])?["kind"] as? String == "newer", "\(json.stderr)")
    }
  }

  @Test func aBundleGoesThroughPipes() throws {
    let world = try World()
    let harness = world.harness
    let script = try harness.file(
      "pipe.sh",
      """
      #!/bin/sh
      "$VARIORUM" bundle create - --store ben | "$VARIORUM" bundle verify - &&
      "$VARIORUM" bundle create - --store ben | "$VARIORUM" bundle apply - --dry-run &&
      "$VARIORUM" bundle create - --store ben | "$VARIORUM" bundle apply -
      """.utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    let output = try harness.run([], through: script)
    #expect(output.status == 0, "\(output.stderr)")
    #expect(output.stdout.contains("sound: 4 changes in 2 logs\n") && output.stdout.contains("Would come  2 changes\n"))
    #expect(output.stdout.contains(": 2 new, 2 known already\n"), "\(output.stdout)")
    let bad = try harness.run(["bundle", "verify", "-"], input: Array("no bundle".utf8))
    #expect(bad.status == 1 && bad.stderr.contains("standard input is not a bundle"), "\(bad.stderr)")
    #expect(try harness.run(["bundle", "create", "-", "--json"]).status == 2)
  }

  @Test func aBundleOfAnotherStoreIsRefused() throws {
    let world = try World()
    try world.harness.succeed(["init", "other", "--curator", "Cy Young"])
    try world.harness.succeed(["bundle", "create", "other.bundle", "--store", "other"])
    for arguments in [["bundle", "apply", "other.bundle"], ["bundle", "create", "x", "--for", "other.bundle"]] {
      let output = try world.harness.run(arguments)
      #expect(output.status == 1 && output.stderr.contains("it belongs to the store"), "\(output.stderr)")
    }
    let shown = try world.harness.succeed(["bundle", "inspect", "other.bundle", "--json"])
    let logs = try #require(shown.objects.first?["logs"] as? [[String: Any]])
    #expect(logs.count == 1 && (logs.first?["curators"] as? [Any])?.isEmpty == true)
    let taken = try world.harness.run(["bundle", "create", "other.bundle"])
    #expect(taken.status == 1 && taken.stderr.contains("is there already"))
  }
}

import Foundation
import Testing

@Suite("variorum init")
struct InitTests {
  @Test("Makes a store in the name of a curator, and says what comes next")
  func makes() throws {
    let harness = try CommandLineHarness(curator: nil)
    let output = try harness.run([
      "init", "--curator", "Ada Nowak", "--orcid", "https://orcid.org/0000-0002-1825-0097", "--affiliation", "Kraków",
    ])
    #expect(output.status == 0)
    #expect(output.stdout.contains(".variorum/store.sqlite"))
    #expect(output.stderr.contains("next: variorum add claim"))
    let orcid = try harness.store().read { reader in
      try reader.currentCurator().flatMap { try reader.record($0) }?.text("orcid")
    }
    #expect(orcid == "0000-0002-1825-0097")
  }

  @Test("In a directory, by --store, and in JSON")
  func places() throws {
    let harness = try CommandLineHarness(curator: nil)
    let output = try harness.succeed(["init", "lab/als", "--curator", "Ada", "--json"])
    let object = try #require(output.objects.first)
    #expect(object["schema"] as? Int == 1)
    #expect(object["kind"] as? String == "curator")
    #expect((object["change"] as? String)?.count == 64)
    #expect((object["path"] as? String)?.hasSuffix("/lab/als/.variorum/store.sqlite") == true)
    try harness.succeed(["init", "--store", "other.sqlite", "--curator", "Ada"])
    _ = try harness.store("other.sqlite")
    try harness.succeed(["--store", "lab/als", "add", "claim", "x"])
    #expect(try harness.run(["add", "claim", "x"], inside: "lab/als/.variorum").status == 0)
  }

  @Test("On a store that is there --curator says who writes")
  func switches() throws {
    let harness = try CommandLineHarness()
    try harness.succeed(["init", "--curator", "Bo Lind"])
    let claim = try harness.succeed(["add", "claim", "By Bo"]).shortID
    try harness.succeed(["init", "--curator", "Ada Nowak"])
    let other = try harness.succeed(["add", "claim", "By Ada"]).shortID
    let names = try harness.store().read { reader in
      try [claim, other].map { try reader.curatorName(try reader.record(named: $0).curator) }
    }
    #expect(names == ["Bo Lind", "Ada Nowak"])
  }

  @Test("Whoever has the name of somebody who is there is told, and how to become that one")
  func namesakes() throws {
    let harness = try CommandLineHarness(curator: nil)
    let orcid = "0000-0002-1825-0097"
    let first = try harness.succeed(["init", "--curator", "Ada Nowak", "--orcid", orcid])
    #expect(!first.stderr.contains("another curator"))
    let second = try harness.succeed(["init", "--curator", "Ada Nowak"])
    #expect(second.stderr.contains("note: another curator of this name is here, u:"))
    #expect(second.stderr.contains("next: variorum init --curator 'Ada Nowak' --orcid \(orcid)\n"))
    // Who was told and goes on is not told again; who becomes the other one is nobody new.
    #expect(try !harness.succeed(["init", "--curator", "Ada Nowak"]).stderr.contains("another curator"))
    #expect(
      try !harness.succeed(["init", "--curator", "Ada Nowak", "--orcid", orcid]).stderr.contains("another curator"))
    #expect(try harness.succeed(["list", "curators"]).lines.count == 2)
  }

  @Test("What is refused leaves no store behind")
  func refused() throws {
    let harness = try CommandLineHarness(curator: nil)
    let cases: [([String], Int32, String)] = [
      (["init"], 2, "--curator NAME"), (["init", "--curator", ""], 4, "empty"),
      (["init", "--curator", "a\u{7}b"], 4, "control character"),
      (["init", "--curator", "Ada", "--orcid", "0000-0002-1825-0098"], 4, "checksum"),
      (["init", "--curator", "Ada", "--affiliation", ""], 4, "affiliation is empty"),
      (["init", "a", "--store", "b", "--curator", "Ada"], 2, "named twice"),
    ]
    for (arguments, status, message) in cases {
      let output = try harness.run(arguments)
      #expect(output.status == status, "\(arguments)")
      #expect(output.stderr.contains(message), "\(arguments): \(output.stderr)")
      #expect(output.stdout.isEmpty)
    }
    try harness.file("big.txt", "text".utf8)
    let inTheWay = try harness.run(["init", "big.txt", "--curator", "Ada"])
    #expect(inTheWay.status == 1)
    #expect(inTheWay.stderr.contains("/big.txt is a file, and a directory is needed there"))
    // The state directory cannot be made, so nothing can be signed.
    try harness.file("blocked", [])
    let blocked = ["XDG_STATE_HOME": harness.directory + "/blocked"]
    #expect(try harness.run(["init", "--curator", "Ada"], environment: blocked).status == 1)
    #expect(!FileManager.default.fileExists(atPath: harness.directory + "/.variorum"))
  }

  @Test("A store that is there is not made again")
  func exists() throws {
    let harness = try CommandLineHarness()
    let before = try harness.fingerprint()
    let output = try harness.run(["init"])
    #expect(output.status == 1)
    #expect(output.stderr.contains("hint: variorum init --curator NAME"))
    #expect(try harness.fingerprint() == before)
  }
}

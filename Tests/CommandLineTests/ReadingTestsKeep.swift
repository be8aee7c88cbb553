import AnnotationStore
import Foundation
import Testing

@Suite("variorum verify, doctor, backup and export")
struct ReadingTestsKeep {
  @Test("A sound store")
  func sound() throws {
    let world = try ReadingWorld()
    let told = try world.told("verify")
    #expect(told.hasPrefix("sound: 20 changes in 1 log, 20 seals;"))
    let object = try #require(try world.harness.succeed(["verify", "--json"]).objects.first)
    #expect(object["sound"] as? Bool == true)
    #expect(object["changes"] as? Int == 20)
    #expect((object["problems"] as? [Any])?.isEmpty == true)
  }

  @Test("A change whose bytes were damaged is found, and the exit code is 1")
  func damaged() throws {
    let world = try ReadingWorld()
    try world.harness.damage("UPDATE change SET body = x'a0' WHERE sequence = 10")
    for verb in ["verify", "doctor"] {
      let output = try world.harness.run([verb])
      #expect(output.status == 1)
      #expect(output.stdout.contains("not sound"))
      #expect(output.stdout.contains("change 10"))
      #expect(output.stderr.contains("hint: "))
    }
    let output = try world.harness.run(["verify", "--json"])
    #expect(output.status == 1)
    #expect(output.objects.first?["sound"] as? Bool == false)
    #expect(output.errorObjects.count == 1)
  }

  @Test("A table that is not what the log says is made anew")
  func rebuilt() throws {
    let world = try ReadingWorld()
    try world.harness.damage("UPDATE claim SET status = 'accepted'")
    let found = try world.harness.run(["verify"])
    #expect(found.status == 1)
    #expect(found.stdout.contains("the table claim is not what the log says (variorum doctor --rebuild makes it anew)"))
    #expect(try world.told("doctor", "--rebuild").contains("are now: claim"))
    #expect(try world.told("doctor", "--rebuild").contains("everything was as the log says"))
    #expect(try world.harness.run(["verify"]).status == 0)
  }

  @Test(
    "Tables that are damaged or missing are told by doctor, and made anew",
    arguments: ["DELETE FROM text_index_data", "DROP TABLE claim", "DROP VIEW history"])
  func mended(_ damage: String) throws {
    let world = try ReadingWorld()
    let before = try world.told("list")
    try world.harness.damage(damage)
    for verb in ["verify", "doctor"] {
      let found = try world.harness.run([verb])
      #expect(found.status == 1)
      #expect(found.stdout.contains("not sound"))
      #expect(found.stdout.contains("(variorum doctor --rebuild makes it anew)"))
    }
    #expect(try world.told("doctor", "--rebuild").contains("these were not as the log says, and are now: "))
    #expect(try world.harness.run(["doctor"]).status == 0)
    #expect(try world.told("list") == before)
  }

  @Test("What doctor looks at, and that it advises where the key does not belong to the file")
  func doctor() throws {
    let world = try ReadingWorld()
    let told = try world.told("doctor")
    for part in ["Replica key there, and the next write uses it", "sound: 20 changes", "nothing needs to be done"] {
      #expect(told.contains(part))
    }
    try world.harness.succeed(["backup", "copy.sqlite"])
    let copy = try world.told("doctor", "--store", "copy.sqlite")
    #expect(copy.contains("! the next write gets a new replica key: it is a copy of another file, or was"))
    let object = try #require(try world.harness.succeed(["doctor", "--store", "copy.sqlite", "--json"]).objects.first)
    #expect(object["replica_key"] as? String == "renewed")
    #expect((object["advice"] as? [Any])?.count == 1)
  }

  @Test("A backup is a store of the same state, and overwrites nothing")
  func backup() throws {
    let world = try ReadingWorld()
    let object = try #require(try world.harness.succeed(["backup", "copy.sqlite", "--json"]).objects.first)
    #expect((object["path"] as? String)?.hasSuffix("/work/copy.sqlite") == true)
    #expect(object["bytes"] as? Int ?? 0 > 10_000)
    let same = try world.harness.succeed(["list", "records", "--json", "--store", "copy.sqlite"]).stdout
    #expect(try same == world.harness.succeed(["list", "records", "--json"]).stdout)
    let again = try world.harness.run(["backup", "copy.sqlite"])
    #expect(again.status == 1)
    #expect(again.stderr.contains("copy.sqlite is there already"))
    #expect(try world.harness.run(["backup", "missing/copy.sqlite"]).status == 1)
  }

  @Test("The log goes to a file or a pipe, never to a terminal")
  func export() throws {
    let world = try ReadingWorld()
    #expect(try world.told("export", "--format", "log", "-o", "log.cborseq") == "DIRECTORY/log.cborseq  20 changes\n")
    #expect(try world.harness.run(["export", "--format", "log", "-o", "log.cborseq"]).status == 1)
    let file = try Data(contentsOf: URL(fileURLWithPath: world.harness.directory + "/log.cborseq"))
    let script = try world.harness.file("export.sh", "#!/bin/sh\n\"$VARIORUM\" export --format log > piped\n".utf8)
    _ = try world.harness.run([script], through: "/bin/sh")
    #expect(try Data(contentsOf: URL(fileURLWithPath: world.harness.directory + "/piped")) == file)
    if let told = try? world.harness.runOnTerminal(["export", "--format", "log"], environment: [:]) {
      #expect(told.status == 2)
      #expect(told.stdout.contains("not text for a terminal"))
    }
    #expect(try world.harness.run(["export", "--format", "xml"]).status == 2)
  }
}

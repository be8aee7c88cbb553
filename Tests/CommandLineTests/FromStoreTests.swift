import AnnotationStore
import Foundation
import Testing

/// `import --from-store`, by what it puts out and what the store says afterwards.
@Suite struct FromStoreTests {
  /// Ada's store, and Cy's of another project in `other`, in which Dee has edited what Cy wrote.
  private struct World {
    let harness: CommandLineHarness
    let claim: String
    let note: String

    init() throws {
      harness = try CommandLineHarness()
      try harness.succeed(["init", "other", "--curator", "Cy Young"])
      let other = ["--store", "other"]
      let source = try harness.succeed(
        ["add", "source", "--doi", "10.1073/pnas.1218497110", "--title", "Reactive astrocytes"] + other
      ).shortID
      claim = try harness.succeed(["add", "claim", "LCN2 is raised in ALS.", "--source", source] + other).shortID
      note = try harness.succeed(["note", claim, "In plasma?"] + other).shortID
      try harness.succeed(["reply", note, "--body", "In both."] + other)
      try harness.succeed(["init", "other", "--curator", "Dee Lang"])
      try harness.succeed(["edit", claim, "--set", "status=accepted"] + other)
      try harness.succeed(["tag", claim, "blood"] + other)
      try harness.succeed(["assess", claim, "supports"] + other)
    }
  }

  @Test func recordsComeInTheNameOfTheirCurators() throws {
    let world = try World()
    let harness = world.harness
    let output = try harness.succeed(["import", "--from-store", "other"])
    #expect(
      output.lines.first
        == "imported other: 1 source, 1 claim, 2 annotations, 1 assessment, 2 curators", "\(output.stdout)")
    let blame = try harness.succeed(["blame", world.claim]).lines.map { $0.split(separator: "\t").map(String.init) }
    func author(_ field: String) -> String? { blame.first { $0.first == field }?[2] }
    #expect(author("statement") == "Cy Young" && author("source") == "Cy Young")
    #expect(author("status") == "Dee Lang" && author("tags") == "Dee Lang")
    // One replica wrote it all, and Ada goes on in her own name.
    let status = try #require(try harness.succeed(["status", "--json"]).objects.first)
    let replicas = Set(
      try harness.succeed(["log", "--json", "--limit", "0"]).objects.compactMap {
        $0["replica"] as? String
      })
    #expect(replicas == [try #require(status["replica"] as? String)])
    let mine = try harness.succeed(["note", world.claim, "Ada's."]).shortID
    let curator = try harness.store().read { try $0.curatorName(try $0.record(named: mine).curator) }
    #expect(curator == "Ada Nowak")
    let there = try harness.store("other/.variorum/store.sqlite").read { try $0.record(named: world.claim) }
    let here = try harness.record(world.claim)
    #expect(here.id == there.id && here.fields == there.fields)
    try harness.succeed(["verify"])
  }

  @Test func doingItTwiceCreatesNothingTwice() throws {
    let world = try World()
    try world.harness.succeed(["import", "--from-store", "other"])
    let before = try world.harness.fingerprint()
    let output = try world.harness.succeed(["import", "--from-store", "other"])
    #expect(output.lines.first == "nothing new in other")
    #expect(try world.harness.fingerprint() == before)
  }

  @Test func whatStandsHereIsNotOverwritten() throws {
    let world = try World()
    let harness = world.harness
    try harness.succeed(["import", "--from-store", "other"])
    try harness.succeed(["edit", world.claim, "--set", "status=rejected"])
    try harness.succeed(["edit", world.claim, "--set", "subject=NCBIGene:3934", "--store", "other"])
    let output = try harness.succeed(["import", "--from-store", "other"])
    #expect(output.stdout.contains("filled in: 1 field that records here lacked"))
    #expect(output.stderr.contains("\(world.claim).status: here \"rejected\", there \"accepted\""), "\(output.stderr)")
    let claim = try harness.record(world.claim)
    #expect(claim.text("status") == "rejected" && claim.text("subject") == "NCBIGene:3934")
  }

  @Test func whatIsDeletedOrInConflictIsLeftOut() throws {
    let world = try World()
    let harness = world.harness
    let second = try harness.succeed(["add", "claim", "LCN2 kills neurons.", "--store", "other"]).shortID
    try harness.succeed(["clone", "other", "apart", "--curator", "Eve Moss"])
    try harness.succeed(["edit", second, "--set", "status=accepted", "--store", "other"])
    try harness.succeed(["edit", second, "--set", "status=rejected", "--store", "apart"])
    try harness.succeed(["merge", "apart", "--store", "other"])
    try harness.succeed(["delete", world.note, "--store", "other"])
    let output = try harness.succeed(["import", "--from-store", "other"])
    #expect(output.stderr.contains("claim \(second): status is in conflict there"), "\(output.stderr)")
    #expect(output.stderr.contains("target names a record that is left out"))
    #expect(output.stderr.contains("1 record deleted there"))
    #expect(output.stdout.contains("1 claim,") && !output.stdout.contains("annotation"))
  }

  /// Both made the source by themselves: its id is the same in both stores, and either create may be the one shown.
  @Test func whatTwoMadeApartIsWrittenOnce() throws {
    let harness = try CommandLineHarness()
    try harness.succeed(["init", "other", "--curator", "Cy Young"])
    try harness.succeed(["clone", "other", "apart", "--curator", "Dee Lang"])
    for (store, title) in [("other", "One"), ("apart", "Two")] {
      try harness.succeed(["add", "source", "--doi", "10.1073/pnas.1218497110", "--title", title, "--store", store])
    }
    try harness.succeed(["merge", "apart", "--store", "other"])
    let output = try harness.succeed(["import", "--from-store", "other"])
    #expect(output.lines.first == "imported other: 1 source, 2 curators", "\(output.stdout)")
  }

  @Test func aDryRunAndAReplicaChangeNothing() throws {
    let world = try World()
    let harness = world.harness
    try harness.succeed(["clone", ".", "ben", "--curator", "Ben Ortiz"])
    let before = try harness.fingerprint()
    let output = try harness.succeed(["import", "--from-store", "other", "--dry-run"])
    #expect(output.stdout.hasPrefix("would import other: 1 source"))
    let replica = try harness.run(["import", "--from-store", "ben"])
    #expect(replica.status == 1 && replica.stderr.contains("hint: variorum merge ben"))
    let mixed = try harness.run(["import", "--from-store", "other", "claims.tsv"])
    #expect(mixed.status == 2)
    #expect(try harness.run(["import"]).status == 2)
    #expect(try harness.fingerprint() == before)
  }
}

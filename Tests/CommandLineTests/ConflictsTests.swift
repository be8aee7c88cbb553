import Testing

@Suite("variorum conflicts")
struct ConflictsTests {
  /// The world that tests only read.
  private let world: ReadingWorld

  init() throws { world = try DisagreeingWorld.shared.get() }

  @Test("What is in conflict, what stood there before, each value with its author, and what to type")
  func list() throws {
    let told = try world.told("conflicts", world["target"])
    let expected = #"""
      c:000001.statement  claim  LCN2 is nopromising therapeutic target.
        before  LCN2 is >>a potential<< therapeutic target.
        1       LCN2 is >>a promising<< therapeutic target.
                Ada Nowak, 2026-01-01 00:00, change change000001, replica hex00001
        2       LCN2 is >>no<< therapeutic target.
                Ben Ortiz, 2026-01-01 00:00, change change000002, replica hex00002
        merged  LCN2 is >>nopromising<< therapeutic target.
        variorum resolve c:000001.statement --accept --because "..."
        or --take N, or --edit; --expect hexadecimal00001 decides only what is shown

      """#
    #expect(told == expected)
  }

  @Test("Of a claim what stands on it is listed too")
  func onClaim() throws {
    let objects = try world.harness.succeed(["conflicts", world["claim"], "--json"]).objects
    #expect(Set(objects.compactMap { $0["type"] as? String }) == ["register", "target"])
    let same = try world.harness.succeed(["conflicts", "--on", world["claim"], "--json"]).objects.count
    #expect(same == objects.count)
    #expect(try world.harness.succeed(["conflicts", "\(world["claim"]).status", "--json"]).objects.count == 1)
    #expect(try world.harness.succeed(["conflicts", world["note"], "--json"]).objects.count == 1)
  }

  @Test("For scripts: one object a line, in the documented shape")
  func json() throws {
    let told = try world.told("conflicts", "\(world["claim"]).status", "--json")
    let expected = #"""
      {"schema":1,"record":"UUID-1","kind":"claim","field":"status","type":"register","base":"under-review","values":[{"value":"accepted","curator":"UUID-2","replica":"SHA-1","at":0,"change":"SHA-2"},{"value":"rejected","curator":"UUID-3","replica":"SHA-3","at":0,"change":"SHA-4"}],"digest":"SHA-5"}

      """#
    #expect(told == expected)
  }

  @Test(
    "Filters",
    arguments: [
      ([], 3), (["--field", "status"], 1), (["--field", "life"], 1), (["--field", "via"], 0),
      (["--curator", "Ben Ortiz"], 3), (["--type", "prose"], 1), (["--type", "prose", "--type", "target"], 2),
      (["--older-than", "1"], 0), (["--newer-than", "1"], 3), (["--older-than", "0"], 3), (["--limit", "2"], 2),
      (["--limit", "0"], 3),
    ])
  func filters(_ arguments: [String], _ count: Int) throws {
    #expect(try world.harness.succeed(["conflicts", "--json"] + arguments).objects.count == count)
  }

  @Test("Nothing found is said, and is no error")
  func none() throws {
    let output = try world.harness.succeed(["conflicts", "--field", "via"])
    #expect(output.stdout.isEmpty && output.stderr == "no such conflicts are open\n")
    let world = try ReadingWorld()
    try world.disagree()
    try world.harness.succeed(["resolve", "--all", "--take", "newest"])
    try world.harness.succeed(["resolve", world["note"], "--delete"])
    #expect(try world.harness.succeed(["conflicts"]).stderr == "no conflicts are open\n")
    #expect(try world.harness.run(["status", "--check"]).status == 0)
  }

  @Test(
    "What is asked wrongly",
    arguments: [
      (["--field", "statsu"], 4, "did you mean status?"), (["--type", "fight"], 2, "fight"),
      (["--older-than", "-1"], 2, "days"), (["--newer-than", "9223372036854775807"], 2, "days"),
      (["c:ffffff"], 4, "no record has the id"), (["c:ffffff", "--on", "c:ffffff"], 4, "no record"),
      (["CLAIM.statsu"], 4, "did you mean status?"), (["--curator", "Bem Ortiz"], 4, "did you mean \"Ben Ortiz\"?"),
    ])
  func wrong(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let arguments = arguments.map { $0.replacing("CLAIM", with: world["claim"]) }
    let output = try world.harness.run(["conflicts"] + arguments)
    #expect(output.status == status)
    #expect(output.stderr.contains(message), "\(output.stderr)")
  }

  @Test("Long texts show the words around what differs")
  func longText() throws {
    let words = (1...60).map { "word\($0)" }
    func text(_ word: String) -> String { (words.prefix(30) + [word] + words.suffix(30)).joined(separator: " ") }
    let harness = try CommandLineHarness()
    let claim = try harness.succeed(["add", "claim", text("before")]).shortID
    try harness.copyStore(to: "c.sqlite")
    try harness.succeed(["edit", claim, "--body", text("ours")])
    try harness.succeed(["edit", claim, "--body", text("theirs"), "--store", "c.sqlite"])
    try harness.take(from: "c.sqlite")
    let told = try harness.succeed(["conflicts", claim]).stdout.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(told.contains("before … word23 word24 word25 word26 word27 word28 word29 word30 >>before<< word31"))
    #expect(told.contains("… word23 word24 word25 word26 word27 word28 word29 word30 >>ours<< word31"))
    #expect(told.contains(">>theirs<< word31 word32 word33 word34 word35 word36 word37 word38 …"))
  }
}

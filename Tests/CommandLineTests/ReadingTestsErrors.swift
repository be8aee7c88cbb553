import Testing

@Suite("What readers are told that they asked wrongly")
struct ReadingTestsErrors {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let status: Int32
    let told: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: String..., status: Int32, told: String) {
      self.arguments = arguments
      self.status = status
      self.told = told
    }
  }

  static let cases = [
    Case("list", "claimz", status: 2, told: "did you mean claims?"),
    Case("list", "--status", "acepted", status: 4, told: "did you mean accepted?"),
    Case("list", "--stance", "against", status: 4, told: "known: supports, disputes, uncertain"),
    Case("list", "--curator", "Ade", status: 4, told: "did you mean \"Ada Nowak\"?"),
    Case("list", "--curator", "0000-0002-1825-0098", status: 4, told: "no curator is"),
    Case("list", "--entity", "LCN3", status: 4, told: "did you mean \"LCN2\"?"),
    Case("list", "--entity", "NCBIGene:", status: 4, told: "NCBIGene:"),
    Case("list", "--source", "10.1/none", status: 4, told: "no source is \"10.1/none\""),
    Case("list", "--source", "r", status: 4, told: "error: several sources are \"r\": \"Role of"),
    Case("list", "--source", "lcn2", status: 0, told: "no claims found"),
    Case("list", "--since", "2026-13", status: 4, told: "--since: \"2026-13\" is not a date"),
    Case("list", "--until", "tomorrow", status: 4, told: "expected YYYY"),
    Case("list", "--limit=-1", status: 2, told: "--limit is -1"),
    Case("list", "--limit", "1", "--limit", "2", status: 2, told: "hint: give one; --status, --tag and --entity may"),
    Case("list", "--curator", "Ada", "--curator", "Ben", status: 2, told: "error: --curator is given more than once"),
    Case("search", "x", "--sort", "id", "--sort", "text", status: 2, told: "error: --sort is given more than once"),
    Case("list", "--sort", "size", status: 2, told: "relevance"),
    Case("list", "--on", "c:ffffff", status: 4, told: "no record has the id"),
    Case("list", "--tag", "nothing-has-it", status: 0, told: "no claims found"),
    Case("search", "\"\" *", status: 4, told: "no word to look for"),
    Case("search", "zebrafish", status: 0, told: "nothing found"),
    Case("search", "x", "--kind", "clam", status: 2, told: "did you mean claim?"),
    Case("show", "c:zz", status: 4, told: "is no id"),
    Case("show", "c:ffffff", status: 4, told: "variorum list shows what there is"),
    Case("blame", "12345", status: 4, told: "is no id"),
    Case("log", "--oneline", "--stat", status: 2, told: "exclude each other"),
    Case("log", "--since", "2999", status: 0, told: "no change found"),
  ]

  @Test("One clear message, the remedy and the exit code", arguments: cases)
  func told(_ item: Case) throws {
    let output = try Self.world.get().harness.run(item.arguments)
    #expect(output.status == item.status)
    #expect(item.told.isEmpty ? output.stderr.isEmpty : output.stderr.contains(item.told), "\(output.stderr)")
  }

  @Test("A change that a record did not know yet")
  func tooEarly() throws {
    let world = try ReadingWorld()
    let change = try world.harness.succeed(["log", world["review"], "--json"]).objects.last?["change"] as? String ?? ""
    let output = try world.harness.run(["show", world["claim"], "--at", String(change.prefix(10))])
    #expect(output.status == 1)
    #expect(output.stderr.contains("was not there yet"))
    #expect(try world.harness.run(["show", world["claim"], "--at", "abc"]).status == 4)
  }

  @Test("status --check ends with 3 where conflicts are open")
  func check() throws {
    let world = try ReadingWorld()
    #expect(try world.harness.run(["status", "--check"]).status == 0)
    try world.disagree()
    let output = try world.harness.run(["status", "--check"])
    #expect(output.status == 3)
    #expect(output.stderr.contains("variorum conflicts"))
    let json = try world.harness.run(["status", "--check", "--json"])
    #expect(json.status == 3)
    #expect((json.objects.first?["conflicts"] as? [String: Int])?["prose"] == 1)
  }

  /// One store for all cases, which only read.
  private static let world = Result { try ReadingWorld() }
}

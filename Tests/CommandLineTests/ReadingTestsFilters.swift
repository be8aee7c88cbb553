import Testing

@Suite("The filters of list and search")
struct ReadingTestsFilters {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let found: [String]
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: String..., found: [String]) {
      self.arguments = arguments
      self.found = found
    }
  }

  static let cases = [
    Case("list", found: ["target", "claim"]),
    Case("list", "--reverse", found: ["claim", "target"]),
    Case("list", "--limit", "1", found: ["target"]),
    Case("list", "--source", "10.3389/FNAGI.2025.1672903", found: ["claim"]),
    Case("list", "--source", "https://doi.org/10.3389/fnagi.2025.1672903", found: ["claim"]),
    Case("list", "--source", "Wang 2025", found: ["claim"]),
    Case("list", "--source", "lipocalin-2", found: ["claim"]),
    Case("list", "--status", "under-review", found: ["claim"]),
    Case("list", "--status", "accepted", found: []),
    Case("list", "--status", "accepted", "--deleted", found: ["toxicity"]),
    Case("list", "--status", "proposed", "--status", "under-review", found: ["target", "claim"]),
    Case("list", "--tag", "blood", found: ["claim"]),
    Case("list", "--tag", "blood", "--tag", "biomarker", found: ["claim"]),
    Case("list", "--tag", "blood", "--tag", "toxicity", found: []),
    Case("list", "--entity", "LCN2", "--entity", "ALS", found: ["claim"]),
    Case("list", "--text", "therap*", "--text", "neurons", found: []),
    Case("list", "--entity", "NCBIGene:3934", found: ["target", "claim"]),
    Case("list", "--entity", "ngal", found: ["target", "claim"]),
    Case("list", "--entity", "blood", found: ["claim"]),
    Case("list", "--stance", "disputes", found: ["claim"]),
    Case("list", "--stance", "uncertain", found: []),
    Case("list", "--text", "therap* target", found: ["target"]),
    Case("list", "--text", "\"target therapeutic\"", found: []),
    Case("list", "--curator", "ben", found: []),
    Case("list", "annotations", "--curator", "Ben Ortiz", "--reverse", found: ["reply", "orphan"]),
    Case("list", "annotations", "--curator", "0000-0002-1825-0097", "--reverse", found: ["note", "answer"]),
    Case("list", "annotations", "--on", "note", found: ["reply"]),
    Case("list", "annotations", "--source", "10.3389/fnagi.2025.1672903", found: ["note"]),
    Case("list", "annotations", "--orphaned", found: ["orphan"]),
    Case("list", "--orphaned", found: ["orphan"]),
    Case("list", "claims", "--orphaned", found: []),
    Case("list", "--since", "today", found: ["target", "claim"]),
    Case("list", "--until", "2020-05", found: []),
    Case("list", "--sort", "text", found: ["target", "claim"]),
    Case("search", "LCN2 -", "--kind", "claim", "--sort", "created", found: ["target", "claim"]),
    Case("search", "10.3389/FNAGI.2025.1672903", found: ["review"]),
    Case("search", "NCBIGene:3934", found: ["lcn2", "target", "claim", "review"]),
    Case("search", "ngal", found: ["lcn2", "target", "claim", "review"]),
    Case("search", "MONDO:0004976", "--kind", "claim", found: ["claim"]),
    Case("search", "plásma", "--kind", "annotation", "--sort", "created", found: ["reply", "note"]),
  ]

  @Test("Finds what it should, in order", arguments: cases)
  func found(_ item: Case) throws {
    let world = try Self.world.get()
    let arguments = item.arguments.map { world.ids[$0] == nil || $0 == "claim" || $0 == "blood" ? $0 : world[$0] }
    let output = try world.harness.succeed(arguments)
    let found = output.lines.map { String($0.prefix { $0 != "\t" }) }
    #expect(found == item.found.map { world[$0] })
    let json = try world.harness.succeed(arguments + ["--json"])
    #expect(json.objects.count == item.found.count)
  }

  /// One store for all cases, which only read.
  private static let world = Result { try ReadingWorld() }
}

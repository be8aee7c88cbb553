import AnnotationModel
import Foundation
import Testing

/// A small store that two curators wrote into, for the tests of the verbs that read.
struct ReadingWorld {
  let harness: CommandLineHarness
  /// The short ids, by the names that the tests give them.
  private(set) var ids: [String: String] = [:]

  /// Makes the store: two papers, three claims, one of which is curated in full.
  init() throws {
    harness = try CommandLineHarness(curator: nil)
    try ada()
    try papersAndTerms()
    try claims()
    try curation()
  }

  subscript(name: String) -> String { ids[name] ?? "" }

  func ada() throws { try harness.succeed(["init", "--curator", "Ada Nowak", "--orcid", "0000-0002-1825-0097"]) }

  func ben() throws { try harness.succeed(["init", "--curator", "Ben Ortiz"]) }

  private mutating func add(_ name: String, _ arguments: [String]) throws {
    ids[name] = try harness.succeed(arguments).shortID
  }

  private mutating func papersAndTerms() throws {
    try add(
      "review",
      [
        "add", "source", "--doi", "10.3389/fnagi.2025.1672903", "--title",
        "Role of lipocalin-2 in amyotrophic lateral sclerosis", "--author", "Zhuoya Wang", "--author", "Wen Cao",
        "--author",
        "Dongsheng Fan", "--container", "Frontiers in Aging Neuroscience", "--issued", "2025-10-02", "--entity",
        "NCBIGene:3934",
      ])
    try add(
      "primary",
      [
        "add", "source", "--doi", "10.1073/pnas.1218497110", "--title", "Reactive astrocytes secrete lcn2", "--author",
        "Bi, Fangfang", "--author", "Xia, Xu-Gang", "--container", "PNAS", "--issued", "2013",
      ])
    try add("lcn2", ["add", "term", "NCBIGene:3934", "LCN2", "--type", "gene", "--synonym", "NGAL"])
    try add("als", ["add", "term", "MONDO:0004976", "ALS"])
    try add("blood", ["add", "term", "UBERON:0000178", "blood"])
  }

  private mutating func claims() throws {
    try add(
      "claim",
      [
        "add", "claim", "People with ALS tend to carry more LCN2 in their blood than people without the disease.",
        "--source", self["review"], "--quote", "elevated LCN2 expression has been observed in the blood", "--prefix",
        "attention, as significantly ", "--suffix", " and postmortem tissues", "--via", "a summary", "--subject",
        "NCBIGene:3934", "--predicate", "biolink:biomarker_for", "--object", "MONDO:0004976", "--qualifier",
        "tissue=UBERON:0000178", "--entity", "MONDO:0004976", "--tag", "biomarker", "--tag", "blood",
      ])
    try add(
      "toxicity",
      [
        "add", "claim", "Added LCN2 kills primary neurons in culture.", "--source", self["primary"], "--status",
        "accepted",
        "--tag", "toxicity",
      ])
    try add(
      "target", ["add", "claim", "LCN2 is a potential therapeutic target.", "--negated", "--subject", "NCBIGene:3934"])
  }

  private mutating func curation() throws {
    try harness.succeed([
      "assess", self["claim"], "supports", "--body", "Two cohorts.", "--evidence", "ECO:0000006", "--from-source",
      self["primary"], "--quote", "Lcn2 was highly induced", "--strength", "strong",
    ])
    try add(
      "note",
      ["note", self["claim"], "--body", "Which cohorts, and plasma or serum? To be looked up in the full text."])
    try add("link", ["link", self["target"], "refines", self["claim"]])
    try harness.succeed(["edit", self["claim"], "--set", "status=under-review"])
    try ben()
    try harness.succeed(["assess", self["claim"], "disputes", "--body", "Not specific."])
    try add("reply", ["reply", self["note"], "--body", "Plasma\nin both."])
    try add("orphan", ["note", self["toxicity"], "--body", "Dose range?"])
    try ada()
    try add("answer", ["reply", self["reply"], "--body", "Thanks."])
    try harness.succeed([
      "edit", self["toxicity"], "--set", "statement=Added LCN2 kills primary motor neurons in culture.",
    ])
    try harness.succeed(["delete", self["toxicity"]])
  }

  /// What a verb puts out, ids and times normalised; it must succeed.
  func told(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
    let output = try harness.succeed(arguments, environment: environment)
    return Self.normalised(output.stdout.replacing(harness.directory, with: "DIRECTORY"))
  }

  /// What a verb puts out on a terminal of so many columns; `nil` where there is no `script` to make one.
  func toldOnTerminal(_ arguments: String..., columns: Int = 80, environment: [String: String] = [:]) throws -> String?
  {
    #if os(Linux)
      guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return nil }
      var environment = environment
      environment["COLUMNS"] = "\(columns)"
      let output = try harness.runOnTerminal(arguments, environment: environment)
      return Self.normalised(output.stdout.replacing("\r\n", with: "\n"))
    #else
      return nil
    #endif
  }

  // MARK: - Normalising

  /// The text with ids numbered in the order in which they first come, and without the time of day, each as wide as
  /// it was.
  static func normalised(_ text: String) -> String {
    var text = text
    for (pattern, make) in rules {
      var known: [String: String] = [:]
      text.replace(pattern) { match in
        let found = String(match.output)
        let made = known[found] ?? make(found, known.count + 1)
        known[found] = made
        return made
      }
    }
    return text
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static var rules: [(Regex<Substring>, (String, Int) -> String)] {
    [
      (/; last written to \d{4}-\d\d-\d\d \d\d:\d\d/, { _, _ in "" }),
      (/\d{4}-\d\d-\d\d \d\d:\d\d/, { _, _ in "2026-01-01 00:00" }),
      (/"(?:created_ms|modified_ms|at)":\d+/, { found, _ in String(found.prefix { $0 != ":" }) + ":0" }),
      (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, { _, number in "UUID-\(number)" }),
      (/\b[0-9a-f]{64}\b/, { _, number in "SHA-\(number)" }),
      (
        /\b[scnaeltu]:[0-9a-f]{6,}(?![0-9a-f])/,
        { found, number in String(found.prefix(2)) + padded(number, found.count - 2) }
      ),
      (/\b[0-9a-f]{32}\b/, { _, _ in "digest" }),
      (/\b[0-9a-f]{16}\b/, { _, number in "hexadecimal" + padded(number, 5) }),
      (/\b[0-9a-f]{12}\b/, { _, number in "change" + padded(number, 6) }),
      (/\b[0-9a-f]{8}\b/, { _, number in "hex" + padded(number, 5) }),
    ]
  }
}

extension CommandLineHarness {
  /// Runs a verb on a terminal.
  ///
  /// - Parameter input: what is typed.
  func runOnTerminal(_ arguments: [String], environment: [String: String], input: [UInt8] = []) throws -> Output {
    let quoted = arguments.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
    return try run(
      ["-qec", "exec \"$VARIORUM\" \(quoted)", "/dev/null"], input: input, environment: environment,
      through: "/usr/bin/script")
  }
}

import AnnotationStore
import Foundation
import SyncTransports

@testable import Interchange

/// The store that Examples/lcn2-als leads to, with one conflict of each sort left open: Ada's, after Ben's was merged in.
///
/// Its clock and its randomness are counted, so that every run makes the same records.
final class CuratedExample {
  private let directory: URL
  let ada: Store
  let ben: Store
  /// The claim that both work on.
  let claim: RecordID
  /// A claim that is accepted, and free of conflicts.
  let accepted: RecordID
  /// A paper of which two people wrote the journal.
  let paper: RecordID

  init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("curated-\(UUID().uuidString)")
    let environment = Self.environment(directory)
    ada = try Store.create(at: directory.appendingPathComponent("ada.sqlite").path, environment: environment)
    ben = try Store.create(
      at: directory.appendingPathComponent("ben.sqlite").path, environment: environment, replicaOf: ada.id)
    try ada.write { _ = try $0.becomeCurator(name: "Ada Nowak", orcid: ORCID(parsing: "0000-0002-1825-0097")) }
    for name in ["paper.csl.json", "references.bib", "terms.tsv", "claims-ada.tsv"] { try Self.take(name, ada) }
    _ = try DirectMerge.merge(ada, into: ben)
    try ben.write { _ = try $0.becomeCurator(name: "Ben Okafor") }
    try Self.take("claims-ben.tsv", ben)
    claim = try ada.read { try Self.claim("People with ALS tend", $0) }
    accepted = try ada.read { try Self.claim("Added LCN2 kills", $0) }
    paper = try ada.read { try $0.source(named: "10.1073/pnas.1218497110").id }
    try writeAda()
    try writeBen()
    _ = try DirectMerge.merge(ben, into: ada)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func writeAda() throws {
    let (claim, accepted, paper) = (claim, accepted, paper)
    let source = try ada.read { try $0.source(named: "10.3389/fnagi.2025.1672903").id }
    try ada.write { transaction in
      _ = try transaction.addTerm(
        CURIE(parsing: "ECO:0000033"), label: "author statement supported by traceable reference")
      let assessment = try transaction.assess(claim, stance: "supports", body: "Fits what we see in our own cohort.")
      var evidence = WriteTransaction.NewEvidence(direction: "supports")
      evidence.eco = try CURIE(parsing: "ECO:0000033")
      evidence.source = source
      evidence.strength = "moderate"
      _ = try transaction.addEvidence(to: assessment.id, evidence)
      let question = try transaction.annotate(
        claim, body: "Was kidney function taken into account?", motivation: .questioning, tags: ["to-check"])
      _ = try transaction.annotate(
        question, body: "The abstract does not say; I have asked the authors.", motivation: .replying)
      try transaction.set(claim, "status", to: .text("accepted"))
      try transaction.set(accepted, "status", to: .text("accepted"))
      evidence.strength = "weak"
      evidence.selector = Selector(exact: "LCN2 was toxic to neurons", prefix: "we found that ", suffix: ".")
      _ = try transaction.addEvidence(to: accepted, evidence)
      _ = try transaction.assess(accepted, stance: "uncertain")
      _ = try transaction.addLink("contradicts", from: accepted, to: claim)
      try transaction.set(paper, "container", to: .text("PNAS"))
    }
  }

  private func writeBen() throws {
    let (claim, paper) = (claim, paper)
    try ben.write { transaction in
      _ = try transaction.assess(claim, stance: "disputes", body: "Not in my hands: the controls overlap.")
      try transaction.set(claim, "status", to: .text("rejected"))
      try transaction.set(paper, "container", to: .text("Proc Natl Acad Sci U S A"))
    }
    let words = "more LCN2 in their blood than"
    try ben.write {
      try $0.set(claim, "statement", to: .text("People with ALS often carry \(words) healthy people."))
    }
    try ada.write {
      try $0.set(claim, "statement", to: .text("People with ALS commonly carry \(words) people without the disease."))
    }
  }

  private static func claim(_ start: String, _ reader: ReadTransaction) throws -> RecordID {
    try reader.all(Claim.self).first { $0.statement.hasPrefix(start) }?.id ?? RecordID(derivedFrom: .null)
  }

  private static func take(_ name: String, _ store: Store) throws {
    _ = try Importer().run(file: name, bytes: Array(Workplace.example(name).utf8), into: store)
  }

  private static func environment(_ directory: URL) -> StoreEnvironment {
    let counter = Counter()
    return StoreEnvironment(
      stateDirectory: StateDirectory(path: directory.appendingPathComponent("state").path),
      nowMilliseconds: { counter.now() }, randomBytes: { counter.bytes($0) })
  }

  /// A clock and a generator that count.
  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var time: Int64 = 1_760_000_000_000
    private var random = SeededGenerator(seed: 6)

    func now() -> Int64 {
      lock.withLock {
        time += 60_000
        return time
      }
    }

    func bytes(_ count: Int) -> [UInt8] {
      lock.withLock { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
    }
  }
}

extension Store {
  /// What an export of this store writes, and what it tells.
  func exported(
    _ format: Format, _ options: Exporter.Options = Exporter.Options()
  ) throws -> (text: String, report: ExportReport) {
    var bytes: [UInt8] = []
    let report = try Exporter(options).run(format, from: self) { bytes += $0 }
    return (String(decoding: bytes, as: UTF8.self), report)
  }
}

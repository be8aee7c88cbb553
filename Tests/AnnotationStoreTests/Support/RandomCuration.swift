import GRDB

@testable import AnnotationStore

/// Random curation by several replicas that exchange their logs now and then.
struct RandomCuration {
  var generator: SplitMix64
  let replicas: [MemoryReplica]
  private var known: [RecordID] = []
  private let source: DerivedID.SourceIdentifier

  init(seed: UInt64, on databases: [DatabaseQueue]) throws {
    var generator = SplitMix64(seed: seed)
    let store = StoreID(uuidBytes: generator.bytes(16), version: 4)!
    replicas = try databases.map { try MemoryReplica(store: store, queue: $0, generator: &generator) }
    source = .doi(try DOI(parsing: "10.1000/\(seed)"))
    self.generator = generator
    for (index, replica) in replicas.enumerated() {
      let orcid = index % 2 == 0 ? try ORCID(parsing: "0000-0002-1825-0097") : nil
      _ = try replica.write { try $0.becomeCurator(name: "Curator \(index % 2)", orcid: orcid) }
    }
  }

  mutating func step() throws {
    if generator.below(5) == 0, replicas.count > 1 { return try exchange() }
    let replica = generator.pick(replicas)
    do { try write(replica) } catch let error as StoreError {
      switch error {
      case .conflict, .deleted, .notDeleted, .noRecord, .wrongKind, .nothingToUndo: break
      default: throw error
      }
    } catch let error as ModelError {
      switch error {
      case .immutable, .unknownField, .notASet, .malformed, .identifier, .notInList: break
      default: throw error
      }
    }
  }

  /// One takes what another has, in a random order.
  private mutating func exchange() throws {
    let from = generator.pick(replicas)
    let to = generator.pick(replicas)
    var changes = try from.log()
    if generator.below(2) == 0 { changes = Array(changes.prefix(generator.below(changes.count + 1))) }
    changes.shuffle(using: &generator)
    if generator.below(3) == 0 { changes += changes.prefix(2) }
    let waiting = try to.receive(changes)
    precondition(waiting == 0, "a prefix of a log in order of arrival is causally closed")
  }

  private mutating func write(_ replica: MemoryReplica) throws {
    let word = generator.pick(["iron", "ferritin", "e\u{301}", "é", "🧬 astrocyte", "LCN2\r\nALS", "microglia"])
    let record = known.isEmpty ? nil : generator.pick(known)
    let choice = generator.below(20)
    let (source, coin) = (source, generator.below(2) == 0)
    var random = SplitMix64(seed: generator.next())
    let added = try replica.write { transaction -> RecordID? in
      switch (choice, record) {
      case (0, _): return try transaction.addSource(source, ["title": .text(word)]).id
      case (1...2, _), (_, nil):
        let paper = try transaction.addSource(source).id
        return try transaction.addClaim(word, source: paper, isImported: coin, sets: ["tags": [word]]).id
      case (3...4, let record?):
        return try transaction.annotate(record, body: "note on \(word)", tags: coin ? ["t"] : [])
      case (5...6, let record?):
        return try transaction.assess(record, stance: coin ? "supports" : "disputes", body: coin ? word : nil).id
      case (7, let record?): try transaction.delete(record)
      case (8, let record?): try transaction.restore(record)
      case (9...10, let record?): try transaction.setElement(record, "tags", word, isPresent: coin)
      case (11, let record?): try transaction.set(record, "status", to: .text(coin ? "accepted" : "rejected"))
      case (12, let record?): try transaction.set(record, "negated", to: coin ? .bool(true) : nil)
      case (13...14, let record?): try Self.reword(record, "statement", transaction, &random)
      case (15, let record?): try Self.reword(record, "body", transaction, &random)
      case (16, _): _ = try transaction.undo()
      case (17, let record?): try Self.decide(record, transaction, coin)
      case (18, let record?): try transaction.set(record, "title", to: .text(word))
      default:
        try transaction.set(record ?? transaction.curator(), "subject", to: .text(coin ? "GO:0000001" : "GO:0000002"))
      }
      return nil
    }
    if let added { known.append(added) }
  }

  /// Edits a text somewhere, as people do.
  private static func reword(
    _ record: RecordID, _ field: String, _ transaction: WriteTransaction, _ random: inout SplitMix64
  ) throws {
    let version = try transaction.reader().proseVersion(of: record, field)
    try transaction.edit(version, to: RandomText.edited(version.text, &random))
  }

  /// What `resolve` will do: supersedes exactly what is live.
  private static func decide(_ record: RecordID, _ transaction: WriteTransaction, _ coin: Bool) throws {
    let found = try transaction.reader().existing(record)
    guard found.kind == .claim else { return }
    let cell = CellKey(record: found.key, field: "status")
    let live = try transaction.live(in: cell).sorted()
    try transaction.append(
      Op(
        kind: found.kind.rawValue, record: record, field: "status", action: coin ? .restate : .set, supersedes: live,
        payload: coin ? .restates([live[0]]) : .value(.inHeader(.text("under-review")))))
  }
}

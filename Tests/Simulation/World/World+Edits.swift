import AnnotationStore

extension World {
  /// Somebody at a site becomes one of a few curators, some of whom have an ORCID and so the same record everywhere.
  func becomeCurator(_ site: Site, _ store: Store) throws {
    let orcid = site.index % 2 == 0 ? try ORCID(parsing: "0000-0002-1825-0097") : nil
    let name = "Curator \(site.index % 2)"
    site.must.formUnion(try store.commit { try $0.becomeCurator(name: name, orcid: orcid) }.changes)
  }

  /// Some edits in one transaction; what was acknowledged must be kept.
  func write(_ site: Site) throws {
    let store = try site.store()
    let records = try site.probe().records()
    var plan = random
    let sub = 1 + plan.below(4)
    do {
      let commit = try store.commit { transaction in
        for _ in 0..<sub { try self.editIfPossible(transaction, records, &plan) }
      }
      site.must.formUnion(commit.changes)
      tally.count("changes acknowledged", commit.changes.count)
      if commit.notice != nil { tally.count("new keys") }
    } catch StoreError.noCurator { try becomeCurator(site, store) }
    random = plan
    try checkKept(site)
  }

  /// One edit; what the store refuses because the step makes no sense here is passed over.
  private func editIfPossible(
    _ transaction: WriteTransaction, _ records: [RecordKey], _ random: inout SplitMix64
  ) throws {
    do { try edit(transaction, records, &random) } catch let error as StoreError {
      switch error {
      case .conflict, .deleted, .notDeleted, .noRecord, .noChange, .wrongKind, .nothingToUndo, .notInConflict,
        .cannotDecide, .ownCurator,
        .model:
        tally.count("edits refused")
      default: throw error
      }
    } catch is ModelError { tally.count("edits refused") }
  }

  private func edit(_ transaction: WriteTransaction, _ records: [RecordKey], _ random: inout SplitMix64) throws {
    let word = random.pick(Self.words)
    let paper = DerivedID.SourceIdentifier.doi(try DOI(parsing: "10.1000/\(random.below(3))"))
    let (choice, coin) = (random.below(32), random.chance(percent: 50))
    guard !records.isEmpty else {
      _ = try transaction.addSource(paper)
      return
    }
    let claims = records.filter { $0.kind == Kind.claim.rawValue }
    let record = random.pick(records)
    // What people curate apart is the same few claims.
    let claim = claims.isEmpty ? record : claims[random.below(min(claims.count, 4))]
    switch choice {
    case 0: try transaction.addSource(paper, ["title": .text(word)])
    case 1...2:
      let source = try transaction.addSource(paper).id
      try transaction.addClaim(word, source: source, isImported: coin, sets: ["tags": [word]])
    case 3...4: try transaction.annotate(coin ? claim.id : record.id, body: "note on \(word)", tags: coin ? ["t"] : [])
    case 5...6: try transaction.assess(claim.id, stance: random.pick(Vocabulary.stance), body: coin ? word : nil)
    case 7: try transaction.addEvidence(to: claim.id, .init(direction: random.pick(Vocabulary.direction)))
    case 8: try transaction.addLink(coin ? "supports" : "same-as", from: claim.id, to: record.id)
    case 9:
      try transaction.addTerm(
        try CURIE(parsing: "GO:000000\(random.below(3))"), label: word, synonyms: coin ? ["s"] : [])
    case 10...11: try transaction.delete(coin ? claim.id : record.id)
    case 12: try transaction.restore(random.chance(percent: 50) ? claim.id : record.id)
    case 13: _ = try transaction.undo()
    case 14...15: try resolve(transaction, &random)
    case 16...21: try editField(of: claim, transaction, word, &random)
    case 22...25:
      guard let field = Kind(rawValue: claim.kind)?.fields.first(where: \.isProse) else { return }
      try reword(claim, field, transaction, &random)
    default: try editField(of: record, transaction, word, &random)
    }
  }

  private static let words = ["iron", "ferritin", "e\u{301}", "é", "🧬 astrocyte", "LCN2\r\nALS", "microglia"]

  /// Writes to some field of a record; of an unknown kind, to a field that it has not.
  private func editField(
    of record: RecordKey, _ transaction: WriteTransaction, _ word: String, _ random: inout SplitMix64
  ) throws {
    let fields = Kind(rawValue: record.kind)?.fields.filter { !$0.isImmutable } ?? []
    guard !fields.isEmpty else {
      _ = try transaction.set(record.id, "mood", to: .text(word))
      return
    }
    let field = random.pick(fields)
    let term = "GO:000000\(random.below(3))"
    let value: CBORValue?
    switch field.type {
    case .set(let element):
      let text = element == .label ? word : element == .curie ? term : "tissue=\(term)"
      _ = try transaction.setElement(record.id, field.name, text, isPresent: random.chance(percent: 60))
      return
    case .prose: return try reword(record, field, transaction, &random)
    case .register(.choice(let words)): value = .text(random.pick(words))
    case .register(.flag): value = random.chance(percent: 30) ? nil : .bool(random.chance(percent: 50))
    case .register(.curie): value = .text(term)
    case .register(.text), .register(.name): value = .text(word)
    case .register(.texts): value = .array([.text(word), .text("Nowak A")])
    case .register(.date): value = .text("202\(random.below(10))-0\(1 + random.below(9))")
    default: value = nil
    }
    try transaction.set(record.id, field.name, to: value)
  }

  /// Edits a text as it stands, or as somebody saw it who opened it earlier and writes only now.
  private func reword(
    _ record: RecordKey, _ field: Field, _ transaction: WriteTransaction, _ random: inout SplitMix64
  ) throws {
    let now = try transaction.reader().proseVersion(of: record.id, field.name)
    if random.chance(percent: 15) { seenTexts.append((transaction.replica, now)) }
    let seen = seenTexts.last { $0.replica == transaction.replica }?.version
    let version = random.chance(percent: 20) ? seen ?? now : now
    if random.chance(percent: 30) {
      if try transaction.edit(version, typing: typing(into: version.text, &random)) { tally.count("texts typed into") }
    } else if try transaction.edit(version, to: RandomText.edited(version.text, &random)) {
      tally.count("texts edited")
    }
  }

  private func typing(into text: String, _ random: inout SplitMix64) -> Typing {
    var typing = Typing()
    var length = text.unicodeScalars.count
    for _ in 0...random.below(5) {
      let position = random.below(length + 1)
      let deleted = random.chance(percent: 40) ? random.below(min(5, length - position) + 1) : 0
      let inserted = random.chance(percent: 80) ? random.pick(RandomText.words) : ""
      typing.replace(deleted, at: position, with: inserted)
      length += inserted.unicodeScalars.count - deleted
    }
    return typing
  }

  /// Decides one of the conflicts there are.
  private func resolve(_ transaction: WriteTransaction, _ random: inout SplitMix64) throws {
    let conflicts = try transaction.reader().conflicts().filter { $0.type != .fork }
    guard !conflicts.isEmpty else { return }
    let conflict = random.pick(conflicts)
    let decision: Decision
    switch conflict.type {
    case .life, .target: decision = random.chance(percent: 50) ? .restore : .delete
    case .register, .prose, .fork:
      let value = random.pick(conflict.values)
      let isAccepted = conflict.merge != nil && random.chance(percent: 40)
      decision =
        isAccepted ? .accept : random.chance(percent: 60) ? .take(value.change) : .value(.text("decided"))
    }
    try transaction.resolve(
      conflict.record.id, conflict.field, decision, because: "step", expecting: conflict.digest)
    tally.count("conflicts decided")
  }
}

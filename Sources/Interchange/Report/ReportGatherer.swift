import AnnotationStore

/// Gathers what a report tells of a claim or a paper, and numbers the references as they are first cited.
final class ReportGatherer {
  /// The most notes that are shown of one record.
  static let noteLimit = 200

  private let context: ExportContext
  private let numbers: [RecordID: Int]
  private var cited: [RecordID] = []
  private var citedNumbers: [RecordID: Int] = [:]

  init(_ context: ExportContext, numbers: [RecordID: Int]) {
    self.context = context
    self.numbers = numbers
  }

  private var reader: ReadTransaction { context.reader }

  // MARK: - Papers

  /// The number of a paper among the references.
  private func reference(_ source: RecordID?) -> Int? {
    guard let source else { return nil }
    if let known = citedNumbers[source] { return known }
    cited.append(source)
    citedNumbers[source] = cited.count
    return cited.count
  }

  func section(_ id: RecordID) throws -> ReportSection? {
    guard let source = try context.record(id).flatMap(Source.init), let number = reference(id) else { return nil }
    var filter = ConflictFilter()
    filter.record = id
    return ReportSection(
      reference: number, citation: Citation(source.record), title: source.title, isRetracted: source.isRetracted,
      notes: try notes(on: id), conflicts: try conflicts(filter))
  }

  /// The papers cited, in the order of their numbers.
  func references() throws -> [Source] { try cited.compactMap { try reader.record($0).flatMap(Source.init) } }

  // MARK: - Claims

  func claim(_ claim: Claim, number: Int) throws -> ReportClaim {
    var filter = ConflictFilter()
    filter.on = claim.id
    return ReportClaim(
      number: number, shortID: try reader.shortID(claim.id, .claim), statement: claim.statement,
      status: claim.status ?? "", byline: try byline(claim.record), via: claim.via, subject: try term(claim.subject),
      predicate: try term(claim.predicate), object: try term(claim.object), isNegated: claim.isNegated,
      qualifiers: try claim.qualifiers.compactMap(qualifier), entities: try claim.entities.compactMap(term),
      tags: claim.tags, reference: reference(claim.source), quote: ReportQuote(claim.selector),
      tally: try reader.stances(on: claim.id).counts,
      assessments: try reader.all(Assessment.self, on: claim.id).map(assessment), evidence: try evidence(on: claim.id),
      notes: try notes(on: claim.id),
      links: try reader.all(Link.self, on: claim.id).compactMap { try link($0, claim.id) },
      conflicts: try conflicts(filter))
  }

  private func byline(_ record: Record) throws -> ReportByline {
    ReportByline(name: try curatorName(record.curator), milliseconds: record.createdMilliseconds)
  }

  private func curatorName(_ id: RecordID) throws -> String {
    try context.record(id)?.text("name") ?? reader.curatorName(id)
  }

  private func term(_ curie: String?) throws -> ReportTerm? {
    try curie.map { ReportTerm(curie: $0, label: try reader.label(of: $0)) }
  }

  private func qualifier(_ text: String) throws -> (role: String, term: ReportTerm)? {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let term = try term(parts[1]) else { return nil }
    return (parts[0], term)
  }

  private func assessment(_ assessment: Assessment) throws -> ReportClaim.Assessment {
    ReportClaim.Assessment(
      byline: try byline(assessment.record), stance: assessment.stance ?? "", body: assessment.body,
      evidence: try evidence(on: assessment.id), notes: try notes(on: assessment.id))
  }

  private func evidence(on target: RecordID) throws -> [ReportClaim.Evidence] {
    try reader.all(Evidence.self, on: target).map { evidence in
      ReportClaim.Evidence(
        byline: try byline(evidence.record), type: try term(evidence.eco), direction: evidence.direction ?? "",
        strength: evidence.strength, reference: reference(evidence.source), quote: ReportQuote(evidence.selector))
    }
  }

  private func notes(on target: RecordID) throws -> [ReportNote] {
    let thread = try reader.thread(on: target, limit: Self.noteLimit)
    if thread.isCut { context.leaveOut("notes beyond the first \(Self.noteLimit) of a record") }
    return try thread.notes.map { note in
      ReportNote(
        depth: note.depth, byline: try byline(note.record), motivation: note.record.text("motivation") ?? "",
        body: note.record.text("body") ?? "", tags: note.record.elements("tags"),
        quote: ReportQuote(note.record.selector),
        isDeleted: note.record.isDeleted)
    }
  }

  private func link(_ link: Link, _ claim: RecordID) throws -> ReportClaim.Link? {
    let isFrom = link.from == claim
    let otherID = isFrom ? link.to : link.from
    guard let other = try reader.record(otherID) else { return nil }
    return ReportClaim.Link(
      words: isFrom ? ReportWords.link(link.type) : ReportWords.inverse(link.type), number: numbers[otherID],
      text: try name(of: other), byline: try byline(link.record))
  }

  private func name(of record: Record) throws -> String {
    if record.kind == .source { return Citation(record).line }
    let text = ["statement", "body", "label", "name", "eco"].lazy.compactMap { record.text($0) }.first
    return try text ?? "\(record.kind.rawValue) \(reader.shortID(record.id, record.kind))"
  }

  // MARK: - Conflicts

  private func conflicts(_ filter: ConflictFilter) throws -> [ReportConflict] {
    var found: [ReportConflict] = []
    try reader.forEachConflict(filter) { if $0.type != .fork { found.append(try conflict($0)) } }
    return found
  }

  private func conflict(_ detail: ConflictDetail) throws -> ReportConflict {
    let what = detail.record.kind.rawValue
    let place =
      switch detail.type {
      case .life: "whether the \(what) is deleted"
      case .target: "what was put on the \(what) while it was deleted"
      default: "\(detail.field) of the \(what)"
      }
    var sides: [ReportConflict.Side] = []
    for (index, reading) in detail.values.enumerated() {
      let others = try reading.alsoBy.map(curatorName)
      let name = ([try curatorName(reading.curator)] + others).joined(separator: ", ")
      sides.append(
        .init(
          text: try words(reading), byline: ReportByline(name: name, milliseconds: reading.atMilliseconds),
          isShown: index == 0 && detail.type == .register))
    }
    // The order of the store goes by hashes among equals; that of time reads better and is the same everywhere.
    sides.sort { ($0.byline.milliseconds, $0.byline.name, $0.text) < ($1.byline.milliseconds, $1.byline.name, $1.text) }
    return ReportConflict(
      what: place, base: try detail.base.map(words), sides: sides, merged: detail.merge.map(pieces))
  }

  /// The merged text cut where words begin and end that several changed; ranges count scalars.
  private func pieces(_ merge: ProseMerge) -> [(text: String, isContended: Bool)] {
    let scalars = Array(merge.text.unicodeScalars)
    var pieces: [(text: String, isContended: Bool)] = []
    var done = 0
    func take(upTo end: Int, isContended: Bool) {
      guard end > done, end <= scalars.count else { return }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[done..<end])
      pieces.append((String(text), isContended))
      done = end
    }
    for contention in merge.contentions {
      take(upTo: contention.range.lowerBound, isContended: false)
      take(upTo: contention.range.upperBound, isContended: true)
    }
    take(upTo: scalars.count, isContended: false)
    return pieces
  }

  private func words(_ reading: FieldReading) throws -> String {
    if reading.isErased { return "(erased)" }
    if let deed = reading.deed { return "\(deed)" }
    switch reading.content {
    case nil: return "(empty)"
    case .text(let text): return try reader.label(of: text).map { "\($0) (\(text))" } ?? text
    case .flag(let flag): return flag ? "true" : "false"
    case .texts(let texts), .elements(let texts): return texts.joined(separator: "; ")
    case .selector(let selector): return selector.exact ?? JSONText.write(selector.value)
    case .record(let id): return try reader.record(id).map { try name(of: $0) } ?? id.description
    }
  }
}

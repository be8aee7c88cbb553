import AnnotationStore

/// Writes a report: claims by paper, in the order in which they were made, each with what stands on it.
///
/// While the claims pass by only their order is kept, some bytes each; they are read again, one by one, when they are
/// written.
struct ReportWriter: RecordWriter {
  private struct Entry {
    var id: RecordID
    var source: RecordID?
    var created: Int64
  }

  private let renderer: any ReportRenderer
  private var entries: [Entry] = []
  private var statuses: [String: Int] = [:]
  private var stances: [String: Int] = [:]
  private var lastWritten: Int64 = 0
  private var openConflicts = 0

  init(_ renderer: any ReportRenderer) { self.renderer = renderer }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    entries.append(
      Entry(id: record.id, source: record.reference("source"), created: record.createdMilliseconds))
    statuses[record.text("status") ?? "", default: 0] += 1
    for (stance, count) in try context.reader.stances(on: record.id).counts { stances[stance, default: 0] += count }
    var filter = ConflictFilter()
    filter.on = record.id
    try context.reader.forEachConflict(filter) { if $0.type != .fork { openConflicts += 1 } }
    lastWritten = max(lastWritten, record.modifiedMilliseconds)
    context.count(.claim)
  }

  mutating func end(_ context: ExportContext) throws {
    try sortEntries(context)
    let gatherer = ReportGatherer(context, numbers: numbers())
    let summary = try summary(context)
    try context.put(renderer.head(summary))
    var section: RecordID?
    for (index, entry) in entries.enumerated() {
      guard let record = try context.reader.record(entry.id), let claim = Claim(record) else { continue }
      if index == 0 || entry.source != section {
        section = entry.source
        let heading = try entry.source.flatMap { try gatherer.section($0) }
        let isOnly = entry.source == nil && index == 0
        if !isOnly { try context.put(renderer.section(heading)) }
      }
      try context.put(renderer.claim(try gatherer.claim(claim, number: index + 1)))
    }
    try context.put(renderer.references(try gatherer.references()))
    try context.put(renderer.foot(summary))
  }

  /// By paper, as its citation reads; within a paper as they were made; claims without one last.
  private mutating func sortEntries(_ context: ExportContext) throws {
    var names: [RecordID: String] = [:]
    for source in Set(entries.compactMap(\.source)) {
      openConflicts += try context.reader.conflicts(of: source).count { $0.type != .fork }
      names[source] = try context.reader.record(source).map { Citation($0).line } ?? ""
    }
    entries.sort { left, right in
      guard left.source == right.source else {
        guard let leftSource = left.source else { return false }
        guard let rightSource = right.source else { return true }
        let (leftName, rightName) = (names[leftSource] ?? "", names[rightSource] ?? "")
        if leftName.isSameBytes(as: rightName) { return leftSource < rightSource }
        return leftName.utf8.lexicographicallyPrecedes(rightName.utf8)
      }
      return (left.created, left.id) < (right.created, right.id)
    }
  }

  private func numbers() -> [RecordID: Int] {
    Dictionary(entries.enumerated().map { ($0.element.id, $0.offset + 1) }, uniquingKeysWith: { first, _ in first })
  }

  private func summary(_ context: ExportContext) throws -> ReportSummary {
    let status = try context.reader.status()
    let filter = context.options.filter
    let source = try filter.source.flatMap { try context.reader.record($0) }
    var summary = ReportSummary(
      title: context.options.title ?? source.map { "Claims of " + Citation($0).short } ?? "Curated claims",
      store: status.store.description, digest: status.digest.hex)
    summary.conditions = try conditions(filter, context.reader)
    summary.claimCount = entries.count
    summary.sourceCount = Set(entries.compactMap(\.source)).count
    summary.statuses = Vocabulary.status.compactMap { word in statuses[word].map { (word, $0) } }
    summary.tally = Vocabulary.stance.map { ($0, stances[$0] ?? 0) }
    summary.openConflicts = openConflicts
    summary.lastWrittenMilliseconds = lastWritten
    return summary
  }

  private func conditions(_ filter: RecordFilter, _ reader: ReadTransaction) throws -> [String] {
    var found: [String] = []
    if let source = try filter.source.flatMap({ try reader.record($0) }) { found.append("of \(Citation(source).line)") }
    if !filter.statuses.isEmpty { found.append("with the status \(filter.statuses.joined(separator: " or "))") }
    if let stance = filter.stance { found.append("with an assessment \"\(stance)\"") }
    for tag in filter.tags { found.append("with the tag \(tag)") }
    for entity in filter.entities {
      found.append("about \(try reader.label(of: entity).map { "\($0) (\(entity))" } ?? entity)")
    }
    if let curator = filter.curator { found.append("by \(try reader.curatorName(curator))") }
    if let words = filter.words { found.append("with the words \(words)") }
    if let since = filter.sinceMilliseconds { found.append("made on \(ReportWords.day(since)) or later") }
    if let until = filter.untilMilliseconds { found.append("made before \(ReportWords.day(until))") }
    if filter.isInConflict { found.append("in conflict") }
    if filter.isOrphaned { found.append("of a deleted source") }
    if filter.isDeleted { found.append("deleted") }
    return found
  }
}

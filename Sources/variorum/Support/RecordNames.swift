import AnnotationStore

/// The names by which people know records: short ids, curators' names, labels beside CURIEs, citations. What was
/// looked up is remembered, within bounds.
final class RecordNames {
  private let reader: ReadTransaction
  private var curators: [RecordID: String] = [:]
  private var references: [RecordKey: String] = [:]
  private var labels: [String: String?] = [:]
  private var citations: [RecordID: Citation?] = [:]
  private var buried: [RecordID: Bool] = [:]
  private static let limit = 4096

  init(_ reader: ReadTransaction) { self.reader = reader }

  /// The short id of a record.
  func shortID(_ record: Record) throws -> String { try reader.shortID(record.id, record.kind) }

  /// A record that another one names; `nil` where it is not here.
  func record(_ id: RecordID) throws -> Record? { try reader.record(id) }

  /// The name of a curator.
  func curator(_ id: RecordID) throws -> String {
    if let known = curators[id] { return known }
    if curators.count >= Self.limit { curators.removeAll() }
    let name = try reader.curatorName(id)
    curators[id] = name
    return name
  }

  /// A CURIE with its label before it, as in `LCN2 (NCBIGene:3934)`; alone where it has none.
  func labelled(_ curie: String) throws -> String {
    guard let label = try label(curie) else { return curie }
    return "\(label) (\(curie))"
  }

  /// The label of a CURIE.
  func label(_ curie: String) throws -> String? {
    if let known = labels[curie] { return known }
    if labels.count >= Self.limit { labels.removeAll() }
    let label = try reader.label(of: curie)
    labels[curie] = .some(label)
    return label
  }

  /// The citation of a source; `nil` where no source has the id.
  func citation(_ source: RecordID) throws -> Citation? {
    if let known = citations[source] { return known }
    if citations.count >= Self.limit { citations.removeAll() }
    let citation = try reader.record(source, of: .source).map { Citation($0) }
    citations[source] = .some(citation)
    return citation
  }

  /// What a record is about, on one line.
  func headline(_ record: Record) throws -> String {
    let text: String =
      switch record.kind {
      case .source: [Citation(record).short, record.text("title")].compactMap { $0 }.joined(separator: ": ")
      case .claim: record.text("statement") ?? ""
      case .annotation: record.text("body") ?? ""
      case .assessment: [record.text("stance"), record.text("body")].compactMap { $0 }.joined(separator: ": ")
      case .evidence:
        [
          record.text("direction"), try record.text("eco").map(labelled),
          try record.reference("source").flatMap(citation)?.short,
        ].compactMap { $0 }.joined(separator: ", ")
      case .link:
        [
          try record.reference("from").map { try reference($0) }, record.text("type"),
          try record.reference("to").map { try reference($0) },
        ].compactMap { $0 }.joined(separator: " ")
      case .term:
        [record.text("label"), record.text("curie").map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
      case .curator: record.text("name") ?? ""
      }
    return TerminalText.onOneLine(text)
  }

  /// The short id of a record that another one or a change names; the UUID where it is not here.
  ///
  /// - Parameter kind: its kind, where that is known: the record itself is not read.
  func reference(_ id: RecordID, _ kind: String = "") throws -> String {
    let key = RecordKey(kind: kind, id: id)
    if let known = references[key] { return known }
    if references.count >= Self.limit { references.removeAll() }
    let found = try reader.life(of: id, preferring: Kind(rawValue: kind).map { [$0] } ?? Kind.allCases)
    let name = try found.map { try reader.shortID(id, $0.kind) } ?? id.description
    references[key] = name
    return name
  }

  /// Whether a record stands on a deleted one, as ``ReadTransaction/deletedTargets(of:)`` tells.
  func isOrphaned(_ record: Record) throws -> Bool {
    try record.kind.targetFields.contains { try record.reference($0).map(isBuried) ?? false }
  }

  private func isBuried(_ id: RecordID) throws -> Bool {
    if let known = buried[id] { return known }
    if buried.count >= Self.limit { buried.removeAll() }
    let life = try reader.life(of: id)
    let isBuried =
      try life.map { try $0.isDeleted && !reader.isLifeInConflict(RecordKey(kind: $0.kind.rawValue, id: id)) } ?? false
    buried[id] = isBuried
    return isBuried
  }

  /// What a field holds, for people.
  func content(_ content: FieldContent?) throws -> String {
    switch content {
    case nil: "(nothing)"
    case .text(let text): text
    case .flag(let flag): flag ? "true" : "false"
    case .record(let id): try reference(id)
    case .texts(let texts): texts.joined(separator: "; ")
    case .elements(let elements): elements.joined(separator: ", ")
    case .selector(let selector): selector.exact.map { "“\($0)”" } ?? JSONText.write(selector.value)
    }
  }
}

import AnnotationModel
import GRDB

/// What `list` and `search` look for: all conditions that are set must hold.
public struct RecordFilter: Hashable, Sendable {
  /// The order of what is found.
  public enum Order: String, CaseIterable, Hashable, Sendable {
    /// Newest first.
    case created
    /// Last written first.
    case modified
    /// By statement, title, label, name or body.
    case text
    /// By id.
    case id
    /// Best match first; where words are looked for.
    case relevance
  }

  /// The kinds; empty for all.
  public var kinds: [Kind] = []
  /// Words that must all occur in the text; a word that ends in `*` is a prefix, `"..."` a phrase. One in a script that
  /// is written without spaces is found inside of others.
  public var words: String?
  /// Where words are looked for, what this names is found too: a source by its DOI, PMID, PMCID or web address, a curator
  /// by the ORCID, a term by its CURIE, label or a synonym, and what carries that term.
  public var name: String?
  /// The source: claims and evidence from it, and what stands on those claims.
  public var source: RecordID?
  /// The record that annotations, assessments, evidence and links stand on.
  public var target: RecordID?
  /// The statuses of a claim, one of which it has; empty for any.
  public var statuses: [String] = []
  /// The stance of an assessment, or of any assessment of the claim.
  public var stance: String?
  /// Tags, all of which it has.
  public var tags: [String] = []
  /// CURIEs, all of which are among entities, subject, object, predicate, qualifiers or eco.
  public var entities: [String] = []
  /// Who created the record.
  public var curator: RecordID?
  /// Created at this time or later, in milliseconds since 1970 UTC.
  public var sinceMilliseconds: Int64?
  /// Created before this time.
  public var untilMilliseconds: Int64?
  /// Deleted records instead of the others.
  public var isDeleted = false
  /// Deleted records beside the others.
  public var includesDeleted = false
  /// Records whose target is deleted, and only those.
  public var isOrphaned = false
  /// Records in conflict, deleted or not, and only those.
  public var isInConflict = false
  /// The order.
  public var order: Order = .created
  /// Whether to turn the order round.
  public var isReversed = false
  /// Only what comes after this record in the order, which is by creation or by id; where a page goes on.
  public var after: Position?
  /// The most to return.
  public var limit: Int?

  /// A place in the order by creation or by id.
  public struct Position: Hashable, Sendable {
    /// When the record there was created, in milliseconds since 1970 UTC.
    public var createdMilliseconds: Int64
    /// Its id.
    public var id: RecordID

    /// Names the place of a record.
    public init(createdMilliseconds: Int64, id: RecordID) {
      self.createdMilliseconds = createdMilliseconds
      self.id = id
    }
  }

  /// Finds everything that is not deleted.
  public init() {}
}

extension ReadTransaction {
  /// The records that a filter finds, in its order.
  public func records(_ filter: RecordFilter) throws -> [Record] {
    var found: [Record] = []
    try forEachRecord(filter) { found.append($0) }
    return found
  }

  /// Passes the records that a filter finds to `body` one by one, so that any number fits into memory.
  public func forEachRecord(_ filter: RecordFilter, _ body: (Record) throws -> Void) throws {
    var query = FilterQuery(filter, try meaning(of: filter))
    let rows = try Row.fetchCursor(db, sql: query.sql(), arguments: query.arguments)
    while let row = try rows.next() {
      guard let kind = Kind(rawValue: row["kind"] as String) else { continue }
      for found in try records(kind, "ref = ?", [row["ref"] as Int64]) { try body(found) }
    }
  }

  /// How many records a filter finds, its limit aside.
  public func count(_ filter: RecordFilter) throws -> Int {
    var filter = filter
    filter.limit = nil
    var query = FilterQuery(filter, try meaning(of: filter))
    return try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(query.sql()))", arguments: query.arguments) ?? 0
  }
}

/// A filter as SQL: one SELECT for each kind, joined; two where a text is looked for that is a name, too.
private struct FilterQuery {
  let filter: RecordFilter
  private let meaning: SearchMeaning?
  private(set) var arguments = StatementArguments()

  init(_ filter: RecordFilter, _ meaning: SearchMeaning?) {
    self.filter = filter
    self.meaning = meaning
  }

  mutating func sql() -> String {
    let kinds = filter.kinds.isEmpty ? Kind.allCases : filter.kinds
    let selects = kinds.flatMap { kind -> [String] in
      guard let words = filter.words else { return [select(kind, TextCondition())].compactMap { $0 } }
      let found = TextCondition(words: words, kind)
      let named = meaning.flatMap { TextCondition(naming: $0, kind, Self.entityCondition(kind), except: found) }
      return [found, named].compactMap { $0.flatMap { select(kind, $0) } }
    }
    if selects.isEmpty { return "SELECT 0 AS ref, '' AS kind WHERE 0" }
    var sql = "SELECT ref, kind FROM (\(selects.joined(separator: " UNION ALL "))) ORDER BY \(order)"
    if let limit = filter.limit { sql += " LIMIT \(max(0, limit))" }
    return sql
  }

  private var order: String {
    let words = filter.words != nil
    let (column, descends) =
      switch filter.order {
      case .created: ("created_ms", true)
      case .modified: ("modified_ms", true)
      case .text: ("text COLLATE NOCASE", false)
      case .id: ("id", false)
      case .relevance: (words ? "rank" : "created_ms", !words)
      }
    // Of two that match as well the newer comes first.
    let next = column == "rank" ? "created_ms DESC, id" : "id"
    return "\(column) \(descends != filter.isReversed ? "DESC" : "ASC"), \(next)"
  }

  private static func textColumn(_ kind: Kind) -> String {
    switch kind {
    case .source: "title"
    case .claim: "statement"
    case .annotation, .assessment: "body"
    case .evidence: "eco"
    case .link: "type"
    case .term: "label"
    case .curator: "name"
    }
  }

  /// The SELECT of one kind; `nil` where no record of it can meet the conditions.
  private mutating func select(_ kind: Kind, _ text: TextCondition) -> String? {
    // An edit of a deleted record is a conflict too, and must not be overlooked.
    let bothLives = (filter.isInConflict || filter.includesDeleted) && !filter.isDeleted
    var conditions = [bothLives ? "1" : "r.deleted = \(filter.isDeleted ? 1 : 0)"]
    var own = StatementArguments()
    conditions += text.conditions
    own += text.arguments
    func has(_ field: String) -> Bool { kind.field(named: field) != nil }
    if !filter.statuses.isEmpty {
      guard has("status") else { return nil }
      conditions.append("r.status IN (\(filter.statuses.map { _ in "?" }.joined(separator: ", ")))")
      own += StatementArguments(filter.statuses)
    }
    if let stance = filter.stance {
      switch kind {
      case .assessment: conditions.append("r.stance = ?")
      case .claim:
        conditions.append("EXISTS (SELECT 1 FROM assessment a WHERE a.claim = r.id AND a.stance = ? AND NOT a.deleted)")
      default: return nil
      }
      own += [stance]
    }
    for tag in filter.tags {
      guard has("tags") else { return nil }
      conditions.append("EXISTS (SELECT 1 FROM tag WHERE tag.record = r.id AND tag.tag = ?)")
      own += [tag]
    }
    for entity in filter.entities {
      guard let condition = Self.entityCondition(kind) else { return nil }
      conditions.append(condition)
      own += StatementArguments([String](repeating: entity, count: condition.count { $0 == "?" }))
    }
    if let source = filter.source {
      guard let condition = sourceCondition(kind) else { return nil }
      conditions.append(condition)
      own += StatementArguments([String](repeating: source.description, count: condition.count { $0 == "?" }))
    }
    if let target = filter.target {
      guard !kind.targetFields.isEmpty else { return nil }
      conditions.append("(\(kind.targetFields.map { "r.\"\($0)\" = ?" }.joined(separator: " OR ")))")
      own += StatementArguments([String](repeating: target.description, count: kind.targetFields.count))
    }
    if let curator = filter.curator {
      conditions.append("r.curator = ?")
      own += [curator.description]
    }
    if let since = filter.sinceMilliseconds {
      conditions.append("r.created_ms >= ?")
      own += [since]
    }
    if let until = filter.untilMilliseconds {
      conditions.append("r.created_ms < ?")
      own += [until]
    }
    if filter.isOrphaned {
      let orphaned = kind.targetFields.map { field in
        Kind.allCases.map { target in
          """
          EXISTS (SELECT 1 FROM \(target.rawValue) t WHERE t.id = r."\(field)" AND t.deleted AND NOT EXISTS (
            SELECT 1 FROM conflict WHERE record = t.id AND kind = '\(target.rawValue)' AND field = ''))
          """
        }
        .joined(separator: " OR ")
      }
      if orphaned.isEmpty { return nil }
      conditions.append("(\(orphaned.joined(separator: " OR ")))")
    }
    if let after = filter.after {
      if filter.order == .id {
        conditions.append("r.id \(filter.isReversed ? "<" : ">") ?")
        own += [after.id.description]
      } else {
        let beyond = filter.isReversed ? ">" : "<"
        conditions.append("(r.created_ms \(beyond) ? OR (r.created_ms = ? AND r.id > ?))")
        own += [after.createdMilliseconds, after.createdMilliseconds, after.id.description]
      }
    }
    if filter.isInConflict { conditions.append("EXISTS (SELECT 1 FROM conflict c WHERE c.record = r.id)") }
    arguments += own
    // What is sorted is held in memory, so texts are in it only where they are the order, and no more than tells them
    // apart.
    let column = filter.order == .text ? "substr(r.\"\(Self.textColumn(kind))\", 1, 80)" : "NULL"
    return """
      SELECT r.ref AS ref, '\(kind.rawValue)' AS kind, r.id AS id, r.created_ms AS created_ms, r.modified_ms AS modified_ms,
      \(column) AS text, \(text.rank) AS rank FROM \(kind.rawValue) r\(text.join)
      WHERE \(conditions.joined(separator: " AND "))
      """
  }

  private static func entityCondition(_ kind: Kind) -> String? {
    let isEntity = "EXISTS (SELECT 1 FROM entity e WHERE e.record = r.id AND e.entity = ?)"
    switch kind {
    case .source: return isEntity
    case .claim:
      return """
        (\(isEntity) OR r.subject = ? OR r.predicate = ? OR r.object = ? OR EXISTS (SELECT 1 FROM qualifier q
        WHERE q.record = r.id AND substr(q.qualifier, instr(q.qualifier, '=') + 1) = ?))
        """
    case .evidence: return "r.eco = ?"
    case .term: return "r.curie = ?"
    default: return nil
    }
  }

  /// Records of one paper are joined by `same-as` links, and whoever asks for one of them means the paper.
  private func sourceCondition(_ kind: Kind) -> String? {
    let group = """
      (WITH RECURSIVE same(id) AS (VALUES (?) UNION
      SELECT CASE WHEN l."from" = same.id THEN l."to" ELSE l."from" END FROM same
      JOIN link l ON l."from" = same.id OR l."to" = same.id WHERE l.type = 'same-as' AND NOT l.deleted)
      SELECT id FROM same)
      """
    let ofClaim = "(SELECT id FROM claim WHERE source IN \(group))"
    switch kind {
    case .source: return "r.id IN \(group)"
    case .claim: return "r.source IN \(group)"
    case .annotation: return "(r.target IN \(group) OR r.target IN \(ofClaim))"
    case .assessment: return "r.claim IN \(ofClaim)"
    case .evidence: return "(r.source IN \(group) OR r.target IN \(ofClaim))"
    default: return nil
    }
  }
}

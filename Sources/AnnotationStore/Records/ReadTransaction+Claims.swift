import AnnotationModel
import GRDB

/// How many curators hold each stance on a claim.
public struct StanceTally: Hashable, Sendable {
  /// The stances in the order of ``Vocabulary/stance``, each with its number of assessments that are not deleted.
  public let counts: [(stance: String, count: Int)]

  /// The number of assessments.
  public var total: Int { counts.reduce(0) { $0 + $1.count } }

  /// The number of one stance.
  public func count(of stance: String) -> Int { counts.first { $0.stance.isSameBytes(as: stance) }?.count ?? 0 }

  /// Equality of the UTF-8 bytes.
  public static func == (left: Self, right: Self) -> Bool {
    left.counts.elementsEqual(right.counts) { $0 == $1 }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    for item in counts {
      hasher.combine(item.stance)
      hasher.combine(item.count)
    }
  }
}

/// The annotations on a record with the replies to them, as a thread is read.
public struct NoteThread: Hashable, Sendable {
  /// An annotation and how many it answers above it.
  public struct Note: Hashable, Sendable {
    /// The annotation.
    public let record: Record
    /// 0 for one on the record itself, 1 for a reply, and so on.
    public let depth: Int
  }

  /// The annotations: each followed by its replies, those of one target oldest first.
  public let notes: [Note]
  /// Whether there are more than were asked for.
  public let isCut: Bool
}

extension ReadTransaction {
  /// The tally of the stances on a claim.
  public func stances(on claim: RecordID) throws -> StanceTally {
    let rows = try db.rows(
      "SELECT stance, count(*) AS number FROM assessment WHERE claim = ? AND NOT deleted GROUP BY stance",
      claim.description)
    var numbers: [String: Int] = [:]
    for row in rows { numbers[(row["stance"] as String?) ?? ""] = row["number"] }
    return StanceTally(counts: Vocabulary.stance.map { ($0, numbers[$0] ?? 0) })
  }

  /// How many records of a kind that are not deleted stand on another one.
  public func count(_ kind: Kind, on target: RecordID) throws -> Int {
    if kind.targetFields.isEmpty { return 0 }
    let stands = kind.targetFields.map { "\"\($0)\" = ?1" }.joined(separator: " OR ")
    let sql = "SELECT count(*) FROM \(kind.rawValue) WHERE NOT deleted AND (\(stands))"
    return try db.one(Int.self, sql, target.description) ?? 0
  }

  /// The annotations on a record and the replies to them. A deleted one is among them where somebody answered it, or
  /// wrote to it unseen by who deleted it.
  ///
  /// - Parameter limit: the most to return, so that a record with very many costs no more than one with some.
  public func thread(on target: RecordID, limit: Int) throws -> NoteThread {
    var notes: [NoteThread.Note] = []
    var seen: Set<RecordID> = [target]
    // What is next stands last. A record that a faulty program made answer itself is met once.
    var open = try replies(to: target, depth: 0, limit: limit + 1)
    while notes.count < limit, let next = open.popLast() {
      guard seen.insert(next.record.id).inserted else { continue }
      notes.append(next)
      open += try replies(to: next.record.id, depth: next.depth + 1, limit: limit + 1)
    }
    return NoteThread(notes: notes, isCut: !open.isEmpty)
  }

  private func replies(to target: RecordID, depth: Int, limit: Int) throws -> [NoteThread.Note] {
    let found = try records(
      .annotation,
      """
      target = ? AND (NOT deleted
        OR EXISTS (SELECT 1 FROM annotation reply WHERE reply.target = annotation.id AND NOT reply.deleted)
        OR EXISTS (SELECT 1 FROM conflict WHERE conflict.record = annotation.id))
      ORDER BY created_ms, id LIMIT ?
      """, [target.description, limit])
    return found.reversed().map { NoteThread.Note(record: $0, depth: depth) }
  }

  /// The deleted records that a record stands on: not empty means that it is orphaned. While it is in conflict whether one
  /// of them is deleted, that one is left out: then this is the conflict.
  public func deletedTargets(of record: Record) throws -> [Record] {
    try record.kind.targetFields.compactMap { record.reference($0) }.compactMap { try self.record($0) }
      .filter { try $0.isDeleted && !isLifeInConflict($0.key) }
  }
}

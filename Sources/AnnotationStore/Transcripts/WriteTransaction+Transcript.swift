import AnnotationModel
import GRDB

/// A transcript that is being written: its entries but those of the record's life are, and the changes in which they
/// stand here are known.
package struct WrittenTranscript: Sendable {
  let key: RecordKey
  /// The entries about the record's life that are still to be written.
  fileprivate var open: [(place: Int, entry: RecordTranscript.Entry)]
  /// By entry; `nil` for one that was not written yet.
  fileprivate var changes: [ChangeID?]
  /// Whether nothing was known of the record before.
  package let isNew: Bool
  /// Whether ``WriteTransaction/finish(_:)`` has something to write.
  package var isOpen: Bool { !open.isEmpty }
  /// How many entries were not here already.
  package fileprivate(set) var writtenCount = 0
}

extension WriteTransaction {
  /// Writes what a transcript tells of a record and is not here yet, each op in the name of whoever wrote it and dated
  /// as they did, over exactly what it superseded. Merging does the same with changes.
  ///
  /// An op that is here already, by the same curator at the same moment with the same content over the same, is not
  /// written again; of edits of a text the content does not count, because it may be told against another order of what
  /// was merged. The record's life is left to ``finish(_:)``.
  /// - Parameter transcript: its values are checked.
  /// - Returns: `nil` where the record here was made otherwise; nothing is written then.
  package func write(_ transcript: RecordTranscript, of key: RecordKey) throws -> WrittenTranscript? {
    try flush()
    let here = try TranscriptReader(applied, applier.log).transcript(of: key)
    guard transcript.isOfSameRecord(as: here.transcript, isDerived: key.isDerived) else { return nil }
    var written = WrittenTranscript(
      key: key, open: [], changes: Self.changes(of: transcript, in: here), isNew: here.changes.isEmpty)
    for (place, entry) in transcript.entries.enumerated() where written.changes[place] == nil {
      if entry.isOfLife {
        written.open.append((place, entry))
      } else {
        try write(entry, at: place, &written)
      }
    }
    return written
  }

  /// Writes what a transcript tells of the record's life, once all is here that its deletes had seen.
  package func finish(_ written: inout WrittenTranscript) throws {
    try flush()
    let cell = CellKey(record: written.key, field: "")
    let here = try TranscriptReader(applied, applier.log).transcript(of: written.key)
    for (place, entry) in written.open {
      // The file may have the record twice.
      let over = Set(entry.over.compactMap { written.changes[$0] })
      let known = try zip(here.transcript.entries, here.changes).first { other, change in
        try other.isOfLife && other.isLike(entry)
          && Set(applier.log.op(of: change, in: cell)?.op.supersedes ?? []) == over
      }
      if let known { written.changes[place] = known.1 } else { try write(entry, at: place, &written) }
    }
    written.open = []
  }

  /// The text of a field, and whether it is what a single edit says, and not merged.
  package func text(of field: Field, in written: WrittenTranscript) throws -> (text: String, isSettled: Bool) {
    let cell = CellKey(record: written.key, field: field.name)
    let live = try live(in: cell)
    return (try applied.version(of: cell, live, applier.log).text, live.count == 1)
  }

  private func write(_ entry: RecordTranscript.Entry, at place: Int, _ written: inout WrittenTranscript) throws {
    let op = try entry.op(on: written.key) {
      written.changes[$0]
    } creates: { id in
      try Kind.allCases.flatMap { try applied.creates(of: RecordKey(kind: $0.rawValue, id: id)) }
    }
    try setCurator(entry.curator)
    try setTime(entry.atMilliseconds)
    // A change of its own, so that it can be told apart from what stands beside it.
    try append(try rebased(op, entry))
    try flush()
    written.changes[place] = changes.last
    written.writtenCount += 1
  }

  /// The op, as edits that come to the same text where what was merged stands in another order here.
  private func rebased(_ op: Op, _ entry: RecordTranscript.Entry) throws -> Op {
    guard case .edits(let edits) = entry.content, let text = edits.text else { return op }
    let here = try ProseResolver(applier.log, op.cell).versionText(of: op.supersedes)
    if here.isSameBytes(as: text) { return op }
    var rebased =
      Op.edit(cell: op.cell, from: here, to: op.edited(text), superseding: op.supersedes)
      ?? .acceptance(cell: op.cell, of: op.supersedes)
    rebased.reason = op.reason
    return rebased
  }

  // MARK: - What is here already

  /// The changes in which the entries of a transcript stand here, where they do.
  private static func changes(
    of transcript: RecordTranscript, in here: (transcript: RecordTranscript, changes: [ChangeID])
  ) -> [ChangeID?] {
    var places: [RecordTranscript.Entry: [Int]] = [:]
    for (place, entry) in here.transcript.entries.enumerated().reversed() {
      places[entry.comparable(over: entry.over, entry.restated), default: []].append(place)
    }
    var found: [Int?] = []
    for entry in transcript.entries {
      // What is named stands before, so it was looked for already; what is not here is named by nothing that is.
      let named = entry.named.map { found[$0] }
      guard named.allSatisfy({ $0 != nil }) else {
        found.append(nil)
        continue
      }
      let over = entry.over.compactMap { found[$0] }.sorted()
      let restated = entry.restated.compactMap { found[$0] }.sorted()
      found.append(places[entry.comparable(over: over, restated)]?.popLast())
    }
    return found.map { $0.map { here.changes[$0] } }
  }
}

extension RecordTranscript {
  /// Whether both tell of one record, so that they can be merged: nothing created it here, they have a create in common, or
  /// the id is derived, so that it is the same record whoever made it. A create by the same curator at the same moment
  /// that says something else was changed in a file, or came here another way.
  fileprivate func isOfSameRecord(as other: Self, isDerived: Bool) -> Bool {
    let (mine, others) = (entries.filter { $0.action == .create }, other.entries.filter { $0.action == .create })
    if others.isEmpty || mine.contains(where: others.contains) { return true }
    let isChanged = mine.contains { create in
      others.contains { $0.curator == create.curator && $0.atMilliseconds == create.atMilliseconds }
    }
    return isDerived && !isChanged
  }
}

extension RecordTranscript.Entry {
  /// Whether it is about the record's life; a create is about all of the record.
  fileprivate var isOfLife: Bool { field.isEmpty && action != .create }

  /// Whether it does the same as another one, what is superseded and seen aside.
  fileprivate func isLike(_ other: Self) -> Bool {
    comparable(over: [], restated) == other.comparable(over: [], other.restated)
  }

  /// What makes it the same op as another one, told by the places of another transcript; what a delete had seen is left
  /// out, as some of it may not be there.
  fileprivate func comparable(over: [Int], _ restated: [Int]) -> Self {
    var entry = self
    entry.over = over
    switch content {
    case .restated: entry.content = .restated(restated)
    case .seen, .edits: entry.content = .nothing
    default: break
    }
    return entry
  }
}

import AnnotationModel
import GRDB

/// A transcript that is being written: its entries but those of the record's life are, and the changes in which they
/// stand here are known.
package struct WrittenTranscript: Sendable {
  let key: RecordKey
  let transcript: RecordTranscript
  /// By entry; `nil` for one that was not written yet.
  fileprivate(set) var changes: [ChangeID?]
  /// Whether nothing was known of the record before.
  package let isNew: Bool
  /// Whether ``WriteTransaction/finish(_:)`` has something to write.
  package var isOpen: Bool { zip(transcript.entries, changes).contains { $0.isOfLife && $1 == nil } }
  /// How many entries were not here already.
  package fileprivate(set) var writtenCount = 0
}

extension WriteTransaction {
  /// Writes what a transcript tells of a record and is not here yet, each op in the name of whoever wrote it and dated
  /// as they did, over exactly what it superseded. Merging does the same with changes.
  ///
  /// An op that is here already, by the same curator at the same moment with the same content, is not written again. The
  /// record's life is left to ``finish(_:)``.
  /// - Parameter transcript: its values are checked.
  package func write(_ transcript: RecordTranscript, of key: RecordKey) throws -> WrittenTranscript {
    try flush()
    let here = try TranscriptReader(applied, applier.log).transcript(of: key)
    var written = WrittenTranscript(
      key: key, transcript: transcript, changes: Self.changes(of: transcript, in: here),
      isNew: here.changes.isEmpty)
    for (place, entry) in transcript.entries.enumerated() where !entry.isOfLife && written.changes[place] == nil {
      try write(entry, at: place, &written)
    }
    return written
  }

  /// Writes what a transcript tells of the record's life, once all is here that its deletes had seen.
  package func finish(_ written: inout WrittenTranscript) throws {
    try flush()
    for (place, entry) in written.transcript.entries.enumerated() where entry.isOfLife && written.changes[place] == nil
    {
      try write(entry, at: place, &written)
    }
  }

  /// Makes a text what it was where the transcript came from, where merging its sides in the order of a transcript came
  /// to another one.
  ///
  /// - Returns: whether it was the same.
  package func settle(_ field: Field, of written: WrittenTranscript, to text: String) throws -> Bool {
    let cell = CellKey(record: written.key, field: field.name)
    let version = try applied.version(of: cell, try live(in: cell), applier.log)
    if version.text.isSameBytes(as: text) { return true }
    let last = written.transcript.entries.filter { $0.field.isSameBytes(as: field.name) }
      .max { $0.atMilliseconds < $1.atMilliseconds }
    if let last, let op = Op.edit(cell: cell, from: version.versionText, to: text, superseding: version.live) {
      try write(op, as: last)
    }
    return false
  }

  private func write(_ entry: RecordTranscript.Entry, at place: Int, _ written: inout WrittenTranscript) throws {
    written.changes[place] = try write(op(entry, of: written), as: entry)
    written.writtenCount += 1
  }

  /// Writes an op as a change of its own, so that it can be told apart from what stands beside it.
  @discardableResult
  private func write(_ op: Op, as entry: RecordTranscript.Entry) throws -> ChangeID? {
    try setCurator(entry.curator)
    try setTime(entry.atMilliseconds)
    try append(op)
    try flush()
    return changes.last
  }

  private func op(_ entry: RecordTranscript.Entry, of written: WrittenTranscript) throws -> Op {
    try entry.op(on: written.key) {
      written.changes[$0]
    } creates: { id in
      try Kind.allCases.flatMap { try applied.creates(of: RecordKey(kind: $0.rawValue, id: id)) }
    }
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
      let named = (entry.over + entry.restated).map { found[$0] }
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

extension RecordTranscript.Entry {
  /// Whether it is about the record's life; a create is about all of the record.
  fileprivate var isOfLife: Bool { field.isEmpty && action != .create }

  /// The entries that it says again.
  fileprivate var restated: [Int] { if case .restated(let places) = content { places } else { [] } }

  /// What makes it the same op as another one, told by the places of another transcript; what a delete had seen is left
  /// out, as some of it may not be there.
  fileprivate func comparable(over: [Int], _ restated: [Int]) -> Self {
    var entry = self
    entry.over = over
    switch content {
    case .restated: entry.content = .restated(restated)
    case .seen: entry.content = .nothing
    default: break
    }
    return entry
  }
}

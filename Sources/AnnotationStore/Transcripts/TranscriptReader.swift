import AnnotationModel
import GRDB

/// Reads what was written to records as ``RecordTranscript``s; keeps what it decoded of the log, because records that
/// were written together are read together.
package final class TranscriptReader {
  private let reader: ReadTransaction
  private let log: LogReader
  private var db: Database { reader.db }

  /// Reads in the snapshot of a transaction.
  package convenience init(_ reader: ReadTransaction) { self.init(reader, reader.logReader) }

  init(_ reader: ReadTransaction, _ log: LogReader) {
    self.reader = reader
    self.log = log
  }

  /// An op of the record with where it stands.
  private struct Found {
    var op: Op
    var author: ReadTransaction.Author
    var depth: Int64
    var change: ChangeID { author.id }
  }

  /// What was written to a record; `nil` where that is one create and nothing else, which mostly costs one look-up.
  package func laterTranscript(of record: Record) throws -> RecordTranscript? {
    guard try reader.isWritten(record) else { return nil }
    let found = try transcript(of: record.key).transcript
    // A curator is known by what they wrote before their own record is made.
    return found.entries.count > 1 || found.isIncomplete ? found : nil
  }

  /// What was written to a record, and the changes in which the entries stand; none where nothing is known of it.
  func transcript(of key: RecordKey) throws -> (transcript: RecordTranscript, changes: [ChangeID]) {
    guard let kind = Kind(rawValue: key.kind), let ref = try log.recordRef(key) else { return (RecordTranscript(), []) }
    let (found, isWhole) = try ordered(ops(of: key, ref), kind, isDerived: key.isDerived)
    var transcript = RecordTranscript()
    transcript.isIncomplete = !isWhole
    var places: [ChangeID: [CellKey: Int]] = [:]
    for (place, item) in found.enumerated() { places[item.change, default: [:]][item.op.cell] = place }
    let life = CellKey(record: key, field: "")
    for item in found {
      let inCell = { (changes: [ChangeID]) -> [Int] in
        changes.compactMap { change in
          // A create is live in every cell of its record.
          if let place = places[change]?[item.op.cell] { return place }
          return places[change]?[life].flatMap { found[$0].op.action == .create ? $0 : nil }
        }.sorted()
      }
      var entry = RecordTranscript.Entry(
        action: item.op.action, field: item.op.field, element: item.op.element, curator: item.author.curator,
        atMilliseconds: item.author.atMilliseconds)
      entry.over = inCell(item.op.supersedes)
      entry.reason = item.op.reason?.value.text
      switch item.op.payload {
      case .none: break
      case .create: entry.content = .fields(fields(of: item.op, kind))
      case .value(let value):
        entry.content = .value(
          kind.field(named: item.op.field).flatMap { FieldColumn.content(of: value.value, in: $0) })
      case .splices(let splices, let inserted, let areTyped):
        var edits = RecordTranscript.Edits(
          splices: splices, inserted: inserted?.value.text ?? "", areTyped: areTyped)
        // After one edit the text is what that made of it, wherever it is read.
        if entry.over.count != 1 || found[entry.over[0]].op.action == .restate {
          edits.text = try ProseResolver(log, item.op.cell).versionText(of: item.op.supersedes)
        }
        entry.content = .edits(edits)
      case .restates(let changes): entry.content = .restated(inCell(changes))
      case .saw(let changes):
        entry.content = .seen(
          entries: changes.flatMap { places[$0].map { Array($0.values) } ?? [] }.sorted(),
          records: try targeting(key.id, among: changes))
      }
      transcript.entries.append(entry)
    }
    return (transcript, found.map(\.change))
  }

  private func ops(of key: RecordKey, _ ref: Int64) throws -> [Found] {
    let rows = try db.each("SELECT change, position FROM op WHERE record = ? ORDER BY change, position", ref) {
      (arrival: $0.value(Int64.self, 0) ?? 0, position: $0.value(Int.self, 1) ?? 0)
    }
    return try rows.compactMap { arrival, position in
      let ops = try log.change(arrival).ops
      guard ops.indices.contains(position), ops[position].recordKey == key else { return nil }
      let author = try log.author(of: arrival)
      return Found(op: ops[position], author: author, depth: try log.place(of: author.id)?.depth ?? 0)
    }
  }

  private func fields(of create: Op, _ kind: Kind) -> [String: FieldContent] {
    guard case .create(let values, let elements) = create.payload else { return [:] }
    var fields: [String: FieldContent] = [:]
    for item in values {
      if let field = kind.field(named: item.field) {
        fields[item.field] = FieldColumn.content(of: item.value.value, in: field)
      }
    }
    for item in elements where kind.field(named: item.field) != nil { fields[item.field] = .elements(item.elements) }
    return fields
  }

  /// The records on another one all of whose creates are among some changes.
  private func targeting(_ target: RecordID, among changes: [ChangeID]) throws -> [RecordID] {
    let seen = Set(changes)
    var records: Set<RecordID> = []
    for change in changes {
      guard let arrival = try log.arrival(of: change) else { continue }
      for op in try log.change(arrival).ops where op.action == .create && op.targets(target) {
        guard !records.contains(op.record), let ref = try log.recordRef(op.recordKey) else { continue }
        let creates = try log.creates(of: ref).map(log.id(of:))
        if creates.allSatisfy(seen.contains) { records.insert(op.record) }
      }
    }
    return records.sorted()
  }

  // MARK: - Order

  /// The ops in the order of a transcript, and whether that is all of them.
  private func ordered(_ found: [Found], _ kind: Kind, isDerived: Bool) throws -> ([Found], isWhole: Bool) {
    let ranked = found.sorted { ($0.depth, $0.change) < ($1.depth, $1.change) }
    var ordered = ranked.filter { $0.op.action == .create }
    let creates = Set(ordered.map(\.change))
    if ordered.count > 1, !isDerived {
      // It was imported apart: its creates are in conflict with what was written since, and rank among it.
      let told = ranked.filter { item in
        let field = kind.field(named: item.op.field)
        return item.op.field.isEmpty ? item.op.action.isKnown : field.map(item.op.fits) ?? false
      }
      return (told, told.count == found.count)
    }
    for field in kind.fields {
      let written = ranked.filter { $0.op.field.isSameBytes(as: field.name) }
      let known = creates.union(written.map(\.change))
      let ops = written.filter { $0.op.fits(field) && $0.op.restatesAny(of: known) }
      if field.isProse {
        ordered += proseOrder(ops)
      } else {
        ordered += Dictionary(grouping: ops) { Array(($0.op.element ?? "").utf8) }
          .sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.value)
      }
    }
    ordered += ranked.filter { $0.op.field.isEmpty && $0.op.action != .create && $0.op.action.isKnown }
    return (ordered, ordered.count == found.count)
  }

  /// Edits by replica and sequence number, as they are ordered where they were made in one place, but each after those
  /// that it rests on: whoever writes them anew one after the other has them in the same order.
  private func proseOrder(_ ops: [Found]) -> [Found] {
    let ops = ops.sorted {
      ($0.author.replica, $0.author.sequence, $0.change) < ($1.author.replica, $1.author.sequence, $1.change)
    }
    let places = Dictionary(uniqueKeysWithValues: zip(ops.map(\.change), ops.indices))
    var (ordered, isDone, isOpen) = ([Found](), Set<Int>(), Set<Int>())
    for start in ops.indices {
      var open = [start]
      while let next = open.last {
        let before = ops[next].op.namedChanges.compactMap { places[$0] }.filter { !isDone.contains($0) }.sorted()
        if before.isEmpty || !isOpen.insert(next).inserted {
          open.removeLast()
          if isDone.insert(next).inserted { ordered.append(ops[next]) }
        } else {
          open += before.reversed()
        }
      }
    }
    return ordered
  }
}

extension Op {
  /// Whether it is a create that puts its record on another one.
  fileprivate func targets(_ target: RecordID) -> Bool {
    guard case .create(let values, _) = payload, let fields = Kind(rawValue: kind)?.targetFields else { return false }
    return values.contains { fields.contains($0.field) && $0.value.value.bytes == target.bytes }
  }

  /// Whether it is no restatement, or one of something that is known.
  fileprivate func restatesAny(of known: Set<ChangeID>) -> Bool {
    if case .restates(let changes) = payload { !known.isDisjoint(with: changes) } else { true }
  }

  /// Whether it does to a field what can be done to one of its type.
  fileprivate func fits(_ field: Field) -> Bool { !field.isImmutable && RecordTranscript.can(action, field) }
}

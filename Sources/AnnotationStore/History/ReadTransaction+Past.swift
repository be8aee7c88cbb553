import AnnotationModel
import GRDB

extension ReadTransaction {
  /// A record as a change knew it: made from that change and everything that came causally before it, and nothing
  /// else; `nil` where that had not created it.
  ///
  /// - Parameter kind: the kind of the record, where there are several of its id.
  /// - Throws: ``StoreError/noChange(_:)`` where the change is not there.
  public func record(_ id: RecordID, of kind: Kind? = nil, at change: ChangeID) throws -> Record? {
    let log = logReader
    guard let last = try log.arrival(of: change) else { throw StoreError.noChange(change.hex) }
    let known = try causalPast(of: last, among: log.changes(writing: id), log)
    return try version(of: id, kind, knowing: known, log)?.record
  }

  /// A record made from some of the changes that wrote to it; `nil` where none of them created it.
  func version(
    of id: RecordID, _ kind: Kind? = nil, knowing known: [Int64], _ log: LogReader
  ) throws -> RecordVersion? {
    guard let created = try kind ?? kindCreated(id, known, log), let last = known.last else { return nil }
    let past = PastState(
      store: try log.change(last).store, record: RecordKey(kind: created.rawValue, id: id), changes: known, log: log)
    return try past.version(kind: created, db)
  }

  /// The kind that a record was created as: of several the one of the create that ranks lowest, on every replica.
  private func kindCreated(_ id: RecordID, _ known: [Int64], _ log: LogReader) throws -> Kind? {
    var lowest: (kind: Kind, change: Int64)?
    for arrival in known {
      for op in try log.change(arrival).ops where op.record == id && op.action == .create {
        guard let kind = Kind(rawValue: op.kind) else { continue }
        if try lowest.map({ try log.ranks(arrival, below: $0.change) }) ?? true { lowest = (kind, arrival) }
      }
    }
    return lowest?.kind
  }

  /// Those of some changes that are `last` or causally before it, in the order of arrival.
  ///
  /// Walks back only as far as the earliest of them: what arrived before that cannot lead to another.
  func causalPast(of last: Int64, among changes: [Int64], _ log: LogReader) throws -> [Int64] {
    let candidates = changes.filter { $0 <= last }.sorted()
    guard let earliest = candidates.first else { return [] }
    var found = Set<Int64>()
    var seen: Set<Int64> = [last]
    var open = [last]
    let wanted = Set(candidates)
    while let arrival = open.popLast(), found.count < wanted.count {
      if wanted.contains(arrival) { found.insert(arrival) }
      for prerequisite in try log.change(arrival).prerequisites {
        if let before = try log.arrival(of: prerequisite), before >= earliest, seen.insert(before).inserted {
          open.append(before)
        }
      }
    }
    return found.sorted()
  }
}

/// The cells of one record, made from some of its changes by the kernel's rule.
private struct PastState {
  let store: StoreID
  let record: RecordKey
  let changes: [Int64]
  let log: LogReader

  func version(kind: Kind, _ db: Database) throws -> RecordVersion? {
    var state = State(store: store)
    var first: Int64?
    var modified = Int64.min
    for arrival in changes {
      var change = try log.change(arrival)
      change.ops = change.ops.filter { $0.recordKey == record }
      let id = try log.id(of: arrival)
      state.applyPart(change, id: id)
      modified = max(modified, change.timeMilliseconds)
      if change.ops.contains(where: { $0.action == .create }),
        try first.map({ try log.ranks(arrival, below: $0) }) ?? true
      {
        first = arrival
      }
    }
    guard let author = try first.map({ try ReadTransaction.Author($0, db) }) else { return nil }
    let resolver = CellResolver(log)
    var fields: [String: FieldContent] = [:]
    for field in kind.fields where !field.isSet {
      let cell = CellKey(record: record, field: field.name)
      let shown = try resolver.reading(state.live(in: cell), in: cell, isProse: field.isProse).shown
      fields[field.name] = (shown?.value).flatMap { FieldColumn.content(of: $0, in: field) }
    }
    for field in kind.fields where field.isSet {
      let present = try elements(of: field, state).filter { element in
        let cell = CellKey(record: record, field: field.name, element: element)
        return SetReading.isPresent(try resolver.liveOps(state.live(in: cell), in: cell))
      }
      if !present.isEmpty { fields[field.name] = .elements(present) }
    }
    let life = state.live(in: CellKey(record: record, field: ""))
    let isDeleted =
      !life.isEmpty
      && life.allSatisfy { state.change($0)?.op(in: CellKey(record: record, field: ""))?.action == .delete }
    let shown = Record(
      kind: kind, id: record.id, fields: fields, curator: author.curator,
      createdMilliseconds: author.atMilliseconds,
      modifiedMilliseconds: modified, isDeleted: isDeleted)
    return RecordVersion(record: shown, state: state, changes: Set(changes))
  }

  private func elements(of field: Field, _ state: State) throws -> [String] {
    var known = Set(
      state.writtenCells(of: record).filter { $0.field == field.name }.compactMap { $0.element.map { Array($0.utf8) } })
    for create in state.creates(of: record) {
      guard case .create(_, let elements)? = state.change(create)?.op(in: CellKey(record: record, field: ""))?.payload
      else { continue }
      for item in elements where item.field == field.name { known.formUnion(item.elements.map { Array($0.utf8) }) }
    }
    return known.map { String(decoding: $0, as: UTF8.self) }.sorted { $0.precedesInBytes($1) }
  }
}

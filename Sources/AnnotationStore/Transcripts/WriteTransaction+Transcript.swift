import AnnotationModel
import GRDB

extension WriteTransaction {
  /// Writes a cell of a record anew, as it stands elsewhere: each value under its author and dated as they wrote it, in
  /// conflict where it is, decided as it was.
  ///
  /// The create of the record is there, and has the base of what parted where that is its own.
  /// - Parameter shown: of prose, the text that comes of it.
  /// - Returns: the changes that a delete of the record had not seen; and whether the cell reads as it should, which of
  ///   a text merged from several sides is not certain. Where it does not, the text is edited to what it should be.
  package func write(
    _ cell: RecordWrites.Cell, of key: RecordKey, shown: String?
  ) throws -> (unseen: [ChangeID], isExact: Bool) {
    guard let field = Kind(rawValue: key.kind)?.field(named: cell.field) else { return ([], false) }
    try flush()
    let first = changes.count
    let place = CellKey(record: key, field: field.name, element: cell.element)
    var isExact = true
    if cell.element != nil {
      if let value = cell.live.first?.value { try writeElement(cell.isPresent, at: place, by: value) }
    } else if field.isProse {
      isExact = try writeText(cell, at: place, shown: shown ?? "")
    } else {
      return (try writeRegister(cell, at: place, field), true)
    }
    return (cell.live.contains(where: \.isUnseen) ? Array(changes[first...]) : [], isExact)
  }

  /// Deletes a record as somebody did elsewhere: having seen all that is here but some.
  package func delete(
    _ key: RecordKey, as deletion: RecordWrites.Deletion, notHavingSeen unseen: Set<ChangeID>
  ) throws {
    try flush()
    var overlooked = unseen
    for id in deletion.unseen {
      for kind in Kind.allCases {
        overlooked.formUnion(try ReadTransaction(db).creates(of: RecordKey(kind: kind.rawValue, id: id)))
      }
    }
    try writeAs(deletion.by)
    var op = try self.deletion(of: key)
    if case .saw(let saw) = op.payload { op.payload = .saw(saw.filter { !overlooked.contains($0) }) }
    op.reason = deletion.reason.map { .inBody(.text($0)) }
    try append(op)
  }

  private func writeAs(_ author: RecordWrites.Authored) throws {
    try setCurator(author.curator)
    try setTime(author.atMilliseconds)
  }

  /// Writes an op as a change of its own, so that it can be told apart from what stands beside it.
  private func write(_ op: Op, by author: RecordWrites.Authored) throws -> ChangeID? {
    try flush()
    try writeAs(author)
    try append(op)
    try flush()
    return changes.last
  }

  private func writeElement(_ isPresent: Bool, at cell: CellKey, by author: RecordWrites.Authored) throws {
    let op = Op(
      kind: cell.record.kind, record: cell.record.id, field: cell.field, element: cell.element,
      action: isPresent ? .add : .remove, supersedes: try live(in: cell))
    _ = try write(op, by: author)
  }

  // MARK: - Registers

  /// - Returns: the changes of the values that a delete had not seen.
  private func writeRegister(_ written: RecordWrites.Cell, at cell: CellKey, _ field: Field) throws -> [ChangeID] {
    var before = try live(in: cell)
    func set(_ value: RecordWrites.Authored, over superseded: [ChangeID], because reason: String? = nil) throws
      -> ChangeID?
    {
      var op = Op(
        kind: cell.record.kind, record: cell.record.id, field: cell.field, action: .set, supersedes: superseded,
        payload: .value(field.opValue(value.content?.value ?? .null)))
      op.reason = reason.map { .inBody(.text($0)) }
      return try write(op, by: value)
    }
    if let base = written.base, try !says(base, in: cell) {
      before = try set(base, over: before).map { [$0] } ?? before
    }
    var overruled: [RecordWrites.Authored: ChangeID] = [:]
    var unseen: [ChangeID] = []
    // What is written last is shown.
    for live in written.live.reversed() {
      let first = changes.count
      defer { if live.isUnseen { unseen += changes[first...] } }
      guard live.rulings.contains(where: { !$0.over.isEmpty }) else {
        _ = try set(live.value, over: before)
        continue
      }
      for value in live.rulings.flatMap(\.over).reversed() where overruled[value] == nil {
        overruled[value] = try set(value, over: before)
      }
      // Who decided on a value of their own wrote it; others who did so apart wrote the same.
      let isOwn = live.rulings.contains { $0.by.isBeside(live.value) }
      let chosen = isOwn ? nil : try set(live.value, over: before)
      for ruling in live.rulings.filter({ !$0.by.isBeside(live.value) })
        + live.rulings.filter({ $0.by.isBeside(live.value) })
      {
        let against = ruling.over.compactMap { overruled[$0] }
        if isOwn {
          var value = ruling.by
          value.content = live.value.content
          _ = try set(value, over: against.sorted(), because: ruling.reason)
        } else if let chosen {
          var op = Op(
            kind: cell.record.kind, record: cell.record.id, field: cell.field, action: .restate,
            supersedes: (against + [chosen]).sorted(), payload: .restates([chosen]))
          op.reason = ruling.reason.map { .inBody(.text($0)) }
          _ = try write(op, by: ruling.by)
        }
      }
    }
    return unseen
  }

  /// Whether a cell says something already, under the same author.
  private func says(_ value: RecordWrites.Authored, in cell: CellKey) throws -> Bool {
    let reading = try CellResolver(applier.log).reading(try live(in: cell), in: cell, isProse: false)
    guard let shown = reading.shown, shown.value == value.content?.value,
      let arrival = try applier.log.arrival(of: shown.change)
    else { return false }
    let author = try ReadTransaction.Author(arrival, db)
    return author.curator == value.curator && author.atMilliseconds == value.atMilliseconds
  }

  // MARK: - Texts

  private func writeText(_ written: RecordWrites.Cell, at cell: CellKey, shown: String) throws -> Bool {
    let sides: [RecordWrites.Authored]
    let rulings = written.live.count == 1 && written.base != nil ? written.live[0].rulings : []
    if let ruling = rulings.first { sides = ruling.over } else { sides = written.live.map(\.value) }
    let start = try applied.version(of: cell, try live(in: cell), applier.log)
    var (before, text) = (start.live, start.text)
    if let base = written.base, try !isWritten(base, in: cell), case .text(let baseText)? = base.content {
      let op = Op.edit(cell: cell, from: text, to: baseText, superseding: before) ?? .acceptance(cell: cell, of: before)
      before = try write(op, by: base).map { [$0] } ?? before
      text = baseText
    }
    for side in sides.reversed() {
      guard case .text(let sideText)? = side.content else { continue }
      let op = Op.edit(cell: cell, from: text, to: sideText, superseding: before) ?? .acceptance(cell: cell, of: before)
      _ = try write(op, by: side)
    }
    let merged = try applied.version(of: cell, try live(in: cell), applier.log)
    if !rulings.isEmpty {
      try writeRulings(rulings, over: merged, shown: shown, author: written.live[0].value)
      return true
    }
    // Sides that were each decided come back, and why they were does not.
    let isExact = written.live.allSatisfy(\.rulings.isEmpty)
    if merged.text.isSameBytes(as: shown) { return isExact }
    guard
      let op = Op.edit(cell: cell, from: merged.versionText, to: shown, superseding: merged.live),
      let last = sides.max(by: { $0.atMilliseconds < $1.atMilliseconds })
    else { return false }
    _ = try write(op, by: last)
    return false
  }

  /// Decides a merged text as it was decided: the first made it what it is, others who decided apart accepted it.
  private func writeRulings(
    _ rulings: [RecordWrites.Ruling], over merged: ProseVersion, shown: String, author: RecordWrites.Authored
  ) throws {
    let edit = Op.edit(cell: merged.cell, from: merged.versionText, to: shown, superseding: merged.live)
    for (index, ruling) in rulings.enumerated() {
      var op = (index == 0 ? edit : nil) ?? .acceptance(cell: merged.cell, of: merged.live)
      op.reason = ruling.reason.map { .inBody(.text($0)) }
      _ = try write(op, by: ruling.by)
    }
    // Somebody else may have written to it beside the decision.
    if !rulings.contains(where: { $0.by.isBeside(author) }) {
      _ = try write(.acceptance(cell: merged.cell, of: merged.live), by: author)
    }
  }

  private func isWritten(_ base: RecordWrites.Authored, in cell: CellKey) throws -> Bool {
    guard let change = try live(in: cell).first, let arrival = try applier.log.arrival(of: change) else { return false }
    let author = try ReadTransaction.Author(arrival, db)
    return author.curator == base.curator && author.atMilliseconds == base.atMilliseconds
  }
}

extension RecordWrites.Authored {
  /// Whether it is by the same curator at the same moment.
  fileprivate func isBeside(_ other: Self) -> Bool {
    curator == other.curator && atMilliseconds == other.atMilliseconds
  }
}

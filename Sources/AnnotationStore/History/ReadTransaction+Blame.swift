import AnnotationModel
import GRDB

extension ReadTransaction {
  /// Who wrote each field of a record, each element of its sets, and each word of its texts, as they are shown; last, with
  /// an empty field, who decided whether it is deleted.
  ///
  /// - Parameter kind: the kind of the record, where there are several of this id.
  public func blame(_ record: RecordID, of kind: Kind? = nil) throws -> [BlameEntry] {
    let shown = try existing(record, of: kind)
    let log = logReader
    var entries: [BlameEntry] = []
    for field in shown.kind.fields {
      for element in field.isSet ? shown.elements(field.name).map(Optional.some) : [nil] {
        let cell = CellKey(record: shown.key, field: field.name, element: element)
        let live = try log.live(in: cell)
        let found =
          field.isSet ? try adder(of: cell, live, log) : try valueBlame(field, cell, live, shown, log)
        if let found { entries.append(found) }
      }
    }
    return entries + [try lifeBlame(CellKey(record: shown.key, field: ""), shown, log)].compactMap { $0 }
  }

  /// Who decided whether the record is deleted, where that was in conflict.
  private func lifeBlame(_ cell: CellKey, _ shown: Record, _ log: LogReader) throws -> BlameEntry? {
    guard let decision = try decisions(among: log.live(in: cell), in: cell, log).first else { return nil }
    return BlameEntry(
      field: "", element: nil, content: .text(shown.isDeleted ? "deleted" : "alive"), change: decision.change,
      replica: decision.replica, curator: decision.curator, atMilliseconds: decision.atMilliseconds,
      isConflict: try conflicts(of: shown.id).contains { $0.field.isEmpty }, decision: decision, words: [])
  }

  /// Who added an element that is present.
  private func adder(of cell: CellKey, _ live: [ChangeID], _ log: LogReader) throws -> BlameEntry? {
    let adds = try CellResolver(log).liveOps(live, in: cell).filter { $0.action == .add || !$0.values.isEmpty }
    guard let change = adds.max(by: { $0.ranksBelow($1) })?.change, let arrival = try log.arrival(of: change) else {
      return nil
    }
    let author = try Author(arrival, db)
    return BlameEntry(
      field: cell.field, element: cell.element, content: cell.element.map(FieldContent.text), change: change,
      replica: author.replica, curator: author.curator, atMilliseconds: author.atMilliseconds, isConflict: false,
      decision: nil, words: [])
  }

  private func valueBlame(
    _ field: Field, _ cell: CellKey, _ live: [ChangeID], _ shown: Record, _ log: LogReader
  ) throws -> BlameEntry? {
    let reading = try CellResolver(log).reading(live, in: cell, isProse: field.isProse)
    guard let change = reading.shown?.change, let arrival = try log.arrival(of: change) else { return nil }
    let author = try Author(arrival, db)
    let wasEdited = try field.isProse && live.contains { try log.op(of: $0, in: cell)?.op.action != .create }
    return BlameEntry(
      field: field.name, element: nil, content: shown.fields[field.name], change: change, replica: author.replica,
      curator: author.curator, atMilliseconds: author.atMilliseconds, isConflict: reading.isConflict,
      decision: try decisions(among: reading.candidates.first?.carriers ?? [], in: cell, log).first,
      words: wasEdited ? try words(of: live, in: cell, log) : [])
  }

  private func words(of live: [ChangeID], in cell: CellKey, _ log: LogReader) throws -> [BlameWords] {
    try ProseResolver(log, cell).attribution(of: live).compactMap { piece in
      guard let arrival = try log.arrival(of: piece.change) else { return nil }
      let author = try Author(arrival, db)
      return BlameWords(
        text: piece.text, change: piece.change, replica: author.replica, curator: author.curator,
        atMilliseconds: author.atMilliseconds)
    }
  }
}

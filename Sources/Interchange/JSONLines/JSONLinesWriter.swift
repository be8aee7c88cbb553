import AnnotationStore

/// Writes records as JSON Lines; Schema/records.schema.json describes a line.
struct JSONLinesWriter: RecordWriter {
  /// The first line of a file.
  static let header = "{\"variorum\":1}"

  /// What is written already, where only some records are: what they name comes along.
  private var written: Set<RecordID> = []

  mutating func begin(_ context: ExportContext) throws { try context.put(Self.header + "\n") }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    guard context.isPartial else { return try write(record, context.reader.writes(of: record), context) }
    // What a record names goes before it; without recursion, as threads can be of any length.
    var open: [(record: Record, writes: RecordWrites?)] = [(record, nil)]
    while let (next, writes) = open.popLast() {
      if let writes {
        try write(next, writes, context)
        continue
      }
      guard written.insert(next.id).inserted else { continue }
      let writes = try context.reader.writes(of: next)
      open.append((next, writes))
      for id in next.references + writes.references where !written.contains(id) {
        if let named = try context.record(id) { open.append((named, nil)) }
      }
    }
  }

  private func write(_ record: Record, _ writes: RecordWrites, _ context: ExportContext) throws {
    var entries: [CBORValue.Entry] = [
      .init("kind", .text(record.kind.rawValue)), .init("id", .bytes(record.id.bytes)),
      .init("curator", .bytes(record.curator.bytes)), .init("created", .moment(record.createdMilliseconds)),
    ]
    for field in record.kind.fields {
      if let content = record.fields[field.name] { entries.append(.init(field.name, content.value)) }
    }
    if writes.isLifeInConflict {
      context.leaveOut("whether a record is deleted, where that is in conflict and it is shown (resolve it first)")
    }
    if !writes.cells.isEmpty { entries.append(.init("writes", .array(writes.cells.map { value(of: $0) }))) }
    if let deletion = writes.deletion { entries.append(.init("deleted", value(of: deletion))) }
    try context.put(JSONText.write(.map(entries)) + "\n")
    context.count(record.kind)
  }

  private func value(of cell: RecordWrites.Cell) -> CBORValue {
    var entries: [CBORValue.Entry] = [.init("field", .text(cell.field))]
    if let element = cell.element { entries.append(.init("element", .text(element))) }
    if !cell.isPresent { entries.append(.init("removed", .bool(true))) }
    if let base = cell.base { entries.append(.init("base", .map(self.entries(of: base)))) }
    entries.append(.init("live", .array(cell.live.map { value(of: $0, isElement: cell.element != nil) })))
    return .map(entries)
  }

  private func value(of live: RecordWrites.Live, isElement: Bool) -> CBORValue {
    var entries = entries(of: live.value, isElement: isElement)
    if !live.rulings.isEmpty { entries.append(.init("decided", .array(live.rulings.map { value(of: $0) }))) }
    if live.isUnseen { entries.append(.init("unseen", .bool(true))) }
    return .map(entries)
  }

  private func value(of ruling: RecordWrites.Ruling) -> CBORValue {
    var entries = entries(of: ruling.by, isElement: true)
    if let reason = ruling.reason { entries.append(.init("because", .text(reason))) }
    if !ruling.over.isEmpty { entries.append(.init("over", .array(ruling.over.map { .map(self.entries(of: $0)) }))) }
    return .map(entries)
  }

  private func value(of deletion: RecordWrites.Deletion) -> CBORValue {
    var entries = entries(of: deletion.by, isElement: true)
    if let reason = deletion.reason { entries.append(.init("because", .text(reason))) }
    if !deletion.unseen.isEmpty {
      entries.append(.init("unseen", .array(deletion.unseen.map { .bytes($0.bytes) })))
    }
    return .map(entries)
  }

  private func entries(of authored: RecordWrites.Authored, isElement: Bool = false) -> [CBORValue.Entry] {
    let value = isElement ? [] : [CBORValue.Entry("value", authored.content?.value ?? .null)]
    return value + [
      .init("curator", .bytes(authored.curator.bytes)), .init("at", .moment(authored.atMilliseconds)),
    ]
  }
}

extension Record {
  /// The records that it names: its curator, and those of its fields.
  fileprivate var references: [RecordID] { [curator] + kind.fields.compactMap { reference($0.name) } }
}

extension RecordWrites {
  /// The curators who wrote it, and the records that its values name.
  fileprivate var references: [RecordID] {
    let rulings = cells.flatMap { $0.live.flatMap(\.rulings) }
    let values = cells.flatMap { [$0.base].compactMap { $0 } + $0.live.map(\.value) } + rulings.flatMap(\.over)
    let authors = (values + rulings.map(\.by) + [deletion?.by].compactMap { $0 }).map(\.curator)
    return authors + values.compactMap { if case .record(let id)? = $0.content { id } else { nil } }
  }
}

extension CBORValue {
  /// A moment as a file has it.
  fileprivate static func moment(_ milliseconds: Int64) -> CBORValue { .text(Timestamp.text(milliseconds)) }
}

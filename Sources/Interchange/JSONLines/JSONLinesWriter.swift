import AnnotationStore

/// Writes records as JSON Lines; Schema/records.schema.json describes a line.
struct JSONLinesWriter: RecordWriter {
  /// The first line of a file.
  static let header = "{\"variorum\":1}"

  /// What is written already, where only some records are: what they name comes along.
  private var written: Set<RecordID> = []
  /// Made with the first record.
  private var transcripts: TranscriptReader?

  mutating func begin(_ context: ExportContext) throws { try context.put(Self.header + "\n") }

  mutating func put(_ record: Record, _ context: ExportContext) throws {
    guard context.isPartial else { return try write(record, transcript(of: record, context), context) }
    // What a record names goes before it; without recursion, as threads can be of any length.
    var open: [(record: Record, history: RecordTranscript?, isReady: Bool)] = [(record, nil, false)]
    while let (next, history, isReady) = open.popLast() {
      if isReady {
        try write(next, history, context)
        continue
      }
      guard written.insert(next.id).inserted else { continue }
      let history = try transcript(of: next, context)
      open.append((next, history, true))
      for id in next.references + (history?.references ?? []) where !written.contains(id) {
        if let named = try context.record(id) { open.append((named, nil, false)) }
      }
    }
  }

  private mutating func transcript(of record: Record, _ context: ExportContext) throws -> RecordTranscript? {
    let reader = transcripts ?? TranscriptReader(context.reader)
    transcripts = reader
    return try reader.laterTranscript(of: record)
  }

  private func write(_ record: Record, _ history: RecordTranscript?, _ context: ExportContext) throws {
    var entries: [CBORValue.Entry] = [
      .init("kind", .text(record.kind.rawValue)), .init("id", .bytes(record.id.bytes)),
      .init("curator", .bytes(record.curator.bytes)), .init("created", .moment(record.createdMilliseconds)),
    ]
    for field in record.kind.fields {
      if let content = record.fields[field.name] { entries.append(.init(field.name, content.value)) }
    }
    if record.isDeleted { entries.append(.init("deleted", .bool(true))) }
    if let history {
      let conflicts = try context.reader.conflicts(of: record.id).filter { $0.type != .fork }
      if !conflicts.isEmpty { entries.append(.init("conflicts", .array(conflicts.map { .map($0.entries) }))) }
      if history.isIncomplete { context.leaveOut("what a newer version of Variorum, or a faulty program, wrote") }
    }
    let line = history.map { self.line(entries, with: $0, context) } ?? JSONText.write(.map(entries))
    try context.put(line + "\n")
    context.count(record.kind)
  }

  /// The line of a record that was written to; without its history where nobody could read it again.
  private func line(
    _ entries: [CBORValue.Entry], with history: RecordTranscript, _ context: ExportContext
  ) -> String {
    if history.excess == nil, history.valueCount <= JSONLinesReader.historyLimit {
      let whole = entries + [.init("history", .array(history.entries.map { .map($0.entries) }))]
      let line = JSONText.write(.map(whole))
      if line.utf8.count <= JSONLinesReader.lineLimit { return line }
    }
    context.leaveOut("the history of a record that was written to very often (variorum bundle create has it)")
    return JSONText.write(.map(entries))
  }
}

extension Record {
  /// The records that it names: its curator, and those of its fields.
  fileprivate var references: [RecordID] { [curator] + kind.fields.compactMap { reference($0.name) } }
}

extension Conflict {
  /// Of what kind it is, and in which field.
  fileprivate var entries: [CBORValue.Entry] {
    let field = field.isEmpty ? [] : [CBORValue.Entry("field", .text(field))]
    return field + [.init("type", .text(type.rawValue))]
  }
}

extension RecordTranscript {
  /// About how many values of JSON it takes.
  fileprivate var valueCount: Int {
    entries.reduce(0) { count, entry in
      let content =
        switch entry.content {
        case .nothing, .value: 1
        case .fields(let fields): 1 + fields.count
        case .edits(let edits): 1 + 4 * edits.splices.count
        case .restated(let places): places.count
        case .seen(let places, let records): places.count + records.count
        }
      return count + 9 + entry.over.count + content
    }
  }
}

extension RecordTranscript.Entry {
  /// The entry as an object of `history`.
  fileprivate var entries: [CBORValue.Entry] {
    var entries: [CBORValue.Entry] = [.init("action", .text(action.name))]
    if !field.isEmpty { entries.append(.init("field", .text(field))) }
    if let element { entries.append(.init("element", .text(element))) }
    entries += contentEntries
    if !over.isEmpty { entries.append(.init("over", Self.value(over))) }
    if let reason { entries.append(.init("because", .text(reason))) }
    return entries + [.init("curator", .bytes(curator.bytes)), .init("at", .moment(atMilliseconds))]
  }

  private var contentEntries: [CBORValue.Entry] {
    switch content {
    case .nothing: return []
    case .fields(let fields):
      let sorted = fields.sorted { $0.key.precedesInBytes($1.key) }
      return [.init("fields", .map(sorted.map { .init($0.key, $0.value.value) }))]
    case .value(let content): return [.init("value", content?.value ?? .null)]
    case .edits(let edits):
      var rest = edits.inserted.unicodeScalars[...]
      let splices = edits.splices.map { splice -> CBORValue in
        let text = String(String.UnicodeScalarView(rest.prefix(splice.inserted)))
        rest = rest.dropFirst(splice.inserted)
        return .array([.int(Int64(splice.position)), .int(Int64(splice.deleted)), .text(text)])
      }
      let text = edits.text.map { [CBORValue.Entry("text", .text($0))] } ?? []
      return text + [.init("edits", .array(splices))] + (edits.areTyped ? [.init("typed", .bool(true))] : [])
    case .restated(let places): return [.init("restates", Self.value(places))]
    case .seen(let places, let records):
      let ids = CBORValue.array(records.map { .bytes($0.bytes) })
      return [.init("saw", .map([.init("entries", Self.value(places)), .init("records", ids)]))]
    }
  }

  private static func value(_ places: [Int]) -> CBORValue { .array(places.map { .int(Int64($0)) }) }
}

extension CBORValue {
  /// A moment as a file has it.
  fileprivate static func moment(_ milliseconds: Int64) -> CBORValue { .text(Timestamp.text(milliseconds)) }
}

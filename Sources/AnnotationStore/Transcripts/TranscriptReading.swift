import AnnotationModel

extension RecordTranscript.Entry {
  /// The op that it tells of.
  ///
  /// - Parameters:
  ///   - change: the change in which an earlier entry stands.
  ///   - creates: the changes that created a record on this one.
  func op(
    on key: RecordKey, naming change: (Int) -> ChangeID?, creates: (RecordID) throws -> [ChangeID]
  ) rethrows -> Op {
    func changes(_ places: [Int]) -> Set<ChangeID> { Set(places.compactMap(change)) }
    let kind = Kind(rawValue: key.kind)
    var op = Op(
      kind: key.kind, record: key.id, field: field, element: element, action: action, supersedes: changes(over).sorted()
    )
    op.reason = reason.map { .inBody(.text($0)) }
    switch content {
    case .nothing: break
    case .fields(let fields): op.payload = Self.creation(fields, kind)
    case .value(let content):
      let value = content?.value ?? .null
      op.payload = .value(kind?.field(named: field)?.opValue(value) ?? .inHeader(value))
    case .edits(let splices, let inserted, let areTyped):
      op.payload = .splices(splices, inserted: inserted.isEmpty ? nil : .prose(inserted), areTyped: areTyped)
    case .restated(let places): op.payload = .restates(changes(places).sorted())
    case .seen(let places, let records):
      op.payload = .saw(try changes(places).union(records.flatMap(creates)).sorted())
    }
    return op
  }

  private static func creation(_ fields: [String: FieldContent], _ kind: Kind?) -> Op.Payload {
    var (values, elements) = ([Op.FieldValue](), [Op.FieldElements]())
    for field in kind?.fields ?? [] {
      switch fields[field.name] {
      case nil: break
      case .elements(let texts)?:
        let sorted = texts.sorted { $0.precedesInBytes($1) }
        if !sorted.isEmpty { elements.append(Op.FieldElements(field.name, sorted)) }
      case let content?: values.append(Op.FieldValue(field.name, field.opValue(content.value)))
      }
    }
    return .create(values: values, elements: elements)
  }
}

/// What the entries of a transcript come to, read by the same rules as the ops of the log.
package struct TranscriptReading {
  private let key: RecordKey
  private let ops: [Op]
  private let live: [CellKey: [Int]]
  private let creates: [Int]

  /// Reads a transcript whose entries name earlier ones only.
  package init(_ transcript: RecordTranscript, of key: RecordKey) {
    self.key = key
    ops = transcript.entries.map { $0.op(on: key, naming: { Self.name($0) }, creates: { _ in [] }) }
    let creates = ops.indices.filter { [ops] in ops[$0].action == .create }
    var live: [CellKey: [Int]] = [:]
    for (place, entry) in transcript.entries.enumerated() where entry.action != .create {
      let superseded = Set(entry.over)
      live[ops[place].cell, default: creates].removeAll { superseded.contains($0) }
      live[ops[place].cell]?.append(place)
    }
    self.live = live
    self.creates = creates
  }

  /// The entries that no change could hold, and why.
  package var faults: [(place: Int, reason: String)] {
    ops.enumerated().compactMap { place, op in
      do throws(ChangeError) {
        try op.checkWritable()
        return nil
      } catch { return (place, error.description) }
    }
  }

  /// What a register shows.
  package func shown(_ field: Field) throws -> CBORValue? {
    let cell = CellKey(record: key, field: field.name)
    let shown = try CellResolver(self).reading(changes(cell), in: cell, isProse: false).shown?.value
    return shown == .null ? nil : shown
  }

  /// The elements that are in a set, in UTF-8.
  package func elements(_ field: Field) throws -> Set<[UInt8]> {
    var known = Set(
      ops.filter { $0.field.isSameBytes(as: field.name) }.compactMap { $0.element.map { Array($0.utf8) } })
    for case .create(_, let elements) in ops.map(\.payload) {
      for item in elements where item.field.isSameBytes(as: field.name) {
        known.formUnion(item.elements.map { Array($0.utf8) })
      }
    }
    return try known.filter { element in
      let cell = CellKey(record: key, field: field.name, element: String(decoding: element, as: UTF8.self))
      return SetReading.isPresent(try CellResolver(self).liveOps(changes(cell), in: cell))
    }
  }

  /// Whether the record is deleted.
  package var isDeleted: Bool {
    let life = live[CellKey(record: key, field: "")] ?? creates
    return !life.isEmpty && life.allSatisfy { ops[$0].action == .delete }
  }

  private func changes(_ cell: CellKey) -> [ChangeID] { (live[cell] ?? creates).compactMap { Self.name($0) } }

  /// A name for an entry where no change is at hand; ascending with the places, as ranks are.
  private static func name<Role>(_ place: Int) -> Bytes32<Role>? {
    Bytes32([UInt8](repeating: 0, count: 24) + (0..<8).map { UInt8(truncatingIfNeeded: place >> (56 - 8 * $0)) })
  }
}

extension TranscriptReading: OpSource {
  package var lastGraph: ProseGraphCache { ProseGraphCache() }

  package func op(of change: ChangeID, in cell: CellKey) -> FoundOp? {
    let place = change.bytes.suffix(8).reduce(0) { $0 << 8 | Int($1) }
    guard ops.indices.contains(place), ops[place].action == .create || ops[place].cell == cell,
      let replica: ReplicaID = Self.name(0)
    else { return nil }
    return FoundOp(op: ops[place], depth: UInt64(place), replica: replica, sequence: UInt64(place))
  }
}

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
    case .edits(let edits):
      let inserted: OpValue? = edits.inserted.isEmpty ? nil : .prose(edits.inserted)
      op.payload = .splices(edits.splices, inserted: inserted, areTyped: edits.areTyped)
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
      case .elements(let texts)?: elements.append(Op.FieldElements(field.name, texts))
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
  private let creates: [Int]
  /// The entries of each cell but creates, and those that any of them supersedes.
  private let written: [CellKey: [Int]]
  private let superseded: [CellKey: Set<Int>]
  package let lastGraph = ProseGraphCache()
  package let restated = RestateCache()

  /// Reads a transcript whose entries name earlier ones only.
  package init(_ transcript: RecordTranscript, of key: RecordKey) {
    self.key = key
    ops = transcript.entries.map { $0.op(on: key, naming: { Self.name($0) }, creates: { _ in [] }) }
    var (written, superseded) = ([CellKey: [Int]](), [CellKey: Set<Int>]())
    for (place, entry) in transcript.entries.enumerated() where entry.action != .create {
      written[ops[place].cell, default: []].append(place)
      superseded[ops[place].cell, default: []].formUnion(entry.over)
    }
    self.written = written
    self.superseded = superseded
    creates = ops.indices.filter { [ops] in ops[$0].action == .create }
  }

  /// The entries that are live in a cell, ascending.
  private func live(in cell: CellKey) -> [Int] {
    guard let written = written[cell] else { return creates }
    let superseded = superseded[cell] ?? []
    return (creates + written).filter { !superseded.contains($0) }.sorted()
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
    let live = live(in: cell).compactMap { place -> ChangeID? in Self.name(place) }
    let shown = try CellResolver(self).reading(live, in: cell, isProse: false).shown?.value
    return shown == .null ? nil : shown
  }

  /// The elements that are in a set, in UTF-8.
  package func elements(_ field: Field) -> Set<[UInt8]> {
    var given: [Int: Set<[UInt8]>] = [:]
    for place in creates {
      guard case .create(_, let elements) = ops[place].payload else { continue }
      for item in elements where item.field.isSameBytes(as: field.name) {
        given[place] = Set(item.elements.map { Array($0.utf8) })
      }
    }
    var known: Set<[UInt8]> = given.values.reduce(into: []) { $0.formUnion($1) }
    for cell in written.keys where cell.field.isSameBytes(as: field.name) {
      if let element = cell.element { known.insert(Array(element.utf8)) }
    }
    return known.filter { element in
      let cell = CellKey(record: key, field: field.name, element: String(decoding: element, as: UTF8.self))
      return live(in: cell).contains { ops[$0].action == .add || given[$0]?.contains(element) ?? false }
    }
  }

  /// Whether the record is deleted.
  package var isDeleted: Bool {
    let life = live(in: CellKey(record: key, field: ""))
    return !life.isEmpty && life.allSatisfy { ops[$0].action == .delete }
  }

  /// A name for an entry where no change is at hand; ascending with the places, as ranks are.
  private static func name<Role>(_ place: Int) -> Bytes32<Role>? {
    Bytes32([UInt8](repeating: 0, count: 24) + (0..<8).map { UInt8(truncatingIfNeeded: place >> (56 - 8 * $0)) })
  }
}

extension TranscriptReading: OpSource {
  package func op(of change: ChangeID, in cell: CellKey) -> FoundOp? {
    let place = change.bytes.suffix(8).reduce(0) { $0 << 8 | Int($1) }
    guard ops.indices.contains(place), ops[place].action == .create || ops[place].cell == cell,
      let replica: ReplicaID = Self.name(0)
    else { return nil }
    return FoundOp(op: ops[place], depth: UInt64(place), replica: replica, sequence: UInt64(place))
  }
}

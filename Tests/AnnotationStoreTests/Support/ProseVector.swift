import AnnotationModel

/// A history of one prose cell with the text that it must show; a line of Schema/vectors/prose.jsonl.
struct ProseVector: Codable {
  /// An op of the history.
  struct Op: Codable {
    /// The change, in hexadecimal digits.
    var id: String
    var depth: UInt64
    /// The replica's key, in hexadecimal digits.
    var replica: String
    var sequence: UInt64
    var action: String
    var supersedes: [String] = []
    /// Of a create or set the text, of a splice what it inserts.
    var text: String?
    /// Of a splice position, deleted count and inserted count, each.
    var splices: [[Int]]?
    /// Of a splice: whether its splices were typed one after the other; missing where they were not.
    var typed: Bool?
    var restates: [String]?
  }

  var name: String
  /// Whether the record's id is derived.
  var derived: Bool
  var ops: [Op]
  var live: [String]
  /// Missing where the field is absent.
  var text: String?
}

extension ProseVector {
  var cell: CellKey {
    let id = RecordID(uuidBytes: [UInt8](repeating: 7, count: 16), version: derived ? 8 : 4)
    return CellKey(record: RecordKey(kind: "claim", id: id ?? RecordID(derivedFrom: .null)), field: "statement")
  }

  static func change(_ hex: String) -> ChangeID { ChangeID(bytesOfHexadecimal(Array(hex.utf8))!)! }

  /// The ops as a resolver or the oracle reads them.
  var entries: [ProseOracle.Entry] {
    ops.map { op in
      ProseOracle.Entry(
        id: Self.change(op.id), op: kernelOp(op), depth: Int64(op.depth),
        replica: ReplicaID(bytesOfHexadecimal(Array(op.replica.utf8))!)!,
        sequence: op.sequence)
    }
  }

  private func kernelOp(_ op: Op) -> AnnotationModel.Op {
    var kernel = AnnotationModel.Op(
      kind: "claim", record: cell.record.id, field: op.action == "create" ? "" : "statement",
      action: Self.actions.first { $0.name == op.action } ?? Action(rawValue: 99),
      supersedes: op.supersedes.map(Self.change))
    switch op.action {
    case "create":
      kernel.payload = .create(values: op.text.map { [.init("statement", .prose($0))] } ?? [], elements: [])
    case "set": kernel.payload = .value(op.text.map { .prose($0) } ?? .inHeader(.null))
    case "splice":
      let splices = (op.splices ?? []).map { Splice(position: $0[0], deleted: $0[1], inserted: $0[2]) }
      kernel.payload = .splices(splices, inserted: op.text.map { .prose($0) }, areTyped: op.typed ?? false)
    case "restate": kernel.payload = .restates((op.restates ?? []).map(Self.change))
    default: break
    }
    return kernel
  }

  private static let actions: [Action] = [.create, .set, .splice, .restate]
}

/// Ops in memory.
struct VectorSource: OpSource {
  let ops: [ChangeID: FoundOp]
  let lastGraph = ProseGraphCache()
  let restated = RestateCache()

  init(_ entries: [ProseOracle.Entry]) {
    ops = Dictionary(
      entries.map {
        ($0.id, FoundOp(op: $0.op, depth: UInt64($0.depth), replica: $0.replica, sequence: $0.sequence))
      }, uniquingKeysWith: { first, _ in first })
  }

  func op(of change: ChangeID, in cell: CellKey) -> FoundOp? { ops[change] }
}

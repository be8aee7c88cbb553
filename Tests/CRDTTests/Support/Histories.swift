import CRDT

/// A change as one replica of a generated history made it.
struct MadeChange: Sendable {
  let id: ChangeID
  let change: Change
  let encoded: EncodedChange
}

/// What several replicas wrote, in the order of writing; every prefix is causally closed.
struct History: Sendable {
  let store: StoreID
  let changes: [MadeChange]
  let forks: Int

  var byID: [ChangeID: Change] { Dictionary(uniqueKeysWithValues: changes.map { ($0.id, $0.change) }) }
}

/// Makes whole histories from a seed: up to six replicas that write, merge, and sometimes go on from an older copy of
/// themselves, which forks their log. Writers supersede what they see live, as real ones do, but now and then nothing,
/// or anything at all: the merge has to be the same for every input that its structure allows.
struct HistoryGenerator {
  private struct Replica {
    let id: ReplicaID
    var known: [Int] = []
    var last: Int?
  }

  private static let kinds = ["claim", "annotation", "unknown-kind"]
  private static let fields = ["status", "title", "statement", "tags", "unknown-field", ""]
  private static let elements = ["a", "b", "e\u{301}", "é"]

  private var random: SplitMix64
  private let store: StoreID
  private let records: [RecordKey]
  private var replicas: [Replica] = []
  private var copies: [Replica] = []
  private var made: [MadeChange] = []
  private var forks = 0

  init?(seed: UInt64) {
    random = SplitMix64(seed: seed)
    guard let store = StoreID(random.bytes(16)) else { return nil }
    self.store = store
    var records: [RecordKey] = []
    for _ in 0...random.below(3) {
      guard let id = RecordID(random.bytes(16)) else { return nil }
      records.append(RecordKey(kind: random.pick(Self.kinds), id: id))
    }
    self.records = records
    for _ in 0...random.below(6) {
      guard let id = ReplicaID(random.bytes(32)) else { return nil }
      replicas.append(Replica(id: id))
    }
  }

  /// Makes the history that the seed stands for.
  ///
  /// - Parameter maximumSteps: of writing, merging or copying; most histories take far fewer.
  mutating func generate(maximumSteps: Int = 40) throws(ChangeError) -> History {
    for _ in 0...random.below(1 + random.below(maximumSteps)) {
      let replica = random.below(replicas.count)
      switch random.below(100) {
      case 0..<62: try write(replica)
      case 62..<90: merge(into: replica, from: random.below(replicas.count))
      case 90..<95: copies.append(replicas[replica])
      default: restoreACopy()
      }
    }
    return History(store: store, changes: made, forks: forks)
  }

  private mutating func merge(into target: Int, from source: Int) {
    let known = Set(replicas[target].known)
    replicas[target].known += replicas[source].known.filter { !known.contains($0) }
  }

  private mutating func restoreACopy() {
    guard !copies.isEmpty else { return }
    let copy = random.pick(copies)
    guard let index = replicas.firstIndex(where: { $0.id == copy.id }) else { return }
    if replicas[index].last != copy.last { forks += 1 }
    replicas[index] = copy
  }

  private mutating func write(_ index: Int) throws(ChangeError) {
    let replica = replicas[index]
    let known = replica.known.map { made[$0] }
    let last = replica.last.map { made[$0] }
    var deps = heads(of: known).filter { $0 != last?.id }
    if random.chance(percent: 5) { deps = random.subset(deps, percent: 50) }
    let sequence = (last?.change.sequence ?? 0) + 1
    let change = Change(
      store: store, replica: replica.id, sequence: sequence, previous: last?.id, deps: deps,
      timeMilliseconds: Int64(random.below(1 << 40)) - 1 << 39,
      curator: sequence == 1 || random.chance(percent: 5) ? records[0].id : nil, ops: makeOps(known: known))
    let encoded = try change.encode(seed: random.bytes(16))
    replicas[index].known.append(made.count)
    replicas[index].last = made.count
    made.append(MadeChange(id: encoded.id, change: change, encoded: encoded))
  }

  private func heads(of known: [MadeChange]) -> [ChangeID] {
    let named = Set(known.flatMap { $0.change.deps + [$0.change.previous].compactMap { $0 } })
    return known.map(\.id).filter { !named.contains($0) }.sorted()
  }

  private mutating func makeOps(known: [MadeChange]) -> [Op] {
    var ops: [Op] = []
    var cells = Set<CellKey>()
    var created: [RecordKey: Bool] = [:]
    for _ in 0..<1 + random.below(4) {
      let op = makeOp(known: known)
      let isCreate = op.action == .create
      if let before = created[op.recordKey], before || isCreate { continue }
      guard cells.insert(op.cell).inserted else { continue }
      created[op.recordKey] = isCreate
      ops.append(op)
    }
    return ops
  }

  private mutating func makeOp(known: [MadeChange]) -> Op {
    let record = random.pick(records)
    let exists = known.contains { $0.change.ops.contains { $0.recordKey == record } }
    if !exists && random.chance(percent: 90) || random.chance(percent: 6) {
      return Op(kind: record.kind, record: record.id, action: .create, payload: createPayload())
    }
    let field = random.pick(Self.fields)
    let element = field == "tags" ? random.pick(Self.elements) : nil
    let cell = CellKey(record: record, field: field, element: element)
    let (action, payload) = makePayload(field: field, record: record, known: known)
    return Op(
      kind: record.kind, record: record.id, field: field, element: element, action: action,
      supersedes: supersedes(cell, known: known), payload: payload)
  }

  private mutating func createPayload() -> Op.Payload {
    var values: [Op.FieldValue] = []
    if random.chance(percent: 60) { values.append(Op.FieldValue("status", .inHeader(.text(text())))) }
    if random.chance(percent: 40) { values.append(Op.FieldValue("title", .inBody(.text(text())))) }
    if random.chance(percent: 60) { values.append(Op.FieldValue("statement", .prose(text()))) }
    let elements = random.subset(Self.elements, percent: 30).sorted { $0.precedesInBytes($1) }
    return .create(values: values, elements: elements.isEmpty ? [] : [Op.FieldElements("tags", elements)])
  }

  private mutating func makePayload(field: String, record: RecordKey, known: [MadeChange]) -> (Action, Op.Payload) {
    let touching = known.filter { $0.change.ops.contains { $0.recordKey == record } }.map(\.id)
    switch field {
    case "":
      return random.chance(percent: 50)
        ? (.delete, .saw(random.subset(touching, percent: 80).sorted())) : (.restore, .none)
    case "tags": return (random.chance(percent: 50) ? .add : .remove, .none)
    case "statement":
      let inserted = text()
      let splice = Splice(
        position: random.below(9), deleted: random.below(5), inserted: inserted.unicodeScalars.count)
      let areTyped = random.chance(percent: 30)
      return (.splice, .splices([splice], inserted: inserted.isEmpty ? nil : .prose(inserted), areTyped: areTyped))
    case "unknown-field" where random.chance(percent: 50): return (Action(rawValue: 99), .none)
    default:
      if !touching.isEmpty && random.chance(percent: 20) {
        return (.restate, .restates([random.pick(touching)]))
      }
      let value: CBORValue = random.chance(percent: 10) ? .null : .text(text())
      return (.set, .value(random.chance(percent: 50) ? .inHeader(value) : .inBody(value)))
    }
  }

  private mutating func supersedes(_ cell: CellKey, known: [MadeChange]) -> [ChangeID] {
    switch random.below(100) {
    case 0..<65:
      let seen = Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0.change) })
      return Oracle(store: store, changes: seen).live(in: cell)
    case 65..<80: return random.subset(known.map(\.id), percent: 20).sorted()
    case 80..<90: return known.isEmpty ? [] : [random.pick(known).id]
    default: return []
    }
  }

  private mutating func text() -> String {
    let pieces = ["", "a", "claim ", "e\u{301}", "é", "👩‍🔬", "\r\n", "שלום", "\u{0}", "LCN2"]
    return (0..<random.below(4)).map { _ in random.pick(pieces) }.joined()
  }
}

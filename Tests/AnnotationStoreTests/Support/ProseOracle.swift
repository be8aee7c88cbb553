import AnnotationStore

/// The text of a prose cell by its definition (Schema/prose.md), scalar by scalar: one list of all that was ever
/// inserted, and for each op the set of ops that it had seen. Slow, and no walker: nothing is retreated or advanced, no
/// run is joined, no part of a history is left out.
struct ProseOracle {
  /// What the oracle has to be told of an op.
  struct Entry {
    var id: ChangeID
    var op: Op
    var depth: Int64
    var replica: ReplicaID
    var sequence: UInt64
  }

  /// Who inserted a scalar: a change, or all creates with one text.
  private enum Writer: Hashable {
    case change(ChangeID)
    case root([UInt8])
    case restatement([ChangeID], [ChangeID])
  }

  private struct Item {
    var scalar: Unicode.Scalar
    var id: Int
    var writer: Writer
    var left: Int?
    var right: Int?
    var rank: [UInt8]
    var deleters: Set<Writer> = []
  }

  private var entries: [ChangeID: Entry] = [:]
  private var items: [Item] = []
  /// What each op had seen, itself included.
  private var past: [ChangeID: Set<Writer>] = [:]
  private var texts: [ChangeID: Bool] = [:]
  private var restated = Set<Writer>()
  /// What each op weighs where texts are brought back, and as whose it counts once.
  private var weights: [ChangeID: (counted: Writer, weight: Int)] = [:]
  private let isDerived: Bool
  private let field: String

  /// - Parameter ops: all that were written to the cell, and the creates of its record.
  init(_ ops: [Entry], in cell: CellKey) {
    isDerived = cell.record.id.uuidVersion == 8
    field = cell.field
    for entry in ops { entries[entry.id] = entry }
    for entry in ops.sorted(by: { ($0.depth, $0.id) < ($1.depth, $1.id) }) { add(entry) }
  }

  /// What the live ops show.
  ///
  /// - Parameter limit: how much may be brought back for it to be merged.
  func shown(_ live: some Sequence<ChangeID>, limit: Int = 1 << 26) -> String? {
    let effective = effective(Array(live))
    guard effective.contains(where: { texts[$0] ?? false }) else { return nil }
    return isWithinReach(Array(live), limit) ? text(at: shownPast(of: effective)) : plain(effective, limit)
  }

  /// What was seen by those whose text is shown: of several with the same text only the highest.
  private func shownPast(of changes: [ChangeID]) -> Set<Writer> {
    let effective = effective(changes)
    if effective.count > 32 { return seen(by: effective) }
    let ranked = effective.sorted { (entries[$0]?.depth ?? 0, $0) > (entries[$1]?.depth ?? 0, $1) }
    var texts: [[UInt8]] = []
    return ranked.reduce(into: []) { past, change in
      let own = Array(text(at: seen(by: [change])).utf8)
      if texts.contains(own) { return }
      texts.append(own)
      past.formUnion(seen(by: [change]))
    }
  }

  // MARK: - Reach

  private func isWithinReach(_ changes: [ChangeID], _ limit: Int) -> Bool {
    var below = Set<ChangeID>()
    var open = changes
    while let next = open.popLast() {
      guard let op = entries[next]?.op, below.insert(next).inserted else { continue }
      open += op.supersedes
      if case .restates(let earlier) = op.payload { open += earlier }
    }
    let counted = Dictionary(below.compactMap { weights[$0] }, uniquingKeysWith: { first, _ in first })
    return counted.values.reduce(0, +) * counted.keys.filter(restated.contains).count <= limit
  }

  /// The text of the highest, as it wrote it.
  private func plain(_ changes: [ChangeID], _ limit: Int) -> String {
    let saying = effective(changes).filter { texts[$0] ?? false }
    let highest = saying.max { (entries[$0]?.depth ?? 0, $0) < (entries[$1]?.depth ?? 0, $1) }
    guard let op = highest.flatMap({ entries[$0]?.op }) else { return "" }
    switch op.payload {
    case .create(let values, _):
      return values.first { Array($0.field.utf8) == Array(field.utf8) }?.value.value.text ?? ""
    case .value(let value): return value.value.text ?? ""
    case .restates(let earlier):
      return isWithinReach(earlier, limit) ? text(at: shownPast(of: earlier)) : plain(earlier, limit)
    default:
      let isMerged = isWithinReach(op.supersedes, limit)
      return op.edited(isMerged ? text(at: seen(by: op.supersedes)) : plain(op.supersedes, limit))
    }
  }

  // MARK: - Versions

  private func effective(_ changes: [ChangeID]) -> [ChangeID] {
    let known = changes.filter { entries[$0]?.op.action.isKnown ?? false }
    guard isDerived else { return known }
    let writes = known.filter { entries[$0]?.op.action != .create }
    if !writes.isEmpty { return writes }
    let offers = known.filter { texts[$0] ?? false }
    return offers.max { (entries[$0]?.depth ?? 0, $0) < (entries[$1]?.depth ?? 0, $1) }.map { [$0] } ?? []
  }

  private func seen(by changes: [ChangeID]) -> Set<Writer> {
    effective(changes).reduce(into: []) { $0.formUnion(past[$1] ?? []) }
  }

  private func isVisible(_ item: Item, _ seen: Set<Writer>) -> Bool {
    seen.contains(item.writer) && item.deleters.isDisjoint(with: seen)
  }

  private func text(at seen: Set<Writer>) -> String {
    String(String.UnicodeScalarView(items.filter { isVisible($0, seen) }.map(\.scalar)))
  }

  // MARK: - Ops

  private mutating func add(_ entry: Entry) {
    let before = seen(by: entry.op.supersedes)
    let writer = Writer.change(entry.id)
    var rank = entry.replica.bytes
    rank += withUnsafeBytes(of: entry.sequence.bigEndian) { Array($0) } + entry.id.bytes
    past[entry.id] = before.union([writer])
    switch entry.op.payload {
    case .create(let values, _):
      let text = values.first { Array($0.field.utf8) == Array(field.utf8) }?.value.value.text
      past[entry.id] = text.map { [.root(Array($0.utf8))] } ?? []
      texts[entry.id] = text != nil
      weights[entry.id] = (writer, text?.unicodeScalars.count ?? 0)
      if let text { begin(text) }
    case .value(let value):
      texts[entry.id] = value.value.text != nil
      weights[entry.id] = (writer, value.value.text?.unicodeScalars.count ?? 0)
      edit([(0, items.count, Array((value.value.text ?? "").unicodeScalars))], before, writer, rank)
    case .splices(let splices, let inserted, let areTyped):
      texts[entry.id] = true
      weights[entry.id] = (writer, splices.count + (inserted?.value.text?.unicodeScalars.count ?? 0))
      var rest = Array((inserted?.value.text ?? "").unicodeScalars)[...]
      let edits = splices.map { splice -> (Int, Int, [Unicode.Scalar]) in
        defer { rest = rest.dropFirst(splice.inserted) }
        return (splice.position, splice.deleted, Array(rest.prefix(splice.inserted)))
      }
      edit(edits, before, writer, rank, areTyped: areTyped)
    case .restates(let earlier):
      texts[entry.id] = effective(earlier).contains { texts[$0] ?? false }
      let same = Writer.restatement(entry.op.supersedes, earlier.sorted())
      past[entry.id] = before.union([same])
      if !restated.insert(same).inserted {
        weights[entry.id] = weights.values.first { $0.counted == same }
        return
      }
      let ids = (entry.op.supersedes + earlier.sorted()).flatMap(\.bytes)
      let count = withUnsafeBytes(of: UInt64(entry.op.supersedes.count).bigEndian) { Array($0) }
      let known = items.count
      restate(shownPast(of: earlier), before, same, [0] + count + ids)
      weights[entry.id] = (same, items.count - known)
    default: texts[entry.id] = false
    }
  }

  private mutating func begin(_ text: String) {
    let writer = Writer.root(Array(text.utf8))
    if items.contains(where: { $0.writer == writer }) { return }
    let scalars = Array(text.unicodeScalars)
    let rank = withUnsafeBytes(of: UInt64(scalars.count).bigEndian) { Array($0) } + Array(text.utf8)
    edit([(0, 0, scalars)], [], writer, rank, from: 0)
  }

  private mutating func edit(
    _ edits: [(position: Int, deleted: Int, inserted: [Unicode.Scalar])], _ before: Set<Writer>, _ writer: Writer,
    _ rank: [UInt8], from level: UInt8 = 2, areTyped: Bool = false
  ) {
    var text = items.filter { isVisible($0, before) }.map(\.id)
    // What the op itself put in is seen by the rest of it.
    let seen = before.union([writer])
    // Roots come first, then restatements, then what replicas wrote.
    let rank = [level] + rank
    var (end, shift) = (0, 0)
    var length = text.count
    for edit in edits {
      if areTyped { (end, shift, length) = (0, 0, text.count) }
      let position = min(max(edit.position, end), length)
      let deleted = min(max(edit.deleted, 0), length - position)
      end = position + deleted
      let at = position + shift
      for id in text[at..<at + deleted] { delete(id, writer) }
      text.removeSubrange(at..<at + deleted)
      var left = at > 0 ? text[at - 1] : nil
      for (offset, scalar) in edit.inserted.enumerated() {
        let id = insert(scalar, after: left, seen, writer, rank)
        text.insert(id, at: at + offset)
        left = id
      }
      shift += edit.inserted.count - deleted
    }
  }

  /// Deletes what the target lacks, and inserts anew what is missing of it.
  private mutating func restate(_ target: Set<Writer>, _ before: Set<Writer>, _ writer: Writer, _ rank: [UInt8]) {
    var edits: [(position: Int, deleted: Int, inserted: [Unicode.Scalar])] = []
    var position = 0
    for item in items {
      let (is_, was) = (isVisible(item, before), isVisible(item, target))
      if is_ && !was {
        edits.append((position, 1, []))
      } else if !is_ && was {
        if edits.last.map({ $0.position + $0.deleted == position }) ?? false {
          edits[edits.count - 1].inserted.append(item.scalar)
        } else {
          edits.append((position, 0, [item.scalar]))
        }
      }
      if is_ { position += 1 }
    }
    edit(edits, before, writer, rank, from: 1)
  }

  private mutating func delete(_ id: Int, _ writer: Writer) {
    if let index = items.firstIndex(where: { $0.id == id }) { items[index].deleters.insert(writer) }
  }

  // MARK: - Order

  /// Fugue's place for a scalar.
  private mutating func insert(
    _ scalar: Unicode.Scalar, after left: Int?, _ seen: Set<Writer>, _ writer: Writer, _ rank: [UInt8]
  ) -> Int {
    func index(of id: Int?) -> Int { id.flatMap { id in items.firstIndex { $0.id == id } } ?? -1 }
    let start = index(of: left) + 1
    let next = items[start...].first { seen.contains($0.writer) }
    let right = next.flatMap { $0.left == left ? $0.id : nil }
    func rightIndex(_ id: Int?) -> Int { id == nil ? items.count : index(of: id) }
    let end = rightIndex(right)
    var (place, scan, isScanning) = (start, start, false)
    while scan < items.count, !seen.contains(items[scan].writer) {
      let other = items[scan]
      let otherStart = index(of: other.left) + 1
      if otherStart < start { break }
      if otherStart == start {
        let otherEnd = rightIndex(other.right)
        if otherEnd == end, rank.lexicographicallyPrecedes(other.rank) { break }
        isScanning = otherEnd < end
      }
      scan += 1
      if !isScanning { place = scan }
    }
    let item = Item(scalar: scalar, id: items.count, writer: writer, left: left, right: right, rank: rank)
    items.insert(item, at: place)
    return item.id
  }
}

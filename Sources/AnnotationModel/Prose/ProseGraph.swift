import ProseCRDT

/// The event graph of one prose cell, made from the ops that some changes rest on.
///
/// What each op does to the text (Schema/prose.md): a create that says something begins one, creates with the same text
/// the same one; a splice edits the version of the changes that it supersedes; a restate brings back the version of the
/// changes that it names; a set, which a faulty program may write, replaces the whole text.
struct ProseGraph {
  /// All ops that were looked up; the graph may have fewer.
  var ops: ProseOps
  private(set) var graph = EventGraph()
  /// The versions after the ops that are in the graph.
  private var versions: [ChangeID: EventGraph.Version] = [:]
  private var roots: [Root] = []
  /// The versions that restatements made, by what they bring back over what.
  private var restatements: [Restatement: EventGraph.Version] = [:]
  /// How much was written to the cell: the scalars inserted, those brought back among them, and one for each splice.
  private var weight = 0
  private let restatedLimit: Int
  /// Which change wrote which events, ascending.
  private var writers: [(events: Range<Int>, change: ChangeID)] = []
  /// Which events insert anew what earlier ones had inserted, ascending.
  private var copies: [(events: Range<Int>, source: Int)] = []

  /// The text that one or several creates begin with.
  private struct Root {
    var text: String
    var scalarCount: Int
    var version: EventGraph.Version
    /// Its first event.
    var start: Int
  }

  private struct Restatement: Hashable {
    var superseded: [ChangeID]
    var restated: [ChangeID]
  }

  /// - Parameter restatedLimit: how much the graph may weigh times the restatements in it. A few bytes can bring back a
  ///   long text again and again, twice as much each time, and nobody's replica may drown in that.
  init(_ ops: ProseOps, restatedLimit: Int) {
    self.ops = ops
    self.restatedLimit = restatedLimit
  }

  // MARK: - Building

  /// Takes in all that some changes rest on, of which the ops must be there. Returns false where that is beyond reach:
  /// where it alone, whatever else was taken in before, is more than the graph may hold. Then a part of it was.
  ///
  /// - Parameter lower: what some of these changes rest on and is within reach; it is taken in in any case.
  mutating func reach(_ changes: [ChangeID], over lower: [ChangeID] = []) -> Bool {
    if add(below: changes) { return true }
    // Is there anything in it but what they rest on? If not, there will not be more room for them.
    if ops.below(changes).filter({ versions[$0] != nil }).count == versions.count { return false }
    self = ProseGraph(ops, restatedLimit: restatedLimit)
    return add(below: lower) && add(below: changes)
  }

  private mutating func add(below changes: [ChangeID]) -> Bool {
    // What is in the graph has all there that it rests on.
    ops.below(changes, unless: { versions[$0] != nil }).allSatisfy { add($0) }
  }

  /// Adds an op, over those that it rests on; false where there is no room for it.
  private mutating func add(_ change: ChangeID) -> Bool {
    guard let found = ops.found(change) else { return true }
    switch found.op.payload {
    case .create:
      guard let text = ops.createdText(of: change) else { break }
      guard take(text.unicodeScalars.count) else { return false }
      versions[change] = begin(text, change)
      return true
    case .splices(let splices, let inserted, _):
      guard take(splices.count + (inserted?.scalarCount ?? 0)) else { return false }
      versions[change] = append(found.op.textEdits, at: version(of: found.op.supersedes), found, change)
      return true
    case .restates(let earlier):
      versions[change] = restate(earlier, found.op, change)
      return versions[change] != nil
    case .value(let value):
      guard take(value.value.text?.unicodeScalars.count ?? 0) else { return false }
      // Its positions lie in the text before it, of which there is no more than this.
      let all = TextSplice(position: 0, deleted: Int(Limits.integer), inserted: value.value.text ?? "")
      versions[change] = append(([all], false), at: version(of: found.op.supersedes), found, change)
      return true
    default: break
    }
    versions[change] = []
    return true
  }

  /// Whether there is room for so many scalars more, with so many restatements more in all; if so, it is taken.
  private mutating func take(_ scalars: Int, restatements more: Int = 0) -> Bool {
    guard (weight + scalars) * (restatements.count + more) <= restatedLimit else { return false }
    weight += scalars
    return true
  }

  /// Begins with a text that is known to be that of a change, whatever it was made from.
  mutating func begin(_ found: FoundOp, of change: ChangeID, text: String?) {
    ops.add(found, of: change, sayingText: text != nil)
    let whole = text.map { [TextSplice(position: 0, deleted: 0, inserted: $0)] } ?? []
    versions[change] = append((whole, false), at: [], found, change)
  }

  private mutating func begin(_ text: String, _ change: ChangeID) -> EventGraph.Version {
    let count = text.unicodeScalars.count
    let same = roots.first { $0.scalarCount == count && $0.text.utf8.elementsEqual(text.utf8) }
    if let same {
      // The first of them is its author, whichever came first.
      if let index = writers.firstIndex(where: { $0.events.lowerBound == same.start }),
        ops.ranksBelow(change, writers[index].change)
      {
        writers[index].change = change
      }
      return same.version
    }
    let start = graph.eventCount
    // Ordered by what it says and not by who said it: others may say the same.
    let order = EventOrder(replica: [], sequence: UInt64(count), change: Array(text.utf8))
    let version = append(
      ([TextSplice(position: 0, deleted: 0, inserted: text)], false), at: [], order: order, by: change)
    roots.append(Root(text: text, scalarCount: count, version: version, start: start))
    return version
  }

  /// Brings a version back; `nil` where there is no room for what that inserts.
  private mutating func restate(_ earlier: [ChangeID], _ op: Op, _ change: ChangeID) -> EventGraph.Version? {
    // Who brings back the same over the same does the same: it is done once.
    let same = Restatement(superseded: op.supersedes, restated: earlier.sorted())
    if let known = restatements[same] { return known }
    // Asked first without what it inserts: finding that out costs as much as reading the text.
    guard take(0, restatements: 1) else { return nil }
    let parents = version(of: op.supersedes)
    let sourced = graph.splices(from: parents, to: shownVersion(of: earlier))
    let inserted = sourced.reduce(0) { $1.sources.reduce($0) { $0 + $1.count } }
    guard take(inserted, restatements: 1) else { return nil }
    var event = graph.eventCount
    for piece in sourced {
      event += piece.splice.deleted
      for source in piece.sources {
        copies.append((event..<event + source.count, source.lowerBound))
        event += source.count
      }
    }
    let ids = (same.superseded + same.restated).flatMap(\.bytes)
    let version = append(
      (sourced.map(\.splice), false), at: parents,
      order: EventOrder(replica: [0], sequence: UInt64(op.supersedes.count), change: ids), by: change)
    restatements[same] = version
    return version
  }

  private mutating func append(
    _ edits: Op.TextEdits, at parents: EventGraph.Version, _ found: FoundOp, _ change: ChangeID
  ) -> EventGraph.Version {
    let order = EventOrder(replica: found.replica.bytes, sequence: found.sequence, change: change.bytes)
    return append(edits, at: parents, order: order, by: change)
  }

  private mutating func append(
    _ edits: Op.TextEdits, at parents: EventGraph.Version, order: EventOrder, by change: ChangeID
  ) -> EventGraph.Version {
    let start = graph.eventCount
    let version = graph.append(edits.splices, areTyped: edits.areTyped, parents: parents, order: order)
    if graph.eventCount > start { writers.append((start..<graph.eventCount, change)) }
    return version
  }

  // MARK: - Versions

  /// The version that the ops of some changes make together.
  func version(of changes: [ChangeID]) -> EventGraph.Version {
    graph.joined(ops.effective(changes).compactMap { versions[$0] })
  }

  /// The version that is shown of some changes: where several, at most 32, left the same text, only the highest of these
  /// counts, so that what they wrote alike is there once.
  func shownVersion(of changes: [ChangeID]) -> EventGraph.Version {
    let effective = ops.effective(changes).sorted { ops.ranksBelow($1, $0) }
    guard (2...Self.agreeingLimit).contains(effective.count) else { return version(of: changes) }
    var texts = Set<[UInt8]>()
    return graph.joined(
      effective.compactMap { versions[$0] }.filter { texts.insert(Array(graph.text(at: $0).utf8)).inserted })
  }

  /// How many live ops are compared with each other.
  static let agreeingLimit = 32

  /// The version of one change, or the empty one.
  func version(of change: ChangeID) -> EventGraph.Version { versions[change] ?? [] }

  // MARK: - Authors

  /// The change that wrote the scalar which an event inserts; where it was brought back, the one that wrote it first.
  func writer(of event: Int) -> ChangeID? {
    var event = event
    while let copy = last(copies, event) { event = copy.source + event - copy.events.lowerBound }
    return last(writers, event)?.change
  }

  /// The event range of a list that holds an event, by binary search.
  private func last(_ list: [(events: Range<Int>, change: ChangeID)], _ event: Int) -> (
    events: Range<Int>, change: ChangeID
  )? {
    let index = list.partitioningIndex { $0.events.lowerBound > event } - 1
    return index >= 0 && list[index].events.contains(event) ? list[index] : nil
  }

  private func last(_ list: [(events: Range<Int>, source: Int)], _ event: Int) -> (events: Range<Int>, source: Int)? {
    let index = list.partitioningIndex { $0.events.lowerBound > event } - 1
    return index >= 0 && list[index].events.contains(event) ? list[index] : nil
  }
}

extension Array {
  /// The first index whose element meets a condition that all after it meet, too.
  fileprivate func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

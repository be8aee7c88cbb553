import ProseCRDT

/// The event graph of one prose cell, made from the ops that some changes rest on.
///
/// What each op does to the text (Schema/prose.md): a create that says something begins one, creates with the same text
/// the same one; a splice edits the version of the changes that it supersedes; a restate brings back the version of the
/// changes that it names; a set, which a faulty program may write, replaces the whole text.
struct ProseGraph {
  private(set) var graph = EventGraph()
  private let isDerived: Bool
  private var nodes: [ChangeID: Node] = [:]
  private var roots: [Root] = []
  /// The versions that restatements made, by what they bring back over what.
  private var restatements: [Restatement: EventGraph.Version] = [:]
  /// How much was written to the cell: the scalars inserted, and one for each splice.
  private var weight = 0
  private var distinctRestatements = Set<Restatement>()
  private let restatedLimit: Int
  /// Which change wrote which events, ascending.
  private var writers: [(events: Range<Int>, change: ChangeID)] = []
  /// Which events insert anew what earlier ones had inserted, ascending.
  private var copies: [(events: Range<Int>, source: Int)] = []

  private struct Node {
    var found: FoundOp
    var version: EventGraph.Version = []
    /// Whether anybody gave the cell a text by then.
    var saysText = false
    var text: OpValue?
  }

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

  /// - Parameter restatedLimit: see ``isBeyondReach``.
  init(isDerived: Bool, restatedLimit: Int) {
    self.isDerived = isDerived
    self.restatedLimit = restatedLimit
  }

  /// Whether restatements could cost so much that the texts are not merged: a few bytes can bring back a long text again
  /// and again, and nobody's replica may drown in that. What was written to the cell, times the restatements.
  var isBeyondReach: Bool { weight * distinctRestatements.count > restatedLimit }

  // MARK: - Building

  /// Adds an op; those that it rests on must be there.
  mutating func add(_ found: FoundOp, of change: ChangeID, in cell: CellKey) {
    var node = Node(found: found)
    weigh(found.op, in: cell)
    let parents = isBeyondReach ? [] : version(of: found.op.supersedes)
    switch found.op.payload {
    case .create: addCreate(&node, change, in: cell)
    case .splices:
      node.version = append(found.op.textEdits, at: parents, found, change)
      node.saysText = true
    case .restates(let earlier):
      let target = effective(earlier)
      node.saysText = target.contains { nodes[$0]?.saysText ?? false }
      node.version = restate(isBeyondReach ? [] : shownVersion(of: earlier), at: parents, found.op, change, earlier)
    case .value(let value):
      // Its positions lie in the text before it, of which there is no more than this.
      let all = TextSplice(position: 0, deleted: Int(Limits.integer), inserted: value.value.text ?? "")
      node.version = append(([all], false), at: parents, found, change)
      node.saysText = value.value.text != nil
    default: break
    }
    nodes[change] = node
  }

  private mutating func weigh(_ op: Op, in cell: CellKey) {
    switch op.payload {
    case .splices(let splices, let inserted, _): weight += splices.count + (inserted?.scalarCount ?? 0)
    case .restates(let earlier):
      distinctRestatements.insert(Restatement(superseded: op.supersedes, restated: earlier.sorted()))
    default: weight += op.ownValue(in: cell)?.value.text?.unicodeScalars.count ?? 0
    }
  }

  /// Begins with a text that is known to be that of a change, whatever it was made from.
  mutating func begin(_ found: FoundOp, of change: ChangeID, text: String?) {
    var node = Node(found: found)
    node.saysText = text != nil
    let whole = text.map { [TextSplice(position: 0, deleted: 0, inserted: $0)] } ?? []
    node.version = append((whole, false), at: [], found, change)
    nodes[change] = node
  }

  private mutating func addCreate(_ node: inout Node, _ change: ChangeID, in cell: CellKey) {
    guard let value = node.found.op.ownValue(in: cell), let text = value.value.text else { return }
    (node.saysText, node.text) = (true, value)
    let count = text.unicodeScalars.count
    let same = roots.first { $0.scalarCount == count && $0.text.utf8.elementsEqual(text.utf8) }
    if let same {
      node.version = same.version
      // The first of them is its author, whichever came first.
      if let index = writers.firstIndex(where: { $0.events.lowerBound == same.start }),
        ranksBelow(change, node, writers[index].change)
      {
        writers[index].change = change
      }
      return
    }
    let start = graph.eventCount
    // Ordered by what it says and not by who said it: others may say the same.
    let order = EventOrder(replica: [], sequence: UInt64(count), change: Array(text.utf8))
    node.version = append(
      ([TextSplice(position: 0, deleted: 0, inserted: text)], false), at: [], order: order, by: change)
    roots.append(Root(text: text, scalarCount: count, version: node.version, start: start))
  }

  private mutating func restate(
    _ target: EventGraph.Version, at parents: EventGraph.Version, _ op: Op, _ change: ChangeID, _ earlier: [ChangeID]
  ) -> EventGraph.Version {
    // Who brings back the same over the same does the same: it is done once.
    let same = Restatement(superseded: op.supersedes, restated: earlier.sorted())
    if let known = restatements[same] { return known }
    if isBeyondReach { return parents }
    let sourced = graph.splices(from: parents, to: target)
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
    if isBeyondReach { return parents }
    let start = graph.eventCount
    let version = graph.append(edits.splices, areTyped: edits.areTyped, parents: parents, order: order)
    if graph.eventCount > start { writers.append((start..<graph.eventCount, change)) }
    return version
  }

  // MARK: - Versions

  /// Whether a change was added.
  func knows(_ change: ChangeID) -> Bool { nodes[change] != nil }

  /// Of some changes those whose ops make the text, as they would if they were what is live: the creates of a derived
  /// record are offers, of which the highest counts, and none once anything else was written.
  func effective(_ changes: [ChangeID]) -> [ChangeID] {
    let known = changes.filter { nodes[$0]?.found.op.action.isKnown ?? false }
    guard isDerived else { return known }
    let writes = known.filter { nodes[$0]?.found.op.action != .create }
    if !writes.isEmpty { return writes }
    return known.filter { nodes[$0]?.saysText ?? false }.max(by: ranksBelow).map { [$0] } ?? []
  }

  private func ranksBelow(_ change: ChangeID, _ node: Node, _ other: ChangeID) -> Bool {
    (node.found.depth, change) < (depth(other), other)
  }

  func ranksBelow(_ left: ChangeID, _ right: ChangeID) -> Bool { (depth(left), left) < (depth(right), right) }

  private func depth(_ change: ChangeID) -> UInt64 { nodes[change]?.found.depth ?? 0 }

  /// The version that the ops of some changes make together.
  func version(of changes: [ChangeID]) -> EventGraph.Version {
    graph.joined(effective(changes).compactMap { nodes[$0]?.version })
  }

  /// The version that is shown of some changes: where several, at most 32, left the same text, only the highest of these
  /// counts, so that what they wrote alike is there once.
  func shownVersion(of changes: [ChangeID]) -> EventGraph.Version {
    let effective = effective(changes).sorted { ranksBelow($1, $0) }
    guard (2...Self.agreeingLimit).contains(effective.count) else { return version(of: changes) }
    var texts = Set<[UInt8]>()
    return graph.joined(
      effective.compactMap { nodes[$0]?.version }.filter { texts.insert(Array(graph.text(at: $0).utf8)).inserted })
  }

  /// How many live ops are compared with each other.
  static let agreeingLimit = 32

  /// The version of one change, or the empty one.
  func version(of change: ChangeID) -> EventGraph.Version { nodes[change]?.version ?? [] }

  /// Whether any of some changes gives the cell a text.
  func saysText(_ changes: [ChangeID]) -> Bool { effective(changes).contains { nodes[$0]?.saysText ?? false } }

  /// The op of a change.
  func op(of change: ChangeID) -> Op? { nodes[change]?.found.op }

  /// The text that a create begins with.
  func createdText(of change: ChangeID) -> String? { nodes[change]?.text?.value.text }

  /// Whether the text that a change begins with was erased.
  func isErased(_ change: ChangeID) -> Bool { nodes[change]?.text?.isErased ?? false }

  /// What a change restates; `nil` where it wrote a text itself.
  func restated(by change: ChangeID) -> [ChangeID]? {
    if case .restates(let earlier)? = nodes[change]?.found.op.payload { effective(earlier) } else { nil }
  }

  /// What a change does that decides between merged texts without words of its own: takes one of them, or the merge;
  /// `nil` of any other.
  func decision(_ change: ChangeID) -> Action? {
    guard let op = nodes[change]?.found.op, op.supersedes.count > 1 else { return nil }
    return op.action == .restate || op.isAcceptance ? op.action : nil
  }

  /// The live op of a change, for its place among others.
  func liveOp(_ change: ChangeID, says values: [AuthoredValue]) -> LiveOp {
    LiveOp(
      change: change, depth: depth(change), action: nodes[change]?.found.op.action ?? .splice, values: values)
  }

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

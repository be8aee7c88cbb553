import ProseCRDT

/// The ops of one prose cell that were looked up, and what can be said of them without their texts.
struct ProseOps {
  let isDerived: Bool
  private var nodes: [ChangeID: Node] = [:]

  private struct Node {
    var found: FoundOp
    /// Whether anybody gave the cell a text by then.
    var saysText = false
    /// Of a create the text that it begins with.
    var text: OpValue?
  }

  init(isDerived: Bool) { self.isDerived = isDerived }

  /// Adds an op; those that it rests on must be there.
  mutating func add(_ found: FoundOp, of change: ChangeID, in cell: CellKey) {
    var node = Node(found: found)
    switch found.op.payload {
    case .create:
      node.text = found.op.ownValue(in: cell).flatMap { $0.value.text == nil ? nil : $0 }
      node.saysText = node.text != nil
    case .splices: node.saysText = true
    case .restates(let earlier): node.saysText = saysText(earlier)
    case .value(let value): node.saysText = value.value.text != nil
    default: break
    }
    nodes[change] = node
  }

  /// Adds an op of which all that is known is whether the cell has a text there.
  mutating func add(_ found: FoundOp, of change: ChangeID, sayingText saysText: Bool) {
    nodes[change] = Node(found: found, saysText: saysText)
  }

  /// Whether a change was added.
  func knows(_ change: ChangeID) -> Bool { nodes[change] != nil }

  /// The op of a change with its place in the history.
  func found(_ change: ChangeID) -> FoundOp? { nodes[change]?.found }

  /// The op of a change.
  func op(of change: ChangeID) -> Op? { nodes[change]?.found.op }

  /// What these changes rest on, themselves included, without what `isKnown` says of and what is only below that; each
  /// after those that it rests on.
  func below(_ changes: [ChangeID], unless isKnown: (ChangeID) -> Bool = { _ in false }) -> [ChangeID] {
    var below = Set<ChangeID>()
    var open = changes
    while let next = open.popLast() {
      guard let op = op(of: next), !isKnown(next), below.insert(next).inserted else { continue }
      open += op.supersedes
      if case .restates(let earlier) = op.payload { open += earlier }
    }
    // What an op rests on has a smaller depth.
    return below.sorted(by: ranksBelow)
  }

  /// Of some changes those whose ops make the text, as they would if they were what is live: the creates of a derived
  /// record are offers, of which the highest counts, and none once anything else was written.
  func effective(_ changes: [ChangeID]) -> [ChangeID] {
    let known = changes.filter { nodes[$0]?.found.op.action.isKnown ?? false }
    guard isDerived else { return known }
    let writes = known.filter { nodes[$0]?.found.op.action != .create }
    if !writes.isEmpty { return writes }
    return known.filter { nodes[$0]?.saysText ?? false }.max(by: ranksBelow).map { [$0] } ?? []
  }

  func ranksBelow(_ left: ChangeID, _ right: ChangeID) -> Bool { (depth(left), left) < (depth(right), right) }

  private func depth(_ change: ChangeID) -> UInt64 { nodes[change]?.found.depth ?? 0 }

  /// Whether any of some changes gives the cell a text.
  func saysText(_ changes: [ChangeID]) -> Bool { effective(changes).contains { nodes[$0]?.saysText ?? false } }

  /// The highest of some changes that gives the cell a text.
  func highestText(of changes: [ChangeID]) -> ChangeID? {
    effective(changes).filter { nodes[$0]?.saysText ?? false }.max(by: ranksBelow)
  }

  /// The text that a create begins with.
  func createdText(of change: ChangeID) -> String? { nodes[change]?.text?.value.text }

  /// Whether the text that a change begins with was erased.
  func isErased(_ change: ChangeID) -> Bool { nodes[change]?.text?.isErased ?? false }

  /// What a change restates; `nil` where it wrote a text itself.
  func restated(by change: ChangeID) -> [ChangeID]? {
    if case .restates(let earlier)? = op(of: change)?.payload { effective(earlier) } else { nil }
  }

  /// What a change does that decides between merged texts without words of its own: takes one of them, or the merge;
  /// `nil` of any other.
  func decision(_ change: ChangeID) -> Action? {
    guard let op = op(of: change), op.supersedes.count > 1 else { return nil }
    return op.action == .restate || op.isAcceptance ? op.action : nil
  }

  /// The live op of a change, for its place among others.
  func liveOp(_ change: ChangeID, says values: [AuthoredValue]) -> LiveOp {
    LiveOp(change: change, depth: depth(change), action: op(of: change)?.action ?? .splice, values: values)
  }
}

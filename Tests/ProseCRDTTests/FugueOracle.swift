import ProseCRDT

/// What the event graph must say, in the plainest way: Fugue's tree of all scalars ("The Art of the Fugue", Weidner &
/// Kleppmann, 2023), the whole past of each event as a set, and no walking, no runs and no counts.
struct FugueOracle {
  struct Event {
    var past: Set<Int>
    var order: EventOrder
    /// The most that the text may hold after it, which says how many events a deletion beyond the end is.
    var bound: Int
    var inserted: Unicode.Scalar?
    var deleted: Int?
  }

  final class Node {
    let event: Int
    var before: [Node] = []
    var after: [Node] = []
    init(_ event: Int) { self.event = event }
  }

  private(set) var events: [Event] = []
  private let root = Node(-1)

  /// All events that insert, in document order.
  var document: [Int] {
    func visit(_ node: Node) -> [Int] { node.before.flatMap(visit) + [node.event] + node.after.flatMap(visit) }
    return Array(visit(root).dropFirst())
  }

  func past(of version: [Int]) -> Set<Int> {
    version.reduce(into: []) {
      $0.formUnion(events[$1].past)
      $0.insert($1)
    }
  }

  func visible(in past: Set<Int>) -> [Int] {
    let deleted = Set(past.compactMap { events[$0].deleted })
    return document.filter { past.contains($0) && !deleted.contains($0) }
  }

  func text(at version: [Int]) -> String { text(of: visible(in: past(of: version))) }

  func text(of inserting: [Int]) -> String {
    String(String.UnicodeScalarView(inserting.compactMap { events[$0].inserted }))
  }

  // MARK: Appending

  mutating func append(_ splices: [TextSplice], parents: [Int], order: EventOrder) -> [Int] {
    let length = bound(at: parents)
    var version = parents
    var (copied, shift) = (0, 0)
    for splice in splices {
      let position = min(max(splice.position, copied), length)
      let deleted = min(max(splice.deleted, 0), length - position)
      version = perform(splice.inserted, position + shift, deleted, version, order)
      copied = position + deleted
      shift += splice.inserted.unicodeScalars.count - deleted
    }
    return version == parents ? heads(of: past(of: parents)) : version
  }

  mutating func append(sequence patches: [TextSplice], parents: [Int], order: EventOrder) -> [Int] {
    var version = parents
    for patch in patches {
      let length = bound(at: version)
      let position = min(max(patch.position, 0), length)
      version = perform(
        patch.inserted, position, min(max(patch.deleted, 0), length - position), version, order)
    }
    return version == parents ? heads(of: past(of: parents)) : version
  }

  private func bound(at version: [Int]) -> Int {
    heads(of: past(of: version)).reduce(0) { min($0 + events[$1].bound, Int(Int32.max)) }
  }

  private mutating func perform(
    _ inserted: String, _ position: Int, _ deleted: Int, _ version: [Int], _ order: EventOrder
  ) -> [Int] {
    var version = version
    for _ in 0..<deleted {
      let past = past(of: version)
      let target = visible(in: past).dropFirst(position).first
      events.append(
        Event(past: past, order: order, bound: bound(at: version) - 1, inserted: nil, deleted: target))
      version = [events.count - 1]
    }
    for (index, scalar) in inserted.unicodeScalars.enumerated() {
      let past = past(of: version)
      let bound = bound(at: version) + 1
      events.append(Event(past: past, order: order, bound: bound, inserted: scalar, deleted: nil))
      insert(events.count - 1, at: position + index, past: past)
      version = [events.count - 1]
    }
    return version
  }

  private func insert(_ event: Int, at position: Int, past: Set<Int>) {
    let known = document.filter(past.contains)
    let visible = visible(in: past)
    let left = position == 0 ? nil : visible.prefix(position).last
    let leftNode = left.flatMap { node($0, under: root) } ?? root
    let next = left.flatMap { known.firstIndex(of: $0) }.map { known.dropFirst($0 + 1) } ?? known[...]
    if leftNode.after.contains(where: { isKnown($0, past) }), let right = next.first.flatMap({ node($0, under: root) })
    {
      put(Node(event), into: &right.before)
    } else {
      put(Node(event), into: &leftNode.after)
    }
  }

  private func isKnown(_ node: Node, _ past: Set<Int>) -> Bool { past.contains(node.event) }

  private func node(_ event: Int, under node: Node) -> Node? {
    if node.event == event { return node }
    for child in node.before + node.after {
      if let found = self.node(event, under: child) { return found }
    }
    return nil
  }

  private func put(_ node: Node, into siblings: inout [Node]) {
    let place = siblings.firstIndex { isBefore(node.event, $0.event) } ?? siblings.count
    siblings.insert(node, at: place)
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    events[left].order == events[right].order ? left < right : events[left].order < events[right].order
  }

  // MARK: Versions

  func heads(of past: Set<Int>) -> [Int] {
    past.filter { candidate in !past.contains { events[$0].past.contains(candidate) } }.sorted()
  }

  func common(_ left: [Int], _ right: [Int]) -> [Int] { heads(of: past(of: left).intersection(past(of: right))) }

  func joined(_ versions: [[Int]]) -> [Int] { heads(of: past(of: versions.flatMap { $0 })) }

  /// The last event that every version has seen and that has seen, or was seen by, every event that any has.
  func lastCritical(of versions: [[Int]]) -> Int? {
    let all = past(of: versions.flatMap { $0 })
    return all.filter { event in
      versions.allSatisfy { past(of: $0).contains(event) }
        && all.allSatisfy { $0 == event || events[$0].past.contains(event) || events[event].past.contains($0) }
    }.max()
  }

  // MARK: Layouts

  func layout(of versions: [[Int]], attributed: Bool) -> [LayoutRun] {
    let base = attributed ? [] : past(of: lastCritical(of: versions).map { [$0] } ?? [])
    let baseVisible = Set(visible(in: base))
    let walked = past(of: versions.flatMap { $0 })
    let texts = versions.map { Set(visible(in: past(of: $0))) }
    var runs: [LayoutRun] = []
    for event in document where walked.contains(event) && (!base.contains(event) || baseVisible.contains(event)) {
      var visibility: UInt64 = 0
      for (index, text) in texts.enumerated() where text.contains(event) { visibility |= 1 << UInt64(index) }
      let events = base.contains(event) ? nil : event..<event + 1
      if let last = runs.last, last.visibility == visibility, last.events?.upperBound == events?.lowerBound {
        runs[runs.count - 1].text += text(of: [event])
        runs[runs.count - 1].events = last.events.map { $0.lowerBound..<event + 1 }
      } else {
        runs.append(LayoutRun(text: text(of: [event]), events: events, visibility: visibility))
      }
    }
    return runs
  }

  func splices(from: [Int], to: [Int]) -> [SourcedSplice] {
    var splices: [SourcedSplice] = []
    var position = 0
    var isOpen = false
    for run in layout(of: [from, to], attributed: true) where run.visibility != 0 {
      let count = run.text.unicodeScalars.count
      if run.visibility != 3, !isOpen {
        splices.append(SourcedSplice(splice: TextSplice(position: position, deleted: 0, inserted: ""), sources: []))
      }
      isOpen = run.visibility != 3
      if run.visibility & 1 != 0 { position += count }
      if run.visibility == 1 { splices[splices.count - 1].splice.deleted += count }
      guard run.visibility == 2, let events = run.events else { continue }
      splices[splices.count - 1].splice.inserted += run.text
      if let last = splices.last?.sources.last, last.upperBound == events.lowerBound {
        splices[splices.count - 1].sources.removeLast()
        splices[splices.count - 1].sources.append(last.lowerBound..<events.upperBound)
      } else {
        splices[splices.count - 1].sources.append(events)
      }
    }
    return splices
  }
}

/// Numbers to be visited from the greatest down, with marks that each hands on to those that it leads to.
struct MarkHeap {
  struct Mark {
    var number: Int
    var marks: UInt8
  }

  /// What marks a number must have for nobody to care for it; 0 for none.
  private let settled: UInt8
  /// A binary heap; one number may be in it several times.
  private var heap: [Mark] = []
  /// How many in the heap somebody still cares for.
  private(set) var openCount = 0

  init(settled: UInt8 = 0) { self.settled = settled }

  var isEmpty: Bool { heap.isEmpty }

  /// The greatest number.
  var first: Int? { heap.first?.number }

  private func isOpen(_ marks: UInt8) -> Bool { settled == 0 || marks & settled != settled }

  mutating func push(_ number: Int, marks: UInt8 = 0) {
    if isOpen(marks) { openCount += 1 }
    heap.append(Mark(number: number, marks: marks))
    var index = heap.count - 1
    while index > 0, heap[(index - 1) / 2].number < heap[index].number {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  /// Takes out the greatest number, with the marks of all that led to it.
  mutating func pop() -> Mark? {
    guard var greatest = popOne() else { return nil }
    while let next = heap.first, next.number == greatest.number {
      greatest.marks |= next.marks
      _ = popOne()
    }
    return greatest
  }

  private mutating func popOne() -> Mark? {
    guard let first = heap.first else { return nil }
    if isOpen(first.marks) { openCount -= 1 }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].number > heap[child].number { child += 1 }
      guard heap[child].number > heap[index].number else { break }
      heap.swapAt(index, child)
      index = child
    }
    return first
  }
}

/// Walks the past of some events from the latest down, linear stretch by linear stretch.
///
/// Takes O(log n) per stretch; no recursion, so a history may be of any depth.
struct PastWalk {
  private let graph: EventGraph
  private var heap: MarkHeap

  init(_ graph: EventGraph, settled: UInt8 = 0) {
    self.graph = graph
    heap = MarkHeap(settled: settled)
  }

  var isEmpty: Bool { heap.isEmpty }
  var openCount: Int { heap.openCount }

  mutating func push(_ event: Int, marks: UInt8 = 0) { heap.push(event, marks: marks) }

  /// Takes out the latest event, with the marks of all that led to it.
  mutating func pop() -> MarkHeap.Mark? { heap.pop() }

  /// Goes down from an event that was taken out to where its linear stretch starts, or to the next event to be walked in
  /// the same stretch, and hands `marks` on to what is below. Returns the first event that was passed.
  mutating func descend(from event: Int, marks: UInt8 = 0) -> Int {
    let index = graph.stretchIndex(of: event)
    let start = graph.stretches[index].start
    if let next = heap.first, next >= start {
      if marks != 0 { push(next, marks: marks) }
      return next + 1
    }
    for parent in graph.parents(ofStretch: index) { push(parent, marks: marks) }
    return start
  }
}

extension EventGraph {
  /// Whether `event` is in the past of `version`, or one of its own.
  public func isAncestor(_ event: Int, of version: Version) -> Bool {
    var walk = PastWalk(self)
    for head in version where head >= event { walk.push(head) }
    while let mark = walk.pop(), mark.number >= event {
      if walk.descend(from: mark.number) <= event { return true }
    }
    return false
  }

  /// The latest version that both have seen: the heads of the intersection of their pasts.
  public func common(_ left: Version, _ right: Version) -> Version {
    let (inLeft, inRight, isCovered): (UInt8, UInt8, UInt8) = (1, 2, 4)
    var walk = PastWalk(self, settled: isCovered)
    for event in left { walk.push(event, marks: inLeft) }
    for event in right { walk.push(event, marks: inRight) }
    var heads: Version = []
    while walk.openCount > 0, var mark = walk.pop() {
      if mark.marks == inLeft | inRight {
        heads.append(mark.number)
        mark.marks |= isCovered
      }
      _ = walk.descend(from: mark.number, marks: mark.marks)
    }
    return heads.reversed()
  }

  /// The version that has seen all that these have, without what others of it have seen.
  public func joined(_ versions: [Version]) -> Version {
    if versions.count == 1, versions[0].count <= 1 { return versions[0] }
    let isCovered: UInt8 = 1
    var walk = PastWalk(self, settled: isCovered)
    for event in versions.joined() { walk.push(event) }
    var heads: Version = []
    while walk.openCount > 0, let mark = walk.pop() {
      if mark.marks & isCovered == 0 { heads.append(mark.number) }
      _ = walk.descend(from: mark.number, marks: isCovered)
    }
    return heads.reversed()
  }
}

extension EventGraph {
  /// The text at a version.
  ///
  /// Replays its past: on a gap buffer where that is linear and its edits are not all far apart, else by a walk in
  /// O(n log n), beside what the walk takes back and does again where branches are concurrent. Insertions that many made
  /// in one and the same place are compared with each other, so k of them take O(k²).
  public func text(at version: Version) -> String { replay(to: version).string }

  /// The text at a version.
  ///
  /// - Parameter moveLimit: how many scalars the gap may move past, in all, before the rest is walked.
  func replay(to version: Version, movingAtMost moveLimit: Int = 1 << 26) -> GapBuffer {
    let plan = ReplayPlan(self, versions: [version], extent: .everything)
    var text = GapBuffer()
    var tree = ItemTree()
    for part in plan.parts {
      let (first, pieces) = (part.pieces.lowerBound, plan.pieces[part.pieces])
      var done = plan.pieces[first].lowerBound
      if part.isLinear { done = apply(plan.pieces[first], to: &text, movingAtMost: moveLimit) }
      if text.movedCount >= moveLimit {
        var rest = plan.pieces[first...]
        rest[first] = done..<rest[first].upperBound
        merge(rest[first].isEmpty ? rest.dropFirst() : rest, into: &text, reusing: &tree)
        return text
      }
      if !part.isLinear { merge(pieces, into: &text, reusing: &tree) }
    }
    return text
  }

  /// Does events to `text` until the gap was moved too far; returns the event that it stopped before.
  private func apply(_ events: Range<Int>, to text: inout GapBuffer, movingAtMost moveLimit: Int) -> Int {
    var done = events.lowerBound
    while done < events.upperBound, text.movedCount < moveLimit {
      let next = min(done + Self.eventsBetweenLooks, events.upperBound)
      apply(done..<next, to: &text)
      done = next
    }
    return done
  }

  /// Each event moves the gap past one text at most.
  private static let eventsBetweenLooks = 64

  private func apply(_ events: Range<Int>, to text: inout GapBuffer) {
    log.forEachEdit(in: events) { isInsertion, position, count, scalar in
      let position = min(position, text.count)
      if isInsertion {
        text.insert(log.scalars, scalar..<scalar + count, at: position)
      } else {
        text.delete(min(count, text.count - position), at: position)
      }
    }
  }

  /// Does to `text` all that a concurrent region did to it, in ascending order.
  private func merge(_ pieces: ArraySlice<Range<Int>>, into text: inout GapBuffer, reusing tree: inout ItemTree) {
    var walk = RegionWalk(self, pieces: pieces, baseCount: text.count, reusing: &tree)
    var position = 0
    walk.tree.visitAll { item in
      let count = Int(item.count)
      if let scalar = walk.scalar(Int(item.id)) {
        if item.isDeleted { return }
        text.insert(log.scalars, scalar..<scalar + count, at: position)
      } else if item.isDeleted {
        text.delete(count, at: position)
        return
      }
      position += count
    }
    walk.end(&tree)
  }

  /// All runs of scalars in document order with, for each version asked for (at most 64), whether they are in its text.
  ///
  /// Those that are in no asked text, because all have deleted them, are among them. `attributed`: replayed from the very
  /// beginning, so that every run names the events that inserted it. Otherwise only the concurrent region back to the
  /// last critical version common to all is walked, and what was there before is without events, and without what had
  /// been deleted by then. Runs are as long as can be: two neighbours differ in visibility or are not of consecutive
  /// events.
  public func layout(of versions: [Version], attributed: Bool) -> [LayoutRun] {
    precondition(versions.count <= 64, "a layout of more than 64 versions")
    let plan = ReplayPlan(self, versions: versions, extent: attributed ? .undivided : .concurrent)
    var baseText = replay(to: plan.base)
    let base = baseText.closed()
    var tree = ItemTree()
    var walk = RegionWalk(self, pieces: plan.pieces[...], baseCount: base.count, reusing: &tree)
    let visible = versions.map { version in
      walk.move(to: version)
      return VisibleRuns(walk.tree)
    }
    return RunJoiner(self, base: base, walk: walk, visible: visible).runs
  }

  /// The splices that turn the text of `from` into that of `to`, by identity: what `to` has and `from` had lost is
  /// inserted anew; and which events first inserted each piece.
  public func splices(from: Version, to: Version) -> [SourcedSplice] {
    let (inFrom, inTo): (UInt64, UInt64) = (1, 2)
    var runs = layout(of: [from, to], attributed: false)
    if runs.contains(where: { $0.visibility == inTo && $0.events == nil }) {
      runs = layout(of: [from, to], attributed: true)
    }
    var splices: [SourcedSplice] = []
    var open: SourcedSplice?
    var position = 0
    for run in runs where run.visibility != 0 {
      let count = run.text.unicodeScalars.count
      if run.visibility == inFrom | inTo {
        if let done = open { splices.append(done) }
        open = nil
        position += count
        continue
      }
      var edit = open ?? SourcedSplice(splice: TextSplice(position: position, deleted: 0, inserted: ""), sources: [])
      if run.visibility == inFrom {
        edit.splice.deleted += count
        position += count
      } else {
        edit.splice.inserted.unicodeScalars.append(contentsOf: run.text.unicodeScalars)
        if let events = run.events { edit.add(events) }
      }
      open = edit
    }
    if let done = open { splices.append(done) }
    return splices
  }
}

extension SourcedSplice {
  fileprivate mutating func add(_ events: Range<Int>) {
    if let last = sources.last, last.upperBound == events.lowerBound {
      sources[sources.count - 1] = last.lowerBound..<events.upperBound
    } else {
      sources.append(events)
    }
  }
}

/// What of all scalars is visible at one version: lengths in turn invisible and visible.
private struct VisibleRuns {
  private var lengths: [Int] = [0]
  private var index = 0
  private var passed = 0

  init(_ tree: borrowing ItemTree) {
    tree.visitAll { item in
      // An odd index is a visible run.
      if item.isVisible != (lengths.count % 2 == 0) { lengths.append(0) }
      lengths[lengths.count - 1] += Int(item.count)
    }
  }

  /// Whether the next scalars, which must all be in one run, are visible; goes on past them.
  mutating func pass(_ count: Int) -> Bool {
    while passed == lengths[index] { (index, passed) = (index + 1, 0) }
    passed += count
    return index % 2 == 1
  }
}

/// Joins the items of a walk into the runs of a layout.
private struct RunJoiner {
  private let graph: EventGraph
  private let base: ContiguousArray<Unicode.Scalar>
  private(set) var runs: [LayoutRun] = []
  /// What is being joined: scalars of the base or, where there are events, of the log's buffer.
  private var scalars = 0..<0
  private var events: Range<Int>?
  private var visibility: UInt64 = 0

  init(_ graph: EventGraph, base: ContiguousArray<Unicode.Scalar>, walk: RegionWalk, visible: [VisibleRuns]) {
    (self.graph, self.base) = (graph, base)
    var visible = visible
    walk.tree.visitAll { item in
      var visibility: UInt64 = 0
      for index in visible.indices where visible[index].pass(Int(item.count)) { visibility |= 1 << UInt64(index) }
      let scalar = walk.scalar(Int(item.id))
      let event = scalar.map { graph.log.event(inserting: $0) }
      add(scalar ?? Int(item.id), count: Int(item.count), event: event, visibility: visibility)
    }
    close()
  }

  private mutating func add(_ scalar: Int, count: Int, event: Int?, visibility: UInt64) {
    let isNext = scalars.upperBound == scalar && events?.upperBound == event
    if !(isNext && visibility == self.visibility) {
      close()
      scalars = scalar..<scalar
      events = event.map { $0..<$0 }
      self.visibility = visibility
    }
    scalars = scalars.lowerBound..<scalar + count
    events = events.map { $0.lowerBound..<$0.upperBound + count }
  }

  private mutating func close() {
    guard !scalars.isEmpty else { return }
    let text = events == nil ? String(scalars: base, scalars) : String(scalars: graph.log.scalars, scalars)
    runs.append(LayoutRun(text: text, events: events, visibility: visibility))
  }
}

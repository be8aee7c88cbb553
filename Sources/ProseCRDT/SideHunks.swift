/// What one side changed at one place of the base.
struct SideHunk {
  /// The passage of the base, in scalars, widened to whole words; empty for an insertion.
  var base: Range<Int>
  /// The same passage in the side's text.
  var side: Range<Int>
  /// What of the base is deleted, before any widening.
  var deletions: [Range<Int>] = []
  /// The first and last place of the base at which something is inserted.
  var insertions: ClosedRange<Int>?

  fileprivate mutating func insert(at gap: Int) { insertions = (insertions?.lowerBound ?? gap)...gap }

  fileprivate mutating func delete(_ range: Range<Int>) {
    if let last = deletions.last, last.upperBound == range.lowerBound {
      deletions[deletions.count - 1] = last.lowerBound..<range.upperBound
    } else {
      deletions.append(range)
    }
  }

  /// Takes in the hunk that comes next, and what lies between.
  fileprivate mutating func take(_ next: SideHunk) {
    base = base.lowerBound..<next.base.upperBound
    side = side.lowerBound..<next.side.upperBound
    deletions += next.deletions
    if let later = next.insertions {
      insertions = (insertions?.lowerBound ?? later.lowerBound)...later.upperBound
    }
  }
}

/// The changes of one side, ascending; their widened passages touch at most.
///
/// A hunk is widened until it begins and ends where neither the base nor the side's text has a word or a cluster to
/// cut. That takes in the words that a deletion cuts or joins, the word in which something is inserted, and the one
/// that an insertion continues. Takes time in O(n log n) of both texts.
struct SideHunks {
  private(set) var hunks: [SideHunk] = []
  private let baseBoundaries: [Int]
  private let sideBoundaries: [Int]

  init(_ runs: [SidedRun], of side: KeyPath<SidedRun, Bool>, baseBoundaries: [Int], sideBoundaries: [Int]) {
    (self.baseBoundaries, self.sideBoundaries) = (baseBoundaries, sideBoundaries)
    var rest = Self.changes(runs, of: side)[...]
    while var hunk = rest.popFirst() {
      widenStart(&hunk)
      widenEnd(&hunk, &rest)
      hunks.append(hunk)
    }
  }

  /// The longest runs of changes with nothing between them that stays.
  private static func changes(_ runs: [SidedRun], of side: KeyPath<SidedRun, Bool>) -> [SideHunk] {
    var changes: [SideHunk] = []
    var (base, text, isOpen) = (0, 0, false)
    for run in runs {
      let (count, isInSide) = (run.text.unicodeScalars.count, run[keyPath: side])
      guard count > 0, run.isInBase || isInSide else { continue }
      let isChange = run.isInBase != isInSide
      if isChange, !isOpen { changes.append(SideHunk(base: base..<base, side: text..<text)) }
      isOpen = isChange
      if isChange {
        if isInSide {
          changes[changes.count - 1].insert(at: base)
        } else {
          changes[changes.count - 1].delete(base..<base + count)
        }
      }
      if run.isInBase { base += count }
      if isInSide { text += count }
      if isChange {
        let start = changes[changes.count - 1]
        changes[changes.count - 1].base = start.base.lowerBound..<base
        changes[changes.count - 1].side = start.side.lowerBound..<text
      }
    }
    return changes
  }

  /// Widens to the left, at most to where the hunk before ends: that is no place within a word of either text.
  private func widenStart(_ hunk: inout SideHunk) {
    while true {
      let step = max(
        hunk.base.lowerBound - Self.last(baseBoundaries, upTo: hunk.base.lowerBound),
        hunk.side.lowerBound - Self.last(sideBoundaries, upTo: hunk.side.lowerBound))
      if step == 0 { return }
      // What lies between two hunks is the same in both texts, and so of one length.
      hunk.base = hunk.base.lowerBound - step..<hunk.base.upperBound
      hunk.side = hunk.side.lowerBound - step..<hunk.side.upperBound
    }
  }

  /// Widens to the right, and takes in the hunks that it comes to.
  private func widenEnd(_ hunk: inout SideHunk, _ rest: inout ArraySlice<SideHunk>) {
    while true {
      let step = max(
        Self.first(baseBoundaries, from: hunk.base.upperBound) - hunk.base.upperBound,
        Self.first(sideBoundaries, from: hunk.side.upperBound) - hunk.side.upperBound)
      if step == 0 { return }
      if let next = rest.first, hunk.base.upperBound + step > next.base.lowerBound {
        hunk.take(next)
        rest.removeFirst()
      } else {
        hunk.base = hunk.base.lowerBound..<hunk.base.upperBound + step
        hunk.side = hunk.side.lowerBound..<hunk.side.upperBound + step
      }
    }
  }

  private static func last(_ boundaries: [Int], upTo position: Int) -> Int {
    let index = boundaries.partitionPoint { $0 > position }
    return index > 0 ? boundaries[index - 1] : position
  }

  private static func first(_ boundaries: [Int], from position: Int) -> Int {
    let index = boundaries.partitionPoint { $0 >= position }
    return index < boundaries.count ? boundaries[index] : position
  }
}

extension [Int] {
  /// Whether ascending numbers have `number` among them.
  func hasAscending(_ number: Int) -> Bool {
    let index = partitionPoint { $0 >= number }
    return index < count && self[index] == number
  }
}

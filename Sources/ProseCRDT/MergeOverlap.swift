/// Where two curators changed the same words at the same time.
///
/// Merging character by character never fails, but what it makes of one word that two have changed nobody wrote: such
/// passages are shown to a person. Mere neighbours are not: two edits contend where
/// - the words that they touch overlap, unless both delete exactly the same and insert nothing,
/// - one inserts inside what the other changed, or
/// - both insert between the same two characters.
public enum MergeOverlap {
  /// The passages in contention, ascending and apart from each other; swapping the sides swaps them in each.
  ///
  /// What contends with the same edit is one passage. Takes time in O(n log n) of the length of the texts.
  public static func contentions(in runs: [SidedRun]) -> [Contention] {
    let base = SidedText(runs, \.isInBase)
    let (first, second) = (SidedText(runs, \.isInFirst), SidedText(runs, \.isInSecond))
    let merged = SidedText(runs, \.isInMerged)
    let baseBoundaries = base.boundaries
    let firstHunks = SideHunks(
      runs, of: \.isInFirst, baseBoundaries: baseBoundaries, sideBoundaries: first.boundaries
    ).hunks
    let secondHunks = SideHunks(
      runs, of: \.isInSecond, baseBoundaries: baseBoundaries, sideBoundaries: second.boundaries
    ).hunks
    let mergedBoundaries = merged.boundaries
    let passages = joined(passages(firstHunks, secondHunks)).map { passage in
      let range = merged.range(of: passage, from: base)
      return passage.widened(
        in: baseBoundaries, atStart: !mergedBoundaries.hasAscending(range.lowerBound),
        atEnd: !mergedBoundaries.hasAscending(range.upperBound))
    }
    return joined(passages).map { passage in
      let ranges = [base, first, second, merged].map { $0.range(of: passage, from: base) }
      return Contention(
        base: base.text(ranges[0]), first: first.text(ranges[1]), second: second.text(ranges[2]),
        merged: merged.text(ranges[3]), baseRange: ranges[0], firstRange: ranges[1], secondRange: ranges[2],
        mergedRange: ranges[3])
    }
  }

  /// A passage of the base, and whether it has what is inserted at its ends.
  fileprivate struct Passage {
    var range: Range<Int>
    var hasInsertionsAtStart: Bool
    var hasInsertionsAtEnd: Bool

    /// Widened by a word where merging joined a word of the passage with its neighbour, as neither side did: where one
    /// deletes a word and the space before it, and the other the word and the space after it.
    func widened(in boundaries: [Int], atStart: Bool, atEnd: Bool) -> Passage {
      var wide = self
      if atStart {
        let previous = boundaries.partitionPoint { $0 >= range.lowerBound } - 1
        wide.range = boundaries[max(previous, 0)]..<wide.range.upperBound
        wide.hasInsertionsAtStart = false
      }
      if atEnd {
        let next = boundaries.partitionPoint { $0 > range.upperBound }
        wide.range = wide.range.lowerBound..<boundaries[min(next, boundaries.count - 1)]
        wide.hasInsertionsAtEnd = false
      }
      return wide
    }
  }

  /// One passage for each two hunks that contend: both lists are walked together, as only neighbours can.
  private static func passages(_ first: [SideHunk], _ second: [SideHunk]) -> [Passage] {
    var passages: [Passage] = []
    var (index, other) = (0, 0)
    func compare(_ index: Int, _ other: Int) {
      guard other < second.count, doContend(first[index], second[other]) else { return }
      passages.append(passage(first[index], second[other]))
    }
    while index < first.count, other < second.count {
      compare(index, other)
      let (end, otherEnd) = (first[index].base.upperBound, second[other].base.upperBound)
      if end == otherEnd {
        // Both the next of one side and the next of the other may begin where these two end.
        compare(index, other + 1)
        index += 1
      } else if end < otherEnd {
        index += 1
      } else {
        other += 1
      }
    }
    return passages
  }

  private static func doContend(_ first: SideHunk, _ second: SideHunk) -> Bool {
    if first.insertions == nil, second.insertions == nil, first.deletions == second.deletions { return false }
    let (low, high) = (
      max(first.base.lowerBound, second.base.lowerBound), min(first.base.upperBound, second.base.upperBound)
    )
    if low != high { return low < high }
    // They meet at one place: an insertion inside the other's words, or insertions of both.
    return isInside(low, first.base) || isInside(low, second.base)
      || inserts(first, at: low) && inserts(second, at: low)
  }

  private static func isInside(_ gap: Int, _ range: Range<Int>) -> Bool {
    range.lowerBound < gap && gap < range.upperBound
  }

  private static func inserts(_ hunk: SideHunk, at gap: Int) -> Bool {
    hunk.insertions?.lowerBound == gap || hunk.insertions?.upperBound == gap
  }

  private static func passage(_ first: SideHunk, _ second: SideHunk) -> Passage {
    let start = min(first.base.lowerBound, second.base.lowerBound)
    let end = max(first.base.upperBound, second.base.upperBound)
    return Passage(
      range: start..<end, hasInsertionsAtStart: inserts(first, at: start) || inserts(second, at: start),
      hasInsertionsAtEnd: inserts(first, at: end) || inserts(second, at: end))
  }

  /// Makes one of passages that overlap. Those that only touch share nothing: what two insert between them is a
  /// passage with both.
  private static func joined(_ passages: [Passage]) -> [Passage] {
    let ascending = passages.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var joined: [Passage] = []
    for next in ascending {
      guard let last = joined.last, next.range.lowerBound < last.range.upperBound else {
        joined.append(next)
        continue
      }
      let start = last.range.lowerBound
      let end = max(last.range.upperBound, next.range.upperBound)
      joined[joined.count - 1] = Passage(
        range: start..<end,
        hasInsertionsAtStart: last.hasInsertionsAtStart || next.range.lowerBound == start && next.hasInsertionsAtStart,
        hasInsertionsAtEnd: [last, next].contains { $0.range.upperBound == end && $0.hasInsertionsAtEnd })
    }
    return joined
  }
}

/// One of the texts that are laid out in runs.
private struct SidedText {
  private var scalars: [Unicode.Scalar] = []
  /// How many scalars the text has before each run, and then in all.
  private var counts = [0]
  private let isInText: [Bool]

  init(_ runs: [SidedRun], _ membership: KeyPath<SidedRun, Bool>) {
    isInText = runs.map { $0[keyPath: membership] }
    for (run, isIn) in zip(runs, isInText) {
      if isIn { scalars.append(contentsOf: run.text.unicodeScalars) }
      counts.append(scalars.count)
    }
  }

  var boundaries: [Int] { WordTokens(text(scalars.indices)).scalarBoundaries() }

  func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  /// Where a passage of the base stands in this text.
  func range(of passage: MergeOverlap.Passage, from base: SidedText) -> Range<Int> {
    let start = position(passage.range.lowerBound, of: base, isBeforeInsertions: passage.hasInsertionsAtStart)
    return start..<position(passage.range.upperBound, of: base, isBeforeInsertions: !passage.hasInsertionsAtEnd)
  }

  /// The place in this text of a place in the base, before or after what is inserted there.
  private func position(_ place: Int, of base: SidedText, isBeforeInsertions: Bool) -> Int {
    // The first run that begins there or, where none does, the one after that in which the place lies.
    let run = base.counts.partitionPoint { $0 >= place }
    guard base.counts[run] == place else {
      return counts[run - 1] + (isInText[run - 1] ? place - base.counts[run - 1] : 0)
    }
    return isBeforeInsertions ? counts[run] : counts[base.counts.partitionPoint { $0 > place } - 1]
  }
}

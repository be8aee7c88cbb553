/// Which elements of two sequences stand for each other: an alignment in bounded time and linear memory.
///
/// The greedy algorithm of Myers ("An O(ND) difference algorithm and its variations", Algorithmica 1986) finds the
/// shortest script of insertions and deletions, up to `maximumDifference` of them. Where there are more, the sequences
/// are first divided at the elements that occur once in each, in their longest common order (patience diff, Bram
/// Cohen). Where there are none, the path that came furthest is taken, and the search begins anew from its end. After
/// `maximumWork` steps what is left counts as different. All limits are counted, never timed, so that the result
/// depends on nothing but the sequences.
struct TokenAlignment {
  struct Match {
    var old: Int
    var new: Int
  }

  static let maximumDifference = 256
  static let maximumWork = 1 << 24
  private static let maximumDepth = 8

  private let old: [Int32]
  private let new: [Int32]
  /// The pairs, ascending on both sides.
  private(set) var matches: [Match] = []
  private var work = 0
  private var occurrences: [Occurrences]
  private var furthest = [Int32](repeating: 0, count: 2 * maximumDifference + 3)
  /// Where each diagonal had come to after 0, 1, 2… differences: of `d` there are `d + 1` entries.
  private var trace: [Int32] = []

  /// Aligns sequences of numbers below `vocabulary`.
  init(_ old: [Int32], _ new: [Int32], vocabulary: Int) {
    (self.old, self.new) = (old, new)
    occurrences = Array(repeating: Occurrences(), count: vocabulary)
    align(old.indices, new.indices, depth: 0)
  }

  private mutating func align(_ oldRange: Range<Int>, _ newRange: Range<Int>, depth: Int) {
    var (oldRest, newRest) = (oldRange, newRange)
    while let last = oldRest.last, let newLast = newRest.last, old[last] == new[newLast] {
      (oldRest, newRest) = (oldRest.dropLast(), newRest.dropLast())
    }
    let oldEnd = oldRest.upperBound
    let suffix = zip(oldEnd..<oldRange.upperBound, newRest.upperBound..<newRange.upperBound)
    var mayDivide = depth < Self.maximumDepth
    while true {
      while let first = oldRest.first, let newFirst = newRest.first, old[first] == new[newFirst] {
        matches.append(Match(old: first, new: newFirst))
        (oldRest, newRest) = (oldRest.dropFirst(), newRest.dropFirst())
      }
      guard !oldRest.isEmpty, !newRest.isEmpty, work < Self.maximumWork else { break }
      let end = search(oldRest, newRest)
      let isComplete = end.old == oldRest.upperBound && end.new == newRest.upperBound
      if !isComplete, mayDivide {
        // Once only: looking takes as long as the rest is.
        mayDivide = false
        let anchors = uniqueAnchors(oldRest, newRest)
        if !anchors.isEmpty {
          divide(oldRest, newRest, at: anchors, depth: depth + 1)
          break
        }
      }
      walkBack(from: end, oldRest.lowerBound, newRest.lowerBound)
      (oldRest, newRest) = (end.old..<oldRest.upperBound, end.new..<newRest.upperBound)
    }
    for (old, new) in suffix { matches.append(Match(old: old, new: new)) }
  }

  private mutating func divide(_ oldRange: Range<Int>, _ newRange: Range<Int>, at anchors: [Match], depth: Int) {
    var (oldStart, newStart) = (oldRange.lowerBound, newRange.lowerBound)
    for anchor in anchors {
      align(oldStart..<anchor.old, newStart..<anchor.new, depth: depth)
      matches.append(anchor)
      (oldStart, newStart) = (anchor.old + 1, anchor.new + 1)
    }
    align(oldStart..<oldRange.upperBound, newStart..<newRange.upperBound, depth: depth)
  }
}

// The algorithm of Myers. A diagonal is the place in old minus that in new; `furthest` holds places in old.
extension TokenAlignment {
  private struct End {
    var old: Int
    var new: Int
    var differences: Int
  }

  /// The end of the shortest path through both ranges or, where it is too long, of the one that came furthest.
  private mutating func search(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> End {
    let (oldCount, newCount) = (oldRange.count, newRange.count)
    let middle = Self.maximumDifference + 1
    trace.removeAll(keepingCapacity: true)
    furthest[middle + 1] = 0
    var best = End(old: oldRange.lowerBound, new: newRange.lowerBound, differences: 0)
    for differences in 0...Self.maximumDifference {
      var bestSum = -1
      for diagonal in stride(from: -differences, through: differences, by: 2) {
        let goesDown =
          diagonal == -differences
          || (diagonal != differences && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1])
        var x = Int(goesDown ? furthest[middle + diagonal + 1] : furthest[middle + diagonal - 1] + 1)
        let start = x
        while x < oldCount, x - diagonal < newCount,
          old[oldRange.lowerBound + x] == new[newRange.lowerBound + x - diagonal]
        {
          x += 1
        }
        work += 1 + x - start
        furthest[middle + diagonal] = Int32(x)
        trace.append(Int32(x))
        let y = x - diagonal
        if x <= oldCount, y <= newCount, x + y > bestSum {
          bestSum = x + y
          best = End(old: oldRange.lowerBound + x, new: newRange.lowerBound + y, differences: differences)
        }
      }
      if bestSum == oldCount + newCount || work >= Self.maximumWork { break }
    }
    return best
  }

  /// Appends the matches of a path that `search` found.
  private mutating func walkBack(from end: End, _ oldStart: Int, _ newStart: Int) {
    let first = matches.count
    var (x, y) = (end.old - oldStart, end.new - newStart)
    for differences in stride(from: end.differences, through: 0, by: -1) {
      let diagonal = x - y
      var (previousX, previousY) = (0, 0)
      var start = 0
      if differences > 0 {
        // Of the diagonals -d, -d + 2, …, d after d differences, the entries lie one after the other.
        let base = (differences - 1) * differences / 2
        let index = (diagonal + differences) / 2
        let left = index > 0 ? Int(trace[base + index - 1]) : -1
        let right = index < differences ? Int(trace[base + index]) : -1
        let goesDown = index == 0 || (index < differences && left < right)
        previousX = goesDown ? right : left
        previousY = previousX - (goesDown ? diagonal + 1 : diagonal - 1)
        start = goesDown ? previousX : previousX + 1
      }
      while x > start {
        (x, y) = (x - 1, y - 1)
        matches.append(Match(old: oldStart + x, new: newStart + y))
      }
      (x, y) = (previousX, previousY)
    }
    matches[first...].reverse()
  }
}

// Patience.
extension TokenAlignment {
  private struct Occurrences {
    var old: Int32 = 0
    var new: Int32 = 0
    var newPosition: Int32 = 0
  }

  /// The longest common order of the elements that occur once in each range.
  private mutating func uniqueAnchors(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [Match] {
    for element in old[oldRange] { occurrences[Int(element)].old += 1 }
    for position in newRange {
      occurrences[Int(new[position])].new += 1
      occurrences[Int(new[position])].newPosition = Int32(position)
    }
    var unique: [Match] = []
    for position in oldRange {
      let found = occurrences[Int(old[position])]
      if found.old == 1, found.new == 1 { unique.append(Match(old: position, new: Int(found.newPosition))) }
    }
    for element in old[oldRange] { occurrences[Int(element)] = Occurrences() }
    for element in new[newRange] { occurrences[Int(element)] = Occurrences() }
    return Self.longestAscending(unique)
  }

  /// The longest part of `matches`, which ascend in old, that ascends in new too.
  private static func longestAscending(_ matches: [Match]) -> [Match] {
    // For each length the match that ends such a part lowest, and for each match the one before it.
    var ends: [Int] = []
    var before = [Int](repeating: -1, count: matches.count)
    for (index, match) in matches.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if matches[ends[middle]].new < match.new { low = middle + 1 } else { high = middle }
      }
      if low > 0 { before[index] = ends[low - 1] }
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var chain: [Match] = []
    var next = ends.last ?? -1
    while next >= 0 {
      chain.append(matches[next])
      next = before[next]
    }
    return chain.reversed()
  }
}

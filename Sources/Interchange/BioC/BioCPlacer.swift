import AnnotationStore

/// Finds the mentions of a document in its text, in the unit under which most of them are where they are said to be.
struct BioCPlacer {
  /// Where a mention is.
  enum Placement {
    /// Here; the locations count scalars over the document.
    case here(leaf: Int, range: Range<Int>, locations: [BioCLocation])
    /// Not where it should be, but so many scalars further on (or back, where negative).
    case shifted(by: Int)
    /// Nowhere in the text.
    case missing
    /// It has no location.
    case nowhere
  }

  /// The segments with text.
  let leaves: [(path: BioCPath, text: BioCText)]
  /// The unit.
  let unit: BioCUnit
  /// How many mentions are where they should be, of how many that have a location.
  let matchCount: Int
  let locatedCount: Int
  /// Where the leaves begin, in scalars over the document.
  let scalarOffsets: [Int]

  /// Where the leaves begin in the unit.
  private let offsets: [Int]
  private let starts: [[Int]?]
  private let leafOfPath: [BioCPath: Int]

  /// - Parameter isJoined: whether the leaves follow each other with one character between, and their own offsets do
  ///   not count: PubTator.
  init(_ document: BioCDocument, isJoined: Bool) {
    let segments = document.leaves
    let texts = segments.map { BioCText($0.segment.text ?? "") }
    let annotations = document.allAnnotations.filter { !$0.annotation.locations.isEmpty }
    let units: [BioCUnit] = texts.allSatisfy(\.isASCII) ? [.scalars] : BioCUnit.allCases
    var best: (trial: Trial, count: Int)?
    for unit in units {
      let trial = Trial(segments.map { ($0.path, $0.segment.offset) }, texts, unit, isJoined: isJoined)
      let count = annotations.count { trial.matches($0.annotation, on: $0.path) }
      // Where all fit alike it is code points, which come first.
      if best.map({ count > $0.count }) ?? true { best = (trial, count) }
    }
    let chosen = best?.trial ?? Trial([], [], .scalars, isJoined: isJoined)
    leaves = zip(segments, texts).map { ($0.path, $1) }
    unit = chosen.unit
    matchCount = best?.count ?? 0
    locatedCount = annotations.count
    offsets = chosen.offsets
    starts = chosen.starts
    leafOfPath = chosen.leafOfPath
    var excess = 0
    var scalarOffsets: [Int] = []
    for (offset, text) in zip(chosen.offsets, texts) {
      scalarOffsets.append(max(0, offset - excess))
      excess += text.length(chosen.unit) - text.scalars.count
    }
    self.scalarOffsets = scalarOffsets
    trial = chosen
    self.isJoined = isJoined
  }

  /// What looking for mentions that are somewhere else has cost.
  private final class Effort {
    /// Where it is given up, so that no document takes for ever; a sound one is far below.
    static let limit = 200_000_000
    var steps = 0
  }

  private let effort = Effort()
  private let trial: Trial
  /// Whether the leaves follow each other, whatever their own offsets.
  let isJoined: Bool

  /// Where a mention is.
  func place(_ annotation: BioCAnnotation, on path: BioCPath) -> Placement {
    guard !annotation.locations.isEmpty else { return .nowhere }
    if let (leaf, ranges) = trial.ranges(of: annotation, on: path), trial.fits(annotation, leaf, ranges) {
      let locations = ranges.map { BioCLocation(offset: scalarOffsets[leaf] + $0.lowerBound, length: $0.count) }
      return .here(leaf: leaf, range: Trial.cover(ranges), locations: locations)
    }
    return nearest(annotation, on: path)
  }

  /// Looks for the mention in the passage it hangs on, or in all.
  private func nearest(_ annotation: BioCAnnotation, on path: BioCPath) -> Placement {
    guard let mention = annotation.text.map({ Array($0.unicodeScalars) }), !mention.isEmpty else { return .missing }
    let wanted = annotation.locations[0].offset
    var best: Int?
    for leaf in leafOfPath[path].map({ [$0] }) ?? Array(leaves.indices) {
      let text = leaves[leaf].text.scalars
      guard text.count >= mention.count else { continue }
      for start in 0...text.count - mention.count where text[start] == mention[0] {
        effort.steps += mention.count
        guard effort.steps < Effort.limit else { return .missing }
        guard text[start..<start + mention.count].elementsEqual(mention) else { continue }
        let distance = scalarOffsets[leaf] + start - wanted
        if best.map({ abs(distance) < abs($0) }) ?? true { best = distance }
      }
    }
    return best.map { .shifted(by: $0) } ?? .missing
  }
}

extension BioCPlacer {
  /// A document read under the assumption of one unit.
  fileprivate struct Trial {
    let unit: BioCUnit
    let texts: [BioCText]
    var offsets: [Int] = []
    var starts: [[Int]?] = []
    var leafOfPath: [BioCPath: Int] = [:]

    init(_ leaves: [(path: BioCPath, offset: Int)], _ texts: [BioCText], _ unit: BioCUnit, isJoined: Bool) {
      self.unit = unit
      self.texts = texts
      var next = 0
      for (index, leaf) in leaves.enumerated() {
        offsets.append(isJoined ? next : leaf.offset)
        starts.append(texts[index].starts(unit))
        leafOfPath[leaf.path] = index
        next += texts[index].length(unit) + 1
      }
    }

    /// The scalar of a leaf at a position of the document; nil outside it, or inside a scalar.
    private func index(_ position: Int, in leaf: Int) -> Int? {
      let (local, overflows) = position.subtractingReportingOverflow(offsets[leaf])
      guard !overflows, local >= 0 else { return nil }
      guard let starts = starts[leaf] else { return local <= texts[leaf].scalars.count ? local : nil }
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] < local { low = middle + 1 } else { high = middle }
      }
      return low < starts.count && starts[low] == local ? low : nil
    }

    private func ranges(_ locations: [BioCLocation], in leaf: Int) -> [Range<Int>]? {
      var found: [Range<Int>] = []
      for location in locations {
        guard let end = location.end, let low = index(location.offset, in: leaf), let high = index(end, in: leaf),
          low <= high
        else { return nil }
        found.append(low..<high)
      }
      return found
    }

    /// Where in a leaf the mention should be: the leaf that it hangs on, else any that holds all of it.
    func ranges(of annotation: BioCAnnotation, on path: BioCPath) -> (leaf: Int, ranges: [Range<Int>])? {
      if let own = leafOfPath[path], let ranges = ranges(annotation.locations, in: own) { return (own, ranges) }
      for leaf in texts.indices {
        if let ranges = ranges(annotation.locations, in: leaf) { return (leaf, ranges) }
      }
      return nil
    }

    static func cover(_ ranges: [Range<Int>]) -> Range<Int> {
      let start = ranges.map(\.lowerBound).min() ?? 0
      return start..<max(start, ranges.map(\.upperBound).max() ?? start)
    }

    /// Whether the mention's text stands there. Of several stretches it may be given joined, spaced, or with what lies
    /// between.
    func fits(_ annotation: BioCAnnotation, _ leaf: Int, _ ranges: [Range<Int>]) -> Bool {
      guard let text = annotation.text, !text.isEmpty else { return true }
      let pieces = ranges.map { texts[leaf].text($0) }
      return [pieces.joined(), pieces.joined(separator: " "), texts[leaf].text(Self.cover(ranges))]
        .contains { $0.isSameBytes(as: text) }
    }

    func matches(_ annotation: BioCAnnotation, on path: BioCPath) -> Bool {
      guard let (leaf, ranges) = ranges(of: annotation, on: path) else { return false }
      return fits(annotation, leaf, ranges)
    }
  }
}

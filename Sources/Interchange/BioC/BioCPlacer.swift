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
    /// Not where it should be, and it was not looked for elsewhere: too many of the file are so.
    case unsought
    /// It has no text of its own, and what such mentions of the file take of its passages is too much.
    case tooMuch
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
  /// - Parameter effort: what the file has cost so far.
  init(_ document: BioCDocument, isJoined: Bool, effort: BioCEffort) {
    self.effort = effort
    let segments = document.leaves
    let texts = segments.map { BioCText($0.segment.text ?? "") }
    let annotations = document.allAnnotations.filter { !$0.annotation.locations.isEmpty }
    let units: [BioCUnit] = texts.allSatisfy(\.isASCII) ? [.scalars] : BioCUnit.allCases
    var best: (trial: Trial, count: Int)?
    for unit in units {
      let trial = Trial(segments.map { ($0.path, $0.segment.offset) }, texts, unit, isJoined: isJoined, effort: effort)
      let count = annotations.count { trial.matches($0.annotation, on: $0.path) }
      // Where all fit alike it is code points, which come first.
      if best.map({ count > $0.count }) ?? true { best = (trial, count) }
    }
    let chosen = best?.trial ?? Trial([], [], .scalars, isJoined: isJoined, effort: effort)
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

  private let effort: BioCEffort
  private let trial: Trial
  /// Whether the leaves follow each other, whatever their own offsets.
  let isJoined: Bool

  /// Where a mention is.
  func place(_ annotation: BioCAnnotation, on path: BioCPath) -> Placement {
    guard !annotation.locations.isEmpty else { return .nowhere }
    if let (leaf, ranges) = trial.ranges(of: annotation, on: path), trial.fits(annotation, leaf, ranges) {
      let range = Trial.cover(ranges)
      if annotation.text?.isEmpty ?? true, !effort.mayCopy(range.count) { return .tooMuch }
      let locations = ranges.map { BioCLocation(offset: scalarOffsets[leaf] + $0.lowerBound, length: $0.count) }
      return .here(leaf: leaf, range: range, locations: locations)
    }
    return nearest(annotation, on: path)
  }

  /// Looks for the mention in the passage it hangs on, or in all.
  private func nearest(_ annotation: BioCAnnotation, on path: BioCPath) -> Placement {
    guard let mention = annotation.text.map({ Array($0.unicodeScalars) }), !mention.isEmpty else { return .missing }
    var best: Int?
    for leaf in leafOfPath[path].map({ [$0] }) ?? Array(leaves.indices) {
      let wanted = annotation.locations[0].offset - scalarOffsets[leaf]
      if let found = distance(of: mention, from: wanted, in: leaf, below: best.map(abs) ?? .max) { best = found }
      if effort.isSpent { return .unsought }
    }
    return best.map { .shifted(by: $0) } ?? .missing
  }

  /// How far from a position of a leaf the mention stands nearest, where that is less than a distance. It goes outwards
  /// from there: what is shifted is not shifted far.
  private func distance(of mention: [Unicode.Scalar], from wanted: Int, in leaf: Int, below limit: Int) -> Int? {
    let text = leaves[leaf].text.scalars
    let last = text.count - mention.count
    guard last >= 0 else { return nil }
    let near = min(max(wanted, 0), last)
    for step in 0...max(near, last - near) {
      guard step + abs(near - wanted) < limit, !effort.isSpent else { return nil }
      effort.add(1)
      if near >= step, stands(mention, at: near - step, in: text) { return near - step - wanted }
      if near + step <= last, stands(mention, at: near + step, in: text) { return near + step - wanted }
    }
    return nil
  }

  private func stands(_ mention: [Unicode.Scalar], at start: Int, in text: [Unicode.Scalar]) -> Bool {
    for index in mention.indices where text[start + index] != mention[index] {
      effort.add(index)
      return false
    }
    return true
  }
}

extension BioCPlacer {
  /// A document read under the assumption of one unit.
  fileprivate struct Trial {
    let unit: BioCUnit
    let texts: [BioCText]
    let effort: BioCEffort
    var offsets: [Int] = []
    var starts: [[Int]?] = []
    var leafOfPath: [BioCPath: Int] = [:]

    init(
      _ leaves: [(path: BioCPath, offset: Int)], _ texts: [BioCText], _ unit: BioCUnit, isJoined: Bool,
      effort: BioCEffort
    ) {
      self.unit = unit
      self.effort = effort
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
      for leaf in texts.indices where !effort.isSpent {
        effort.add(1)
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
      // A location may be as long as the passage, and there may be many: none is copied to be compared in vain.
      let (length, cover) = (text.unicodeScalars.count, Self.cover(ranges))
      let sum = ranges.reduce(0) { $0 + $1.count }
      guard [sum, sum + ranges.count - 1, cover.count].contains(length) else { return false }
      let pieces = ranges.map { texts[leaf].text($0) }
      return [pieces.joined(), pieces.joined(separator: " "), texts[leaf].text(cover)]
        .contains { $0.isSameBytes(as: text) }
    }

    func matches(_ annotation: BioCAnnotation, on path: BioCPath) -> Bool {
      guard let (leaf, ranges) = ranges(of: annotation, on: path) else { return false }
      return fits(annotation, leaf, ranges)
    }
  }
}

/// Pieces of a history between two critical versions, as a graph of their own, and the order to walk them in.
struct Region {
  let pieces: ArraySlice<ReplayPlan.Piece>
  /// The numbers, from 0, of the pieces that a piece has as parents; where they start for each.
  private var parentPool: [Int] = []
  private var parentStarts: [Int] = []

  var count: Int { pieces.count }

  init(_ graph: EventGraph, pieces: ArraySlice<ReplayPlan.Piece>) {
    self.pieces = pieces
    for piece in pieces {
      parentStarts.append(parentPool.count)
      let first = piece.lowerBound
      let stretch = graph.stretchIndex(of: first)
      if graph.stretches[stretch].start < first {
        // Forked off from in its stretch: what is before it there is a piece, or the base.
        parentPool += [first - 1].compactMap(number)
      } else {
        parentPool += graph.parents(ofStretch: stretch).compactMap(number)
      }
    }
    parentStarts.append(parentPool.count)
  }

  func events(of piece: Int) -> Range<Int> { pieces[pieces.startIndex + piece] }

  func parents(of piece: Int) -> ArraySlice<Int> { parentPool[parentStarts[piece]..<parentStarts[piece + 1]] }

  /// The piece that ends with `event`; nil where that is before the region.
  func number(_ event: Int) -> Int? {
    let index = pieces.partitionPoint { $0.upperBound > event }
    guard index < pieces.endIndex, pieces[index].upperBound == event + 1 else { return nil }
    return index - pieces.startIndex
  }

  /// The pieces, each after its parents, branch by branch, and of the branches that fork off in one place the longest
  /// last: it is the one that need not be taken back and done again.
  var order: [Int] {
    var weights = (0..<count).map { events(of: $0).count }
    var pending = (0..<count).map { parents(of: $0).count }
    var childStarts = [Int](repeating: 0, count: count + 1)
    for piece in (0..<count).reversed() {
      let parents = parents(of: piece)
      if parents.count == 1, let parent = parents.first { weights[parent] += weights[piece] }
      for parent in parents { childStarts[parent + 1] += 1 }
    }
    for piece in 0..<count { childStarts[piece + 1] += childStarts[piece] }
    var filled = childStarts
    var children = [Int](repeating: 0, count: parentPool.count)
    for piece in 0..<count {
      for parent in parents(of: piece) {
        children[filled[parent]] = piece
        filled[parent] += 1
      }
    }
    var order: [Int] = []
    var ready = (0..<count).filter { pending[$0] == 0 }
    ready.sort { weights[$0] > weights[$1] }
    while let piece = ready.popLast() {
      order.append(piece)
      let first = ready.count
      for child in children[childStarts[piece]..<childStarts[piece + 1]] {
        pending[child] -= 1
        if pending[child] == 0 { ready.append(child) }
      }
      ready[first...].sort { weights[$0] > weights[$1] }
    }
    return order
  }
}

/// Walks a concurrent region: does the events of one piece after the other, each at the version at which they were made,
/// for which it takes back and does again what lies between.
struct RegionWalk {
  private let graph: EventGraph
  private let region: Region
  private(set) var tree = ItemTree()
  /// How many scalars the text had before; they have the identities from 0.
  let baseCount: Int
  /// The scalar of the log's buffer whose identity is `baseCount`.
  private let firstScalar: Int
  private var touched: [TouchedScalars] = []
  private var touchedRanges: [Range<Int>]
  /// The pieces of the version that the walk is at.
  private var at: [Int] = []

  /// Walks all pieces, in a tree whose memory is used again.
  init(_ graph: EventGraph, pieces: ArraySlice<ReplayPlan.Piece>, baseCount: Int, reusing other: inout ItemTree) {
    self.graph = graph
    self.baseCount = baseCount
    region = Region(graph, pieces: pieces)
    touchedRanges = Array(repeating: 0..<0, count: region.count)
    firstScalar = graph.log.scalarCount(before: pieces.first?.lowerBound ?? 0)
    let lastScalar = graph.log.scalarCount(before: pieces.last?.upperBound ?? 0)
    // Never held twice, or it would be copied.
    swap(&tree, &other)
    tree.reset(base: baseCount, inserted: lastScalar - firstScalar)
    for piece in region.order {
      move(to: region.parents(of: piece))
      perform(piece)
      at = [piece]
    }
  }

  /// Moves to a version that one of the plan's pieces ends with, or several.
  mutating func move(to version: EventGraph.Version) { move(to: version.compactMap(region.number)[...]) }

  /// The scalar of the log's buffer that has an identity; nil for one of the base.
  func scalar(_ identity: Int) -> Int? { identity < baseCount ? nil : identity - baseCount + firstScalar }

  /// Gives the tree back.
  mutating func end(_ other: inout ItemTree) { swap(&tree, &other) }

  private mutating func perform(_ piece: Int) {
    let first = touched.count
    let (graph, shift) = (graph, baseCount - firstScalar)
    graph.log.forEachEdit(in: region.events(of: piece)) { isInsertion, position, count, scalar in
      if isInsertion {
        tree.insert(scalar + shift, count: count, at: position) { graph.precedes($0 - shift, $1 - shift) }
        touched.append(TouchedScalars(start: Int32(scalar + shift), count: Int32(count)))
      } else {
        tree.delete(count, at: position, touched: &touched)
      }
    }
    touchedRanges[piece] = first..<touched.count
  }

  /// Takes back what only the version it is at has seen, and does again what only `pieces` have.
  ///
  /// In any order: an event counts states on or back by one, and each count is right once all were moved.
  private mutating func move(to pieces: ArraySlice<Int>) {
    if pieces.elementsEqual(at) { return }
    let (here, there): (UInt8, UInt8) = (1, 2)
    var heap = MarkHeap(settled: here | there)
    for piece in at { heap.push(piece, marks: here) }
    for piece in pieces { heap.push(piece, marks: there) }
    while heap.openCount > 0, let mark = heap.pop() {
      if mark.marks != here | there {
        for index in touchedRanges[mark.number] { tree.count(mark.marks == here ? -1 : 1, touched[index]) }
      }
      for parent in region.parents(of: mark.number) { heap.push(parent, marks: mark.marks) }
    }
    at = Array(pieces)
  }
}

import Testing

@testable import ProseCRDT

@Suite("What a hostile or a deep history costs")
struct EventGraphBoundsTests {
  private static func order(_ number: Int) -> EventOrder {
    EventOrder(replica: [UInt8(number & 1)], sequence: UInt64(number), change: [])
  }

  @Test("a stated count that no text backs takes neither numbers nor time")
  func statedCounts() {
    for huge in [1 << 53, Int.max] {
      var graph = EventGraph()
      let hello = graph.append(
        [TextSplice(position: huge, deleted: huge, inserted: "hello")], parents: [], order: Self.order(0))
      #expect(hello == [4])
      let nothing = graph.append(
        [TextSplice(position: huge, deleted: huge, inserted: "")], parents: hello, order: Self.order(1))
      #expect(nothing == hello)
      let most = graph.append(
        [
          TextSplice(position: 1, deleted: huge, inserted: "a"),
          TextSplice(position: huge, deleted: huge, inserted: "y"),
        ],
        parents: hello, order: Self.order(2))
      #expect(graph.text(at: most) == "hay")
      #expect(graph.eventCount == 11)
      let low = graph.append(
        [TextSplice(position: -huge, deleted: -huge, inserted: "<")], parents: most, order: Self.order(3))
      #expect(graph.text(at: low) == "<hay")
    }
  }

  @Test("nor does one after many joins, where the length is not known")
  func statedCountsAfterJoins() {
    var graph = EventGraph()
    var version = graph.append(
      [TextSplice(position: 0, deleted: 0, inserted: "text")], parents: [], order: Self.order(0))
    for round in 1...200 {
      let left = graph.append(
        [TextSplice(position: 0, deleted: 0, inserted: "a")], parents: version, order: Self.order(2 * round))
      let right = graph.append(
        [TextSplice(position: 1, deleted: 0, inserted: "b")], parents: version, order: Self.order(2 * round + 1))
      version = graph.joined([left, right])
      version = graph.append(
        [TextSplice(position: 1, deleted: 1 << 53, inserted: "")], parents: version, order: Self.order(2 * round))
      #expect(graph.text(at: version) == "a")
      #expect(
        graph.layout(of: [version, left], attributed: true).filter { $0.visibility & 1 == 1 }.map(\.text) == ["a"])
    }
  }

  @Test("two who write much in one place pass each other's words once", arguments: [0, 1], [false, true])
  func onePlace(first: UInt8, isForward: Bool) {
    /// How many items are passed by where one writes forward, and now and then elsewhere, and the other writes twice as
    /// much before its last, or likewise forward.
    func passed(_ count: Int) -> Int {
      var graph = EventGraph()
      let base = graph.append(
        [TextSplice(position: 0, deleted: 0, inserted: "place")], parents: [], order: Self.order(0))
      func order(_ replica: UInt8, _ number: Int) -> EventOrder {
        EventOrder(replica: [replica], sequence: UInt64(number), change: [])
      }
      var versions = [base, base]
      for number in 0..<count {
        for splice in [(2 + number, "a"), (5 + 2 * number, "z")] {
          versions[0] = graph.append(
            [TextSplice(position: splice.0, deleted: 0, inserted: splice.1)], parents: versions[0],
            order: order(first, number))
        }
      }
      for number in 0..<4 * count {
        let position = isForward && number & 1 == 1 ? 5 + number : 2 + (isForward ? number / 2 : 0)
        versions[1] = graph.append(
          [TextSplice(position: position, deleted: 0, inserted: "b")], parents: versions[1],
          order: order(1 - first, number))
      }
      let plan = ReplayPlan(graph, versions: versions, extent: .undivided)
      var tree = ItemTree()
      var walk = RegionWalk(graph, pieces: plan.pieces[...], baseCount: 0, reusing: &tree)
      walk.move(to: graph.heads)
      #expect(walk.tree.visibleCount == 5 + 6 * count)
      return walk.tree.passedCount
    }
    #expect(passed(500) < 10 * 500)
    #expect(passed(1_000) < 10 * 1_000)
  }

  @Test("a history of many short concurrent branches needs no stack")
  func depth() {
    var graph = EventGraph()
    var version: EventGraph.Version = []
    for round in 0..<2_500 {
      let left = graph.append(
        [TextSplice(position: 0, deleted: round & 1, inserted: "a")], parents: version, order: Self.order(2 * round))
      let right = graph.append(
        [TextSplice(position: 0, deleted: 0, inserted: "b")], parents: version, order: Self.order(2 * round + 1))
      // Never a critical version: what each joins, the other has not seen all of.
      version = round & 1 == 0 ? graph.joined([left, right]) : left
    }
    #expect(graph.text(at: graph.heads).unicodeScalars.count == graph.layoutCount(at: graph.heads))
    #expect(graph.common(graph.heads, [0]) == [0])
    #expect(graph.isAncestor(0, of: graph.heads))
  }
}

extension EventGraph {
  fileprivate func layoutCount(at version: Version) -> Int {
    layout(of: [version], attributed: true).filter { $0.visibility == 1 }
      .reduce(0) { $0 + $1.text.unicodeScalars.count }
  }
}

import ProseCRDT
import Testing

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

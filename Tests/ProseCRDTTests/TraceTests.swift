import Foundation
import ProseCRDT
import Testing

@Suite("Recorded editing sessions end in their text")
struct TraceTests {
  private static let needs: Comment = "needs the recorded traces; set VARIORUM_SHARED"

  @Test("one author, keystroke by keystroke", .enabled(if: ProseData.trace("automerge-paper") != nil, needs))
  func sequential() throws {
    let path = try #require(ProseData.trace("automerge-paper"))
    let trace = try ProseData.read(path, as: RecordedTrace.self)
    let order = EventOrder(replica: [1], sequence: 0, change: [])
    var graph = EventGraph()
    for patch in trace.txns.joined(by: \.patches) {
      _ = graph.append([patch.splice], parents: graph.heads, order: order)
    }
    #expect(graph.text(at: graph.heads) == trace.endContent)
    #expect(graph.heads == [graph.eventCount - 1])
  }

  @Test("two authors at the same time", .enabled(if: ProseData.trace("friendsforever") != nil, needs))
  func concurrent() throws {
    let path = try #require(ProseData.trace("friendsforever"))
    let trace = try ProseData.read(path, as: RecordedTrace.self)
    var graph = EventGraph()
    var versions: [EventGraph.Version] = []
    for (index, txn) in trace.txns.enumerated() {
      let parents = graph.joined((txn.parents ?? []).map { versions[$0] })
      let order = EventOrder(replica: [UInt8(txn.agent ?? 0)], sequence: UInt64(index), change: [])
      versions.append(graph.append(txn.patches.map(\.splice), areTyped: true, parents: parents, order: order))
    }
    #expect(graph.text(at: graph.heads) == trace.endContent)
    let layout = graph.layout(of: [graph.heads], attributed: true)
    #expect(layout.filter { $0.visibility == 1 }.map(\.text).joined() == trace.endContent)
  }
}

extension Sequence {
  fileprivate func joined<Part: Sequence>(by parts: KeyPath<Element, Part>) -> some Sequence<Part.Element> {
    lazy.flatMap { $0[keyPath: parts] }
  }
}

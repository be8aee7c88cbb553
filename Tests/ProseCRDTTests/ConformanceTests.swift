import Foundation
import ProseCRDT
import Testing

@Suite("conformance")
struct ConformanceTests {
  @Test("the folder that VARIORUM_VECTORS names has vectors", .enabled(if: ProseData.vectorFolder != nil))
  func folder() throws {
    #expect(!ProseData.vectors.isEmpty, "no .json or .json.gz in \(ProseData.vectorFolder ?? "")")
  }

  @Test(
    "every history ends in its text, whatever the order of arrival",
    .enabled(if: !ProseData.vectors.isEmpty, "needs conformance vectors; set VARIORUM_VECTORS or VARIORUM_SHARED"),
    arguments: ProseData.vectors)
  func conformance(path: String) throws {
    let cases = try ProseData.read(path, as: [ConformanceCase].self)
    #expect(!cases.isEmpty)
    for (index, history) in cases.enumerated() {
      var random = HistoryRandom(seed: UInt64(index))
      for shuffle in 0...10 {
        let order = shuffle == 0 ? Array(history.txns.indices) : Self.causalOrder(of: history, &random)
        let text = try Self.text(of: history, order: order)
        try #require(Array(text.utf8) == Array(history.endContent.utf8), "case \(index), order \(shuffle)")
      }
    }
  }

  /// A random order of the transactions in which none comes before one that it has seen.
  private static func causalOrder(of history: ConformanceCase, _ random: inout HistoryRandom) -> [Int] {
    // The transaction that each version is in.
    let owners = history.txns.enumerated().flatMap {
      Array(repeating: $0.offset, count: $0.element.span[1] - $0.element.span[0])
    }
    var waiting = history.txns.map { Set($0.parents.map { owners[$0] }) }
    var left = Array(history.txns.indices)
    var order: [Int] = []
    while !left.isEmpty {
      let ready = left.indices.filter { waiting[left[$0]].isEmpty }
      let next = left.remove(at: ready[random.below(ready.count)])
      order.append(next)
      for index in left { waiting[index].remove(next) }
    }
    return order
  }

  private static func text(of history: ConformanceCase, order: [Int]) throws -> String {
    var graph = EventGraph()
    // The number here of each event there.
    var numbers = [Int](repeating: -1, count: history.txns.last?.span[1] ?? 0)
    for index in order {
      let txn = history.txns[index]
      let first = graph.eventCount
      _ = graph.append(
        txn.ops.map(\.splice), areTyped: true, parents: txn.parents.map { numbers[$0] }.sorted(),
        order: EventOrder(replica: Array(txn.agent.utf8), sequence: txn.seqStart, change: []))
      try #require(graph.eventCount - first == txn.span[1] - txn.span[0])
      for event in txn.span[0]..<txn.span[1] { numbers[event] = first + event - txn.span[0] }
    }
    return graph.text(at: graph.heads)
  }
}

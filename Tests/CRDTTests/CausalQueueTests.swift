import CRDT
import Testing

@Suite("The causal queue")
struct CausalQueueTests {
  @Test("An element comes back when the last thing that it waits for has come, and not before")
  func release() {
    let ids = Fixture.ids(4)
    var queue = CausalQueue<String>()
    queue.insert("d", id: ids[3], missing: [ids[0], ids[1], ids[0]])
    #expect(queue.contains(ids[3]) && queue.count == 1 && queue.missing == [ids[0], ids[1]])
    #expect(queue.release(ids[2]).isEmpty)
    #expect(queue.release(ids[1]).isEmpty)
    #expect(queue.missing == [ids[0]])
    #expect(queue.release(ids[1]).isEmpty)
    let released = queue.release(ids[0])
    #expect(released.map(\.element) == ["d"] && released.map(\.id) == [ids[3]])
    #expect(queue.count == 0 && queue.missing.isEmpty && !queue.contains(ids[3]))
  }

  @Test("What waits itself is not asked for")
  func missing() {
    let ids = Fixture.ids(3)
    var queue = CausalQueue<Int>()
    queue.insert(2, id: ids[2], missing: [ids[1]])
    #expect(queue.missing == [ids[1]])
    queue.insert(1, id: ids[1], missing: [ids[0]])
    #expect(queue.missing == [ids[0]])
  }

  @Test("The first of two with one id stays")
  func duplicates() {
    let ids = Fixture.ids(3)
    var queue = CausalQueue<Int>()
    queue.insert(1, id: ids[2], missing: [ids[0]])
    queue.insert(2, id: ids[2], missing: [ids[1]])
    #expect(queue.missing == [ids[0]])
    #expect(queue.release(ids[0]).map(\.element) == [1])
  }

  @Test("What is released together comes in the order of its ids")
  func order() {
    let ids = Fixture.ids(20)
    var queue = CausalQueue<Int>()
    for (number, id) in ids.dropFirst().enumerated().shuffled() { queue.insert(number, id: id, missing: [ids[0]]) }
    #expect(queue.release(ids[0]).map(\.id) == Array(ids.dropFirst()))
  }

  @Test("A long chain that arrives backwards drains at once, in time in proportion to its length")
  func chain() throws {
    var random = SplitMix64(seed: 1)
    let ids = (0..<3_000).compactMap { _ in ChangeID(random.bytes(32)) }
    let replica = try #require(ReplicaID(random.bytes(32)))
    var state = State(store: Fixture.store)
    for number in stride(from: ids.count - 1, through: 0, by: -1) {
      let change = Change(
        store: Fixture.store, replica: replica, sequence: UInt64(number + 1),
        previous: number == 0 ? nil : ids[number - 1], deps: [], timeMilliseconds: 0, curator: Fixture.curator, ops: [])
      let outcome = state.receive(change, id: ids[number])
      if number > 0 {
        #expect(outcome == .waiting(missing: [ids[number - 1]]))
      } else {
        #expect(outcome == .applied(alsoReleased: Array(ids.dropFirst())))
      }
    }
    #expect(state.waitingCount == 0 && state.heads == [ids[ids.count - 1]])
    #expect(state.depth(of: ids[ids.count - 1]) == UInt64(ids.count))
  }
}

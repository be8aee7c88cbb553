import CRDT

/// What must hold of every history, whatever its seed.
enum HistoryLaws {
  /// What one run was made of.
  struct Tally: Sendable {
    var runs = 0
    var changes = 0
    var forked = 0
    var waited = 0

    static func + (left: Tally, right: Tally) -> Tally {
      Tally(
        runs: left.runs + right.runs, changes: left.changes + right.changes, forked: left.forked + right.forked,
        waited: left.waited + right.waited)
    }
  }

  /// A law that does not hold, with the seed that shows it.
  struct Violation: Error, CustomStringConvertible {
    let seed: UInt64
    let what: String

    var description: String { "seed \(seed): \(what)" }
  }

  /// Makes the history of `seed` and checks: its bytes read back as what was written; each order of delivery, with
  /// duplicates, reaches the oracle's state; a part of it, which leaves changes waiting, does so too; and the queue
  /// drains when the rest comes.
  static func check(seed: UInt64, maximumSteps: Int = 40) throws(Violation) -> Tally {
    guard var generator = HistoryGenerator(seed: seed) else { throw Violation(seed: seed, what: "no generator") }
    let history: History
    do { history = try generator.generate(maximumSteps: maximumSteps) } catch {
      throw Violation(seed: seed, what: "a change that cannot be encoded: \(error)")
    }
    for made in history.changes { try checkBytes(made, seed: seed) }
    var tally = Tally(runs: 1, changes: history.changes.count, forked: history.forks > 0 ? 1 : 0)
    let whole = Oracle(store: history.store, changes: history.byID)
    guard whole.applied.count == history.changes.count else { throw Violation(seed: seed, what: "not causally closed") }

    var random = SplitMix64(seed: ~seed)
    var inOrder = State(store: history.store)
    for made in history.changes { _ = inOrder.receive(made.change, id: made.id) }
    if let what = whole.difference(from: inOrder, received: history.changes.count) {
      throw Violation(seed: seed, what: "in order of making: \(what)")
    }
    for delivery in 1...3 {
      tally.waited += try deliver(history, whole: whole, random: &random, delivery: delivery, seed: seed)
    }
    return tally
  }

  private static func checkBytes(_ made: MadeChange, seed: UInt64) throws(Violation) {
    let decoded: Change
    do { decoded = try Change(decoding: made.encoded) } catch {
      throw Violation(seed: seed, what: "\(made.id) is refused: \(error)")
    }
    guard decoded == made.change else { throw Violation(seed: seed, what: "\(made.id) reads as another change") }
    let salts = made.encoded.body.flatMap { try? Body(decoding: $0) }?.seed ?? []
    guard let again = try? decoded.encode(seed: salts), again == made.encoded else {
      throw Violation(seed: seed, what: "\(made.id) is written as other bytes when it is written again")
    }
  }

  private static func deliver(
    _ history: History, whole: Oracle, random: inout SplitMix64, delivery: Int, seed: UInt64
  ) throws(Violation) -> Int {
    let count = history.changes.count
    let duplicated = history.changes + random.subset(history.changes, percent: 30)
    let order = random.shuffled(duplicated)
    let stop = random.below(order.count + 1)
    var state = State(store: history.store)
    var received: [ChangeID: Change] = [:]
    var waited = 0
    for (place, made) in order.enumerated() {
      if place == stop {
        let part = Oracle(store: history.store, changes: received)
        if let what = part.difference(from: state, received: received.count) {
          throw Violation(seed: seed, what: "delivery \(delivery) after \(place): \(what)")
        }
      }
      let outcome = state.receive(made.change, id: made.id)
      let isNew = received.updateValue(made.change, forKey: made.id) == nil
      switch outcome {
      case .duplicate where isNew, .applied where !isNew, .waiting where !isNew:
        throw Violation(seed: seed, what: "delivery \(delivery): \(outcome) for \(made.id)")
      case .waiting(let missing):
        waited += 1
        if missing.isEmpty { throw Violation(seed: seed, what: "\(made.id) waits for nothing") }
      default: break
      }
    }
    if let what = whole.difference(from: state, received: count) {
      throw Violation(seed: seed, what: "delivery \(delivery): \(what)")
    }
    return waited
  }
}

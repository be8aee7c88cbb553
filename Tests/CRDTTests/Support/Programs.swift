import CRDT

/// A few replicas' writes, small enough that all the orders can be tried in which they may arrive.
struct Program: Sendable {
  /// One write of a replica: a change with one op.
  struct Step: Hashable, Sendable {
    var action: Action
    var field = ""
    var element: String?
    /// Whether it supersedes all that it sees live in the cell, or nothing.
    var isBlind = false
    /// The (replica, step) whose change it has seen besides its own log, with all that this one has seen.
    var sees: [Place] = []
  }

  struct Place: Hashable, Sendable {
    var replica: Int
    var step: Int

    init(_ replica: Int, _ step: Int) {
      self.replica = replica
      self.step = step
    }
  }

  var name: String
  var replicas: [[Step]]

  /// A program whose steps have their changes.
  struct Built: Sendable {
    let store: StoreID
    let changes: [[MadeStep]]
  }

  struct MadeStep: Sendable {
    let id: ChangeID
    let change: Change
  }

  /// Makes the changes; `nil` where steps see each other in a circle.
  ///
  /// The merge never looks into an id, so ids are drawn from `seed`: hashing would take most of the time.
  func built(seed: UInt64) -> Built? {
    var random = SplitMix64(seed: seed)
    guard let store = StoreID(random.bytes(16)), let record = RecordID(random.bytes(16)) else { return nil }
    let names = replicas.compactMap { _ in ReplicaID(random.bytes(32)) }
    var made: [Place: MadeStep] = [:]
    var seen: [Place: [ChangeID: Change]] = [:]
    var grew = true
    while grew {
      grew = false
      for (replica, steps) in replicas.enumerated() {
        for (number, step) in steps.enumerated() where made[Place(replica, number)] == nil {
          let previous = number == 0 ? nil : made[Place(replica, number - 1)]
          let others = step.sees.map { made[$0] }
          guard number == 0 || previous != nil, !others.contains(where: { $0 == nil }) else { break }
          guard let id = ChangeID(random.bytes(32)) else { return nil }
          var known: [ChangeID: Change] = [:]
          for place in (number == 0 ? [] : [Place(replica, number - 1)]) + step.sees {
            known.merge(seen[place] ?? [:]) { first, _ in first }
          }
          let cell = CellKey(
            record: RecordKey(kind: "claim", id: record), field: step.field, element: step.element)
          let live = Oracle(store: store, changes: known).live(in: cell)
          let op = Op(
            kind: "claim", record: record, field: step.field, element: step.element, action: step.action,
            supersedes: step.isBlind || step.action == .create ? [] : live, payload: step.payload(known: known))
          let change = Change(
            store: store, replica: names[replica], sequence: UInt64(number + 1), previous: previous?.id,
            deps: others.compactMap { $0?.id }.sorted(), timeMilliseconds: 0, curator: record, ops: [op])
          made[Place(replica, number)] = MadeStep(id: id, change: change)
          known[id] = change
          seen[Place(replica, number)] = known
          grew = true
        }
      }
    }
    guard made.count == replicas.reduce(0, { $0 + $1.count }) else { return nil }
    return Built(
      store: store,
      changes: replicas.enumerated().map { replica, steps in steps.indices.compactMap { made[Place(replica, $0)] } })
  }
}

extension Program.Step {
  fileprivate func payload(known: [ChangeID: Change]) -> Op.Payload {
    switch action {
    case .create: .create(values: [], elements: [])
    case .set: .value(.inHeader(.text("value")))
    case .delete: .saw(known.keys.sorted())
    case .restate: .restates(known.keys.sorted())
    case .splice: .splices([], inserted: nil)
    default: .none
    }
  }
}

/// All the orders in which the changes of a program may arrive after what they need.
enum Interleavings {
  /// Delivers every linear extension, one after the other; orders that begin alike share that beginning.
  ///
  /// - Parameter visit: is given the state after each complete order; returns `false` to stop.
  /// - Returns: how many orders there were.
  static func forEach(_ program: Program.Built, visit: (State) -> Bool) -> Int {
    var count = 0
    func descend(_ state: State, _ next: [Int]) -> Bool {
      var isComplete = true
      for replica in program.changes.indices where next[replica] < program.changes[replica].count {
        isComplete = false
        let made = program.changes[replica][next[replica]]
        guard made.change.prerequisites.allSatisfy({ state.depth(of: $0) != nil }) else { continue }
        var state = state
        _ = state.receive(made.change, id: made.id)
        var next = next
        next[replica] += 1
        if !descend(state, next) { return false }
      }
      guard isComplete else { return true }
      count += 1
      return visit(state)
    }
    _ = descend(State(store: program.store), program.changes.map { _ in 0 })
    return count
  }

  /// Checks all linear extensions at the cost of the ideals alone.
  ///
  /// An ideal is what may have been delivered so far: how many changes of each log. All orders are paths through the
  /// lattice of ideals. Where every edge into an ideal leads to the same state, which is compared in everything that a
  /// state can be asked for, then by induction every path to it does. So 3 logs of 4 changes need 125 states and at
  /// most 300 deliveries, not 34,650 times 12; and each ideal is compared with the oracle, so that every shorter
  /// program is checked along with its longer ones.
  ///
  /// - Returns: the first difference; `nil` where there is none.
  static func differenceAlongIdeals(_ program: Program.Built) -> String? {
    let lengths = program.changes.map(\.count)
    var reached: [[Int]: (state: State, observation: Observation)] = [:]
    let empty = State(store: program.store)
    reached[lengths.map { _ in 0 }] = (empty, Observation(empty))
    var layer: [[Int]] = [lengths.map { _ in 0 }]
    while !layer.isEmpty {
      var following: [[Int]] = []
      for ideal in layer {
        guard let (state, _) = reached[ideal] else { continue }
        let delivered = program.changes.indices.flatMap { program.changes[$0].prefix(ideal[$0]) }
        let plain = Dictionary(uniqueKeysWithValues: delivered.map { ($0.id, $0.change) })
        let oracle = Oracle(store: program.store, changes: plain)
        if let what = oracle.difference(from: state, received: delivered.count) { return "\(ideal): \(what)" }
        for replica in lengths.indices where ideal[replica] < lengths[replica] {
          let made = program.changes[replica][ideal[replica]]
          guard made.change.prerequisites.allSatisfy({ plain[$0] != nil }) else { continue }
          var next = ideal
          next[replica] += 1
          var after = state
          _ = after.receive(made.change, id: made.id)
          let observation = Observation(after)
          if let before = reached[next] {
            if before.observation != observation { return "\(next) differs by the order of arrival" }
          } else {
            reached[next] = (after, observation)
            following.append(next)
          }
        }
      }
      layer = following
    }
    return reached[lengths] == nil ? "the last ideal is never reached" : nil
  }
}

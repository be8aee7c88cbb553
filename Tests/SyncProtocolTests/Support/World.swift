import CRDT

/// All changes that anybody made, so that the packs of the model need to hold only ids.
final class World {
  let store: StoreID
  private(set) var changes: [ChangeID: Change] = [:]
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    store = .random(&random)
  }

  func newReplica() -> ReplicaID { .random(&random) }

  /// Makes a change. Nobody here looks into an id, so it is drawn and not hashed.
  func write(_ replica: ReplicaID, after previous: ChangeID?, deps: [ChangeID] = []) -> ChangeID {
    let id = ChangeID.random(&random)
    changes[id] = Change(
      store: store, replica: replica, sequence: 1 + sequence(of: previous), previous: previous, deps: deps,
      timeMilliseconds: 0, curator: nil, ops: [])
    return id
  }

  /// Makes `count` changes, one after the other.
  func write(_ replica: ReplicaID, after previous: ChangeID?, count: Int) -> [ChangeID] {
    var last = previous
    return (0..<count).map { _ in
      let id = write(replica, after: last)
      last = id
      return id
    }
  }

  func tip(_ id: ChangeID) -> LogTip { LogTip(id: id, sequence: sequence(of: id)) }

  func previous(of id: ChangeID) -> ChangeID? { changes[id]?.previous }

  private func sequence(of id: ChangeID?) -> UInt64 { id.flatMap { changes[$0]?.sequence } ?? 0 }
}

extension Bytes32 {
  static func random(_ random: inout SplitMix64) -> Self {
    guard let value = Self(random.bytes(32)) else { preconditionFailure("32 bytes are not 32 bytes") }
    return value
  }
}

extension Bytes16 {
  static func random(_ random: inout SplitMix64) -> Self {
    guard let value = Self(random.bytes(16)) else { preconditionFailure("16 bytes are not 16 bytes") }
    return value
  }
}

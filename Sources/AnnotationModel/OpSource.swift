/// An op with what its place in the history says of it.
public struct FoundOp: Hashable, Sendable {
  /// The op; of a record's create the whole create.
  public var op: Op
  /// The causal depth of its change.
  public var depth: UInt64
  /// The replica that made the change.
  public var replica: ReplicaID
  /// The change's place in that replica's log.
  public var sequence: UInt64

  /// Makes it.
  public init(op: Op, depth: UInt64, replica: ReplicaID, sequence: UInt64) {
    self.op = op
    self.depth = depth
    self.replica = replica
    self.sequence = sequence
  }
}

/// Where ops can be looked up: the state in memory, or the store's log.
public protocol OpSource {
  /// The op that `change` has in `cell`, its record's create included; `nil` where the change is not there or does not
  /// write the cell.
  func op(of change: ChangeID, in cell: CellKey) throws -> FoundOp?

  /// The graph of the text that was read last: whoever tells a history reads one text at many of its versions.
  var lastGraph: ProseGraphCache { get }

  /// What restatements were found to say: one may rest on a long line of others.
  var restated: RestateCache { get }
}

/// Keeps what the ops of registers and sets say, restatements followed. It never changes.
public final class RestateCache {
  private var known: [CellKey: [ChangeID: LiveOp?]] = [:]
  private var count = 0
  private static let limit = 1 << 15

  /// Makes an empty one.
  public init() {}

  /// Takes out what is known of a cell, to be kept again with more.
  func take(_ cell: CellKey) -> [ChangeID: LiveOp?] {
    let found = known.removeValue(forKey: cell) ?? [:]
    count -= found.count
    return found
  }

  /// Keeps what is known of a cell; that of others goes where it becomes too much.
  func keep(_ ops: [ChangeID: LiveOp?], of cell: CellKey) {
    if count + ops.count > Self.limit {
      known.removeAll()
      count = 0
    }
    known[cell] = ops
    count += ops.count
  }
}

/// Keeps the event graph of one text, which grows as more of its history is asked for.
public final class ProseGraphCache {
  var kept: (cell: CellKey, graph: ProseGraph)?

  /// Makes an empty one.
  public init() {}
}

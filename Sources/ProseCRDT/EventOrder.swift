/// Breaks ties between concurrent insertions in one place: ascending (replica key, sequence number, change id), then
/// the index in the change.
///
/// No two changes of one text may have an equal order: then the order of what they insert in one place is not defined.
public struct EventOrder: Hashable, Comparable, Sendable {
  private let replica: [UInt8]
  private let sequence: UInt64
  private let change: [UInt8]

  /// Makes the order of the events of one change.
  public init(replica: [UInt8], sequence: UInt64, change: [UInt8]) {
    (self.replica, self.sequence, self.change) = (replica, sequence, change)
  }

  /// Whether what `left` inserts comes before what `right` inserts in the same place.
  public static func < (left: EventOrder, right: EventOrder) -> Bool {
    if left.replica != right.replica { return left.replica.lexicographicallyPrecedes(right.replica) }
    if left.sequence != right.sequence { return left.sequence < right.sequence }
    return left.change.lexicographicallyPrecedes(right.change)
  }
}

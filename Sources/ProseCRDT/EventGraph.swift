/// The history of one text, append only, after "Collaborative text editing with Eg-walker" (Gentle & Kleppmann, EuroSys
/// 2025).
///
/// An event inserts or deletes one Unicode scalar; events are numbered from 0 in the order in which they were
/// appended. What the text is at a version depends only on the events, their parents and their orders, never on their
/// numbers. Kept are the operations as they happened, run-length encoded; no identifiers and no tombstones: those are
/// made, and thrown away, where concurrent branches are walked. At most 2^31 - 1 scalars can be inserted.
public struct EventGraph: Sendable {
  /// The numbers of the last events seen, ascending, none before another; `[]` is the empty text.
  public typealias Version = [Int]

  /// A linear stretch of events: each but the first has the one before as its one parent.
  struct Stretch: Sendable {
    /// The number of its first event; it ends where the next stretch starts.
    var start: Int
    /// Where the parents of its first event start in `parentPool`; they end where those of the next one start.
    var parents: Int
  }

  private struct Change: Sendable {
    var start: Int
    var order: EventOrder
  }

  private(set) var log = EventLog()
  private(set) var stretches: [Stretch] = []
  private(set) var parentPool: [Int] = []
  private var changes: [Change] = []

  /// The version of everything that was appended.
  public private(set) var heads: Version = []

  /// Makes the history of an empty text.
  public init() {}

  /// How many events were appended.
  public var eventCount: Int { log.end }

  /// Appends what one op did and returns the version after it: the parents, reduced, where that was nothing.
  ///
  /// Splices are ascending and do not overlap, and their positions and counts are in scalars of the text before the op;
  /// they are applied in ascending order, each as a deletion and then an insertion at the same place. `areTyped`: each is
  /// in scalars of the text after the one before it, wherever that is. What lies outside the text is clamped as
  /// `TextEdit.apply` clamps it; after a join some events of such a deletion may delete nothing. Takes time in proportion
  /// to what is inserted and to the number of splices; more only where `parents` are several that are not the heads.
  public mutating func append(
    _ splices: [TextSplice], areTyped: Bool = false, parents: Version, order: EventOrder
  ) -> Version {
    let parents = reduced(parents)
    let start = log.end
    var length = log.bound(at: parents)
    var isContinued = isLast(parents)
    var (copied, shift) = (0, 0)
    for splice in splices {
      let position = min(max(splice.position, copied), length)
      let deleted = min(max(splice.deleted, 0), length - position)
      let inserted = log.append(
        at: position + shift, deleted: deleted, inserted: splice.inserted, bound: length + shift,
        isContinued: isContinued)
      isContinued = isContinued || log.end > start
      if areTyped {
        length += inserted - deleted
      } else {
        shift += inserted - deleted
        copied = position + deleted
      }
    }
    return finish(from: start, parents: parents, order: order)
  }

  private func reduced(_ parents: Version) -> Version {
    if parents == heads { return heads }
    precondition(parents.allSatisfy { 0 <= $0 && $0 < log.end }, "a parent that was not appended")
    return joined([parents])
  }

  private func isLast(_ parents: Version) -> Bool { parents.count == 1 && parents[0] == log.end - 1 }

  /// Puts the events from `start` on into the graph.
  private mutating func finish(from start: Int, parents: Version, order: EventOrder) -> Version {
    guard log.end > start else { return parents }
    if !(parents.count == 1 && parents[0] == start - 1) {
      stretches.append(Stretch(start: start, parents: parentPool.count))
      parentPool += parents
    }
    changes.append(Change(start: start, order: order))
    let version = [log.end - 1]
    if parents == heads {
      heads = version
    } else {
      heads.removeAll(where: parents.contains)
      heads += version
    }
    return version
  }

  /// The index of the stretch that `event` is in.
  func stretchIndex(of event: Int) -> Int {
    if let last = stretches.last, last.start <= event { return stretches.count - 1 }
    return stretches.partitionPoint { $0.start > event } - 1
  }

  /// The parents of the first event of a stretch.
  func parents(ofStretch index: Int) -> ArraySlice<Int> {
    let end = index + 1 < stretches.count ? stretches[index + 1].parents : parentPool.count
    return parentPool[stretches[index].parents..<end]
  }

  /// Whether the scalar at `left` of the buffer comes before the one at `right` where both were inserted in one place.
  func precedes(_ left: Int, _ right: Int) -> Bool {
    let (leftEvent, rightEvent) = (log.event(inserting: left), log.event(inserting: right))
    let leftOrder = changes[changes.partitionPoint { $0.start > leftEvent } - 1].order
    let rightOrder = changes[changes.partitionPoint { $0.start > rightEvent } - 1].order
    return leftOrder == rightOrder ? leftEvent < rightEvent : leftOrder < rightOrder
  }
}

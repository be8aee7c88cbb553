import AnnotationStore
import SyncProtocol

/// The changes that are to be sent to one peer, and how far that is done. The log only grows, and what waits is found
/// again by its id, so that no snapshot need be held open while a slow peer takes them.
public struct OutgoingChanges: Sendable {
  private struct Item {
    var place: ReadTransaction.ChangePlace
    var run: Int
  }

  /// A run, and what was read of it and waits for a seal.
  private struct Run {
    var replica: ReplicaID
    var tip: LogTip?
    var unsealed: [PackedChange] = []
    /// Whether a change of it is here no more, so that nothing after it can be sent.
    var isBroken = false
  }

  private var items: [Item] = []
  private var runs: [Run] = []
  private var next = 0
  /// The segment that did not go into the pack before.
  private var held: Int?

  /// Plans nothing.
  package init() {}

  /// Plans what a want asks for and is here, in one causal order: that of arrival here, what waits last.
  package init(for want: SyncWant, _ reader: ReadTransaction) throws {
    for log in want.logs {
      let runs = try SyncPlan.runs(
        for: log, find: { try reader.tip($0, of: log.replica) },
        back: { try reader.before($0, at: $1, of: log.replica) })
      for run in runs { add(run, try reader.places(of: log.replica, after: run.after, through: run.through)) }
    }
    sort()
  }

  /// Brings the runs into one causal order: that of arrival here, what waits last.
  mutating func sort() { items.sort { $0.place < $1.place } }

  /// How many changes there are, those that no seal closes included.
  public var changeCount: Int { items.count }

  mutating func add(_ run: LogRun, _ places: [ReadTransaction.ChangePlace]) {
    items += places.map { Item(place: $0, run: runs.count) }
    runs.append(Run(replica: run.replica, tip: run.after))
  }

  /// How much goes into a pack, unless one seal closes more: half of what it may hold, for whoever takes one has all of it
  /// decoded in memory.
  private static let packBytes = PackWriter.maximumByteCount / 2

  /// Fills a pack with segments that end with a seal; `nil` after the last.
  package mutating func nextPack(of store: StoreID, _ reader: ReadTransaction) throws -> OutgoingPack? {
    var writer = PackWriter(store: store)
    if let run = held { try append(run, to: &writer) }
    held = nil
    while next < items.count, held == nil {
      let item = items[next]
      next += 1
      if runs[item.run].isBroken { continue }
      guard let change = try reader.packed(item.place) else {
        runs[item.run].isBroken = true
        continue
      }
      runs[item.run].unsealed.append(change)
      guard change.seal != nil else { continue }
      let size = runs[item.run].unsealed.reduce(64) { $0 + $1.encoded.byteCount }
      if !writer.isEmpty, writer.byteCount + size > Self.packBytes {
        held = item.run
      } else {
        try append(item.run, to: &writer)
      }
    }
    guard !writer.isEmpty else { return nil }
    let count = writer.changeCount
    return OutgoingPack(bytes: try writer.finish(compress: Zstandard.compress).bytes, changeCount: count)
  }

  private mutating func append(_ run: Int, to writer: inout PackWriter) throws {
    let segment = runs[run].unsealed
    try writer.append(segment, replica: runs[run].replica, after: runs[run].tip.map { ($0.id, $0.sequence) })
    runs[run].unsealed.removeAll()
    guard let last = segment.last else { return }
    runs[run].tip = LogTip(id: last.id, sequence: (runs[run].tip?.sequence ?? 0) + UInt64(segment.count))
  }
}

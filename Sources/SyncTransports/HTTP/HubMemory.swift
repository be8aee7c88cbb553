import AnnotationStore
import SyncProtocol

/// What a store remembers of a hub: how far it has what the hub has, and what the hub has of what is here.
///
/// Both are shortcuts. The hub checks the points of its history; the tips are believed only while all of them are here,
/// which tells that this store was not set back since.
struct HubMemory {
  /// Up to where everything there is here.
  var cursor: SyncCursor
  /// The last point at which the hub was seen to have what ``known`` names. It is beyond the cursor after a push, which
  /// brings nothing; a hub that has lost what was pushed cannot confirm it.
  var seen: SyncCursor
  var known: [LogPosition]

  private static let cursorName = "hub.cursor"
  private static let seenName = "hub.seen"
  private static let knownName = "hub.known"

  /// What is to be remembered after a look at everything up to a point.
  init(cursor: SyncCursor, known: [LogPosition]) {
    self.cursor = cursor
    seen = cursor
    self.known = known
  }

  /// Reads what is remembered; `nil` where there is nothing that could be used.
  init?(_ memory: RemoteMemory?, in store: Store) throws {
    guard let values = try memory?.values(prefix: "hub."), let known = values[Self.knownName],
      case .answer(let answer)? = try? SyncMessage(decoding: values[Self.cursorName] ?? []),
      case .answer(let seen)? = try? SyncMessage(decoding: values[Self.seenName] ?? []),
      case .done(let done)? = try? SyncMessage(decoding: known), done.digest == seen.cursor.digest,
      try store.read({ reader in try done.lacking.allSatisfy { try $0.tips.allSatisfy { try reader.has($0.id) } } })
    else { return nil }
    (self.cursor, self.seen) = (answer.cursor, seen.cursor)
    self.known = done.lacking
  }

  /// Keeps it in place of what was remembered.
  func keep(in memory: RemoteMemory?) throws {
    let points = try [cursor, seen].map { try SyncMessage.answer(SyncAnswer(isConfirmed: true, cursor: $0)).encoded() }
    let known = try SyncMessage.done(SyncDone(digest: seen.digest, lacking: known)).encoded()
    try memory?.keep([Self.cursorName: points[0], Self.seenName: points[1], Self.knownName: known])
  }
}

/// The tips of the logs as somebody has them, while packs go there or come from there.
struct KnownTips {
  private var tips: [ReplicaID: Set<LogTip>] = [:]

  init(_ positions: [LogPosition]) { for log in positions { tips[log.replica] = Set(log.tips) } }

  /// Adds the ends of runs.
  mutating func add(_ positions: [LogPosition]) {
    for log in positions { tips[log.replica, default: []].formUnion(log.tips) }
  }

  /// As positions, ascending by replica: of each log the tips that are tips here still, and the last.
  ///
  /// What is left out comes before one of them, or on a branch of a forked log that is sent once more.
  func positions(_ reader: ReadTransaction) throws -> [LogPosition] {
    try tips.sorted { $0.key < $1.key }.compactMap { replica, known in
      guard let last = known.max() else { return nil }
      if known.count == 1 { return LogPosition(replica: replica, tips: [last]) }
      let here = Set(try reader.tips(of: replica))
      return LogPosition(replica: replica, tips: known.filter { here.contains($0) || $0 == last }.sorted())
    }
  }
}

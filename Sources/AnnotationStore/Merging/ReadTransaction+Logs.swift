import AnnotationModel
import GRDB

/// What a session of the sync protocol asks of a store: how far its logs are, and their changes.
extension ReadTransaction {
  /// How far each log is here, what waits without a gap included; ascending by replica.
  ///
  /// Costs a few look-ups a log, however long the logs are.
  package func logPositions() throws -> [LogPosition] {
    let log = logReader
    var tips: [ReplicaID: [LogTip]] = [:]
    let replicas = try db.each("SELECT ref, key FROM replica") { ($0.value(Int64.self, 0), $0.value(Blob.self, 1)) }
    for (ref, key) in replicas {
      guard let ref, let replica = key.flatMap({ ReplicaID($0.bytes) }) else { continue }
      let here = try log.tips(of: ref).map(\.tip)
      if !here.isEmpty { tips[replica] = here }
    }
    for place in try WaitingChanges(db).withoutGap() { place.extend(&tips[place.replica, default: []]) }
    return tips.map { LogPosition(replica: $0.key, tips: $0.value.sorted()) }.sorted { $0.replica < $1.replica }
  }

  /// How far one log is here, what waits without a gap included; ascending.
  package func tips(of replica: ReplicaID) throws -> [LogTip] {
    var tips = try ref(of: replica).map { try logReader.tips(of: $0).map(\.tip) } ?? []
    for place in try WaitingChanges(db).withoutGap(of: replica) { place.extend(&tips) }
    return tips.sorted()
  }

  /// The heads of what is applied, ascending.
  package func heads() throws -> [ChangeID] {
    try db.all(Blob.self, "SELECT id FROM change WHERE arrival IN (SELECT change FROM head) ORDER BY id")
      .compactMap { ChangeID($0.bytes) }
  }

  /// How many changes have arrived and were applied: the place of the last one in the order of arrival.
  package func lastArrival() throws -> Int64 { try db.one(Int64.self, "SELECT max(arrival) FROM change") ?? 0 }

  /// The logs that grew after a point in the order of arrival: how far each was then, and how far it is; ascending by
  /// replica. What waits is left out: it gets its place in that order when it is applied.
  package func logs(grownAfter arrival: Int64) throws -> [(before: LogPosition, now: LogPosition)] {
    let log = logReader
    let rows = try db.each(
      """
      SELECT ref, key FROM replica WHERE ref IN (SELECT DISTINCT replica FROM change WHERE arrival > ?) ORDER BY key
      """, arrival
    ) { ($0.value(Int64.self, 0), $0.value(Blob.self, 1)) }
    return try rows.compactMap { ref, key in
      guard let ref, let replica = key.flatMap({ ReplicaID($0.bytes) }) else { return nil }
      return (
        LogPosition(replica: replica, tips: try log.tips(of: ref, arrivedBy: arrival).map(\.tip)),
        LogPosition(replica: replica, tips: try log.tips(of: ref).map(\.tip))
      )
    }
  }

  /// Whether a change is applied, or waits while everything before it in its log is here.
  package func has(_ id: ChangeID) throws -> Bool {
    if try logReader.arrival(of: id) != nil { return true }
    let (log, waiting) = (logReader, WaitingChanges(db))
    guard var place = try waiting.place(of: id) else { return false }
    while let previous = place.previous {
      if try log.arrival(of: previous) != nil { return true }
      guard let before = try waiting.place(of: previous) else { return false }
      place = before
    }
    return true
  }

  /// The place of a change in its log; `nil` where it is not had, or is of another log.
  package func tip(_ id: ChangeID, of replica: ReplicaID) throws -> LogTip? {
    if let place = try logReader.place(of: id) {
      return try place.replica == ref(of: replica) ? LogTip(id: id, sequence: UInt64(place.sequence)) : nil
    }
    guard try has(id) else { return nil }
    return try WaitingChanges(db).place(of: id).flatMap { $0.replica == replica ? $0.tip : nil }
  }

  /// What stands in a log before a change, at the sequence number given where one look-up tells that, else right before
  /// the change.
  package func before(_ change: LogTip, at sequence: UInt64, of replica: ReplicaID) throws -> LogTip {
    if let place = try WaitingChanges(db).place(of: change.id) {
      guard let previous = place.previous else {
        throw LogDamage(arrival: 0, detail: "what comes before change \(change.id) in its log is missing")
      }
      return LogTip(id: previous, sequence: change.sequence - 1)
    }
    let found = try db.all(
      Blob.self, "SELECT id FROM change WHERE replica = ? AND sequence = ? LIMIT 2", try ref(of: replica),
      Int64(sequence))
    if found.count == 1, let id = ChangeID(found[0].bytes) { return LogTip(id: id, sequence: sequence) }
    let log = logReader
    guard let arrival = try log.arrival(of: change.id), let id = try log.change(arrival).previous else {
      throw LogDamage(arrival: 0, detail: "what comes before change \(change.id) in its log is missing")
    }
    return LogTip(id: id, sequence: change.sequence - 1)
  }

  /// The curators in whose names a replica wrote, ascending.
  public func curators(of replica: ReplicaID) throws -> [RecordID] {
    try db.all(
      Blob.self,
      """
      SELECT id FROM record WHERE ref IN (SELECT DISTINCT curator FROM change WHERE replica = ?) ORDER BY id
      """, try ref(of: replica)
    ).compactMap { RecordID($0.bytes) }
  }

  /// What a replica had seen when it made the last change of its log that is here: how far all logs are in its past.
  package func seen(by replica: ReplicaID) throws -> [LogPosition] {
    let log = logReader
    guard let ref = try ref(of: replica) else { return [] }
    var open = try log.tips(of: ref).map(\.arrival)
    var seen = Set(open)
    var tips: [ReplicaID: Set<LogTip>] = [:]
    while let arrival = open.popLast() {
      let change = try log.change(arrival)
      tips[change.replica, default: []].insert(LogTip(id: try log.id(of: arrival), sequence: change.sequence))
      for id in change.prerequisites {
        if let before = try log.arrival(of: id), seen.insert(before).inserted { open.append(before) }
      }
    }
    // The highest of a log stand for what is before them; of a forked one a few more than need be.
    return tips.map { replica, all in
      LogPosition(replica: replica, tips: Array(all.sorted().suffix(64)))
    }.sorted { $0.replica < $1.replica }
  }

  /// Where a change is kept; ascending in the order in which changes may be sent.
  package enum ChangePlace: Hashable, Comparable, Sendable {
    /// In the log, at this place in the order of arrival.
    case applied(Int64)
    /// Among those that wait.
    case waiting(LogTip)
  }

  /// A stretch of one log, from behind `after` up to `through`, ascending.
  package func places(of replica: ReplicaID, after: LogTip?, through: LogTip) throws -> [ChangePlace] {
    let waiting = WaitingChanges(db)
    var found: [ChangePlace] = []
    var next: ChangeID? = through.id
    while let id = next, id != after?.id, let place = try waiting.place(of: id) {
      found.append(.waiting(place.tip))
      next = place.previous
    }
    if let id = next, id != after?.id {
      let last = LogTip(id: id, sequence: through.sequence - UInt64(found.count))
      found += try arrivals(of: replica, after: after, through: last).reversed().map(ChangePlace.applied)
    }
    return found.reversed()
  }

  private func arrivals(of replica: ReplicaID, after: LogTip?, through: LogTip) throws -> [Int64] {
    let first = after?.sequence ?? 0
    guard through.sequence >= first else { return [] }
    let range = try db.all(
      Int64.self, "SELECT arrival FROM change WHERE replica = ? AND sequence > ? AND sequence <= ? ORDER BY sequence",
      try ref(of: replica), Int64(first), Int64(through.sequence))
    if range.count == Int(through.sequence - first) { return range }
    // The log forked here: only the way back from the end tells what is on this branch.
    let log = logReader
    var found: [Int64] = []
    var next: ChangeID? = through.id
    while let id = next, id != after?.id, let arrival = try log.arrival(of: id) {
      found.append(arrival)
      next = try log.change(arrival).previous
    }
    return found.reversed()
  }

  /// A change as it travels; `nil` for one that waited and was refused since.
  package func packed(_ place: ChangePlace) throws -> PackedChange? {
    switch place {
    case .applied(let arrival):
      let logged = try logReader.logged(arrival)
      return PackedChange(id: logged.id, encoded: logged.encoded, seal: logged.seal)
    case .waiting(let tip):
      // It may have been applied since it was planned to be sent.
      if let arrival = try logReader.arrival(of: tip.id) { return try packed(.applied(arrival)) }
      let waiting = WaitingChanges(db)
      return try waiting.place(of: tip.id).flatMap { try waiting.waiting($0.number) }.map {
        PackedChange(id: $0.id, encoded: $0.encoded, seal: $0.seal)
      }
    }
  }

  private func ref(of replica: ReplicaID) throws -> Int64? {
    try db.one(Int64.self, "SELECT ref FROM replica WHERE key = ?", Blob(replica.bytes))
  }
}

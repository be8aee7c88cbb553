import CRDT

/// The decisions of a session, as functions of what is asked for: what to ask of the other side, and what to send it.
public enum SyncPlan {
  /// The tips of `theirs` that are not here. Looks up only tips that are not among those of `mine`; both ascend by
  /// replica.
  ///
  /// - Throws: what `contains` throws.
  public static func lacking(
    mine: [LogPosition], theirs: [LogPosition], contains: (ChangeID) throws -> Bool
  ) rethrows -> [LogPosition] {
    var lacking: [LogPosition] = []
    var index = mine.startIndex
    for log in theirs {
      while index < mine.endIndex, mine[index].replica < log.replica { index += 1 }
      let isHere = index < mine.endIndex && mine[index].replica == log.replica
      let tips = isHere ? mine[index].tips : []
      if tips == log.tips { continue }
      let known = Set(tips)
      let missing = try log.tips.filter { try !known.contains($0) && !contains($0.id) }
      if !missing.isEmpty { lacking.append(LogPosition(replica: log.replica, tips: missing)) }
    }
    return lacking
  }

  /// Asks for what is lacking, with the locators of those logs.
  ///
  /// Asks for no more than fits into one message; the rest is left to the next session.
  /// - Parameter locator: what is here of a log; asked only for logs that are wanted.
  /// - Throws: what `locator` throws.
  public static func want(
    _ lacking: [LogPosition], idLimit: Int = SyncLimits.idsInMessage, locator: (ReplicaID) throws -> [LogTip]
  ) rethrows -> SyncWant {
    var logs: [LogWant] = []
    var left = idLimit
    for log in lacking {
      let have = try locator(log.replica).sorted().suffix(SyncLimits.idsInLocator)
      guard left > have.count else { break }
      let tips = log.tips.prefix(left - have.count)
      left -= have.count + tips.count
      logs.append(LogWant(replica: log.replica, tips: tips.map(\.id).sorted(), have: Array(have)))
    }
    return SyncWant(logs: logs)
  }
}

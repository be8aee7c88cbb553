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

  /// What the want of a bundle says: of every log the tips and a locator, in no more ids than fit into one message.
  ///
  /// Where all together would be more, locators give way: each is thinned evenly, so that it still reaches back to the
  /// beginning of its log, and keeps the tips longest.
  /// - Throws: what `locator` throws.
  public static func known(
    _ logs: [LogPosition], idLimit: Int = SyncLimits.idsInMessage, locator: (ReplicaID) throws -> [LogTip]
  ) rethrows -> [LogWant] {
    var left = idLimit - logs.reduce(0) { $0 + $1.tips.count }
    var known: [LogWant] = []
    for log in logs {
      let share = min(max(0, left) / (logs.count - known.count), SyncLimits.idsInLocator)
      let have = thinned(try locator(log.replica), to: share, keeping: log.tips)
      left -= have.count
      known.append(LogWant(replica: log.replica, tips: log.tips.map(\.id).sorted(), have: have))
    }
    return known
  }

  private static func thinned(_ locator: [LogTip], to count: Int, keeping tips: [LogTip]) -> [LogTip] {
    if locator.count <= count { return locator.sorted() }
    let tips = tips.prefix(count)
    let others = locator.filter { !tips.contains($0) }.sorted().reversed() as [LogTip]
    let room = count - tips.count
    return (tips + (0..<room).map { others[($0 + 1) * others.count / room - 1] }).sorted()
  }
}

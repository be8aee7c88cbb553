import CRDT

/// A stretch of one log without a fork: the changes on the way from `after`, itself left out, to `through`.
public struct LogRun: Hashable, Sendable {
  /// Whose log it is.
  public var replica: ReplicaID
  /// The change before the first one; `nil` where the run begins with the log.
  public var after: LogTip?
  /// The last change.
  public var through: LogTip

  /// Makes a run.
  public init(replica: ReplicaID, after: LogTip?, through: LogTip) {
    self.replica = replica
    self.after = after
    self.through = through
  }
}

extension SyncPlan {
  /// Goes back in a log from a change to the sequence number given, which is smaller and at least 1.
  ///
  /// Returns the change that stands there on the way back, or any one on that way that is nearer: going back a single
  /// change is always right. Where only one change has that sequence number it is the one, because all that comes
  /// before a change that is had is had too; so a log that did not fork there takes one look-up, however far.
  public typealias Back = (_ change: LogTip, _ sequence: UInt64) throws -> LogTip

  /// What to send of a log: for each wanted tip that is here the run from the nearest change that the other side has.
  ///
  /// Where branches meet, the common part is in one of the runs only, and that one comes first. A branch is followed
  /// change by change only where another wanted branch runs beside it; otherwise in as many steps as `back` needs to
  /// get from one id of the locator to the next.
  /// - Parameter find: the place of a change; `nil` where it is not here, or of another log.
  /// - Throws: what `find` and `back` throw; ``SyncError/inconsistent(_:)`` where `back` does not go back.
  public static func runs(
    for want: LogWant, find: (ChangeID) throws -> LogTip?, back: Back
  ) throws -> [LogRun] {
    var walk = BranchWalk(want: want, tips: try want.tips.compactMap(find))
    while try walk.step(back: back) {}
    return walk.runs.sorted { ($0.after?.sequence ?? 0, $0.through) < ($1.after?.sequence ?? 0, $1.through) }
  }

  /// Chooses the ids of a log to tell the other side: the tips, and what lies at exponentially growing distances back
  /// from each, the first change included; about log2 n of them a branch, ascending.
  ///
  /// Whatever the other side shares lies at most about twice as far back as it has to.
  /// - Parameter limit: how many at most; the nearest of each branch come first.
  /// - Throws: what `back` throws; ``SyncError/inconsistent(_:)`` where `back` does not go back.
  public static func locator(
    from tips: [LogTip], limit: Int = SyncLimits.idsInLocator, back: Back
  ) throws -> [LogTip] {
    var chosen = Set(tips.prefix(limit))
    var branches = Array(tips.prefix(limit))
    var distance: UInt64 = 1
    while !branches.isEmpty {
      var further: [LogTip] = []
      for branch in branches where branch.sequence > 1 && chosen.count < limit {
        let target = branch.sequence > distance ? branch.sequence - distance : 1
        var change = branch
        while change.sequence > target { change = try step(from: change, to: target, back: back) }
        if chosen.insert(change).inserted { further.append(change) }
      }
      branches = further
      distance *= 2
    }
    return chosen.sorted()
  }

  /// Goes back, and makes sure that it was back: a loop must not depend on a storage that is in order.
  fileprivate static func step(from change: LogTip, to sequence: UInt64, back: Back) throws -> LogTip {
    let earlier = try back(change, sequence)
    guard (sequence..<change.sequence).contains(earlier.sequence) else {
      throw SyncError.inconsistent("what comes before change \(change.id) in its log is not before it")
    }
    return earlier
  }
}

/// Walks back along all wanted branches of a log at once, the highest sequence number first, so that branches which
/// meet are seen to meet whatever their lengths, and nothing has to be remembered but where each one stands.
private struct BranchWalk {
  private struct Branch {
    var through: LogTip
    var at: LogTip
  }

  private let replica: ReplicaID
  private let had: Set<LogTip>
  /// The sequence numbers of `had` that lie below all that was walked, ascending.
  private var stops: [UInt64]
  /// Ascending by `at`.
  private var branches: [Branch]
  private(set) var runs: [LogRun] = []

  init(want: LogWant, tips: [LogTip]) {
    replica = want.replica
    had = Set(want.have)
    stops = want.have.map(\.sequence).sorted()
    branches = tips.sorted().map { Branch(through: $0, at: $0) }
  }

  /// Moves the branches that stand highest back.
  ///
  /// - Returns: `false` when all have come to their end.
  mutating func step(back: SyncPlan.Back) throws -> Bool {
    guard let level = branches.last?.at.sequence else { return false }
    let highest = takeHighest(level)
    guard level > 1 else {
      for branch in highest { finish(branch, after: nil) }
      return false
    }
    while let stop = stops.last, stop >= level { stops.removeLast() }
    // Two that stand side by side may meet at the very next change; one alone can go down to where anything may be.
    let target = highest.count > 1 ? level - 1 : max(branches.last?.at.sequence ?? 1, stops.last ?? 1)
    var moved: [Branch] = []
    for branch in highest {
      moved.append(
        Branch(through: branch.through, at: try SyncPlan.step(from: branch.at, to: target, back: back)))
    }
    insert(moved)
    return true
  }

  /// Takes out the branches that stand at `level`, but for those that end there.
  private mutating func takeHighest(_ level: UInt64) -> [Branch] {
    var highest: [Branch] = []
    while let branch = branches.last, branch.at.sequence == level {
      branches.removeLast()
      if had.contains(branch.at) || highest.last?.at == branch.at {
        finish(branch, after: branch.at)
      } else {
        highest.append(branch)
      }
    }
    return highest
  }

  private mutating func finish(_ branch: Branch, after: LogTip?) {
    if after != branch.through { runs.append(LogRun(replica: replica, after: after, through: branch.through)) }
  }

  private mutating func insert(_ moved: [Branch]) {
    guard let lowest = moved.map(\.at.sequence).min() else { return }
    var start = branches.count
    while start > 0, branches[start - 1].at.sequence >= lowest { start -= 1 }
    branches += moved
    branches[start...].sort { ($0.at, $0.through) < ($1.at, $1.through) }
  }
}

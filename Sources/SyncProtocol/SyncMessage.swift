import CRDT

/// What the two sides of a session say to each other. Both say it in this order: a state, a want, any number of packs,
/// the end of the packs, done. With a hub hello, answer, taken and failure frame the same messages (Schema/hub.md).
public enum SyncMessage: Hashable, Sendable {
  /// What I have.
  case state(SyncState)
  /// What I lack of what you have.
  case want(SyncWant)
  /// Some of what you want.
  case pack([UInt8])
  /// There are no more packs; so many were sent.
  case end(packs: Int)
  /// I have taken all that you sent.
  case done(SyncDone)
  /// To a hub: this is who I am, and so far I was.
  case hello(SyncHello)
  /// From a hub: here I stand.
  case answer(SyncAnswer)
  /// From a hub: this became of what you sent; it is committed.
  case taken(ReceiveReport)
  /// From a hub: I have to break off.
  case failure(SyncFailure)

  /// What people call it.
  package var name: String {
    switch self {
    case .state: "a state"
    case .want: "a want"
    case .pack: "a pack"
    case .end: "the end of the packs"
    case .done: "done"
    case .hello: "a hello"
    case .answer: "an answer"
    case .taken: "what became of the packs"
    case .failure: "a failure"
    }
  }

  /// Checks order and limits: what both the decoder and a session see to before they believe anything.
  func check() throws(SyncError) {
    switch self {
    case .state(let state): try Self.check(state.logs)
    case .want(let want): try Self.check(want)
    case .pack(let bytes):
      guard bytes.count <= SyncLimits.packBytes else { throw .tooLarge("a pack") }
    case .end(let packs):
      guard (0...Int(Limits.integer)).contains(packs) else { throw .inconsistent("the number of packs") }
    case .done(let done): try Self.check(done.lacking)
    case .hello(let hello): try hello.cursor.map(Self.check)
    case .answer(let answer): try Self.check(answer.cursor)
    case .taken(let report): try Self.check(report)
    case .failure(let failure):
      guard (100...599).contains(failure.status) else { throw .inconsistent("the status of a failure") }
      try Self.check(reason: failure.reason)
    }
  }

  private static func check(_ cursor: SyncCursor) throws(SyncError) {
    if cursor.arrival > UInt64(Limits.integer) { throw .inconsistent("the arrival number of a cursor") }
  }

  private static func check(_ report: ReceiveReport) throws(SyncError) {
    let numbers = [
      report.applied, report.duplicate, report.waiting, report.released, report.conflictsOpened, report.conflictsClosed,
      report.unlistedRefusals,
    ]
    guard (numbers + report.refused.map(\.count)).allSatisfy((0...Int(Limits.integer)).contains),
      report.refused.allSatisfy({ $0.sequence <= UInt64(Limits.integer) })
    else { throw .inconsistent("a number in what became of the packs") }
    for refusal in report.refused { try check(reason: refusal.reason) }
  }

  private static func check(reason: String) throws(SyncError) {
    if reason.utf8.count > SyncLimits.reasonBytes { throw .tooLarge("a reason") }
  }

  private static func check(_ logs: [LogPosition]) throws(SyncError) {
    guard logs.isStrictlyAscending(by: \.replica) else { throw .inconsistent("the logs are not in order") }
    var ids = 0
    for log in logs {
      if log.tips.isEmpty { throw .inconsistent("a log without a tip") }
      try check(log.tips, what: "the tips of a log")
      ids += log.tips.count
    }
    if ids > SyncLimits.idsInMessage { throw .tooLarge("the number of tips") }
  }

  private static func check(_ want: SyncWant) throws(SyncError) {
    guard want.logs.isStrictlyAscending(by: \.replica) else { throw .inconsistent("the logs are not in order") }
    var ids = 0
    for log in want.logs {
      if log.tips.isEmpty { throw .inconsistent("a log without a tip") }
      guard log.tips.isStrictlyAscending(by: \.self) else { throw .inconsistent("the tips of a log are not in order") }
      if log.have.count > SyncLimits.idsInLocator { throw .tooLarge("a locator") }
      try check(log.have, what: "a locator")
      ids += log.tips.count + log.have.count
    }
    if ids > SyncLimits.idsInMessage { throw .tooLarge("the number of ids wanted") }
  }

  private static func check(_ tips: [LogTip], what: String) throws(SyncError) {
    guard tips.isStrictlyAscending(by: \.self) else { throw .inconsistent("\(what) are not in order") }
    guard tips.allSatisfy({ (1...UInt64(Limits.integer)).contains($0.sequence) }) else {
      throw .inconsistent("a sequence number is out of range")
    }
  }
}

extension Array {
  fileprivate func isStrictlyAscending<Key: Comparable>(by key: (Element) -> Key) -> Bool {
    zip(self, dropFirst()).allSatisfy { key($0) < key($1) }
  }
}

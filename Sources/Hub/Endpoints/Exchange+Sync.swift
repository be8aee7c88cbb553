import AnnotationStore
import HTTPTypes
import Hummingbird
import SyncProtocol
import SyncTransports

/// What came with one request of a sync.
private struct SyncRound {
  var hello: SyncHello
  /// The store; `nil` where it is not there, and the first pack is to make it.
  var served: ServedStore?
  /// Where the store stands while it is not there.
  var beginning: SyncCursor
  /// Up to where the client has everything; `nil` where that is not confirmed.
  var start: UInt64?
  var state: SyncState?
  var want: SyncWant?
  var packs = 0
  var isEnded = false
  var report = ReceiveReport()
  /// How far the client has logs that it sent, so that they are not sent back.
  var pushed: [ReplicaID: Set<LogTip>] = [:]
  /// What state and want take of the memory.
  var shares: [ByteBudget.Share] = []

  /// How long the next message may be, in bytes: none is large but where it has a place, and from whom it may come.
  func limit(of code: UInt64?, isWriter: Bool) throws -> Int {
    switch code {
    case SyncMessage.Code.state where mayTell, SyncMessage.Code.want where mayTell: return SyncLimits.messageBytes
    case SyncMessage.Code.pack where state == nil && !isEnded:
      try checkMaySend(isWriter: isWriter)
      return SyncLimits.packBytes + SyncFrames.packOverhead
    default: return SyncLimits.smallMessageBytes
    }
  }

  /// Whether a state or a want may come.
  var mayTell: Bool { packs == 0 && want == nil && state == nil && !isEnded }

  func checkMaySend(isWriter: Bool) throws {
    guard hello.direction != .pull else { throw SyncError.unwantedPack }
    guard isWriter else {
      throw Problem(.forbidden, "read-only", "the token is a reader's, and takes changes without sending any")
    }
  }

  mutating func add(_ pack: Pack, _ report: ReceiveReport) {
    self.report += report
    var ends: [Int: Pack.Entry] = [:]
    for entry in pack.entries { ends[entry.run] = entry }
    for entry in ends.values {
      pushed[entry.replica, default: []].insert(LogTip(id: entry.id, sequence: entry.sequence))
    }
  }
}

extension Exchange {
  /// A round trip of a sync (Schema/hub.md, "Sync"): takes and commits what the client sends, then sends what it lacks.
  func sync(_ id: StoreID) async throws -> Answer {
    guard request.headers[.contentType] == SyncFrames.mediaType else {
      throw Problem(.unsupportedMediaType, "media-type", "the body has to be \(SyncFrames.mediaType)")
    }
    guard let place = core.syncs.take() else {
      throw Problem(
        .serviceUnavailable, "busy", "the hub has as many syncs in flight as it takes",
        headers: [Problem.retryAfter(seconds: 1)])
    }
    let first = try await body.nextMessage { _ in SyncLimits.smallMessageBytes }
    guard case .hello(let hello)? = first?.message else {
      throw SyncError.inconsistent("the body does not begin with a hello")
    }
    guard hello.store == id else { throw SyncError.otherStore(here: id, there: hello.store) }
    let isWriter = (token?.role ?? .reader) >= .writer
    // To a writer who has something to send, a store that is not there is an empty one.
    let maySend = isWriter && hello.direction != .pull
    let served = maySend ? try await core.shelf.store(id, create: false) : try await store(id)
    var round = SyncRound(hello: hello, served: served, beginning: try core.shelf.beginning(of: id))
    round.start = try await start(round)
    core.metrics.add(round.start == nil ? .cursorsUnconfirmed : .cursorsConfirmed)
    while let next = try await next(after: round, isWriter: isWriter) {
      try await take(next.message, next.share, into: &round, isWriter: isWriter)
    }
    guard round.state != nil || round.isEnded else { throw SyncError.inconsistent("the end of the packs is missing") }
    return try await answer(round, place)
  }

  /// Up to where the client has everything: where its cursor is, if that is a point of this history, or here, if it has
  /// exactly what the hub has.
  private func start(_ round: SyncRound) async throws -> UInt64? {
    let hello = round.hello
    guard let served = round.served else {
      return hello.cursor == round.beginning || hello.digest == round.beginning.digest ? 0 : nil
    }
    if let cursor = hello.cursor, served.confirms(cursor) { return cursor.arrival }
    let here = try await served.cursor()
    return here.digest == hello.digest ? here.arrival : nil
  }

  private func next(
    after round: SyncRound, isWriter: Bool
  ) async throws -> (message: SyncMessage, share: ByteBudget.Share?)? {
    try await body.nextMessage { try round.limit(of: $0, isWriter: isWriter) }
  }

  private func take(
    _ message: SyncMessage, _ share: ByteBudget.Share?, into round: inout SyncRound, isWriter: Bool
  ) async throws {
    guard !round.isEnded, round.state == nil else {
      throw SyncError.outOfOrder(received: message.name, expected: "nothing")
    }
    switch message {
    case .state(let state) where round.mayTell:
      guard state.store == round.hello.store else {
        throw SyncError.otherStore(here: round.hello.store, there: state.store)
      }
      round.state = state
      if let share { round.shares.append(share) }
    case .want(let want) where round.mayTell:
      round.want = want
      if let share { round.shares.append(share) }
    case .pack(let bytes):
      try round.checkMaySend(isWriter: isWriter)
      round.packs += 1
      // Without a confirmed cursor nobody knows what the hub lacks: tips are exchanged first.
      guard round.start != nil else { return }
      let opened = try await core.memory.take(PackHead.statedContentBytes(bytes))
      let served: ServedStore
      if let found = round.served { served = found } else { served = try await store(round.hello.store, create: true) }
      round.served = served
      let taken = try await served.take(bytes)
      share?.free()
      opened.free()
      round.add(taken.pack, taken.report)
      core.metrics.add(.packsReceived)
      core.metrics.add(.bytesReceived, bytes.count)
      core.metrics.add(.changesApplied, taken.report.applied + taken.report.released)
      core.metrics.add(.changesRefused, taken.report.refused.count + taken.report.unlistedRefusals)
    case .end(let packs):
      guard packs == round.packs else { throw SyncError.inconsistent("the number of packs") }
      round.isEnded = true
    default: throw SyncError.outOfOrder(received: message.name, expected: "a pack or the end of the packs")
    }
  }

  /// What is lacking at either side, by their tips.
  private func tips(_ round: SyncRound) async throws -> Answer {
    let theirs = round.state
    let found: (cursor: SyncCursor, tips: (state: SyncState, want: SyncWant)?)
    if let served = round.served {
      found = try await served.read { reader in
        (cursor: try served.cursor(reader), tips: try theirs.map { try served.compare($0, reader) })
      }
    } else {
      let empty = SyncState(store: round.hello.store, logs: [], digest: round.beginning.digest)
      found = (round.beginning, theirs.map { (empty, SyncPlan.want($0.logs) { _ in [] }) })
    }
    var messages: [SyncMessage] = [.answer(SyncAnswer(isConfirmed: false, cursor: found.cursor))]
    if let tips = found.tips { messages += [.state(tips.state), .want(tips.want)] }
    let bytes = try messages.flatMap { try Array(buffer: SyncFrames.encode($0)) }
    return Answer(type: SyncFrames.mediaType, bytes: bytes)
  }

  private func plan(
    _ round: SyncRound, from start: UInt64
  ) async throws -> (cursor: SyncCursor, outgoing: OutgoingChanges) {
    guard let served = round.served else { return (round.beginning, OutgoingChanges()) }
    let (hello, want, pushed) = (round.hello, round.want ?? SyncWant(), round.pushed)
    return try await served.read { reader in
      var plan = try served.plan(after: start, want: want, pushed: pushed, reader)
      // Who only sends is told where the hub stands, and gets nothing.
      if hello.direction == .push { plan.outgoing = OutgoingChanges() }
      return plan
    }
  }

  private func answer(_ round: SyncRound, _ place: Places.Place) async throws -> Answer {
    guard let start = round.start else { return try await tips(round) }
    let plan = try await plan(round, from: start)
    let report = round.report.clipped
    // The place is taken until the answer is sent, or its client is gone.
    return Answer(type: SyncFrames.mediaType) { [core, place, served = round.served, shares = round.shares] writer in
      try await writer.write(SyncFrames.encode(.answer(SyncAnswer(isConfirmed: true, cursor: plan.cursor))))
      try await writer.write(SyncFrames.encode(.taken(report)))
      for share in shares { share.free() }
      var (outgoing, packs) = (plan.outgoing, 0)
      while let served, let next = try await Self.next(&outgoing, served, core.memory, &writer) {
        try await writer.write(SyncFrames.encode(.pack(next.pack.bytes)))
        next.share.free()
        packs += 1
        core.metrics.add(.packsSent)
        core.metrics.add(.bytesSent, next.pack.bytes.count)
      }
      try await writer.write(SyncFrames.encode(.end(packs: packs)))
      place.free()
    }
  }

  /// The next pack; where it cannot be made the client is told so, as the status is sent already.
  private static func next(
    _ outgoing: inout OutgoingChanges, _ served: ServedStore, _ memory: ByteBudget, _ writer: inout GuardedWriter
  ) async throws -> (pack: OutgoingPack, share: ByteBudget.Share)? {
    if outgoing.changeCount == 0 { return nil }
    do {
      let share = try await memory.take(SyncLimits.packBytes)
      guard let pack = try await served.nextPack(&outgoing) else { return nil }
      share.shrink(to: pack.bytes.count)
      return (pack, share)
    } catch {
      let problem = Problem(error)
      let failure = SyncFailure(status: problem.status.code, reason: problem.detail)
      try await writer.write(SyncFrames.encode(.failure(failure)))
      throw error
    }
  }
}

extension ReceiveReport {
  /// The same with reasons that fit into a message.
  fileprivate var clipped: ReceiveReport {
    guard refused.contains(where: { $0.reason.utf8.count > SyncLimits.reasonBytes }) else { return self }
    var report = ReceiveReport()
    (report.applied, report.duplicate, report.waiting, report.released) = (applied, duplicate, waiting, released)
    (report.conflictsOpened, report.conflictsClosed) = (conflictsOpened, conflictsClosed)
    for refusal in refused {
      var refusal = refusal
      refusal.reason = String(decoding: refusal.reason.utf8.prefix(SyncLimits.reasonBytes / 2), as: UTF8.self)
      report.refuse(refusal)
    }
    report.refuse(unlisted: unlistedRefusals)
    return report
  }
}

import AnnotationStore
import HTTPTypes
import NIOCore
import SyncProtocol

/// A sync with a hub: one round trip where the hub confirms what is remembered of it, else an exchange of tips first
/// (Schema/hub.md, "Sync").
struct HubSession {
  /// Takes a pack that came.
  typealias Take = (_ pack: [UInt8]) throws -> (report: ReceiveReport, ends: [LogPosition])

  private let connection: HubConnection
  private let store: Store
  private let request: SyncRequest
  private let direction: SyncDirection
  private let take: Take
  private var done = 0
  private var total = 0
  /// What a hub says of how much there is to come is believed up to here.
  private static let mostExpected: UInt64 = 1 << 40
  /// How many packs in a row may bring nothing new: much may have come here another way, but it ends.
  private static let mostKnownPacks = 4_096
  /// Whether something came or went, so that starting anew is better begun with tips.
  private(set) var hasMoved = false
  /// What was done so far.
  private(set) var receipt: RemoteReceipt

  /// - Parameters:
  ///   - direction: where it is another than that of the request, as in a rehearsal.
  ///   - receipt: what was done in tries before.
  init(
    _ connection: HubConnection, _ store: Store, _ request: SyncRequest, direction: SyncDirection? = nil,
    continuing receipt: RemoteReceipt = RemoteReceipt(), take: @escaping Take
  ) {
    self.connection = connection
    self.store = store
    self.request = request
    self.direction = direction ?? request.direction
    self.receipt = receipt
    self.take = take
  }

  /// Syncs.
  ///
  /// - Parameter start: a cursor to begin with, up to which everything is here, in place of what is remembered.
  /// - Throws: ``RemoteError``; ``SyncError``; ``StoreError``.
  mutating func run(trustsMemory: Bool, from start: SyncCursor? = nil) async throws {
    let mine = try store.read { try $0.syncState(of: store.id) }
    var memory = start.map { HubMemory(cursor: $0, known: mine.logs) }
    if memory == nil, trustsMemory { memory = try HubMemory(request.memory, in: store) }
    if let memory, let memory = try await exchange(memory, mine), try isPlausible(memory) { return }
    try await exchangeTips()
  }

  /// Whether what was exchanged by what was remembered may be all of it. Who has taken all that the hub has, and given it
  /// all that is here, stands where the hub stands; if not, the hub has lost what nobody noticed, and tips find it.
  private func isPlausible(_ memory: HubMemory) throws -> Bool {
    if direction != .both || receipt.areEqual || isRefused || !receipt.lackingHere.isEmpty { return true }
    // What others wrote here meanwhile is left for the next sync.
    let here = try store.read { try $0.logPositions() }
    return !Self.want(here, lackedBy: memory.known).logs.isEmpty
  }

  // MARK: - In full

  private mutating func exchangeTips() async throws {
    let mine = try store.read { try $0.syncState(of: store.id) }
    let hello = SyncHello(store: store.id, digest: mine.digest, direction: direction, cursor: nil)
    var answers = try await post([.hello(hello), .state(mine)])
    guard case .answer(let answer)? = try await answers.next() else { throw unexpected }
    if answer.isConfirmed {
      // Both have the same; there is nothing to say.
      (receipt.digestHere, receipt.digestThere) = (mine.digest, answer.cursor.digest)
      return try HubMemory(cursor: answer.cursor, known: mine.logs).keep(in: request.memory)
    }
    guard case .state(let theirs)? = try await answers.next(), case .want(let wanted)? = try await answers.next() else {
      throw unexpected
    }
    guard theirs.store == store.id else { throw SyncError.otherStore(here: store.id, there: theirs.store) }
    let (lacking, want, plan) = try store.read { reader in
      let lacking = try SyncPlan.lacking(mine: mine.logs, theirs: theirs.logs, contains: reader.has)
      return (
        lacking, try SyncPlan.want(lacking, locator: reader.locator), try OutgoingChanges(for: wanted, reader)
      )
    }
    receipt.lackingHere = lacking
    let memory = HubMemory(cursor: answer.cursor, known: theirs.logs)
    if direction.pulls { total += Self.distance(from: mine.logs, to: lacking) }
    guard try await exchange(memory, mine, direction.pulls ? want : SyncWant(), plan: plan) != nil else {
      // It was wiped or set back in this very moment.
      throw RemoteError.hub(connection.address, .cut("it lost what it had a moment ago"))
    }
  }

  // MARK: - By a cursor

  /// Exchanges what both lack since the points that are remembered.
  ///
  /// - Parameters:
  ///   - mine: what is to be there afterwards. Others may write here meanwhile; what they do is left for the next sync,
  ///     and must not count as sent.
  ///   - plan: what the hub lacks of that; `nil` where it follows from what the hub is known to have.
  /// - Returns: what is known of the hub then; `nil` where it did not confirm the points, so that nothing is.
  private mutating func exchange(
    _ memory: HubMemory, _ mine: SyncState, _ want: SyncWant = SyncWant(), plan: OutgoingChanges? = nil
  ) async throws -> HubMemory? {
    let lacked = try plan ?? store.read { try OutgoingChanges(for: Self.want(mine.logs, lackedBy: memory.known), $0) }
    if !direction.pushes { receipt.lackingThere = lacked.changeCount }
    let outgoing = direction.pushes ? lacked : OutgoingChanges()
    total += outgoing.changeCount
    var (memory, known) = (memory, KnownTips(memory.known))
    if direction.pulls, memory.seen != memory.cursor {
      // Each point is confirmed by a request of its own, and then they are one again.
      guard try await go(.push, from: memory.seen, mine.digest, outgoing, &known) != nil,
        let end = try await go(.pull, from: memory.cursor, mine.digest, OutgoingChanges(), &known)
      else { return nil }
      (memory.cursor, memory.seen) = (end, end)
    } else {
      let start = direction.pulls ? memory.cursor : memory.seen
      guard let end = try await go(direction, from: start, mine.digest, outgoing, &known, wanting: want) else {
        return nil
      }
      if direction.pulls { memory.cursor = end }
      memory.seen = end
    }
    if direction.pushes { known.add(mine.logs) }
    memory.known = try store.read { try known.positions($0) }
    try finish(memory)
    return memory
  }

  /// Sends and takes, in as many requests as the packs need.
  ///
  /// - Returns: the last point that the hub told; `nil` where it did not confirm the one to start from.
  private mutating func go(
    _ direction: SyncDirection, from start: SyncCursor, _ digest: StateDigest, _ outgoing: OutgoingChanges,
    _ known: inout KnownTips, wanting want: SyncWant = SyncWant()
  ) async throws -> SyncCursor? {
    var (rest, cursor, head) = (outgoing, start, want)
    var held: OutgoingPack?
    while true {
      let hello = SyncHello(store: store.id, digest: digest, direction: direction, cursor: cursor)
      let upload = HubUpload(
        store, head: [.hello(hello)] + (head.isEmpty ? [] : [.want(head)]), plan: rest, held: held)
      var answers = try await post(upload, isSmall: rest.changeCount == 0)
      guard case .answer(let answer)? = try await answers.next() else { throw unexpected }
      guard answer.isConfirmed else { return nil }
      guard case .taken(let taken)? = try await answers.next() else { throw unexpected }
      let sent = upload.result
      receipt.sent.add(packs: sent.packs, changes: sent.changes, bytes: sent.bytes)
      hasMoved = hasMoved || sent.packs > 0
      if self.direction.pushes { receipt.there = (receipt.there ?? ReceiveReport()) + taken }
      if direction.pulls { expect(from: cursor, to: answer.cursor, besides: taken.applied + taken.released) }
      advance(sent.changes)
      known.add(try await takePacks(&answers))
      cursor = answer.cursor
      receipt.digestThere = cursor.digest
      head = SyncWant()
      guard let left = sent.rest else { return cursor }
      (rest, held) = left
    }
  }

  /// Counts what is going to come: what arrived at the hub in between, but for what went there just now.
  private mutating func expect(from start: SyncCursor, to end: SyncCursor, besides sent: Int) {
    guard start.epoch == end.epoch, end.arrival > start.arrival else { return }
    total += max(0, Int(min(end.arrival - start.arrival, Self.mostExpected)) - sent)
  }

  private mutating func takePacks(_ answers: inout HubAnswers) async throws -> [LogPosition] {
    var ends: [LogPosition] = []
    var (packs, known) = (0, 0)
    while let message = try await answers.next() {
      switch message {
      case .pack(let bytes):
        let taken = try take(bytes)
        packs += 1
        hasMoved = true
        receipt.report += taken.report
        ends += taken.ends
        let changes = taken.report.applied + taken.report.duplicate + taken.report.waiting
        known = changes == taken.report.duplicate ? known + 1 : 0
        guard known <= Self.mostKnownPacks else {
          throw RemoteError.hub(connection.address, .notAHub("it sends again and again what is here"))
        }
        receipt.received.add(packs: 1, changes: changes, bytes: bytes.count)
        advance(changes)
      case .end(let count):
        guard count == packs else { throw SyncError.inconsistent("the number of packs") }
        return ends
      case .failure(let failure):
        throw RemoteError.hub(
          connection.address, failure.status == 507 ? .diskFull : .failed(status: failure.status, request: nil))
      default: throw unexpected
      }
    }
    throw RemoteError.hub(connection.address, .cut("its answer ended in the middle"))
  }

  /// Looks where both sides stand, and remembers it where all went well.
  private mutating func finish(_ memory: HubMemory) throws {
    let (digest, lacking) = try store.read { reader in
      (
        StateDigest(store: store.id, heads: try reader.heads()),
        try SyncPlan.lacking(mine: [], theirs: receipt.lackingHere, contains: reader.has)
      )
    }
    (receipt.digestHere, receipt.lackingHere) = (digest, lacking)
    // What was refused or is still lacking must be asked for again, so nothing may say that it came; and where something
    // waits, the hub lacks what it is known to have.
    if !isRefused, lacking.isEmpty, receipt.there?.waiting ?? 0 == 0 { try memory.keep(in: request.memory) }
  }

  /// Whether either side refused something.
  private var isRefused: Bool {
    [receipt.report, receipt.there ?? ReceiveReport()].contains { !$0.refused.isEmpty || $0.unlistedRefusals > 0 }
  }

  /// How many changes lie between, as far as the logs tell.
  private static func distance(from mine: [LogPosition], to theirs: [LogPosition]) -> Int {
    let had = Dictionary(mine.map { ($0.replica, $0.tips.last?.sequence ?? 0) }, uniquingKeysWith: { max($0, $1) })
    return theirs.reduce(0) { sum, log in
      let (end, start) = (log.tips.last?.sequence ?? 0, had[log.replica] ?? 0)
      return end > start ? min(sum + Int(min(end - start, mostExpected)), Int(mostExpected)) : sum
    }
  }

  /// What somebody lacks of these logs who has them so far.
  private static func want(_ mine: [LogPosition], lackedBy known: [LogPosition]) -> SyncWant {
    let had = Dictionary(known.map { ($0.replica, $0.tips) }, uniquingKeysWith: { $1 })
    return SyncWant(
      logs: mine.compactMap { log in
        let have = had[log.replica] ?? []
        let lacking = log.tips.filter { !have.contains($0) }.map(\.id).sorted()
        return lacking.isEmpty ? nil : LogWant(replica: log.replica, tips: lacking, have: have.sorted())
      })
  }

  private mutating func advance(_ changes: Int) {
    done += changes
    request.progress?(done, max(total, done))
  }

  // MARK: - Requests

  private var path: String { "/v1/stores/\(store.id)/sync" }
  private var unexpected: RemoteError { .hub(connection.address, .notAHub("its answer is not one of a sync")) }

  private func post(_ messages: [SyncMessage]) async throws -> HubAnswers {
    var body = ByteBuffer()
    for message in messages {
      var frame = try SyncFrames.encode(message)
      body.writeBuffer(&frame)
    }
    return try await post(HubBody(body))
  }

  /// - Parameter isSmall: nothing but a few messages: sent in one piece.
  private func post(_ upload: HubUpload, isSmall: Bool) async throws -> HubAnswers {
    guard isSmall else { return try await post(HubBody(upload)) }
    var body = ByteBuffer()
    for try await var buffer in upload { body.writeBuffer(&buffer) }
    return try await post(HubBody(body))
  }

  private func post(_ body: HubBody) async throws -> HubAnswers {
    let response = try await connection.send(
      .post, path, headers: [.contentType: SyncFrames.mediaType, .accept: SyncFrames.mediaType], body: body)
    guard response.head.headerFields[.contentType] == SyncFrames.mediaType else { throw unexpected }
    return HubAnswers(connection, response.body)
  }
}

/// The messages of an answer, as they come.
struct HubAnswers {
  private let connection: HubConnection
  private var chunks: HubBody.AsyncIterator
  private var frames = SyncFrameReader()
  private var pace: AnswerPace

  init(_ connection: HubConnection, _ body: HubBody) {
    self.connection = connection
    chunks = body.makeAsyncIterator()
    pace = connection.pace()
  }

  /// The next message; `nil` at the end.
  ///
  /// - Throws: ``RemoteError``: newer where the hub speaks another version.
  mutating func next() async throws -> SyncMessage? {
    while true {
      do throws(SyncError) { if let message = try frames.next() { return message } } catch {
        if case .version = error { throw RemoteError.hub(connection.address, .newer) }
        throw error
      }
      let chunk: ByteBuffer?
      let start = ContinuousClock.now
      do {
        chunk = try await chunks.next()
        try pace.count(chunk?.readableBytes ?? 0, since: start)
      } catch { return try await connection.caught { throw error } }
      guard let chunk else {
        guard frames.isEmpty else { throw RemoteError.hub(connection.address, .cut("its answer ended in the middle")) }
        return nil
      }
      frames.append(chunk)
    }
  }
}

extension ReceiveReport {
  fileprivate static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum += right
    return sum
  }
}

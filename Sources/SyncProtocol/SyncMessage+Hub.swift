import CRDT

extension SyncDirection {
  /// The number that it has in a hello: a bit for each way.
  fileprivate var code: UInt64 { (pulls ? 1 : 0) | (pushes ? 2 : 0) }
}

extension CBOREncoder {
  mutating func write(_ hello: SyncHello) {
    beginMessage(SyncMessage.Code.hello, fields: 5)
    write(unsigned: SyncMessage.version)
    write(bytes: hello.store.bytes)
    write(bytes: hello.digest.bytes)
    write(unsigned: hello.direction.code)
    if let cursor = hello.cursor { write(cursor) } else { writeArrayHead(count: 0) }
  }

  mutating func write(_ answer: SyncAnswer) {
    beginMessage(SyncMessage.Code.answer, fields: 3)
    write(unsigned: SyncMessage.version)
    write(unsigned: answer.isConfirmed ? 1 : 0)
    write(answer.cursor)
  }

  mutating func write(_ report: ReceiveReport) {
    beginMessage(SyncMessage.Code.taken, fields: 8)
    for number in [
      report.applied, report.duplicate, report.waiting, report.released, report.conflictsOpened, report.conflictsClosed,
      report.unlistedRefusals,
    ] { write(unsigned: UInt64(number)) }
    writeArrayHead(count: report.refused.count)
    for refusal in report.refused {
      writeArrayHead(count: 5)
      writeArrayHead(count: refusal.replica == nil ? 0 : 1)
      if let replica = refusal.replica { write(bytes: replica.bytes) }
      write(unsigned: refusal.sequence)
      write(unsigned: UInt64(refusal.count))
      write(text: refusal.reason)
      write(unsigned: refusal.isForNow ? 1 : 0)
    }
  }

  private mutating func write(_ cursor: SyncCursor) {
    writeArrayHead(count: 3)
    write(bytes: cursor.epoch.bytes)
    write(unsigned: cursor.arrival)
    write(bytes: cursor.digest.bytes)
  }
}

extension MessageReader {
  mutating func readHello() throws(SyncError) -> SyncHello {
    guard let store = StoreID(try readBytes()) else { throw .inconsistent("the id of a store is not 16 bytes long") }
    let digest: StateDigest = try readBytes32("a digest")
    let code = try readUnsigned()
    guard let direction = SyncDirection.allCases.first(where: { $0.code == code }) else {
      throw .inconsistent("the direction of a hello")
    }
    return SyncHello(store: store, digest: digest, direction: direction, cursor: try readCursor())
  }

  mutating func readAnswer() throws(SyncError) -> SyncAnswer {
    let confirmed = try readUnsigned()
    guard confirmed <= 1 else { throw .inconsistent("whether a cursor is confirmed") }
    guard let cursor = try readCursor() else { throw .inconsistent("an answer without a cursor") }
    return SyncAnswer(isConfirmed: confirmed == 1, cursor: cursor)
  }

  private mutating func readCursor() throws(SyncError) -> SyncCursor? {
    let count = try readArrayHead()
    if count == 0 { return nil }
    try expect(count, 3)
    guard let epoch = SyncEpoch(try readBytes()) else { throw .inconsistent("an epoch is not 16 bytes long") }
    let arrival = try readUnsigned()
    return SyncCursor(epoch: epoch, arrival: arrival, digest: try readBytes32("a digest"))
  }

  mutating func readReport() throws(SyncError) -> ReceiveReport {
    var report = ReceiveReport()
    let what = "a number in what became of the packs"
    report.applied = try readCount(what)
    report.duplicate = try readCount(what)
    report.waiting = try readCount(what)
    report.released = try readCount(what)
    report.conflictsOpened = try readCount(what)
    report.conflictsClosed = try readCount(what)
    let unlisted = try readCount(what)
    let count = try readArrayHead()
    guard count <= ReceiveReport.maximumRefusals else { throw .tooLarge("the number of refusals") }
    for _ in 0..<count { report.refuse(try readRefusal()) }
    report.refuse(unlisted: unlisted)
    return report
  }

  private mutating func readRefusal() throws(SyncError) -> Refusal {
    try expect(try readArrayHead(), 5)
    let count = try readArrayHead()
    guard count <= 1 else { throw .inconsistent("a refusal of several logs") }
    let replica: ReplicaID? = count == 0 ? nil : try readBytes32("a replica's key")
    let sequence = try readUnsigned()
    let changes = try readCount("a number in what became of the packs")
    let reason = try readText()
    let isForNow = try readUnsigned()
    guard isForNow <= 1 else { throw .inconsistent("whether a refusal is for now") }
    return Refusal(replica: replica, sequence: sequence, count: changes, reason: reason, isForNow: isForNow == 1)
  }
}

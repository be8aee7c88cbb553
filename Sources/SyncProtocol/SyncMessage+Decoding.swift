import CRDT

extension SyncMessage {
  /// Reads a message, and checks its order and limits.
  ///
  /// - Throws: ``SyncError``.
  public init(decoding bytes: [UInt8]) throws(SyncError) {
    guard bytes.count <= SyncLimits.messageBytes else { throw .tooLarge("a sync message") }
    var reader = MessageReader(bytes)
    let fields = try reader.readArrayHead() - 1
    let code = try reader.readUnsigned()
    switch code {
    case Code.state: self = .state(try reader.readState(fields: fields))
    case Code.want:
      try reader.expect(fields, 1)
      self = .want(SyncWant(logs: try reader.readLogWants()))
    case Code.pack:
      try reader.expect(fields, 1)
      self = .pack(try reader.readBytes())
    case Code.end:
      try reader.expect(fields, 1)
      self = .end(packs: try reader.readCount("the number of packs"))
    case Code.done:
      try reader.expect(fields, 2)
      self = .done(SyncDone(digest: try reader.readBytes32("a digest"), lacking: try reader.readPositions()))
    case Code.hello:
      try reader.expectVersion()
      try reader.expect(fields, 5)
      self = .hello(try reader.readHello())
    case Code.answer:
      try reader.expectVersion()
      try reader.expect(fields, 3)
      self = .answer(try reader.readAnswer())
    case Code.taken:
      try reader.expect(fields, 8)
      self = .taken(try reader.readReport())
    case Code.failure:
      try reader.expect(fields, 2)
      let status = try reader.readCount("the status of a failure")
      self = .failure(SyncFailure(status: status, reason: try reader.readText()))
    default: throw .unknownMessage(code)
    }
    try reader.finish()
    try check()
  }
}

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
      guard let packs = Int(exactly: try reader.readUnsigned()) else { throw .inconsistent("the number of packs") }
      self = .end(packs: packs)
    case Code.done:
      try reader.expect(fields, 2)
      self = .done(SyncDone(digest: try reader.readBytes32("a digest"), lacking: try reader.readPositions()))
    default: throw .unknownMessage(code)
    }
    try reader.finish()
    try check()
  }
}

/// Reads the parts of messages. Arrays grow as their items are read, so that a count alone gets no memory.
private struct MessageReader {
  private var decoder: CBORDecoder

  init(_ bytes: [UInt8]) { decoder = CBORDecoder(bytes) }

  func finish() throws(SyncError) {
    do { try decoder.finish() } catch { throw .malformed(error) }
  }

  mutating func readUnsigned() throws(SyncError) -> UInt64 {
    do { return try decoder.readUnsigned() } catch { throw .malformed(error) }
  }

  mutating func readBytes() throws(SyncError) -> [UInt8] {
    do { return try decoder.readBytes() } catch { throw .malformed(error) }
  }

  mutating func readArrayHead() throws(SyncError) -> Int {
    do { return try decoder.readArrayHead() } catch { throw .malformed(error) }
  }

  func expect(_ count: Int, _ expected: Int) throws(SyncError) {
    guard count == expected else { throw .inconsistent("an array of another length than expected") }
  }

  mutating func readBytes32<Role>(_ what: String) throws(SyncError) -> Bytes32<Role> {
    guard let value = Bytes32<Role>(try readBytes()) else { throw .inconsistent("\(what) is not 32 bytes long") }
    return value
  }

  mutating func readState(fields: Int) throws(SyncError) -> SyncState {
    let version = try readUnsigned()
    guard version == SyncMessage.version else { throw .version(version) }
    try expect(fields, 4)
    guard let store = StoreID(try readBytes()) else { throw .inconsistent("the id of a store is not 16 bytes long") }
    let digest: StateDigest = try readBytes32("a digest")
    return SyncState(store: store, logs: try readPositions(), digest: digest)
  }

  mutating func readPositions() throws(SyncError) -> [LogPosition] {
    var positions: [LogPosition] = []
    for _ in 0..<(try readArrayHead()) {
      try expect(try readArrayHead(), 2)
      positions.append(LogPosition(replica: try readBytes32("a replica's key"), tips: try readTips()))
    }
    return positions
  }

  mutating func readLogWants() throws(SyncError) -> [LogWant] {
    var wants: [LogWant] = []
    for _ in 0..<(try readArrayHead()) {
      try expect(try readArrayHead(), 3)
      let replica: ReplicaID = try readBytes32("a replica's key")
      wants.append(LogWant(replica: replica, tips: try readIDs(), have: try readTips()))
    }
    return wants
  }

  private mutating func readIDs() throws(SyncError) -> [ChangeID] {
    var ids: [ChangeID] = []
    for _ in 0..<(try readArrayHead()) { ids.append(try readBytes32("an id")) }
    return ids
  }

  private mutating func readTips() throws(SyncError) -> [LogTip] {
    var tips: [LogTip] = []
    for _ in 0..<(try readArrayHead()) {
      try expect(try readArrayHead(), 2)
      let sequence = try readUnsigned()
      tips.append(LogTip(id: try readBytes32("an id"), sequence: sequence))
    }
    return tips
  }
}

import CRDT

/// Reads the parts of messages. Arrays grow as their items are read, so that a count alone gets no memory.
struct MessageReader {
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

  mutating func readText() throws(SyncError) -> String {
    do { return try decoder.readText(limit: SyncLimits.reasonBytes) } catch { throw .malformed(error) }
  }

  mutating func readCount(_ what: String) throws(SyncError) -> Int {
    guard let count = Int(exactly: try readUnsigned()) else { throw .inconsistent(what) }
    return count
  }

  mutating func expectVersion() throws(SyncError) {
    let version = try readUnsigned()
    guard version == SyncMessage.version else { throw .version(version) }
  }

  mutating func readState(fields: Int) throws(SyncError) -> SyncState {
    try expectVersion()
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

extension Change {
  /// Reads a change from bytes of any origin.
  ///
  /// What this version does not know (keys above 15, kinds, fields, actions) is passed over; the bytes keep it.
  ///
  /// - Parameter checkingBody: whether to hash and count the body's values; may be left out for bytes that were
  ///   checked before.
  /// - Throws: ``ChangeError``, the same for the same bytes at every replica.
  public init(decoding encoded: EncodedChange, checkingBody: Bool = true) throws(ChangeError) {
    try self.init(decoding: encoded, body: nil, checkingBody: checkingBody)
  }

  /// Reads a change whose body may have been decoded and hashed already.
  init(decoding encoded: EncodedChange, body known: CheckedBody?, checkingBody: Bool = true) throws(ChangeError) {
    guard encoded.byteCount <= Limits.changeBytes else { throw .tooLarge("the change") }
    var reader = HeaderReader(encoded.header)
    let header = try reader.readHeader()
    var body = known?.body
    if body == nil, let bytes = encoded.body {
      do { body = try Body(decoding: bytes) } catch { throw .body(error) }
    }
    guard (body == nil) == (header.bodyHash == nil) else {
      throw .inconsistent(body == nil ? "the body is missing" : "there is a body that the header does not state")
    }
    if checkingBody, let body {
      let checked = known ?? CheckedBody(body)
      guard encoded.header.count + checked.largestByteCount <= Limits.changeBytes else { throw .tooLarge("the change") }
      if checked.hash != header.bodyHash { throw .bodyHash }
    }
    self = header.change
    ops = try reader.readOps(body: body)
    let namedByOps = Set(namedByOps)
    namedUnread = reader.named.filter { !namedByOps.contains($0) }
    try Change.checkCells(ops)
  }
}

/// What a header states, its ops aside.
private struct Header {
  var change: Change
  var bodyHash: BodyHash?
}

private struct HeaderReader {
  var decoder: CBORDecoder
  var named: [ChangeID] = []
  var opsOffset: CBORDecoder?

  init(_ bytes: [UInt8]) { decoder = CBORDecoder(bytes) }

  mutating func readHeader() throws(ChangeError) -> Header {
    do { return try readMap() } catch let error as CBORError { throw .header(error) } catch let error as ChangeError {
      throw error
    } catch { throw .inconsistent("\(error)") }
  }

  private mutating func readMap() throws -> Header {
    var map = try decoder.readMapHead()
    var store: StoreID?
    var replica: ReplicaID?
    var sequence: UInt64?
    var previous: ChangeID?
    var deps: [ChangeID]?
    var time: Int64?
    var curator: RecordID?
    var bodyHash: BodyHash?
    guard try decoder.nextKey(in: &map) == HeaderKey.version else { throw ChangeError.missing("the format version") }
    let version = try decoder.readUnsigned()
    guard version == Change.formatVersion else { throw ChangeError.version(version) }
    while let key = try decoder.nextKey(in: &map) {
      switch key {
      case HeaderKey.store: store = try decoder.readFixed(StoreID.init)
      case HeaderKey.replica: replica = try decoder.readFixed(ReplicaID.init)
      case HeaderKey.sequence: sequence = UInt64(try decoder.readCount(limit: Int(Limits.integer)))
      case HeaderKey.previous: previous = try decoder.readFixed(ChangeID.init)
      case HeaderKey.deps: deps = try readIDs()
      case HeaderKey.time: time = try decoder.readInt()
      case HeaderKey.curator: curator = try decoder.readFixed(RecordID.init)
      case HeaderKey.named: named = try readIDs()
      case HeaderKey.ops:
        opsOffset = decoder
        try decoder.skipValue()
      case HeaderKey.bodyHash: bodyHash = try decoder.readFixed(BodyHash.init)
      case 0...15: throw ChangeError.inconsistent("header key \(key) is not in use")
      default: try decoder.skipValue()
      }
    }
    try decoder.finish()
    guard let store, let replica, let sequence, let deps, let time, opsOffset != nil else {
      throw ChangeError.missing("a required header key")
    }
    guard sequence > 0, (sequence == 1) == (previous == nil) else {
      throw ChangeError.inconsistent("sequence number \(sequence) does not fit the previous change")
    }
    guard sequence > 1 || curator != nil else { throw ChangeError.missing("the curator of a log's first change") }
    guard time.magnitude <= UInt64(Limits.integer) else { throw ChangeError.inconsistent("the time is out of range") }
    if let previous, deps.contains(previous) { throw ChangeError.inconsistent("the previous change is among the deps") }
    return Header(
      change: Change(
        store: store, replica: replica, sequence: sequence, previous: previous, deps: deps, timeMilliseconds: time,
        curator: curator, ops: []), bodyHash: bodyHash)
  }

  private mutating func readIDs() throws -> [ChangeID] {
    let count = try decoder.readArrayHead()
    guard count <= Limits.namedChanges else { throw ChangeError.tooLarge("the number of named changes") }
    var ids: [ChangeID] = []
    for _ in 0..<count {
      let start = decoder.offset
      let id = try decoder.readFixed(ChangeID.init)
      if let last = ids.last, last >= id { throw CBORError(offset: start, reason: .unsortedKeys) }
      ids.append(id)
    }
    return ids
  }

  mutating func readOps(body: Body?) throws(ChangeError) -> [Op] {
    guard let opsOffset else { return [] }
    do {
      var reader = OpReader(decoder: opsOffset, named: named, body: body)
      let count = try reader.decoder.readArrayHead()
      guard count <= Limits.opsInChange else { throw ChangeError.tooLarge("the number of ops") }
      var ops: [Op] = []
      for _ in 0..<count { ops.append(try reader.read()) }
      return ops
    } catch let error as CBORError { throw .header(error) } catch let error as ChangeError { throw error } catch {
      throw .inconsistent("\(error)")
    }
  }
}

extension CBORDecoder {
  /// Reads a byte string of the length that `make` accepts.
  mutating func readFixed<Fixed>(_ make: ([UInt8]) -> Fixed?) throws(CBORError) -> Fixed {
    let start = offset
    guard let value = make(try readBytes()) else { throw CBORError(offset: start, reason: .outOfRange) }
    return value
  }
}

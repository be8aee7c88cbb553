import CRDT

// Deterministic CBOR, an array that begins with the kind of the message:
//
//   state = [1, version, store: bstr .size 16, digest: bstr .size 32, [* position]]
//   want  = [2, [* [replica: bstr .size 32, [+ id], [* tip]]]]
//   pack  = [3, bstr]
//   end   = [4, packs: uint]
//   done  = [5, digest: bstr .size 32, [* position]]
//
//   position = [replica: bstr .size 32, [+ tip]]
//   tip      = [sequence: uint, id]
//   id       = bstr .size 32
//
// With a hub (Schema/hub.md):
//
//   hello   = [16, version, store: bstr .size 16, digest: bstr .size 32, direction: 1 pull / 2 push / 3 both, cursor]
//   answer  = [17, version, confirmed: 0 / 1, cursor]
//   taken   = [18, applied, duplicate, waiting, released, opened, closed, unlisted, [* refusal]]
//   failure = [19, status: uint, reason: tstr]
//
//   cursor  = [] / [epoch: bstr .size 16, arrival: uint, digest: bstr .size 32]     never [] in an answer
//   refusal = [[* replica: bstr .size 32] with at most one, sequence: uint, count: uint, reason: tstr,
//             for now: 0 / 1]
//
// Arrays of positions and of wants ascend by replica, of ids by id, of tips by sequence number and id; nothing twice.
extension SyncMessage {
  /// The version of the protocol that this code speaks; it stands in the state, which comes first.
  public static let version: UInt64 = 1

  /// The numbers with which messages begin.
  package enum Code {
    package static let state: UInt64 = 1
    package static let want: UInt64 = 2
    package static let pack: UInt64 = 3
    static let end: UInt64 = 4
    static let done: UInt64 = 5
    static let hello: UInt64 = 16
    static let answer: UInt64 = 17
    static let taken: UInt64 = 18
    static let failure: UInt64 = 19
  }

  /// The number with which a message begins, by its first two bytes; `nil` where they begin none.
  package static func code(first: UInt8, second: UInt8) -> UInt64? {
    // The head of an array of less than 24 items, and an integer below 24.
    (0x80...0x97).contains(first) && second <= 0x17 ? UInt64(second) : nil
  }

  /// The message as bytes.
  ///
  /// - Throws: ``SyncError`` where the other side would refuse it.
  public func encoded() throws(SyncError) -> [UInt8] {
    try check()
    var encoder = CBOREncoder()
    switch self {
    case .state(let state):
      encoder.beginMessage(Code.state, fields: 4)
      encoder.write(unsigned: Self.version)
      encoder.write(bytes: state.store.bytes)
      encoder.write(bytes: state.digest.bytes)
      encoder.write(positions: state.logs)
    case .want(let want):
      encoder.beginMessage(Code.want, fields: 1)
      encoder.writeArrayHead(count: want.logs.count)
      for log in want.logs { encoder.write(log) }
    case .pack(let bytes):
      encoder = CBOREncoder(reservingCapacity: bytes.count + 8)
      encoder.beginMessage(Code.pack, fields: 1)
      encoder.write(bytes: bytes)
    case .end(let packs):
      encoder.beginMessage(Code.end, fields: 1)
      encoder.write(unsigned: UInt64(packs))
    case .done(let done):
      encoder.beginMessage(Code.done, fields: 2)
      encoder.write(bytes: done.digest.bytes)
      encoder.write(positions: done.lacking)
    case .hello(let hello): encoder.write(hello)
    case .answer(let answer): encoder.write(answer)
    case .taken(let report): encoder.write(report)
    case .failure(let failure):
      encoder.beginMessage(Code.failure, fields: 2)
      encoder.write(unsigned: UInt64(failure.status))
      encoder.write(text: failure.reason)
    }
    return encoder.bytes
  }
}

extension CBOREncoder {
  mutating func beginMessage(_ code: UInt64, fields: Int) {
    writeArrayHead(count: 1 + fields)
    write(unsigned: code)
  }

  fileprivate mutating func write(positions: [LogPosition]) {
    writeArrayHead(count: positions.count)
    for position in positions {
      writeArrayHead(count: 2)
      write(bytes: position.replica.bytes)
      write(tips: position.tips)
    }
  }

  fileprivate mutating func write(_ want: LogWant) {
    writeArrayHead(count: 3)
    write(bytes: want.replica.bytes)
    writeArrayHead(count: want.tips.count)
    for id in want.tips { write(bytes: id.bytes) }
    write(tips: want.have)
  }

  private mutating func write(tips: [LogTip]) {
    writeArrayHead(count: tips.count)
    for tip in tips {
      writeArrayHead(count: 2)
      write(unsigned: tip.sequence)
      write(bytes: tip.id.bytes)
    }
  }
}

@testable import CRDT

/// A change that is refused for its structure, with what it is to be checked after; all of these but the largest are
/// in Schema/vectors/refused.jsonl.
struct RefusedChange: Sendable, CustomStringConvertible {
  let name: String
  let encoded: EncodedChange
  var seal: Seal?
  /// The last change of the log that was accepted.
  var after: (id: ChangeID, sequence: UInt64)?
  let error: LogError

  var description: String { name }

  init(
    _ name: String, _ encoded: EncodedChange, seal: Seal? = nil, after: (id: ChangeID, sequence: UInt64)? = nil,
    _ error: LogError
  ) {
    self.name = name
    self.encoded = encoded
    self.seal = seal
    self.after = after
    self.error = error
  }

  init(_ name: String, header: RawMap, body: [UInt8]? = nil, _ error: ChangeError) {
    self.init(name, EncodedChange(header: header.encoded, body: body), .change(error))
  }

  /// A header in which the op's `key`th value is wrong, or another item found by its bytes: the offset is where those
  /// bytes stand first.
  init(_ name: String, header: RawMap, _ reason: CBORError.Reason, at needle: [UInt8]) {
    let bytes = header.encoded
    let offset = bytes.indices.first { bytes[$0...].starts(with: needle) } ?? -1
    self.init(name, header: header, .header(CBORError(offset: offset, reason: reason)))
  }

  static func all() throws -> [RefusedChange] {
    try headers() + ids() + opMaps() + payloads() + splices() + values() + cells() + bodies() + logs()
  }

  private static func headers() throws -> [RefusedChange] {
    let header = try RawMap.header()
    var cases = [
      RefusedChange(
        "no bytes", EncodedChange(header: [], body: nil), .change(.header(CBORError(offset: 0, reason: .truncated)))),
      RefusedChange(
        "no map", EncodedChange(header: [0x80], body: nil),
        .change(.header(CBORError(offset: 0, reason: .unexpectedType)))),
      RefusedChange("an empty map", EncodedChange(header: [0xA0], body: nil), .change(.missing("the format version"))),
      RefusedChange("no format version", header: header.with(0, nil), .missing("the format version")),
      RefusedChange("version 0", header: header.with(0, Raw.unsigned(0)), .version(0)),
      RefusedChange("version 2", header: header.with(0, Raw.unsigned(2)), .version(2)),
      RefusedChange(
        "more after it", EncodedChange(header: header.encoded + [0], body: nil),
        .change(.header(CBORError(offset: header.encoded.count, reason: .trailingBytes)))),
      RefusedChange(
        "cut off", EncodedChange(header: Array(header.encoded.dropLast()), body: nil),
        .change(.header(CBORError(offset: header.encoded.count - 1, reason: .truncated)))),
      RefusedChange(
        "sequence number 0", header: header.with(3, Raw.unsigned(0)),
        .inconsistent("sequence number 0 does not fit the previous change")),
      RefusedChange(
        "sequence number 2 without a previous change", header: header.with(3, Raw.unsigned(2)),
        .inconsistent("sequence number 2 does not fit the previous change")),
      RefusedChange(
        "sequence number 1 with a previous change", header: header.with(4, Raw.bytes(Fixture.id(1).bytes)),
        .inconsistent("sequence number 1 does not fit the previous change")),
      RefusedChange(
        "a sequence number of 2^53", header: header.with(3, Raw.unsigned(1 << 53)), .outOfRange,
        at: Raw.unsigned(1 << 53)),
      RefusedChange(
        "a time of 2^53", header: header.with(6, Raw.int(1 << 53)), .inconsistent("the time is out of range")),
      RefusedChange(
        "a time of -2^53", header: header.with(6, Raw.int(-1 << 53)), .inconsistent("the time is out of range")),
      RefusedChange(
        "a time beyond 64 bits", header: header.with(6, Raw.unsigned(1 << 63)), .outOfRange, at: Raw.unsigned(1 << 63)),
      RefusedChange(
        "a time that is text", header: header.with(6, Raw.text("now")), .unexpectedType, at: Raw.text("now")),
      RefusedChange(
        "no curator in a log's first change", header: header.with(7, nil),
        .missing("the curator of a log's first change")),
      RefusedChange(
        "a key that is not text, nor a small number", header: header.with(16, [0xF9, 0x3C, 0x00]), .forbiddenType,
        at: [0xF9]),
    ]
    for key: UInt64 in [1, 2, 3, 5, 6, 9] {
      cases.append(
        RefusedChange("header key \(key) is missing", header: header.with(key, nil), .missing("a required header key")))
    }
    for key: UInt64 in 11...15 {
      cases.append(
        RefusedChange(
          "header key \(key), which is not in use", header: header.with(key, Raw.unsigned(0)),
          .inconsistent("header key \(key) is not in use")))
    }
    for (key, count) in [(1, 15), (1, 17), (2, 31), (7, 15), (4, 31)] as [(UInt64, Int)] {
      let value = Raw.bytes([UInt8](repeating: 0xEE, count: count))
      cases.append(
        RefusedChange("header key \(key) with \(count) bytes", header: header.with(key, value), .outOfRange, at: value))
    }
    var unsorted = header
    unsorted.entries.swapAt(1, 2)
    cases.append(RefusedChange("keys out of order", header: unsorted, .unsortedKeys, at: [0x01, 0x50]))
    let repeated = RawMap(entries: header.entries + [(9, Raw.array([]))])
    cases.append(
      RefusedChange(
        "a key twice", header: repeated, .header(CBORError(offset: repeated.encoded.count - 2, reason: .unsortedKeys))))
    return cases
  }

  private static func ids() throws -> [RefusedChange] {
    let ids = Fixture.ids(2).map { Raw.bytes($0.bytes) }
    let header = try RawMap.header()
    let second = header.with(3, Raw.unsigned(2)).with(4, ids[0])
    let twice = header.with(5, Raw.array([ids[0], ids[0]]))
    let first = twice.encoded.indices.first { twice.encoded[$0...].starts(with: ids[0]) } ?? 0
    return [
      RefusedChange(
        "deps out of order", header: header.with(5, Raw.array([ids[1], ids[0]])), .unsortedKeys, at: ids[0]),
      RefusedChange("a dep twice", header: twice, .header(CBORError(offset: first + 34, reason: .unsortedKeys))),
      RefusedChange(
        "a dep of 31 bytes", header: header.with(5, Raw.array([Raw.bytes([UInt8](repeating: 7, count: 31))])),
        .outOfRange, at: Raw.bytes([UInt8](repeating: 7, count: 31))),
      RefusedChange(
        "names out of order", header: header.with(8, Raw.array([ids[1], ids[0]])), .unsortedKeys, at: ids[0]),
      RefusedChange(
        "the previous change is a dep", header: second.with(5, Raw.array([ids[0]])),
        .inconsistent("the previous change is among the deps")),
    ]
  }

  private static func opMaps() throws -> [RefusedChange] {
    func refused(_ name: String, _ op: RawMap, _ error: ChangeError) throws -> RefusedChange {
      RefusedChange(name, header: try RawMap.header(ops: [op]), error)
    }
    func refused(_ name: String, _ op: RawMap, _ reason: CBORError.Reason, at needle: [UInt8]) throws -> RefusedChange {
      RefusedChange(name, header: try RawMap.header(ops: [op]), reason, at: needle)
    }
    let restore = RawMap.op(.restore)
    let long = String(repeating: "k", count: 65)
    var cases = try [0, 1, 4].map { key in
      try refused("op key \(key) is missing", restore.with(key, nil), .missing("kind, record or action of an op"))
    }
    cases += [
      try refused("a kind of no letters", restore.with(0, Raw.text("")), .outOfRange, at: [0x60, 0x01]),
      try refused("a kind of 65 bytes", restore.with(0, Raw.text(long)), .tooLong, at: Raw.text(long)),
      try refused("a field of no letters", RawMap.op(.set, field: "").with(6, [0xF6]), .outOfRange, at: [0x60, 0x04]),
      try refused("a field of 65 bytes", RawMap.op(.set, field: long).with(6, [0xF6]), .tooLong, at: Raw.text(long)),
      try refused(
        "an element of no letters", RawMap.op(.add, field: "tags", element: ""), .outOfRange, at: [0x60, 0x04]),
      try refused(
        "an element of 1025 bytes", RawMap.op(.add, field: "tags", element: String(repeating: "e", count: 1_025)),
        .tooLong,
        at: Raw.text(String(repeating: "e", count: 1_025))),
      try refused(
        "a record of 15 bytes", restore.with(1, Raw.bytes([UInt8](repeating: 9, count: 15))), .outOfRange,
        at: Raw.bytes([UInt8](repeating: 9, count: 15))),
      try refused("an action of 2^53", RawMap.op(Action(rawValue: 1 << 53)), .outOfRange, at: Raw.unsigned(1 << 53)),
      try refused("an action that is text", restore.with(4, Raw.text("set")), .unexpectedType, at: Raw.text("set")),
      RefusedChange(
        "ops that are no array", header: try RawMap.header().with(9, Raw.unsigned(1)),
        .header(CBORError(offset: try RawMap.header().encoded.count - 1, reason: .unexpectedType))),
      RefusedChange(
        "an op that is no map", header: try RawMap.header().with(9, Raw.array([Raw.unsigned(1)])),
        .header(CBORError(offset: try RawMap.header().encoded.count, reason: .unexpectedType))),
      try nestedTooDeeply(),
    ]
    return cases
  }

  /// 14 levels are left to a value in the header: the array of ops and the op's map are two of the 16.
  private static func nestedTooDeeply() throws -> RefusedChange {
    let value = [UInt8](repeating: 0x81, count: 14) + [0x80]
    let header = try RawMap.header(ops: [RawMap.op(.set, field: "x").with(6, value)])
    let error = CBORError(offset: header.encoded.count - 1, reason: .tooDeep)
    return RefusedChange("a value nested too deeply", header: header, .header(error))
  }

  private static func payloads() throws -> [RefusedChange] {
    let ids = Fixture.ids(2)
    let named = Raw.array(ids.map { Raw.bytes($0.bytes) })
    func refused(_ name: String, _ op: RawMap, _ error: ChangeError) throws -> RefusedChange {
      RefusedChange(name, header: try RawMap.header(ops: [op]).with(8, named), error)
    }
    func indexes(_ name: String, _ op: RawMap, _ key: UInt64, _ indexes: [UInt64], at place: Int) throws
      -> RefusedChange
    {
      let array = Raw.array(indexes.map { Raw.unsigned($0) })
      let bytes = try RawMap.header(ops: [op.with(key, array)]).with(8, named)
      let encoded = bytes.encoded
      let needle = Raw.unsigned(key) + array
      let offset = (encoded.indices.last { encoded[$0...].starts(with: needle) } ?? -1) + 2 + place
      return RefusedChange(name, header: bytes, .header(CBORError(offset: offset, reason: .outOfRange)))
    }
    let set = RawMap.op(.set, field: "status").with(6, [0xF6])
    let restate = RawMap.op(.restate, field: "status")
    var cases = [
      try refused("a set without a value", RawMap.op(.set, field: "status"), .missing("the value of a set")),
      try refused("a restate of nothing", restate, .inconsistent("a restate names nothing")),
      try refused(
        "a create that supersedes", RawMap.op(.create).with(5, Raw.array([Raw.unsigned(0)])),
        .inconsistent("a create supersedes something")),
      try refused(
        "a set with an element", RawMap.op(.set, field: "tags", element: "a").with(6, [0xF6]),
        .inconsistent("only add and remove name an element")),
      try refused(
        "an add without an element", RawMap.op(.add, field: "tags"),
        .inconsistent("only add and remove name an element")),
      try indexes("an index beyond the names", set, 5, [2], at: 0),
      try indexes("indexes out of order", set, 5, [1, 0], at: 1),
      try indexes("an index twice", set, 5, [1, 1], at: 1),
      try indexes("a restate of a name that is not there", restate, 11, [0, 7], at: 1),
      try indexes("a delete that saw a name that is not there", RawMap.op(.delete), 10, [9], at: 0),
    ]
    for action in [Action.set, .add, .remove, .splice, .restate] {
      let op = RawMap.op(action, element: action == .add || action == .remove ? "a" : nil)
      let filled =
        action == .set ? op.with(6, [0xF6]) : action == .restate ? op.with(11, Raw.array([Raw.unsigned(0)])) : op
      cases.append(
        try refused(
          "\(action.name) without a field", filled,
          .inconsistent("the action \(action.name) and the field \"\" do not go together")))
    }
    for action in [Action.create, .delete, .restore] {
      cases.append(
        try refused(
          "\(action.name) with a field", RawMap.op(action, field: "x"),
          .inconsistent("the action \(action.name) and the field \"x\" do not go together")))
    }
    let strangers: [(Action, UInt64)] = [
      (.create, 9), (.create, 10), (.set, 8), (.set, 9), (.add, 6), (.remove, 7), (.splice, 6), (.delete, 11),
      (.restore, 6), (.restate, 10), (.set, 12), (.delete, 15),
    ]
    for (action, key) in strangers {
      let element = action == .add || action == .remove ? "a" : nil
      let field = [Action.create, .delete, .restore].contains(action) ? nil : "f"
      cases.append(
        try refused(
          "\(action.name) with key \(key)", RawMap.op(action, field: field, element: element).with(key, Raw.array([])),
          .inconsistent("op key \(key) does not go with the action \(action.name)")))
    }
    return cases
  }
}

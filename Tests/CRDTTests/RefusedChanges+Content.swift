@testable import CRDT

extension RefusedChange {
  private static func refused(_ name: String, _ ops: [RawMap], _ error: ChangeError) throws -> RefusedChange {
    RefusedChange(name, header: try RawMap.header(ops: ops), error)
  }

  static func splices() throws -> [RefusedChange] {
    func splices(_ triples: [[UInt64]]) -> RawMap {
      RawMap.op(.splice, field: "statement").with(9, Raw.array(triples.map { Raw.array($0.map { Raw.unsigned($0) }) }))
    }
    func refused(_ name: String, _ op: RawMap, _ reason: CBORError.Reason, at needle: [UInt8]) throws -> RefusedChange {
      RefusedChange(name, header: try RawMap.header(ops: [op]), reason, at: needle)
    }
    let negative = try RawMap.header(ops: [
      RawMap.op(.splice, field: "statement").with(9, Raw.array([Raw.array([Raw.int(-1), [0], [0]])]))
    ])
    return [
      RefusedChange(
        "a splice at a negative place", header: negative,
        .header(CBORError(offset: negative.encoded.count - 3, reason: .unexpectedType))),
      try refused("splices that overlap", splices([[0, 5, 0], [4, 1, 0]]), .outOfRange, at: [0x83, 4, 1, 0]),
      try refused("splices out of order", splices([[5, 0, 0], [4, 0, 0]]), .outOfRange, at: [0x83, 4, 0, 0]),
      try refused("a splice of two numbers", splices([[5, 0]]), .unexpectedType, at: [0x82, 5, 0]),
      try refused("a splice of four numbers", splices([[5, 0, 0, 0]]), .unexpectedType, at: [0x84, 5, 0, 0, 0]),
      try refused("a splice at 2^53", splices([[1 << 53, 0, 0]]), .outOfRange, at: Raw.unsigned(1 << 53)),
      try refused("a splice that deletes 2^53", splices([[0, 1 << 53, 0]]), .outOfRange, at: Raw.unsigned(1 << 53)),
      try refused(
        "a splice that inserts 2^21 + 1", splices([[0, 0, 1 << 21 + 1]]), .outOfRange, at: Raw.unsigned(1 << 21 + 1)),
      try self.refused(
        "a splice that inserts a text that is not there", [splices([[0, 0, 1]])],
        .inconsistent("the splices insert another length than the text has")),
      try self.refused(
        "splices of both kinds", [splices([[0, 1, 0]]).with(12, Raw.array([Raw.array([[0], [1], [0]])]))],
        .inconsistent("an op has splices of both kinds")),
      try self.refused(
        "typing of nothing", [RawMap.op(.splice, field: "statement").with(12, Raw.array([]))],
        .missing("what was typed")),
      try withBody(
        "splices of another length than the text", splices([[0, 0, 1]]).with(7, Raw.array([[0], [2]])),
        ["ab"].map { .text($0) },
        .inconsistent("the splices insert another length than the text has")),
      try withBody(
        "a splice whose text has no length", splices([[0, 0, 0]]).with(7, [0]), [.text("a")],
        .missing("the length of the text that a splice inserts")),
    ]
  }

  /// A change with one op and a body that has the hash that its header states.
  private static func withBody(_ name: String, _ op: RawMap, _ values: [CBORValue], _ error: ChangeError) throws
    -> RefusedChange
  {
    let body = Body(values: values, seed: Fixture.seed)
    let header = try RawMap.header(ops: [op]).with(10, Raw.bytes(body.hash.bytes))
    return RefusedChange(name, header: header, body: body.encoded, error)
  }

  static func values() throws -> [RefusedChange] {
    let set = RawMap.op(.set, field: "title")
    let create = RawMap.op(.create)
    let long = String(repeating: "f", count: 65)
    let values = Raw.textMap([("title", Raw.text("a"))])
    let unordered = Raw.array([Raw.text("b"), Raw.text("a")])
    let twice = Raw.array([Raw.text("b"), Raw.text("b")])
    func offset(_ name: String, _ op: RawMap, _ reason: CBORError.Reason, at needle: [UInt8], plus: Int = 0) throws
      -> RefusedChange
    {
      let header = try RawMap.header(ops: [op])
      let bytes = header.encoded
      let place = (bytes.indices.first { bytes[$0...].starts(with: needle) } ?? -1) + plus
      return RefusedChange(name, header: header, .header(CBORError(offset: place, reason: reason)))
    }
    return [
      try withBody(
        "a set with two values", set.with(6, [0xF6]).with(7, [0]), [.null], .inconsistent("an op carries two values")),
      try withBody(
        "a value that the body lacks", set.with(7, [1]), [.null],
        .inconsistent("an op names a value that the body lacks")),
      try refused(
        "a value without a body", [set.with(7, [0])], .inconsistent("an op names a value that the body lacks")),
      try withBody(
        "a text longer than stated", create.with(7, Raw.textMap([("statement", Raw.array([[0], [1]]))])), [.text("ab")],
        .inconsistent("a text has not the length that the header states")),
      try withBody(
        "a text counted in bytes", create.with(7, Raw.textMap([("statement", Raw.array([[0], [2]]))])), [.text("é")],
        .inconsistent("a text has not the length that the header states")),
      try withBody(
        "prose that is no text", create.with(7, Raw.textMap([("statement", Raw.array([[0], [1]]))])), [.int(1)],
        .inconsistent("a text has not the length that the header states")),
      try withBody(
        "texts that state more than 2 MiB of scalars in all",
        create.with(7, Raw.textMap([("a", Raw.array([[0], Raw.unsigned(1 << 21)])), ("b", Raw.array([[0], [1]]))])),
        [.text("a")], .inconsistent("a text has not the length that the header states")),
      try refused(
        "a field both in header and set", [create.with(6, values).with(8, Raw.textMap([("title", Raw.array([]))]))],
        .inconsistent("a create gives a field twice")),
      try refused(
        "a field of no letters in a create", [create.with(6, Raw.textMap([("", [0xF6])]))],
        .tooLarge("the name of a field")),
      try refused(
        "a field of 65 bytes in a create", [create.with(6, Raw.textMap([(long, [0xF6])]))],
        .tooLarge("the name of a field")),
      try offset(
        "fields of a create out of order", create.with(6, Raw.textMap([("b", [0xF6]), ("a", [0xF6])])), .unsortedKeys,
        at: [0x61, 0x61, 0xF6]),
      try offset(
        "elements out of order", create.with(8, Raw.textMap([("tags", unordered)])), .unsortedKeys,
        at: Raw.text("b") + Raw.text("a"), plus: 2),
      try offset(
        "an element twice", create.with(8, Raw.textMap([("tags", twice)])), .unsortedKeys,
        at: Raw.text("b") + Raw.text("b"), plus: 2),
      try offset("a float as a value", set.with(6, [0xF9, 0x3C, 0x00]), .forbiddenType, at: [0xF9, 0x3C]),
      try offset(
        "a value's map with a number as key", set.with(6, [0xA1, 0x07, 0xF6]), .unexpectedType, at: [0x07, 0xF6]),
    ]
  }

  static func cells() throws -> [RefusedChange] {
    let status = RawMap.op(.set, field: "status").with(6, [0xF6])
    let (create, delete) = (RawMap.op(.create), RawMap.op(.delete))
    let add = RawMap.op(.add, field: "tags", element: "a")
    let remove = RawMap.op(.remove, field: "tags", element: "a")
    let twice = ChangeError.inconsistent("two ops write the same cell of record \(Fixture.claim)")
    let created = ChangeError.inconsistent("record \(Fixture.claim) is created and written by the same change")
    return [
      try refused("one cell set twice", [status, status], twice),
      try refused("one element added and removed", [add, remove], twice),
      try refused("deleted and restored", [delete, RawMap.op(.restore)], twice),
      try refused("created twice", [create, create], created),
      try refused("created and set", [create, status], created),
      try refused("set and created", [status, create], created),
      try refused("created and deleted", [create, delete], created),
      try refused(
        "one cell written by a known and an unknown action",
        [status, RawMap.op(Action(rawValue: 99), field: "status")], twice),
    ]
  }

  static func bodies() throws -> [RefusedChange] {
    let good = try Fixture.first([GoodChange.create]).encode(seed: Fixture.seed)
    let other = try Fixture.first([GoodChange.create]).encode(seed: Array(Fixture.seed.reversed()))
    let plain = try Fixture.first().encode(seed: Fixture.seed)
    let goodBody = try good.body.orThrow()
    var flipped = goodBody
    flipped[flipped.count - 1] ^= 1
    var erased = try Body(decoding: goodBody)
    erased.erase(at: 0)
    var erasedBytes = erased.encoded
    erasedBytes[10] ^= 1
    return [
      RefusedChange(
        "the body is missing", EncodedChange(header: good.header, body: nil),
        .change(.inconsistent("the body is missing"))),
      RefusedChange(
        "a body that the header does not state", EncodedChange(header: plain.header, body: goodBody),
        .change(.inconsistent("there is a body that the header does not state"))),
      RefusedChange(
        "the body of another seed", EncodedChange(header: good.header, body: other.body), .change(.bodyHash)),
      RefusedChange(
        "a body with one bit changed", EncodedChange(header: good.header, body: flipped), .change(.bodyHash)),
      RefusedChange(
        "an erased value's hash with one bit changed", EncodedChange(header: good.header, body: erasedBytes),
        .change(.bodyHash)),
      RefusedChange(
        "an empty body", EncodedChange(header: good.header, body: []),
        .change(.body(CBORError(offset: 0, reason: .truncated)))),
      RefusedChange(
        "a body cut off", EncodedChange(header: good.header, body: Array(goodBody.dropLast())),
        .change(.body(CBORError(offset: lastItem(of: goodBody), reason: .truncated)))),
      RefusedChange(
        "a body with more after it", EncodedChange(header: good.header, body: goodBody + [0]),
        .change(.body(CBORError(offset: goodBody.count, reason: .trailingBytes)))),
    ]
  }

  private static func lastItem(of body: [UInt8]) -> Int {
    guard let values = try? Body(decoding: body).slots, case .value(let last, _) = values[values.count - 1] else {
      return -1
    }
    return body.count - last.encoded.count
  }

  static func logs() throws -> [RefusedChange] {
    let first = try Fixture.first([GoodChange.create])
    let encoded = try first.encode(seed: Fixture.seed)
    let second = try Fixture.after(encoded, sequence: 2).encode(seed: Fixture.seed)
    let fourth = try Fixture.after(encoded, sequence: 4).encode(seed: Fixture.seed)
    let stranger = try Fixture.after(second, sequence: 2).encode(seed: Fixture.seed)
    var elsewhere = first
    elsewhere.store = Fixture.otherStore
    var otherLog = first
    otherLog.replica = try Fixture.replica(2)
    let broken = LogError.brokenChain(sequence: 1, expected: 2)
    let place = (id: encoded.id, sequence: UInt64(1))
    let seal = try Fixture.seal(encoded.id).bytes
    let bareMessage = try Seal(Array(Fixture.key().signature(for: encoded.id.bytes))).orThrow()
    var wrong = seal
    wrong[0] ^= 1
    return [
      RefusedChange("of another store", try elsewhere.encode(seed: Fixture.seed), .otherStore(Fixture.otherStore)),
      RefusedChange("of another log", try otherLog.encode(seed: Fixture.seed), .otherReplica(try Fixture.replica(2))),
      RefusedChange("the first again", encoded, after: place, broken),
      RefusedChange("a gap", fourth, after: place, .brokenChain(sequence: 4, expected: 2)),
      RefusedChange("the second without the first", second, .brokenChain(sequence: 2, expected: 1)),
      RefusedChange(
        "the right number after another change", stranger, after: place, .brokenChain(sequence: 2, expected: 2)),
      RefusedChange("a seal with one bit changed", encoded, seal: Seal(wrong), .invalidSeal),
      RefusedChange("another change's seal", encoded, seal: try Fixture.seal(second.id), .invalidSeal),
      RefusedChange("another replica's seal", encoded, seal: try Fixture.seal(encoded.id, by: 2), .invalidSeal),
      RefusedChange("a seal over the id without its domain tag", encoded, seal: bareMessage, .invalidSeal),
      RefusedChange("a seal of zeros", encoded, seal: Seal([UInt8](repeating: 0, count: 64)), .invalidSeal),
    ]
  }
}

@testable import CRDT

/// A change that is accepted; all of these are in Schema/vectors/changes.jsonl.
struct GoodChange: Sendable, CustomStringConvertible {
  let name: String
  let encoded: EncodedChange
  let seal: Seal?

  var description: String { name }

  init(_ name: String, _ encoded: EncodedChange, isSealed: Bool = true) throws {
    self.name = name
    self.encoded = encoded
    seal = isSealed ? try Fixture.seal(encoded.id) : nil
  }

  init(_ name: String, _ change: Change, isSealed: Bool = true) throws {
    try self.init(name, change.encode(seed: Fixture.seed), isSealed: isSealed)
  }

  /// All of them; made anew each time, from nothing that is random.
  static func all() throws -> [GoodChange] { try plain() + chained() + erased() + unknown() }

  private static func op(
    _ action: Action, _ field: String = "", _ element: String? = nil, over supersedes: [ChangeID] = [],
    says payload: Op.Payload = .none, because reason: String? = nil
  ) -> Op {
    Op(
      kind: "claim", record: Fixture.claim, field: field, element: element, action: action, supersedes: supersedes,
      payload: payload, reason: reason.map { .inBody(.text($0)) })
  }

  static let create = op(
    .create,
    says: .create(
      values: [
        Op.FieldValue("status", .inHeader(.text("proposed"))), Op.FieldValue("negated", .inHeader(.bool(false))),
        Op.FieldValue("subject", .inHeader(.text("NCBIGene:3934"))), Op.FieldValue("via", .inBody(.text("a summary"))),
        Op.FieldValue("statement", .prose("LCN2 rises in ALS.")),
      ], elements: [Op.FieldElements("tags", ["als", "e\u{301}", "é"])]))

  private static func plain() throws -> [GoodChange] {
    let ids = Fixture.ids(3)
    let ops: [(String, Op)] = [
      ("create", create), ("create that says nothing", op(.create, says: .create(values: [], elements: []))),
      (
        "create with an explicit null",
        op(.create, says: .create(values: [Op.FieldValue("status", .inHeader(.null))], elements: []))
      ),
      (
        "create with an empty text",
        op(.create, says: .create(values: [Op.FieldValue("statement", .prose(""))], elements: []))
      ),
      ("set in the header", op(.set, "status", over: ids, says: .value(.inHeader(.text("accepted"))))),
      ("set in the body", op(.set, "title", over: [ids[0]], says: .value(.inBody(.text("a title"))))),
      ("set to null", op(.set, "status", over: [ids[1]], says: .value(.inHeader(.null)))),
      ("set that supersedes nothing", op(.set, "status", says: .value(.inHeader(.text("accepted"))))),
      (
        "set to a map, whose keys are sorted by their encoding",
        op(
          .set, "selector",
          says: .value(.inBody(.map([.init("end", .int(9)), .init("exact", .text("LCN2")), .init("start", .int(5))]))))
      ),
      (
        "set to bytes and negative integers",
        op(.set, "x", says: .value(.inHeader(.array([.bytes([0, 255]), .int(-1), .int(.min), .int(.max)]))))
      ),
      ("add", op(.add, "tags", "als")), ("add of a decomposed letter", op(.add, "tags", "e\u{301}")),
      ("remove", op(.remove, "tags", "als", over: [ids[0], ids[2]])),
      ("delete", op(.delete, over: [ids[0]], says: .saw(ids))),
      ("delete that saw nothing", op(.delete, says: .saw([]))),
      ("restore", op(.restore, over: [ids[2]])),
      ("restate", op(.restate, "status", over: [ids[2]], says: .restates([ids[0], ids[1]]))),
      (
        "a decision that takes one of the values, and says why",
        op(.restate, "status", over: [ids[0], ids[1]], says: .restates([ids[1]]), because: "the later of two papers")
      ),
      (
        "a decision for a value of its own",
        op(.set, "via", over: [ids[0]], says: .value(.inBody(.text("a table"))), because: "neither is right")
      ),
      (
        "splices",
        op(
          .splice, "statement", over: [ids[0]],
          says: .splices(
            [Splice(position: 0, deleted: 4, inserted: 3), Splice(position: 9, deleted: 0, inserted: 5)],
            inserted: .prose("👩‍🔬שלום\u{0}")))
      ),
      (
        "a splice that only deletes",
        op(
          .splice, "statement", over: [ids[0]],
          says: .splices([Splice(position: 3, deleted: 2, inserted: 0)], inserted: nil))
      ),
      (
        "a splice beyond any text, which is clamped when it is applied",
        op(
          .splice, "statement",
          says: .splices(
            [Splice(position: Int(Limits.integer), deleted: Int(Limits.integer), inserted: 1)], inserted: .prose("x")))
      ),
      ("no splices", op(.splice, "statement", says: .splices([], inserted: nil))),
      (
        "what was typed, some of it taken back, and more before it",
        op(
          .splice, "statement", over: [ids[0]],
          says: .splices(
            [(7, 0, 4), (9, 2, 0), (0, 1, 2)].map { Splice(position: $0.0, deleted: $0.1, inserted: $0.2) },
            inserted: .prose("ironé\u{301}"), areTyped: true))
      ),
    ]
    return try ops.map { try GoodChange($0.0, Fixture.first([$0.1])) }
  }

  private static func chained() throws -> [GoodChange] {
    let first = try Fixture.first([create])
    let encoded = try first.encode(seed: Fixture.seed)
    var second = try Fixture.after(encoded, sequence: 2, ops: [op(.restore)])
    second.deps = Fixture.ids(3)
    var negative = first
    negative.timeMilliseconds = -Limits.integer
    var latest = first
    latest.timeMilliseconds = Limits.integer
    var switched = try Fixture.after(encoded, sequence: UInt64(Limits.integer))
    switched.curator = Fixture.note
    let annotation = Op(
      kind: "annotation", record: Fixture.note, action: .create,
      payload: .create(
        values: [
          Op.FieldValue("target", .inHeader(.text("claim:\(Fixture.claim)"))), Op.FieldValue("body", .prose("a note")),
        ],
        elements: []))
    return [
      try GoodChange("no ops, which merges heads", Fixture.first()),
      try GoodChange("several ops", Fixture.first([create, annotation])),
      try GoodChange("the second of a log, with deps", second),
      try GoodChange(
        "a first change with deps",
        {
          var change = first
          change.deps = Fixture.ids(2)
          return change
        }()),
      try GoodChange("the least time", negative), try GoodChange("the greatest time", latest),
      try GoodChange("another curator, at the greatest sequence number", switched),
      try GoodChange("without a seal, as inside a commit", first, isSealed: false),
    ]
  }

  private static func erased() throws -> [GoodChange] {
    func erased(_ name: String, _ ops: [Op], _ indexes: [Int]) throws -> GoodChange {
      var encoded = try Fixture.first(ops).encode(seed: Fixture.seed)
      var body = try Body(decoding: encoded.body.orThrow())
      for index in indexes { body.erase(at: index) }
      encoded.body = body.encoded
      return try GoodChange(name, encoded)
    }
    let splice = op(
      .splice, "statement", says: .splices([Splice(position: 0, deleted: 0, inserted: 3)], inserted: .prose("é\u{0}水")))
    return [
      try erased("a create, its prose erased", [create], [1]),
      try erased("a create, all its free text erased", [create], [0, 1]),
      try erased("a set, its value erased", [op(.set, "title", says: .value(.inBody(.text("a title"))))], [0]),
      try erased("a splice, its insertion erased", [splice], [0]),
      try erased("salted values of which none is erased", [create], []).salted(),
    ]
  }

  /// The same change with its body in the form that has salts, though nothing was erased.
  private func salted() throws -> GoodChange {
    let body = try Body(decoding: encoded.body.orThrow())
    let slots = try body.slots.map { slot -> [UInt8] in
      guard case .value(let value, let salt) = slot else { throw AbsentValue() }
      return Raw.array([Raw.bytes(salt), value.encoded])
    }
    let bytes = RawMap(entries: [(2, Raw.array(slots))]).encoded
    return try GoodChange(name, EncodedChange(header: encoded.header, body: bytes))
  }

  private static func unknown() throws -> [GoodChange] {
    let ids = Fixture.ids(3)
    let strange = Op(
      kind: "kind-of-tomorrow", record: Fixture.note, field: "field-of-tomorrow", action: .set, supersedes: [ids[0]],
      payload: .value(.inHeader(.text("value"))))
    var unknownAction = RawMap.op(Action(rawValue: 8), field: "status", element: "e")
    unknownAction[5] = Raw.array([Raw.unsigned(1)])
    unknownAction[6] = Raw.array([Raw.unsigned(0)])
    unknownAction[15] = Raw.array([Raw.unsigned(2)])
    let naming = try RawMap.header(ops: [unknownAction]).with(8, Raw.array(ids.map { Raw.bytes($0.bytes) }))
    let mixed = RawMap(entries: [(0, Raw.int(-1)), (24, Raw.text("x"))]).encoded
    let moreKeys = try RawMap.header(ops: [RawMap.op(.restore).with(16, mixed).with(1 << 40, Raw.unsigned(1))])
      .with(16, Raw.array([mixed])).with(.max, Raw.text("kept"))
    let greatest = try RawMap.header(ops: [RawMap.op(Action(rawValue: UInt64(Limits.integer)))])
    return [
      try GoodChange("unknown kind and field", Fixture.first([strange])),
      try GoodChange(
        "an unknown action, which names changes in a key that is not read",
        EncodedChange(header: naming.encoded, body: nil)),
      try GoodChange("unknown keys of header and op", EncodedChange(header: moreKeys.encoded, body: nil)),
      try GoodChange("the greatest code of an action", EncodedChange(header: greatest.encoded, body: nil)),
      try GoodChange(
        "a name that no op uses",
        EncodedChange(header: RawMap.header().with(8, Raw.array([Raw.bytes(ids[0].bytes)])).encoded, body: nil)),
    ]
  }
}

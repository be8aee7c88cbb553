import Testing

@testable import CRDT

@Suite("Changes")
struct ChangeTests {
  @Test("What is accepted reads the same with and without its body checked, and any seal holds")
  func good() throws {
    for example in try GoodChange.all() {
      let change = try Change(decoding: example.encoded)
      #expect(try Change(decoding: example.encoded, checkingBody: false) == change, "\(example)")
      if let seal = example.seal { #expect(seal.isValid(for: example.encoded.id, by: change.replica), "\(example)") }
      #expect(example.encoded.id == ChangeID(sha256(example.encoded.header)))
      #expect(example.encoded.byteCount <= example.encoded.countedBytes)
    }
  }

  @Test("Names are unique, so that a failing vector can be found")
  func names() throws {
    #expect(Set(try GoodChange.all().map(\.name)).count == (try GoodChange.all().count))
    #expect(Set(try RefusedChange.all().map(\.name)).count == (try RefusedChange.all().count))
    #expect(Set(CBORCase.all.map(\.name)).count == CBORCase.all.count)
  }

  @Test("What was written by this version is written again to the same bytes")
  func roundTrip() throws {
    var count = 0
    for example in try GoodChange.all() {
      let body = try example.encoded.body.map { try Body(decoding: $0) }
      guard body == nil || body?.seed != nil else { continue }
      let change = try Change(decoding: example.encoded)
      let again = try change.encode(seed: Fixture.seed)
      if again.header == example.encoded.header { count += 1 }
      #expect(try Change(decoding: again) == change, "\(example)")
    }
    #expect(count > 25)
  }

  @Test("Erasing leaves id, chain and causality, and the value reads as erased")
  func erasure() throws {
    let first = try Fixture.first([GoodChange.create])
    let whole = try first.encode(seed: Fixture.seed)
    var body = try Body(decoding: #require(whole.body))
    for index in body.slots.indices { body.erase(at: index) }
    let erased = EncodedChange(header: whole.header, body: body.encoded)
    #expect(erased.id == whole.id)
    let change = try Change(decoding: erased)
    guard case .create(let values, _) = change.ops[0].payload else { throw AbsentValue() }
    let byField = Dictionary(uniqueKeysWithValues: values.map { ($0.field, $0.value) })
    #expect(byField["statement"]?.value == .text(String(repeating: "\u{FFFD}", count: 18)))
    #expect(byField["statement"]?.scalarCount == 18 && byField["statement"]?.isErased == true)
    #expect(byField["via"]?.value == .null && byField["via"]?.isErased == true)
    #expect(byField["status"]?.value == .text("proposed") && byField["status"]?.isErased == false)
    var verifier = LogVerifier(store: Fixture.store, replica: try Fixture.replica())
    #expect(try verifier.check(erased, seal: Fixture.seal(whole.id)).id == whole.id)
  }

  @Test("A reason is read, can be erased, and says nothing where it is none")
  func reasons() throws {
    let op = Op(
      kind: "claim", record: Fixture.claim, field: "status", action: .set,
      payload: .value(.inHeader(.text("accepted"))),
      reason: .inBody(.text("two cohorts")))
    var encoded = try Fixture.first([op]).encode(seed: Fixture.seed)
    #expect(try Change(decoding: encoded).ops[0].reason?.value == .text("two cohorts"))
    var body = try Body(decoding: #require(encoded.body))
    body.erase(at: 0)
    encoded.body = body.encoded
    #expect(try Change(decoding: encoded).ops[0].reason?.isErased == true)
    for other in [Raw.unsigned(7), Raw.text("why"), Raw.bytes([1])] {
      let header = try RawMap.header(ops: [RawMap.op(.restore).with(16, other)]).encoded
      #expect(try Change(decoding: EncodedChange(header: header, body: nil)).ops[0].reason == nil)
    }
  }

  @Test("Whatever is not read is named all the same: prerequisites are those of every version")
  func namedUnread() throws {
    let ids = Fixture.ids(3)
    for example in try GoodChange.all() where example.name.hasPrefix("an unknown action, which names") {
      let change = try Change(decoding: example.encoded)
      #expect(change.ops[0].supersedes == [ids[1]] && change.namedByOps == [ids[1]])
      #expect(change.namedUnread == [ids[0], ids[2]])
      #expect(change.prerequisites == ids)
      let again = try Change(decoding: change.encode(seed: Fixture.seed))
      #expect(again.prerequisites == ids)
      return
    }
    Issue.record("the example is gone")
  }

  @Test("Prerequisites are previous, deps and all that ops name, each once")
  func prerequisites() throws {
    let ids = Fixture.ids(6)
    var change = try Fixture.first([
      Op(kind: "k", record: Fixture.claim, action: .delete, supersedes: [ids[3]], payload: .saw([ids[3], ids[4]])),
      Op(
        kind: "k", record: Fixture.note, field: "f", action: .restate, supersedes: [ids[1]],
        payload: .restates([ids[5]])),
    ])
    change.sequence = 2
    change.previous = ids[0]
    change.deps = [ids[1], ids[2]]
    #expect(change.prerequisites == ids)
    #expect(change.namedByOps == [ids[1], ids[3], ids[4], ids[5]])
  }

  @Test("Every structural refusal has its reason and place")
  func refusals() throws {
    for example in try RefusedChange.all() {
      var verifier = LogVerifier(store: Fixture.store, replica: try Fixture.replica(), after: example.after)
      #expect(throws: example.error, "\(example)") { try verifier.check(example.encoded, seal: example.seal) }
      #expect(!example.error.description.isEmpty)
    }
  }

  /// What is wrong with a change is found by the writer, before anything is stored that others would refuse.
  @Test("What would be refused is not written")
  func writerRefuses() throws {
    let ids = Fixture.ids(2)
    func op(_ action: Action, _ field: String = "", _ element: String? = nil, _ payload: Op.Payload = .none) -> Op {
      Op(kind: "claim", record: Fixture.claim, field: field, element: element, action: action, payload: payload)
    }
    let value = Op.Payload.value(.inHeader(.null))
    let ops: [(String, Op)] = [
      ("no kind", Op(kind: "", record: Fixture.claim, action: .restore)),
      ("a set without a field", op(.set, "", nil, value)),
      ("a long field", op(.set, String(repeating: "f", count: 65), nil, value)),
      ("a long element", op(.add, "tags", String(repeating: "e", count: 1_025))),
      ("an add without an element", op(.add, "tags")),
      ("a set without a value", op(.set, "status")),
      ("a restate of nothing", op(.restate, "status", nil, .restates([]))),
      (
        "a negative splice",
        op(
          .splice, "s", nil,
          .splices(
            [Splice(position: -1, deleted: -1, inserted: -1), Splice(position: -5, deleted: 0, inserted: 0)],
            inserted: .prose("x")))
      ),
      (
        "splices out of order",
        op(
          .splice, "s", nil,
          .splices(
            [Splice(position: 5, deleted: 0, inserted: 0), Splice(position: 1, deleted: 0, inserted: 0)], inserted: nil)
        )
      ),
      (
        "the wrong length",
        op(.splice, "s", nil, .splices([Splice(position: 5, deleted: 0, inserted: 2)], inserted: .prose("x")))
      ),
      (
        "elements out of order",
        op(.create, "", nil, .create(values: [], elements: [Op.FieldElements("tags", ["b", "a"])]))
      ),
      (
        "a field twice",
        op(
          .create, "", nil,
          .create(values: [Op.FieldValue("a", .inHeader(.null)), Op.FieldValue("a", .inBody(.null))], elements: []))
      ),
      (
        "a value nested too deeply",
        op(.set, "x", nil, .value(.inHeader((0..<20).reduce(.null) { inner, _ in .array([inner]) })))
      ),
      (
        "a create that supersedes",
        Op(
          kind: "claim", record: Fixture.claim, action: .create, supersedes: [ids[0]],
          payload: .create(values: [], elements: []))
      ),
      (
        "one change superseded twice",
        Op(kind: "claim", record: Fixture.claim, action: .restore, supersedes: [ids[0], ids[0]])
      ),
    ]
    for (name, op) in ops {
      #expect(throws: ChangeError.self, "\(name)") { try Fixture.first([op]).encode(seed: Fixture.seed) }
    }
    let changes: [(String, (inout Change) -> Void)] = [
      ("sequence 0", { $0.sequence = 0 }), ("no curator", { $0.curator = nil }),
      ("a late time", { $0.timeMilliseconds = .max }),
      ("an early time", { $0.timeMilliseconds = .min }), ("deps out of order", { $0.deps = ids.reversed() }),
      ("a dep twice", { $0.deps = [ids[0], ids[0]] }), ("a previous change without a number", { $0.previous = ids[0] }),
    ]
    for (name, spoil) in changes {
      var change = try Fixture.first()
      spoil(&change)
      #expect(throws: ChangeError.self, "\(name)") { try change.encode(seed: Fixture.seed) }
    }
    for seed in [[], [UInt8](repeating: 1, count: 15), [UInt8](repeating: 1, count: 17)] {
      #expect(throws: ChangeError.self, "a seed of \(seed.count) bytes") {
        try Fixture.first([GoodChange.create]).encode(seed: seed)
      }
    }
  }

  @Test("A change over 2 MiB is neither written nor read, and one just below is both, erased or not")
  func size() throws {
    func change(_ length: Int) throws -> Change {
      let op = Op(
        kind: "claim", record: Fixture.claim, field: "title", action: .set,
        payload: .value(.inBody(.text(String(repeating: "x", count: length)))))
      return try Fixture.first([op])
    }
    var (fits, tooLong) = (1 << 20, 1 << 21)
    while tooLong - fits > 1 {
      let middle = (fits + tooLong) / 2
      if (try? change(middle).encode(seed: Fixture.seed)) == nil { tooLong = middle } else { fits = middle }
    }
    let largest = try change(fits).encode(seed: Fixture.seed)
    #expect(largest.countedBytes == Limits.changeBytes)
    _ = try Change(decoding: largest)
    #expect(throws: ChangeError.tooLarge("the change")) { try change(tooLong).encode(seed: Fixture.seed) }
    #expect(throws: ChangeError.tooLarge("the change")) {
      try Change(decoding: EncodedChange(header: [UInt8](repeating: 0, count: Limits.changeBytes + 1), body: nil))
    }
  }

  /// Short values take more bytes erased than whole: what is counted has to leave room for that from the start.
  @Test("A change that was accepted whole is accepted erased")
  func erasureNeverStrands() throws {
    func change(_ count: Int) throws -> Change {
      let values = (0..<count).map { Op.FieldValue("f\($0)", .inBody(.text(""))) }
      let sorted = values.sorted { CBOREncoder.textKeyPrecedes($0.field, $1.field) }
      return try Fixture.first([
        Op(kind: "claim", record: Fixture.claim, action: .create, payload: .create(values: sorted, elements: []))
      ])
    }
    #expect(throws: ChangeError.tooLarge("the change")) { try change(49_000).encode(seed: Fixture.seed) }
    let whole = try change(20_000).encode(seed: Fixture.seed)
    var body = try Body(decoding: #require(whole.body))
    for index in body.slots.indices { body.erase(at: index) }
    let erased = EncodedChange(header: whole.header, body: body.encoded)
    #expect(erased.byteCount > whole.byteCount * 2 && erased.byteCount < Limits.changeBytes)
    _ = try Change(decoding: erased)
  }

  @Test("More ops than allowed are neither written nor read")
  func manyOps() throws {
    let ops = (0...Limits.opsInChange).map { number in
      Op(kind: "k", record: RecordID(high: 0, low: UInt64(number)), action: .restore)
    }
    #expect(throws: ChangeError.tooLarge("the number of ops")) { try Fixture.first(ops).encode(seed: Fixture.seed) }
    let raw = try RawMap.header(
      ops: ops.map { RawMap(entries: [(0, Raw.text("k")), (1, Raw.bytes($0.record.bytes)), (4, Raw.unsigned(6))]) })
    #expect(throws: ChangeError.tooLarge("the number of ops")) {
      try Change(decoding: EncodedChange(header: raw.encoded, body: nil))
    }
  }
}

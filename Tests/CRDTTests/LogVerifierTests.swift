import Testing

@testable import CRDT

@Suite("Runs of a log")
struct LogVerifierTests {
  /// A log of `count` changes, each with a text of `length` bytes in its body.
  private static func log(count: Int, length: Int = 10) throws -> [EncodedChange] {
    var log: [EncodedChange] = []
    for number in 1...count {
      let text = String(repeating: "x", count: length)
      let op = Op(
        kind: "claim", record: Fixture.claim, field: "title", action: .set, payload: .value(.inBody(.text(text))))
      let change =
        try log.last.map { try Fixture.after($0, sequence: UInt64(number), ops: [op]) } ?? Fixture.first([op])
      log.append(try change.encode(seed: Fixture.seed))
    }
    return log
  }

  private static func verifier(after last: (id: ChangeID, sequence: UInt64)? = nil) throws -> LogVerifier {
    LogVerifier(store: Fixture.store, replica: try Fixture.replica(), after: last)
  }

  @Test("A sealed run is vouched for as a whole, and can be taken up anywhere")
  func run() throws {
    let log = try Self.log(count: 5)
    for start in log.indices {
      let last = start == 0 ? nil : (id: log[start - 1].id, sequence: UInt64(start))
      var verifier = try Self.verifier(after: last)
      #expect(verifier.isSealed)
      for (index, encoded) in log.enumerated().dropFirst(start) {
        let seal = index == 1 || index == 4 ? try Fixture.seal(encoded.id) : nil
        let (id, change) = try verifier.check(encoded, seal: seal)
        #expect(id == encoded.id && change.sequence == UInt64(index + 1))
        #expect(verifier.isSealed == (seal != nil))
      }
    }
  }

  @Test("What is refused leaves the verifier where it was")
  func refusalKeepsPlace() throws {
    let log = try Self.log(count: 3)
    var verifier = try Self.verifier()
    _ = try verifier.check(log[0], seal: nil)
    #expect(throws: LogError.brokenChain(sequence: 3, expected: 2)) { try verifier.check(log[2], seal: nil) }
    #expect(throws: LogError.invalidSeal) { try verifier.check(log[1], seal: Fixture.seal(log[2].id)) }
    _ = try verifier.check(log[1], seal: Fixture.seal(log[1].id))
    #expect(verifier.isSealed)
  }

  @Test("A branch of a forked log is a run of its own")
  func fork() throws {
    let log = try Self.log(count: 2)
    let other = try Fixture.after(log[0], sequence: 2).encode(seed: Fixture.seed)
    for second in [log[1], other] {
      var verifier = try Self.verifier()
      _ = try verifier.check(log[0], seal: nil)
      _ = try verifier.check(second, seal: Fixture.seal(second.id))
    }
  }

  @Test("One seal closes at most 2 MiB, the sealed change included")
  func unsealed() throws {
    let log = try Self.log(count: 3, length: 800_000)
    #expect(log.prefix(2).reduce(0) { $0 + $1.countedBytes } <= Limits.sealedBytes)
    #expect(log.reduce(0) { $0 + $1.countedBytes } > Limits.sealedBytes)
    for last in [nil, try Fixture.seal(log[2].id)] {
      var verifier = try Self.verifier()
      _ = try verifier.check(log[0], seal: nil)
      _ = try verifier.check(log[1], seal: nil)
      #expect(throws: LogError.unsealed) { try verifier.check(log[2], seal: last) }
    }
    var verifier = try Self.verifier()
    _ = try verifier.check(log[0], seal: nil)
    _ = try verifier.check(log[1], seal: Fixture.seal(log[1].id))
    _ = try verifier.check(log[2], seal: Fixture.seal(log[2].id))
    #expect(verifier.isSealed)
  }

  @Test("A run that was sealed in time is accepted after erasures too")
  func erasedRun() throws {
    let values = (0..<2_000).map { Op.FieldValue("f\($0)", .inBody(.text(""))) }
    let sorted = values.sorted { CBOREncoder.textKeyPrecedes($0.field, $1.field) }
    let create = Op(
      kind: "claim", record: Fixture.claim, action: .create, payload: .create(values: sorted, elements: []))
    var whole: [EncodedChange] = []
    while true {
      let change =
        try whole.last.map { try Fixture.after($0, sequence: UInt64(whole.count + 1), ops: [create]) }
        ?? Fixture.first([create])
      let encoded = try change.encode(seed: Fixture.seed)
      guard (whole + [encoded]).reduce(0, { $0 + $1.countedBytes }) <= Limits.sealedBytes else { break }
      whole.append(encoded)
    }
    var verifier = try Self.verifier()
    for (index, encoded) in whole.enumerated() {
      var body = try Body(decoding: #require(encoded.body))
      for slot in body.slots.indices { body.erase(at: slot) }
      let erased = EncodedChange(header: encoded.header, body: body.encoded)
      _ = try verifier.check(erased, seal: index == whole.count - 1 ? Fixture.seal(erased.id) : nil)
    }
    #expect(verifier.isSealed && whole.count > 10)
  }

  @Test("A seal is 64 bytes", arguments: [0, 63, 65])
  func sealLength(_ count: Int) { #expect(Seal([UInt8](repeating: 1, count: count)) == nil) }

  @Test("A replica id that is no point of the curve seals nothing")
  func noKey() throws {
    let seal = try Fixture.seal(Fixture.id(1))
    for bytes in [[UInt8](repeating: 0xFF, count: 32), [UInt8](repeating: 0, count: 32)] {
      #expect(!seal.isValid(for: Fixture.id(1), by: try #require(ReplicaID(bytes))))
    }
  }
}

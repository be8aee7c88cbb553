import Testing

@testable import CRDT

@Suite("Bodies and erasure")
struct BodyTests {
  private static let values: [CBORValue] = [
    .text("a statement"), .null, .text(""), .array([.text("A. Author"), .text("B. Author")]),
    .map([CBORValue.Entry("exact", .text("a quote"))]), .text("e\u{301}"),
  ]

  @Test("Salts expand from the seed, and hashes are what Schema/change.cddl says")
  func hashes() {
    let body = Body(values: [.text("a"), .text("b")], seed: Fixture.seed)
    let hashes = [UInt64(0), 1].map { index -> [UInt8] in
      var message = Array("variorum salt 1".utf8) + Fixture.seed
      message.appendBigEndian(index)
      let salt = Array(sha256(message).prefix(16))
      return Array(sha256(salt + (index == 0 ? [0x61, 0x61] : [0x61, 0x62])))
    }
    #expect(body.hash == BodyHash(sha256(Array("variorum body 1".utf8) + hashes[0] + hashes[1])))
    let salts = body.slots.compactMap { if case .value(_, let salt) = $0 { salt } else { nil } }
    #expect(Set(salts).count == 2 && salts.allSatisfy { $0.count == 16 })
  }

  @Test("A body is read as it was written")
  func roundTrip() throws {
    let body = Body(values: Self.values, seed: Fixture.seed)
    #expect(try Body(decoding: body.encoded) == body)
    #expect(try Body(decoding: body.encoded).encoded == body.encoded)
  }

  @Test("Any values can be erased: the hash stays, and neither they nor their salts are left")
  func erasure() throws {
    let whole = Body(values: Self.values, seed: Fixture.seed)
    for mask in 1..<1 << Self.values.count {
      var body = whole
      for index in Self.values.indices where mask >> index & 1 == 1 { body.erase(at: index) }
      let read = try Body(decoding: body.encoded)
      #expect(read == body && read.hash == whole.hash && read.seed == nil)
      #expect(read.encoded == body.encoded)
      for (index, slot) in read.slots.enumerated() {
        switch slot {
        case .value(let value, let salt):
          #expect(
            mask >> index & 1 == 0 && value == Self.values[index] && whole.slots[index] == .value(value, salt: salt))
        case .erased(let hash): #expect(mask >> index & 1 == 1 && hash.count == 32)
        }
      }
    }
  }

  @Test("Erasing twice, or the last value, changes nothing more")
  func erasingTwice() {
    var body = Body(values: Self.values, seed: Fixture.seed)
    body.erase(at: 2)
    let once = body
    body.erase(at: 2)
    #expect(body == once)
  }

  @Test("An erased text is not in the bytes, and its salt cannot be found again")
  func nothingIsLeft() throws {
    var body = Body(values: [.text("SECRET"), .text("public")], seed: Fixture.seed)
    guard case .value(_, let salt) = body.slots[0] else { throw AbsentValue() }
    body.erase(at: 0)
    let bytes = body.encoded
    for needle in [Array("SECRET".utf8), salt, Fixture.seed] { #expect(!bytes.contains(needle)) }
    #expect(bytes.contains(Array("public".utf8)))
  }

  @Test("However a body is erased, it never takes more bytes than are counted, and what is counted never grows")
  func countedBytes() {
    for length in [0, 1, 13, 14, 15, 16, 17, 200, 70_000] {
      var body = Body(values: (0..<40).map { _ in .text(String(repeating: "x", count: length)) }, seed: Fixture.seed)
      var counted = body.largestByteCount
      #expect(body.encoded.count <= counted)
      for index in 0..<40 {
        body.erase(at: index)
        #expect(body.encoded.count <= counted)
        #expect(body.largestByteCount <= counted)
        counted = body.largestByteCount
      }
    }
  }

  @Test("Malformed bodies are refused with the place", arguments: BodyCase.all)
  func refusals(_ example: BodyCase) {
    #expect(throws: example.error, "\(example.name)") { try Body(decoding: example.bytes) }
  }
}

/// A body that is refused.
struct BodyCase: Sendable {
  let name: String
  let bytes: [UInt8]
  let error: CBORError

  private init(_ name: String, _ hex: String, _ reason: CBORError.Reason, at offset: Int) {
    self.name = name
    bytes = bytesOfHexadecimal(Array(hex.utf8)) ?? []
    error = CBORError(offset: offset, reason: reason)
  }

  private static let seed = "0050" + String(repeating: "aa", count: 16)
  private static let salt = "50" + String(repeating: "bb", count: 16)
  private static let hash = "5820" + String(repeating: "cc", count: 32)

  static let all: [BodyCase] = [
    BodyCase("no map", "80", .unexpectedType, at: 0), BodyCase("an empty map", "a0", .unexpectedType, at: 0),
    BodyCase("a seed alone", "a1" + seed, .unexpectedType, at: 0),
    BodyCase("values without a seed", "a1018100", .unexpectedType, at: 2),
    BodyCase("no values", "a2" + seed + "0180", .unexpectedType, at: 0),
    BodyCase("a seed of 15 bytes", "a2004f" + String(repeating: "aa", count: 15) + "018100", .outOfRange, at: 2),
    BodyCase("a seed and salted values", "a2" + seed + "0281" + hash, .unexpectedType, at: 20),
    BodyCase("an unknown key", "a1038100", .unexpectedType, at: 2),
    BodyCase("keys out of order", "a2018100" + seed, .unexpectedType, at: 2),
    BodyCase("a key twice", "a2" + seed + "0000", .unsortedKeys, at: 19),
    BodyCase("a hash of 31 bytes", "a10281581f" + String(repeating: "cc", count: 31), .outOfRange, at: 3),
    BodyCase("a salt of 15 bytes", "a10281824f" + String(repeating: "bb", count: 15) + "00", .outOfRange, at: 4),
    BodyCase("a salted value of one item", "a1028181" + salt, .unexpectedType, at: 3),
    BodyCase("a salted value of three", "a1028183" + salt + "0000", .unexpectedType, at: 3),
    BodyCase("a slot that is neither", "a1028100", .unexpectedType, at: 3),
    BodyCase("a float", "a2" + seed + "0181f93c00", .forbiddenType, at: 21),
    BodyCase("more after it", "a2" + seed + "01810000", .trailingBytes, at: 22),
    BodyCase("cut off", "a2" + seed + "01", .truncated, at: 20),
    BodyCase("more values than bytes", "a2" + seed + "019affffffff", .truncated, at: 20),
  ]
}

extension [UInt8] {
  fileprivate func contains(_ needle: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: needle) }
  }
}

import Testing

@testable import CRDT

@Suite("Fixed bytes, hexadecimal digits and UUIDs")
struct BytesTests {
  @Test("A UUID is read with four hyphens or none, and shown in the canonical form")
  func uuids() {
    let canonical = "00112233-4455-4677-8899-aabbccddeeff"
    #expect(RecordID(uuid: canonical)?.description == canonical)
    #expect(RecordID(uuid: canonical.uppercased())?.description == canonical)
    #expect(RecordID(uuid: "00112233445546778899aabbccddeeff")?.description == canonical)
    #expect(RecordID(uuid: canonical)?.hex == "00112233445546778899aabbccddeeff")
    #expect(RecordID(uuid: canonical)?.uuidVersion == 4)
  }

  @Test(
    "What is no UUID is refused",
    arguments: [
      "", "0", "00112233-4455-4677-8899-aabbccddeef", "00112233-4455-4677-8899-aabbccddeeff0",
      "001122334455-4677-8899-aabbccddeeff", "0011223344554677-8899-aabbccddeeff--",
      "g0112233-4455-4677-8899-aabbccddeeff",
      "{00112233-4455-4677-8899-aabbccddeeff}", "00112233_4455_4677_8899_aabbccddeeff",
      "００112233445546778899aabbccddeeff",
    ])
  func noUUIDs(_ text: String) { #expect(RecordID(uuid: text) == nil) }

  @Test("Version and variant are set as RFC 9562 says")
  func versions() throws {
    for version: UInt8 in [4, 8] {
      let id = try #require(RecordID(uuidBytes: [UInt8](repeating: 0xFF, count: 16), version: version))
      #expect(id.uuidVersion == Int(version))
      #expect(id.bytes[8] == 0xBF)
      #expect(id.bytes.enumerated().allSatisfy { $0.offset == 6 || $0.offset == 8 || $0.element == 0xFF })
    }
    #expect(RecordID(uuidBytes: [UInt8](repeating: 0, count: 15), version: 4) == nil)
  }

  @Test("Lengths are exact", arguments: [0, 15, 17, 31, 33])
  func lengths(_ count: Int) {
    let bytes = [UInt8](repeating: 1, count: count)
    #expect(RecordID(bytes) == nil)
    #expect(ChangeID(bytes) == nil)
  }

  @Test("Bytes come back, and order is that of the bytes")
  func order() throws {
    var random = SplitMix64(seed: 1)
    var pairs: [([UInt8], ChangeID)] = []
    for _ in 0..<200 {
      var bytes = random.bytes(32)
      if random.chance(percent: 50), let last = pairs.last {
        bytes = last.0
        bytes[random.below(32)] ^= 1 << UInt8(random.below(8))
      }
      let id = try #require(ChangeID(bytes))
      #expect(id.bytes == bytes)
      #expect(ChangeID(hex: id.hex) == id)
      #expect(ChangeID(hex: id.hex.uppercased()) == id)
      pairs.append((bytes, id))
    }
    for left in pairs {
      for right in pairs {
        #expect((left.1 < right.1) == left.0.lexicographicallyPrecedes(right.0))
        #expect((left.1 == right.1) == (left.0 == right.0))
      }
    }
    let shorter = pairs.compactMap { RecordID(Array($0.0.prefix(16))) }
    for (left, right) in zip(shorter, shorter.dropFirst()) {
      #expect((left < right) == left.bytes.lexicographicallyPrecedes(right.bytes))
    }
  }

  @Test("Hexadecimal digits come in pairs", arguments: ["0", "0g", "g0", "0x", " 0", "é"])
  func noHexadecimal(_ digits: String) { #expect(bytesOfHexadecimal(Array(digits.utf8)) == nil) }

  @Test("Digits of either case are read, lower case is written")
  func hexadecimalDigits() {
    let all = (0...255).map { UInt8($0) }
    #expect(bytesOfHexadecimal(Array(hexadecimal(all).utf8)) == all)
    #expect(bytesOfHexadecimal(Array(hexadecimal(all).uppercased().utf8)) == all)
    #expect(hexadecimal([0x00, 0xAF]) == "00af")
    #expect(bytesOfHexadecimal([]) == [])
  }

  @Test("SHA-256 is that of FIPS 180-4")
  func hashing() {
    #expect(
      hexadecimal(sha256(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hexadecimal(sha256(Array("a".utf8), Array("bc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  /// Names that begin alike are what an attacker would send: hashed in part they would fill one bucket.
  @Test("Tables of ids with a common beginning stay fast")
  func flooding() throws {
    var ids = Set<ChangeID>()
    var records = Set<RecordKey>()
    let elapsed = try ContinuousClock().measure {
      for number in 0..<20_000 as Range<UInt64> {
        var bytes = [UInt8](repeating: 7, count: 24)
        bytes.appendBigEndian(number)
        ids.insert(try #require(ChangeID(bytes)))
        records.insert(RecordKey(kind: "kind-\(number)", id: Fixture.claim))
      }
    }
    #expect(ids.count == 20_000 && records.count == 20_000)
    #expect(elapsed < .seconds(10))
  }

  @Test("Cells are told apart and ordered by bytes")
  func cells() {
    let record = RecordKey(kind: "claim", id: Fixture.claim)
    let ascending = [
      CellKey(record: record, field: ""), CellKey(record: record, field: "tags"),
      CellKey(record: record, field: "tags", element: ""), CellKey(record: record, field: "tags", element: "e\u{301}"),
      CellKey(record: record, field: "tags", element: "z"), CellKey(record: record, field: "tags", element: "é"),
      CellKey(record: RecordKey(kind: "claims", id: Fixture.claim), field: ""),
      CellKey(record: RecordKey(kind: "annotation", id: Fixture.note), field: ""),
    ]
    #expect(ascending.shuffled().sorted() == ascending)
    #expect(Set(ascending).count == ascending.count)
    #expect(CellKey(record: record, field: "é") != CellKey(record: record, field: "e\u{301}"))
    #expect(RecordKey(kind: "é", id: Fixture.claim) != RecordKey(kind: "e\u{301}", id: Fixture.claim))
  }
}

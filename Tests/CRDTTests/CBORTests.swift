import Testing

@testable import CRDT

@Suite("Deterministic CBOR")
struct CBORTests {
  @Test("What the subset allows is read, and written again as it came", arguments: CBORCase.accepted)
  func accepts(_ example: CBORCase) throws {
    var decoder = CBORDecoder(example.bytes)
    let value = try decoder.readValue()
    try decoder.finish()
    let expected = try example.outcome.get()
    #expect(value == expected)
    #expect(value.encoded == example.bytes)
    var skipper = CBORDecoder(example.bytes)
    try skipper.skipValue()
    #expect(skipper.isAtEnd)
  }

  @Test("What it does not allow is refused with its place", arguments: CBORCase.refused)
  func refuses(_ example: CBORCase) throws {
    let error = try example.outcome.failure
    #expect(throws: error, "\(example.name)") {
      var decoder = CBORDecoder(example.bytes)
      _ = try decoder.readValue()
      try decoder.finish()
    }
  }

  @Test("Passing over an item refuses what reading it refuses, but for keys that are no text")
  func skipping() {
    for example in CBORCase.refused {
      let refused = (try? example.outcome.failure)?.reason
      var decoder = CBORDecoder(example.bytes)
      do throws(CBORError) {
        try decoder.skipValue()
        try decoder.finish()
        #expect(refused == .unexpectedType, "\(example.name) is passed over")
      } catch { #expect(error.reason == refused, "\(example.name)") }
    }
  }

  @Test("Maps that are passed over may mix keys of other types, in the order of their bytes")
  func mixedKeys() throws {
    var inOrder = CBORDecoder([0xA4, 0x00, 0x00, 0x18, 0x64, 0x00, 0x20, 0x00, 0x61, 0x61, 0x00])
    try inOrder.skipValue()
    #expect(inOrder.isAtEnd)
    #expect(throws: CBORError(offset: 3, reason: .unsortedKeys)) {
      var decoder = CBORDecoder([0xA2, 0x20, 0x00, 0x18, 0x64, 0x00])
      try decoder.skipValue()
    }
    #expect(throws: CBORError(offset: 1, reason: .unexpectedType)) {
      var decoder = CBORDecoder([0xA1, 0x80, 0x00])
      try decoder.skipValue()
    }
  }

  @Test("Each reader refuses another type, and what is over its limit, at the item")
  func typedReaders() throws {
    let mismatches: [(String, (inout CBORDecoder) throws -> Void)] = [
      ("unsigned", { _ = try $0.readUnsigned() }), ("int", { _ = try $0.readInt() }),
      ("bytes", { _ = try $0.readBytes() }), ("text", { _ = try $0.readText() }),
      ("array", { _ = try $0.readArrayHead() }), ("map", { _ = try $0.readMapHead() }),
    ]
    let items: [String: [UInt8]] = [
      "unsigned": [0x01], "int": [0x01], "bytes": [0x41, 0], "text": [0x61, 0x61], "array": [0x81, 0], "map": [0xA0],
    ]
    for (name, read) in mismatches {
      for (other, bytes) in items where other != name && ![name, other].allSatisfy(["unsigned", "int"].contains) {
        #expect(throws: CBORError(offset: 0, reason: .unexpectedType), "\(name) from \(other)") {
          var decoder = CBORDecoder(bytes)
          try read(&decoder)
        }
      }
    }
    #expect(throws: CBORError(offset: 0, reason: .tooLong)) {
      var decoder = CBORDecoder([0x62, 0x61, 0x61])
      _ = try decoder.readText(limit: 1)
    }
    #expect(throws: CBORError(offset: 0, reason: .outOfRange)) {
      var decoder = CBORDecoder([0x05])
      _ = try decoder.readCount(limit: 4)
    }
    var unsigned = CBORDecoder([0x1B] + [UInt8](repeating: 0xFF, count: 8))
    #expect(try unsigned.readUnsigned() == .max)
  }

  @Test("Maps with integer keys are read in order")
  func integerKeys() throws {
    var decoder = CBORDecoder([0xA2, 0x00, 0xF6, 0x17, 0xF6])
    var map = try decoder.readMapHead()
    #expect(try decoder.nextKey(in: &map) == 0)
    try decoder.skipValue()
    #expect(try decoder.nextKey(in: &map) == 23)
    try decoder.skipValue()
    #expect(try decoder.nextKey(in: &map) == nil)
    for second: UInt8 in [0x05, 0x04] {
      #expect(throws: CBORError(offset: 3, reason: .unsortedKeys)) {
        var decoder = CBORDecoder([0xA2, 0x05, 0xF6, second, 0xF6])
        var map = try decoder.readMapHead()
        while try decoder.nextKey(in: &map) != nil { try decoder.skipValue() }
      }
    }
  }

  @Test("A map is written in the order of its encoded keys, whatever order it was made in")
  func sortsKeys() {
    let entries = ["b", "aa", "", "é", "e\u{301}", "a"].map { CBORValue.Entry($0, .null) }
    let written = CBORValue.map(entries).encoded
    #expect(CBORValue.map(entries.reversed()).encoded == written)
    #expect(CBORValue.map(entries) == CBORValue.map(entries.reversed()))
    var decoder = CBORDecoder(written)
    #expect((try? decoder.readValue())?.map?.map(\.key) == ["", "a", "b", "aa", "é", "e\u{301}"])
  }

  @Test("Equality is that of the bytes, not canonical equivalence")
  func equality() {
    #expect(CBORValue.text("é") != CBORValue.text("e\u{301}"))
    #expect(CBORValue.map([.init("é", .null)]) != CBORValue.map([.init("e\u{301}", .null)]))
    #expect(Set([CBORValue.text("é"), .text("e\u{301}"), .text("é")]).count == 2)
    #expect(CBORValue.int(0) != CBORValue.bool(false))
    #expect(CBORValue.bytes([0x61]) != CBORValue.text("a"))
    #expect(CBORValue.map([.init("é", .int(1)), .init("e\u{301}", .int(2))])["e\u{301}"] == .int(2))
  }

  @Test("Errors say what and where")
  func description() {
    #expect(
      CBORError(offset: 7, reason: .notShortest).description
        == "an integer or length is not in its shortest form, at byte 7")
  }
}

extension Result where Success: Sendable {
  /// The error of a failure.
  fileprivate var failure: Failure {
    get throws {
      guard case .failure(let error) = self else { throw AbsentValue() }
      return error
    }
  }
}

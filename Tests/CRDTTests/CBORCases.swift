@testable import CRDT

/// One CBOR item and what the decoder makes of it; all of these are in Schema/vectors/cbor.jsonl.
struct CBORCase: Sendable {
  let name: String
  let bytes: [UInt8]
  let outcome: Result<CBORValue, CBORError>

  init(_ name: String, _ hex: String, _ value: CBORValue) {
    self.name = name
    bytes = bytesOfHexadecimal(Array(hex.utf8)) ?? []
    outcome = .success(value)
  }

  init(_ name: String, _ hex: String, _ reason: CBORError.Reason, at offset: Int) {
    self.name = name
    bytes = bytesOfHexadecimal(Array(hex.utf8)) ?? []
    outcome = .failure(CBORError(offset: offset, reason: reason))
  }

  /// The examples of RFC 8949, Appendix A, that are in the subset, and the edges of integers and lengths.
  static let accepted: [CBORCase] = [
    CBORCase("0", "00", .int(0)), CBORCase("1", "01", .int(1)), CBORCase("10", "0a", .int(10)),
    CBORCase("23", "17", .int(23)), CBORCase("24", "1818", .int(24)), CBORCase("25", "1819", .int(25)),
    CBORCase("100", "1864", .int(100)), CBORCase("255", "18ff", .int(255)), CBORCase("256", "190100", .int(256)),
    CBORCase("1000", "1903e8", .int(1_000)), CBORCase("65535", "19ffff", .int(65_535)),
    CBORCase("65536", "1a00010000", .int(65_536)), CBORCase("1000000", "1a000f4240", .int(1_000_000)),
    CBORCase("2^32-1", "1affffffff", .int(4_294_967_295)), CBORCase("2^32", "1b0000000100000000", .int(4_294_967_296)),
    CBORCase("1000000000000", "1b000000e8d4a51000", .int(1_000_000_000_000)),
    CBORCase("2^63-1", "1b7fffffffffffffff", .int(.max)), CBORCase("-1", "20", .int(-1)),
    CBORCase("-10", "29", .int(-10)), CBORCase("-24", "37", .int(-24)), CBORCase("-25", "3818", .int(-25)),
    CBORCase("-100", "3863", .int(-100)), CBORCase("-256", "38ff", .int(-256)),
    CBORCase("-257", "390100", .int(-257)), CBORCase("-1000", "3903e7", .int(-1_000)),
    CBORCase("-2^63", "3b7fffffffffffffff", .int(.min)), CBORCase("false", "f4", .bool(false)),
    CBORCase("true", "f5", .bool(true)), CBORCase("null", "f6", .null), CBORCase("no bytes", "40", .bytes([])),
    CBORCase("four bytes", "4401020304", .bytes([1, 2, 3, 4])), CBORCase("empty text", "60", .text("")),
    CBORCase("a", "6161", .text("a")), CBORCase("IETF", "6449455446", .text("IETF")),
    CBORCase("quote and backslash", "62225c", .text("\"\\")), CBORCase("u-umlaut", "62c3bc", .text("\u{FC}")),
    CBORCase("u and a combining diaeresis are another text", "6375cc88", .text("u\u{308}")),
    CBORCase("water", "63e6b0b4", .text("水")), CBORCase("a scalar beyond the BMP", "64f0908591", .text("\u{10151}")),
    CBORCase("text with a NUL", "6100", .text("\u{0}")), CBORCase("a noncharacter", "63efbfbf", .text("\u{FFFF}")),
    CBORCase("24 bytes of text", "7818" + String(repeating: "61", count: 24), .text(String(repeating: "a", count: 24))),
    CBORCase("empty array", "80", .array([])), CBORCase("[1, 2, 3]", "83010203", .array([.int(1), .int(2), .int(3)])),
    CBORCase(
      "nested arrays", "8301820203820405",
      .array([.int(1), .array([.int(2), .int(3)]), .array([.int(4), .int(5)])])),
    CBORCase(
      "25 items", "98190102030405060708090a0b0c0d0e0f101112131415161718181819", .array((1...25).map { .int($0) })),
    CBORCase("empty map", "a0", .map([])),
    CBORCase(
      "a map", "a26161016162820203",
      .map([CBORValue.Entry("a", .int(1)), CBORValue.Entry("b", .array([.int(2), .int(3)]))])),
    CBORCase(
      "a map in an array", "826161a161626163",
      .array([.text("a"), .map([CBORValue.Entry("b", .text("c"))])])),
    CBORCase(
      "five entries", "a56161614161626142616361436164614461656145",
      .map(["a", "b", "c", "d", "e"].map { CBORValue.Entry($0, .text($0.uppercased())) })),
    CBORCase(
      "the shorter key first", "a2617a0062616101",
      .map([CBORValue.Entry("z", .int(0)), CBORValue.Entry("aa", .int(1))])),
    CBORCase(
      "keys that are canonically equivalent", "a262c3a90163" + "65cc8102",
      .map([CBORValue.Entry("é", .int(1)), CBORValue.Entry("e\u{301}", .int(2))])),
    CBORCase(
      "16 levels", String(repeating: "81", count: 15) + "80",
      (0..<15).reduce(CBORValue.array([])) { inner, _ in .array([inner]) }),
    CBORCase(
      "16 levels, the last a number", String(repeating: "81", count: 15) + "07",
      (0..<15).reduce(CBORValue.int(7)) { inner, _ in .array([inner]) }),
  ]

  /// Every reason for a refusal, with the place.
  static let refused: [CBORCase] = [
    CBORCase("nothing", "", .truncated, at: 0), CBORCase("a head without its argument", "18", .truncated, at: 0),
    CBORCase("half an argument", "1900", .truncated, at: 0),
    CBORCase("an argument of seven bytes", "1b00000000000000", .truncated, at: 0),
    CBORCase("bytes that end early", "4401", .truncated, at: 0),
    CBORCase("text that ends early", "6261", .truncated, at: 0),
    CBORCase("an array that lacks its last item", "8201", .truncated, at: 0),
    CBORCase("an array whose inner item ends early", "82014401", .truncated, at: 2),
    CBORCase("a map that lacks a value", "a16161", .truncated, at: 3),
    CBORCase("a map of more entries than bytes", "a3616100", .truncated, at: 0),
    CBORCase("bytes longer than any memory", "5bffffffffffffffff", .truncated, at: 0),
    CBORCase("an array of 2^63 items", "9b8000000000000000", .truncated, at: 0),
    CBORCase("a map of 2^64 - 1 entries", "bbffffffffffffffff", .truncated, at: 0),
    CBORCase("two items", "0000", .trailingBytes, at: 1), CBORCase("23 in two bytes", "1817", .notShortest, at: 0),
    CBORCase("255 in three bytes", "1900ff", .notShortest, at: 0),
    CBORCase("65535 in five", "1a0000ffff", .notShortest, at: 0),
    CBORCase("2^32-1 in nine", "1b00000000ffffffff", .notShortest, at: 0),
    CBORCase("-1 in two", "3800", .notShortest, at: 0),
    CBORCase("a length that is too long", "580101", .notShortest, at: 0),
    CBORCase("an array's length that is too long", "81980101", .notShortest, at: 1),
    CBORCase("indefinite bytes", "5f4101ff", .indefiniteLength, at: 0),
    CBORCase("indefinite text", "7f6161ff", .indefiniteLength, at: 0),
    CBORCase("an indefinite array", "9fff", .indefiniteLength, at: 0),
    CBORCase("an indefinite map", "bfff", .indefiniteLength, at: 0),
    CBORCase("an indefinite array inside", "82019fff", .indefiniteLength, at: 2),
    CBORCase("a reserved length", "1c", .forbiddenType, at: 0), CBORCase("a break", "ff", .forbiddenType, at: 0),
    CBORCase("a float of two bytes", "f93c00", .forbiddenType, at: 0),
    CBORCase("a float of four", "fa47c35000", .forbiddenType, at: 0),
    CBORCase("a float of eight", "fb3ff199999999999a", .forbiddenType, at: 0),
    CBORCase("undefined", "f7", .forbiddenType, at: 0),
    CBORCase("a simple value", "f0", .forbiddenType, at: 0),
    CBORCase("false in two bytes", "f814", .forbiddenType, at: 0),
    CBORCase("a tag", "c074323031332d30332d32315432303a30343a30305a", .forbiddenType, at: 0),
    CBORCase("a bignum", "c249010000000000000000", .forbiddenType, at: 0),
    CBORCase("a float inside", "8201f93c00", .forbiddenType, at: 2),
    CBORCase("keys out of order", "a2616200616100", .unsortedKeys, at: 4),
    CBORCase("the longer key first", "a262616100617a01", .unsortedKeys, at: 5),
    CBORCase("a key twice", "a2616100616101", .unsortedKeys, at: 4),
    CBORCase("a key that is no text", "a10100", .unexpectedType, at: 1),
    CBORCase("a lone continuation byte", "6180", .invalidUTF8, at: 0),
    CBORCase("an overlong form", "62c080", .invalidUTF8, at: 0),
    CBORCase("a surrogate", "63eda080", .invalidUTF8, at: 0),
    CBORCase("beyond U+10FFFF", "64f4908080", .invalidUTF8, at: 0),
    CBORCase("a sequence cut off", "8161c3", .invalidUTF8, at: 1),
    CBORCase("a key that is not UTF-8", "a161ff00", .invalidUTF8, at: 1),
    CBORCase("17 levels", String(repeating: "81", count: 16) + "80", .tooDeep, at: 16),
    CBORCase("17 levels, the last a number", String(repeating: "81", count: 16) + "07", .tooDeep, at: 16),
    CBORCase("2^63", "1b8000000000000000", .outOfRange, at: 0),
    CBORCase("-2^63 - 1", "3b8000000000000000", .outOfRange, at: 0),
  ]

  static var all: [CBORCase] { accepted + refused }
}

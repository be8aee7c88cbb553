import Testing

@testable import Interchange

@Suite struct JSONItemStreamTests {
  private static func items(_ text: String, size: Int) throws -> ([String], [String]) {
    var stream = try JSONItemStream(
      format: .w3c, lists: ["items"], nested: ["first"], source: pieces(of: Array(text.utf8), size: size))
    var found: [String] = []
    while let (value, place) = try stream.next() { found.append("\(place) \(value.jsonText)") }
    return (found, stream.header.map { "\($0.key)=\($0.value.jsonText)" })
  }

  @Test(arguments: [
    (" [1, \"a\\\"]\", {\"b\":[2]}]", ["1", "\"a\\\"]\"", "{\"b\":[2]}"], []),
    (
      "{\"x\":1,\r\n\"first\":{\"y\":true,\"items\":[{},[\"é\"]]},\"z\":[null]}", ["{}", "[\"é\"]"],
      ["x=1", "y=true", "z=[null]"]
    ),
    ("{\"a\":{\"items\":[1]},\"b\":2}", ["{\"a\":{\"items\":[1]},\"b\":2}"], ["a={\"items\":[1]}", "b=2"]),
    ("[]", [], []),
  ])
  func readsAnyPieces(_ text: String, _ items: [String], _ header: [String]) throws {
    for size in 1...9 {
      let (found, around) = try Self.items(text, size: size)
      #expect(found.count == items.count)
      for (one, item) in zip(found, items) { #expect(one.hasSuffix(" " + item), "\(one)") }
      #expect(around == header)
    }
  }

  @Test func placesAreThoseOfTheFile() throws {
    #expect(
      try Self.items("[\n  {},\r\n\r\n é".dropLast(1) + "{}]", size: 2).0 == [
        "line 2, column 3 {}", "line 4, column 2 {}",
      ])
  }

  @Test(arguments: [
    ("2020-02-29T23:59:59.125Z", "2020-02-29T23:59:59.125Z"), ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
    ("2020-05-05T10:00:00+02:00", "2020-05-05T08:00:00Z"), ("2020-05-05t10:00:00.1234567", "2020-05-05T10:00:00.123Z"),
    ("2020-12-31T24:00:00Z", "2021-01-01T00:00:00Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
  ])
  func readsTimes(_ text: String, _ expected: String) {
    #expect(Timestamp.milliseconds(text).map(Timestamp.text) == expected)
  }

  @Test(arguments: [
    "", "2020-02-30T00:00:00Z", "2020-01-01", "2020-01-01T25:00:00Z", "2020-01-01T00:00:00.Z", "x",
    "2020-01-01T00:00:00+99:00",
  ])
  func refusesTimes(_ text: String) { #expect(Timestamp.milliseconds(text) == nil) }
}

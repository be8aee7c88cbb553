/// A curator's ORCID iD in its hyphenated form, such as `0000-0002-1825-0097`.
///
/// The last character is a checksum (ISO 7064 MOD 11-2), so a mistyped iD is caught before it names somebody else.
public struct ORCID: TextIdentifier {
  /// The canonical spelling, which is stored and compared.
  public let text: String

  /// Reads the hyphenated form, the 16 characters alone, or either after `https://orcid.org/` or `ORCID:`.
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    func refused(
      _ reason: String, _ remedy: String = "expected 16 digits in groups of four, for example 0000-0002-1825-0097"
    ) -> IdentifierError {
      .malformed(.orcid, value: input, reason: reason, remedy: remedy)
    }
    var value = input.trimmed
    if let rest = value.dropping(asciiPrefix: "ORCID:") { value = rest.trimmed }
    if let inside = value.dropping(webPlaces: ["orcid.org/", "www.orcid.org/"]) {
      value = inside.utf8.last == UInt8(ascii: "/") ? String(inside.dropLast()) : inside
    }
    guard !value.isEmpty else { throw refused("is empty") }
    var characters = Array(value.utf8)
    if characters.count == 19 {
      for position in [14, 9, 4] {
        guard characters[position] == UInt8(ascii: "-") else { throw refused("is not in groups of four") }
        characters.remove(at: position)
      }
    }
    guard characters.count == 16 else { throw refused("does not have 16 digits") }
    if characters[15] == UInt8(ascii: "x") { characters[15] = UInt8(ascii: "X") }
    let last = characters[15]
    guard characters.dropLast().allSatisfy(\.isASCIIDigit), last.isASCIIDigit || last == UInt8(ascii: "X") else {
      throw refused("has something other than digits (only the last may be X)")
    }
    guard last == Self.checksum(of: characters.dropLast()) else {
      throw refused("has a checksum that does not fit", "a digit is mistyped: copy the iD from https://orcid.org")
    }
    let groups = stride(from: 0, to: 16, by: 4).map { String(decoding: characters[$0..<$0 + 4], as: UTF8.self) }
    text = groups.joined(separator: "-")
  }

  private static func checksum(of digits: ArraySlice<UInt8>) -> UInt8 {
    let total = digits.reduce(0) { ($0 + Int($1 - 0x30)) * 2 % 11 }
    let result = (12 - total) % 11
    return result == 10 ? UInt8(ascii: "X") : 0x30 + UInt8(result)
  }
}

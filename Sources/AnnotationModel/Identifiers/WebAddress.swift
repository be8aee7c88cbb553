/// An `http` or `https` address.
///
/// The rule: scheme and host are lower-cased, and everything after the host (port, path, query, fragment) is kept byte
/// for byte, because what a server makes of it cannot be known here. A user name or password is refused: an address may
/// become part of a change's header, which can never be erased.
public struct WebAddress: TextIdentifier {
  /// The longest address, in bytes of UTF-8.
  public static let byteLimit = 2048

  /// The canonical spelling, which is stored and compared.
  public let text: String

  /// Reads an absolute address; a host outside ASCII must be given in its `xn--` form.
  /// - Throws: `IdentifierError.malformed`.
  public init(parsing input: String) throws(IdentifierError) {
    func refused(
      _ reason: String, _ remedy: String = "expected for example https://example.org/paper"
    ) -> IdentifierError {
      .malformed(.webAddress, value: input, reason: reason, remedy: remedy)
    }
    let value = input.trimmed
    guard !value.isEmpty else { throw refused("is empty") }
    guard value.utf8.count <= Self.byteLimit else { throw refused("is longer than \(Self.byteLimit) bytes") }
    if let reason = value.hiddenScalarReason { throw refused(reason) }
    guard let scheme = ["https://", "http://"].first(where: { value.dropping(asciiPrefix: $0) != nil }),
      let rest = value.dropping(asciiPrefix: scheme)
    else { throw refused("does not begin with http:// or https://") }
    let authority = rest.firstPathSegment
    if authority.utf8.contains(UInt8(ascii: "@")) {
      throw refused("names a user before '@'", "remove the user name and password: they would be kept for ever")
    }
    let (host, port) = Self.split(authority)
    guard !host.isEmpty else { throw refused("has no host") }
    guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
      throw refused("has a host outside ASCII", "write the host in its xn-- form")
    }
    guard Self.isHost(host) else { throw refused("has a host with characters that no host has") }
    if let port {
      guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy(\.isASCIIDigit), let number = Int(port),
        (1...65535).contains(number)
      else { throw refused("has a port outside 1 to 65535") }
    }
    text =
      scheme + authority.asciiLowercased
      + String(decoding: rest.utf8.dropFirst(authority.utf8.count), as: UTF8.self)
  }

  /// The last colon outside the brackets of an IPv6 address begins the port.
  private static func split(_ authority: String) -> (host: String, port: String?) {
    guard let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")),
      !authority.utf8[colon...].contains(UInt8(ascii: "]"))
    else { return (authority, nil) }
    return (String(authority[..<colon]), String(decoding: authority.utf8[colon...].dropFirst(), as: UTF8.self))
  }

  private static func isHost(_ host: String) -> Bool {
    if host.utf8.first == UInt8(ascii: "[") {
      guard host.utf8.last == UInt8(ascii: "]") else { return false }
      let inside = host.utf8.dropFirst().dropLast()
      let allowed = inside.allSatisfy { $0.hexDigitValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
      return allowed && inside.contains(UInt8(ascii: ":"))
    }
    let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    // One trailing dot is the DNS root.
    let named = labels.count > 1 && labels.last?.isEmpty == true ? labels.dropLast() : labels[...]
    return named.allSatisfy { label in
      (1...63).contains(label.count)
        && label.allSatisfy {
          $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }
  }
}

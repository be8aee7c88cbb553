import Crypto

typealias SHA256Digest = SHA256.Digest

extension [UInt8] {
  /// The eight bytes from `offset` on, which must be there.
  func bigEndianWord(at offset: Int) -> UInt64 {
    self[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func appendBigEndian(_ word: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
  }
}

/// SHA-256 over the concatenation of `parts` (FIPS 180-4).
func sha256(_ parts: [UInt8]...) -> SHA256Digest {
  var hasher = SHA256()
  for part in parts { part.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
  return hasher.finalize()
}

/// Lower-case hexadecimal digits, two a byte.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  var out: [UInt8] = []
  for byte in bytes {
    out.append(hexadecimalDigit(byte >> 4))
    out.append(hexadecimalDigit(byte & 15))
  }
  return String(decoding: out, as: UTF8.self)
}

/// The lower-case digit of a value below 16.
func hexadecimalDigit(_ value: UInt8) -> UInt8 { value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10) }

/// The bytes that an even number of hexadecimal digits of either case stand for; `nil` for anything else.
public func bytesOfHexadecimal(_ digits: [UInt8]) -> [UInt8]? {
  guard digits.count.isMultiple(of: 2) else { return nil }
  var out: [UInt8] = []
  out.reserveCapacity(digits.count / 2)
  for index in stride(from: 0, to: digits.count, by: 2) {
    guard let high = hexadecimalValue(digits[index]), let low = hexadecimalValue(digits[index + 1]) else { return nil }
    out.append(high << 4 | low)
  }
  return out
}

private func hexadecimalValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}

extension String {
  /// Equality of the UTF-8 bytes. Swift's own `==` takes canonically equivalent strings for equal, which would let
  /// one person's text stand for another's.
  public func isSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { mine.elementsEqual($0) }
    }
    return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }

  /// Order of the UTF-8 bytes, the one order in which anything is put out.
  public func precedesInBytes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Hasher {
  /// Hashes the UTF-8 bytes of a text.
  mutating func combine(utf8 text: String) {
    let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { combine(bytes: UnsafeRawBufferPointer($0)) }
    if isDone == nil { for byte in text.utf8 { combine(byte) } }
  }
}

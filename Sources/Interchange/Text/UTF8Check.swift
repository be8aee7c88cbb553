/// Checks bytes for being UTF-8 text, piece by piece.
struct UTF8Check {
  enum Fault: Equatable {
    /// The byte at this index of the piece cannot stand there.
    case invalid(index: Int)
    /// The byte at this index of the piece is zero.
    case zero(index: Int)
  }

  private var pending = 0
  private var low: UInt8 = 0x80
  private var high: UInt8 = 0xBF

  /// Whether the bytes so far end at the end of a scalar.
  var isComplete: Bool { pending == 0 }

  /// The first fault in the next piece, or nil.
  mutating func firstFault(in piece: [UInt8]) -> Fault? {
    for index in piece.indices {
      let byte = piece[index]
      if pending == 0 {
        if byte < 0x80 {
          if byte == 0 { return .zero(index: index) }
        } else if !lead(byte) {
          return .invalid(index: index)
        }
      } else {
        guard byte >= low, byte <= high else { return .invalid(index: index) }
        pending -= 1
        low = 0x80
        high = 0xBF
      }
    }
    return nil
  }

  /// The bounds of the second byte rule out overlong forms, surrogates and what lies beyond U+10FFFF.
  private mutating func lead(_ byte: UInt8) -> Bool {
    switch byte {
    case 0xC2...0xDF: pending = 1
    case 0xE0...0xEF:
      pending = 2
      if byte == 0xE0 { low = 0xA0 }
      if byte == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      pending = 3
      if byte == 0xF0 { low = 0x90 }
      if byte == 0xF4 { high = 0x8F }
    default: return false
    }
    return true
  }

  /// Whether a file that starts like this is in UTF-16 or UTF-32: by its mark, or by zero bytes between ASCII letters.
  static func looksLikeUTF16(_ start: [UInt8]) -> Bool {
    guard start.count >= 2 else { return false }
    if (start[0] == 0xFF && start[1] == 0xFE) || (start[0] == 0xFE && start[1] == 0xFF) { return true }
    guard start.count >= 4 else { return false }
    return (start[0] != 0 && start[1] == 0 && start[3] == 0) || (start[0] == 0 && start[2] == 0)
  }

  /// How many bytes of byte order mark a UTF-8 text starts with: 3 or 0.
  static func markLength(_ start: [UInt8]) -> Int {
    start.count >= 3 && start[0] == 0xEF && start[1] == 0xBB && start[2] == 0xBF ? 3 : 0
  }

  /// How many line ends lie in a range of bytes; CR LF is one.
  static func lineEnds(in bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    var previousIsReturn = false
    for byte in bytes {
      if byte == 0x0D || (byte == 0x0A && !previousIsReturn) { count += 1 }
      previousIsReturn = byte == 0x0D
    }
    return count
  }
}

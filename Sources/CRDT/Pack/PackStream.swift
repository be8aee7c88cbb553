/// The streams of a pack's contents, by their number there (Schema/pack.md, "Streams").
///
/// Like stands with like, so that a general compressor finds what repeats.
enum PackStream {
  /// What each run is: its replica, where it begins, its length, where its seals are.
  static let runs = 0
  /// The order of all changes: pairs of a run and how many of its changes come next.
  static let order = 1
  /// The signatures, of 64 bytes each.
  static let seals = 2
  /// One byte for each item and each key of a map.
  static let shapes = 3
  /// Wall times, each as its difference from the one before.
  static let times = 4
  /// Lengths that do not fit in a shape.
  static let lengths = 5
  /// Byte strings that no dictionary is kept of.
  static let raw = 6
  /// Words of the texts of bodies, each where it first occurs, with a space after it.
  static let newBodyWords = 7
  /// Words of all other texts, likewise: names and tags, which have a dictionary of their own.
  static let newNames = 8
  /// Strings of 16 bytes, each where it first occurs.
  static let newShortIDs = 9
  /// Strings of 32 bytes, each where it first occurs and is not the id of a change before it.
  static let newLongIDs = 10
  /// References to strings of 32 bytes.
  static let longIDs = 11
  /// The first of the streams of integers, one for each ``PackPlace`` but the last.
  static let integers = 12
  /// The first of the streams of references to strings of 16 bytes, one for each ``PackPlace`` but the last.
  static let shortIDs = 18
  /// The first of the streams of texts, one for each ``PackPlace``.
  static let texts = 24
  /// How many streams there are.
  static let count = 31
}

/// Where an item stands: what stands in like places is alike.
enum PackPlace: Int {
  /// The value of a key that is an integer or a byte string.
  case valueOfInteger = 0
  /// The value of a key that is a text.
  case valueOfText = 1
  /// The first item of an array.
  case first = 2
  /// The second item of an array.
  case second = 3
  /// Any later item of an array.
  case later = 4
  /// The key of a map.
  case key = 5
  /// A text of a body, wherever it stands there but as a key.
  case bodyText = 6

  /// The place of the item at `index` of an array.
  init(index: UInt64) {
    switch index {
    case 0: self = .first
    case 1: self = .second
    default: self = .later
    }
  }
}

/// The bytes of the stream of shapes: the first byte that the item has in CBOR, without what stands elsewhere.
enum PackShape {
  /// A non-negative integer; as a key, one that is 24 or more.
  static let unsigned: UInt8 = 0x00
  static let negative: UInt8 = 0x20
  static let bytes: UInt8 = 0x40
  static let shortID: UInt8 = 0x50
  static let longID: UInt8 = 0x58
  static let text: UInt8 = 0x60
  static let array: UInt8 = 0x80
  static let map: UInt8 = 0xA0
  /// Added to that of an array or map, in place of its length, where that is 24 or more; also a key of 24 or more.
  static let long: UInt8 = 24
}

/// What the contents of a pack may come to.
enum PackLimits {
  /// How deeply items may be nested: more than any change that is accepted has, few enough for the call stack.
  static let depth = 24
}

extension [UInt8] {
  /// Appends a number: as many bytes follow the first one as that has leading ones; the other bits are the number,
  /// big-endian.
  mutating func append(packNumber value: UInt64) {
    if value < 0x80 { return append(UInt8(value)) }
    let bits = UInt64.bitWidth - value.leadingZeroBitCount
    let following = Swift.min((bits - 1) / 7, 8)
    let marker = UInt8(truncatingIfNeeded: 0xFF00 >> following)
    append(following == 8 ? marker : marker | UInt8(truncatingIfNeeded: value >> UInt64(8 * following)))
    for shift in stride(from: 8 * (following - 1), through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }
}

/// Integers of either sign as numbers, small ones as small ones: 0, −1, 1, −2, ...
enum ZigZag {
  static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
  static func decode(_ number: UInt64) -> Int64 { Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1) }
}

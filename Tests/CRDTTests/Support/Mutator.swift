/// Spoils bytes in the ways in which a decoder is most likely to be wrong.
struct Mutator {
  var random: SplitMix64

  /// Some one to four spoilings of `bytes`.
  ///
  /// - Parameter other: what pieces are taken from.
  mutating func mutate(_ bytes: [UInt8], other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(4) { spoil(&bytes, other: other) }
    return bytes
  }

  private mutating func spoil(_ bytes: inout [UInt8], other: [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = random.bytes(random.below(8))
      return
    }
    let place = random.below(bytes.count)
    switch random.below(9) {
    case 0: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1: bytes[place] = random.pick([0x00, 0x17, 0x18, 0x1B, 0x40, 0x5F, 0x60, 0x80, 0x9F, 0xA0, 0xF6, 0xF9, 0xFF])
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
    case 4: bytes.insert(contentsOf: random.bytes(1 + random.below(4)), at: place)
    case 5: splice(&bytes, other: other, at: place)
    case 6: changeLength(&bytes, at: place)
    case 7: bytes[place] = bytes[place] & 0xE0 | UInt8(random.below(32))
    default:
      let end = min(bytes.count, place + 1 + random.below(40))
      bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
    }
  }

  private mutating func splice(_ bytes: inout [UInt8], other: [UInt8], at place: Int) {
    guard !other.isEmpty else { return }
    let start = random.below(other.count)
    let end = min(other.count, start + 1 + random.below(60))
    bytes.replaceSubrange(place..<min(bytes.count, place + random.below(40)), with: other[start..<end])
  }

  /// Makes the byte the head of an item that is far longer, or as long but not in the shortest form.
  private mutating func changeLength(_ bytes: inout [UInt8], at place: Int) {
    let type = bytes[place] & 0xE0
    let width = random.below(4)
    var argument = random.pick(
      [0, 1, 23, 24, 255, 256, 65_535, 65_536, 1 << 31, 1 << 32, 1 << 53, 1 << 63, .max] as [UInt64])
    if random.chance(percent: 40) { argument = UInt64(bytes[place] & 31) }
    var head = [type | UInt8(24 + width)]
    for shift in stride(from: (1 << width) * 8 - 8, through: 0, by: -8) {
      head.append(UInt8(truncatingIfNeeded: argument >> UInt64(shift)))
    }
    bytes.replaceSubrange(place..<place + 1, with: head)
  }
}

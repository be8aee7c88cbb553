/// The generator of Steele, Lea and Flood (SplitMix64): a run is told by its seed alone, on every platform.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// A number from 0 to `bound` − 1; the standard library's way to it may change with its version, this one not.
  mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

  mutating func chance(percent: Int) -> Bool { below(100) < percent }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }

  mutating func shuffled<Element>(_ items: [Element]) -> [Element] {
    var items = items
    for index in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(index, below(index + 1)) }
    return items
  }

  mutating func subset<Element>(_ items: [Element], percent: Int) -> [Element] {
    items.filter { _ in chance(percent: percent) }
  }
}

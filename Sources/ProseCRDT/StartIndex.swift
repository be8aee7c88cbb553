/// From the identity of a scalar to the leaf of the item that it is in.
///
/// An item covers consecutive identities, so only the first of each is marked, in a bitmap with two levels of summary
/// over it: an item of any length is split, or moved to another leaf, in constant time.
struct StartIndex {
  private var marked = ContiguousArray<UInt64>()
  private var words = ContiguousArray<UInt64>()
  private var blocks = ContiguousArray<UInt64>()
  /// Meaningful at marked identities only.
  private var leaves = ContiguousArray<Int32>()

  /// Makes room for identities below `count`.
  mutating func reserve(_ count: Int) {
    guard leaves.count < count else { return }
    let size = max(count, leaves.count * 2)
    func extend(_ bits: inout ContiguousArray<UInt64>, over length: Int) {
      bits.append(contentsOf: repeatElement(0, count: length / 64 + 1 - bits.count))
    }
    leaves.append(contentsOf: repeatElement(0, count: size - leaves.count))
    extend(&marked, over: size)
    extend(&words, over: marked.count)
    extend(&blocks, over: words.count)
  }

  mutating func mark(_ start: Int, leaf: Int) {
    marked[start >> 6] |= 1 << UInt64(start & 63)
    words[start >> 12] |= 1 << UInt64(start >> 6 & 63)
    blocks[start >> 18] |= 1 << UInt64(start >> 12 & 63)
    leaves[start] = Int32(leaf)
  }

  mutating func move(_ start: Int, leaf: Int) { leaves[start] = Int32(leaf) }

  /// Forgets a start and, as all are forgotten together, its neighbours.
  mutating func clear(_ start: Int) {
    marked[start >> 6] = 0
    words[start >> 12] = 0
    blocks[start >> 18] = 0
  }

  /// The start of the item that `identity` is in, and its leaf.
  func item(of identity: Int) -> (start: Int, leaf: Int) {
    let start = self.start(of: identity)
    return (start, Int(leaves[start]))
  }

  private func start(of identity: Int) -> Int {
    let here = marked[identity >> 6] & (~0 >> UInt64(63 - identity & 63))
    if here != 0 { return identity & ~63 | Self.last(here) }
    let word = identity >> 6
    let below = words[word >> 6] & ((1 << UInt64(word & 63)) - 1)
    if below != 0 { return start(inWord: word & ~63 | Self.last(below)) }
    var block = word >> 6
    let lower = blocks[block >> 6] & ((1 << UInt64(block & 63)) - 1)
    if lower != 0 {
      block = block & ~63 | Self.last(lower)
    } else {
      var group = block >> 6 - 1
      while blocks[group] == 0 { group -= 1 }
      block = group << 6 | Self.last(blocks[group])
    }
    return start(inWord: block << 6 | Self.last(words[block]))
  }

  private func start(inWord word: Int) -> Int { word << 6 | Self.last(marked[word]) }

  private static func last(_ bits: UInt64) -> Int { 63 - bits.leadingZeroBitCount }
}

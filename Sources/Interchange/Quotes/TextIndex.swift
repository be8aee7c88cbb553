/// Finds words in a text by where each run of a few scalars stands in it.
///
/// Building takes time and memory in proportion to the text (12 bytes a scalar), a search about as long as the rarest
/// run of the words looked for has places, and never longer than in proportion to the text.
struct TextIndex {
  /// The text.
  let scalars: [Unicode.Scalar]
  /// The length of a run.
  let width: Int

  /// The positions of runs, those of equal hash together and in order.
  private var positions: [Int32] = []
  /// Where the positions of each hash begin.
  private var begins: [Int32] = []
  private let mask: Int

  /// Indexes a text of less than 2^31 scalars.
  init(_ scalars: [Unicode.Scalar], width: Int = 6) {
    self.scalars = scalars
    self.width = width
    let count = max(0, scalars.count - width + 1)
    var size = 1 << 10
    while size < count { size <<= 1 }
    mask = size - 1
    // A counting sort by hash.
    begins = [Int32](repeating: 0, count: size + 1)
    var hashes = [Int32](repeating: 0, count: count)
    for start in 0..<count {
      let hash = Self.hash(scalars, start, width) & mask
      hashes[start] = Int32(truncatingIfNeeded: hash)
      begins[hash + 1] += 1
    }
    for index in 1..<begins.count { begins[index] += begins[index - 1] }
    positions = [Int32](repeating: 0, count: count)
    var next = begins
    for start in 0..<count {
      let hash = Int(hashes[start])
      positions[Int(next[hash])] = Int32(truncatingIfNeeded: start)
      next[hash] += 1
    }
  }

  private static func hash(_ scalars: [Unicode.Scalar], _ start: Int, _ width: Int) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in start..<start + width { hash = (hash ^ UInt64(scalars[index].value)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & 0x7FFF_FFFF)
  }

  /// The places where a run of the words may stand: all where it does, and perhaps others of the same hash.
  func candidates(_ words: [Unicode.Scalar], at start: Int) -> ArraySlice<Int32> {
    let hash = Self.hash(words, start, width) & mask
    return positions[Int(begins[hash])..<Int(begins[hash + 1])]
  }

  /// Where words stand, in order; at most `limit` places.
  func places(of words: [Unicode.Scalar], limit: Int) -> [Int] {
    guard !words.isEmpty, words.count <= scalars.count else { return [] }
    var found: [Int] = []
    guard words.count >= width else {
      for start in 0...scalars.count - words.count where stands(words, at: start) {
        found.append(start)
        if found.count == limit { break }
      }
      return found
    }
    var (rarest, offset) = (candidates(words, at: 0), 0)
    for start in stride(from: 0, through: words.count - width, by: max(1, words.count / 16)) {
      let slice = candidates(words, at: start)
      if slice.count < rarest.count { (rarest, offset) = (slice, start) }
    }
    // Where even that run stands all over the text, comparing at each place would cost the product of both.
    if rarest.count > 64 + 4 * scalars.count / words.count {
      return ScalarSearch(words).places(in: scalars, limit: limit)
    }
    for position in rarest where stands(words, at: Int(position) - offset) {
      found.append(Int(position) - offset)
      if found.count == limit { break }
    }
    return found
  }

  private func stands(_ words: [Unicode.Scalar], at start: Int) -> Bool {
    guard start >= 0, start <= scalars.count - words.count, scalars[start] == words[0] else { return false }
    for index in words.indices where scalars[start + index] != words[index] { return false }
    return true
  }
}

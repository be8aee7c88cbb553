/// Finds where a text comes nearest to a pattern, counted in scalars to be inserted, deleted or replaced.
///
/// Myers' bit-parallel algorithm (Journal of the ACM 46, 1999) in Hyyrö's form for patterns of several words: a scalar
/// of the text costs one step for each 64 of the pattern.
struct ApproximateSearch {
  /// A stretch of the text.
  struct Match: Equatable {
    var range: Range<Int>
    /// How many edits make the pattern of it.
    var distance: Int
  }

  private let pattern: [Unicode.Scalar]
  private let forward: Columns
  private let backward: Columns

  /// Prepares a pattern, which is not empty.
  init(_ pattern: [Unicode.Scalar]) {
    self.pattern = pattern
    forward = Columns(pattern)
    backward = Columns(pattern.reversed())
  }

  /// The nearest stretch within a range of the text, the first one of several; nil where none is within the limit.
  func best(in text: [Unicode.Scalar], _ range: Range<Int>, limit: Int) -> Match? {
    guard !pattern.isEmpty else { return nil }
    let found = forward.blockCount == 1 ? shortEnd(text, range, limit: limit) : longEnd(text, range, limit: limit)
    guard let best = found else { return nil }
    // Backwards from there, with the first scalar fixed, the same distance comes up where the stretch begins.
    var start = best.end
    var back = Run(backward)
    if best.distance == pattern.count { return Match(range: best.end..<best.end, distance: best.distance) }
    for index in stride(from: best.end - 1, through: max(range.lowerBound, best.end - pattern.count - limit), by: -1)
    where back.step(backward, text[index], carry: 1) == best.distance {
      start = index
      if best.end - index >= pattern.count { break }
    }
    return Match(range: start..<best.end, distance: best.distance)
  }

  private func longEnd(_ text: [Unicode.Scalar], _ range: Range<Int>, limit: Int) -> (end: Int, distance: Int)? {
    var best: (end: Int, distance: Int)?
    var run = Run(forward)
    for index in range {
      let distance = run.step(forward, text[index], carry: 0)
      if distance <= limit, distance < best?.distance ?? Int.max { best = (index + 1, distance) }
    }
    return best
  }

  /// The same for one word, in variables and a table: whole texts are searched with it.
  private func shortEnd(_ text: [Unicode.Scalar], _ range: Range<Int>, limit: Int) -> (end: Int, distance: Int)? {
    var table = [UInt64](repeating: 0, count: 0x400)
    for (scalar, bits) in forward.bits where scalar.value < 0x400 { table[Int(scalar.value)] = bits[0] }
    let high: UInt64 = 1 << UInt64(pattern.count - 1)
    var (positive, negative) = (~UInt64(0), UInt64(0))
    var distance = pattern.count
    var (end, least) = (range.lowerBound, limit + 1)
    for index in range {
      let value = text[index].value
      let match = value < 0x400 ? table[Int(value)] : forward.bits[text[index]]?[0] ?? 0
      let vertical = match | negative
      let horizontal = (((match & positive) &+ positive) ^ positive) | match
      var plus = negative | ~(horizontal | positive)
      let minus = positive & horizontal
      if plus & high != 0 { distance += 1 } else if minus & high != 0 { distance -= 1 }
      plus <<= 1
      positive = (minus << 1) | ~(vertical | plus)
      negative = plus & vertical
      if distance < least { (end, least) = (index + 1, distance) }
    }
    return least <= limit ? (end, least) : nil
  }
}

extension ApproximateSearch {
  /// Where each scalar stands in the pattern, in words of 64 bits.
  fileprivate struct Columns {
    let count: Int
    let blockCount: Int
    let bits: [Unicode.Scalar: [UInt64]]
    let none: [UInt64]

    init(_ pattern: [Unicode.Scalar]) {
      count = pattern.count
      blockCount = max(1, (pattern.count + 63) / 64)
      none = [UInt64](repeating: 0, count: blockCount)
      var bits: [Unicode.Scalar: [UInt64]] = [:]
      for (index, scalar) in pattern.enumerated() {
        bits[scalar, default: none][index / 64] |= 1 << UInt64(index % 64)
      }
      self.bits = bits
    }
  }

  /// A column of the table of distances, as its differences from row to row.
  fileprivate struct Run {
    private var positive: [UInt64]
    private var negative: [UInt64]
    private var distance: Int

    init(_ columns: Columns) {
      positive = [UInt64](repeating: ~0, count: columns.blockCount)
      negative = columns.none
      distance = columns.count
    }

    /// Goes on by a scalar of the text, and gives the distance of the whole pattern to what ends there.
    ///
    /// - Parameter carry: 0 where a match may begin anywhere, 1 where it begins with the first scalar given.
    mutating func step(_ columns: Columns, _ scalar: Unicode.Scalar, carry: Int) -> Int {
      let matches = columns.bits[scalar] ?? columns.none
      var carry = carry
      for block in 0..<columns.blockCount {
        let isLast = block == columns.blockCount - 1
        let high: UInt64 = isLast ? 1 << UInt64((columns.count - 1) % 64) : 1 << 63
        var match = matches[block]
        let (up, down) = (positive[block], negative[block])
        let vertical = match | down
        if carry < 0 { match |= 1 }
        let horizontal = (((match & up) &+ up) ^ up) | match
        var plus = down | ~(horizontal | up)
        var minus = up & horizontal
        let out = plus & high != 0 ? 1 : minus & high != 0 ? -1 : 0
        plus <<= 1
        minus <<= 1
        if carry > 0 { plus |= 1 } else if carry < 0 { minus |= 1 }
        positive[block] = minus | ~(vertical | plus)
        negative[block] = plus & vertical
        carry = out
      }
      distance += carry
      return distance
    }
  }
}

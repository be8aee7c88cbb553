/// A text as an array of scalars with a gap where it was last edited: an edit costs what it inserts and how far it is
/// from the one before it.
struct GapBuffer {
  private var storage: ContiguousArray<Unicode.Scalar> = []
  private var gap = 0..<0
  /// How many scalars were moved to bring the gap to where it was needed.
  private(set) var movedCount = 0
  private static let filler: Unicode.Scalar = "\u{0}"

  var count: Int { storage.count - gap.count }

  /// The whole text, as one array.
  mutating func closed() -> ContiguousArray<Unicode.Scalar> {
    moveGap(to: count)
    storage.removeLast(gap.count)
    gap = storage.count..<storage.count
    return storage
  }

  mutating func delete(_ count: Int, at position: Int) {
    if position + count == gap.lowerBound {
      gap = position..<gap.upperBound  // Backspacing needs no move.
      return
    }
    moveGap(to: position)
    gap = position..<gap.upperBound + count
  }

  mutating func insert(_ scalars: [Unicode.Scalar], _ range: Range<Int>, at position: Int) {
    if gap.count < range.count { grow(by: range.count) }
    moveGap(to: position)
    storage.withUnsafeMutableBufferPointer { target in
      scalars.withUnsafeBufferPointer { source in
        guard let to = target.baseAddress, let from = source.baseAddress else { return }
        (to + position).update(from: from + range.lowerBound, count: range.count)
      }
    }
    gap = position + range.count..<gap.upperBound
  }

  private mutating func grow(by count: Int) {
    let size = count + storage.count / 2 + 64
    let tail = storage.count - gap.upperBound
    storage.append(contentsOf: repeatElement(Self.filler, count: size))
    move(from: gap.upperBound, to: gap.upperBound + size, count: tail)
    gap = gap.lowerBound..<gap.upperBound + size
  }

  private mutating func moveGap(to position: Int) {
    if position < gap.lowerBound {
      let count = gap.lowerBound - position
      move(from: position, to: gap.upperBound - count, count: count)
      gap = position..<gap.upperBound - count
      movedCount += count
    } else if position > gap.lowerBound {
      let count = position - gap.lowerBound
      move(from: gap.upperBound, to: gap.lowerBound, count: count)
      gap = position..<gap.upperBound + count
      movedCount += count
    }
  }

  /// Moves scalars that may overlap where they go, which arrays have no quick operation for.
  private mutating func move(from source: Int, to target: Int, count: Int) {
    storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      (base + target).update(from: base + source, count: count)
    }
  }

  /// The text.
  var string: String {
    storage.withUnsafeBufferPointer { buffer in
      String(scalars: [buffer[..<gap.lowerBound], buffer[gap.upperBound...]])
    }
  }
}

extension String {
  /// The text that pieces of scalar buffers make: twice as fast as by appending to a scalar view.
  init(scalars pieces: [Slice<UnsafeBufferPointer<Unicode.Scalar>>]) {
    var size = 0
    for piece in pieces { for scalar in piece { size += UTF8.width(scalar) } }
    self.init(unsafeUninitializedCapacity: size) { buffer in
      var index = 0
      for piece in pieces {
        for scalar in piece {
          if scalar.value < 0x80 {
            buffer[index] = UInt8(scalar.value)
            index += 1
          } else {
            for unit in UTF8.encode(scalar).unsafelyUnwrapped {
              buffer[index] = unit
              index += 1
            }
          }
        }
      }
      return index
    }
  }

  init(scalars: ContiguousArray<Unicode.Scalar>, _ range: Range<Int>) {
    self = scalars.withUnsafeBufferPointer { String(scalars: [$0[range]]) }
  }

  init(scalars: [Unicode.Scalar], _ range: Range<Int>) {
    self = scalars.withUnsafeBufferPointer { String(scalars: [$0[range]]) }
  }
}

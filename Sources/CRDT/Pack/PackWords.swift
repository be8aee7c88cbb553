/// The words that a pack's writer has met, each with its number: a hash table over the bytes of a stream, as a
/// dictionary of arrays would take an allocation for each word.
struct PackWords {
  /// The words in the order of their numbers from 1 on, a space after each; number 0 is the empty word.
  private(set) var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  /// Numbers of words, 0 where there is none; the count is a power of two.
  private var slots = [Int32](repeating: 0, count: 1 << 10)

  /// What stands for the word: 0 where it is new and has been added, else one more than its number.
  mutating func code(for word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    if word.isEmpty { return 1 }
    var slot = hash(word)
    while slots[slot] != 0 {
      let number = Int(slots[slot])
      if isWord(number, word) { return UInt64(number) + 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(starts.count)
    bytes.append(contentsOf: word)
    bytes.append(UInt8(ascii: " "))
    starts.append(bytes.count)
    if starts.count > slots.count / 2 { grow() }
    return 0
  }

  /// Seeded anew in each process, so that nobody can write words that all collide.
  private func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(word))
    return hasher.finalize() & (slots.count - 1)
  }

  private func range(_ number: Int) -> Range<Int> { starts[number - 1]..<starts[number] - 1 }

  private func isWord(_ number: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(number)
    guard range.count == word.count else { return false }
    // A loop by index: this runs for every word of every text, and iterators cost much where nothing is optimised.
    return bytes.withUnsafeBufferPointer { known in
      var index = 0
      while index < word.count {
        if known[range.lowerBound + index] != word[index] { return false }
        index += 1
      }
      return true
    }
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for number in 1..<starts.count {
      var slot = bytes.withUnsafeBufferPointer { hash(UnsafeBufferPointer(rebasing: $0[range(number)])) }
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }
}

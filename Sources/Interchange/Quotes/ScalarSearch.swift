/// Finds words in a text in one pass, whatever both are (Knuth, Morris and Pratt, SIAM Journal on Computing 6, 1977).
struct ScalarSearch {
  private let words: [Unicode.Scalar]
  /// How many of the first scalars stand again before each of them.
  private var borders: [Int32]

  /// Prepares words, which are not empty.
  init(_ words: [Unicode.Scalar]) {
    self.words = words
    borders = [Int32](repeating: 0, count: words.count)
    var length = 0
    for index in words.indices.dropFirst() {
      while length > 0, words[index] != words[length] { length = Int(borders[length - 1]) }
      if words[index] == words[length] { length += 1 }
      borders[index] = Int32(truncatingIfNeeded: length)
    }
  }

  /// Where the words stand, in order; at most `limit` places.
  func places(in text: [Unicode.Scalar], limit: Int) -> [Int] {
    guard !words.isEmpty, text.count >= words.count else { return [] }
    var found: [Int] = []
    var length = 0
    for index in text.indices {
      while length > 0, text[index] != words[length] { length = Int(borders[length - 1]) }
      if text[index] == words[length] { length += 1 }
      if length == words.count {
        found.append(index + 1 - length)
        if found.count == limit { return found }
        length = Int(borders[length - 1])
      }
    }
    return found
  }
}

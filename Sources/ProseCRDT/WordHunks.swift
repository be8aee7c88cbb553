/// Where two texts differ: some tokens of the old one, and those of the new one in their place.
struct WordHunk {
  var old: Range<Int>
  var new: Range<Int>
  /// How many bytes at the beginning and the end of the hunk are alike, where most of a word stays; else zero.
  var kept = Kept()

  struct Kept {
    var prefix = 0
    var suffix = 0

    var isEmpty: Bool { prefix == 0 && suffix == 0 }
  }
}

/// The differences of two texts word by word, ascending, as a person would describe them.
///
/// Only content (words, symbols, ends of lines and sentences) is aligned; spaces and punctuation stay where they stand
/// beside what stays. So three words replaced in a row are one hunk, not three with a lone space between them. Takes
/// time in proportion to the length of both texts, apart from the alignment, which is bounded too.
struct WordHunks {
  let old: WordTokens
  let new: WordTokens
  private(set) var hunks: [WordHunk] = []

  init(from oldText: String, to newText: String) {
    (old, new) = (WordTokens(oldText), WordTokens(newText))
    let ends = commonEnds()
    let oldRange = ends.prefix..<old.count - ends.suffix
    let newRange = ends.prefix..<new.count - ends.suffix
    var (oldStart, newStart) = (oldRange.lowerBound, newRange.lowerBound)
    for match in contentMatches(oldRange, newRange) {
      split(oldStart..<match.old, newStart..<match.new)
      (oldStart, newStart) = (match.old + 1, match.new + 1)
    }
    split(oldStart..<oldRange.upperBound, newStart..<newRange.upperBound)
    joinFragments()
    for index in hunks.indices { slide(index) }
  }

  /// How many tokens at both ends are the same.
  private func commonEnds() -> (prefix: Int, suffix: Int) {
    let room = min(old.count, new.count)
    var prefix = 0
    while prefix < room, old.isSame(prefix, as: prefix, of: new) { prefix += 1 }
    var suffix = 0
    while suffix < room - prefix, old.isSame(old.count - suffix - 1, as: new.count - suffix - 1, of: new) {
      suffix += 1
    }
    return (prefix, suffix)
  }

  private func contentMatches(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [TokenAlignment.Match] {
    guard !oldRange.isEmpty, !newRange.isEmpty else { return [] }
    var numbers: [TokenBytes: Int32] = [:]
    var (oldTokens, newTokens): ([Int], [Int]) = ([], [])
    var (oldNumbers, newNumbers): ([Int32], [Int32]) = ([], [])
    for token in oldRange where old.kinds[token].isContent {
      let next = Int32(numbers.count)
      let number = numbers[TokenBytes(bytes: old.bytes(token..<token + 1)), default: next]
      if number == next { numbers[TokenBytes(bytes: old.bytes(token..<token + 1))] = next }
      oldTokens.append(token)
      oldNumbers.append(number)
    }
    // What one text alone has cannot match, and would only lengthen the search.
    var isShared = [Bool](repeating: false, count: numbers.count)
    for token in newRange where new.kinds[token].isContent {
      guard let number = numbers[TokenBytes(bytes: new.bytes(token..<token + 1))] else { continue }
      isShared[Int(number)] = true
      newTokens.append(token)
      newNumbers.append(number)
    }
    oldTokens = zip(oldTokens, oldNumbers).filter { isShared[Int($1)] }.map(\.0)
    oldNumbers.removeAll { !isShared[Int($0)] }
    return TokenAlignment(oldNumbers, newNumbers, vocabulary: numbers.count).matches.map {
      TokenAlignment.Match(old: oldTokens[$0.old], new: newTokens[$0.new])
    }
  }
}

// Words of which most stays.
extension WordHunks {
  private static let leastKept = 3

  /// Appends the hunks between two matches.
  private mutating func split(_ oldGap: Range<Int>, _ newGap: Range<Int>) {
    let (oldRange, newRange) = trimmed(oldGap, newGap)
    if oldRange.count == 1 || newRange.count == 1 {
      let kept = keptOfMost(oldRange, newRange)
      if !kept.isEmpty { return hunks.append(WordHunk(old: oldRange, new: newRange, kept: kept)) }
    }
    if oldRange.count == newRange.count {
      splitPairwise(oldRange, newRange)
    } else {
      splitAtEnds(oldRange, newRange)
    }
  }

  private func trimmed(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> (Range<Int>, Range<Int>) {
    var (oldRest, newRest) = (oldRange, newRange)
    while let first = oldRest.first, let newFirst = newRest.first, old.isSame(first, as: newFirst, of: new) {
      (oldRest, newRest) = (oldRest.dropFirst(), newRest.dropFirst())
    }
    while let last = oldRest.last, let newLast = newRest.last, old.isSame(last, as: newLast, of: new) {
      (oldRest, newRest) = (oldRest.dropLast(), newRest.dropLast())
    }
    return (oldRest, newRest)
  }

  private mutating func appendWhole(_ oldGap: Range<Int>, _ newGap: Range<Int>) {
    let (oldRange, newRange) = trimmed(oldGap, newGap)
    if !oldRange.isEmpty || !newRange.isEmpty { hunks.append(WordHunk(old: oldRange, new: newRange)) }
  }

  /// Ranges of as many tokens: each word is compared with that in its place.
  private mutating func splitPairwise(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
    var (oldStart, newStart) = (oldRange.lowerBound, newRange.lowerBound)
    for (token, newToken) in zip(oldRange, newRange) {
      let kept = keptOfPair(token, newToken)
      guard !kept.isEmpty else { continue }
      appendWhole(oldStart..<token, newStart..<newToken)
      hunks.append(WordHunk(old: token..<token + 1, new: newToken..<newToken + 1, kept: kept))
      (oldStart, newStart) = (token + 1, newToken + 1)
    }
    appendWhole(oldStart..<oldRange.upperBound, newStart..<newRange.upperBound)
  }

  /// Ranges of different size: the words at their ends are compared, and are one where one only continues the other.
  private mutating func splitAtEnds(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
    var (oldRest, newRest) = (oldRange, newRange)
    while let first = oldRest.first, let newFirst = newRest.first {
      let kept = keptOfPair(first, newFirst)
      guard isContinuation(kept, first, newFirst) else { break }
      hunks.append(WordHunk(old: first..<first + 1, new: newFirst..<newFirst + 1, kept: kept))
      (oldRest, newRest) = trimmed(oldRest.dropFirst(), newRest.dropFirst())
    }
    var ending: [WordHunk] = []
    while let last = oldRest.last, let newLast = newRest.last {
      let kept = keptOfPair(last, newLast)
      guard isContinuation(kept, last, newLast) else { break }
      ending.append(WordHunk(old: last..<last + 1, new: newLast..<newLast + 1, kept: kept))
      (oldRest, newRest) = trimmed(oldRest.dropLast(), newRest.dropLast())
    }
    appendWhole(oldRest, newRest)
    hunks += ending.reversed()
  }

  /// Whether the shorter word stays, and is two thirds of the longer: "These" does not continue "The".
  private func isContinuation(_ kept: WordHunk.Kept, _ token: Int, _ newToken: Int) -> Bool {
    let (count, newCount) = (old.bytes(token..<token + 1).count, new.bytes(newToken..<newToken + 1).count)
    return !kept.isEmpty && kept.prefix + kept.suffix == min(count, newCount)
      && 3 * min(count, newCount) >= 2 * max(count, newCount)
  }

  private func keptOfPair(_ token: Int, _ newToken: Int) -> WordHunk.Kept {
    guard old.kinds[token] == .word, new.kinds[newToken] == .word, !old.isSame(token, as: newToken, of: new) else {
      return WordHunk.Kept()
    }
    return keptOfMost(token..<token + 1, newToken..<newToken + 1)
  }

  /// What both begin and end with, cluster by cluster, where it is half of the longer or more; else nothing.
  ///
  /// "was" and "has" are two words: less than three clusters count only where they are all that the shorter one has.
  /// A number in which a digit differs is another number, and a name another name: it changes as a whole.
  private func keptOfMost(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> WordHunk.Kept {
    guard !oldRange.isEmpty, !newRange.isEmpty else { return WordHunk.Kept() }
    let (oldBytes, newBytes) = (old.bytes(oldRange), new.bytes(newRange))
    // Most pairs of words have no end in common, and are not read cluster by cluster.
    guard oldBytes.first == newBytes.first || oldBytes.last == newBytes.last else { return WordHunk.Kept() }
    let oldClusters = Array(String(decoding: oldBytes, as: UTF8.self))
    let newClusters = Array(String(decoding: newBytes, as: UTF8.self))
    let room = min(oldClusters.count, newClusters.count)
    var (prefix, suffix) = (0, 0)
    var kept = WordHunk.Kept()
    while prefix < room, oldClusters[prefix].utf8.elementsEqual(newClusters[prefix].utf8) {
      kept.prefix += oldClusters[prefix].utf8.count
      prefix += 1
    }
    while suffix < room - prefix {
      let (left, right) = (oldClusters[oldClusters.count - suffix - 1], newClusters[newClusters.count - suffix - 1])
      guard left.utf8.elementsEqual(right.utf8) else { break }
      kept.suffix += left.utf8.count
      suffix += 1
    }
    guard 2 * (prefix + suffix) >= max(oldClusters.count, newClusters.count),
      prefix + suffix >= Self.leastKept || prefix + suffix == room
    else { return WordHunk.Kept() }
    let changed = oldClusters[prefix..<oldClusters.count - suffix] + newClusters[prefix..<newClusters.count - suffix]
    return changed.contains(where: \.isNumber) ? WordHunk.Kept() : kept
  }
}

// Hunks as a person would tell them.
extension WordHunks {
  /// How many words that stayed by chance, such as an article, may be taken into a rewritten passage.
  private static let mostWordsJoined = 2
  private static let mostTokensJoined = 8

  /// Makes one hunk of two with next to nothing between them, as against which much was replaced on both sides.
  private mutating func joinFragments() {
    guard hunks.count > 1 else { return }
    let counts = (old: old.wordCounts(), new: new.wordCounts())
    var joined: [WordHunk] = []
    for hunk in hunks {
      joined.append(hunk)
      while joined.count > 1, mayJoin(joined[joined.count - 2], joined[joined.count - 1], counts) {
        let second = joined.removeLast()
        let first = joined.removeLast()
        let (oldRange, newRange) = trimmed(
          first.old.lowerBound..<second.old.upperBound, first.new.lowerBound..<second.new.upperBound)
        joined.append(WordHunk(old: oldRange, new: newRange))
      }
    }
    hunks = joined
  }

  private func mayJoin(_ first: WordHunk, _ second: WordHunk, _ counts: (old: [Int], new: [Int])) -> Bool {
    let between = first.old.upperBound..<second.old.lowerBound
    guard first.kept.isEmpty, second.kept.isEmpty, between.count <= Self.mostTokensJoined else { return false }
    guard !old.kinds[between].contains(where: { $0 == .lineBreak || $0 == .sentenceEnd }) else { return false }
    let words = counts.old[between.upperBound] - counts.old[between.lowerBound]
    guard words <= Self.mostWordsJoined else { return false }
    let replaced = [first, second].map {
      min(
        counts.old[$0.old.upperBound] - counts.old[$0.old.lowerBound],
        counts.new[$0.new.upperBound] - counts.new[$0.new.lowerBound])
    }
    // One character of a script without spaces is rarely a word: it stayed in a word of which the rest did not.
    if old.kinds[between].elementsEqual([.unspaced]) { return max(replaced[0], replaced[1]) > 0 }
    return min(replaced[0], replaced[1]) >= max(1, 3 * words)
  }

  /// Moves an insertion or deletion that could as well stand elsewhere to where a person would see it.
  ///
  /// "A b. C d." becomes "A b. X y. C d." by " X y." or by ". X y". Of equally good places the first is taken, so
  /// that what is inserted before a word does not touch an edit of that word.
  private mutating func slide(_ index: Int) {
    let hunk = hunks[index]
    guard hunk.old.isEmpty != hunk.new.isEmpty else { return }
    let tokens = hunk.old.isEmpty ? new : old
    let side: (WordHunk) -> Range<Int> = hunk.old.isEmpty ? { $0.new } : { $0.old }
    let range = side(hunk)
    // A token stays between two hunks.
    let first = index > 0 ? side(hunks[index - 1]).upperBound + 1 : 0
    let end = index + 1 < hunks.count ? side(hunks[index + 1]).lowerBound - 1 : tokens.count
    var (lowest, highest) = (range.lowerBound, range.upperBound)
    while lowest > first, tokens.isSame(lowest - 1, as: lowest - 1 + range.count, of: tokens) { lowest -= 1 }
    while highest < end, tokens.isSame(highest, as: highest - range.count, of: tokens) { highest += 1 }
    var best = (start: lowest, score: -1)
    for start in lowest...highest - range.count {
      let score = Self.score(tokens, start) + Self.score(tokens, start + range.count)
      if score > best.score { best = (start, score) }
    }
    let distance = best.start - range.lowerBound
    hunks[index].old = hunk.old.lowerBound + distance..<hunk.old.upperBound + distance
    hunks[index].new = hunk.new.lowerBound + distance..<hunk.new.upperBound + distance
  }

  /// How good a text is cut before `token`.
  private static func score(_ tokens: WordTokens, _ token: Int) -> Int {
    guard token > 0, token < tokens.count else { return 4 }
    let (before, after) = (tokens.kinds[token - 1], tokens.kinds[token])
    if before == .lineBreak || after == .lineBreak { return 4 }
    let endsSentence =
      after == .space
      ? before == .sentenceEnd : before == .space && token > 1 && tokens.kinds[token - 2] == .sentenceEnd
    if endsSentence { return 3 }
    if before == .space || after == .space { return 2 }
    return before.isWord && after.isWord ? 0 : 1
  }
}

/// The bytes of a token, to look it up by.
private struct TokenBytes: Hashable {
  let bytes: ArraySlice<UInt8>

  static func == (left: TokenBytes, right: TokenBytes) -> Bool { left.bytes.elementsEqual(right.bytes) }

  func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

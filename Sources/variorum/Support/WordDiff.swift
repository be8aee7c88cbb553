/// The words in which two texts differ.
struct WordDiff {
  /// A run of words that both have, or that one of them has.
  enum Part: Hashable {
    case same([Substring])
    case removed([Substring])
    case added([Substring])
  }

  /// The runs in their order; what was removed stands before what was added in its place.
  let parts: [Part]

  /// How many pairs of words are compared; where there are more, all between the common ends counts as different.
  private static let limit = 1 << 20

  /// Compares two texts word by word; spaces and line breaks do not count.
  init(from old: String, to new: String) {
    let (old, new) = (old.split(whereSeparator: \.isWhitespace), new.split(whereSeparator: \.isWhitespace))
    let shortest = min(old.count, new.count)
    let start = (0..<shortest).first { !Self.isSame(old[$0], new[$0]) } ?? shortest
    let room = shortest - start
    let end = (0..<room).first { !Self.isSame(old[old.count - 1 - $0], new[new.count - 1 - $0]) } ?? room
    let (oldMiddle, newMiddle) = (old[start..<old.count - end], new[start..<new.count - end])
    var builder = Builder()
    for word in old[..<start] { builder.same(word) }
    if oldMiddle.count * newMiddle.count <= Self.limit {
      Self.compare(Array(oldMiddle), Array(newMiddle), &builder)
    } else {
      for word in oldMiddle { builder.removed(word) }
      for word in newMiddle { builder.added(word) }
    }
    for word in old[(old.count - end)...] { builder.same(word) }
    builder.close()
    parts = builder.parts
  }

  /// Whether the texts have the same words.
  var isEmpty: Bool { parts.allSatisfy { if case .same = $0 { true } else { false } } }

  /// The texts on one line, what differs in colour or, where there are none, in marks: `[-removed-]`, `{+added+}`.
  ///
  /// - Parameter context: how many words are left around what differs; `nil` for all.
  func line(_ console: Console, context: Int? = nil) -> String {
    parts.enumerated().map { index, part in
      switch part {
      case .same(let words):
        Self.shortened(words, context: context, isFirst: index == 0, isLast: index == parts.count - 1)
      case .removed(let words):
        console.usesColour ? console.style(words.joined(separator: " "), .red) : "[-\(words.joined(separator: " "))-]"
      case .added(let words):
        console.usesColour
          ? console.style(words.joined(separator: " "), .bold, .green) : "{+\(words.joined(separator: " "))+}"
      }
    }.joined(separator: " ")
  }

  private static func shortened(_ words: [Substring], context: Int?, isFirst: Bool, isLast: Bool) -> String {
    guard let context, words.count > 2 * context + 1, !(isFirst && isLast) else { return words.joined(separator: " ") }
    let before = isFirst ? [] : Array(words.prefix(context))
    let after = isLast ? [] : Array(words.suffix(context))
    return (before + ["…"] + after).joined(separator: " ")
  }

  private static func isSame(_ left: Substring, _ right: Substring) -> Bool { left.utf8.elementsEqual(right.utf8) }

  /// Walks along a longest common subsequence.
  private static func compare(_ old: [Substring], _ new: [Substring], _ builder: inout Builder) {
    let width = new.count + 1
    var lengths = [Int32](repeating: 0, count: (old.count + 1) * width)
    for row in old.indices.reversed() {
      for column in new.indices.reversed() {
        lengths[row * width + column] =
          isSame(old[row], new[column])
          ? lengths[(row + 1) * width + column + 1] + 1
          : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
      }
    }
    var (row, column) = (0, 0)
    while row < old.count, column < new.count {
      if isSame(old[row], new[column]) {
        builder.same(old[row])
        (row, column) = (row + 1, column + 1)
      } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
        builder.removed(old[row])
        row += 1
      } else {
        builder.added(new[column])
        column += 1
      }
    }
    for word in old[row...] { builder.removed(word) }
    for word in new[column...] { builder.added(word) }
  }

  private struct Builder {
    private(set) var parts: [Part] = []
    private var common: [Substring] = []
    private var gone: [Substring] = []
    private var come: [Substring] = []

    mutating func same(_ word: Substring) {
      closeDifference()
      common.append(word)
    }

    mutating func removed(_ word: Substring) {
      closeCommon()
      gone.append(word)
    }

    mutating func added(_ word: Substring) {
      closeCommon()
      come.append(word)
    }

    mutating func close() {
      closeCommon()
      closeDifference()
    }

    private mutating func closeCommon() {
      if !common.isEmpty { parts.append(.same(common)) }
      common = []
    }

    private mutating func closeDifference() {
      if !gone.isEmpty { parts.append(.removed(gone)) }
      if !come.isEmpty { parts.append(.added(come)) }
      (gone, come) = ([], [])
    }
  }
}

import ProseCRDT

/// A text with changes marked in it, as the tables have them: `[-removed-]` and `{+added+}`.
struct MarkedText {
  /// The scalars of the old text, and whether each is removed.
  private(set) var scalars: [(scalar: Unicode.Scalar, isRemoved: Bool)] = []
  /// What is added before each scalar, and at the end.
  private(set) var added: [Int: String] = [:]

  init(_ marked: String) {
    var rest = Array(marked.unicodeScalars)[...]
    var (isRemoved, isAdded) = (false, false)
    func takes(_ mark: String) -> Bool {
      guard rest.starts(with: mark.unicodeScalars) else { return false }
      rest = rest.dropFirst(2)
      return true
    }
    while !rest.isEmpty {
      if !isRemoved, !isAdded, takes("[-") {
        isRemoved = true
        continue
      }
      if isRemoved, takes("-]") {
        isRemoved = false
        continue
      }
      if !isRemoved, !isAdded, takes("{+") {
        isAdded = true
        continue
      }
      if isAdded, takes("+}") {
        isAdded = false
        continue
      }
      let scalar = rest.removeFirst()
      if isAdded {
        added[scalars.count, default: ""].unicodeScalars.append(scalar)
      } else {
        scalars.append((scalar, isRemoved))
      }
    }
  }

  init(_ splices: [TextSplice], of old: String) {
    scalars = old.unicodeScalars.map { ($0, false) }
    for splice in splices {
      for place in splice.position..<splice.position + splice.deleted { scalars[place].isRemoved = true }
      if !splice.inserted.isEmpty { added[splice.position, default: ""] += splice.inserted }
    }
  }

  var old: String { String.of(scalars.map(\.scalar)) }

  /// The runs of two sides that change one text; at one place the first side's text stands before the second's.
  static func runs(_ first: MarkedText, _ second: MarkedText) -> [SidedRun] {
    var runs: [SidedRun] = []
    func append(_ text: String, isInBase: Bool, isInFirst: Bool, isInSecond: Bool) {
      guard !text.isEmpty else { return }
      let run = SidedRun(text: text, isInBase: isInBase, isInFirst: isInFirst, isInSecond: isInSecond)
      guard let last = runs.last, last.isInBase == isInBase, last.isInFirst == isInFirst, last.isInSecond == isInSecond
      else { return runs.append(run) }
      runs[runs.count - 1].text += text
    }
    for place in 0...first.scalars.count {
      append(first.added[place] ?? "", isInBase: false, isInFirst: true, isInSecond: false)
      append(second.added[place] ?? "", isInBase: false, isInFirst: false, isInSecond: true)
      guard place < first.scalars.count else { break }
      append(
        String(first.scalars[place].scalar), isInBase: true, isInFirst: !first.scalars[place].isRemoved,
        isInSecond: !second.scalars[place].isRemoved)
    }
    return runs
  }
}

extension String {
  static func of(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The splices marked in the text that they change.
  func marking(_ splices: [TextSplice]) -> String {
    let scalars = Array(unicodeScalars)
    var (marked, end) = ("", 0)
    for splice in splices {
      marked += String.of(scalars[end..<splice.position])
      end = splice.position + splice.deleted
      if splice.deleted > 0 { marked += "[-\(String.of(scalars[splice.position..<end]))-]" }
      if !splice.inserted.isEmpty { marked += "{+\(splice.inserted)+}" }
    }
    return marked + String.of(scalars[end...])
  }
}

/// SplitMix64, so that a failure can be repeated.
struct SeededNumbers {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ word >> 31) % UInt64(bound))
  }
}

/// Texts made of pieces of which many join into one user-visible character with what stands beside them.
enum RandomProse {
  static let pieces = [
    "a", "b", " ", " ", " ", "LCN2", "neuron", "neurons", "increase", "the", "of", "0.05", ".", ", ", "-", "\u{2019}",
    "e\u{301}", "é", "\u{301}", "\u{308}", "👩‍🔬", "👩", "\u{200D}", "🔬", "👍🏽", "🏽", "🇩🇪", "🇩", "🇪", "\r\n", "\r", "\n",
    "שלום", "\u{200F}", "مَرْحَبًا", "한", "\u{1100}", "\u{1161}", "नि", "ि", "肝", "臓", "ข้", "า", "\u{0}", "\u{FEFF}",
    "\u{AD}", "\u{FFFD}", "𝒳",
  ]

  static func text(_ numbers: inout SeededNumbers, pieces count: Int = 12) -> String {
    (0..<numbers.below(count)).map { _ in pieces[numbers.below(pieces.count)] }.joined()
  }

  /// `text` with some scalars put in, taken out or replaced: what an author does.
  static func edited(_ text: String, _ numbers: inout SeededNumbers) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0...numbers.below(3) {
      let place = numbers.below(scalars.count + 1)
      let end = min(scalars.count, place + numbers.below(4))
      let piece = numbers.below(3) == 0 ? "" : pieces[numbers.below(pieces.count)]
      scalars.replaceSubrange(place..<end, with: Array(piece.unicodeScalars))
    }
    return String.of(scalars)
  }
}

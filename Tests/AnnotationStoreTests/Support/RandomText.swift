/// Random edits of texts in many scripts.
enum RandomText {
  /// Words that are hard on whoever cuts texts: combining marks, joined emoji, flags, scripts from right to left and
  /// without spaces, line breaks of two characters.
  static let words = [
    "LCN2", "rises", "iron,", "e\u{301}", "é", "\u{301}", "👩‍🔬", "🇩🇪🇫🇷", "שלום", "مرحبا", "鉄分", "\r\n", "α-synuclein",
    "p<0.05", " ",
  ]

  /// A text after one edit: words put in, taken out or replaced somewhere.
  static func edited(_ text: String, _ random: inout SplitMix64) -> String {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let word = random.pick(Self.words)
    let place = random.below(words.count + 1)
    switch random.below(5) {
    case 0, 1: words.insert(word, at: place)
    case 2 where place < words.count: words[place] = word
    case 3 where place < words.count: words.removeSubrange(place..<min(place + 1 + random.below(2), words.count))
    case 4 where place < words.count: words[place] += random.pick(["s", "2", "\u{302}"])
    default: words.append(word)
    }
    let edited = words.joined(separator: " ")
    return edited.allSatisfy(\.isWhitespace) ? "nothing left \(word)" : edited
  }
}

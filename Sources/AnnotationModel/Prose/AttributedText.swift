import ProseCRDT

/// A part of a text and the change that wrote it.
public struct AttributedText: Hashable, Sendable {
  /// The part: whole words with what stands between them.
  public var text: String
  /// The change.
  public var change: ChangeID

  /// Parts widened to whole words: a word that several wrote counts for the one that ranks highest, which changed it
  /// last.
  static func byWord(
    _ pieces: [AttributedText], ranksBelow: (ChangeID, ChangeID) -> Bool
  ) -> [AttributedText] {
    var words: [AttributedText] = []
    var (index, left) = (0, 0)
    for (word, isWhitespace) in ProseWords.pieces(of: pieces.map(\.text).joined()) {
      var writer: ChangeID?
      var needed = word.unicodeScalars.count
      while needed > 0, index < pieces.count {
        if left == 0 { left = pieces[index].text.unicodeScalars.count }
        let change = pieces[index].change
        writer = writer.map { ranksBelow($0, change) ? change : $0 } ?? change
        let taken = min(left, needed)
        (left, needed) = (left - taken, needed - taken)
        if left == 0 { index += 1 }
      }
      guard let writer else { continue }
      // What stands after a word goes with it.
      if words.last?.change == writer || isWhitespace && !words.isEmpty {
        words[words.count - 1].text += word
      } else {
        words.append(AttributedText(text: word, change: writer))
      }
    }
    return words
  }
}

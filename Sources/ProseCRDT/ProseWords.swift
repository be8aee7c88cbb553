/// A text cut into the words that people see.
public enum ProseWords {
  /// The words of a text, and what stands between them, in their order; together they are the text.
  public static func pieces(of text: String) -> [(text: String, isWhitespace: Bool)] {
    let tokens = WordTokens(text)
    return tokens.kinds.indices.map { (tokens.text($0..<$0 + 1), tokens.kinds[$0].isWhitespace) }
  }
}

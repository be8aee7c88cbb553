/// The words in which two texts differ, to be shown to people: whole words, with the exact text between them.
public struct WordDiff: Hashable, Sendable {
  /// A piece that both texts have, or that one of them has.
  public enum Part: Hashable, Sendable {
    case same(String)
    case removed(String)
    case added(String)
  }

  /// The pieces in their order, none empty; what was removed stands before what was added in its place.
  ///
  /// The pieces that are the same or removed are the old text, those that are the same or added the new one.
  public let parts: [Part]

  /// Compares two texts, in the time that `TextEdit.splices` takes.
  public init(from old: String, to new: String) {
    let differences = WordHunks(from: old, to: new)
    var parts: [Part] = []
    var (oldEnd, removed, added) = (0, "", "")
    func flush(before next: Int) {
      guard next > oldEnd else { return }
      if !removed.isEmpty { parts.append(.removed(removed)) }
      if !added.isEmpty { parts.append(.added(added)) }
      (removed, added) = ("", "")
      parts.append(.same(differences.old.text(oldEnd..<next)))
    }
    for hunk in differences.hunks {
      flush(before: hunk.old.lowerBound)
      removed += differences.old.text(hunk.old)
      added += differences.new.text(hunk.new)
      oldEnd = hunk.old.upperBound
    }
    flush(before: differences.old.count)
    if !removed.isEmpty { parts.append(.removed(removed)) }
    if !added.isEmpty { parts.append(.added(added)) }
    self.parts = parts
  }

  /// Whether the texts are the same, byte for byte.
  public var isEmpty: Bool { parts.allSatisfy { if case .same = $0 { true } else { false } } }

  /// Whether the texts differ at most in spaces and line breaks.
  public var isOnlyWhitespace: Bool {
    parts.allSatisfy { part in
      switch part {
      case .same: true
      case .removed(let text), .added(let text): text.allSatisfy(\.isWhitespace)
      }
    }
  }

  /// The parts, of what is the same only `words` words beside each difference, and "…" for the rest.
  ///
  /// Words are here what whitespace parts. Where the texts do not differ, nothing is left out.
  public func excerpt(words: Int) -> [Part] {
    guard !isEmpty else { return parts }
    return parts.enumerated().map { index, part in
      guard case .same(let text) = part else { return part }
      let after = index > 0 ? Self.leading(words, of: text) : text[..<text.startIndex]
      let before = index < parts.count - 1 ? Self.trailing(words, of: text) : text[text.endIndex...]
      return .same(after.endIndex < before.startIndex ? "\(after)…\(before)" : text)
    }
  }

  /// The first words with the whitespace around them.
  private static func leading(_ words: Int, of text: String) -> Substring {
    var (end, left, isInWord) = (text.startIndex, words, false)
    while end < text.endIndex {
      let isWhitespace = text[end].isWhitespace
      if !isWhitespace, !isInWord {
        if left == 0 { break }
        left -= 1
      }
      isInWord = !isWhitespace
      end = text.index(after: end)
    }
    return text[..<end]
  }

  /// The last words with the whitespace around them.
  ///
  /// By scalars: a step back by one cluster takes the length of the run of flags or joined emoji that it is in.
  private static func trailing(_ words: Int, of text: String) -> Substring {
    var (start, left, isInWord) = (text.endIndex, words, false)
    while start > text.startIndex {
      let previous = text.unicodeScalars.index(before: start)
      let isWhitespace = text.unicodeScalars[previous].properties.isWhitespace
      if !isWhitespace, !isInWord {
        if left == 0 { break }
        left -= 1
      }
      isInWord = !isWhitespace
      start = previous
    }
    return text[start...]
  }
}

import ProseCRDT

/// A text that is known without looking up what it was made from: that of the version of one change.
public struct KnownText: Hashable, Sendable {
  /// The change.
  public var change: ChangeID
  /// The text that it shows; `nil` where the cell is absent there.
  public var text: String?

  /// Makes it.
  public init(change: ChangeID, text: String?) {
    self.change = change
    self.text = text
  }
}

/// How the live ops of a prose cell read: one text, in which all that was written apart is merged character by
/// character (Schema/prose.md).
public struct ProseReading: Hashable, Sendable {
  /// The distinct texts that were written apart, from the highest rank down, each as its authors wrote it.
  public var sides: RegisterReading
  /// The text shown; `nil` where the cell is absent.
  public var text: String?
  /// The text of the live version, which a splice that supersedes all live ops is against; it is the text shown but
  /// where several wrote the same text apart, which is shown once.
  public var versionText: String
  /// Where two sides changed the same words, in the order of the text.
  public var contentions: [ProseContention]

  /// The text shown under its author: of a merged text the one whose side ranks highest.
  public var shown: AuthoredValue? {
    guard let text, let first = sides.shown else { return nil }
    // One side alone is not always what is shown: a value that is no text takes words out, and has none of its own.
    let isFirst = first.value.text.map { $0.utf8.elementsEqual(text.utf8) } ?? false
    return isFirst ? first : AuthoredValue(value: .text(text), change: first.change)
  }

  /// Whether somebody should look at it: the same words were changed by several.
  public var isConflict: Bool { !contentions.isEmpty }
}

/// Words that several changed apart; all texts are widened to whole words.
public struct ProseContention: Hashable, Sendable {
  /// What one side made of the words.
  public struct Side: Hashable, Sendable {
    /// Which of the reading's sides it is.
    public var index: Int
    /// Its text.
    public var text: String
    /// Where that stands in the side's text, in Unicode scalars; `nil` where it is not told which words.
    public var range: Range<Int>?
  }

  /// What stood there before they parted; empty where it is not told which words.
  public var base: String
  /// Where that stands in the text before they parted, in Unicode scalars; `nil` where it is not told which words.
  public var baseRange: Range<Int>?
  /// What those who changed it made of it.
  public var sides: [Side]
  /// What the merge made of it.
  public var merged: String
  /// Where that stands in the merged text, in Unicode scalars.
  public var range: Range<Int>
}

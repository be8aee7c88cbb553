/// A run of characters of two concurrent texts, and in which of them and of their base it is read.
///
/// A run in the base that a side lacks was deleted by it; one outside the base is an insertion of the one side that has
/// it. Runs are given in document order, and none that nobody reads.
public struct SidedRun: Hashable, Sendable {
  /// The characters; of no meaning how runs that differ in nothing else are divided.
  public var text: String
  /// Whether the text at the common version of both sides has it.
  public var isInBase: Bool
  /// Whether the first side has it.
  public var isInFirst: Bool
  /// Whether the second side has it.
  public var isInSecond: Bool

  /// Makes a run.
  public init(text: String, isInBase: Bool, isInFirst: Bool, isInSecond: Bool) {
    (self.text, self.isInBase, self.isInFirst, self.isInSecond) = (text, isInBase, isInFirst, isInSecond)
  }

  /// Whether it is read once both sides are merged: inserted by either, or deleted by neither.
  public var isInMerged: Bool { isInBase ? isInFirst && isInSecond : isInFirst || isInSecond }
}

/// A passage that both sides changed, as it reads in the base, in each side and merged.
public struct Contention: Hashable, Sendable {
  /// The passage in the base, widened to whole words.
  public var base: String
  /// The same passage in the first side.
  public var first: String
  /// The same passage in the second side.
  public var second: String
  /// The same passage in the merged text.
  public var merged: String
  /// Where it stands in the base, in Unicode scalars; empty where both insert at one place.
  public var baseRange: Range<Int>
  /// Where it stands in the first side's text, in Unicode scalars.
  public var firstRange: Range<Int>
  /// Where it stands in the second side's text, in Unicode scalars.
  public var secondRange: Range<Int>
  /// Where it stands in the merged text, in Unicode scalars.
  public var mergedRange: Range<Int>

  /// Makes a contention.
  public init(
    base: String, first: String, second: String, merged: String, baseRange: Range<Int>, firstRange: Range<Int>,
    secondRange: Range<Int>, mergedRange: Range<Int>
  ) {
    (self.base, self.first, self.second, self.merged) = (base, first, second, merged)
    (self.baseRange, self.firstRange, self.secondRange, self.mergedRange) =
      (baseRange, firstRange, secondRange, mergedRange)
  }
}

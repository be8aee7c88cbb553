/// What looking for the mentions of a file costs that are not where they should be.
///
/// A sound file is far below the limit; beyond it they are no longer looked for, so that no file takes for ever.
final class BioCEffort {
  private let limit: Int
  private(set) var steps = 0

  init(limit: Int = 2_000_000_000) { self.limit = limit }

  /// Whether it is to be given up.
  var isSpent: Bool { steps >= limit }

  /// The most scalars that mentions without a text of their own may take from the passages: a few bytes can name a
  /// whole passage.
  private static let copyLimit = 64 << 20
  private var copiedCount = 0

  /// Whether so many scalars more may be taken.
  func mayCopy(_ count: Int) -> Bool {
    copiedCount += count
    return copiedCount <= Self.copyLimit
  }

  /// Counts steps.
  func add(_ count: Int) { steps += count }
}

/// The candidate that `word` was probably meant to be, for "did you mean".
///
/// Letter case is ignored, and neighbours swapped count as one mistake. A candidate may differ in a third of the word's
/// length, but in at least 1 and at most 3 places, and must share something with the word; ties go to the first in
/// UTF-8 order. Costs length times length for each candidate; words over 64 scalars have no neighbour.
/// - Returns: The candidate as it was given, or nil when none is near.
public func nearest(to word: String, among candidates: [String]) -> String? {
  let limit = 64
  let wanted = Array(word.lowercased().unicodeScalars.prefix(limit + 1))
  guard !wanted.isEmpty, wanted.count <= limit else { return nil }
  let threshold = min(3, max(1, wanted.count / 3))
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let scalars = Array(candidate.lowercased().unicodeScalars.prefix(limit + 1))
    guard abs(scalars.count - wanted.count) <= threshold else { continue }
    let distance = editDistance(wanted, scalars)
    guard distance <= threshold, distance < max(wanted.count, scalars.count) else { continue }
    if let current = best {
      guard
        distance < current.distance
          || (distance == current.distance && candidate.utf8.lexicographicallyPrecedes(current.candidate.utf8))
      else { continue }
    }
    best = (distance, candidate)
  }
  return best?.candidate
}

/// Damerau-Levenshtein in its optimal string alignment form: no substring is edited twice.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for (row, scalar) in left.enumerated() {
    var current = [row + 1]
    current.reserveCapacity(right.count + 1)
    for (column, other) in right.enumerated() {
      var cost = min(previous[column + 1] + 1, current[column] + 1, previous[column] + (scalar == other ? 0 : 1))
      if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
        cost = min(cost, beforePrevious[column - 1] + 1)
      }
      current.append(cost)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}

/// One splice of a text, with what it inserts; position and count are in Unicode scalars of the text before any
/// splice of the same edit.
public struct TextSplice: Hashable, Sendable {
  /// Where it begins.
  public var position: Int
  /// How many scalars it deletes there.
  public var deleted: Int
  /// What it puts in their place.
  public var inserted: String

  /// Makes a splice.
  public init(position: Int, deleted: Int, inserted: String) {
    self.position = position
    self.deleted = deleted
    self.inserted = inserted
  }
}

/// Edits of prose as splices.
public enum TextEdit {
  /// The splices that turn `old` into `new`: none, or one after the common prefix and suffix are trimmed.
  ///
  /// Trimming stops at boundaries between extended grapheme clusters of both texts, so that no user-visible
  /// character is split that the author did not split. Takes time in proportion to the length of both.
  public static func splices(from old: String, to new: String) -> [TextSplice] {
    if old.utf8.elementsEqual(new.utf8) { return [] }
    var (oldStart, newStart) = (old.startIndex, new.startIndex)
    while oldStart < old.endIndex, newStart < new.endIndex {
      let (oldNext, newNext) = (old.index(after: oldStart), new.index(after: newStart))
      guard isSame(old[oldStart..<oldNext], new[newStart..<newNext]) else { break }
      (oldStart, newStart) = (oldNext, newNext)
    }
    var (oldEnd, newEnd) = (old.endIndex, new.endIndex)
    // Found forwards once: a step backwards costs the length of the run of flags or joined emoji that it is in.
    let (oldBoundaries, newBoundaries) = (Array(old[oldStart...].indices), Array(new[newStart...].indices))
    for (oldBefore, newBefore) in zip(oldBoundaries.reversed(), newBoundaries.reversed()) {
      guard isSame(old[oldBefore..<oldEnd], new[newBefore..<newEnd]) else { break }
      (oldEnd, newEnd) = (oldBefore, newBefore)
    }
    let position = old.unicodeScalars.distance(from: old.startIndex, to: oldStart)
    let deleted = old.unicodeScalars.distance(from: oldStart, to: oldEnd)
    return [TextSplice(position: position, deleted: deleted, inserted: String(new[newStart..<newEnd]))]
  }

  /// Applies splices to `text`; positions and counts beyond its end are clamped to it, the same on every replica.
  public static func apply(_ splices: [TextSplice], to text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var out = String.UnicodeScalarView()
    var copied = 0
    for splice in splices {
      let position = min(max(splice.position, copied), scalars.count)
      out.append(contentsOf: scalars[copied..<position])
      out.append(contentsOf: splice.inserted.unicodeScalars)
      copied = position + min(max(splice.deleted, 0), scalars.count - position)
    }
    out.append(contentsOf: scalars[copied...])
    return String(out)
  }

  /// Equality of the bytes: `Character` compares canonically equivalent ones as equal.
  private static func isSame(_ left: Substring, _ right: Substring) -> Bool { left.utf8.elementsEqual(right.utf8) }
}

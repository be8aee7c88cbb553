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
  /// The splices that turn `old` into `new`, ascending and apart from each other; none where the bytes are equal.
  ///
  /// Words are replaced as wholes, but of a word of which half or more stays at its beginning and its end only the rest
  /// is ("neuron" becomes "neurons" by an "s"), and a number or a name in which a digit differs is always a whole. So
  /// edits of different words of one sentence do not touch. A splice begins and ends at boundaries between extended
  /// grapheme clusters of both texts: no user-visible character is split that the author did not split. Takes time and
  /// memory in proportion to the length of both, plus a bounded search: texts with more differences than that finds
  /// are compared coarsely (see `TokenAlignment`). Deterministic; the result may improve from version to version.
  public static func splices(from old: String, to new: String) -> [TextSplice] {
    if old.utf8.elementsEqual(new.utf8) { return [] }
    let differences = WordHunks(from: old, to: new)
    var splices: [TextSplice] = []
    var end = (old: 0, new: 0, scalars: 0)
    for hunk in differences.hunks {
      let oldBytes = differences.old.starts[hunk.old.lowerBound] + hunk.kept.prefix
      let oldEnd = differences.old.starts[hunk.old.upperBound] - hunk.kept.suffix
      let newBytes = differences.new.starts[hunk.new.lowerBound] + hunk.kept.prefix
      let newEnd = differences.new.starts[hunk.new.upperBound] - hunk.kept.suffix
      let position = end.scalars + WordTokens.scalarCount(differences.old.bytes[end.old..<oldBytes])
      let deleted = WordTokens.scalarCount(differences.old.bytes[oldBytes..<oldEnd])
      let inserted = String(decoding: differences.new.bytes[newBytes..<newEnd], as: UTF8.self)
      if let last = splices.last, position == last.position + last.deleted, newBytes == end.new {
        splices[splices.count - 1].deleted += deleted
        splices[splices.count - 1].inserted += inserted
      } else {
        splices.append(TextSplice(position: position, deleted: deleted, inserted: inserted))
      }
      end = (oldEnd, newEnd, position + deleted)
    }
    return splices
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

  /// Applies splices that were typed, each in the text after the one before, to `text`; clamped likewise.
  public static func applyTyped(_ splices: [TextSplice], to text: String) -> String {
    var graph = EventGraph()
    let order = EventOrder(replica: [], sequence: 0, change: [])
    let whole = graph.append([TextSplice(position: 0, deleted: 0, inserted: text)], parents: [], order: order)
    // In two steps: as one expression the text would be asked of the graph as it was before.
    let typed = graph.append(splices, areTyped: true, parents: whole, order: order)
    return graph.text(at: typed)
  }
}

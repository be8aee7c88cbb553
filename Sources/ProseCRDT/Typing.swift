/// What somebody types into a text, edit after edit, each in scalars of the text after the one before: what an editor
/// records between two saves, so that the save says how the text came to be and not only what came of it.
///
/// Edits that go on where the last one stopped are joined to it, which changes nothing of their meaning: what is typed
/// word after word is one edit, and so is what is taken back letter by letter. What was typed and taken back again stays
/// in the recording, and in the history that it is saved to.
public struct Typing: Hashable, Sendable {
  /// What was done to the text, in the order in which it was.
  public private(set) var edits: [TextSplice] = []
  private var insertedCount = 0

  /// Begins a recording.
  public init() {}

  /// Records that scalars from `position` on were replaced. Amortised constant time a scalar.
  ///
  /// - Parameters:
  ///   - position: in Unicode scalars of the text as it was just then; what lies outside of it is refused where the
  ///     recording is written.
  ///   - deleted: how many scalars from there on were taken out.
  public mutating func replace(_ deleted: Int, at position: Int, with inserted: String) {
    if deleted == 0 && inserted.isEmpty { return }
    if extendsLast(deleted, position, inserted) { return }
    edits.append(TextSplice(position: position, deleted: deleted, inserted: inserted))
    insertedCount = inserted.unicodeScalars.count
  }

  private mutating func extendsLast(_ deleted: Int, _ position: Int, _ inserted: String) -> Bool {
    guard let last = edits.indices.last, position >= 0, deleted >= 0 else { return false }
    let start = edits[last].position
    if deleted == 0, position == start + insertedCount {
      edits[last].inserted.unicodeScalars.append(contentsOf: inserted.unicodeScalars)
      insertedCount += inserted.unicodeScalars.count
      return true
    }
    // Only what nothing was put in place of can go on being taken out.
    guard insertedCount == 0, inserted.isEmpty, position == start || position + deleted == start else { return false }
    edits[last].position = position
    edits[last].deleted += deleted
    return true
  }

  /// The text that was typed into `text`; `nil` where an edit lies outside of the text that it was made in.
  public func applied(to text: String) -> String? {
    var length = text.unicodeScalars.count
    for edit in edits {
      guard 0...length ~= edit.position, 0...length - edit.position ~= edit.deleted else { return nil }
      length += edit.inserted.unicodeScalars.count - edit.deleted
    }
    return TextEdit.applyTyped(edits, to: text)
  }
}

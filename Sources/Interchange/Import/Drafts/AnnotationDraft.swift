/// An annotation as a table states it, before the store has checked it.
public struct AnnotationDraft: Sendable, Equatable {
  /// Where its row begins.
  public var place: Place
  /// The record it is about: an id or a prefix of one, as written, trimmed.
  public var target: String
  /// The text, byte for byte as in the cell.
  public var body: String
  /// The W3C motivation as written; nil where the table does not say.
  public var motivation: String?
  /// Tags, each once.
  public var tags: [String]

  /// Makes a draft.
  public init(place: Place, target: String, body: String, motivation: String? = nil, tags: [String] = []) {
    self.place = place
    self.target = target
    self.body = body
    self.motivation = motivation
    self.tags = tags
  }
}

/// A name for a CURIE, before the store has checked it.
public struct TermDraft: Sendable, Equatable {
  /// Where the file first names it.
  public var place: Place
  /// The CURIE, as written, trimmed.
  public var curie: String
  /// The name that people know it by; nil where the file gives none.
  public var label: String?
  /// What kind of thing it is: `gene`, `disease`, `chemical`, `species`, `protein`, ...
  public var type: String?
  /// Other names, in the order of the file, each once and none equal to the label.
  public var synonyms: [String]

  /// Makes a draft.
  public init(place: Place, curie: String, label: String? = nil, type: String? = nil, synonyms: [String] = []) {
    self.place = place
    self.curie = curie
    self.label = label
    self.type = type
    self.synonyms = synonyms
  }

  /// Takes a further name in, unless it is there already; the first one becomes the label.
  mutating func addName(_ name: String) {
    if label == nil {
      label = name
    } else if label != name, !synonyms.contains(name) {
      synonyms.append(name)
    }
  }
}

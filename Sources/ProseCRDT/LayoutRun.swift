/// A run of scalars of a text and what became of it, in `EventGraph.layout`.
public struct LayoutRun: Hashable, Sendable {
  /// Its scalars.
  public var text: String
  /// The events that inserted them, one for each, in order; nil where the layout was not made from the beginning and they
  /// had been there before.
  public var events: Range<Int>?
  /// Bit i: it is in the text of the version at index i.
  public var visibility: UInt64

  /// Makes a run.
  public init(text: String, events: Range<Int>?, visibility: UInt64) {
    (self.text, self.events, self.visibility) = (text, events, visibility)
  }
}

/// A splice and where what it inserts came from.
public struct SourcedSplice: Hashable, Sendable {
  /// The splice, in scalars of the text before all splices.
  public var splice: TextSplice
  /// The events that first inserted its scalars, in the order of those.
  public var sources: [Range<Int>]

  /// Makes a splice of which each inserted scalar has one event.
  public init(splice: TextSplice, sources: [Range<Int>]) {
    (self.splice, self.sources) = (splice, sources)
  }
}

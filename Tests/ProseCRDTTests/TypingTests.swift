import Testing

@testable import ProseCRDT

@Suite("What was typed into a text")
struct TypingTests {
  private static let order = EventOrder(replica: [1], sequence: 1, change: [1])

  /// A text that others can write to, too.
  private struct Base {
    var graph = EventGraph()
    var version: EventGraph.Version = []

    init(_ text: String) {
      version = graph.append(
        [TextSplice(position: 0, deleted: 0, inserted: text)], parents: [],
        order: EventOrder(replica: [0], sequence: 1, change: [0]))
    }
  }

  /// Typing as people type: mostly on from where they are, with some that is taken back, and jumps.
  private static func strokes(_ random: inout HistoryRandom, into count: Int) -> [TextSplice] {
    var (length, place) = (count, count)
    return (0..<1 + random.below(40)).map { _ in
      if random.chance(15) { place = random.below(length + 1) }
      let isBackwards = random.chance(25) && place > 0
      if isBackwards { place -= 1 }
      let deleted = isBackwards ? 1 : random.chance(15) ? min(1, length - place) : 0
      let inserted =
        isBackwards || deleted == 1 && random.chance(60) ? "" : ["a", "é", "e\u{301}", "🧬"][random.below(4)]
      defer {
        length += inserted.unicodeScalars.count - deleted
        place += inserted.unicodeScalars.count
      }
      return TextSplice(position: place, deleted: deleted, inserted: inserted)
    }
  }

  @Test("Recorded stroke by stroke it is the same edit, whatever somebody else did meanwhile")
  func joined() throws {
    try EventGraphTests.forEachSeed { random in
      let text = (0..<random.below(20)).map { _ in ["x", "שּ", "\r\n"][random.below(3)] }.joined()
      let strokes = Self.strokes(&random, into: text.unicodeScalars.count)
      var typing = Typing()
      for stroke in strokes { typing.replace(stroke.deleted, at: stroke.position, with: stroke.inserted) }
      var texts: [String] = []
      var scalars = Array(text.unicodeScalars)
      for stroke in strokes {
        scalars.replaceSubrange(
          stroke.position..<stroke.position + stroke.deleted, with: stroke.inserted.unicodeScalars)
      }
      texts.append(String(String.UnicodeScalarView(scalars)))
      try EventGraphTests.expect(text: typing.applied(to: text) ?? "none", texts[0], "applied")
      let other = Self.strokes(&random, into: text.unicodeScalars.count)
      let merged = [strokes, typing.edits].map { edits in
        var base = Base(text)
        let mine = base.graph.append(edits, areTyped: true, parents: base.version, order: Self.order)
        texts.append(base.graph.text(at: mine))
        _ = base.graph.append(
          other, areTyped: true, parents: base.version, order: EventOrder(replica: [2], sequence: 1, change: [2]))
        return base.graph.text(at: base.graph.heads)
      }
      for text in texts { try EventGraphTests.expect(text: text, texts[0], "typed") }
      try EventGraphTests.expect(text: merged[1], merged[0], "merged")
    }
  }

  @Test("Typing on, and taking back letter by letter, is one edit each")
  func runs() {
    var typing = Typing()
    for (index, letter) in "iron".enumerated() { typing.replace(0, at: 4 + index, with: String(letter)) }
    for index in 0..<3 { typing.replace(1, at: 3 - index, with: "") }
    for _ in 0..<2 { typing.replace(1, at: 1, with: "") }
    typing.replace(0, at: 1, with: "A")
    typing.replace(0, at: 1, with: "B")
    #expect(
      typing.edits == [
        TextSplice(position: 4, deleted: 0, inserted: "iron"), TextSplice(position: 1, deleted: 5, inserted: "A"),
        TextSplice(position: 1, deleted: 0, inserted: "B"),
      ])
    #expect(typing.applied(to: "LCN2rises") == "LBAonrises")
  }

  @Test("An edit outside of the text is told", arguments: [(0, 4), (1, 3), (4, 0), (0, Int.max), (Int.max, 1)])
  func outside(deleted: Int, position: Int) {
    var typing = Typing()
    typing.replace(deleted, at: position, with: "x")
    #expect(typing.applied(to: "abc") == nil)
  }

  @Test("Edits far apart in a long text are not made one by one in place")
  func farApart() {
    let count = 300_000
    var base = Base(String(repeating: "LCN2 ", count: count / 5))
    let edits = (0..<2_000).map { TextSplice(position: $0 % 2 == 0 ? 0 : count, deleted: 0, inserted: "x") }
    let version = base.graph.append(edits, areTyped: true, parents: base.version, order: Self.order)
    let text = base.graph.replay(to: version)
    #expect(text.count == count + edits.count)
    // In place it would be 600 million.
    #expect(text.movedCount < 1 << 26 + 70 * count)
  }

  @Test(
    "An edit outside of the text is refused where the recording is used", arguments: [(-1, 0), (0, -1), (4, 0), (2, 2)])
  func outside(position: Int, deleted: Int) {
    var typing = Typing()
    typing.replace(0, at: 0, with: "")
    typing.replace(deleted, at: position, with: "x")
    #expect(typing.applied(to: "abc") == nil)
    typing.replace(0, at: 0, with: "y")
    #expect(typing.applied(to: "abc") == nil)
  }
}

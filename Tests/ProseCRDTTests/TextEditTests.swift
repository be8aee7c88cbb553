import ProseCRDT
import Testing

@Suite("Edits of prose as splices")
struct TextEditTests {
  /// Pieces of which many join into one user-visible character with what stands beside them.
  private static let pieces = [
    "a", "b", " ", "LCN2", "e\u{301}", "é", "\u{301}", "\u{308}", "👩‍🔬", "👩", "\u{200D}", "🔬", "👍🏽", "🏽", "🇩🇪", "🇩", "🇪",
    "\r\n", "\r", "\n", "שלום", "\u{200F}", "مَرْحَبًا", "한", "\u{1100}", "\u{1161}", "नि", "ि", "\u{0}", "\u{FEFF}",
    "\u{FFFD}", "𝒳",
  ]

  private static func text(_ random: inout Random) -> String {
    (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined()
  }

  /// `text` with some pieces put in, taken out or replaced: what an author does.
  private static func edited(_ text: String, _ random: inout Random) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0...random.below(3) {
      let place = random.below(scalars.count + 1)
      let end = min(scalars.count, place + random.below(4))
      scalars.replaceSubrange(
        place..<end, with: random.below(3) == 0 ? [] : Array(pieces[random.below(pieces.count)].unicodeScalars))
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  @Test("Applying the splices gives the new text, byte for byte")
  func roundTrip() {
    var random = Random(state: 1)
    for _ in 0..<4_000 {
      let old = Self.text(&random)
      let new = random.below(4) == 0 ? Self.text(&random) : Self.edited(old, &random)
      let splices = TextEdit.splices(from: old, to: new)
      #expect(TextEdit.apply(splices, to: old).utf8.elementsEqual(new.utf8), "\(Array(old.utf8)) to \(Array(new.utf8))")
      #expect(splices.isEmpty == old.utf8.elementsEqual(new.utf8))
    }
  }

  @Test("A splice begins and ends between user-visible characters of both texts")
  func graphemeBoundaries() {
    var random = Random(state: 2)
    for _ in 0..<4_000 {
      let old = Self.text(&random)
      let new = Self.edited(old, &random)
      for splice in TextEdit.splices(from: old, to: new) {
        let inserted = splice.inserted.unicodeScalars.count
        for (text, end) in [(old, splice.position + splice.deleted), (new, splice.position + inserted)] {
          #expect(
            Self.isBoundary(splice.position, of: text) && Self.isBoundary(end, of: text),
            "\(Array(text.utf8)): \(splice)")
        }
      }
    }
  }

  private static func isBoundary(_ position: Int, of text: String) -> Bool {
    let index = text.unicodeScalars.index(text.startIndex, offsetBy: position)
    return index == text.endIndex || text.indices.contains(index)
  }

  @Test(
    "What changes is spliced and nothing beside it",
    arguments: [
      ("LCN2 is up", "LCN2 is down", 8, 2, "down"), ("", "new", 0, 0, "new"), ("old", "", 0, 3, ""),
      ("aaa", "aaaa", 3, 0, "a"), ("aaaa", "aaa", 3, 1, ""), ("e", "e\u{301}", 0, 1, "e\u{301}"),
      ("é", "e\u{301}", 0, 1, "e\u{301}"), ("xe\u{301}y", "xéy", 1, 2, "é"), ("a\r\nb", "a\nb", 1, 2, "\n"),
      ("a\nb", "a\r\nb", 1, 1, "\r\n"), ("👩‍🔬", "👩‍🚀", 0, 3, "👩‍🚀"), ("🇩🇪", "🇩🇰", 0, 2, "🇩🇰"),
      ("שלום עולם", "שלום חבר", 5, 4, "חבר"),
    ] as [(String, String, Int, Int, String)])
  func examples(_ old: String, _ new: String, _ position: Int, _ deleted: Int, _ inserted: String) throws {
    let splices = TextEdit.splices(from: old, to: new)
    let splice = try #require(splices.first)
    #expect(splices.count == 1 && splice.position == position && splice.deleted == deleted)
    #expect(splice.inserted.utf8.elementsEqual(inserted.utf8))
  }

  @Test("The same bytes need no splice, canonically equivalent ones do")
  func sameBytes() {
    #expect(TextEdit.splices(from: "é", to: "é").isEmpty)
    #expect(!TextEdit.splices(from: "é", to: "e\u{301}").isEmpty)
  }

  @Test(
    "Whatever is out of range is clamped, the same everywhere",
    arguments: [
      ([TextSplice(position: 99, deleted: 0, inserted: "x")], "abcx"),
      ([TextSplice(position: 1, deleted: 99, inserted: "x")], "ax"),
      ([TextSplice(position: -5, deleted: 1, inserted: "x")], "xbc"),
      ([TextSplice(position: 1, deleted: -5, inserted: "x")], "axbc"),
      ([TextSplice(position: .max, deleted: .max, inserted: "x")], "abcx"),
      ([TextSplice(position: .min, deleted: .min, inserted: "x")], "xabc"),
      (
        [TextSplice(position: 2, deleted: 1, inserted: "x"), TextSplice(position: 0, deleted: 1, inserted: "y")], "abxy"
      ),
      ([TextSplice(position: 0, deleted: 2, inserted: "x"), TextSplice(position: 1, deleted: 1, inserted: "y")], "xy"),
      ([], "abc"),
    ] as [([TextSplice], String)])
  func clamping(_ splices: [TextSplice], _ expected: String) {
    #expect(TextEdit.apply(splices, to: "abc") == expected)
  }

  @Test("Any splices can be applied to any text")
  func anything() {
    var random = Random(state: 3)
    for _ in 0..<4_000 {
      let text = Self.text(&random)
      let splices = (0..<random.below(5)).map { _ in
        TextSplice(position: random.below(40) - 10, deleted: random.below(40) - 10, inserted: Self.text(&random))
      }
      let inserted = splices.reduce(0) { $0 + $1.inserted.unicodeScalars.count }
      let count = TextEdit.apply(splices, to: text).unicodeScalars.count
      #expect(inserted <= count && count <= inserted + text.unicodeScalars.count)
    }
  }

  @Test("Several splices count in the text before any of them")
  func several() {
    let splices = [
      TextSplice(position: 0, deleted: 1, inserted: "The "), TextSplice(position: 2, deleted: 0, inserted: "-"),
      TextSplice(position: 3, deleted: 3, inserted: ""),
    ]
    #expect(TextEdit.apply(splices, to: "abcdef") == "The b-c")
  }

  @Test("A text of 1 MiB is edited in the time that reading it takes")
  func size() {
    let old = String(repeating: "LCN2 in ALS, e\u{301}. ", count: 55_000)
    let new = old + "x"
    let elapsed = ContinuousClock().measure {
      #expect(TextEdit.splices(from: old, to: new).count == 1)
    }
    #expect(elapsed < .seconds(20))
  }
}

/// SplitMix64, so that a failure can be repeated.
private struct Random {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ word >> 31) % UInt64(bound))
  }
}

import ProseCRDT
import Testing

@Suite("Edits of prose as splices")
struct TextEditTests {
  @Test("Applying the splices gives the new text, byte for byte")
  func roundTrip() {
    var numbers = SeededNumbers(state: 1)
    for _ in 0..<2_000 {
      let old = RandomProse.text(&numbers)
      let new = numbers.below(4) == 0 ? RandomProse.text(&numbers) : RandomProse.edited(old, &numbers)
      let splices = TextEdit.splices(from: old, to: new)
      #expect(TextEdit.apply(splices, to: old).utf8.elementsEqual(new.utf8), "\(Array(old.utf8)) to \(Array(new.utf8))")
      #expect(splices.isEmpty == old.utf8.elementsEqual(new.utf8))
    }
  }

  @Test("Texts of the same few words are aligned, whatever stands for what")
  func repeatedWords() {
    var numbers = SeededNumbers(state: 4)
    for _ in 0..<2_000 {
      let texts = (0..<2).map { _ in (0..<numbers.below(40)).map { _ in "w\(numbers.below(4))" }.joined(separator: " ")
      }
      let splices = TextEdit.splices(from: texts[0], to: texts[1])
      #expect(TextEdit.apply(splices, to: texts[0]) == texts[1], "\(texts)")
    }
  }

  @Test("A splice begins and ends between user-visible characters of both texts")
  func graphemeBoundaries() {
    var numbers = SeededNumbers(state: 2)
    for _ in 0..<2_000 {
      let old = RandomProse.text(&numbers)
      let new = RandomProse.edited(old, &numbers)
      var (end, shift) = (-1, 0)
      for splice in TextEdit.splices(from: old, to: new) {
        let inserted = splice.inserted.unicodeScalars.count
        #expect(splice.position > end, "splices touch in \(Array(old.utf8)) to \(Array(new.utf8))")
        #expect(splice.deleted > 0 || inserted > 0)
        end = splice.position + splice.deleted
        let newStart = splice.position + shift
        for (text, start, end) in [(old, splice.position, end), (new, newStart, newStart + inserted)] {
          #expect(
            Self.isBoundary(start, of: text) && Self.isBoundary(end, of: text), "\(Array(text.utf8)): \(splice)")
        }
        shift += inserted - splice.deleted
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
      ("é", "e\u{301}", 0, 1, "e\u{301}"), ("xe\u{301}yz", "xéyz", 1, 2, "é"), ("xe\u{301}y", "xéy", 0, 4, "xéy"),
      ("a\r\nb", "a\nb", 1, 2, "\n"),
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
    var numbers = SeededNumbers(state: 3)
    for _ in 0..<2_000 {
      let text = RandomProse.text(&numbers)
      let splices = (0..<numbers.below(5)).map { _ in
        TextSplice(
          position: numbers.below(40) - 10, deleted: numbers.below(40) - 10, inserted: RandomProse.text(&numbers))
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
}

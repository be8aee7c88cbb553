import ProseCRDT
import Testing

/// Texts of 1 MiB on which the search for the shortest script of edits would take hours.
@Suite("Splices of large texts in bounded time")
struct TextEditBoundsTests {
  private static let size = 1 << 20

  /// Words of a small vocabulary, separated by `separator`, about as long as `size`.
  private static func words(_ vocabulary: Int, seed: UInt64, prefix: String = "", separator: String = " ") -> String {
    var numbers = SeededNumbers(state: seed)
    var text = ""
    while text.utf8.count < size { text += "\(prefix)\(numbers.below(vocabulary))\(separator)" }
    return text
  }

  /// Checks the splices of two texts; the limit is for a debug build on a machine that does other work too.
  private static func check(_ old: String, _ new: String, atMost most: Int = .max) {
    var splices: [TextSplice] = []
    let elapsed = ContinuousClock().measure { splices = TextEdit.splices(from: old, to: new) }
    #expect(TextEdit.apply(splices, to: old).utf8.elementsEqual(new.utf8))
    #expect(splices.count <= most)
    #expect(elapsed < .seconds(60))
  }

  @Test("Text that only grew needs one splice")
  func appended() {
    let old = String(repeating: "LCN2 in ALS, e\u{301}. ", count: 55_000)
    Self.check(old, old + "x", atMost: 1)
  }

  @Test("Texts with nothing in common: one splice replaces all")
  func nothingInCommon() {
    Self.check(Self.words(50_000, seed: 1, prefix: "a"), Self.words(50_000, seed: 2, prefix: "b"), atMost: 1)
  }

  @Test("Unrelated texts of the same few words: no unique word divides them, and the search gives up")
  func repetitive() { Self.check(Self.words(2, seed: 3), Self.words(2, seed: 4)) }

  @Test("Unrelated texts of the same many words")
  func unrelated() { Self.check(Self.words(20_000, seed: 5), Self.words(20_000, seed: 6)) }

  @Test("Repetitions of different length")
  func periods() {
    Self.check(String(repeating: "a b c ", count: Self.size / 6), String(repeating: "a b ", count: Self.size / 4))
  }

  @Test("Nothing but punctuation, one word, one run of flags")
  func oneKind() {
    Self.check(Self.words(1, seed: 7, prefix: "(", separator: ")"), Self.words(1, seed: 8, prefix: ")", separator: "("))
    let word = String(repeating: "a", count: Self.size)
    Self.check(word, word + "b", atMost: 1)
    Self.check(String(repeating: "🇩🇪", count: Self.size / 8), "🇩" + String(repeating: "🇩🇪", count: Self.size / 8))
  }

  @Test("Words that occur once, in the opposite order")
  func reversed() {
    let words = (0..<Self.size / 8).map { "w\($0)" }
    Self.check(words.joined(separator: " "), words.reversed().joined(separator: " "))
  }

  @Test("Edits all over a large text are found one by one, beyond the limit of one search, where words are unique")
  func manyEditsAmongUniqueWords() {
    var words = (0..<20_000).map { "w\($0 % 3 == 0 ? "x" : String($0))" }
    let old = words.joined(separator: " ")
    for index in stride(from: 5, to: words.count, by: 20) { words[index] = "edited" }
    let splices = TextEdit.splices(from: old, to: words.joined(separator: " "))
    #expect(splices.count == 1_000)
    #expect(splices.allSatisfy { $0.inserted == "edited" })
  }

  @Test("… and where no word is: the search goes on from where it came furthest")
  func manyEditsAmongRepeatedWords() {
    var numbers = SeededNumbers(state: 9)
    var words = (0..<20_000).map { _ in "w\(numbers.below(100))" }
    let old = words.joined(separator: " ")
    for index in stride(from: 5, to: words.count, by: 20) { words[index] = "edited" }
    let splices = TextEdit.splices(from: old, to: words.joined(separator: " "))
    #expect(splices.reduce(0) { $0 + $1.deleted } < 20 * 1_000)
    #expect(splices.count > 500)
  }

  @Test("The same splices come each time")
  func deterministic() {
    let (old, new) = (Self.words(300, seed: 10), Self.words(300, seed: 11))
    #expect(TextEdit.splices(from: old, to: new) == TextEdit.splices(from: old, to: new))
  }
}

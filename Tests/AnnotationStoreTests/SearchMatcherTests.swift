import AnnotationStore
import Testing

@Suite("Words found in a text")
struct SearchMatcherTests {
  private func found(_ words: String, _ text: String) -> [String] {
    SearchMatcher(words).matches(in: text).map { String(text[$0]) }
  }

  @Test("Case and accents do not count, and only whole words are found")
  func words() {
    #expect(found("lcn2 BLOOD", "LCN2 in blood, not in bloodline; Lcn2!") == ["LCN2", "blood", "Lcn2"])
    #expect(found("kraków", "Krakow, KRAKÓW, Krako\u{301}w") == ["Krakow", "KRAKÓW", "Krako\u{301}w"])
  }

  @Test("A prefix, and words side by side whatever stands between them")
  func phrases() {
    #expect(found("astrocyt*", "Astrocytes and an astrocyte, no astro") == ["Astrocytes", "astrocyte"])
    #expect(
      found("\"motor neurons\"", "motor neurons, motor-neurons, motor, neurons") == [
        "motor neurons", "motor-neurons", "motor, neurons",
      ])
    #expect(found("LCN2-mediated", "the LCN2 mediated network") == ["LCN2 mediated"])
  }

  @Test("The longest of what begins at one word")
  func longest() {
    #expect(found("a \"a b\" b", "a b a") == ["a b", "a"])
  }

  @Test("A word in a script without spaces, wherever it stands")
  func unspaced() {
    #expect(found("血液 lcn2", "血液中的LCN2, LCN2, 血液") == ["血液", "LCN2", "血液"])
    #expect(found("铁蛋白 蛋白", "铁蛋白, 蛋白") == ["铁蛋白", "蛋白"])
    #expect(SearchMatcher("血液 铁").count(in: "血液 血液 zinc") == 1)
  }

  @Test("Nothing to look for, and texts without words", arguments: ["", "-", "\"\"", "*", "\u{301}"])
  func nothing(_ words: String) {
    #expect(found(words, "a - b \u{301}").isEmpty)
    #expect(found("a", "").isEmpty)
  }

  @Test("Many words against a long text of the same word stay fast")
  func linear() {
    let text = String(repeating: "a ", count: 20_000)
    let words = (0..<500).map { _ in "\"a a a a a a a a a a a a a a a b\"" }.joined(separator: " ")
    #expect(SearchMatcher(words).matches(in: text).isEmpty)
  }
}

import ProseCRDT
import Testing

@Suite("Two texts word by word")
struct WordDiffTests {
  @Test(
    "Words are shown as wholes, also where a splice changes a part of one",
    arguments: [
      ("the neuron dies", "the neurons die", "the [-neuron-]{+neurons+} [-dies-]{+die+}"),
      ("an increase in LCN2", "an increased LCN2", "an [-increase in-]{+increased+} LCN2"),
      (
        "LCN2 increase was seen", "LCN2 increased strongly was seen", "LCN2 [-increase-]{+increased strongly+} was seen"
      ),
      ("a decrease in TDP-43", "an increase in TDP-43", "[-a-]{+an+} [-decrease-]{+increase+} in TDP-43"),
      ("TDP 43 pathology", "TDP-43 pathology", "[-TDP 43-]{+TDP-43+} pathology"),
      ("neuro inflammation", "neuroinflammation", "[-neuro inflammation-]{+neuroinflammation+}"),
      ("synuclein aggregates", "α-synuclein aggregates", "[-synuclein-]{+α-synuclein+} aggregates"),
      ("the patients' blood", "the patient's blood", "the [-patients'-]{+patient's+} blood"),
      ("a  b", "a b", "a[-  -]{+ +}b"),
      ("café au lait", "cafe\u{301} au lait", "[-café-]{+cafe\u{301}+} au lait"),
      ("naïve cells", "naive cells", "[-naïve-]{+naive+} cells"),
      ("raise levels of it", "raised level of it", "[-raise-]{+raised+} [-levels-]{+level+} of it"),
      ("serum neuron count", "neurons count", "[-serum neuron-]{+neurons+} count"),
      ("state-of-the-art assay", "state of the art assay", "[-state-of-the-art-]{+state of the art+} assay"),
      ("LCN2 is raised in ALS.", "LCN2 is elevated in ALS.", "LCN2 is [-raised-]{+elevated+} in ALS."),
      ("the liver of mice", "the liver and kidney of mice", "the liver{+ and kidney+} of mice"),
      ("", "new", "{+new+}"), ("old", "", "[-old-]"), ("the same", "the same", "the same"), ("", "", ""),
    ] as [(String, String, String)])
  func words(_ old: String, _ new: String, _ expected: String) {
    let shown = WordDiff(from: old, to: new).parts.map(Self.marked).joined()
    #expect(shown.utf8.elementsEqual(expected.utf8), "got \(shown)")
  }

  @Test("What is the same with what was removed is the old text, with what was added the new one")
  func concatenations() {
    var numbers = SeededNumbers(state: 11)
    for round in 0..<2_000 {
      let old = RandomProse.text(&numbers)
      let new = numbers.below(4) == 0 ? RandomProse.text(&numbers) : RandomProse.edited(old, &numbers)
      let difference = WordDiff(from: old, to: new)
      var (before, after) = ("", "")
      var kinds: [Int] = []
      for part in difference.parts {
        switch part {
        case .same(let text):
          before += text
          after += text
          kinds.append(0)
        case .removed(let text):
          before += text
          kinds.append(1)
        case .added(let text):
          after += text
          kinds.append(2)
        }
      }
      #expect(before.utf8.elementsEqual(old.utf8) && after.utf8.elementsEqual(new.utf8), "seed 11, round \(round)")
      #expect(difference.isEmpty == old.utf8.elementsEqual(new.utf8), "seed 11, round \(round)")
      // Parts of one kind are joined, and what was removed comes first.
      for (kind, next) in zip(kinds, kinds.dropFirst()) { #expect(kind != next && (kind, next) != (2, 1)) }
    }
  }

  @Test("Other spaces and line breaks are told from other words")
  func whitespace() {
    #expect(WordDiff(from: "a b c", to: "a  b\nc").isOnlyWhitespace)
    #expect(!WordDiff(from: "a b c", to: "a  b\nc").isEmpty)
    #expect(!WordDiff(from: "a b", to: "ab").isOnlyWhitespace)
    #expect(!WordDiff(from: "a b", to: "a, b").isOnlyWhitespace)
    #expect(WordDiff(from: "a b", to: "a b").isOnlyWhitespace)
  }

  @Test(
    "An excerpt leaves the words beside each difference",
    arguments: [
      (0, "… [-raised-]{+lowered+} … [-mice-]{+rats+} …"),
      (1, "… is [-raised-]{+lowered+} in … old [-mice-]{+rats+} as …"),
      (2, "… it is [-raised-]{+lowered+} in the … very old [-mice-]{+rats+} as we …"),
      (4, "We found it is [-raised-]{+lowered+} in the liver of very old [-mice-]{+rats+} as we said before"),
    ])
  func excerpts(_ words: Int, _ expected: String) {
    let difference = WordDiff(
      from: "We found it is raised in the liver of very old mice as we said before",
      to: "We found it is lowered in the liver of very old rats as we said before")
    #expect(difference.excerpt(words: words).map(Self.marked).joined() == expected)
    #expect(WordDiff(from: "one two three", to: "one two three").excerpt(words: words) == [.same("one two three")])
  }

  private static func marked(_ part: WordDiff.Part) -> String {
    switch part {
    case .same(let text): text
    case .removed(let text): "[-\(text)-]"
    case .added(let text): "{+\(text)+}"
    }
  }
}

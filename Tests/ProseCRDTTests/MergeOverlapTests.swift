import ProseCRDT
import Testing

/// What each of two curators did to one text, and the passages in contention as `base|first|second|merged`.
///
/// Where both insert at one place, the first side's text stands before the second's; the marks stand in the order of
/// the document: what is inserted in place of a word stands before it or, rarer, after it.
@Suite("Edits of the same words at the same time")
struct MergeOverlapTests {
  @Test(
    "Two sides contend where they touch the same words, and not where they are neighbours",
    arguments: [
      ("LCN2 {+was+}[-is-] raised in ALS", "LCN2 is raised in {+FTD+}[-ALS-]", []),
      ("LCN2 {+was+}[-is-] raised", "LCN2 is {+elevated+}[-raised-]", []),
      (
        "LCN2 is {+elevated+}[-raised-]", "LCN2 is {+increased+}[-raised-]",
        ["raised|elevated|increased|elevatedincreased"]
      ),
      (
        "LCN2 {+was elevated+}[-is raised-]", "LCN2 is {+lowered+}[-raised-]",
        ["is raised|was elevated|is lowered|was elevatedlowered"]
      ),
      (
        "{+We found+}[-It was found-] that A", "It {+is+}[-was-] {+seen+}[-found-] that A",
        ["It was found|We found|It is seen|We foundisseen"]
      ),
      ("{+spleen+}[-liver-] of mice", "liver{+ and kidney+} of mice", []),
      (
        "[-liver-]{+spleen+} of mice", "liver{+ and kidney+} of mice",
        ["liver|spleen|liver and kidney|spleen and kidney"]
      ),
      ("{+spleen+}[-liver-] of mice", "{+old +}liver of mice", ["liver|spleen|old liver|spleenold "]),
      ("[-liver -]of mice", "{+old +}liver of mice", []),
      ("in liver{+ and brain+}.", "in liver{+ and kidney+}.", ["| and brain| and kidney| and brain and kidney"]),
      ("in liver.{+ A.+}", "in liver.{+ B.+}", ["| A.| B.| A. B."]),
      ("the neuron{+s+} died", "the neuron{+al cells+} died", ["neuron|neurons|neuronal cells|neuronsal cells"]),
      ("the neuron{+s+} died", "the {+glia+}[-neuron-] died", ["neuron|neurons|glia|glias"]),
      ("the neuron{+s+} died", "the [-neuron -]died", ["neuron died|neurons died|died|sdied"]),
      ("the neuron{+s+} died", "the neuron {+grew+}[-died-]", []),
      ("the neuron{+s+} die", "the neuron die{+s+}", []),
      ("an {+in+}[-de-]crease", "an decrease{+d+}", ["decrease|increase|decreased|increased"]),
      ("the [-very -]old mice", "the [-very -]old mice", []),
      ("the [-very -]old mice", "the [-very old -]mice", ["very old |old ||"]),
      ("the[- very-] old mice", "the [-very -]old mice", ["the very old|the old|the old|theold"]),
      ("the [-very old mice-]", "the very {+young+}[-old-] mice", ["very old mice||very young mice|young"]),
      ("the [-very old mice-]", "the very old{+, grey+} mice", ["very old mice||very old, grey mice|, grey"]),
      ("the [-very-]{+rather+} old mice", "the {+rather+}[-very-] old mice", ["very|rather|rather|ratherrather"]),
      ("n=12 p<{+0.01+}[-0.05-]", "n=12 p<0.05{+1+}", ["0.05|0.01|0.051|0.011"]),
      ("TDP{+-+}[- -]43 inclusions", "TDP {+35+}[-43-] inclusions", ["TDP 43|TDP-43|TDP 35|TDP-35"]),
      (
        "neuro[- -]inflammation", "{+vascular+}[-neuro-] inflammation",
        ["neuro inflammation|neuroinflammation|vascular inflammation|vascularinflammation"]
      ),
      (
        "neuro{+ +}inflammation", "neuroinflammation{+s+}",
        ["neuroinflammation|neuro inflammation|neuroinflammations|neuro inflammations"]
      ),
      ("LCN2 binds iron", "LCN2 binds {+heme+}[-iron-]", []),
      ("{+A +}LCN2", "{+B +}LCN2", ["|A |B |A B "]),
      ("LCN2 is{+ not+} raised", "LCN2 {+was+}[-is-] raised", []),
      ("LCN2 is{+n't+} raised", "LCN2 {+was+}[-is-] raised", ["is|isn't|was|wasn't"]),
      (
        "Cells die.[- Mice live.-] End.", "Cells die. Mice {+perish+}[-live-]. End.",
        [" Mice live.|| Mice perish.|perish"]
      ),
      ("[-One.-] Two.", "One. Two.{+ Three.+}", []),
      ("肝{+臓+}の細胞", "{+腎+}[-肝-]の細胞", []),
      ("肝の細{+々+}胞", "肝の細{+長+}胞", ["|々|長|々長"]),
      ("{+👩‍🚀+}[-👩‍🔬-] saw", "{+👨‍🔬+}[-👩‍🔬-] saw", ["👩‍🔬|👩‍🚀|👨‍🔬|👩‍🚀👨‍🔬"]),
      ("👩{+\u{200D}🔬+} saw", "[-👩-]{+He+} saw", ["👩|👩‍🔬|He|\u{200D}🔬He"]),
      ("e{+\u{301}+} x", "{+a+}[-e-] x", ["e|e\u{301}|a|a\u{301}"]),
      ("שלום {+חבר+}[-עולם-]", "שלום {+ילד+}[-עולם-]", ["עולם|חבר|ילד|חברילד"]),
      (
        "line one\r\n{+new\r\n+}line two", "line one[-\r\n-]{+\n+}line two",
        ["one\r\n|one\r\nnew\r\n|one\n|onenew\r\n\n"]
      ),
      ("a {+X+}[-b-] c {+Y+}[-d-] e", "a b {+Z+}[-c-] d e", []),
      ("a [-b c d-]{+X+} e f", "a b {+Y+}[-c-] {+Z+}[-d e-] f", ["b c d e|X e|b Y Z|YZX"]),
      ("", "", []),
      ("{+A+}", "{+B+}", ["|A|B|AB"]),
      ("[-all gone-]", "[-all gone-]", []),
      ("[-all gone-]", "all {+Z+}gone", ["all gone||all Zgone|Z"]),
      ("the liver{+,+} kidney", "the liver{+ and+} kidney", ["|,| and|, and"]),
      ("{+Z+}[-b-]{+Q+} c", "b{+ x+} c", ["b|ZQ|b x|ZQ x"]),
      ("neuron{+ A+}.", "neu[-r-]on{+ B+}.", ["| A| B| A B"]),
      ("neu[-r-]on{+ B+}.", "neuron{+ A+}.", ["| B| A| B A"]),
      ("n[-e-]u[-r-]on", "n[-e-]u[-r-]on", []),
      ("n[-e-]u[-r-]on", "n[-e-]uron", ["neuron|nuon|nuron|nuon"]),
    ] as [(String, String, [String])])
  func contentions(_ first: String, _ second: String, _ expected: [String]) {
    let (first, second) = (MarkedText(first), MarkedText(second))
    #expect(first.old.utf8.elementsEqual(second.old.utf8), "the row has two bases")
    let found = MergeOverlap.contentions(in: MarkedText.runs(first, second)).map {
      "\($0.base)|\($0.first)|\($0.second)|\($0.merged)"
    }
    #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "got \(found)")
  }

  @Test("What the diff makes of the texts of two sides contends by the same rules")
  func fromTexts() throws {
    let base = "LCN2 is raised in the liver of old mice (p<0.05)."
    let first = "LCN2 is strongly raised in the liver and brain of old mice (p<0.01)."
    let second = "LCN2 was raised in the livers of old mice (p<0.03)."
    let sides = [first, second].map { MarkedText(TextEdit.splices(from: base, to: $0), of: base) }
    let found = MergeOverlap.contentions(in: MarkedText.runs(sides[0], sides[1]))
    try #require(found.count == 2)
    // Both insert behind "liver": " and brain" and "s".
    #expect(found[0].base == "liver" && found[0].first == "liver and brain" && found[0].second == "livers")
    #expect(found[1].base == "0.05" && found[1].first == "0.01" && found[1].second == "0.03")
    #expect(found[1].merged == "0.010.03")
    #expect(found[1].baseRange == 43..<47 && found[1].firstRange == 62..<66 && found[1].secondRange == 45..<49)
  }

  @Test("Ranges count the scalars of each text")
  func ranges() {
    let found = MergeOverlap.contentions(
      in: MarkedText.runs(
        MarkedText("{+The +}LCN2 is {+up+}[-raised-] in {+FTD+}[-ALS-]"),
        MarkedText("LCN2 [-is -]{+was +}{+low+}[-raised-] in ALS")))
    #expect(
      found == [
        Contention(
          base: "is raised", first: "is up", second: "was low", merged: "upwas low", baseRange: 5..<14,
          firstRange: 9..<14, secondRange: 5..<12, mergedRange: 9..<18)
      ])
  }

  @Test("No runs, and runs that nobody changed")
  func nothing() {
    #expect(MergeOverlap.contentions(in: []).isEmpty)
    let run = SidedRun(text: "LCN2", isInBase: true, isInFirst: true, isInSecond: true)
    #expect(MergeOverlap.contentions(in: [run, run]).isEmpty)
  }
}

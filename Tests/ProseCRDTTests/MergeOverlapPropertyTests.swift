import ProseCRDT
import Testing

@Suite("Edits of the same words, for any two sides")
struct MergeOverlapPropertyTests {
  private static let seed: UInt64 = 21

  /// Two edits of one text, by the diff or scalar by scalar.
  private static func runs(_ numbers: inout SeededNumbers) -> [SidedRun] {
    let base = RandomProse.text(&numbers, pieces: 20)
    if numbers.below(2) == 0 {
      let sides = (0..<2).map { _ in
        MarkedText(TextEdit.splices(from: base, to: RandomProse.edited(base, &numbers)), of: base)
      }
      return MarkedText.runs(sides[0], sides[1])
    }
    return base.unicodeScalars.flatMap { scalar in
      var runs: [SidedRun] = []
      if numbers.below(8) == 0 {
        let isInFirst = numbers.below(2) == 0
        let text = RandomProse.pieces[numbers.below(RandomProse.pieces.count)]
        runs.append(SidedRun(text: text, isInBase: false, isInFirst: isInFirst, isInSecond: !isInFirst))
      }
      let (isInFirst, isInSecond) = (numbers.below(6) > 0, numbers.below(6) > 0)
      runs.append(SidedRun(text: String(scalar), isInBase: true, isInFirst: isInFirst, isInSecond: isInSecond))
      return runs
    }
  }

  private static func scalars(_ runs: [SidedRun], _ isIn: (SidedRun) -> Bool) -> [Unicode.Scalar] {
    runs.filter(isIn).flatMap { Array($0.text.unicodeScalars) }
  }

  @Test("The ranges cut the texts of each passage out of the four texts, ascending and apart")
  func ranges() {
    var numbers = SeededNumbers(state: Self.seed)
    for round in 0..<1_000 {
      let runs = Self.runs(&numbers)
      let found = MergeOverlap.contentions(in: runs)
      let texts: [([Unicode.Scalar], KeyPath<Contention, Range<Int>>, KeyPath<Contention, String>)] = [
        (Self.scalars(runs, \.isInBase), \.baseRange, \.base),
        (Self.scalars(runs, \.isInFirst), \.firstRange, \.first),
        (Self.scalars(runs, \.isInSecond), \.secondRange, \.second),
        (Self.scalars(runs, \.isInMerged), \.mergedRange, \.merged),
      ]
      for (scalars, range, text) in texts {
        var end = 0
        for contention in found {
          let place = contention[keyPath: range]
          #expect(place.lowerBound >= end && place.upperBound <= scalars.count, "seed \(Self.seed), round \(round)")
          #expect(
            contention[keyPath: text].unicodeScalars.elementsEqual(scalars[place]), "seed \(Self.seed), round \(round)")
          end = place.upperBound
        }
      }
    }
  }

  @Test("Swapping the sides swaps them in the result, and how runs are divided changes nothing")
  func symmetry() {
    var numbers = SeededNumbers(state: Self.seed + 1)
    for round in 0..<1_000 {
      let runs = Self.runs(&numbers)
      let found = MergeOverlap.contentions(in: runs)
      let swapped = MergeOverlap.contentions(
        in: runs.map {
          SidedRun(text: $0.text, isInBase: $0.isInBase, isInFirst: $0.isInSecond, isInSecond: $0.isInFirst)
        })
      let back = swapped.map {
        Contention(
          base: $0.base, first: $0.second, second: $0.first, merged: $0.merged, baseRange: $0.baseRange,
          firstRange: $0.secondRange, secondRange: $0.firstRange, mergedRange: $0.mergedRange)
      }
      #expect(found == back, "seed \(Self.seed + 1), round \(round)")
      let divided = runs.flatMap { run in
        run.text.unicodeScalars.map {
          SidedRun(
            text: String($0), isInBase: run.isInBase, isInFirst: run.isInFirst, isInSecond: run.isInSecond)
        }
      }
      #expect(found == MergeOverlap.contentions(in: divided), "seed \(Self.seed + 1), round \(round)")
    }
  }

  @Test("Where both insert at one place, or one inserts between what the other deletes, a passage has the place")
  func completeness() {
    var numbers = SeededNumbers(state: Self.seed + 2)
    for round in 0..<1_000 {
      let runs = Self.runs(&numbers).filter { !$0.text.isEmpty }
      let found = MergeOverlap.contentions(in: runs)
      var (place, insertsFirst, insertsSecond) = (0, false, false)
      var last: SidedRun?
      for run in runs {
        guard run.isInBase else {
          insertsFirst = insertsFirst || run.isInFirst
          insertsSecond = insertsSecond || run.isInSecond
          continue
        }
        let isBetween =
          insertsFirst && last?.isInSecond == false && !run.isInSecond
          || insertsSecond && last?.isInFirst == false && !run.isInFirst
        if isBetween || insertsFirst && insertsSecond {
          let isTold = found.contains { $0.baseRange.lowerBound <= place && place <= $0.baseRange.upperBound }
          #expect(isTold, "seed \(Self.seed + 2), round \(round), place \(place)")
        }
        place += run.text.unicodeScalars.count
        (insertsFirst, insertsSecond, last) = (false, false, run)
      }
    }
  }

  @Test("One side alone, and sides that delete the same, never contend")
  func agreement() {
    var numbers = SeededNumbers(state: Self.seed + 3)
    for round in 0..<1_000 {
      let runs = Self.runs(&numbers)
      let alone = runs.filter { $0.isInBase || $0.isInFirst }.map {
        SidedRun(text: $0.text, isInBase: $0.isInBase, isInFirst: $0.isInFirst, isInSecond: $0.isInBase)
      }
      #expect(MergeOverlap.contentions(in: alone).isEmpty, "seed \(Self.seed + 3), round \(round)")
      let alike = runs.filter(\.isInBase).map {
        SidedRun(text: $0.text, isInBase: true, isInFirst: $0.isInFirst, isInSecond: $0.isInFirst)
      }
      #expect(MergeOverlap.contentions(in: alike).isEmpty, "seed \(Self.seed + 3), round \(round)")
    }
  }

  @Test("Many changes in a large text, or in one long word or run of flags, take little more than reading it")
  func size() {
    for word in ["a", "word ", "🇩🇪"] {
      var runs: [SidedRun] = []
      for index in 0..<60_000 {
        runs.append(SidedRun(text: word, isInBase: true, isInFirst: index % 5 > 0, isInSecond: index % 7 > 0))
        if index % 11 == 0 { runs.append(SidedRun(text: "🇩", isInBase: false, isInFirst: true, isInSecond: false)) }
      }
      let elapsed = ContinuousClock().measure { #expect(!MergeOverlap.contentions(in: runs).isEmpty) }
      #expect(elapsed < .seconds(60))
    }
  }
}

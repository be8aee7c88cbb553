import CRDT
import Testing

@Suite("Readings of live ops")
struct ReadingTests {
  /// A live op; `who` is the change's place among fixed ids, so that ranks by id are known.
  private static let ids = Fixture.ids(8)

  private static func live(
    _ who: Int, depth: UInt64 = 1, _ action: Action = .set, _ values: CBORValue..., from author: Int? = nil,
    erased: Bool = false
  ) -> LiveOp {
    LiveOp(
      change: ids[who], depth: depth, action: action,
      values: values.map { AuthoredValue(value: $0, change: ids[author ?? who], isErased: erased) })
  }

  /// One cell with its live ops, and what it reads as.
  struct RegisterCase: Sendable, CustomStringConvertible {
    let description: String
    let live: [LiveOp]
    var isDerived = false
    /// The distinct values from the highest rank down.
    let candidates: [CBORValue]
  }

  static let registerCases: [RegisterCase] = [
    RegisterCase(description: "no op", live: [], candidates: []),
    RegisterCase(description: "one set", live: [live(0, .set, .text("a"))], candidates: [.text("a")]),
    RegisterCase(
      description: "two values conflict, the deeper is shown",
      live: [live(0, depth: 9, .set, .text("a")), live(1, depth: 2, .set, .text("b"))],
      candidates: [.text("a"), .text("b")]),
    RegisterCase(
      description: "at one depth the higher id is shown",
      live: [live(1, .set, .text("b")), live(0, .set, .text("a"))], candidates: [.text("b"), .text("a")]),
    RegisterCase(
      description: "equal values agree", live: [live(0, .set, .text("a")), live(1, depth: 2, .set, .text("a"))],
      candidates: [.text("a")]),
    RegisterCase(
      description: "canonically equivalent texts do not",
      live: [live(0, .set, .text("é")), live(1, .set, .text("e\u{301}"))], candidates: [.text("e\u{301}"), .text("é")]),
    RegisterCase(
      description: "an absent value conflicts with nothing",
      live: [live(0, .create), live(1, .set, .text("a"))], candidates: [.text("a")]),
    RegisterCase(description: "absent alone", live: [live(0, .create)], candidates: []),
    RegisterCase(
      description: "an explicit null conflicts",
      live: [live(0, .create, .null), live(1, depth: 2, .set, .text("a"))], candidates: [.text("a"), .null]),
    RegisterCase(
      description: "two explicit nulls agree", live: [live(0, .set, .null), live(1, .set, .null)], candidates: [.null]),
    RegisterCase(
      description: "false is not null, nor 0",
      live: [live(0, .set, .bool(false)), live(1, .set, .null), live(2, .set, .int(0))],
      candidates: [.int(0), .null, .bool(false)]),
    RegisterCase(
      description: "two creates of a record with a random id conflict",
      live: [live(0, .create, .text("a")), live(1, .create, .text("b"))], candidates: [.text("b"), .text("a")]),
    RegisterCase(
      description: "offers of a derived record do not: the highest is shown",
      live: [live(0, depth: 3, .create, .text("a")), live(1, .create, .text("b"))], isDerived: true,
      candidates: [.text("a")]),
    RegisterCase(
      description: "an absent offer gives way to one that says something",
      live: [live(1, depth: 3, .create), live(0, .create, .text("a"))], isDerived: true, candidates: [.text("a")]),
    RegisterCase(
      description: "a set outranks the offers it had not seen, however deep they are",
      live: [live(0, .set, .text("a")), live(1, depth: 9, .create, .text("b"))], isDerived: true,
      candidates: [.text("a")]),
    RegisterCase(
      description: "two sets conflict in a derived record as anywhere",
      live: [live(0, .set, .text("a")), live(1, .set, .text("b")), live(2, .create, .text("c"))], isDerived: true,
      candidates: [.text("b"), .text("a")]),
    RegisterCase(
      description: "a set to null outranks an offer",
      live: [live(0, .set, .null), live(1, depth: 9, .create, .text("b"))], isDerived: true, candidates: [.null]),
    RegisterCase(
      description: "a restate reads as the earlier value",
      live: [live(1, .restate, .text("a"), from: 0)], candidates: [.text("a")]),
    RegisterCase(
      description: "a restate agrees with the value it restates",
      live: [live(1, .restate, .text("a"), from: 0), live(2, .set, .text("a"))], candidates: [.text("a")]),
    RegisterCase(
      description: "a restate of two values restores their conflict",
      live: [live(2, .restate, .text("a"), .text("b"), from: 0)], candidates: [.text("a"), .text("b")]),
    RegisterCase(
      description: "a restate of nothing reads as absent",
      live: [live(2, .restate), live(1, .set, .text("a"))], candidates: [.text("a")]),
    RegisterCase(
      description: "a restated offer outranks the offers",
      live: [live(2, .restate, .text("a"), from: 0), live(1, depth: 9, .create, .text("b"))], isDerived: true,
      candidates: [.text("a")]),
    RegisterCase(
      description: "two erased values are two, for nobody can tell",
      live: [live(0, .set, .null, erased: true), live(1, .set, .null, erased: true)], candidates: [.null, .null]),
    RegisterCase(
      description: "an erased value is not an explicit null",
      live: [live(0, .set, .null, erased: true), live(1, .set, .null)], candidates: [.null, .null]),
    RegisterCase(
      description: "one erased value, live twice by a restate, is one",
      live: [live(0, .set, .null, erased: true), live(1, .restate, .null, from: 0, erased: true)], candidates: [.null]),
    RegisterCase(
      description: "an unknown action reads as nothing",
      live: [live(0, depth: 9, Action(rawValue: 99), .text("z")), live(1, .set, .text("a"))], candidates: [.text("a")]),
    RegisterCase(
      description: "an unknown action does not hide the offers",
      live: [live(0, Action(rawValue: 99)), live(1, .create, .text("a"))], isDerived: true, candidates: [.text("a")]),
  ]

  @Test("Registers", arguments: registerCases)
  func registers(_ example: RegisterCase) {
    for live in [example.live, example.live.reversed()] {
      let reading = RegisterReading(live, isDerived: example.isDerived)
      #expect(reading.candidates.map(\.authored.value) == example.candidates)
      #expect(reading.isConflict == (example.candidates.count > 1))
      #expect(reading.shown?.value == example.candidates.first)
    }
  }

  @Test("A value stands under its author, and the changes that carry it are listed from the highest rank down")
  func authors() {
    let reading = RegisterReading(
      [
        Self.live(0, .set, .text("a")), Self.live(3, depth: 2, .restate, .text("a"), from: 1),
        Self.live(2, depth: 3, .set, .text("b")),
      ], isDerived: false)
    #expect(reading.candidates.map(\.authored.change) == [Self.ids[2], Self.ids[1]])
    #expect(reading.candidates.map(\.carriers) == [[Self.ids[2]], [Self.ids[3], Self.ids[0]]])
  }

  @Test("Whatever the order of the live ops, the reading is the same")
  func orderIndependence() {
    var random = SplitMix64(seed: 3)
    let values: [CBORValue] = [.null, .text("a"), .text("é"), .text("e\u{301}"), .int(1)]
    for _ in 0..<2_000 {
      let live = (0..<1 + random.below(6)).map { who in
        let action = random.pick([Action.create, .set, .restate, Action(rawValue: 9)])
        return LiveOp(
          change: Self.ids[who], depth: UInt64(1 + random.below(3)), action: action,
          values: (0..<random.below(3)).map { _ in
            AuthoredValue(
              value: random.pick(values), change: Self.ids[random.below(8)], isErased: random.chance(percent: 15))
          })
      }
      let isDerived = random.chance(percent: 50)
      let reading = RegisterReading(live, isDerived: isDerived)
      #expect(RegisterReading(random.shuffled(live), isDerived: isDerived) == reading)
      #expect(reading.isConflict == (reading.candidates.count > 1))
    }
  }

  @Test(
    "Sets: present while any live op adds",
    arguments: [
      ([], false), ([live(0, .add)], true), ([live(0, .remove)], false), ([live(0, .remove), live(1, .add)], true),
      ([live(0, .create)], false), ([live(0, .create, .text("als"))], true),
      ([live(0, .create, .text("als")), live(1, depth: 9, .remove)], true), ([live(0, Action(rawValue: 99))], false),
    ])
  func sets(_ live: [LiveOp], _ isPresent: Bool) { #expect(SetReading.isPresent(live) == isPresent) }

  /// The life of a record, and what is live elsewhere, by number of change.
  struct LifeCase: Sendable, CustomStringConvertible {
    let description: String
    let life: [LifeReading.Live]
    var edits: [Int] = []
    var targeting: [Int] = []
    let isDeleted: Bool
    var unseenEdits: [Int] = []
    var unseenTargeting: [Int] = []
  }

  private static func life(_ who: Int, _ action: Action, saw: [Int] = []) -> LifeReading.Live {
    LifeReading.Live(change: ids[who], action: action, saw: saw.map { ids[$0] })
  }

  static let lifeCases: [LifeCase] = [
    LifeCase(description: "no create yet", life: [], edits: [1], isDeleted: false),
    LifeCase(description: "alive", life: [life(0, .create)], edits: [0, 1], targeting: [2], isDeleted: false),
    LifeCase(
      description: "deleted, all seen", life: [life(3, .delete, saw: [0, 1, 2])], edits: [0, 1], targeting: [2],
      isDeleted: true),
    LifeCase(
      description: "deleted while edited", life: [life(3, .delete, saw: [0])], edits: [0, 1], isDeleted: true,
      unseenEdits: [1]),
    LifeCase(
      description: "deleted while answered", life: [life(3, .delete, saw: [0])], edits: [0], targeting: [2, 4],
      isDeleted: true,
      unseenTargeting: [2, 4]),
    LifeCase(
      description: "deleted while restored apart", life: [life(3, .delete, saw: [0]), life(4, .restore)], edits: [0],
      isDeleted: false, unseenEdits: [4]),
    LifeCase(
      description: "restored over the delete", life: [life(4, .restore)], edits: [0, 1], targeting: [2],
      isDeleted: false),
    LifeCase(
      description: "deleted twice, each saw a part", life: [life(3, .delete, saw: [0]), life(4, .delete, saw: [1])],
      edits: [0, 1], isDeleted: true),
    LifeCase(
      description: "deleted twice, neither saw it", life: [life(3, .delete, saw: [0]), life(4, .delete, saw: [0])],
      edits: [0, 1], isDeleted: true, unseenEdits: [1]),
    LifeCase(
      description: "created again apart from the delete", life: [life(3, .delete, saw: [0]), life(1, .create)],
      edits: [0, 1], isDeleted: false,
      unseenEdits: [1]),
    LifeCase(
      description: "the delete's own write in another cell is no surprise", life: [life(3, .delete, saw: [0])],
      edits: [0, 3], isDeleted: true),
    LifeCase(description: "deleted before it is known to be created", life: [life(3, .delete)], isDeleted: true),
    LifeCase(
      description: "an unknown action keeps it alive, and wants a look",
      life: [life(3, .delete, saw: [0]), life(5, Action(rawValue: 99))], edits: [0],
      isDeleted: false, unseenEdits: [5]),
  ]

  @Test("Lives", arguments: lifeCases)
  func lives(_ example: LifeCase) {
    let reading = LifeReading(
      life: example.life, edits: example.edits.map { Self.ids[$0] }, targeting: example.targeting.map { Self.ids[$0] })
    #expect(reading.isDeleted == example.isDeleted)
    #expect(reading.unseenEdits == example.unseenEdits.map { Self.ids[$0] })
    #expect(reading.unseenTargeting == example.unseenTargeting.map { Self.ids[$0] })
    #expect(reading.isConflict == !(example.unseenEdits + example.unseenTargeting).isEmpty)
  }

  @Test("Actions have names, the unknown ones too")
  func names() {
    #expect(
      (0..<8).map { Action(rawValue: $0).name } == [
        "create", "set", "add", "remove", "splice", "delete", "restore", "restate",
      ])
    #expect(Action(rawValue: 8).name == "action-8" && !Action(rawValue: 8).isKnown)
    #expect(Action(rawValue: .max).name == "action-18446744073709551615")
  }
}

import CRDT

extension Program {
  private static func create(sees: [Place] = []) -> Step { Step(action: .create, sees: sees) }
  private static func set(isBlind: Bool = false, sees: [Place] = []) -> Step {
    Step(action: .set, field: "status", isBlind: isBlind, sees: sees)
  }
  private static func restate(sees: [Place] = []) -> Step { Step(action: .restate, field: "status", sees: sees) }
  private static func add(isBlind: Bool = false, sees: [Place] = []) -> Step {
    Step(action: .add, field: "tags", element: "a", isBlind: isBlind, sees: sees)
  }
  private static func remove(sees: [Place] = []) -> Step {
    Step(action: .remove, field: "tags", element: "a", sees: sees)
  }
  private static func delete(sees: [Place] = []) -> Step { Step(action: .delete, sees: sees) }
  private static func restore(sees: [Place] = []) -> Step { Step(action: .restore, sees: sees) }
  private static func splice(sees: [Place] = []) -> Step { Step(action: .splice, field: "statement", sees: sees) }

  /// Programs of three replicas with four changes each that have every action between them, without and with one
  /// replica seeing another's work. The first three have all 34,650 orders, the others those that the deps leave.
  static let representative: [Program] = [
    Program(
      name: "one register and the record's life, nobody sees anybody",
      replicas: [
        [create(), set(), set(), delete()], [create(), set(), restate(), set()], [set(), delete(), restore(), set()],
      ]),
    Program(
      name: "one element of a set, created three times",
      replicas: [
        [create(), add(), remove(), add()], [add(), create(), remove(), remove()], [remove(), add(), add(), create()],
      ]),
    Program(
      name: "blind writes pile up",
      replicas: [
        [create(), set(isBlind: true), splice(), set()], [set(isBlind: true), add(isBlind: true), set(), splice()],
        [Step(action: Action(rawValue: 99), field: "status"), set(isBlind: true), delete(), restate()],
      ]),
    Program(
      name: "two edit what the first created, and the first sees both",
      replicas: [
        [create(), set(), set(sees: [Place(1, 1), Place(2, 1)]), delete()],
        [set(sees: [Place(0, 0)]), add(), remove(), set()],
        [set(sees: [Place(0, 0)]), splice(), restate(), delete(sees: [Place(1, 2)])],
      ]),
    Program(
      name: "deletes, restores and edits that meet",
      replicas: [
        [create(), delete(), restore(sees: [Place(1, 1)]), set()],
        [create(), delete(), set(), restore(sees: [Place(0, 1)])],
        [set(sees: [Place(0, 0), Place(1, 0)]), delete(), restore(), add()],
      ]),
    Program(
      name: "decisions made apart",
      replicas: [
        [create(), set(), set(sees: [Place(1, 1), Place(2, 0)]), set()],
        [set(sees: [Place(0, 0)]), set(), set(sees: [Place(0, 1), Place(2, 0)]), restate()],
        [set(sees: [Place(0, 0)]), restate(sees: [Place(0, 1)]), set(), set(sees: [Place(0, 2), Place(1, 2)])],
      ]),
  ]

  /// What a merge can tell apart: a create, a write over what is seen and a write over nothing in one cell, and a
  /// write to another cell of the record. All other actions differ only in how they are read.
  static let alphabet: [Step] = [create(), set(), set(isBlind: true), add()]

  /// Who has seen whom in small programs, as (who, whom); all that can be in a circle is left out.
  static let sightings: [[(Place, Place)]] = [
    [], [(Place(1, 0), Place(0, 0))], [(Place(1, 1), Place(0, 1))],
    [(Place(1, 1), Place(0, 0)), (Place(2, 1), Place(1, 0))],
    [(Place(1, 0), Place(0, 0)), (Place(2, 0), Place(0, 0)), (Place(0, 1), Place(1, 0))],
  ]

  /// Every assignment of ``alphabet`` to replicas with so many steps each, under every one of ``sightings`` that
  /// there are steps for.
  static func forEachAssignment(lengths: [Int], body: (Program) -> Bool) {
    let total = lengths.reduce(1) { (0..<$1).reduce($0) { product, _ in product * alphabet.count } }
    let sightings = sightings.filter {
      $0.allSatisfy { who, whom in lengths[who.replica] > who.step && lengths[whom.replica] > whom.step }
    }
    for number in 0..<total {
      var rest = number
      let replicas = lengths.map { length in
        (0..<length).map { _ in
          defer { rest /= alphabet.count }
          return alphabet[rest % alphabet.count]
        }
      }
      for sighting in sightings {
        var program = Program(name: "assignment \(number) of \(lengths), seeing \(sighting)", replicas: replicas)
        for (who, whom) in sighting { program.replicas[who.replica][who.step].sees.append(whom) }
        if !body(program) { return }
      }
    }
  }

  /// A program of three replicas with four steps each, drawn from all actions, with up to four sightings.
  static func random(seed: UInt64) -> Program {
    var random = SplitMix64(seed: seed)
    let letters = [create(), set(), set(isBlind: true), add(), remove(), delete(), restore(), restate(), splice()]
    var replicas = (0..<3).map { _ in (0..<4).map { _ in random.pick(letters) } }
    for _ in 0..<random.below(5) {
      let (who, whom) = (random.below(3), random.below(3))
      let (later, earlier) = (1 + random.below(3), random.below(3))
      if who != whom && earlier < later { replicas[who][later].sees = [Place(whom, earlier)] }
    }
    return Program(name: "random program \(seed)", replicas: replicas)
  }
}

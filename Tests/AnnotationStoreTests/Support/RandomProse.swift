import AnnotationModel

/// Random histories of one prose cell: replicas that write, and now and then see what others wrote.
struct RandomProse {
  private var random: SplitMix64
  private var ops: [ProseVector.Op] = []
  private var seen: [Set<Int>]
  private var counts: [UInt64]
  private let replicas: [String]
  private let derived: Bool
  /// Whether some of the edits are typed.
  private let types: Bool

  static func vector(seed: UInt64, steps: Int, types: Bool = false) -> ProseVector {
    var history = RandomProse(seed: seed, types: types)
    for _ in 0..<steps { history.step() }
    return history.vector(named: "random \(types ? "typed " : "")history \(seed)")
  }

  private init(seed: UInt64, types: Bool) {
    self.types = types
    var random = SplitMix64(seed: seed)
    derived = random.chance(percent: 40)
    replicas = (0..<3).map { _ in hexadecimal(random.bytes(32)) }
    counts = replicas.map { _ in 0 }
    seen = replicas.map { _ in [] }
    self.random = random
    write(0, "create", text: RandomText.edited("LCN2 rises.", &self.random))
  }

  private func vector(named name: String) -> ProseVector {
    var vector = ProseVector(name: name, derived: derived, ops: ops, live: live(Set(ops.indices)).map { ops[$0].id })
    vector.text = ProseOracle(vector.entries, in: vector.cell).shown(vector.live.map(ProseVector.change))
    return vector
  }

  /// The ops that none of these supersedes; a create is superseded like any other.
  private func live(_ seen: Set<Int>) -> [Int] {
    let gone = Set(seen.flatMap { ops[$0].supersedes })
    return seen.filter { !gone.contains(ops[$0].id) }.sorted()
  }

  private mutating func step() {
    let who = random.below(replicas.count)
    if random.chance(percent: 25) { return seen[who].formUnion(seen[random.below(replicas.count)]) }
    switch random.below(20) {
    case 0 where derived: write(who, "create", text: random.pick([ops[0].text ?? "", "Iron rises.", "LCN2."]))
    case 1: write(who, "set", text: random.chance(percent: 70) ? "All new." : nil)
    case 2, 3, 4:
      let known = seen[who].sorted()
      if known.isEmpty { return }
      let restated = Set((0..<(1 + random.below(2))).map { _ in ops[random.pick(known)].id }).sorted()
      write(who, "restate", restates: restated)
    case 5: write(who, "action-99")
    case 6: write(who, "splice", splices: [])
    default: splice(who)
    }
  }

  private mutating func splice(_ who: Int) {
    var splices: [[Int]] = []
    var (text, end) = ("", 0)
    let typed = types && random.chance(percent: 60)
    for _ in 0...random.below(3) {
      let inserted = random.chance(percent: 70) ? random.pick(RandomText.words) : ""
      let position = typed ? random.below(30) : end + random.below(12)
      let deleted = random.chance(percent: 50) ? random.below(6) : 0
      splices.append([position, deleted, inserted.unicodeScalars.count])
      text += inserted
      end = position + deleted
    }
    write(who, "splice", text: text.isEmpty ? nil : text, splices: splices, typed: typed)
  }

  private mutating func write(
    _ who: Int, _ action: String, text: String? = nil, splices: [[Int]]? = nil, typed: Bool = false,
    restates: [String]? = nil
  ) {
    var superseded = action == "create" ? [] : live(seen[who])
    if random.chance(percent: 10) { superseded = superseded.filter { _ in random.chance(percent: 60) } }
    counts[who] += 1
    let depth = 1 + (seen[who].map { ops[$0].depth }.max() ?? 0)
    seen[who].insert(ops.count)
    ops.append(
      ProseVector.Op(
        id: hexadecimal(random.bytes(32)), depth: depth, replica: replicas[who], sequence: counts[who], action: action,
        supersedes: superseded.map { ops[$0].id }.sorted(), text: text, splices: splices, typed: typed ? true : nil,
        restates: restates))
  }
}

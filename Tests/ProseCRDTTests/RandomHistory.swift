import ProseCRDT

/// SplitMix64 (Steele, Lea & Flood, 2014), so that a failing seed fails again.
struct HistoryRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// A random history of one text by up to six replicas that see each other's work now and then.
struct RandomHistory {
  struct Op {
    var splices: [TextSplice]
    var isTyped: Bool
    var parents: [Int]
    var order: EventOrder
    /// Where its events start in the order of appending.
    var start: Int
  }

  private(set) var ops: [Op] = []
  private(set) var graph = EventGraph()
  private(set) var versions: [[Int]] = [[]]

  private static let alphabets: [[String]] = [
    ["a", "b", "c", "d", "e", "f"], ["e", "\u{301}", "\u{308}", "é", "o"],
    ["👩", "\u{200D}", "🔬", "👩‍👩‍👧‍👦", "🏽", "👍"], ["ש", "ל", "ו", "ם", "\u{200F}", "م"], ["\r", "\n", "\r\n", "x"],
    ["\u{0}", "\u{FFFD}", "\u{FEFF}", "𝒳"],
  ]

  /// Makes one of at most about `size` events.
  init(_ random: inout HistoryRandom, size: Int) {
    let replicaCount = 1 + random.below(6)
    var seen = [[Int]](repeating: [], count: replicaCount)
    let alphabet = Self.alphabets[random.below(Self.alphabets.count)]
    let (mergePercent, forkPercent) = (random.below(60), random.below(20))
    // Where all write, in some histories: some forward from there, and some always there, before their last.
    let place = random.chance(30) ? random.below(4) : nil
    var ends = [Int](repeating: place ?? 0, count: replicaCount)
    var lengths: [[Int]: Int] = [:]
    while graph.eventCount < size, ops.count < 2 * size {
      let replica = random.below(replicaCount)
      if random.chance(mergePercent) {
        seen[replica] = graph.joined([seen[replica], seen[random.below(replicaCount)]])
      }
      if random.chance(forkPercent) { seen[replica] = somewhere(&random) }
      let parents = seen[replica]
      let length = lengths[parents] ?? graph.text(at: parents).unicodeScalars.count
      let isTyped = random.chance(40)
      var splices = Self.splices(&random, length: length, alphabet: alphabet, isTyped: isTyped)
      if let place, random.chance(50) {
        let inserted = alphabet[random.below(alphabet.count)]
        splices = [TextSplice(position: replica & 1 == 0 ? ends[replica] : place, deleted: 0, inserted: inserted)]
        ends[replica] += inserted.unicodeScalars.count
      }
      // Any key order, so that ties are not broken in the order of appending.
      let order = EventOrder(
        replica: [UInt8(replica * 91 % 7), UInt8(replica)], sequence: UInt64(ops.count / 2),
        change: [UInt8(truncatingIfNeeded: ops.count * 37), UInt8(truncatingIfNeeded: ops.count >> 8)])
      // Sometimes with what one of its versions has seen named too.
      let isLoose = random.chance(10) && !parents.isEmpty
      let given =
        isLoose
        ? Array(Set(parents + [random.below(parents[0] + 1)].filter { graph.isAncestor($0, of: parents) })).sorted()
        : parents
      ops.append(Op(splices: splices, isTyped: isTyped, parents: given, order: order, start: graph.eventCount))
      seen[replica] = graph.append(splices, areTyped: isTyped, parents: given, order: order)
      lengths[seen[replica]] = graph.text(at: seen[replica]).unicodeScalars.count
      versions.append(seen[replica])
    }
    versions.append(graph.heads)
    for _ in 0..<3 { versions.append(somewhere(&random)) }
  }

  /// Any version: of one event, in the middle of an op perhaps, or joined of two.
  func somewhere(_ random: inout HistoryRandom) -> [Int] {
    guard graph.eventCount > 0, !random.chance(5) else { return [] }
    let one = [random.below(graph.eventCount)]
    return random.chance(70) ? one : graph.joined([one, [random.below(graph.eventCount)]])
  }

  private static func splices(
    _ random: inout HistoryRandom, length: Int, alphabet: [String], isTyped: Bool
  ) -> [TextSplice] {
    var position = random.below(length + 1)
    let isBackspacing = random.chance(20)
    return (0..<1 + random.below(4)).map { _ in
      var splice = TextSplice(position: position, deleted: 0, inserted: "")
      if isBackspacing || random.chance(40) { splice.deleted = isBackspacing ? 1 : 1 + random.below(3) }
      if !isBackspacing, random.chance(70) {
        splice.inserted = (0..<1 + random.below(3)).map { _ in alphabet[random.below(alphabet.count)] }.joined()
      }
      if random.chance(4) { splice.position = [-3, length + 2, 1 << 53, Int.max, Int.min][random.below(5)] }
      if random.chance(4) { splice.deleted = [-1, length, length + 1 + random.below(4)][random.below(3)] }
      if isTyped {
        position = isBackspacing ? position - 1 : position + random.below(3)
      } else {
        position += splice.deleted + random.below(3)
      }
      return splice
    }
  }
}

/// Made-up annotations, the same for the same seed: bodies of about 200 characters of words drawn by a Zipf-like law.
struct Rows {
  struct Row {
    var target: Int
    var body: String
    var tags: [String]
  }

  private var state: UInt64
  private var words: [String] = []

  init(seed: UInt64) {
    state = seed
    let syllables = ["ka", "lo", "mi", "ter", "un", "re", "so", "ga", "ni", "ple", "da", "vor", "is", "te", "qua"]
    for _ in 0..<4_000 { words.append((0..<(1 + below(4))).map { _ in syllables[below(syllables.count)] }.joined()) }
  }

  private mutating func below(_ limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ (word >> 31)) % UInt64(limit))
  }

  mutating func next(targets: Int) -> Row {
    var body = ""
    let length = 170 + below(60)
    while body.utf8.count < length {
      // Rank r with a probability of about 1/r.
      let rank = Int(Double(words.count).squareRoot() * Double(1 + below(1_000)) / Double(1 + below(1_000)))
      if !body.isEmpty { body += " " }
      body += words[rank % words.count]
    }
    let first = below(300)
    return Row(
      target: below(targets), body: body,
      tags: [first, first + 1 + below(100), first + 200 + below(100)].map { "tag-\($0)" })
  }
}

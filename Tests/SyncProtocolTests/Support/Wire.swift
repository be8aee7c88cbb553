import CRDT
import SyncProtocol

/// Carries the messages of a session as bytes, and treats packs as badly as a session has to put up with.
struct Wire {
  var random: SplitMix64
  var lossPercent = 0
  var doublingPercent = 0
  var isShuffling = false
  /// The names of what was sent, in order, by who sent it.
  private(set) var log: [String] = []

  init(random: SplitMix64 = SplitMix64(seed: 0)) { self.random = random }

  mutating func run<A, B>(_ a: inout SyncSession<A>, _ b: inout SyncSession<B>) throws {
    var (forth, back): ([[UInt8]], [[UInt8]]) = ([], [])
    while !(a.isFinished && b.isFinished) {
      let before = log.count
      try carry(from: &a, to: &b, name: "a", packs: &forth)
      try carry(from: &b, to: &a, name: "b", packs: &back)
      if log.count == before { throw SyncError.stalled }
    }
  }

  private mutating func carry<A, B>(
    from sender: inout SyncSession<A>, to receiver: inout SyncSession<B>, name: String, packs: inout [[UInt8]]
  ) throws {
    while let message = try sender.nextMessage() {
      let bytes = try message.encoded()
      let kind = bytes[1]
      log.append("\(name)\(kind)")
      switch message {
      case .pack:
        if random.chance(percent: lossPercent) { continue }
        packs.append(bytes)
        if random.chance(percent: doublingPercent) { packs.append(bytes) }
        continue
      case .end:
        for pack in isShuffling ? random.shuffled(packs) : packs {
          try receiver.receive(try SyncMessage(decoding: pack))
        }
        packs = []
      default: break
      }
      try receiver.receive(try SyncMessage(decoding: bytes))
    }
  }
}

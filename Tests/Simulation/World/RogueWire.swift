import HTTPTypes
import NIOCore
import SyncTransports

/// The way from one machine to the hub for one sync: requests and answers are cut off after any byte, held while others
/// go on, lost, delivered once more later, or overtaken.
final class RogueWire: HubWire, @unchecked Sendable {
  private let hub: RogueHub
  private let errand: Errand
  /// What is random about it; whoever sends has the turn, so that nobody else draws.
  private var random: SplitMix64
  /// Of how many requests in a hundred something happens to.
  private let faultPercent: Int

  init(_ hub: RogueHub, _ errand: Errand, seed: UInt64, faultPercent: Int) {
    self.hub = hub
    self.errand = errand
    random = SplitMix64(seed: seed)
    self.faultPercent = faultPercent
  }

  func send(_ request: HTTPRequest, body: HubBody?) async throws -> (head: HTTPResponse, body: HubBody) {
    let bytes = Array(buffer: try await body?.collect(upTo: 1 << 30) ?? ByteBuffer())
    let letter = hub.letter(request, bytes)
    guard random.chance(percent: faultPercent) else { return whole(try await hub.deliver(letter)) }
    switch random.below(8) {
    case 0:
      count("fault: request to the hub cut")
      _ = try await hub.deliver(letter, cutAfter: random.below(bytes.count + 1))
      throw RogueHub.Broken()
    case 1:
      count("fault: request to the hub lost")
      if random.chance(percent: 50) { hub.stray.append(letter) }
      throw RogueHub.Broken()
    case 2:
      count("fault: answer of the hub cut")
      return try await part(of: hub.deliver(letter), isHeld: false, isCut: true)
    case 3:
      count("fault: answer of the hub lost")
      _ = try await hub.deliver(letter)
      throw RogueHub.Broken()
    case 4:
      let reply = try await hub.deliver(letter)
      var again = letter
      again.hasArrived = true
      hub.stray.append(again)
      return whole(reply)
    case 5:
      count("fault: answer of the hub held")
      let isCut = random.chance(percent: 30)
      return try await part(of: hub.deliver(letter), isHeld: true, isCut: isCut)
    default:
      count("fault: request to the hub held")
      await errand.pause()
      if random.chance(percent: 20) {
        count("fault: request to the hub lost")
        hub.stray.append(letter)
        throw RogueHub.Broken()
      }
      return whole(try await hub.deliver(letter))
    }
  }

  private func count(_ name: String) { hub.tally.count(name) }

  private func whole(_ reply: RogueHub.Reply) -> (head: HTTPResponse, body: HubBody) {
    (reply.head, HubBody(ByteBuffer(bytes: reply.body)))
  }

  /// An answer of which the rest comes when others have gone on, or never.
  private func part(
    of reply: RogueHub.Reply, isHeld: Bool, isCut: Bool
  ) -> (head: HTTPResponse, body: HubBody) {
    let count = random.below(reply.body.count + 1)
    let errand = errand
    let pieces: [RoguePieces.Piece] = [
      { Array(reply.body.prefix(count)) },
      {
        if isHeld { await errand.pause() }
        if isCut { throw RogueHub.Broken() }
        return Array(reply.body.dropFirst(count))
      },
    ]
    return (reply.head, HubBody(RoguePieces(pieces: pieces)))
  }
}

/// A body whose pieces come when they come, or do not.
struct RoguePieces: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  typealias Piece = @Sendable () async throws -> [UInt8]

  let pieces: [Piece]

  func makeAsyncIterator() -> Iterator { Iterator(left: pieces[...]) }

  struct Iterator: AsyncIteratorProtocol {
    var left: ArraySlice<Piece>

    mutating func next() async throws -> ByteBuffer? {
      guard let piece = left.popFirst() else { return nil }
      return ByteBuffer(bytes: try await piece())
    }
  }
}

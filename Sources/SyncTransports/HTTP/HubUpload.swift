import AnnotationStore
import NIOConcurrencyHelpers
import NIOCore
import SyncProtocol

/// The body of one request of a sync, made while it is sent: hello, what is wanted, packs, the end. What does not go
/// into one request is left for the next.
final class HubUpload: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  /// How many bytes of packs go into one request; a hub takes four times as much.
  static let packBytes = 16 << 20

  private struct State {
    var head: [SyncMessage]
    var plan: OutgoingChanges
    var packs = 0
    var bytes = 0
    var changes = 0
    /// The first pack of the next request.
    var held: OutgoingPack?
    var isAtEnd = false
    var isExhausted = false
  }

  private let store: Store
  private let state: NIOLockedValueBox<State>

  /// Prepares the body that begins with some messages and goes on with what is planned.
  init(_ store: Store, head: [SyncMessage], plan: OutgoingChanges, held: OutgoingPack? = nil) {
    self.store = store
    state = NIOLockedValueBox(State(head: head, plan: plan, held: held))
  }

  /// How much was sent, and what is left for the next request; `nil` where nothing is.
  var result: (packs: Int, changes: Int, bytes: Int, rest: (OutgoingChanges, OutgoingPack?)?) {
    state.withLockedValue { ($0.packs, $0.changes, $0.bytes, $0.isExhausted ? nil : ($0.plan, $0.held)) }
  }

  func makeAsyncIterator() -> Iterator { Iterator(upload: self) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let upload: HubUpload

    mutating func next() async throws -> ByteBuffer? { try upload.nextBuffer() }
  }

  private func nextBuffer() throws -> ByteBuffer? {
    try state.withLockedValue { state in
      if !state.head.isEmpty { return try SyncFrames.encode(state.head.removeFirst()) }
      if state.isAtEnd { return nil }
      let held = state.held
      state.held = nil
      if let pack = try held ?? store.read({ try state.plan.nextPack(of: store.id, $0) }) {
        if state.packs == 0 || state.bytes + pack.bytes.count <= Self.packBytes {
          state.packs += 1
          state.bytes += pack.bytes.count
          state.changes += pack.changeCount
          return try SyncFrames.encode(.pack(pack.bytes))
        }
        state.held = pack
      } else {
        state.isExhausted = true
      }
      state.isAtEnd = true
      return try SyncFrames.encode(.end(packs: state.packs))
    }
  }
}

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SyncTransports

/// Carries requests to a hub of this process (``Hub/wire``).
struct LocalWire: HubWire {
  private let core: HubCore
  private let logger: Logger

  init(_ core: HubCore, _ logger: Logger) {
    self.core = core
    self.logger = logger
  }

  func send(_ request: HTTPRequest, body: HubBody?) async throws -> (head: HTTPResponse, body: HubBody) {
    let body = body.map { RequestBody(asyncSequence: $0) } ?? RequestBody(buffer: ByteBuffer())
    let response = try await HubResponder(core: core)
      .respond(to: Request(head: request, body: body), context: HubContext(logger: logger))
    return (response.head, HubBody(LocalAnswer(body: response.body)))
  }
}

/// The body of an answer, written piece by piece as it is read: the hub makes the next one only when it is asked for.
private struct LocalAnswer: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  let body: ResponseBody

  func makeAsyncIterator() -> Reader { Reader(body) }

  final class Reader: AsyncIteratorProtocol {
    private let writing: Task<Void, Never>
    private let demand: AsyncStream<Void>.Continuation
    private var pieces: AsyncThrowingStream<ByteBuffer, any Error>.AsyncIterator

    init(_ body: ResponseBody) {
      let (asked, demand) = AsyncStream.makeStream(of: Void.self)
      let (written, pieces) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
      self.demand = demand
      self.pieces = written.makeAsyncIterator()
      writing = Task {
        do {
          try await body.write(Writer(asked: asked.makeAsyncIterator(), pieces: pieces))
          pieces.finish()
        } catch { pieces.finish(throwing: error) }
      }
    }

    // Who reads no further is gone for the hub, as one whose connection broke.
    deinit {
      demand.finish()
      writing.cancel()
    }

    func next() async throws -> ByteBuffer? {
      demand.yield()
      let piece = try await pieces.next()
      // A stream ends where the task that reads is cancelled, which must not be taken for the end of the answer.
      if piece == nil { try Task.checkCancellation() }
      return piece
    }
  }

  private struct Writer: ResponseBodyWriter {
    var asked: AsyncStream<Void>.AsyncIterator
    let pieces: AsyncThrowingStream<ByteBuffer, any Error>.Continuation

    mutating func write(_ buffer: ByteBuffer) async throws {
      guard await asked.next() != nil else { throw CancellationError() }
      pieces.yield(buffer)
    }

    consuming func finish(_ trailers: HTTPFields?) async throws {}
  }
}

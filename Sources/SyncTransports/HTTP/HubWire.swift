import HTTPTypes
import NIOCore

/// Carries a request to a hub and its answer back: all that a ``HubRemote`` needs of HTTP.
///
/// Where ``HubOptions/wire`` names none, it is the network. A program that runs a hub itself reaches it without a
/// socket by the hub's own wire (`Hub.wire` of VariorumHub); a wire of one's own may go another way, or stand before
/// one of these to count, delay or lose what passes, as tests do.
public protocol HubWire: Sendable {
  /// Sends a request, and returns when the head of its answer is there.
  ///
  /// The request names scheme, authority and path, and carries the token. Its body is to be read once, no faster than it
  /// can be sent; that of the answer is read once by the client, or left where nobody needs it.
  ///
  /// - Throws: ``HubFailure`` where it knows what is wrong; anything else is told as a connection that broke off, and
  ///   the request is sent again, as a hub takes every request twice without harm. The same holds of both bodies.
  func send(_ request: HTTPRequest, body: HubBody?) async throws -> (head: HTTPResponse, body: HubBody)
}

/// The body of a request to a hub, or of its answer: bytes as they come.
public struct HubBody: AsyncSequence, Sendable {
  /// What it consists of.
  public typealias Element = ByteBuffer

  /// How many bytes it has; `nil` where that turns out at its end.
  public let byteCount: Int?
  private let begin: @Sendable () -> () async throws -> ByteBuffer?

  /// A body that is made while it is read.
  public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) where Pieces.Element == ByteBuffer {
    byteCount = nil
    begin = {
      var iterator = pieces.makeAsyncIterator()
      return { try await iterator.next() }
    }
  }

  /// A body of bytes at hand.
  public init(_ bytes: ByteBuffer) {
    byteCount = bytes.readableBytes
    begin = {
      var rest: ByteBuffer? = bytes.readableBytes > 0 ? bytes : nil
      return {
        defer { rest = nil }
        return rest
      }
    }
  }

  /// Begins to read it.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: begin()) }

  /// Reads a body piece by piece.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let pull: () async throws -> ByteBuffer?

    /// The next piece; `nil` at the end.
    public mutating func next() async throws -> ByteBuffer? { try await pull() }
  }
}

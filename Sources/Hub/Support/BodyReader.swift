import HTTPTypes
import Hummingbird
import NIOCore
import SyncProtocol
import SyncTransports

/// Reads the body of a request as it comes, no faster than it is used up, and no more of it than is allowed.
///
/// Only the task of the request has to do with it.
final class BodyReader: @unchecked Sendable {
  private var iterator: RequestBody.AsyncIterator
  /// Messages up to this length need no share of the memory, in bytes: the places of syncs bound them well enough.
  private static let freeBytes = 64 << 10
  private let limit: Int
  private let memory: ByteBudget
  private let client: SlowClientGuard
  private let announced: Int?
  private var frames = SyncFrameReader()
  private var isAtEnd = false
  /// How many bytes came.
  private(set) var byteCount = 0

  init(_ request: Request, limit: Int, _ memory: ByteBudget, _ client: SlowClientGuard) {
    iterator = request.body.makeAsyncIterator()
    announced = request.headers[.contentLength].flatMap { Int($0) }
    self.limit = limit
    self.memory = memory
    self.client = client
  }

  /// The next message, with its share of the memory; `nil` at the end.
  ///
  /// - Parameter limit: how long it may be, in bytes, by the number of its kind; asked before it has come, and may throw.
  /// - Throws: `SyncError`; ``Problem``; what `limit` throws.
  func nextMessage(
    upTo limit: (_ code: UInt64?) throws -> Int
  ) async throws -> (message: SyncMessage, share: ByteBudget.Share?)? {
    var share: ByteBudget.Share?
    while true {
      if share == nil, let heading = frames.heading {
        guard heading.length <= (try limit(heading.code)) else { throw SyncError.tooLarge("a sync message") }
        if heading.length > Self.freeBytes { share = try await memory.take(heading.length) }
      }
      if let message = try frames.next() { return (message, share) }
      guard let chunk = try await nextChunk() else {
        guard frames.isEmpty else { throw SyncError.inconsistent("the body ends in the middle of a message") }
        return nil
      }
      frames.append(chunk)
    }
  }

  /// Whether the request says that more is to come than so many bytes.
  func announcesMore(than count: Int) -> Bool { announced.map { $0 - byteCount > count } ?? false }

  /// Reads what is left and forgets it.
  ///
  /// - Parameter count: the most that is read, in bytes, but for the piece with which it ends.
  /// - Returns: whether all of it came.
  func drain(upTo count: Int) async -> Bool {
    let start = byteCount
    while byteCount - start <= count {
      do { if try await nextChunk() == nil { return true } } catch { return false }
    }
    return false
  }

  private func nextChunk() async throws -> ByteBuffer? {
    if let announced, announced > limit { throw tooLarge }
    if isAtEnd { return nil }
    let chunk: ByteBuffer?
    client.beginWaiting(isUpload: true)
    do { chunk = try await iterator.next() } catch {
      isAtEnd = true
      throw Problem(.badRequest, "malformed", "the body of the request ended before its end")
    }
    client.endWaiting(bytes: chunk?.readableBytes ?? 0)
    isAtEnd = chunk == nil
    byteCount += chunk?.readableBytes ?? 0
    if byteCount > limit { throw tooLarge }
    return chunk
  }

  private var tooLarge: Problem {
    Problem(.contentTooLarge, "too-large", "the body has more than \(limit) bytes; send less at a time")
  }
}

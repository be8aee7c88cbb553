import AnnotationStore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import SyncProtocol

extension Exchange {
  /// Tells where the store stands, now and after each commit, as server-sent events (HTML Standard §9.2), until the
  /// client goes, its token is revoked, or the hub ends.
  ///
  /// Nothing is buffered for a client who is slow: the next event tells where the store stands then.
  func events(_ served: ServedStore) async throws -> Answer {
    guard let place = core.watchers.take() else {
      throw Problem(
        .serviceUnavailable, "busy", "as many clients follow events as the hub takes",
        headers: [Problem.retryAfter(seconds: 30)])
    }
    // The place is taken until the client is gone.
    let (gate, authorization, id) = (core.gate, request.headers[.authorization], served.store.id)
    return Answer(type: "text/event-stream") { [place] writer in
      let wakeUps = served.feed.watch()
      var told = served.lastCursor
      try await writer.write(ByteBuffer(string: "retry: 3000\n" + Self.event(told)))
      for await _ in wakeUps.cancelOnGracefulShutdown() {
        // Who was let in long ago may not be any more.
        guard let token = try? gate.token(authorization: authorization), token.isFor(id) else { break }
        let now = served.lastCursor
        try await writer.write(ByteBuffer(string: now == told ? ": here\n\n" : Self.event(now)))
        told = now
      }
      place.free()
    }
  }

  private static func event(_ cursor: SyncCursor) -> String {
    let data = JSONText.write(
      .map([
        .init("schema", .int(1)), .init("epoch", .bytes(cursor.epoch.bytes)),
        .init("arrival", .int(Int64(clamping: cursor.arrival))), .init("digest", .text(cursor.digest.hex)),
      ]))
    return "event: cursor\nid: \(cursor.epoch.hex)-\(cursor.arrival)\ndata: \(data)\n\n"
  }
}

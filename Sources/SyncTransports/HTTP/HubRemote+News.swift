import AnnotationStore
import NIOCore

extension HubRemote {
  /// Follows the hub's events. What was missed while it could not be reached is made up for by a look when it can.
  public func news(of store: StoreID, pace: WatchPace) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        var failures = 0
        while !Task.isCancelled {
          do {
            try await follow(store) {
              failures = 0
              continuation.yield()
            }
          } catch {}
          failures += 1
          do { try await pace.sleep(pace.delay(afterFailures: failures)) } catch { break }
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Follows until the connection ends.
  ///
  /// - Parameter news: called when the store has something new there, and once at the beginning.
  private func follow(_ store: StoreID, _ news: () -> Void) async throws {
    var options = self.options
    // Three heartbeats that do not come.
    options.answerTimeout = .seconds(50)
    try await HubConnection.with(address, options) { connection in
      let response = try await connection.send(
        .get, "/v1/stores/\(store)/events", headers: [.accept: "text/event-stream"])
      var lines = EventLines()
      for try await chunk in response.body { for _ in 0..<(try lines.events(in: chunk)) { news() } }
    }
  }
}

/// Finds events in a stream of them; what they say does not matter here: a sync finds out.
struct EventLines {
  private struct IsTooLong: Error {}

  private static let lineLimit = 16 << 10
  private var line: [UInt8] = []
  private var hasData = false

  /// How many events end in a piece of the stream.
  ///
  /// - Throws: where a line is longer than any of a hub.
  mutating func events(in chunk: ByteBuffer) throws -> Int {
    var count = 0
    for byte in chunk.readableBytesView {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        if line.count > Self.lineLimit { throw IsTooLong() }
        continue
      }
      if line.isEmpty {
        if hasData { count += 1 }
        hasData = false
      } else if line.starts(with: "data:".utf8) {
        hasData = true
      }
      line.removeAll(keepingCapacity: true)
    }
    return count
  }
}

import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import SyncTransports

/// Carries as many bytes as are asked for in all, those of both directions counted together, and then nothing more.
struct CuttingWire: HubWire {
  private struct Cut: Error {}

  /// What the head of a request or an answer counts for, in bytes.
  private static let headBytes = 200
  private let wire: any HubWire
  private let left: NIOLockedValueBox<Int>

  /// - Parameter limit: how many bytes pass.
  init(_ wire: any HubWire, afterBytes limit: Int) {
    self.wire = wire
    left = NIOLockedValueBox(limit)
  }

  func send(_ request: HTTPRequest, body: HubBody?) async throws -> (head: HTTPResponse, body: HubBody) {
    guard take(Self.headBytes) == Self.headBytes else { throw Cut() }
    let answer = try await wire.send(request, body: body.map(limited))
    // Where the request was cut the hub says so, and nobody is there to hear it.
    guard take(Self.headBytes) == Self.headBytes else { throw Cut() }
    return (answer.head, limited(answer.body))
  }

  /// How many of so many bytes may pass still.
  private func take(_ count: Int) -> Int {
    left.withLockedValue { left in
      defer { left -= min(left, count) }
      return min(left, count)
    }
  }

  private func limited(_ body: HubBody) -> HubBody {
    HubBody(
      AsyncThrowingStream { continuation in
        let task = Task {
          do {
            for try await var piece in body {
              let count = take(piece.readableBytes)
              let isCut = count < piece.readableBytes
              if let part = piece.readSlice(length: count), count > 0 { continuation.yield(part) }
              if isCut { throw Cut() }
            }
            continuation.finish()
          } catch { continuation.finish(throwing: error) }
        }
        continuation.onTermination = { _ in task.cancel() }
      })
  }
}

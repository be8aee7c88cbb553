import AsyncHTTPClient
import NIOCore

/// Follows a store's events over a socket.
final class EventReader {
  let status: Int
  let type: String?
  private var chunks: HTTPClientResponse.Body.AsyncIterator
  private var text = ""

  init(_ address: String, _ base: String, _ token: String) async throws {
    var request = HTTPClientRequest(url: "\(address)\(base)/events")
    request.headers.add(name: "Authorization", value: "Bearer \(token)")
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    status = Int(response.status.code)
    type = response.headers.first(name: "Content-Type")
    chunks = response.body.makeAsyncIterator()
  }

  /// The next block of lines that ends with an empty one; `nil` when the stream has ended.
  func next() async throws -> String? {
    while true {
      if let end = text.range(of: "\n\n") {
        defer { text = String(text[end.upperBound...]) }
        return String(text[..<end.lowerBound])
      }
      guard let chunk = try await chunks.next() else { return nil }
      text += String(buffer: chunk)
    }
  }
}

import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Plain requests over a socket.
enum Fetch {
  struct Answer {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
    /// The media type, without its parameters.
    var type: String? {
      headers.first(name: "Content-Type")?.split(separator: ";").first.map(String.init)
    }
  }

  /// Sends a request and collects the answer.
  static func send(
    _ method: HTTPMethod = .GET, _ url: String, token: String? = nil, headers: [(String, String)] = [],
    body: [UInt8]? = nil
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: url)
    request.method = method
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = body.map { .bytes($0) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let bytes = try await response.body.collect(upTo: 64 << 20)
    return Answer(status: Int(response.status.code), headers: response.headers, body: Array(buffer: bytes))
  }

  /// The body of what is there.
  static func text(_ url: String, token: String) async throws -> String {
    try await send(.GET, url, token: token).text
  }
}

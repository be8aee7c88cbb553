import AnnotationStore
import Foundation
import HTTPTypes
import NIOCore
import SyncProtocol

/// Requests to one hub, with the token; what it answers that is no success becomes a ``RemoteError``.
final class HubConnection: Sendable {
  let address: String
  private let (scheme, authority, base): (String, String, String)
  private let wire: any HubWire
  /// The same where it is of this connection alone, and has to be closed with it.
  private let network: NetworkWire?
  private let token: String
  private let options: HubOptions
  private static let problemBytes = 64 << 10

  /// Prepares to reach a hub; nothing is sent yet.
  ///
  /// - Parameter address: without a slash at the end.
  /// - Throws: ``RemoteError``.
  init(_ address: String, _ options: HubOptions) throws(RemoteError) {
    guard let url = URL(string: address), let scheme = url.scheme, let host = url.host else {
      throw .badAddress(address, reason: "it names no host", remedy: "expected for example https://hub.example.org")
    }
    if scheme != "https", !HostName.isLoopback(host), options.environment["VARIORUM_INSECURE"] != "1" {
      throw .hub(address, .insecure)
    }
    guard let token = try HubCredentials.token(for: address, options) else { throw .hub(address, .noToken) }
    if let given = options.wire {
      (wire, network) = (given, nil)
    } else {
      let own = try NetworkWire(to: url, address, options)
      (wire, network) = (own, own)
    }
    let place = address.dropFirst(scheme.count + "://".count)
    let authority = place.prefix { $0 != "/" }
    (self.scheme, self.authority, base) = (scheme, String(authority), String(place.dropFirst(authority.count)))
    self.address = address
    self.token = token
    self.options = options
  }

  /// Closes all connections.
  func close() async { await network?.close() }

  /// Does something with a connection, and closes it.
  static func with<Value>(
    _ address: String, _ options: HubOptions, _ body: (HubConnection) async throws -> Value
  ) async throws -> Value {
    let connection = try HubConnection(address, options)
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Sends a request and returns the answer's head, if it is a success.
  ///
  /// - Throws: ``RemoteError/hub(_:_:)``.
  func send(
    _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: HubBody? = nil
  ) async throws -> (head: HTTPResponse, body: HubBody) {
    var request = HTTPRequest(
      method: method, scheme: scheme, authority: authority, path: base + path, headerFields: headers)
    request.headerFields[.authorization] = "Bearer \(token)"
    request.headerFields[.userAgent] = "variorum"
    let (sent, wire) = (request, wire)
    let answer = try await caught { try await wire.send(sent, body: body) }
    guard answer.head.status.kind != .successful else { return answer }
    throw RemoteError.hub(address, await problem(answer.head, answer.body))
  }

  /// Gets a small answer whole, trying again what passes.
  func get(_ path: String, limit: Int) async throws -> [UInt8] {
    try await trying {
      let body = try await self.send(.get, path).body
      return try await self.caught { Array(buffer: try await body.collect(upTo: limit)) }
    }
  }

  /// The pace that an answer has to keep.
  func pace() -> AnswerPace { AnswerPace(patience: options.answerTimeout * 2) }

  /// Runs something that does no harm when it is done twice, until it succeeds or is not worth another try.
  func trying<Value>(_ body: () async throws -> Value) async throws -> Value {
    var tries = 0
    while true {
      do { return try await body() } catch RemoteError.hub(let address, let failure) where failure.mayPass {
        tries += 1
        var asked: Int?
        if case .busy(let seconds) = failure { asked = seconds }
        // Who is asked to wait for long had better do something else.
        guard tries < options.tries, asked ?? 0 <= 60 else { throw RemoteError.hub(address, failure) }
        try await options.sleep(options.pause(afterTries: tries, asked: asked))
      }
    }
  }

  /// Turns what the wire throws into what people are told.
  func caught<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch let error as RemoteError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      throw RemoteError.hub(address, HubFailure(error, host: URL(string: address)?.host ?? address))
    }
  }

  // MARK: - Problems

  private struct ProblemBody: Decodable {
    var type: String?
    var detail: String?
    var request: String?
  }

  private func problem(_ head: HTTPResponse, _ answer: HubBody) async -> HubFailure {
    let status = head.status.code
    let bytes = (try? await answer.collect(upTo: Self.problemBytes)).map { Array(buffer: $0) } ?? []
    let body = try? JSONDecoder().decode(ProblemBody.self, from: Data(bytes))
    let kind = body?.type.flatMap { $0.split(separator: ":").last.map(String.init) }
    let detail = body?.detail ?? "it does not say why"
    if let place = head.headerFields[.location], (300..<400).contains(status) { return .redirected(place) }
    switch (status, kind) {
    case (401, _): return .unauthorized
    case (403, "read-only"): return .readOnly
    case (403, _): return .forbidden(detail)
    case (404, "no-store"): return .noStore
    case (409, "other-store"): return .otherStore(detail)
    case (400, "version"): return .older
    case (507, _), (503, "disk-full"): return .diskFull
    case (429, _), (503, "busy"): return .busy(seconds: Self.wait(head))
    // What stands before a hub says so, too.
    case (503, _) where Self.wait(head) != nil: return .busy(seconds: Self.wait(head))
    case (404, _) where kind != nil: return .nothingThere
    case (500..., _): return .failed(status: status, request: body?.request)
    case (_, nil): return .notAHub("it answers with status \(status)")
    default: return .refusedRequest(status: status, detail: detail)
    }
  }

  /// How many seconds an answer asks to wait (RFC 9110 §10.2.3): as a number, or until a date.
  private static func wait(_ head: HTTPResponse) -> Int? {
    guard let text = head.headerFields[.retryAfter] else { return nil }
    if let seconds = Int(text) { return max(0, seconds) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    guard let date = format.date(from: text) else { return nil }
    return Int(min(max(0, date.timeIntervalSinceNow.rounded(.up)), 1e6))
  }
}

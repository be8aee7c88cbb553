import AnnotationStore
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SyncProtocol

/// Requests to one hub, with the token, the certificates and the way there; what it answers that is no success becomes
/// a ``RemoteError``.
final class HubConnection: Sendable {
  let address: String
  private let client: HTTPClient
  private let token: String
  private let options: HubOptions
  private static let problemBytes = 64 << 10

  /// Prepares to reach a hub; nothing is sent yet.
  ///
  /// - Parameter address: without a slash at the end.
  /// - Throws: ``RemoteError``.
  init(_ address: String, _ options: HubOptions) throws(RemoteError) {
    guard let url = URL(string: address), let host = url.host else {
      throw .badAddress(address, reason: "it names no host", remedy: "expected for example https://hub.example.org")
    }
    let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
    if url.scheme != "https", !isLoopback, options.environment["VARIORUM_INSECURE"] != "1" {
      throw .hub(address, .insecure)
    }
    guard let token = try HubCredentials.token(for: address, options) else { throw .hub(address, .noToken) }
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: TimeAmount(options.connectTimeout), read: TimeAmount(options.answerTimeout),
        write: TimeAmount(options.answerTimeout)))
    configuration.httpVersion = .http1Only
    // A hub that is down should be told at once; what passes is tried again here.
    configuration.connectionPool.retryConnectionEstablishment = false
    do { configuration.proxy = try HubProxy.proxy(for: url, options.environment) } catch { throw .hub(address, error) }
    if let path = options.certificateFile {
      guard let trusted = try? NIOSSLCertificate.fromPEMFile(path), !trusted.isEmpty else {
        throw .credentials(path: path, reason: "holds no certificate in PEM", remedy: "check --ca-file")
      }
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .certificates(trusted)
      configuration.tlsConfiguration = tls
    }
    self.address = address
    self.token = token
    self.options = options
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Closes all connections.
  func close() async { try? await client.shutdown() }

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
    _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [], body: HTTPClientRequest.Body? = nil
  ) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: address + path)
    request.method = method
    request.headers.add(name: "Authorization", value: "Bearer \(token)")
    request.headers.add(name: "User-Agent", value: "variorum")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = body
    let response = try await caught { try await self.client.execute(request, deadline: .distantFuture) }
    guard !(200..<300).contains(response.status.code) else { return response }
    throw RemoteError.hub(address, await problem(response))
  }

  /// Gets a small answer whole, trying again what passes.
  func get(_ path: String, limit: Int) async throws -> [UInt8] {
    try await trying {
      let response = try await self.send(.GET, path)
      return try await self.caught { Array(buffer: try await response.body.collect(upTo: limit)) }
    }
  }

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

  /// Turns what the client library throws into what people are told.
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

  private func problem(_ response: HTTPClientResponse) async -> HubFailure {
    let status = Int(response.status.code)
    let bytes = (try? await response.body.collect(upTo: Self.problemBytes)).map { Array(buffer: $0) } ?? []
    let body = try? JSONDecoder().decode(ProblemBody.self, from: Data(bytes))
    let kind = body?.type.flatMap { $0.split(separator: ":").last.map(String.init) }
    let detail = body?.detail ?? "it does not say why"
    if let place = response.headers.first(name: "Location"), (300..<400).contains(status) { return .redirected(place) }
    switch (status, kind) {
    case (401, _): return .unauthorized
    case (403, "read-only"): return .readOnly
    case (403, _): return .forbidden(detail)
    case (404, "no-store"): return .noStore
    case (409, "other-store"): return .otherStore(detail)
    case (400, "version"): return .older
    case (429, _), (503, "busy"): return .busy(seconds: response.headers.first(name: "Retry-After").flatMap { Int($0) })
    case (507, _), (503, "disk-full"): return .diskFull
    case (500..., _): return .failed(status: status, request: body?.request)
    case (_, nil): return .notAHub("it answers with status \(status)")
    default: return .refusedRequest(status: status, detail: detail)
    }
  }
}

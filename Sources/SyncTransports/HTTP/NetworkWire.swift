import AsyncHTTPClient
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOSSL

/// The way to a hub over the network, with the certificates and the proxy that the options and the environment name.
struct NetworkWire: HubWire {
  private let client: HTTPClient

  /// Prepares the way; nothing is sent yet.
  ///
  /// - Throws: ``RemoteError``.
  init(to url: URL, _ address: String, _ options: HubOptions) throws(RemoteError) {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: TimeAmount(options.connectTimeout), read: TimeAmount(options.answerTimeout),
        write: TimeAmount(options.answerTimeout)))
    configuration.httpVersion = .http1Only
    // A hub that is down should be told at once; what passes is tried again by the connection.
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
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func send(_ request: HTTPRequest, body: HubBody?) async throws -> (head: HTTPResponse, body: HubBody) {
    var sent = HTTPClientRequest(
      url: "\(request.scheme ?? "https")://\(request.authority ?? "")\(request.path ?? "/")")
    sent.method = HTTPMethod(rawValue: request.method.rawValue)
    for field in request.headerFields { sent.headers.add(name: field.name.rawName, value: field.value) }
    if let body { sent.body = .stream(body, length: body.byteCount.map { .known(Int64($0)) } ?? .unknown) }
    let answer = try await client.execute(sent, deadline: .distantFuture)
    var head = HTTPResponse(status: .init(code: Int(answer.status.code), reasonPhrase: answer.status.reasonPhrase))
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { head.headerFields.append(HTTPField(name: name, value: value)) }
    }
    return (head, HubBody(answer.body))
  }

  /// Closes all connections.
  func close() async { try? await client.shutdown() }
}

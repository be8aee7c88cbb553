import AnnotationStore
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import SyncTransports

/// A hub: an HTTP server through which replicas of any number of stores meet (Schema/hub.md).
///
/// It keeps a replica of each store and writes nothing of its own, so it is disposable: an emptied one is filled again
/// by the next sync of any replica. What it has acknowledged is on its disk.
public struct Hub: Sendable {
  private let configuration: HubConfiguration
  private let core: HubCore
  private let logger: Logger
  private let tls: TLSConfiguration?

  /// Takes the data directory and reads certificate and tokens.
  ///
  /// - Throws: ``HubError``; `IdentityError` where the data directory cannot be used.
  public init(_ configuration: HubConfiguration, logger: Logger) throws {
    if configuration.tls == nil, !configuration.isLoopback, !configuration.isInsecure {
      throw HubError.insecure(host: configuration.host)
    }
    tls = try configuration.tls.map { try Self.tls(certificate: $0.certificate, key: $0.key) }
    core = try HubCore(configuration)
    self.configuration = configuration
    self.logger = logger
    let (wanted, limits) = (configuration.limits, core.limits)
    let isLess = limits.connections < wanted.connections || limits.openStores < wanted.openStores
    logger.log(
      level: isLess ? .warning : .debug,
      isLess ? "there are too few file descriptors for all that may be open (ulimit -n)" : "what may be open",
      metadata: ["connections": "\(limits.connections)", "stores": "\(limits.openStores)"])
  }

  /// Serves until the process is told to end (SIGTERM, SIGINT), and then finishes what is in flight.
  ///
  /// - Parameter ready: called once with the port that it listens on.
  /// - Throws: ``HubError/cannotListen(address:reason:)``.
  public func run(ready: @escaping @Sendable (Int) -> Void) async throws {
    var group = ServiceGroupConfiguration(
      services: services(ready: ready), gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(core.limits.shutdownSeconds)
    do { try await ServiceGroup(configuration: group).run() } catch let error as IOError {
      throw HubError.cannotListen(
        address: "\(configuration.host):\(configuration.port)", reason: String(cString: strerror(error.errnoCode)))
    }
  }

  /// The way to it in this process: a replica syncs with it by this as over the network, with tokens and all, and no
  /// socket is opened. It need not be running for that.
  ///
  /// ```swift
  /// var options = HubOptions()
  /// options.wire = hub.wire
  /// let remote = HubRemote(address: "http://localhost", options: options)
  /// ```
  ///
  /// What guards a connection, the limits of headers and the cutting off of slow clients, has nothing to do here.
  public var wire: any HubWire { LocalWire(core, logger) }

  /// Closes its stores and lets another hub have the data directory. Requests that come later are refused as though it
  /// were busy. Where it ``run(ready:)``s it does so at its end by itself.
  public func close() async { await core.close() }

  /// What has to run for it to serve; for a group of services of one's own.
  package func services(ready: @escaping @Sendable (Int) -> Void) -> [any Service] {
    [DataHolder(core: core), application(ready: ready), Heartbeat(core: core)]
  }

  /// The application that answers; for a server of one's own, or a test without one.
  package func application(
    ready: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> some ApplicationProtocol {
    var connection = HTTP1Channel.Configuration(idleTimeout: .seconds(core.limits.idleSeconds))
    connection.httpDecoder = .init(
      maxHeaderFieldSize: core.limits.headerBytes, maxHeaderListSize: core.limits.headerBytes, maxHeaderFieldCount: 64)
    let http = HTTPServerBuilder.http1(configuration: connection)
    var application = Application(
      responder: HubResponder(core: core), server: server(http),
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.host, port: configuration.port), serverName: nil,
        availableConnectionsDelegate: ConnectionLimit(core.limits.connections, logger: logger)),
      onServerRunning: { channel in ready(channel.localAddress?.port ?? 0) }, logger: logger)
    application.logger = logger
    return application
  }

  private func server(_ http: HTTPServerBuilder) -> HTTPServerBuilder {
    guard let tls else { return http }
    // The configuration was tried when it was read.
    return (try? .tls(http, tlsConfiguration: tls)) ?? http
  }

  private static func tls(certificate: String, key: String) throws -> TLSConfiguration {
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMFile(certificate) } catch {
      throw HubError.certificate(path: certificate, reason: "it holds no certificate in PEM, or cannot be read")
    }
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(file: key, format: .pem) } catch {
      throw HubError.certificate(path: key, reason: "it holds no private key in PEM, or cannot be read")
    }
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    tls.minimumTLSVersion = .tlsv12
    tls.applicationProtocols = ["http/1.1"]
    do { _ = try NIOSSLContext(configuration: tls) } catch {
      throw HubError.certificate(path: certificate, reason: "it does not go with the key in \(key)")
    }
    return tls
  }
}

/// Lets go of the data directory when all else has ended: services end in the reverse of their order.
private struct DataHolder: Service {
  let core: HubCore

  func run() async {
    try? await gracefulShutdown()
    await core.close()
  }
}

/// Wakes those who follow a store now and then, so that both sides notice when the other is gone.
private struct Heartbeat: Service {
  let core: HubCore

  func run() async {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: .seconds(core.limits.heartbeatSeconds))) != nil { await core.shelf.wakeAll() }
    }
  }
}
